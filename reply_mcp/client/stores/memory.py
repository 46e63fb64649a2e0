"""Ledgers of this process alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import anyio

from reply_mcp.client.ledger import Ledger
from reply_mcp.client.stores import Outage

T = TypeVar("T")


class MemoryStore:
    """One ledger, on the clock of the event loop."""

    shared = False
    outage = Outage("memory")

    def __init__(self) -> None:
        self._ledger = Ledger(leases=False)

    async def transact(self, change: Callable[[Ledger, int], T]) -> tuple[T, Ledger]:
        ledger = self._ledger
        return change(ledger, int(anyio.current_time() * 1000)), ledger


class MemoryStores:
    """A store for each credential, gone with the process."""

    def of(self, fingerprint: str) -> MemoryStore:
        return MemoryStore()

    async def aclose(self) -> None:
        pass
