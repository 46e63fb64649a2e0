"""CSV texts as lines of cells: comma, semicolon, tab or bar between them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence, Set
from itertools import islice

from reply_mcp.catalog.areas.contacts.sheets.header import HEADER_WITHIN, count_known
from reply_mcp.catalog.areas.contacts.sheets.table import Line, Lines

_DELIMITERS = ",;\t|"
_SEPARATOR_LINE = re.compile(r'\s*"?sep=(.)"?[ \t,;|]*\r?\n', re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"')


def read_delimited(text: str, known: Set[str]) -> Lines:
    """The lines of a CSV text, blank ones left out; a first line such as `sep=;` says what stands between cells.

    Args:
        known: names of columns that tell the header, folded (see `columns.known_names`).

    Raises:
        ValueError: where quotation marks do not close, with the line.
    """
    text = text.lstrip("\ufeff")
    first, delimiter = 1, ""
    if match := _SEPARATOR_LINE.match(text):
        delimiter, first, text = match[1], 1 + match[0].count("\n"), text[match.end() :]
    return Lines(tuple(_cells(text, delimiter or _delimiter(text, known), first)), "line")


def _cells(text: str, delimiter: str, first: int) -> Iterator[Line]:
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for cells in lines:
            stripped = [cell.strip() for cell in cells]
            if any(stripped):
                yield lines.line_num + first - 1, stripped
    except csv.Error as error:
        raise ValueError(f"line {lines.line_num + first - 1}: {error}") from None


def _delimiter(text: str, known: Set[str]) -> str:
    """What gives one of the first lines the most names of fields, or else the most cells."""
    return max(_DELIMITERS, key=lambda delimiter: _fit(text, delimiter, known))


def _fit(text: str, delimiter: str, known: Set[str]) -> tuple[int, int]:
    lines: list[Sequence[str]] = []
    try:
        lines += (cells for _, cells in islice(_cells(text, delimiter, 1), HEADER_WITHIN))
    except ValueError:  # of another delimiter's making, or a fault that is reported when it is read
        lines += (_QUOTED.sub("", line).split(delimiter) for line in text.splitlines()[:HEADER_WITHIN])
    return max((count_known(cells, known) for cells in lines), default=0), max(map(len, lines), default=0)
