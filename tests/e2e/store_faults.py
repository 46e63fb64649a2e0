"""A Redis that fails at a given operation of a call on the state that servers share."""

from __future__ import annotations

import os
import signal
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import redis

from reply_mcp.client.stores.redis_state import PREFIX, RedisState
from tests.client.redis_server import RedisServer

LOST = ("dropped", "of another type", "garbled", "cut off")
"""What is kept is gone, or is something else."""
DOWN = ("killed", "read-only", "full")
"""Nothing can be kept for a while."""


class StoreFaults:
    """What happens to the Redis of a server."""

    def __init__(self, server: RedisServer) -> None:
        self._server = server
        self.url = server.url
        self._client = redis.Redis.from_url(server.url)
        self._names: set[str] = set()
        self._kind = ""
        self._at = 0
        self.operations: list[str] = []
        """Those since `expect`, as `take consent:answer:…`."""
        self.happened = False

    def expect(self, kind: str = "", at: int = 0) -> None:
        """From now on, right before the operation with this number, from 1, the fault happens; none for 0."""
        self._kind, self._at, self.operations, self.happened = kind, at, [], False

    def before(self, what: str, name: str) -> None:
        self.operations.append(f"{what} {name}")
        self._names.add(f"{PREFIX}{name}")
        if len(self.operations) == self._at:
            self.happened = True
            self.happen(self._kind)

    def happen(self, kind: str) -> None:
        """Has it happen now."""
        client, self._kind = self._client, kind
        if kind == "silent":
            os.kill(self._server.pid, signal.SIGSTOP)
        elif kind == "killed":
            self._server.stop()
        elif kind == "read-only":
            client.execute_command("REPLICAOF", "127.0.0.1", "1")
        elif kind == "full":
            client.config_set("maxmemory", "1")
        elif kind == "dropped":
            client.flushall()
        elif kind == "of another type":
            for name in self._names | {key.decode() for key in client.keys("*")}:
                client.delete(name)
                client.rpush(name, "another program's")
        else:
            for name in client.keys("*"):
                held = client.get(name)
                client.set(name, b"\xff\xfe{" if kind == "garbled" else held[: len(held) // 2], keepttl=True)

    def mend(self) -> None:
        """Ends what keeps Redis from working. What it has lost stays lost."""
        if self._kind == "silent":
            os.kill(self._server.pid, signal.SIGCONT)
        elif self._kind == "killed":
            self._server.stop()
            self._server.start()
        else:
            self._client.execute_command("REPLICAOF", "NO", "ONE")
            self._client.config_set("maxmemory", "0")
        self.expect()

    def empty(self) -> None:
        self._client.flushall()

    def close(self) -> None:
        self._client.close()


@contextmanager
def store_faults(server: RedisServer) -> Iterator[StoreFaults]:
    """Sees each operation of every server of this process on its shared state."""
    faults = StoreFaults(server)

    def watched(what: str) -> Callable[..., Awaitable[Any]]:
        operate = getattr(RedisState, what)

        async def watch(self: RedisState, name: str, *rest: Any) -> Any:
            faults.before(what, name)
            return await operate(self, name, *rest)

        return watch

    with pytest.MonkeyPatch.context() as patch:
        for what in ("get", "put", "add", "take", "increase"):
            patch.setattr(RedisState, what, watched(what))
        try:
            yield faults
        finally:
            faults.close()
