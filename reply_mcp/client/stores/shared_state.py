"""Small facts that the processes of a run share for a while: used confirmations, calls just made, counters.

They are kept where the request budgets are (`REPLY_BUDGET_URL`): in this process, in the SQLite file of a machine, or
in Redis. Every entry expires. Keys and values are text; whoever keeps something confidential encrypts it first.

Servers of other versions share it, and other programs may write to it: `read_entry` reads what it can be sure of.
"""

from __future__ import annotations

import contextlib
import re
import sys
import time
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import anyio

from reply_mcp.client.stores.outage import StoreDown

if TYPE_CHECKING:
    from reply_mcp.client.stores.sqlite import SqliteStores

T = TypeVar("T")
MOST_IN_MEMORY = 20_000
"""Entries of one process; beyond them the ones that expire first go."""
MOST_BYTES_IN_MEMORY = 64 * 1024 * 1024
"""Bytes of the large entries of one process; beyond them the oldest of these go. Small ones, such as the marks of used
confirmations, are never pushed out by large ones."""
LARGE = 1024
"""Bytes from which an entry is large."""
SWEEP_EVERY = 600.0
"""Seconds between two removals of what has expired."""
PATIENCE = 2.0
"""Seconds that an operation waits for those of other processes."""
_TABLE = (
    "CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, value TEXT NOT NULL, expires REAL NOT NULL) WITHOUT ROWID"
)


def read_entry(text: str | None, kind: type[T]) -> T | None:
    """What an entry holds as JSON: a tuple, or a dataclass, of whose fields a newer version may have more.

    None where there is no entry, or one that is no `kind`.
    """
    if text is None:
        return None
    try:
        found: T = _READERS(kind).validate_json(text, strict=True)
    except ValueError:
        return None
    return found


def _reader(kind: type[Any]) -> Any:
    from pydantic import TypeAdapter  # not needed before something is kept

    return TypeAdapter(kind)


_READERS: Callable[[Any], Any] = cache(_reader)


def read_number(text: str | None) -> int:
    """What a counter holds; 0 where there is none, or something else in its place."""
    return int(text) if text is not None and _NUMBER.fullmatch(text) else 0


_NUMBER = re.compile("[0-9]{1,15}")


class SharedState(Protocol):
    """Entries with a name, a value and an end. Each operation is atomic, whoever else is at it.

    Every method raises `StoreDown` where the entries cannot be reached.
    """

    async def get(self, name: str) -> str | None:
        """The value; None where there is none, or none any more; "" for what another program keeps there and is no
        text."""
        ...

    async def put(self, name: str, value: str, seconds: float) -> None:
        """Keeps the value for `seconds`, in place of what was there."""
        ...

    async def add(self, name: str, value: str, seconds: float) -> bool:
        """Keeps the value for `seconds` if there is none; whether it was kept."""
        ...

    async def take(self, name: str) -> str | None:
        """Removes the entry; its value, for one of those who take it at once."""
        ...

    async def increase(self, name: str, by: int, seconds: float) -> int:
        """Adds to a number that begins at 0 and ends `seconds` after it began; what it is now. Never less than 0: what
        is taken back may have been counted in a number that has ended."""
        ...

    async def list(self, prefix: str) -> dict[str, str]:
        """The entries whose names begin so, sorted by name."""
        ...


