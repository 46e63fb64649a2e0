"""Rows of cells as lines, in the fewest tokens that can still be read without counting."""

from __future__ import annotations

import re
from collections.abc import Sequence

EMPTY = "-"
"""An empty cell, where another one follows in its row."""
_FEW = 3
"""Rows from which it pays to say once what they share."""
_WIDEST = 32
_YEAR = re.compile(r"[12]\d{3}-(?=\d\d-\d\d(?: |$))")
_LABEL = re.compile(r"[a-z]+: ")
_FIGURES = re.compile(r"\d[\d:.,-]*(?: \d\d:\d\d)?$")
_ID = re.compile(r"[\w-]*\d[\w-]*$")
_LIST = "; "

Names = list[str]
Rows = list[list[str]]


def aligned(names: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """The header and the rows, columns padded to the widest cell that is not unusually wide.

    Padding is for people who read along; models pay nothing for it, since a run of blanks is one token of any length.
    Ids, numbers and moments, whose ends are seen, are set off by one blank, which is part of the next token; what every
    cell of a column begins with (a year, a label) is in the column's name; at the end of a row nothing stands for
    nothing.
    """
    heads, cells = _beginnings_once(names, rows)
    table = [heads, *cells]
    columns = list(zip(*table, strict=True))
    widths = [min(_WIDEST, max(map(len, column))) for column in columns]
    gaps = [" " if _ends_itself(name, column[1:]) else "  " for name, column in zip(names, columns, strict=True)]
    places = [f"%-{width}s{gap}" for width, gap in zip(widths, gaps, strict=True)]
    patterns = ["".join(places[:count]) for count in range(len(places) + 1)]
    return [_line(row, patterns) for row in table]


def _line(row: Sequence[str], patterns: Sequence[str]) -> str:
    """The row by the pattern for as many cells as there are up to the last that is not empty."""
    count = len(row)
    while count > 1 and row[count - 1] == EMPTY:
        count -= 1
    return (patterns[count] % tuple(row[:count])).rstrip()


def _ends_itself(name: str, cells: Sequence[str]) -> bool:
    """Whether one blank after these cells is no part of them."""
    if name.lower() == "id" or name.endswith(("Id", " id")):
        return not any(" " in cell for cell in cells)
    return all(cell == EMPTY or _FIGURES.match(cell) for cell in cells)


def _beginnings_once(names: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[Names, Rows]:
    """The year of a column's days, or the label of its cells, in its name: `added 2026-` over `07-04`."""
    heads, cells = list(names), [list(row) for row in rows]
    for index in range(len(heads)):
        filled = [row[index] for row in cells if row[index] != EMPTY]
        found = _YEAR.match(filled[0]) or _LABEL.match(filled[0]) if len(filled) >= _FEW else None
        if found is None or any((found.re.match(cell) or [""])[0] != found.group() for cell in filled):
            continue
        heads[index] = f"{heads[index]} {found.group().strip()}"
        for row in cells:
            row[index] = row[index].removeprefix(found.group())
    return heads, cells


def fold_repeated_columns(names: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[Names, Rows, list[str]]:
    """Names and rows without the columns that repeat others, and the facts that stand for those.

    `owner is sender` where every owner is the sender; `userId: Maria Silva 70411, Tom Okafor 70418` instead of an id in
    each of many rows that name the `user` too.
    """
    columns = dict(enumerate(zip(*rows, strict=True)))
    facts: list[str] = []
    for index in list(columns):
        cells = columns[index]
        same = next((other for other in columns if other < index and columns[other] == cells), None)
        if same is not None and len(rows) >= _FEW and set(cells) != {EMPTY}:
            facts.append(f"{names[index]} is {names[same]}")
            del columns[index]
    for index, name in enumerate(names):
        beside = name.removesuffix("Id").removesuffix(" id")
        other = names.index(beside) if beside in names and beside != name else -1
        if index in columns and other in columns and (once := _ids_once(columns[other], columns[index])):
            facts.append(f"{name}: {once}")
            del columns[index]
    return [names[index] for index in columns], [[row[index] for index in columns] for row in rows], facts


def _ids_once(named: Sequence[str], ids: Sequence[str]) -> str:
    """`Maria Silva 70411, Tom Okafor 70418`, where few are named, each by one name; else "": an id stays in its row."""
    pairs = dict.fromkeys(zip(named, ids, strict=True))
    one_to_one = len({name for name, _ in pairs}) == len({id for _, id in pairs}) == len(pairs)
    plain = all(name != EMPTY and ", " not in name and _ID.match(id) for name, id in pairs)
    return (
        ", ".join(f"{name} {id}" for name, id in pairs)
        if one_to_one and plain and len(pairs) * _FEW <= len(ids)
        else ""
    )


def part_words(words: Sequence[str]) -> str:
    """What stands between bare words: on one line unless one of them holds what would part them."""
    return "\n" if any(_LIST.strip() in word for word in words) else _LIST
