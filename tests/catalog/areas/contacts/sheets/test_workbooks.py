"""Excel workbooks: the same rules as for CSV, several sheets named, nothing that costs more than it may."""

from __future__ import annotations

import datetime
import io
import sys
import zipfile
from typing import Any

import openpyxl
import pytest

from reply_mcp.catalog.areas.contacts.sheets import Changes, People, read_people
from reply_mcp.catalog.areas.contacts.sheets.workbook import read_workbook
from tests.catalog.areas.contacts.sheets.test_tables import FIELDS

PEOPLE = [["First Name", "Email", "Phone"], ["Fay", "fay@ito.example", 491512345678], ["Gil", "gil@ito.example", None]]


def workbook_of(**sheets: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name.replace("_", " "))
        for row in rows:
            sheet.append(row)
    return saved(book)


def saved(book: Any) -> bytes:
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def people_of(content: bytes, sheet: str | None = None, most_rows: int = 1000) -> tuple[People, str]:
    changes = Changes()
    people = read_people(content, fields=FIELDS, most_rows=most_rows, changes=changes, sheet=sheet)
    return people, "\n".join(changes.lines())


def test_a_sheet_is_read_with_numbers_as_they_are_shown() -> None:
    people, told = people_of(workbook_of(People=PEOPLE))
    assert people.rows == (
        {"firstName": "Fay", "email": "fay@ito.example", "phone": "491512345678"},
        {"firstName": "Gil", "email": "gil@ito.example"},
    )
    assert people.places == ("row 2", "row 3")
    assert told == ""


def test_values_become_text_as_people_write_it() -> None:
    row = [7, 7.5, True, datetime.datetime(2026, 3, 1), datetime.datetime(2026, 3, 1, 9, 30), None, " x "]
    lines = read_workbook(workbook_of(One=[row]), None, 10).lines
    assert lines == ((1, ["7", "7.5", "TRUE", "2026-03-01", "2026-03-01 09:30:00", "", "x"]),)


def test_the_rules_for_cells_and_headers_hold_too() -> None:
    rows = [
        ["Leads of November"],
        [],
        ["First Name", "E-Mail", "Company", "Phone", "Unsubscribed"],
        ["Fay", "\u200bfay@ito.example", "#N/A", "4.91512E+11", True],
        [],
        ["Total: 1"],
    ]
    people, told = people_of(workbook_of(Report=rows))
    assert people.rows == ({"firstName": "Fay", "email": "fay@ito.example", "isOptedOut": "true"},)
    for part in ("The header is row 3", "row 4, phone", '"#N/A" 1', "Invisible", "row 4, Unsubscribed", "Row 6"):
        assert part in told


def test_several_sheets_are_named_and_one_is_taken_by_name() -> None:
    content = workbook_of(People=PEOPLE, Price_list=[["SKU"], ["x"]], Empty=[])
    with pytest.raises(ValueError, match='the workbook has 2 sheets: "People", "Price list"; name one with sheet='):
        people_of(content)
    assert len(people_of(content, "people ")[0].rows) == 2
    with pytest.raises(ValueError, match=r'no sheet "Peeple" \(did you mean People\?\); there are "People", "Price'):
        people_of(content, "Peeple")


def test_the_only_sheet_that_shows_something_needs_no_name() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook_of(Lists=[["a"]], People=PEOPLE, Blank=[])))
    book["Lists"].sheet_state = "hidden"
    assert len(people_of(saved(book))[0].rows) == 2


def test_a_workbook_with_no_name_of_its_kind_is_known_by_its_content() -> None:
    with pytest.raises(ValueError, match="sheet is for Excel workbooks"):
        read_people("First Name\nFay\n", fields=FIELDS, most_rows=9, changes=Changes(), sheet="People")
    with pytest.raises(ValueError, match="encoding is for CSV files"):
        read_people(workbook_of(P=PEOPLE), fields=FIELDS, most_rows=9, changes=Changes(), encoding="utf-8")


def test_old_and_locked_workbooks_are_told() -> None:
    with pytest.raises(ValueError, match=r"an old \.xls workbook, or one with a password"):
        people_of(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512))


def test_what_is_no_workbook_is_told() -> None:
    with pytest.raises(ValueError, match="no whole zip archive"):
        people_of(workbook_of(People=PEOPLE)[:900])
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    with pytest.raises(ValueError, match="no Excel workbook"):
        people_of(other.getvalue())
    broken = io.BytesIO()
    with zipfile.ZipFile(broken, "w") as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
    with pytest.raises(ValueError, match="cannot be read"):
        people_of(broken.getvalue())


def test_a_zip_bomb_is_not_unpacked() -> None:
    bomb = io.BytesIO(workbook_of(People=PEOPLE))
    with zipfile.ZipFile(bomb, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/bomb.xml", bytes(200 * 1024 * 1024))
    assert len(bomb.getvalue()) < 1024 * 1024
    with pytest.raises(ValueError, match="the workbook unpacks to 200 MB"):
        people_of(bomb.getvalue())


def test_rows_that_are_too_many_and_cells_far_away_cost_nothing() -> None:
    with pytest.raises(ValueError, match="at most 5 a call"):
        people_of(workbook_of(People=[PEOPLE[0], *([PEOPLE[1]] * 100)]), most_rows=5)
    book = openpyxl.load_workbook(io.BytesIO(workbook_of(People=PEOPLE)))
    book.worksheets[0]["XFD1048576"] = "far away"
    assert len(people_of(saved(book))[0].rows) == 2


def test_without_the_extra_one_line_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(ValueError, match=r'^Excel files need the extra "excel": .* reply-mcp\[excel\], .* as CSV$'):
        people_of(workbook_of_people)


workbook_of_people = workbook_of(People=PEOPLE)
