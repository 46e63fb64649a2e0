"""A key that acts as somebody else than it was told to: writes stop, reads say so once, and it costs one request."""

from __future__ import annotations

import json

import pytest

from reply_mcp import catalog
from reply_mcp.catalog.arguments.validation import validate
from reply_mcp.client.budget import Budget
from reply_mcp.client.credentials import Credential
from reply_mcp.client.http import Client
from reply_mcp.client.session import CallResult, Session
from reply_mcp.errors import NotDone
from tests.client.peer import KEY, answer, peer


async def perform(session: Session, id: str, **arguments: object) -> CallResult:
    operation = catalog.operation(id)
    return await session.perform(validate(operation.arguments, arguments))


def reply(whoami: bytes, users: object = ()) -> object:
    def say(request: bytes) -> bytes:
        path = request.split(b" ", 2)[1]
        if path.startswith(b"/v3/whoami/team-users"):
            return answer(200, json.dumps(users))
        if path.startswith(b"/v3/whoami"):
            return whoami
        return answer(200, '{"items": [], "hasMore": false}' if request.startswith(b"GET") else '{"id": 5}')

    return say


ME = answer(200, '{"userId": 7, "username": "me", "teamId": 1}')
MINE = [{"userId": 7, "userEmail": "me@ours.com"}]


@pytest.mark.parametrize(
    ("who", "whoami", "stops"),
    [
        ({}, ME, ""),
        ({"user_id": 7}, ME, ""),
        ({"user_id": 99999}, ME, "acts as user 7, not as user 99999"),
        ({"user_email": "ME@ours.com"}, ME, ""),
        ({"user_email": "you@ours.com"}, ME, "acts as me@ours.com (user 7), not as you@ours.com"),
        ({"user_id": 7}, answer(404, "{}"), "could not be read"),
        ({"user_id": 7}, answer(200, "{}"), "could not be read"),
    ],
)
async def test_a_write_goes_out_as_the_user_that_was_named(who: dict[str, object], whoami: bytes, stops: str) -> None:
    async with peer(by=reply(whoami, MINE)) as reply_api:  # type: ignore[arg-type]
        client = Client(Credential(KEY, **who, base_url=reply_api.url), budget=Budget(()))  # type: ignore[arg-type]
        session = Session(client)
        for _ in range(2):
            if stops:
                with pytest.raises(NotDone) as raised:
                    await perform(session, "CreateCustomField", title="Seats", fieldType="text")
                assert stops in str(raised.value)
            else:
                await perform(session, "CreateCustomField", title="Seats", fieldType="text")
        writes = [one for one in reply_api.seen if one.startswith(b"POST")]
        asked = [one for one in reply_api.seen if b"/v3/whoami HTTP" in one]
        assert len(writes) == (0 if stops else 2)
        # An answer that does not say who is asked for again, and with the next call.
        assert (len(asked) >= 2) if "could not" in stops else (len(asked) == bool(who))
        await session.aclose()


async def test_a_read_says_so_once() -> None:
    async with peer(by=reply(ME, MINE)) as reply_api:  # type: ignore[arg-type]
        client = Client(Credential(KEY, user_id=99999, base_url=reply_api.url), budget=Budget(()))
        session = Session(client)
        first, second = [await perform(session, "GetSequences") for _ in range(2)]
        assert "acts as user 7, not as user 99999" in " ".join(first.notes)
        assert second.notes == ()
        await session.aclose()
