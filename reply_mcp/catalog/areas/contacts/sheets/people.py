"""From a file's bytes, or a text, to the rows of an import."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from reply_mcp.catalog.areas.contacts.sheets.cells import holds_no_value, mend
from reply_mcp.catalog.areas.contacts.sheets.changes import Change, Changes
from reply_mcp.catalog.areas.contacts.sheets.columns import Columns, check_first_names, known_names, map_columns
from reply_mcp.catalog.areas.contacts.sheets.delimited import read_delimited
from reply_mcp.catalog.areas.contacts.sheets.encodings import Decoded, decode
from reply_mcp.catalog.areas.contacts.sheets.header import HEADER_WITHIN, read_table
from reply_mcp.catalog.areas.contacts.sheets.opt_outs import says_opted_out
from reply_mcp.catalog.areas.contacts.sheets.table import Table
from reply_mcp.catalog.areas.contacts.sheets.workbook import is_workbook, read_workbook
from reply_mcp.text.cleaning import inline
from reply_mcp.text.lists import list_some
from reply_mcp.text.names import fold_name

OPTED_OUT = "isOptedOut"
_MOST_LISTED = 5
_WIDTH = 40


@dataclass(frozen=True, slots=True)
class People:
    """Rows of an import by the names of fields.

    Attributes:
        places: where each row stands in the file (`line 5`).
        origin: the column that each field was read from.
    """

    places: tuple[str, ...]
    rows: tuple[dict[str, str], ...]
    origin: Mapping[str, str]


def read_people(
    source: str | bytes,
    *,
    fields: Collection[str],
    most_rows: int,
    changes: Changes,
    columns: Mapping[str, str] | None = None,
    encoding: str | None = None,
    sheet: str | None = None,
) -> People:
    """The people of a CSV text, or of the content of a CSV or Excel file.

    Args:
        fields: the fields of a contact, by their names on the wire.
        most_rows: more are refused.
        changes: notes everything that is not as the file has it.
        columns: by column, the field that it holds; "" leaves it out.
        encoding: of the file, where the caller knows it.
        sheet: the worksheet of a workbook.

    Raises:
        ValueError: with a line for each fault.
    """
    known = known_names(fields)
    guessed = sample = ""
    if isinstance(source, bytes) and is_workbook(source):
        if encoding is not None:
            raise ValueError("encoding is for CSV files; this is an Excel workbook")
        lines = read_workbook(source, sheet, most_rows + HEADER_WITHIN)
    elif sheet is not None:
        raise ValueError("sheet is for Excel workbooks; this is a CSV")
    else:
        decoded = decode(source, encoding) if isinstance(source, bytes) else Decoded(source)
        lines, guessed, sample = read_delimited(decoded.text, known), decoded.guessed, decoded.sample
    table = read_table(lines, known, changes)
    if len(table.rows) > most_rows:
        raise ValueError(f"{len(table.rows)} rows; at most {most_rows} a call")
    mapped = map_columns(table, columns or {}, fields, changes)
    check_first_names(table, mapped)
    by_folded = {fold_name(field): field for field in fields}
    names = {column: by_folded.get(fold_name(name), name) for column, name in mapped.fields.items()}
    rows = [_row(table, number, cells, names, mapped, changes) for number, cells in table.rows]
    _add_opt_outs(table, mapped, rows, changes)
    if guessed:
        shown = _first_name(rows, sample)
        changes.note(f"The file was read as {guessed}, as in {shown}; the argument encoding overrides that.")
    origin = {name: column for column, name in names.items() if name}
    return People(tuple(table.place(number) for number, _ in table.rows), tuple(rows), origin)


def _row(
    table: Table, number: int, cells: Mapping[str, str], names: Mapping[str, str], mapped: Columns, changes: Changes
) -> dict[str, str]:
    """A row by the names of fields, its cells as they were meant, empty ones left out."""
    row: dict[str, str] = {}
    for column, cell in cells.items():
        field = names[column]
        if field and column not in mapped.opt_outs and (value := mend(field, cell, table.place(number), changes)):
            row[field] = value
    return row


def _add_opt_outs(table: Table, mapped: Columns, rows: list[dict[str, str]], changes: Changes) -> None:
    """Marks who opted out, as columns of the table say; a no is not sent, since it would lift an opt-out in Reply."""
    unclear: dict[str, list[str]] = {}
    for (number, cells), row in zip(table.rows, rows, strict=True):
        place, who = table.place(number), row.get("email") or row.get("firstName", "")
        for column in (*mapped.opt_outs, *mapped.left_out):
            cell = cells.get(column, "")
            out = bool(cell) and not holds_no_value(cell) and says_opted_out(column, cell)
            if column in mapped.left_out:
                if out:
                    changes.add(Change.OPT_OUT_LEFT_OUT, f"{place}, {column}: {who}")
            elif out is None:
                unclear.setdefault(column, []).append(f'{place} "{inline(cell, _WIDTH)}"')
            elif out and OPTED_OUT not in row:
                row[OPTED_OUT] = "true"
                changes.add(Change.OPTED_OUT, f"{place}, {column}: {who}")
    if unclear:
        raise ValueError(
            "\n".join(
                f'the column "{column}" says who opted out, but neither yes nor no in '
                f"{list_some(cells, _MOST_LISTED)}. "
                f'Correct it, give the column another field, or leave it out with columns={{"{column}": ""}}'
                for column, cells in unclear.items()
            )
        )


def _first_name(rows: list[dict[str, str]], sample: str) -> str:
    """The first name that shows whether letters were read rightly, quoted."""
    names = (row[field] for field in ("firstName", "lastName") for row in rows if field in row)
    return f'"{inline(next((name for name in names if not name.isascii()), sample), _WIDTH)}"'
