"""TOML as Codex keeps it: our tables are written at the end, and all other lines stay as they are."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Sequence
from typing import Any

from reply_mcp.cli.install.formats import BrokenFile, CannotEdit, newline_of

_HEADER = re.compile(r"\s*\[+\s*(?P<path>[^\[\]]+?)\s*\]+\s*(?:#.*)?")
_STRING = re.compile(r'''#[^\n]*|"""(?:\\.|[^\\])*?"""|\'{3}.*?\'{3}|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'''', re.DOTALL)
"""Strings, and comments, which may hold quotes."""
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_PART = re.compile(r"""\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([A-Za-z0-9_-]+))\s*(?:\.|$)""")


class Toml:
    """Tables by dotted names."""

    def load(self, text: str) -> dict[str, Any]:
        try:
            return tomllib.loads(text.removeprefix("\ufeff"))
        except tomllib.TOMLDecodeError as error:
            what = re.sub(r"\s*\(at .*\)$", "", str(error))
            found = re.search(r"at line (\d+), column (\d+)", str(error))
            line = text.count("\n") + 1
            # Its words may repeat a character of the file, and no more.
            raise BrokenFile(*((int(found[1]), int(found[2])) if found else (line, 1)), what) from None

    def put(self, text: str, path: Sequence[str], value: Any) -> str:
        newline = newline_of(text)
        block = "".join(line + newline for line in _tables(path, value))
        lines = text.splitlines(keepends=True)
        region = _region(lines, path)
        if region:
            start, end = region
            if lines[end - 1 : end] and not lines[end - 1].endswith("\n"):
                block = block.removesuffix(newline)
            return "".join(lines[:start]) + block + "".join(lines[end:])
        if not text.strip():
            return text + block
        return text + ("" if text.endswith("\n") else newline) + newline + block

    def drop(self, text: str, path: Sequence[str]) -> str:
        lines = text.splitlines(keepends=True)
        region = _region(lines, path)
        if region is None:
            raise CannotEdit("it is written in a form that cannot be removed without changing other lines")
        start, end = region
        if start and not lines[start - 1].strip():
            start -= 1
        return "".join(lines[:start] + lines[end:])

    def show(self, path: Sequence[str], value: Any) -> str:
        return "".join(f"{line}\n" for line in _tables(path, value))


def _region(lines: list[str], path: Sequence[str]) -> tuple[int, int] | None:
    """The lines of a table and of those below it, from the first to behind the last that says something of them."""
    start = end = None
    inside = False
    within = _within_strings("".join(lines))
    for number, line in enumerate(lines):
        header = None if number in within else _HEADER.fullmatch(line.rstrip("\r\n"))
        if header:
            inside = _names(header["path"])[: len(path)] == list(path)
            if inside and start is None:
                start = number
            elif inside and end is not None and any(one.strip() for one in lines[end:number]):
                raise CannotEdit("its tables do not stand together")
        if inside and (number in within or (line.strip() and not line.lstrip().startswith("#"))):
            end = number + 1
    return (start, end) if start is not None and end is not None else None


def _within_strings(text: str) -> set[int]:
    """The numbers of lines that begin within a string."""
    within: set[int] = set()
    for found in _STRING.finditer(text):
        first = text.count("\n", 0, found.start())
        within.update(range(first + 1, first + 1 + found[0].count("\n")))
    return within


def _names(path: str) -> list[str]:
    return [quoted or literal or bare for quoted, literal, bare in _PART.findall(path)]


def _tables(path: Sequence[str], value: dict[str, Any]) -> Iterator[str]:
    """A table, then those in it, each with its header."""
    yield f"[{'.'.join(_key(name) for name in path)}]"
    inner = {key: one for key, one in value.items() if isinstance(one, dict)}
    for key, one in value.items():
        if key not in inner:
            yield f"{_key(key)} = {_scalar(one)}"
    for key, one in inner.items():
        yield ""
        yield from _tables([*path, key], one)


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else json.dumps(name)


def _scalar(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(_scalar(one) for one in value)}]"
    if isinstance(value, (bool, str)):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, (int, float)):
        return repr(value)
    raise CannotEdit("its entry holds a value that is not written here")
