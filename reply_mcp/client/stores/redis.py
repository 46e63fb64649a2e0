"""Rate limiters in Redis, shared by several machines, on the clock of the Redis server.

One key for each credential, named by a salted hash, which goes away two hours and a bit after its last use. A change is
made here, on a copy, and kept if nobody else has changed the limiter meanwhile; else it is made again on theirs.
Redis may lose everything: the budgets bring back what they know.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import random
import re
import secrets
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any, TypeVar
from urllib.parse import urlsplit

import anyio

from reply_mcp.client.rate_limits.rate_limiter import FORMAT, RateLimiter
from reply_mcp.client.stores.addresses import EXPECTED
from reply_mcp.client.stores.outage import Outage, StoreDown
from reply_mcp.client.stores.redis_state import RedisState
from reply_mcp.text.digits import is_digits

T = TypeVar("T")
_PREFIX = f"reply-mcp:budget:{FORMAT}:"
# Redis itself may be emptied at any moment, so the salt cannot be kept in it.
_SALT = b"reply-mcp redis budget"
KEPT_FOR = 2 * 3_600_000 + 600_000
"""Milliseconds for which the key of an unused credential stays."""
SECONDS = 1.0
"""How long Redis may take to accept a connection, and to answer."""
STATE_SECONDS = 5.0
"""The same for what people agree to, which is asked once a call and cannot be done without."""
MOST_SECONDS = 2.5
"""How long a change may take in all."""

# The state carries its version before the first blank. Answers {kept, the state that is there, the server's time}.
_KEEP = """
local now = redis.call('TIME')
local there = redis.pcall('GET', KEYS[1])
if type(there) ~= 'string' then there = '' end
local version = string.match(there, '^(%x+) ') or '0'
if version == ARGV[1] then
  redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
  return {1, '', now[1], now[2]}
