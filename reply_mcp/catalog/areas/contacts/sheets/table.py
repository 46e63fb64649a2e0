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
    """The columns in order, and each row with its number, its empty cells left out."""

    columns: tuple[str, ...]
    rows: tuple[tuple[int, dict[str, str]], ...]
    unit: str = "line"

    def place(self, number: int) -> str:
        """`line 5`."""
        return f"{self.unit} {number}"
