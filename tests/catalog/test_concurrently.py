"""Reads at once: results in order, failures as they are, nothing left running."""

from __future__ import annotations

import anyio
import pytest

from reply_mcp.catalog.concurrently import concurrently


async def test_results_come_in_the_order_of_the_reads() -> None:
    second_done = anyio.Event()

    async def first() -> str:
        await second_done.wait()
        return "first"

    async def second() -> str:
        second_done.set()
        return "second"

    assert await concurrently(first(), second()) == ["first", "second"]
    assert await concurrently() == []


async def test_a_failure_ends_the_others_and_is_no_group() -> None:
    ended: list[str] = []

    async def waits() -> None:
        try:
            await anyio.sleep_forever()
        finally:
            ended.append("waits")

    async def fails() -> None:
        await anyio.lowlevel.checkpoint()
        raise LookupError("gone")

    with pytest.raises(LookupError, match="gone"):
        await concurrently(waits(), fails())
    assert ended == ["waits"]
