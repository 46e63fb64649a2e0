"""What reading a table changed or left out, listed in one place: each kind once, with its count and the first lines."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum

from reply_mcp.text.cleaning import inline
from reply_mcp.text.lists import list_some, plural

_MOST_LISTED = 5
_WIDTH = 40
_WIDTH_OF_PLACE = 120


class Change(StrEnum):
    """A kind of change to a cell; the value begins its line."""

    EMPTY = "Left empty, since they hold no value"
    PHONE = "Phone numbers restored from a spreadsheet's notation"
    PHONE_LOST = (
        "Phone numbers that are lost in the file (a spreadsheet rounded them), left empty; a corrected file fills them"
    )
    INVISIBLE = "Invisible characters removed"
    GARBLED = "Garbled letters restored"
    LETTERS_LOST = "Letters that are lost in the file, which has � in their place"
    WRAPPED = "Spreadsheet notation around values removed"
    ADDRESS = "Addresses taken out of what stood around them"
    OPTED_OUT = "Imported as opted out (isOptedOut)"
    OPT_OUT_LEFT_OUT = "Imported as contactable, since the column that marks them as opted out is left out"


class Changes:
    """Collects what was changed; `lines` gives it in words."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._cells: dict[Change, list[tuple[str, str, str]]] = {}

    def note(self, line: str) -> None:
        """A sentence about the table as a whole."""
        self._lines.append(line)

    def add(self, kind: Change, place: str, before: str = "", after: str = "") -> None:
        """A cell: where it is (`line 5, phone`), what it held, and what it holds now, where that tells something."""
        self._cells.setdefault(kind, []).append((place, before, after))

    def lines(self) -> list[str]:
        """A line for each kind, the sentences about the table first."""
        return self._lines + [f"{kind}: {self._cells_of(kind)}." for kind in Change if kind in self._cells]

    def _cells_of(self, kind: Change) -> str:
        cells = self._cells[kind]
        if kind is Change.EMPTY:
            counts = Counter(before for _, before, _ in cells).most_common()
            which = list_some((f'"{_short(value)}" {count:,}' for value, count in counts), _MOST_LISTED)
            return f"{plural(len(cells), 'cell')} ({which})"
        return f"{len(cells):,} ({list_some((_cell(*cell) for cell in cells), _MOST_LISTED)})"


def _cell(place: str, before: str, after: str) -> str:
    """`line 5, phone ="0301" as 0301`."""
    now = f" as {_short(after)}" if after else ""
    return (f'{inline(place, _WIDTH_OF_PLACE)} "{_short(before)}"' if before else inline(place, _WIDTH_OF_PLACE)) + now


def _short(value: str) -> str:
    return inline(value, _WIDTH)
