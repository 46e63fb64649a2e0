"""What the modules of formats have in common: one member of a configuration is set or removed, all else stays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol


class BrokenFile(Exception):
    """A file is not of its format. The message says where (line and column, from 1), and nothing of its content."""

    def __init__(self, line: int, column: int, what: str) -> None:
        super().__init__(f"line {line}, column {column}: {what}")


class CannotEdit(Exception):
    """A file is sound, and of a form in which our entry cannot be set without changing other lines."""


class Format(Protocol):
    """Edits texts of one format. A text that was edited parses to what was asked for: `files.edited` checks it."""

    def load(self, text: str) -> dict[str, Any]:
        """The whole as data.

        Raises:
            BrokenFile: where it cannot be parsed.
        """

    def put(self, text: str, path: Sequence[str], value: Any) -> str:
        """The text with the member at `path` set; containers that are missing are made.

        Raises:
            BrokenFile: where it cannot be parsed.
            CannotEdit: where it would have to be written anew.
        """

    def drop(self, text: str, path: Sequence[str]) -> str:
        """The text without the member at `path`, which is there: what `put` gave becomes what it was given, but for
        containers that it made.

        Raises:
            BrokenFile: where it cannot be parsed.
            CannotEdit: where it would have to be written anew.
        """

    def show(self, path: Sequence[str], value: Any) -> str:
        """A new text with this member alone."""


def line_and_column(text: str, at: int) -> tuple[int, int]:
    """Where a position stands, both counted from 1."""
    before = text[:at]
    return before.count("\n") + 1, at - (before.rfind("\n") + 1) + 1


def newline_of(text: str) -> str:
    """The line ending that a text has."""
    return "\r\n" if "\r\n" in text else "\n"


def data_with(data: dict[str, Any], path: Sequence[str], value: Any) -> dict[str, Any]:
    """Data as it is to be after `put`.

    Raises:
        CannotEdit: where a container is something else.
    """
    name, *rest = path
    if not rest:
        return {**data, name: value}
    inner = data.get(name)
    if inner is not None and not isinstance(inner, dict):
        raise CannotEdit(f"{name} is there, and is no list of servers by name")
    return {**data, name: data_with(inner or {}, rest, value)}


def data_without(data: dict[str, Any], path: Sequence[str]) -> dict[str, Any]:
    """Data as it is to be after `drop`."""
    name, *rest = path
    if not rest:
        return {key: value for key, value in data.items() if key != name}
    return {**data, name: data_without(data[name], rest)}
