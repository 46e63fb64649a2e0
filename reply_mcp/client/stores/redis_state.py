"""Facts that servers share, in Redis, which forgets them by itself (`shared_state`).

Another program may have put anything under one of these names. What is no text there counts as an empty one, which
nobody can read as an entry.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from reply_mcp.client.stores.outage import StoreDown

T = TypeVar("T")
PREFIX = "reply-mcp:state:"
# The number keeps its first end: an expiry that each addition moved would never come.
_INCREASE = """
local held = redis.pcall('GET', KEYS[1])
if held and (type(held) ~= 'string' or #held > 15 or not string.match(held, '^%d+$')) then
  redis.call('DEL', KEYS[1])
  held = nil
end
if tonumber(held or 0) + tonumber(ARGV[1]) < 0 then
  if not held then return 0 end
  ARGV[1] = '-' .. held
end
local total = redis.call('INCRBY', KEYS[1], ARGV[1])
if redis.call('PTTL', KEYS[1]) < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return total
"""
_SECONDS = 6.0
"""How long an operation may take in all."""
_BRIEFLY = 0.5
"""The same in the `_SILENT_FOR` seconds after one that was not answered, until another one is."""
_SILENT_FOR = 10.0


class RedisState:
    """Entries in Redis.

    Args:
        redis: a client that tries nothing twice: what was sent may have been done, and of what is added or taken twice
            the second time finds it so.
    """

    def __init__(self, redis: Any) -> None:
        self._redis = redis
        self._increase = redis.register_script(_INCREASE)
        self._silent_at = -math.inf
        """When it last gave no answer in all the time that it has, on the monotonic clock."""

    async def get(self, name: str) -> str | None:
        return await self._text(lambda: self._redis.get(PREFIX + name))

    async def put(self, name: str, value: str, seconds: float) -> None:
        async def put() -> None:
            await self._redis.set(PREFIX + name, value, px=_milliseconds(seconds))

        await self._asked(put, put)

    async def add(self, name: str, value: str, seconds: float) -> bool:
        key = PREFIX + name

        async def add() -> bool:
            return bool(await self._redis.set(key, value, px=_milliseconds(seconds), nx=True))

        async def add_again() -> bool:
            # The first try may have been done; no two callers add the same value.
            return await add() or _decoded(await self._redis.get(key)) == value

        return await self._asked(add, add_again)

    async def take(self, name: str) -> str | None:
        key = PREFIX + name
        return await self._text(lambda: self._redis.getdel(key), lambda: self._redis.delete(key))

    async def increase(self, name: str, by: int, seconds: float) -> int:
        async def increase() -> int:
            return int(await self._increase(keys=[PREFIX + name], args=[by, _milliseconds(seconds)]))

        # What may have been done counts twice rather than is taken back twice.
        return await self._asked(increase, increase if by > 0 else None)

    async def list(self, prefix: str) -> dict[str, str]:
        from redis.exceptions import ResponseError

        async def read() -> dict[str, str]:
            pattern = PREFIX + "".join(f"\\{sign}" if sign in "*?[]\\^-" else sign for sign in prefix) + "*"
            names = sorted([str(_decoded(name)) async for name in self._redis.scan_iter(match=pattern, count=1000)])
            found: dict[str, str] = {}
            for name in names:
                with contextlib.suppress(ResponseError):  # another program's value, of another type
                    if (value := _decoded(await self._redis.get(name))) is not None:
                        found[name.removeprefix(PREFIX)] = value
            return found

        return await self._asked(read, read)

    async def _text(
        self, ask: Callable[[], Awaitable[Any]], foreign: Callable[[], Awaitable[Any]] | None = None
    ) -> str | None:
        """The text that `ask` gives; "" where something of another type stands there, after `foreign`."""
        from redis.exceptions import ResponseError

        async def read() -> str | None:
            try:
                return _decoded(await ask())
            except ResponseError as error:
                if not str(error).startswith("WRONGTYPE"):
                    raise
            if foreign is not None:
                await foreign()
            return ""

        return await self._asked(read, read)

    async def _asked(self, ask: Callable[[], Awaitable[T]], again: Callable[[], Awaitable[T]] | None) -> T:
        """What Redis answers. Where the connection breaks, which an idle one may have long before, `again` asks once
        more; None where that must not be."""
        from redis.exceptions import ConnectionError as Broken
        from redis.exceptions import RedisClusterException, RedisError
        from redis.exceptions import TimeoutError as NoAnswer

        # A call asks several times. While nothing answers, it waits once for long, and not each time.
        silent = time.monotonic() < self._silent_at + _SILENT_FOR
        try:
            # As for the budgets: a scope of anyio would also cancel what the library awaits to put a connection away.
            async with asyncio.timeout(_BRIEFLY if silent else _SECONDS):
                try:
                    answer = await ask()
                except Broken:
                    if again is None:
                        raise
                    answer = await again()
            self._silent_at = -math.inf
            return answer
        except (NoAnswer, TimeoutError) as error:
            self._silent_at = self._silent_at if silent else time.monotonic()
            raise StoreDown(type(error).__name__) from None
        except (RedisError, RedisClusterException, OSError, EOFError) as error:
            raise StoreDown(type(error).__name__) from None


def _milliseconds(seconds: float) -> int:
    return max(1, round(seconds * 1000))


def _decoded(value: Any) -> str | None:
    return value.decode(errors="replace") if isinstance(value, bytes) else value
