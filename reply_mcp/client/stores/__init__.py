"""Where ledgers are kept: in this process, on this machine, or where several machines reach them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, TypeVar

from reply_mcp.client.ledger import Ledger

if TYPE_CHECKING:
    from reply_mcp.client.shared_state import SharedState

__all__ = ["MemoryStores", "Store", "StoreDown", "Stores", "check_url", "open_stores"]

T = TypeVar("T")
REDIS_SCHEMES = ("redis", "rediss", "unix", "redis+cluster", "rediss+cluster", "redis+sentinel", "rediss+sentinel")
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
    """Keeps one credential's ledger."""

    @property
    def shared(self) -> bool:
        """Whether others may change it too."""
        ...

    @property
    def outage(self) -> Outage: ...

    async def transact(self, change: Callable[[Ledger, int], T]) -> tuple[T, Ledger]:
        """Applies `change` to the ledger as it is now, at the store's time in milliseconds, and keeps what it became;
        all at once, whoever else is at it. `change` may be called several times, each time on a fresh copy.

        Returns:
            What `change` returned, and the ledger as it was kept.

        Raises:
            StoreDown
        """
        ...


class Stores(Protocol):
    """One store for each credential of a run."""

    def of(self, fingerprint: str) -> Store:
        """The store of the credential with this fingerprint."""
        ...

    def state(self) -> SharedState:
        """Small facts that all who share these stores share too, for a while."""
        ...

    async def aclose(self) -> None: ...


def check_url(url: str) -> str:
    """The setting, if it names a store.

    Raises:
        ValueError: with what is expected.
    """
    scheme, colon, rest = url.strip().partition(":")
    if not colon or scheme not in ("memory", "sqlite", *REDIS_SCHEMES) or (scheme in REDIS_SCHEMES and not rest[2:]):
        raise ValueError(EXPECTED)
    if scheme == "memory" and rest:
        raise ValueError(EXPECTED)
    if scheme == "sqlite" and rest and not (rest.startswith("///") and rest[3:]):
        raise ValueError(EXPECTED)
    return url.strip()


def open_stores(url: str) -> Stores:
    """The stores that a setting names (see `check_url`). Nothing is imported, opened or connected to before its use.

    Raises:
        ValueError: for an address that names none, or a client library that is not installed.
    """
    scheme, _, rest = check_url(url).partition(":")
    if scheme == "memory":
        from reply_mcp.client.stores.memory import MemoryStores

        return MemoryStores()
    if scheme == "sqlite":
        from reply_mcp.client.stores.sqlite import SqliteStores

        return SqliteStores(rest[3:] or None)
    from reply_mcp.client.stores.redis import RedisStores

    return RedisStores(url.strip())