class MemoryState:
    """Entries of this process alone."""

    def __init__(self) -> None:
        self._entries: dict[str, tuple[str, float]] = {}
        self._large: dict[str, int] = {}
        """The bytes of each large entry, the oldest first."""
        self._bytes = 0
        """Of all large ones."""

    async def get(self, name: str) -> str | None:
        entry = self._entries.get(name)
        return entry[0] if entry is not None and entry[1] > time.monotonic() else None

    async def put(self, name: str, value: str, seconds: float) -> None:
        self._keep(name, value, time.monotonic() + seconds)

    async def add(self, name: str, value: str, seconds: float) -> bool:
        if await self.get(name) is not None:
            return False
        self._keep(name, value, time.monotonic() + seconds)
        return True

    async def take(self, name: str) -> str | None:
        value = await self.get(name)
        self._drop(name)
        return value

    async def increase(self, name: str, by: int, seconds: float) -> int:
        value = await self.get(name)
        total = max(0, read_number(value) + by)
        until = self._entries[name][1] if value is not None else time.monotonic() + seconds
        self._keep(name, str(total), until)
        return total

    async def list(self, prefix: str) -> dict[str, str]:
        now = time.monotonic()
        found = {name: value for name, (value, until) in self._entries.items() if until > now}
        return {name: found[name] for name in sorted(found) if name.startswith(prefix)}

    def _keep(self, name: str, value: str, until: float) -> None:
        if name not in self._entries and len(self._entries) >= MOST_IN_MEMORY:
            self._make_room()
        self._drop(name)
        self._entries[name] = (value, until)
        size = sys.getsizeof(value)
        if size >= LARGE:
            self._large[name] = size
            self._bytes += size
            while self._bytes > MOST_BYTES_IN_MEMORY:
                self._drop(next(iter(self._large)))

    def _drop(self, name: str) -> None:
        self._entries.pop(name, None)
        self._bytes -= self._large.pop(name, 0)

    def _make_room(self) -> None:
        now = time.monotonic()
        for name in [name for name, (_, until) in self._entries.items() if until <= now]:
            self._drop(name)
        if len(self._entries) >= MOST_IN_MEMORY:
            by_end = sorted(self._entries, key=lambda name: self._entries[name][1])
            for name in by_end[: MOST_IN_MEMORY // 10]:
                self._drop(name)


class SqliteState:
    """Entries in a table beside the budgets, in the same file; in this process where there can be no file."""

    def __init__(self, stores: SqliteStores) -> None:
        self._stores = stores
        self._prepared: Any = None
        self._swept_at = 0.0
        self._alone: MemoryState | None = None

    async def get(self, name: str) -> str | None:
        if (alone := self._instead()) is not None:
            return await alone.get(name)
        return await self._transact(lambda execute: _read(execute, name), lambda state: state.get(name))

    async def put(self, name: str, value: str, seconds: float) -> None:
        await self._transact(
            lambda execute: _write(execute, name, value, time.time() + seconds),
            lambda state: state.put(name, value, seconds),
        )

    async def add(self, name: str, value: str, seconds: float) -> bool:
        def change(execute: Any) -> bool:
            if _read(execute, name) is not None:
                return False
            _write(execute, name, value, time.time() + seconds)
            return True

        return await self._transact(change, lambda state: state.add(name, value, seconds))

    async def take(self, name: str) -> str | None:
        def change(execute: Any) -> str | None:
            value = _read(execute, name)
            execute("DELETE FROM state WHERE name = ?", (name,))
            return value

        return await self._transact(change, lambda state: state.take(name))

    async def increase(self, name: str, by: int, seconds: float) -> int:
        def change(execute: Any) -> int:
            row = execute("SELECT value, expires FROM state WHERE name = ?", (name,)).fetchone()
            current = row is not None and row[1] > time.time()
            total = max(0, (read_number(row[0]) if current else 0) + by)
            _write(execute, name, str(total), row[1] if current else time.time() + seconds)
            return total

        return await self._transact(change, lambda state: state.increase(name, by, seconds))

    async def list(self, prefix: str) -> dict[str, str]:
        def read(execute: Any) -> dict[str, str]:
            query = "SELECT name, value FROM state WHERE name >= ? AND name < ? AND expires > ? ORDER BY name"
            return dict(execute(query, (prefix, prefix + "\U0010ffff", time.time())).fetchall())

        return await self._transact(read, lambda state: state.list(prefix))

    def _instead(self) -> MemoryState | None:
        if self._alone is None and self._stores.impossible:
            self._alone = MemoryState()
        return self._alone

    async def _transact(self, change: Callable[[Any], T], otherwise: Callable[[MemoryState], Any]) -> T:
        """What `change` gives of one transaction; `otherwise` does the same in this process."""
        import sqlite3

        give_up = time.monotonic() + PATIENCE
        while self._instead() is None:
            try:
                return self._at_once(change)
            except sqlite3.OperationalError as error:
                busy = error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
                if not busy:
                    self._give_up(error)
                elif time.monotonic() > give_up:
                    raise StoreDown(str(error)) from None
            except (OSError, RuntimeError, sqlite3.Error) as error:
                self._give_up(error)
            await anyio.sleep(0.001)
        found: T = await otherwise(self._alone or MemoryState())
        return found

    def _give_up(self, error: Exception) -> None:
        self._stores.close()
        if self._stores.was_open:
            raise StoreDown(str(error)) from None
        self._stores.gave_up(error)

    def _at_once(self, change: Callable[[Any], T]) -> T:
        import sqlite3

        connection, _ = self._stores.connection()
        execute = connection.execute
        if self._prepared is not connection:
            execute(_TABLE)
            self._prepared = connection
            self._swept_at = 0.0
        if time.time() - self._swept_at > SWEEP_EVERY:
            self._swept_at = time.time()
            execute("DELETE FROM state WHERE expires < ?", (time.time(),))
        execute("BEGIN IMMEDIATE")
        try:
            result = change(execute)
            execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                execute("ROLLBACK")
            raise
        return result


def _read(execute: Any, name: str) -> str | None:
    row = execute("SELECT value FROM state WHERE name = ? AND expires > ?", (name, time.time())).fetchone()
    return None if row is None else str(row[0])


def _write(execute: Any, name: str, value: str, expires: float) -> None:
    execute(
        "INSERT INTO state VALUES (?1, ?2, ?3) ON CONFLICT (name) DO UPDATE SET value = ?2, expires = ?3",
        (name, value, expires),
    )
