"""The line that names the columns, the rows under it, and the lines around them that a program added."""

from __future__ import annotations

from collections.abc import Sequence, Set
from itertools import islice

from reply_mcp.catalog.areas.contacts.sheets.changes import Changes
from reply_mcp.catalog.areas.contacts.sheets.table import Line, Lines, Table
from reply_mcp.text.cleaning import clean, inline
from reply_mcp.text.lists import list_some, plural
from reply_mcp.text.names import fold_name

HEADER_WITHIN = 30
"""The header is sought in so many lines from the top."""
_MOST_LISTED = 3
_MOST_COLUMNS = 1000
_WIDTH = 60


def count_known(cells: Sequence[str], known: Set[str]) -> int:
    """How many different names of columns a line holds; `known` is folded."""
    return len({name for cell in cells if (name := fold_name(cell)) in known})


def read_table(found: Lines, known: Set[str], changes: Changes) -> Table:
    """The table that the lines hold.

    Args:
        known: names of columns that tell the header, folded.
        changes: notes lines above the header and below the rows, of columns that are left out.

    Raises:
        ValueError: with a line for each fault.
    """
    at = _header_at(found.lines, known)
    lines = found.lines[at:]
    if len(lines) < 2:
        raise ValueError("no rows below the line that names the columns")
    number, header = lines[0][0], [clean(cell).strip() for cell in lines[0][1]]
    if at:
        skipped = list_some((f'"{inline(" ".join(cells), _WIDTH)}"' for _, cells in found.lines[:at]), _MOST_LISTED)
        changes.note(f"The header is {found.unit} {number}; what stands above it was not read: {skipped}.")
    body = _without_repeated_headers(
        header, _without_footer(header, lines[1:], found.unit, changes), found.unit, changes
    )
    columns = _columns(header, body, found.unit, changes)
    rows = tuple(
        (line, {name: cells[at] for at, name in columns if at < len(cells) and cells[at]}) for line, cells in body
    )
    names = tuple(name for _, name in columns)
    as_written = set(header)
    return Table(names, rows, found.unit, tuple(name for name in names if name not in as_written))


def _header_at(lines: Sequence[Line], known: Set[str]) -> int:
    """The position of the header: the first line, unless a later one holds more names of columns, two at least."""
    best, most = 0, 1
    for at, (_, cells) in enumerate(islice(lines, HEADER_WITHIN)):
        if any("@" in cell for cell in cells) and at > best:
            break  # people begin here
        count = count_known(cells, known)
        if count > most or (count == most == 1 and at == 0):
            best, most = at, count
    return best


def _without_footer(header: Sequence[str], lines: Sequence[Line], unit: str, changes: Changes) -> Sequence[Line]:
    """The lines without those at the end that a report adds ("Grand totals"): one cell alone under several columns."""
    end = len(lines)
    while end and sum(map(bool, header)) > 2 and _is_remark(lines[end - 1][1]):
        end -= 1
    if not end:
        return lines  # a list of nothing but names
    for number, cells in lines[end:]:
        changes.note(
            f'{unit.capitalize()} {number}, one cell below the rows, was not read: "{inline(cells[0], _WIDTH)}".'
        )
    return lines[:end]


def _is_remark(cells: Sequence[str]) -> bool:
    """Whether a line is several words in its first cell and nothing else."""
    return len(cells[0].split()) > 1 and "@" not in cells[0] and not any(cells[1:])


def _without_repeated_headers(
    header: Sequence[str], lines: Sequence[Line], unit: str, changes: Changes
) -> Sequence[Line]:
    """The lines without those that say the header again, as lists do that were put one below the other."""
    again = [number for number, cells in lines if list(cells[: len(header)]) == list(header)]
    if again:
        which = list_some(again, _MOST_LISTED)
        changes.note(f"The header is repeated in {plural(len(again), unit)} ({which}), which were not read.")
    return [line for line in lines if line[0] not in set(again)]


def _columns(header: Sequence[str], lines: Sequence[Line], unit: str, changes: Changes) -> list[tuple[int, str]]:
    """The position and the name of each column that holds something or has a name."""
    width = max([len(header), *(len(cells) for _, cells in lines)])
    if width > _MOST_COLUMNS:
        raise ValueError(f"{width:,} columns; at most {_MOST_COLUMNS:,} can be read")
    filled: dict[int, int] = {}
    for number, cells in lines:
        for at, cell in enumerate(cells):
            if cell and at not in filled:
                filled[at] = number
    nameless = [at for at in range(width) if at in filled and not (at < len(header) and header[at])]
    beyond = [at for at in nameless if at >= len(header) or not any(header[at:])]
    if beyond:
        over = [number for number, cells in lines if any(cells[beyond[0] :])]
        where = list_some(over, _MOST_LISTED)
        raise ValueError(
            f"{plural(len(over), unit)} with more cells than the header has names "
            f"({beyond[0]}): {where}; quote cells that hold the delimiter, or name the columns"
        )
    if nameless:
        which = list_some((f"column {at + 1} has no name" for at in nameless), _MOST_LISTED)
        raise ValueError(f"{which} and holds something, first in {unit} {filled[nameless[0]]}; name it in the file")
    named = [(at, name) for at, name in enumerate(header) if name]
    return _without_doubles(named, lines, changes)


def _without_doubles(named: list[tuple[int, str]], lines: Sequence[Line], changes: Changes) -> list[tuple[int, str]]:
    """The columns without those that say the same as another of their name; others of one name are numbered, so that
    `columns` can name each: `Email (2)`."""
    kept: dict[str, list[tuple[int, str]]] = {}
    left_out: list[str] = []
    numbered: list[str] = []
    for at, name in named:
        others = kept.setdefault(fold_name(name), [])
        if any(_say_the_same(at, other, lines) for other, _ in others):
            left_out.append(name)
            continue
        if others:
            numbered.append(f"{name} ({len(others) + 1})")
        others.append((at, numbered[-1] if others else name))
    if left_out:
        changes.note(f"Repeated columns with nothing of their own were left out: {list_some(left_out, _MOST_LISTED)}.")
    return sorted(column for columns in kept.values() for column in columns)


def _say_the_same(at: int, other: int, lines: Sequence[Line]) -> bool:
    """Whether a column is empty, or the same as another, in each line."""
    pairs = ((cells[at] if at < len(cells) else "", cells[other] if other < len(cells) else "") for _, cells in lines)
    return all(not mine or mine == theirs for mine, theirs in pairs)
