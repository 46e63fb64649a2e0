"""An agreement that was taken for a call which did nothing holds again; one that a write may have used is spent."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import mcp_types as types
import pytest
from mcp import Client

from reply_mcp.client.stores.shared_state import MemoryState
from reply_mcp.errors import (
    ApiError,
    JobFailed,
    NotDone,
    OutcomeUnknown,
    RateLimited,
    ReplyError,
    Unreachable,
    Unreadable,
)
from reply_mcp.server.consent.call_consent import CallConsent
from reply_mcp.server.consent.requests import Requests
from reply_mcp.server.stdio import local_server
from reply_mcp.settings import Settings, parse_caps, parse_policy
from tests.conftest import KEY, Sandbox, text_of
from tests.consent import ask, code_in, consent_for
from tests.e2e.agent import held, made
from tests.server.consent.probes import Fire, Performing

ERAS = pytest.mark.parametrize("era", ["legacy", "2026-07-28"])
NOT_DONE = pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 429, "retry_after": 2},
        {"kind": "status", "status": 425, "retry_after": 2},
    ],
    ids=["rate limit", "not processed"],
)
MAYBE_DONE = pytest.mark.parametrize(
    "fault",
    [
        {"kind": "reset", "when": "after"},
        {"kind": "html", "when": "after"},
        {"kind": "status", "status": 500},
        {"kind": "status", "status": 503},
    ],
    ids=["answer lost", "no answer of Reply's", "500", "503"],
)


class Host:
    """Agrees to whatever it shows."""

    def __init__(self) -> None:
        self.asked = 0
        self.last = ""

    async def __call__(self, context: Any, params: Any) -> types.ElicitResult:
        self.asked += 1
        self.last = params.message
        return types.ElicitResult(action="accept", content={"agree": True})


@asynccontextmanager
async def agent(sandbox: Sandbox, era: str = "auto", host: Host | None = None, **values: Any) -> AsyncIterator[Any]:
    settings = Settings(**{"api_key": KEY, "base_url": sandbox.url, "rate_limits": "none", "patience": 1, **values})
    server, sessions = local_server(settings)
    try:
        async with Client(server, mode=era, elicitation_callback=host) as client:
            yield client
    finally:
        await sessions.aclose()


async def delete(client: Any, contact: dict[str, Any], **more: Any) -> str:
    run = {"tool": "reply_delete_contact", "arguments": {"id": contact["id"], **more}}
    return text_of(await client.call_tool("reply_run_write", run))


def break_deletion(sandbox: Sandbox, contact: dict[str, Any], fault: dict[str, Any]) -> None:
    sandbox.fault(**fault, match=f"DELETE /v3/contacts/{contact['id']}")


async def mend(sandbox: Sandbox) -> None:
    """Waits until the rate limit has passed, too."""
    sandbox.no_faults()
    await anyio.sleep(2.2)


@NOT_DONE
async def test_a_code_is_good_again(sandbox: Sandbox, fault: dict[str, Any]) -> None:
    ann = made(sandbox)
    async with agent(sandbox) as client:
        code = code_in(await delete(client, ann))
        break_deletion(sandbox, ann, fault)
        failed = await delete(client, ann, confirm=code)
        await mend(sandbox)
        assert held(sandbox, ann["email"])
        assert "still holds: call again with the same arguments and the same code before" in failed
        assert "Deleted" in await delete(client, ann, confirm=code)
        assert not held(sandbox, ann["email"])
        assert "Deleted" not in await delete(client, ann, confirm=code), "and once"


@MAYBE_DONE
async def test_a_code_that_may_have_done_something_is_spent(sandbox: Sandbox, fault: dict[str, Any]) -> None:
    ann = made(sandbox)
    async with agent(sandbox) as client:
        code = code_in(await delete(client, ann))
        break_deletion(sandbox, ann, fault)
        failed = await delete(client, ann, confirm=code)
        sandbox.no_faults()
        assert "may have been done" in failed
        assert "still holds" not in failed
        mark = sandbox.seen()
        await delete(client, ann, confirm=code)
        assert not [row for row in sandbox.since(mark) if row["method"] == "DELETE"]


async def test_a_code_whose_call_reply_refused_is_spent(sandbox: Sandbox) -> None:
    ann = made(sandbox)
    async with agent(sandbox) as client:
        code = code_in(await delete(client, ann))
        break_deletion(sandbox, ann, {"kind": "status", "status": 403})
        failed = await delete(client, ann, confirm=code)
        sandbox.no_faults()
        assert "still holds" not in failed
        assert "does not fit" in await delete(client, ann, confirm=code)
    assert held(sandbox, ann["email"])


@ERAS
async def test_a_person_whom_the_host_asked_is_not_asked_again(sandbox: Sandbox, era: str) -> None:
    ann, host = made(sandbox), Host()
    async with agent(sandbox, era, host) as client:
        break_deletion(sandbox, ann, {"kind": "status", "status": 429, "retry_after": 2})
        failed = await delete(client, ann)
        await mend(sandbox)
        assert "they are not asked again" in failed
        assert held(sandbox, ann["email"])
        assert "Deleted" in await delete(client, ann)
    assert host.asked == 1
    assert not held(sandbox, ann["email"])


@ERAS
async def test_what_may_have_been_done_is_asked_about_again(sandbox: Sandbox, era: str) -> None:
    ann, host = made(sandbox), Host()
    async with agent(sandbox, era, host) as client:
        break_deletion(sandbox, ann, {"kind": "status", "status": 503, "times": 1})
        assert "may have been done" in await delete(client, ann)
        sandbox.no_faults()
        await delete(client, ann)
    assert host.asked == 2


@ERAS
async def test_a_person_is_asked_anew_after_a_call_that_was_cancelled(sandbox: Sandbox, era: str) -> None:
    """Perhaps it was they who stopped it. That it had taken the ceiling is forgotten."""
    ann, host = made(sandbox), Host()
    async with agent(sandbox, era, host, patience=30, caps=parse_caps("delete=1/day")) as client:
        break_deletion(sandbox, ann, {"kind": "status", "status": 425, "retry_after": 20})
        mark = sandbox.seen()
        with anyio.fail_after(30):
            async with anyio.create_task_group() as group:
                group.start_soon(delete, client, ann)
                while not any(row["method"] == "DELETE" for row in sandbox.since(mark)):
                    await anyio.sleep(0.01)
                await anyio.sleep(0.1)
                group.cancel_scope.cancel()
        assert held(sandbox, ann["email"])
        sandbox.no_faults()
        assert "Deleted" in await delete(client, ann)
    assert host.asked == 2
    assert "More than" not in host.last


async def test_a_seal_is_good_again_and_once(sandbox: Sandbox) -> None:
    ann = made(sandbox)
    yes = types.ElicitResult(action="accept", content={"agree": True})

    async def call(client: Any, state: str | None = None) -> Any:
        return await client.session.call_tool(
            "reply_run_write",
            {"tool": "reply_delete_contact", "arguments": {"id": ann["id"]}},
            input_responses=None if state is None else {"consent": yes},
            request_state=state,
            allow_input_required=True,
        )

    async with agent(sandbox, "2026-07-28", Host()) as client:
        state = (await call(client)).request_state
        break_deletion(sandbox, ann, {"kind": "status", "status": 429, "retry_after": 2})
        assert "still holds" in text_of(await call(client, state))
        await mend(sandbox)
        kept = sandbox.store.get("contact", ann["id"])
        assert "Deleted" in text_of(await call(client, state))
        sandbox.store.put("contact", kept)
        assert "has been used" in text_of(await call(client, state))


async def test_what_was_given_back_holds_for_what_was_shown_alone(sandbox: Sandbox) -> None:
    ann, host = made(sandbox, firstName="Ann"), Host()
    async with agent(sandbox, "legacy", host) as client:
        break_deletion(sandbox, ann, {"kind": "status", "status": 429, "retry_after": 2})
        await delete(client, ann)
        await mend(sandbox)
        sandbox.http.patch(f"/v3/contacts/{ann['id']}", json={"firstName": "Bella"})
        await delete(client, ann)
    assert host.asked == 2


async def test_a_ceiling_counts_nothing_that_was_not_done(sandbox: Sandbox) -> None:
    ann = made(sandbox)
    more = {"policy": parse_policy("all=allow"), "caps": parse_caps("delete=1/day")}
    async with agent(sandbox, **more) as client:
        for fault in ({"kind": "status", "status": 429, "retry_after": 2}, {"kind": "status", "status": 403}):
            break_deletion(sandbox, ann, fault)
            assert "More than" not in await delete(client, ann)
            await mend(sandbox)
        assert "Deleted" in await delete(client, ann)
        assert "More than the 1 a day" in await delete(client, made(sandbox))


PASSING = [
    RateLimited("429: the requests are used up for 5 s.", 5),
    Unreachable("Reply cannot be reached: connection refused. Nothing was done."),
    Unreadable("Reply answered 200 without a list of contacts. That is no answer."),
    ApiError(425, "425: too early"),
]
FINAL = [
    OutcomeUnknown("The message was handed to Reply."),
    JobFailed("Not done as asked.", "5"),
    ApiError(404, "404: there is no such thing"),
    NotDone("Nothing was done: it is closed."),
]


@pytest.mark.parametrize("way", ["code", "approve"])
@pytest.mark.parametrize("error", PASSING + FINAL, ids=lambda error: f"{type(error).__name__}-{str(error)[:6]}")
async def test_what_a_failure_does_to_an_agreement(way: str, error: ReplyError) -> None:
    state = MemoryState()
    consent, call = consent_for("send=ask" if way == "code" else "send=person", state=state), Performing(Fire(id=3))
    asked = await ask(consent, call)
    code = code_in(asked) if way == "code" else None
    if way == "approve":
        (request,) = await Requests(state).waiting()
        await Requests(state).answer(request, agreed=True)

    async def performed(failure: Exception | None) -> str:
        one = CallConsent(consent)
        gate = one.gate("me", call.arguments.wire(), code)

        async def perform() -> str:
            await gate(call)
            if failure is not None:
                raise failure
            return "done"

        try:
            return await one.carry_out(perform)
        except ReplyError as raised:
            return f"{raised}{one.still_holds}"

    passing = error in PASSING
    for _ in range(2 if passing else 1):
        assert ("still holds" in await performed(error)) is passing
    assert (await performed(None) == "done") is passing
    assert await performed(None) != "done", "once"


async def test_a_part_that_was_done_uses_the_agreement_up() -> None:
    consent, call = consent_for("send=ask"), Performing(Fire(id=3))
    code = code_in(await ask(consent, call))
    one = CallConsent(consent)
    gate = one.gate("me", call.arguments.wire(), code)

    async def perform() -> None:
        await gate(call)
        call.written.append("reply_fire")
        raise RateLimited("429", 5)

    with pytest.raises(RateLimited):
        await one.carry_out(perform)
    assert one.still_holds == ""
    assert "does not fit" in await ask(consent, Performing(Fire(id=3)), code)
