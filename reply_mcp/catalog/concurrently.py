"""Several reads at once, their results in order."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

import anyio


async def concurrently(*reads: Awaitable[Any]) -> list[Any]:
    """The results of the reads, in the order given.

    The first failure cancels the others and is raised as it is, not in a group.
    """
    results: list[Any] = [None] * len(reads)
    failures: list[Exception] = []

    async def run(place: int, read: Awaitable[Any]) -> None:
        try:
            results[place] = await read
        except Exception as error:
            failures.append(error)
            group.cancel_scope.cancel()

    async with anyio.create_task_group() as group:
        for place, read in enumerate(reads):
            group.start_soon(run, place, read)
    if failures:
        raise failures[0]
    return results
