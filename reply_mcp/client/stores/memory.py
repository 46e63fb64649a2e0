"""Rate limiters of this process alone."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import anyio

from reply_mcp.client.rate_limits.rate_limiter import RateLimiter
from reply_mcp.client.stores.outage import Outage
from reply_mcp.client.stores.shared_state import MemoryState

T = TypeVar("T")
UNUSED_FOR = 2 * 3600.0
"""Seconds after which what is kept of a credential that nobody used is dropped; no window is as long."""
SWEEP_EVERY = 60.0


class MemoryStore:
    """One limiter, on the clock of the event loop."""

    shared = False
    outage = Outage("memory")

    def __init__(self) -> None:
        self._ledger = RateLimiter(leases=False)
        self.used_at = time.monotonic()

    async def transact(self, change: Callable[[RateLimiter, int], T]) -> tuple[T, RateLimiter]:
        limiter = self._ledger
        self.used_at = time.monotonic()
        return change(limiter, int(anyio.current_time() * 1000)), limiter


class MemoryStores:
    """A store for each credential, gone with the process. It outlives the budget that uses it, as the windows do."""

    def __init__(self) -> None:
        self._stores: dict[str, MemoryStore] = {}
        self._state = MemoryState()
        self._swept_at = time.monotonic()

    def of(self, fingerprint: str) -> MemoryStore:
        now = time.monotonic()
        if now - self._swept_at > SWEEP_EVERY:
            self._swept_at = now
            self._stores = {name: store for name, store in self._stores.items() if now - store.used_at < UNUSED_FOR}
        return self._stores.setdefault(fingerprint, MemoryStore())

    async def forget(self, fingerprint: str) -> None:
        self._stores.pop(fingerprint, None)

    def state(self) -> MemoryState:
        return self._state

    async def aclose(self) -> None:
        pass
