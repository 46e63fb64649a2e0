"""A table of people: its columns and rows of text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Line = tuple[int, Sequence[str]]
"""The number of a line (in a workbook, of a row) and its cells."""


@dataclass(frozen=True, slots=True)
class Lines:
    """All lines of a file, before it is known which of them names the columns.

    Attributes:
        unit: what a line is called, `line` or `row`.
    """

    lines: tuple[Line, ...]
    unit: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table below its header.

    Attributes:
        columns: their names, in order.
        rows: each with the number of its line, its empty cells left out.
        unit: what a line is called.
        doubles: columns that have the name of an earlier one and say something else, numbered: `Email (2)`.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[int, dict[str, str]], ...]
    unit: str = "line"
    doubles: tuple[str, ...] = ()

    def place(self, number: int) -> str:
        """`line 5`."""
        return f"{self.unit} {number}"
