"""Entries of the shared state that another program, or a server of another version, wrote: they let nothing through,
and keep nobody from being asked anew."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest

from reply_mcp.client.stores import open_stores
from reply_mcp.client.stores.shared_state import MemoryState, SharedState
from reply_mcp.server.consent.requests import Requests
from reply_mcp.server.consent.seal_keys import NAME, SealKeys
from reply_mcp.server.repeats import UNKNOWN, Repeats
from tests.client.redis_server import redis_server
from tests.consent import ask, code_in, consent_for
from tests.server.consent.probes import Fire, Performing

CALL = Performing(Fire(id=3))
FOREIGN = [
    "",
    "x",
    "{}",
    "[]",
    "null",
    "[1, 2]",
    '["a", "b", "c"]',
    '["host", 9e9, "yes"]',
    '{"shown": 1}',
    "NaN",
    "7e9",
]


async def replace_all(state: MemoryState, prefix: str, value: str) -> int:
    names = await state.list(prefix)
    for name in names:
        await state.put(name, value, 600)
    return len(names)


@pytest.mark.parametrize("value", FOREIGN)
async def test_a_question_is_asked_anew(value: str) -> None:
    for policy, kinds in (
        ("", ("consent:open", "consent:tries", "ring:")),
        ("send=person", ("consent:waiting",)),
    ):
        for kind in kinds:
            state = MemoryState()
            consent = consent_for(policy, "send=1000/day", state=state)
            first = await ask(consent, CALL)
            assert await replace_all(state, kind, value) or kind == "consent:tries"
            again = await ask(consent, CALL, code_in(first) if not policy and kind == "consent:open" else None)
            assert "Not done yet. " in again
            if policy:
                (waiting,) = await Requests(state).waiting()
                assert await Requests(state).answer(waiting, agreed=True)
                assert await replace_all(state, "consent:answer", value)
                assert "Not done yet. " in await ask(consent, CALL)
            else:
                await state.put("consent:tries:me", value, 600)
                assert await ask(consent, CALL, code_in(again)) == ""
                await replace_all(state, "cap:", value)
                assert "Not done yet. " in await ask(consent, CALL)


async def test_what_a_newer_version_keeps_of_a_call_is_known() -> None:
    state = MemoryState()
    row = {"id": "1", "at": time.time(), "outcome": "put off", "what": "", "since": "later"}
    await state.put("repeat:x", json.dumps(row), 600)
    found = await Repeats(state).find("x")
    assert found is not None
    assert "may have been done" in found.describe(None)
    await Repeats(state).settle("x", "1", UNKNOWN)
    await state.put("repeat:x", "not ours", 600)
    other = await Repeats(state).begin("x", "2")
    assert other is not None, "nobody knows whether it was made"
    assert await Repeats(state).begin("x", "2", other) is None


async def test_others_wait_beside_what_cannot_be_read() -> None:
    state = MemoryState()
    await ask(consent_for("send=person", state=state), CALL)
    (held,) = (await state.list("consent:waiting")).values()
    await state.put("consent:waiting:y", "[]", 600)
    await state.put("consent:waiting:z", json.dumps({**json.loads(held), "shown": "z", "newer": [1]}), 600)
    assert {one.shown for one in await Requests(state).waiting()} >= {"z"}
    assert len(await Requests(state).waiting()) == 2


@pytest.mark.parametrize("value", ["", "x", "0" * 63])
async def test_a_key_that_is_none_is_made_anew(value: str) -> None:
    state = MemoryState()
    await state.put(NAME, value, 600)
    (key,) = await SealKeys((), state).get()
    assert len(key) == 64
    assert await SealKeys((), state).get() == (key,)


@pytest.fixture(params=["memory", "sqlite", "redis"])
async def state(request: pytest.FixtureRequest, tmp_path: Any) -> AsyncIterator[SharedState]:
    async with AsyncExitStack() as stack:
        if request.param == "memory":
            yield MemoryState()
            return
        url = f"sqlite:///{tmp_path / 'state.db'}"
        if request.param == "redis":
            server = stack.enter_context(redis_server())
            url = server.url
            import redis

            client = redis.Redis.from_url(url)
            stack.callback(client.close)
            client.rpush("reply-mcp:state:kind:list", "another type")
            client.rpush("reply-mcp:state:number", "another type")
        stores = open_stores(url)
        stack.push_async_callback(stores.aclose)
        yield stores.state()


async def test_a_counter_that_holds_no_number_begins_anew(state: SharedState) -> None:
    assert await state.increase("number", 2, 60) == 2
    for value in ("x", "", "1.5", "9" * 30, "1e3", "- 1"):
        await state.put("number", value, 60)
        assert await state.increase("number", 2, 60) == 2
        assert await state.increase("number", -1, 60) == 1
    await state.put("kind:text", "ours", 60)
    assert await state.list("kind:") == {"kind:text": "ours"}
