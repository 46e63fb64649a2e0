"""Tables of people as spreadsheets and CRMs export them: any common kind of CSV, columns under any usual name."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from reply_mcp.text.lists import join
from reply_mcp.text.names import fold_name

_DELIMITERS = ",;\t|"
_BOMS = (
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"\xef\xbb\xbf", "utf-8-sig"),
)

USUAL = {
    "emailaddress": "email",
    "workemail": "email",
    "givenname": "firstName",
    "forename": "firstName",
    "surname": "lastName",
    "familyname": "lastName",
    "jobtitle": "title",
    "companyname": "company",
    "phonenumber": "phone",
    "mobilephone": "phone",
    "linkedinprofile": "linkedInUrl",
    "linkedinprofileurl": "linkedInUrl",
}
"""What the columns of exports and spreadsheets are usually called, where that can only mean one field."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: its columns in order, and each row with the line that it ends on, blank cells left out."""

    columns: tuple[str, ...]
    rows: tuple[tuple[int, dict[str, str]], ...]


def text_of(content: bytes) -> tuple[str, bool]:
    """The text of a file, and whether its encoding was a guess: neither marked nor UTF-8, as old spreadsheets write."""
    for bom, encoding in _BOMS:
        if content.startswith(bom):
            return content.decode(encoding, "replace"), False
    try:
        return content.decode(), False
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace"), True


def sheet_of(text: str) -> Sheet:
    """The table in a CSV text whose first line names the columns; comma, semicolon, tab or bar between cells.

    Raises:
        ValueError: with a line for each fault.
    """
    lines = csv.reader(io.StringIO(text.lstrip("\ufeff").lstrip(), newline=""), delimiter=_delimiter(text), strict=True)
    faults: list[str] = []
    rows: list[tuple[int, dict[str, str]]] = []
    try:
        columns = [column.strip() for column in next(lines, [])]
        while columns and not columns[-1]:
            columns.pop()
        faults += _of_columns(columns)
        for cells in lines:
            filled = [cell.strip() for cell in cells]
            if not any(filled):
                continue
            if any(filled[len(columns) :]):
                faults.append(f"line {lines.line_num}: {len(filled)} cells for {len(columns)} columns")
            named = zip(columns, filled, strict=False)
            rows.append((lines.line_num, {column: cell for column, cell in named if cell}))
    except csv.Error as error:
        faults.append(f"line {lines.line_num}: {error}")
    if not rows and not faults:
        faults.append("no rows below the line that names the columns")
    if faults:
        raise ValueError("\n".join(faults))
    return Sheet(tuple(columns), tuple(rows))


def _of_columns(columns: list[str]) -> list[str]:
    faults = [f"column {place} has no name" for place, column in enumerate(columns, 1) if not column]
    folded = [fold_name(column) for column in columns]
    doubled = {column for column, name in zip(columns, folded, strict=True) if name and folded.count(name) > 1}
    return faults + ([f"repeated columns: {join(sorted(doubled))}"] if doubled else [])


def _delimiter(text: str) -> str:
    first = re.sub(r'"[^"]*"', "", text.strip().partition("\n")[0])
    return max(_DELIMITERS, key=first.count)


def by_field(row: Mapping[str, Any], fields: Iterable[str]) -> dict[str, Any]:
    """The row with its columns under the names of fields, however they are spelled; the other columns become
    `customFields` by their titles. Blank ones among these go."""
    known = {fold_name(field): field for field in fields}
    exact = set(known.values())
    found: dict[str, Any] = {}
    custom: list[dict[str, str]] = []
    for column, value in row.items():
        field = column if column in exact else known.get(fold_name(column))
        if field is not None and (field == column or field not in row) and field not in found:
            found[field] = value
        elif isinstance(value, str | int | float | None):
            text = ("true" if value else "false") if isinstance(value, bool) else str("" if value is None else value)
            custom += [{"name": column.strip(), "value": text.strip()}] if text.strip() else []
        else:
            found[column] = value  # not a cell: it is refused under its name
    given = found.get("customFields")
    if custom and (given is None or isinstance(given, list)):
        found["customFields"] = [*(given or []), *custom]
    return found
