"""Calls at once on one thing, on one server and on two over a file or Redis: of two undos of one change, one is done
and the other says so; a write and an undo, and creations of one contact, go one after the other."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import pytest

from reply_mcp.catalog.operation import Arguments
from reply_mcp.client import leases
from reply_mcp.client.changes import KeptChanges
from reply_mcp.client.sending import Sender
from reply_mcp.client.turns import Turns
from reply_mcp.settings import Settings
from tests.client.redis_server import redis_server
from tests.conftest import Sandbox
from tests.e2e.test_undo import Agent, agent, contact, held

SettingsFor = Callable[..., Settings]
SAME: list[tuple[dict[str, Any], dict[str, Any]]] = [({}, {}), ({}, {"change": 2}), ({"change": 2}, {"change": 2})]


class Both:
    """Lets the two calls go on once both know which change they mean."""

    def __init__(self) -> None:
        self._arrived, self._all = 0, anyio.Event()

    async def wait(self) -> None:
        self._arrived += 1
        if self._arrived == 2:
            self._all.set()
        await self._all.wait()


@contextmanager
def meeting(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    both, turn = Both(), KeptChanges.turn

    @asynccontextmanager
    async def wait_and_take(self: KeptChanges, id: int) -> AsyncIterator[None]:
        await both.wait()
        async with turn(self, id):
            yield

    with monkeypatch.context() as patched:
        patched.setattr(KeptChanges, "turn", wait_and_take)
        yield


async def together(*calls: Callable[[], Any]) -> list[str]:
    texts = [""] * len(calls)

    async def keep(place: int) -> None:
        texts[place] = await calls[place]()

    async with anyio.create_task_group() as group:
        for place in range(len(calls)):
            group.start_soon(keep, place)
    return texts


@asynccontextmanager
async def two(sandbox: Sandbox, settings_for: SettingsFor, where: str, folder: Path) -> AsyncIterator[list[Agent]]:
    async with AsyncExitStack() as stack:
        url = f"sqlite://{folder}/state.sqlite3"
        if where == "redis":
            url = stack.enter_context(redis_server()).url
        settings = settings_for(sandbox, budget_url=url)
        one = await stack.enter_async_context(agent(sandbox, settings))
        other = one if where == "one server" else await stack.enter_async_context(agent(sandbox, settings))
        yield [one, other]


@pytest.mark.parametrize("where", ["one server", "file", "redis"])
async def test_of_two_undos_of_one_change_one_is_done(
    sandbox: Sandbox, settings_for: SettingsFor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    monkeypatch.setattr(leases, "_POLL_SECONDS", 0.005)
    one = contact(sandbox)
    async with two(sandbox, settings_for, where, tmp_path) as (here, there):
        await here("reply_update_contact", id=one["id"], city="Oslo")
        for place, (first, second) in enumerate(SAME):
            await here("reply_update_contact", id=one["id"], title=f"Title {place}")
            change = 2 * place + 2
            if "change" in second:
                second = {"change": change}
            if "change" in first:
                first = {"change": change}
            with meeting(monkeypatch):
                texts = await together(
                    lambda given=first: here("reply_undo", **given), lambda given=second: there("reply_undo", **given)
                )
            done, already = sorted(texts, key=lambda text: "undone already" in text)
            assert f"Undone, change {change} " in done, texts
            assert f"Change {change} was undone already, by change {change + 1}." in already, texts
            assert ("reply_undo again undoes the one before it" in already) == ("change" not in second) or not first
            after = held(sandbox, one["id"])
            assert (after["title"], after["city"]) == (one.get("title"), "Oslo")


@pytest.mark.parametrize("where", ["one server", "file", "redis"])
async def test_of_parallel_creations_of_one_contact_one_creates_it(
    sandbox: Sandbox, settings_for: SettingsFor, tmp_path: Path, where: str
) -> None:
    sandbox.fault(kind="latency", seconds=0.3, match="POST /v3/contacts", times=2)
    names = [{"firstName": "Ada"}, {"lastName": "Byron"}]
    async with two(sandbox, settings_for, where, tmp_path) as servers:
        calls = [
            partial(one, "reply_create_contact", email="at.once@same.example", **name)
            for one, name in zip(servers, names, strict=True)
        ]
        mark = sandbox.seen()
        texts = await together(*calls)
        posted = [row for row in sandbox.since(mark) if f"{row['method']} {row['path']}" == "POST /v3/contacts"]
    assert len(posted) == 1, texts
    assert sum(text.startswith("Created") for text in texts) == 1, texts


async def test_two_undos_of_two_changes_of_one_thing_go_one_after_the_other(
    sandbox: Sandbox, settings_for: SettingsFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = contact(sandbox)
    async with agent(sandbox, settings_for(sandbox)) as call:
        await call("reply_update_contact", id=one["id"], title="First", city="Oslo")
        await call("reply_update_contact", id=one["id"], title="Second")
        with meeting(monkeypatch):
            texts = await together(lambda: call("reply_undo", change=1), lambda: call("reply_undo", change=2))
        undone = [text for text in texts if "Undone, change" in text]
        # Whichever comes first: that of change 1 finds the title of change 2, or what its undo has put back.
        assert len(undone) == 2 or 'Changed since: title is "Second" now' in texts[0], texts
        assert "Undone, change 2" in texts[1]


async def test_an_undo_waits_for_a_write_of_the_same_thing(
    sandbox: Sandbox, settings_for: SettingsFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The write is under way when the undo comes: the undo looks after it, and asks about what it left."""
    one = contact(sandbox)
    writing, waiting = anyio.Event(), anyio.Event()
    write, take = Sender._write, Turns.take

    async def wait_and_write(self: Sender, *arguments: Any) -> Any:
        writing.set()
        await waiting.wait()
        return await write(self, *arguments)

    def tell_and_take(self: Turns, *requests: Arguments) -> Any:
        if writing.is_set():
            waiting.set()
        return take(self, *requests)

    async def undo() -> str:
        await writing.wait()
        return await call("reply_undo")

    async with agent(sandbox, settings_for(sandbox)) as call:
        await call("reply_update_contact", id=one["id"], title="First")
        with monkeypatch.context() as patched:
            patched.setattr(Sender, "_write", wait_and_write)
            patched.setattr(Turns, "take", tell_and_take)
            written, asked = await together(lambda: call("reply_update_contact", id=one["id"], title="Second"), undo)
    assert "Undo: reply_undo" in written
    assert 'Changed since: title is "Second" now; the change had left "First".' in asked
    assert held(sandbox, one["id"])["title"] == "Second"
