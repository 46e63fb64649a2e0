"""Where rate limiters and other shared facts are kept: in a process, on a machine, or where several machines reach
them.

store         what every kind of store does
memory        the limiters of one process
sqlite        the limiters of a machine, in a file
redis         the limiters of several machines
shared_state  small facts that servers share for a while, in any of the three
redis_state   the same in Redis
addresses     how a setting names a store
outage        a store that cannot be used
"""

from __future__ import annotations

from reply_mcp.client.stores.addresses import check_url, file_path, is_redis
from reply_mcp.client.stores.outage import Outage, StoreDown
from reply_mcp.client.stores.store import Store, Stores

__all__ = ["Outage", "Store", "StoreDown", "Stores", "check_url", "is_redis", "open_stores"]


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
        path = file_path(rest[2:])
        check_is_budget(path)
        return SqliteStores(path)
    from reply_mcp.client.stores.redis import RedisStores

    return RedisStores(url.strip())
