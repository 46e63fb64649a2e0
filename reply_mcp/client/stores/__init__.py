"""Where limiters are kept: in this process, on this machine, or where several machines reach them."""

from __future__ import annotations

import re

from reply_mcp.client.stores.base import EXPECTED, Outage, Store, StoreDown, Stores

__all__ = ["Outage", "Store", "StoreDown", "Stores", "check_url", "is_redis", "open_stores"]

REDIS_SCHEMES = ("redis", "rediss", "unix", "redis+cluster", "rediss+cluster", "redis+sentinel", "rediss+sentinel")


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


def is_redis(url: str) -> bool:
    """Whether a setting names a Redis, which several machines share."""
    return url.strip().partition(":")[0] in REDIS_SCHEMES


def open_stores(url: str) -> Stores:
    """The stores that a setting names (see `check_url`). Nothing is made or connected to before its use.

    Raises:
        ValueError: for an address that names none, a file that is something else, or a client library that is not
            installed.
    """
    scheme, _, rest = check_url(url).partition(":")
    if scheme == "memory":
        from reply_mcp.client.stores.memory import MemoryStores

        return MemoryStores()
    if scheme == "sqlite":
        from reply_mcp.client.stores.sqlite import SqliteStores, check_is_budget

        if not rest:
            return SqliteStores()
        path = _file_path(rest[2:])
        check_is_budget(path)
        return SqliteStores(path)
    from reply_mcp.client.stores.redis import RedisStores

    return RedisStores(url.strip())


def _file_path(path: str) -> str:
    """The path of `sqlite:///path`, which is absolute: `/var/x`, `~/x`, and `C:/x` where there are drives."""
    path = "/" + path.lstrip("/")
    return path[1:] if re.match(r"/(~|[A-Za-z]:)", path) else path
