"""The secrets behind codes: given, shared, or of the process."""

from __future__ import annotations

import anyio
import pytest

from reply_mcp.client.stores.shared_state import MemoryState
from reply_mcp.server.consent import seal_keys
from reply_mcp.server.consent.seal_keys import KEPT_SECONDS, NAME, SealKeys


async def test_keys_of_the_setting_come_before_those_that_are_shared() -> None:
    state = MemoryState()
    assert await SealKeys(("new", "old"), state).get() == ("new", "old")
    assert await state.get(NAME) is None


async def test_each_process_has_its_own_where_nothing_is_shared() -> None:
    one, other = SealKeys(), SealKeys()
    assert await one.get() == await one.get()
    assert await one.get() != await other.get()


async def test_of_those_who_make_one_at_once_all_have_the_same() -> None:
    class Slow(MemoryState):
        """Everybody looks before anybody has made one."""

        held = MemoryState()

        async def get(self, name: str) -> str | None:
            found = await self.held.get(name)
            await anyio.sleep(0.01)
            return found

        async def add(self, name: str, value: str, seconds: float) -> bool:
            return await self.held.add(name, value, seconds)

    state, found = Slow(), []

    async def take() -> None:
        found.append(await SealKeys((), state).get())

    async with anyio.create_task_group() as group:
        for _ in range(8):
            group.start_soon(take)
    assert len(set(found)) == 1
    assert len(found[0][0]) >= 32


async def test_a_key_in_use_does_not_end(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[float] = []

    class Counting(MemoryState):
        async def put(self, name: str, value: str, seconds: float) -> None:
            kept.append(seconds)
            await super().put(name, value, seconds)

    keys = SealKeys((), Counting())
    first = await keys.get()
    monkeypatch.setattr(seal_keys, "RENEWED_AFTER", -1.0)
    assert await keys.get() == first
    assert kept == [KEPT_SECONDS]
