"""Rate limiters in an SQLite file, shared by the processes of a machine.

One row for each credential, under a salted hash of its fingerprint; every change is one short transaction. A process
that is killed leaves a whole row behind, whose leases run out. The file holds nothing but counts: where the one in the
state directory cannot be read it is made anew, and where none can be made, each process counts for itself. A file that
a setting names is never replaced: it may be somebody's.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import os
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import anyio

from reply_mcp.client.rate_limits.rate_limiter import FORMAT, RateLimiter
from reply_mcp.client.stores.memory import MemoryStore
from reply_mcp.client.stores.outage import Outage, StoreDown, log
from reply_mcp.client.stores.shared_state import SqliteState

if TYPE_CHECKING:
    import sqlite3

T = TypeVar("T")
NAME = "budget-1.sqlite3"
"""The number is that of the tables: another one may be used beside it."""
PATIENCE = 2.0
"""Seconds that a transaction waits for those of other processes."""
UNUSED_FOR = 2 * 86_400
"""Seconds after which the row of a credential that nobody used is dropped."""
_SQLITE = b"SQLite format 3\x00"
"""What a database begins with."""
_TABLES = """
    CREATE TABLE IF NOT EXISTS salt (only_one INTEGER PRIMARY KEY CHECK (only_one = 1), salt BLOB NOT NULL);
    CREATE TABLE IF NOT EXISTS ledger (
        credential TEXT PRIMARY KEY, used_at INTEGER NOT NULL, state TEXT NOT NULL
    ) WITHOUT ROWID;
"""


def state_file() -> Path:
    """Where the file is unless a setting names another place: the user's state directory."""
    import platformdirs

    return platformdirs.user_state_path("reply-mcp", appauthor=False) / NAME


def check_is_budget(path: str | Path) -> None:
    """Raises ValueError for a file that is there and is something else than a request budget."""
    import sqlite3

    file = Path(path).expanduser()
    other = False
    with contextlib.suppress(OSError, sqlite3.OperationalError):
        with file.open("rb") as opened:
            start = opened.read(len(_SQLITE))
        other = bool(start) and start != _SQLITE
        if start and not other:
            with contextlib.closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
                try:
                    _refuse_others(connection)
                except sqlite3.OperationalError:
                    raise
                except sqlite3.DatabaseError:
                    other = True
    if other:
        raise ValueError(
            "the path of a new file, or of a request budget; the file there is something else, and was left as it is"
        )


class SqliteStores:
    """The stores of one file, opened when first used."""

    def __init__(self, path: str | Path | None = None) -> None:
        self._path = Path(path).expanduser() if path else None
        self._named = path is not None
        self._opened: tuple[sqlite3.Connection, bytes] | None = None
        self._file = (0, 0)
        self.impossible = False
        """Whether there can be no file, so that each process counts for itself."""
        self.was_open = False
        """Whether there has been a file."""
        self.outage = Outage("The file of the shared request budget")

    def of(self, fingerprint: str) -> _SqliteStore:
        return _SqliteStore(self, fingerprint)

    async def forget(self, fingerprint: str) -> None:
        import sqlite3

        if self._opened is None:
            return
        connection, salt = self._opened
        # A row that stays behind is dropped by whoever opens the file two days later.
        with contextlib.suppress(sqlite3.Error):
            connection.execute("DELETE FROM ledger WHERE credential = ?", (_row_of(fingerprint, salt),))

    def state(self) -> SqliteState:
        return SqliteState(self)

    def connection(self) -> tuple[sqlite3.Connection, bytes]:
        """The connection, and the salt of the file.

        Raises:
            OSError, sqlite3.Error
        """
        if self._opened is not None and self._file != _identity(self._path):
            self.close()  # it was deleted, or another one is in its place: where the others count from now on
        if self._opened is None:
            self._opened = self._open()
            self._file = _identity(self._path)
            self.was_open = True
        return self._opened

    def close(self) -> None:
        """Closes the file; it is opened again when it is next used."""
        import sqlite3

        opened, self._opened = self._opened, None
        if opened is not None:
            with contextlib.suppress(sqlite3.Error):
                opened[0].close()

    async def aclose(self) -> None:
        self.outage.expected = True
        self.close()

    def gave_up(self, error: Exception) -> None:
        """Says that there will be no file."""
        if not self.impossible:
            self.impossible = True
            log.warning(
                "The request budget cannot be shared with other processes, since %s cannot be written (%s): this "
                "process counts for itself. REPLY_BUDGET_URL names another place.",
                self._path or "a file in the state directory",
                error,
            )

    def _open(self) -> tuple[sqlite3.Connection, bytes]:
        # Here and not above: a server that nobody has asked for anything yet need not load it.
        import sqlite3

        path = self._path = self._path or state_file()
        # The file says when and how often an account is used: nobody else's business.
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            return _opened(path)
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            # Not a database, or a broken one, or another program's: it may be somebody's.
            if self._named:
                raise
            aside = next(
                one
                for number in itertools.count(1)
                if not (one := path.with_name(f"{path.name}.unreadable-{number}")).exists()
            )
            path.replace(aside)
            for belonging in ("-wal", "-shm"):
                Path(f"{path}{belonging}").unlink(missing_ok=True)
            log.warning("%s is not a budget file; it was renamed to %s", path, aside.name)
            return _opened(path)


