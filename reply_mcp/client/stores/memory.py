"""Rate limiters of this process alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import anyio

from reply_mcp.client.rate_limiter import RateLimiter
from reply_mcp.client.stores.base import Outage
from reply_mcp.client.stores.shared_state import MemoryState

T = TypeVar("T")


class MemoryStore:
    """One limiter, on the clock of the event loop."""

    shared = False
    outage = Outage("memory")

    def __init__(self) -> None:
        self._ledger = RateLimiter(leases=False)

    async def transact(self, change: Callable[[RateLimiter, int], T]) -> tuple[T, RateLimiter]:
        limiter = self._ledger
        return change(limiter, int(anyio.current_time() * 1000)), limiter


class MemoryStores:
    """A store for each credential, gone with the process."""

    def of(self, fingerprint: str) -> MemoryStore:
        return MemoryStore()

    def state(self) -> MemoryState:
        return MemoryState()

    async def aclose(self) -> None:
        pass
