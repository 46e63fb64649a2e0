"""The Redis that servers share loses what it keeps, holds something else, or stops working, before each operation of a
call in turn: nothing is done without a person's yes or twice, and the answer says what was done."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import anyio
import mcp_types as types
import pytest

from reply_mcp.client import leases, shared_limiter
from reply_mcp.client.stores import redis_state
from reply_mcp.settings import Settings, parse_caps, parse_policy
from tests.client.redis_server import redis_server
from tests.conftest import KEY, Sandbox, connected, part_of, text_of
from tests.consent import SEAL_KEY, code_in
from tests.e2e.agent import made
from tests.e2e.store_faults import DOWN, LOST, StoreFaults, store_faults

ALLOW: dict[str, Any] = {"policy": parse_policy("all=allow"), "caps": parse_caps("delete=5/day")}
NOT_DONE = re.compile(r"Not done|[Nn]othing was (done|changed)")
SHARERS = re.compile(r"get (turn:\w+|change:\w+:\d+:turn):\d+")
"""Sixteen looks that are the same to a fault."""


@pytest.fixture(scope="module")
def faults() -> Iterator[StoreFaults]:
    with redis_server() as server, store_faults(server) as one:
        yield one


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """A turn that is spoiled while a call holds it is waited for until it ends, and who shares a lost budget brings
    along what they know."""
    monkeypatch.setattr(shared_limiter, "JOINING", 50)
    monkeypatch.setattr(leases, "SECONDS", 0.4)
    monkeypatch.setattr(leases, "EXTEND_EVERY", 0.1)


@asynccontextmanager
async def agent(sandbox: Sandbox, faults: StoreFaults, mode: str = "auto", **more: Any) -> AsyncIterator[Any]:
    settings = Settings(
        api_key=KEY,
        base_url=sandbox.url,
        rate_limits="none",
        patience=5,
        budget_url=faults.url,
        seal_keys=(SEAL_KEY,),
        **more,
    )

    async def nobody(context: Any, params: Any) -> Any:
        raise AssertionError("the rounds are made by hand")

    host = {"elicitation_callback": nobody} if mode == "2026-07-28" else {}
    async with connected(settings, mode, **host) as client:
        yield client


@dataclass
class Call:
    """One call, and what came of it."""

    tool: str
    arguments: dict[str, Any]
    path: str
    answers: dict[str, Any] = field(default_factory=dict)

    async def make(self, client: Any, sandbox: Sandbox, **more: Any) -> tuple[str, int]:
        """The text, and how often the write was made."""
        mark = sandbox.seen()
        with anyio.fail_after(20):
            result = await client.session.call_tool(
                "reply_run_write",
                {"tool": self.tool, "arguments": {**self.arguments, **more}},
                allow_input_required=True,
                **self.answers,
            )
        writes = [row for row in sandbox.since(mark) if row["method"] in ("POST", "DELETE", "PATCH")]
        count = sum(row["path"].endswith(self.path) for row in writes)
        text = "asked" if isinstance(result, types.InputRequiredResult) else text_of(result)
        assert "failed inside" not in text, text
        assert count <= 1, text
        assert not (count and NOT_DONE.search(text)), text
        assert count or not re.match("Added|Deleted|Updated", text), text
        return text, count


def note(sandbox: Sandbox) -> Call:
    id = made(sandbox)["id"]
    return Call("reply_add_contact_note", {"id": id, "note": "Called, asks for pricing"}, f"/contacts/{id}/notes")


def deletion(sandbox: Sandbox) -> Call:
    id = made(sandbox)["id"]
    return Call("reply_delete_contact", {"id": id}, f"/contacts/{id}")


async def places(faults: StoreFaults, make: Any, count: int = 4) -> list[int]:
    """Some of the operations of a call that goes well, by number."""
    faults.empty()
    faults.expect()
    await make()
    told = faults.operations
    return part_of([at for at, name in enumerate(told, 1) if not SHARERS.fullmatch(name)], count)


@pytest.mark.parametrize("kind", [*LOST, *DOWN])
async def test_what_is_allowed_is_not_repeated_unasked(sandbox: Sandbox, faults: StoreFaults, kind: str) -> None:
    async with agent(sandbox, faults, **ALLOW) as client:
        for at in await places(faults, lambda: note(sandbox).make(client, sandbox)):
            faults.empty()
            call = note(sandbox)
            faults.expect(kind, at)
            text, first = await call.make(client, sandbox)
            assert faults.happened
            assert first or "REPLY_BUDGET_URL" in text or "The same call may have been made" in text, text
            faults.mend()
            text, second = await call.make(client, sandbox)
            assert first + second <= 1, text
            assert second or "The same call" in text, text


@pytest.mark.parametrize("kind", [*LOST, *DOWN])
async def test_a_code_counts_once(sandbox: Sandbox, faults: StoreFaults, kind: str) -> None:
    async with agent(sandbox, faults) as client:

        async def agreed(call: Call, at: int = 0) -> tuple[str, str, int]:
            code = code_in((await call.make(client, sandbox))[0])
            faults.expect(kind, at)
            return code, *await call.make(client, sandbox, confirm=code)

        for at in await places(faults, lambda: agreed(deletion(sandbox)), 3):
            faults.empty()
            call = deletion(sandbox)
            kept = sandbox.store.get("contact", call.arguments["id"])
            code, text, first = await agreed(call, at)
            assert first or "Not done" in text or "still holds" in text, text
            faults.mend()
            sandbox.store.put("contact", kept)
            text, second = await call.make(client, sandbox, confirm=code)
            assert first + second <= 1, text
            sandbox.store.put("contact", kept)
            text, _ = await call.make(client, sandbox)
            assert (await call.make(client, sandbox, confirm=code_in(text)))[1] == 1, "asked anew"


@pytest.mark.parametrize("kind", [*LOST, *DOWN])
async def test_an_answer_that_a_host_sends_again_counts_once(sandbox: Sandbox, faults: StoreFaults, kind: str) -> None:
    yes = types.ElicitResult(action="accept", content={"agree": True})
    async with agent(sandbox, faults, "2026-07-28") as client:

        async def answered(call: Call, at: int = 0) -> tuple[str, int]:
            result = await client.session.call_tool(
                "reply_run_write", {"tool": call.tool, "arguments": call.arguments}, allow_input_required=True
            )
            call.answers = {"input_responses": {"consent": yes}, "request_state": result.request_state}
            faults.expect(kind, at)
            return await call.make(client, sandbox)

        # After the last one, too: the question is answered, and the state then loses that.
        for at in [*await places(faults, lambda: answered(deletion(sandbox)), 2), 99]:
            faults.empty()
            call = deletion(sandbox)
            kept = sandbox.store.get("contact", call.arguments["id"])
            text, first = await answered(call, at)
            if at == 99:
                faults.happen(kind)
            faults.mend()
            sandbox.store.put("contact", kept)
            text, second = await call.make(client, sandbox)
            assert first + second <= 1, text
            sandbox.store.put("contact", kept)
            call.answers = {}
            text, _ = await call.make(client, sandbox)
            assert text == "asked"


async def test_a_silent_store_is_waited_for_once(
    sandbox: Sandbox, faults: StoreFaults, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of all operations of a call one has all its time, and the others next to none."""
    monkeypatch.setattr(redis_state, "_SECONDS", 1.0)
    monkeypatch.setattr(redis_state, "_BRIEFLY", 0.01)
    async with agent(sandbox, faults, **ALLOW) as client:
        for at in await places(faults, lambda: note(sandbox).make(client, sandbox), 2):
            faults.empty()
            call = note(sandbox)
            faults.expect("silent", at)
            text, first = await call.make(client, sandbox)
            assert first or "REPLY_BUDGET_URL" in text
            faults.mend()
