"""The file of the audit log: appended by several processes at once, rotated by size, for its owner's eyes alone."""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import IO, Any

from reply_mcp.errors import NotDone
from reply_mcp.server.audit.chain import MOST_FILES, Head, chained, head_file, parse, read_head, rotated_files
from reply_mcp.settings import Settings

logger = logging.getLogger(__name__)

NAME = "audit.jsonl"
ROTATE_AT = 10_000_000
"""Bytes beyond which a file is set aside as `audit.jsonl.1`: some 25,000 lines."""
OFF = "off"


class AuditUnwritable(NotDone):
    """The log cannot be written, and the settings let nothing be written without it."""


class AuditLog:
    """Appends lines to one log.

    Args:
        path: the current file, or what finds it when it is first needed; None where there is to be no log.
        strict: whether a log that cannot be written stops what it was to log.
    """

    def __init__(
        self, path: Path | Callable[[], Path] | None, *, strict: bool = False, rotate_at: int = ROTATE_AT
    ) -> None:
        self._where = path
        self.strict = strict
        self._rotate_at = rotate_at
        self._warned = False

    @property
    def on(self) -> bool:
        """Whether there is a log."""
        return self._where is not None

    @cached_property
    def _path(self) -> Path | None:
        return self._where() if callable(self._where) else self._where

    def append(self, facts: Mapping[str, Any]) -> None:
        """Adds a line. Where that cannot be done, a log that is not strict warns of it once.

        Raises:
            AuditUnwritable: where the log is strict, with what is to be done, for the agent.
        """
        path = self._path
        if path is None:
            return
        try:
            self._append(path, facts)
            self._warned = False
        except OSError as error:
            why = error.strerror or type(error).__name__
            if self.strict:
                raise AuditUnwritable(
                    f"Not done: this server's audit log cannot be written ({why}), and its settings let nothing be "
                    "changed without it (REPLY_AUDIT_STRICT). Tell the person; only they can mend that."
                ) from None
            if not self._warned:
                logger.warning("the audit log %s cannot be written (%s): calls go on without it", path, why)
            self._warned = True

    def _append(self, path: Path, facts: Mapping[str, Any]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _locked(head_file(path)), _opened(path) as file:
            size = file.seek(0, os.SEEK_END)
            head = _head_of(path, file, size)
            line, head = chained(facts, head)
            # What a process that was killed left unfinished stays a line of its own.
            torn = b"\n" if size and _last_bytes(file, size, 1) != b"\n" else b""
            try:
                _write_whole(file, torn + line.encode())
            except OSError:
                with contextlib.suppress(OSError):
                    file.truncate(size)  # a full disk takes half a line
                raise
            _keep_head(path, head)
            if file.tell() >= self._rotate_at:
                file.close()  # open files cannot be renamed on Windows
                try:
                    _rotate(path)
                except OSError as error:  # the line is in the log all the same
                    logger.warning("the audit log %s grows on: it cannot be set aside (%s)", path, error.strerror)


def audit_log(settings: Settings) -> AuditLog:
    """The log of these settings."""
    return AuditLog(None if settings.audit == OFF else lambda: log_path(settings), strict=settings.audit_strict)


def log_path(settings: Settings) -> Path:
    """Where the log is unless it is off: as set, or in the user's state directory."""
    if settings.audit:
        return Path(os.path.expanduser(settings.audit))  # noqa: PTH111  (Path's own fails where there is no such user)
    import platformdirs  # not needed to list tools

    return platformdirs.user_state_path("reply-mcp", appauthor=False) / NAME


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Holds the log for this process. The file that is locked is never renamed."""
    with _opened(path) as file:
        if os.name == "nt":
            import msvcrt

            file.seek(1 << 20)  # a byte that nobody reads: Windows locks those that it names
            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)  # type: ignore[attr-defined,unused-ignore]
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
        yield  # closing the file gives the lock up


def _opened(path: Path) -> IO[bytes]:
    """The file for reading and writing, made with mode 0600 where there is none."""
    return open(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b", buffering=0)  # noqa: PTH123


def _write_whole(file: IO[bytes], data: bytes) -> None:
    """Raises OSError where a part of it finds no room, of which a write of some bytes says nothing by itself."""
    written = 0
    while written < len(data):
        written += file.write(data[written:])


def _head_of(path: Path, file: IO[bytes], size: int) -> Head:
    """The last line of the chain: that of the file, or of the one that was set aside last, or what the head says."""
    kept = read_head(path) or Head()
    found = _last_head(file, size)
    if found is None and (older := [one for one in rotated_files(path) if one != path]):
        with _opened(older[-1]) as before:
            found = _last_head(before, before.seek(0, os.SEEK_END))
    # Where lines were taken off the end, the chain goes on after the head, so that the gap stays to be seen.
    return found if found is not None and found.number >= kept.number else kept


def _last_head(file: IO[bytes], size: int) -> Head | None:
    for line in reversed(_last_bytes(file, size, 65_536).split(b"\n")):
        row = parse(line.decode("utf-8", "replace"))
        if row is not None:
            return Head(row["n"], row["hash"])
    return None


def _last_bytes(file: IO[bytes], size: int, most: int) -> bytes:
    file.seek(max(0, size - most))
    found = file.read(most)
    file.seek(size)
    return found


def _keep_head(path: Path, head: Head) -> None:
    with _opened(head_file(path)) as file:
        _write_whole(file, f"{head.number:020d} {head.hash}\n".encode())
        file.truncate()


def _rotate(path: Path) -> None:
    """Sets the current file aside. The oldest goes last: where this breaks off, too many files are kept, never too
    few."""
    kept = [found for found in reversed(rotated_files(path)) if found != path]
    moved = [(found, path.with_name(f"{path.name}.{int(found.suffix[1:]) + 1}")) for found in kept]
    for found, further in reversed(moved):
        found.rename(further)
    path.rename(path.with_name(f"{path.name}.1"))
    for _, oldest in reversed(moved[MOST_FILES - 1 :]):
        oldest.unlink()
