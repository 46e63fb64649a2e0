"""Excel workbooks (.xlsx) as lines of cells, by openpyxl, which the extra `excel` brings."""

from __future__ import annotations

import datetime
import importlib
import io
import zipfile
from collections.abc import Iterator
from typing import Any

from reply_mcp.catalog.areas.contacts.sheets.table import Line, Lines
from reply_mcp.text.lists import list_some
from reply_mcp.text.suggestions import did_you_mean

XLSX = b"PK\x03\x04"
_OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MOST_UNPACKED = 150 * 1024 * 1024
_MOST_PARTS = 5_000
_MOST_COLUMNS = 1_000
_MOST_LISTED = 20


def is_workbook(content: bytes) -> bool:
    """Whether a file is a workbook, of a kind that can be read or not, whatever its name says."""
    return content.startswith((XLSX, _OLD_OR_LOCKED))


def read_workbook(content: bytes, sheet: str | None, most_rows: int) -> Lines:
    """The rows of a worksheet, blank ones left out.

    Args:
        sheet: its name; None where only one is not empty.
        most_rows: more are not read; a row too many is, so that it can be counted.

    Raises:
        ValueError: for what is no workbook, is too large, or has several worksheets of which none is named.
    """
    if content.startswith(_OLD_OR_LOCKED):
        raise ValueError("an old .xls workbook, or one with a password: save it as .xlsx without one, or as CSV")
    _check_size(content)
    try:
        openpyxl = importlib.import_module("openpyxl")
    except ImportError:
        raise ValueError(
            'Excel files need the extra "excel": the person can install reply-mcp[excel], or save the sheet as CSV'
        ) from None
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        try:
            return Lines(tuple(_rows(_chosen(book, sheet), most_rows)), "row")
        finally:
            book.close()
    except (ValueError, MemoryError):
        raise
    except Exception as error:  # openpyxl raises what its XML and zip readers raise
        raise ValueError(f"the workbook cannot be read ({type(error).__name__}); save it anew, or as CSV") from None


def _check_size(content: bytes) -> None:
    """Raises where the workbook is no zip archive, or unpacks to too much (zipfile reads no more than is declared)."""
    try:
        parts = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except (zipfile.BadZipFile, ValueError):
        raise ValueError("the workbook is damaged: it is no whole zip archive") from None
    if not any(part.filename.endswith("workbook.xml") for part in parts):
        raise ValueError("a zip archive that is no Excel workbook; only .xlsx and CSV can be read")
    size = sum(part.file_size for part in parts)
    if size > _MOST_UNPACKED or len(parts) > _MOST_PARTS:
        raise ValueError(
            f"the workbook unpacks to {size / 1024 / 1024:,.0f} MB in {len(parts):,} parts; at most "
            f"{_MOST_UNPACKED // 1024 // 1024} MB can be read"
        )


def _chosen(book: Any, wanted: str | None) -> Any:
    sheets = {sheet.title: sheet for sheet in book.worksheets}
    if wanted is not None:
        by_folded = {name.strip().casefold(): name for name in sheets}
        name = by_folded.get(wanted.strip().casefold())
        if name is None:
            near = did_you_mean(wanted, sheets)
            raise ValueError(f'no sheet "{wanted[:60]}"{near}; there are {_quoted(sheets)}')
        return sheets[name]
    filled = {name: sheet for name, sheet in sheets.items() if sheet.sheet_state == "visible" and any(_rows(sheet, 1))}
    if len(filled) > 1:
        raise ValueError(f"the workbook has {len(filled)} sheets: {_quoted(filled)}; name one with sheet=…")
    if not filled:
        hidden = (
            f"; hidden are {_quoted(sheets)}" if any(one.sheet_state != "visible" for one in sheets.values()) else ""
        )
        raise ValueError(f"no sheet of the workbook shows anything{hidden}")
    return next(iter(filled.values()))


def _quoted(names: Any) -> str:
    return list_some((f'"{name}"' for name in names), _MOST_LISTED)


def _rows(sheet: Any, most: int) -> Iterator[Line]:
    sheet.reset_dimensions()  # what a file declares of its size may be wrong
    found = blank = 0
    for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
        cells = [_text(value) for value in row[:_MOST_COLUMNS]]
        if any(cells):
            yield number, cells
            found, blank = found + 1, 0
        else:
            blank += 1
        if found >= most or blank > most:
            return


def _text(value: Any) -> str:
    """A cell's value as it is shown: whole numbers without a fraction, dates without a time where it is midnight."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ")
    return str(value).strip()
