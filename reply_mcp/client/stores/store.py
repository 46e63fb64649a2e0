"""What every kind of store does."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, TypeVar

from reply_mcp.client.rate_limits.rate_limiter import RateLimiter
from reply_mcp.client.stores.outage import Outage

if TYPE_CHECKING:
    from reply_mcp.client.stores.shared_state import SharedState

T = TypeVar("T")


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
