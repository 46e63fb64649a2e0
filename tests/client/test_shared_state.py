"""Facts that processes share for a while: in memory, in the SQLite file, in a real Redis."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest
import redis as library

from reply_mcp.client.stores import StoreDown, open_stores, redis_state
from reply_mcp.client.stores.redis_state import RedisState
from reply_mcp.client.stores.shared_state import MOST_IN_MEMORY, MemoryState, SharedState
from tests.client.redis_server import redis_server

Open = Callable[[], SharedState]


@pytest.fixture(params=["memory", "sqlite", "redis"])
async def opened(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Open]:
    """Opens the state as another process would; of `memory` there is one alone."""
    async with AsyncExitStack() as stack:
        if request.param == "memory":
            alone = MemoryState()
            yield lambda: alone
            return
        url = f"sqlite:///{tmp_path / 'state.db'}"
        if request.param == "redis":
            url = stack.enter_context(redis_server()).url

        def open_state() -> SharedState:
            stores = open_stores(url)
            stack.push_async_callback(stores.aclose)
            return stores.state()

        yield open_state


async def test_what_one_keeps_another_reads(opened: Open) -> None:
    one, other = opened(), opened()
    assert await other.get("x") is None
    await one.put("x", "yes, é", 60)
    assert await other.get("x") == "yes, é"
    await other.put("x", "no", 60)
    assert await one.get("x") == "no"


async def test_an_entry_ends(opened: Open) -> None:
    state = opened()
    await state.put("stays", "1", 60)
    await state.put("x", "1", 0.05)
    await state.increase("n", 5, 0.05)
    with anyio.fail_after(60):
        while await state.get("x") is not None or await state.get("n") is not None:
            await anyio.sleep(0.01)
    assert await state.add("x", "2", 60)
    assert await state.increase("n", 1, 60) == 1
    assert await state.get("stays") == "1"


async def test_one_of_many_adds_and_one_of_many_takes(opened: Open) -> None:
    added: list[bool] = []
    taken: list[str | None] = []
    states = [opened() for _ in range(4)]

    async def add(state: SharedState) -> None:
        added.append(await state.add("x", "1", 60))

    async def take(state: SharedState) -> None:
        taken.append(await state.take("x"))

    async with anyio.create_task_group() as group:
        for state in states * 3:
            group.start_soon(add, state)
    async with anyio.create_task_group() as group:
        for state in states * 3:
            group.start_soon(take, state)
    assert sorted(added) == [False] * 11 + [True]
    assert sorted(taken, key=str) == ["1", *[None] * 11]


async def test_a_number_that_many_increase(opened: Open) -> None:
    states = [opened() for _ in range(3)]

    async def increase(state: SharedState) -> None:
        for _ in range(10):
            await state.increase("n", 2, 60)

    async with anyio.create_task_group() as group:
        for state in states:
            group.start_soon(increase, state)
    assert await states[0].get("n") == "60"


async def test_no_number_is_less_than_nothing(opened: Open) -> None:
    state = opened()
    assert await state.increase("n", -3, 60) == 0, "it has ended since it was counted in"
    assert await state.increase("n", 2, 60) == 2
    assert await state.increase("n", -1, 60) == 1
    assert await state.increase("n", -5, 60) == 0
    assert await state.increase("n", 1, 60) == 1


async def test_a_list_is_of_its_prefix(opened: Open) -> None:
    state = opened()
    for name in ("a:2", "a:1", "a[:3", "b:1", "a"):
        await state.put(name, name.upper(), 60)
    assert await state.list("a:") == {"a:1": "A:1", "a:2": "A:2"}
    assert list(await state.list("a")) == ["a", "a:1", "a:2", "a[:3"]


async def test_memory_is_bounded() -> None:
    state = MemoryState()
    for number in range(MOST_IN_MEMORY + 5):
        await state.put(f"x{number}", "1", 60 + number)
    assert len(await state.list("x")) <= MOST_IN_MEMORY
    assert await state.get(f"x{MOST_IN_MEMORY + 4}") == "1"


async def test_a_file_that_went_away_is_an_outage_and_one_that_never_was_is_this_process(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "state.db"
    stores = open_stores(f"sqlite:///{path}")
    state = stores.state()
    await state.put("x", "1", 60)
    with _broken(path), pytest.raises(StoreDown):
        await state.get("x")
    await stores.aclose()
    (tmp_path / "file").write_text("not a folder")
    stores = open_stores(f"sqlite:///{tmp_path / 'file' / 'state.db'}")
    state = stores.state()
    await state.put("x", "1", 60)
    assert await state.get("x") == "1"
    await stores.aclose()


@contextmanager
def _broken(path: Path) -> Any:
    """The table is held by somebody who does not let go."""
    with sqlite3.connect(path, isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        try:
            yield
        finally:
            other.execute("ROLLBACK")


async def test_redis_that_died_is_an_outage(tmp_path: Path) -> None:
    with redis_server() as server:
        stores = open_stores(server.url)
        state = stores.state()
        await state.put("x", "1", 60)
        server.stop()
        with pytest.raises(StoreDown):
            await state.get("x")
        await stores.aclose()


@pytest.mark.parametrize("kind", ["list", "set", "hash", "stream"])
async def test_whatever_another_program_keeps_under_a_name_is_no_entry(kind: str) -> None:
    fill = {"list": "RPUSH {} x", "set": "SADD {} x", "hash": "HSET {} x y", "stream": "XADD {} * x y"}[kind]
    with redis_server() as server, library.Redis.from_url(server.url) as other:
        stores = open_stores(server.url)
        state = stores.state()
        for name in ("get", "put", "add", "take", "increase"):
            other.execute_command(*fill.format(redis_state.PREFIX + name).split())
        assert await state.get("get") == ""
        await state.put("put", "ours", 60)
        assert await state.get("put") == "ours"
        assert not await state.add("add", "ours", 60)
        assert await state.take("take") == ""
        assert await state.take("take") is None
        assert await state.increase("increase", 2, 60) == 2
        assert await state.list("") == {"increase": "2", "put": "ours"}
        await stores.aclose()


async def test_an_answer_that_is_lost_is_asked_for_once_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """The connection breaks after what was sent is done. Nothing is taken back twice."""
    with redis_server() as server:
        stores = open_stores(server.url)
        state = stores.state()
        await state.increase("n", 5, 60)
        asked, broken = RedisState._asked, 0

        async def break_first(self: RedisState, ask: Any, again: Any) -> Any:
            async def lose_answer() -> Any:
                nonlocal broken
                await ask()
                broken += 1
                raise library.ConnectionError("lost")

            return await asked(self, lose_answer, again)

        monkeypatch.setattr(RedisState, "_asked", break_first)
        assert await state.add("x", "mine", 60), "it was this one that added it"
        assert not await state.add("x", "yours", 60)
        assert await state.get("x") == "mine"
        assert await state.take("x") is None, "who took it is not known"
        with pytest.raises(StoreDown):
            await state.increase("n", -1, 60)
        assert await state.get("n") == "4"
        assert broken == 6
        await stores.aclose()


async def test_while_redis_is_silent_only_the_first_question_waits_long(monkeypatch: pytest.MonkeyPatch) -> None:
    class Redis:
        """Answers nothing until `speaks`."""

        speaks = False

        def register_script(self, script: str) -> None:
            pass

        async def get(self, name: str) -> bytes:
            if not self.speaks:
                await anyio.sleep_forever()
            return b"there"

    redis = Redis()
    state = RedisState(redis)
    monkeypatch.setattr(redis_state, "_SECONDS", 0.01)
    with pytest.raises(StoreDown):
        await state.get("one")
    monkeypatch.setattr(redis_state, "_SECONDS", 3600.0)
    with pytest.raises(StoreDown), anyio.fail_after(60):
        await state.get("two")
    redis.speaks = True
    assert await state.get("three") == "there"
    redis.speaks = False
    with anyio.move_on_after(2 * redis_state._BRIEFLY) as waits:
        await state.get("four")
    assert waits.cancelled_caught, "once it has answered, it has all its time again"
