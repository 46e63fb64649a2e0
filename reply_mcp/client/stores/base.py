"""What every kind of store is, and what can go wrong with it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, TypeVar

from reply_mcp.client.rate_limiter import RateLimiter

if TYPE_CHECKING:
    from reply_mcp.client.stores.shared_state import SharedState

T = TypeVar("T")
EXPECTED = (
    "memory:, sqlite: (a file in the state directory), sqlite:///path/to/file, redis://host:6379/0, rediss://…, "
    "redis+cluster://host:6379 or redis+sentinel://host:26379,host2:26379/name"
)

log = logging.getLogger("reply_mcp.budget")


class StoreDown(Exception):
    """The store cannot be reached or used now. The message says why, for the log."""


class Outage:
    """Says once that a store is away, and once that it is back, for all credentials that are kept in it."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._on = False
        self.expected = False
        """Whether the store was closed by ourselves."""

    def began(self, why: str) -> None:
        if not self._on and not self.expected:
            self._on = True
            log.warning("%s cannot be used (%s): each process counts its requests alone until it can", self._what, why)

    def ended(self) -> None:
        if self._on:
            self._on = False
            log.warning("%s can be used again: requests are counted together", self._what)


class Store(Protocol):
    """Keeps one credential's limiter."""

    @property
    def shared(self) -> bool:
        """Whether others may change it too."""
        ...

    @property
    def outage(self) -> Outage: ...

    async def transact(self, change: Callable[[RateLimiter, int], T]) -> tuple[T, RateLimiter]:
        """Applies `change` to the limiter as it is now, at the store's time in milliseconds, and keeps what it became;
        all at once, whoever else is at it. `change` may be called several times, each time on a fresh copy.

        Returns:
            What `change` returned, and the limiter as it was kept.

        Raises:
            StoreDown
        """
        ...


class Stores(Protocol):
    """One store for each credential of a run."""

    def of(self, fingerprint: str) -> Store:
        """The store of the credential with this fingerprint."""
        ...

    async def forget(self, fingerprint: str) -> None:
        """Drops what is kept of a credential that is none: nothing is to be counted for it."""
        ...

    def state(self) -> SharedState:
        """Small facts that all who share these stores share too, for a while."""
        ...

    async def aclose(self) -> None: ...
