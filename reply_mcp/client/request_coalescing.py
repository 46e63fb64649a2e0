"""Identical reads under way at the same time are one request.

The request belongs to none of those who wait for it: one that is cancelled leaves the others their answer, and only
when nobody waits any more is the request given up.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Hashable
from copy import deepcopy
from typing import Any

OnWait = Callable[[float, str], Awaitable[None]]
Fetch = Callable[[OnWait], Awaitable[Any]]
"""Sends the read; it is handed what to tell of waits."""


class _SharedRequest:
    """One read under way, and who waits for it."""

    def __init__(self, fetch: Fetch) -> None:
        self.waiting = 0
        self.shared = False
        self.listeners: list[OnWait] = []
        self.task = asyncio.ensure_future(fetch(self._tell))

    async def _tell(self, seconds: float, why: str) -> None:
        for listener in list(self.listeners):
            # Whoever cannot be told has gone, which is no trouble of the others.
            with contextlib.suppress(Exception):
                await listener(seconds, why)

    async def answer(self, on_wait: OnWait | None) -> Any:
        self.waiting += 1
        if on_wait is not None:
            self.listeners.append(on_wait)
        try:
            answer = await asyncio.shield(self.task)
        finally:
            self.waiting -= 1
            if on_wait is not None:
                self.listeners.remove(on_wait)
            if not self.waiting:
                self.task.cancel()  # of no effect once it is done
        # What checks and views make of an answer, they make in place.
        return deepcopy(answer) if self.shared else answer


class RequestCoalescer:
    """The reads of one credential that are under way."""

    def __init__(self) -> None:
        self._open: dict[Hashable, _SharedRequest] = {}

    async def share(self, key: Hashable, fetch: Fetch, on_wait: OnWait | None = None) -> tuple[Any, bool]:
        """The answer to the read that `key` stands for, and whether a request was made for this caller.

        Raises what `fetch` raises, to everyone who waits.
        """
        flight = self._open.get(key)
        if flight is not None and not flight.task.done() and flight.waiting:
            flight.shared = True
            return await flight.answer(on_wait), False
        flight = self._open[key] = _SharedRequest(fetch)
        try:
            return await flight.answer(on_wait), True
        finally:
            if self._open.get(key) is flight and not flight.waiting:
                del self._open[key]

    def part(self) -> None:
        """Lets nobody join the reads under way any more: a write has ended, and they began before it."""
        self._open.clear()
