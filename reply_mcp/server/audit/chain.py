"""The lines of the audit log: how they are chained, read and verified."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

FIRST = "0" * 64
"""What stands for the hash before the first line."""
MOST_FILES = 20
"""Files that are kept beside the current one; the oldest goes."""
MOST_READINGS = 5
"""Readings of a log that is written to meanwhile, after which what was found counts."""
_HASH = "hash"


@dataclass(frozen=True, slots=True)
class Head:
    """The last line of a chain: its number, from 1, and its hash."""

    number: int = 0
    hash: str = FIRST


def chained(facts: Mapping[str, Any], head: Head) -> tuple[str, Head]:
    """The line, with its line break, that follows `head`, and the head that it makes."""
    row = {"n": head.number + 1, **facts, "prev": head.hash}
    hash = _hash_of(row)
    return _text_of({**row, _HASH: hash}) + "\n", Head(head.number + 1, hash)


def rotated_files(path: Path) -> list[Path]:
    """The files of a log, oldest first: `audit.jsonl.2`, `audit.jsonl.1`, `audit.jsonl`."""
    beside = path.parent.iterdir() if path.parent.is_dir() else ()
    numbered = [(int(one.suffix[1:]), one) for one in beside if one.stem == path.name and one.suffix[1:].isdecimal()]
    return [found for _, found in sorted(numbered, reverse=True)] + ([path] if path.exists() else [])


def read_lines(path: Path) -> Iterator[tuple[Path, int, str]]:
    """Every line of a log, oldest first, with its file and its number there. All files are opened before the first is
    read, so that one that is set aside meanwhile is read once and wholly."""
    with ExitStack() as stack:
        for file, lines in _open_all(path, stack):
            for place, line in enumerate(lines, 1):
                yield file, place, line.rstrip("\n")


def _open_all(path: Path, stack: ExitStack) -> list[tuple[Path, TextIO]]:
    """The files of a log as they were at one moment, oldest first; opened again where files were set aside between the
    first and the last."""
    for left in reversed(range(MOST_READINGS)):
        opened: list[tuple[Path, TextIO]] = []
        try:
            for file in rotated_files(path):
                lines = stack.enter_context(file.open(encoding="utf-8", errors="replace", newline="\n"))
                opened.append((file, lines))
            if [os.fstat(lines.fileno()).st_ino for _, lines in opened] == [one for one, _ in _files_now(path)]:
                return opened
        except FileNotFoundError:
            if not left:
                raise
        else:
            if not left:
                return opened
        stack.close()
    return []


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a log, oldest first; lines that are none are left out (`verify` names them)."""
    for _, _, line in read_lines(path):
        row = parse(line)
        if row is not None:
            yield row


def read_head(path: Path) -> Head | None:
    """The head as the file beside the log has it; None where there is none or it cannot be read."""
    try:
        number, hash = head_file(path).read_text(encoding="ascii").split()
        return Head(int(number), hash)
    except (OSError, ValueError):
        return None


def head_file(path: Path) -> Path:
    """The file beside the log that has the last line's number and hash."""
    return path.with_name(path.name + ".head")


def parse(line: str) -> dict[str, Any] | None:
    """The row of a line; None where it is none."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return row if isinstance(row, dict) and isinstance(row.get("n"), int) and isinstance(row.get(_HASH), str) else None


@dataclass(frozen=True, slots=True)
class Verified:
    """What a log was found to be.

    Attributes:
        lines: how many lines were read.
        first: the number of the first one; above 1 where older files were dropped.
        faults: a sentence for each place where the chain is broken; none where it holds.
    """

    lines: int
    first: int
    faults: tuple[str, ...]


def verify(path: Path) -> Verified:
    """Checks the chain over all files of a log, its beginning, and its end against the head kept beside it. A fault
    that is found while servers write to the log or set files aside is looked for again."""
    for _ in range(MOST_READINGS - 1):
        before = _files_now(path)
        try:
            found = _verify(path)
        except FileNotFoundError:
            continue  # it was set aside meanwhile
        if not found.faults or _files_now(path) == before:
            return found
    return _verify(path)


def _files_now(path: Path) -> list[tuple[int, int]]:
    """Which files there are, and how large each is."""
    return [(one.stat().st_ino, one.stat().st_size) for one in rotated_files(path)]


def _verify(path: Path) -> Verified:
    faults: list[str] = []
    kept = read_head(path)  # before the lines: those that come meanwhile are after it
    aside = sum(file != path for file in rotated_files(path))
    head: Head | None = None
    count = first = 0
    for file, place, line in read_lines(path):
        where = f"{file.name} line {place}"
        count += 1
        row = parse(line)
        if row is None:
            faults.append(f"{where} is no line of the log")
            continue
        number, hash = row["n"], row.pop(_HASH)
        if head is None:
            first = number
            faults += _begins_late(number, row, where, aside)
        elif number != head.number + 1:
            faults.append(f"{where} has number {number} after {head.number}: {_gap(number, head.number)}")
        elif row.get("prev") != head.hash:
            faults.append(f"{where} (number {number}) does not follow the line before it")
        if _hash_of(row) != hash:
            faults.append(f"{where} (number {number}) was changed")
        elif kept is not None and number == kept.number and hash != kept.hash:
            faults.append(f"line {number} is not the one kept")
        head = Head(number, hash)
    return Verified(count, first, (*faults, *_ends_early(path, head or Head(), kept)))


def _begins_late(number: int, row: Mapping[str, Any], where: str, aside: int) -> Iterable[str]:
    """What is wrong with the first line, where `aside` files are kept beside the current one. Older lines go with whole
    files, once there are as many as are kept."""
    if number == 1:
        return [] if row.get("prev") == FIRST else [f"{where} is the first and does not begin a chain"]
    return [] if aside >= MOST_FILES else [f"{where} is the first and has number {number}: {number - 1} missing"]


def _gap(number: int, before: int) -> str:
    return f"{number - before - 1} missing" if number > before else "out of order or repeated"


def _ends_early(path: Path, head: Head, kept: Head | None) -> Iterable[str]:
    if kept is None:
        return [f"{head_file(path).name} is missing or cannot be read"] if head.number else []
    # A process that died between the line and the head leaves the head behind.
    return (
        [f"the last {kept.number - head.number} lines are missing (up to number {kept.number})"]
        if kept.number > head.number
        else []
    )


def _hash_of(row: Mapping[str, Any]) -> str:
    return hashlib.sha256(_text_of(row).encode()).hexdigest()


def _text_of(row: Mapping[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=True, separators=(",", ":"))
