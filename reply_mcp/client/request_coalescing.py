"""Concurrent identical reads share one request ("single-flight").

Cancelling one waiter leaves it running for the others; when nobody waits any more, it is cancelled.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Hashable
from typing import Any

import anyio

from reply_mcp.catalog.own_answers import copy_of
from reply_mcp.client.background_tasks import BackgroundTasks
from reply_mcp.client.budget import OnWait

Fetch = Callable[[OnWait], Awaitable[Any]]
"""Sends the read; takes what to call when it waits."""


class _SharedRequest:
    """One read under way, and those who wait for it."""

    def __init__(self) -> None:
        self.waiters = 0
        self.shared = False
        self.began = time.monotonic()
        self.ended = anyio.Event()
        self._task: asyncio.Task[None] | None = None
        self._listeners: list[OnWait] = []
        self._answer: Any = None
        self._error: Exception | None = None

    def start(self, fetch: Fetch, background: BackgroundTasks) -> None:
        self._task = background.start(self._run(fetch))

    async def _run(self, fetch: Fetch) -> None:
        try:
            self._answer = await fetch(self._notify)
        except Exception as error:
            self._error = error
        finally:
            self.ended.set()

    async def answer(self, on_wait: OnWait | None) -> Any:
        self.waiters += 1
        if on_wait is not None:
            self._listeners.append(on_wait)
        try:
            await self.ended.wait()
        finally:
            self.waiters -= 1
            if on_wait is not None:
                self._listeners.remove(on_wait)
            if not self.waiters and self._task is not None:
                self._task.cancel()
        if self._error is not None:
            raise self._error
        # Checks and views change an answer in place.
        return copy_of(self._answer) if self.shared else self._answer

    async def _notify(self, seconds: float, why: str) -> None:
        for listener in list(self._listeners):
            # A listener that fails must not fail the request of the others.
            with contextlib.suppress(Exception):
                await listener(seconds, why)


class RequestCoalescer:
    """The reads of one credential that are under way."""

    def __init__(self, background: BackgroundTasks) -> None:
        self._background = background
        self._open: dict[Hashable, _SharedRequest] = {}

    def is_under_way(self, key: Hashable, since: float = 0.0) -> bool:
        """Whether `share` would join a read that is under way, and so cost no request."""
        request = self._open.get(key)
        return request is not None and request.waiters > 0 and not request.ended.is_set() and request.began >= since

    async def share(self, key: Hashable, fetch: Fetch, on_wait: OnWait | None = None, since: float = 0.0) -> Any:
        """The answer to the read that `key` stands for, from the one under way or from a new one.

        Raises what `fetch` raises, to every waiter.

        Args:
            since: reads that began before, on the monotonic clock, are not joined.
        """
        if self.is_under_way(key, since):
            request = self._open[key]
            request.shared = True
            return await request.answer(on_wait)
        request = self._open[key] = _SharedRequest()
        request.start(fetch, self._background)
        try:
            return await request.answer(on_wait)
        finally:
            if self._open.get(key) is request and not request.waiters:
                del self._open[key]

    def detach(self) -> None:
        """Lets no later read join those under way: a write has ended, and they began before it."""
        self._open.clear()