end
return {0, there, now[1], now[2]}
"""


class RedisStores:
    """The stores of one Redis, connected to when first used."""

    def __init__(self, url: str) -> None:
        try:
            import_module("redis.asyncio")
        except ImportError:
            raise ValueError(
                "an installed Redis client for such an address: install reply-mcp[redis] (or memory: or sqlite:)"
            ) from None
        self._redis = _client(url, SECONDS)
        self._of_state = _client(url, STATE_SECONDS, tries=1)
        # One for all, so that a silence that one call has met is known to the others.
        self._state = RedisState(self._of_state)
        self._keep = self._redis.register_script(_KEEP)
        self.outage = Outage("Redis with the shared request budget")

    def of(self, fingerprint: str) -> _RedisStore:
        return _RedisStore(self._keep, _key_of(fingerprint), self.outage)

    async def forget(self, fingerprint: str) -> None:
        from redis.exceptions import RedisClusterException, RedisError

        # A key that stays behind goes by itself two hours later.
        with contextlib.suppress(RedisError, RedisClusterException, OSError, TimeoutError):
            async with asyncio.timeout(MOST_SECONDS):
                await self._redis.delete(_key_of(fingerprint))

    def state(self) -> RedisState:
        return self._state

    async def eviction_policy(self) -> str:
        """The policy by which this Redis drops entries when it is full, such as `allkeys-lru`; "" where it drops
        none, or does not say."""
        from redis.exceptions import RedisClusterException, RedisError

        with contextlib.suppress(RedisError, RedisClusterException, OSError, TimeoutError):
            async with asyncio.timeout(MOST_SECONDS):
                memory: dict[str, Any] = await self._redis.info("memory")
            # A cluster answers for each of its nodes.
            for node in (memory, *(one for one in memory.values() if isinstance(one, dict))):
                policy = str(node.get("maxmemory_policy") or "noeviction")
                if node.get("maxmemory") and policy != "noeviction":
                    return policy
        return ""

    async def aclose(self) -> None:
        self.outage.expected = True
        await self._redis.aclose()
        await self._of_state.aclose()


def _key_of(fingerprint: str) -> str:
    return _PREFIX + hashlib.blake2b(fingerprint.encode(), key=_SALT, digest_size=16).hexdigest()


def _client(url: str, seconds: float, tries: int = 2) -> Any:
    """The client of the library for this kind of address; what stands behind the scheme is the library's to read.

    Args:
        seconds: how long it waits for an answer.
        tries: how often it asks where the connection has an error.
    """
    import redis.asyncio as redis
    from redis.asyncio.retry import Retry
    from redis.backoff import NoBackoff

    # One more try at once: a connection that lay idle may have been closed by the server.
    errors: Any = (redis.ConnectionError, redis.TimeoutError, TimeoutError)
    options: dict[str, Any] = {
        "socket_connect_timeout": SECONDS,
        "socket_timeout": seconds,
        "retry": Retry(NoBackoff(), tries - 1, errors),
    }
    scheme, _, rest = url.partition("://")
    base, _, kind = scheme.partition("+")
    try:
        if kind == "cluster":
            return redis.RedisCluster.from_url(f"{base}://{rest}", **options)
        if kind == "sentinel":
            return _behind_sentinels(base, rest, options)
        return redis.Redis.from_url(url, **options)
    except (ValueError, redis.RedisError):
        # Without the library's own words: they quote parts of the address, and one of them may be the password.
        raise ValueError(EXPECTED) from None


def _behind_sentinels(scheme: str, rest: str, options: dict[str, Any]) -> Any:
    """`user:password@host:26379,host2:26379/name/0`: the master called `name`, database 0."""
    import redis.asyncio as redis

    *access, where = rest.rsplit("@", 1)
    hosts, _, path = where.partition("?")[0].partition("/")
    name, _, database = path.partition("/")
    if not hosts or not name or (database and not is_digits(database)):
        raise ValueError("a sentinel address needs hosts and the master's name")
    sentinels = []
    for host in hosts.split(","):
        parts = urlsplit(f"//{host}")
        sentinels.append((parts.hostname or "", parts.port or 26379))
    known = urlsplit(f"//{access[0]}@x") if access else None
    secret = {"username": known.username or None, "password": known.password} if known else {}
    connecting = dict(options)
    if scheme == "rediss":
        connecting["ssl"] = True
    sentinel: Any = redis.Sentinel
    found = sentinel(sentinels, sentinel_kwargs=connecting, **connecting, **secret, db=int(database or 0))
    return found.master_for(name)


class _RedisStore:
    """One key. The last state read is kept, so that a change costs one round trip where nobody else is at it."""

    shared = True

    def __init__(self, keep: Any, key: str, outage: Outage) -> None:
        self._keep = keep
        self._key = key
        self._state = ""
        self._ahead: float | None = None
        self._one_at_a_time = anyio.Lock()
        self.outage = outage

    async def transact(self, change: Callable[[RateLimiter, int], T]) -> tuple[T, RateLimiter]:
        from redis.exceptions import RedisClusterException, RedisError

        try:
            # The library's own tries behind a cluster or sentinels may take much longer than one connection. asyncio's
            # timeout cancels once; a scope of anyio would also cancel what the library awaits to put a broken
            # connection away.
            async with asyncio.timeout(MOST_SECONDS), self._one_at_a_time:
                return await self._changed(change)
        except (RedisError, RedisClusterException, OSError, TimeoutError, EOFError) as error:
            raise StoreDown(type(error).__name__) from None

    async def _changed(self, change: Callable[[RateLimiter, int], T]) -> tuple[T, RateLimiter]:
        if self._ahead is None:
            await self._sent("-", "")  # a version that nothing has: tells the state and the time
        attempt = 0
        while True:
            version, _, text = self._state.partition(" ")
            try:
                limiter = RateLimiter.parse(text) if text else RateLimiter()
            except ValueError:
                limiter = RateLimiter()
            now = int((time.monotonic() + (self._ahead or 0.0)) * 1000)
            limiter.sync_clock(now)
            result = change(limiter, now)
            # Not a number that counts up: after a restart the same one could mean another state.
            state = f"{secrets.token_hex(8)} {limiter.dump()}"
            if await self._sent(version or "0", state):
                self._state = state
                return result, limiter
            attempt += 1
            if attempt > 3:
                await anyio.sleep(random.uniform(0, 0.002 * min(attempt, 10)))

    async def _sent(self, version: str, state: str) -> bool:
        """Whether the state was kept; if not, what is there is now known."""
        began = time.monotonic()
        kept, there, seconds, micros = await self._keep(keys=[self._key], args=[version, state, KEPT_FOR])
        self._ahead = int(seconds) + int(micros) / 1e6 - (began + time.monotonic()) / 2
        if not kept:
            self._state = there.decode(errors="replace") if isinstance(there, bytes) else there
            if not re.match(r"[0-9a-fA-F]+ ", self._state):
                self._state = ""  # nothing, or nothing of ours: made anew
        return bool(kept)
