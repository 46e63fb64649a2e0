"""Tables of people as spreadsheets and CRMs write them."""

from __future__ import annotations

import pytest

from reply_mcp.catalog.areas.contacts.csv_rows import (
    by_field,
    sheet_of,
    text_of,
)
from reply_mcp.text.names import fold_name

FIELDS = ("email", "firstName", "linkedInUrl", "customFields")


@pytest.mark.parametrize("between", [",", ";", "\t", "|"])
def test_any_common_delimiter_is_seen_from_the_first_line(between: str) -> None:
    text = (
        f'\ufeffE-mail{between}"First, of; all|names"{between}City\r\na@b.com{between}"Ann ""A""\nLee"{between}\r\n\r\n'
    )
    sheet = sheet_of(text)
    assert sheet.columns == ("E-mail", "First, of; all|names", "City")
    assert sheet.rows == ((3, {"E-mail": "a@b.com", "First, of; all|names": 'Ann "A"\nLee'}),)


def test_blank_lines_and_columns_at_the_end_mean_nothing() -> None:
    assert sheet_of("\na,b,,\n 1 ,2,,\n,,,\n3\n").rows == ((2, {"a": "1", "b": "2"}), (4, {"a": "3"}))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a,b\n", "no rows"),
        ("", "no rows"),
        ("a,,c\n1,2,3", "column 2 has no name"),
        ("E-mail,email\n1,2", "repeated columns: E-mail, email"),
        ("a,b\n1,2,3\n4,5,6", "line 2: 3 cells for 2 columns\nline 3: 3 cells for 2 columns"),
        ('a,b\n"1,2\n', "line 2: unexpected end"),
        ('a,b\n"1"x,2\n', "line 2: "),
    ],
)
def test_what_is_no_table_is_told(text: str, fault: str) -> None:
    with pytest.raises(ValueError, match="^" + fault.replace("\n", "\\n")):
        sheet_of(text)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_marked_and_plain_unicode_is_read(encoding: str) -> None:
    assert text_of("Jörg".encode(encoding)) == ("Jörg", False)


def test_what_old_spreadsheets_write_is_a_guess() -> None:
    assert text_of("Jörg €".encode("cp1252")) == ("Jörg €", True)


def test_names_are_compared_without_case_blanks_and_signs() -> None:
    assert {fold_name(name) for name in ("First Name", "first_name", "firstName", "FIRST-NAME")} == {"firstname"}


def test_columns_become_fields_and_the_others_custom_fields() -> None:
    row = {"E-Mail": "a@b.com", "First name": "Ann", "Lead score": 17, "VIP": True, "Empty": " ", "None": None}
    assert by_field(row, FIELDS) == {
        "email": "a@b.com",
        "firstName": "Ann",
        "customFields": [{"name": "Lead score", "value": "17"}, {"name": "VIP", "value": "true"}],
    }


def test_a_field_that_is_named_rightly_is_not_replaced_by_one_that_is_not() -> None:
    row = {"Email": "other@b.com", "email": "a@b.com", "customFields": [{"id": 7, "value": "x"}], "Tags": ["a"]}
    assert by_field(row, FIELDS) == {
        "email": "a@b.com",
        "Tags": ["a"],
        "customFields": [{"id": 7, "value": "x"}, {"name": "Email", "value": "other@b.com"}],
    }