def _opened(path: Path) -> tuple[sqlite3.Connection, bytes]:
    import secrets
    import sqlite3

    fresh = not path.exists()
    # No waiting inside the library: it would stop the event loop.
    connection = sqlite3.connect(path, timeout=0, isolation_level=None, cached_statements=16)
    try:
        _refuse_others(connection)
        if fresh:
            with contextlib.suppress(OSError):
                path.chmod(0o600)
        # A power cut may take the last counts along; no process that dies does.
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("BEGIN IMMEDIATE")
        for statement in _TABLES.split(";"):
            connection.execute(statement)
        connection.execute("INSERT OR IGNORE INTO salt VALUES (1, ?)", (secrets.token_bytes(16),))
        (salt,) = connection.execute("SELECT salt FROM salt").fetchone()
        connection.execute("DELETE FROM ledger WHERE used_at < ?", (int(time.time()) - UNUSED_FOR,))
        connection.execute("COMMIT")
    except BaseException:
        connection.close()
        raise
    return connection, bytes(salt)


def _refuse_others(connection: sqlite3.Connection) -> None:
    """Raises sqlite3.DatabaseError for a database of another program, which no table is made in."""
    import sqlite3

    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if tables and "salt" not in tables:
        raise sqlite3.DatabaseError("the file is the database of another program")


def _identity(path: Path | None) -> tuple[int, int]:
    """Of the file that is there now; zeros where there is none, or an empty one."""
    try:
        found = os.stat(path or "")  # noqa: PTH116  asked for at every change, and this is the quicker one
    except OSError:
        return 0, 0
    return (found.st_dev, found.st_ino) if found.st_size else (0, 0)


def _steady() -> int:
    """Milliseconds on a clock of the machine that nobody sets; it goes on while the machine sleeps."""
    # Python's own monotonic clock stands still then, but on Windows, where the others are not known.
    clock = getattr(time, "CLOCK_BOOTTIME", getattr(time, "CLOCK_MONOTONIC", None))
    return int((time.monotonic() if clock is None else time.clock_gettime(clock)) * 1000)


class _SqliteStore:
    """One row."""

    def __init__(self, stores: SqliteStores, fingerprint: str) -> None:
        self._stores = stores
        self._fingerprint = fingerprint
        self._credential = ""
        self._salt = b""
        self._offline: MemoryStore | None = None
        self.outage = stores.outage

    @property
    def shared(self) -> bool:
        return self._offline is None

    async def transact(self, change: Callable[[RateLimiter, int], T]) -> tuple[T, RateLimiter]:
        import sqlite3

        give_up = time.monotonic() + PATIENCE
        while self._offline is None:
            try:
                return self._at_once(change)
            except sqlite3.OperationalError as error:
                if not _passing(error):
                    self._without(error)
                elif time.monotonic() > give_up:
                    raise StoreDown(str(error)) from None
            except (OSError, RuntimeError, sqlite3.Error) as error:
                self._without(error)
            await anyio.sleep(random.uniform(0.0002, 0.002))
        return await self._offline.transact(change)

    def _without(self, error: Exception) -> None:
        """Counts in this process, if there can be no file; a file that was good is only away for a while."""
        self._stores.close()
        if self._stores.was_open:
            raise StoreDown(str(error)) from None
        self._stores.gave_up(error)
        self._offline = MemoryStore()

    def _at_once(self, change: Callable[[RateLimiter, int], T]) -> tuple[T, RateLimiter]:
        import sqlite3

        connection, salt = self._stores.connection()
        execute = connection.execute
        if self._salt != salt:
            self._salt = salt
            self._credential = _row_of(self._fingerprint, salt)
        execute("BEGIN IMMEDIATE")
        try:
            row = execute("SELECT state FROM ledger WHERE credential = ?", (self._credential,)).fetchone()
            try:
                limiter = RateLimiter.parse(row[0]) if row else RateLimiter()
            except ValueError:
                limiter = RateLimiter()
            # Read inside, so that it never runs backwards from one transaction to the next.
            now = time.time_ns() // 1_000_000
            limiter.sync_clock(now, _steady())
            result = change(limiter, now)
            execute(
                "INSERT INTO ledger VALUES (?1, ?2, ?3) "
                "ON CONFLICT (credential) DO UPDATE SET used_at = ?2, state = ?3",
                (self._credential, now // 1000, limiter.dump()),
            )
            execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                execute("ROLLBACK")
            raise
        return result, limiter


def _row_of(fingerprint: str, salt: bytes) -> str:
    """The name of a credential's row."""
    # Two versions would make each other's limiters anew, again and again: those of each format are apart.
    return hashlib.blake2b(f"{FORMAT} {fingerprint}".encode(), key=salt, digest_size=16).hexdigest()


def _passing(error: sqlite3.OperationalError) -> bool:
    """Whether another process is at it right now."""
    import sqlite3

    return error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
