"""Work that outlives the call that began it.

This is the one place that starts tasks by asyncio's own means: every task of anyio lives in a task group, which ends
where it was entered. A session is opened by whichever call comes first and serves all that follow, so no block of the
server spans its life.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class BackgroundTasks:
    """The tasks of one session."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)  # the event loop itself keeps no task alive
        task.add_done_callback(self._tasks.discard)
        return task

    async def complete(self, work: Coroutine[Any, Any, T]) -> T:
        """The result of this work, which is done to its end even if the caller is cancelled meanwhile."""
        return await asyncio.shield(self.start(work))

    async def cancel(self) -> None:
        """Cancels every task, and waits until it has ended."""
        for task in self._tasks:
            task.cancel()
        await self.finish()

    async def finish(self, seconds: float | None = None) -> None:
        """Waits until every task has ended, `seconds` at most."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
