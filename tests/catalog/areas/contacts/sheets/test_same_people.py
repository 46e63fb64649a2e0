"""The same forty people, as programs and encodings write them: the same forty contacts, or a refusal that says why."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest

from reply_mcp.catalog.areas.contacts.sheets import Changes, read_people
from tests.catalog.areas.contacts.sheets.test_tables import FIELDS

Person = dict[str, str]
Grid = list[list[Any]]

ENCODINGS = (
    *("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"),
    *("cp1252", "cp1250", "cp1254", "iso8859_15", "mac_roman", "cp850"),
)
"""The names below can be written in each of these."""
_FIRST = "Jörg Günter Käthe Björn Sören Jürgen Bärbel Ann Tim Eva".split()
_LAST = "Müller Schäfer Bäcker König Krüger Vögel Lösch Berg Ulm Haas".split()
PEOPLE = [
    {
        "firstName": _FIRST[number % 10],
        "lastName": _LAST[(number * 3 + number // 10) % 10],
        "email": f"p{number}@acme.example",
        "company": f"Brücke {number}, GmbH" if number % 4 else f'"Haus" {number} Söhne',
        "phone": f"+49 30 {1000 + number}" if number % 5 else "",
        **({"isOptedOut": "true"} if number in (7, 23) else {}),
    }
    for number in range(40)
]


def hubspot(people: list[Person]) -> Grid:
    header = ["Record ID", "First Name", "Last Name", "Email", "Company Name", "Phone Number"]
    rows = [[f"10{i}", *_of(one), one["phone"], _flag(one, "true", "false")] for i, one in enumerate(people)]
    return [[*header, "Unsubscribed from all email"], *rows]


def salesforce_report(people: list[Person]) -> Grid:
    rows = [[*_of(one), one["phone"], _flag(one, "1", "0")] for one in people]
    header = ["First Name", "Last Name", "Email", "Company / Account", "Phone", "Email Opt Out"]
    return [["Leads, November"], [], ["Filtered By", "All leads"], header, *rows, [], ["Grand Totals (40 records)"]]


def pipedrive(people: list[Person]) -> Grid:
    header = ["Person - First name", "Person - Last name", "Person - Email - Work", "Organization", "Person - Phone"]
    return [[*header, "Do not contact"], *([*_of(one), one["phone"], _flag(one, "Yes", "No")] for one in people)]


def google_contacts(people: list[Person]) -> Grid:
    header = ["Given Name", "Family Name", "E-mail 1 - Value", "Organization Name", "Phone 1 - Value", "Unsubscribed"]
    return [[*header, "", ""], *([*_of(one), one["phone"], _flag(one, "x", ""), "", ""] for one in people)]


def mailchimp(people: list[Person]) -> Grid:
    header = ["Email Address", "First Name", "Last Name", "Company", "Phone Number", "UNSUB_TIME"]
    rows = [
        [one["email"], one["firstName"], one["lastName"], one["company"], one["phone"], _flag(one, "2026-03-01", "")]
        for one in people
    ]
    return [header, *rows]


def outlook(people: list[Person]) -> Grid:
    header = ["First Name", "Middle Name", "Last Name", "E-mail Address", "Company", "Business Phone", "Do not mail"]
    rows = [
        [one["firstName"], "", one["lastName"], one["email"], one["company"], f"'{one['phone']}", _flag(one, "Y", "N")]
        for one in people
    ]
    return [header, *rows]


def dynamics(people: list[Person]) -> Grid:
    header = ["First Name", "Last Name", "Email", "Company Name", "Business Phone", "Do Not Bulk Email"]
    return [header, *([*_of(one), one["phone"] or "--", _flag(one, "Do Not Email", "No")] for one in people)]


def database_dump(people: list[Person]) -> Grid:
    header = ["first_name", "last_name", "email", "company", "phone", "is_unsubscribed"]
    return [header, *([*_of(one), one["phone"] or "NULL", _flag(one, "t", "f")] for one in people)]


def spreadsheet_by_hand(people: list[Person]) -> Grid:
    header = ["Vorname", "Nachname", "E-Mail", "Firma", "Telefon", "Werbesperre"]
    rows = [[*_of(one), one["phone"] or "k. A.", _flag(one, "ja", "nein")] for one in people]
    return [["Kontakte"], header, *rows[:20], header, *rows[20:]]


def merged_lists(people: list[Person]) -> Grid:
    header = ["Email", "First Name", "Last Name", "Email", "Company", "Phone", "Subscribed"]
    rows = [
        [f"\u200b{one['email']}", *_of(one)[:2], f"\u200b{one['email']}", one["company"], *_marked(one)]
        for one in people
    ]
    return [header, *rows]


def _marked(one: Person) -> list[str]:
    return [one["phone"] or "#N/A", _flag(one, "no", "yes")]


EXPORTS: tuple[Callable[[list[Person]], Grid], ...] = (
    *(hubspot, salesforce_report, pipedrive, google_contacts, mailchimp),
    *(outlook, dynamics, database_dump, spreadsheet_by_hand, merged_lists),
)


def _of(one: Person) -> list[str]:
    return [one["firstName"], one["lastName"], one["email"], one["company"]]


def _flag(one: Person, yes: str, no: str) -> str:
    return yes if "isOptedOut" in one else no


EXPECTED = [{field: value for field, value in one.items() if value} for one in PEOPLE]


@pytest.mark.parametrize("export", EXPORTS, ids=lambda export: export.__name__)
@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_the_same_people_come_out_of_every_file(
    export: Callable[[list[Person]], Grid], encoding: str, delimiter: str
) -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(export(PEOPLE))
    if not encoding.startswith("utf"):
        text = io.StringIO(text.getvalue().replace("\u200b", ""))
    changes = Changes()
    columns = {"Record ID": ""} if export is hubspot else None
    people = read_people(
        text.getvalue().encode(encoding), fields=FIELDS, most_rows=100, changes=changes, columns=columns
    )
    assert list(people.rows) == EXPECTED
    told = "\n".join(changes.lines())
    assert "Imported as opted out (isOptedOut): 2" in told
    assert ("The file was read as " in told) == (not encoding.startswith("utf") or encoding.endswith("e"))


@pytest.mark.parametrize("export", EXPORTS, ids=lambda export: export.__name__)
def test_the_same_people_come_out_of_every_workbook(export: Callable[[list[Person]], Grid]) -> None:
    book = openpyxl.Workbook()
    for row in export(PEOPLE):
        book.worksheets[0].append(row)
    content = io.BytesIO()
    book.save(content)
    columns = {"Record ID": ""} if export is hubspot else None
    people = read_people(content.getvalue(), fields=FIELDS, most_rows=100, changes=Changes(), columns=columns)
    assert list(people.rows) == EXPECTED


@pytest.mark.parametrize("export", EXPORTS, ids=lambda export: export.__name__)
@pytest.mark.parametrize("encoding", ["cp1251", "cp932"])
def test_names_of_other_scripts_come_out_of_every_file(export: Callable[[list[Person]], Grid], encoding: str) -> None:
    names = {"cp1251": ("Иван", "Ольга", "Юрий", "Петров"), "cp932": ("太郎", "花子", "健一", "山田")}[encoding]
    renamed = [
        one | {"firstName": names[i % 4], "lastName": names[-1], "company": f"ACME {i}"} for i, one in enumerate(PEOPLE)
    ]
    text = io.StringIO()
    csv.writer(text).writerows(export(renamed))
    content = text.getvalue().replace("\u200b", "").encode(encoding)
    columns = {"Record ID": ""} if export is hubspot else None
    people = read_people(content, fields=FIELDS, most_rows=100, changes=Changes(), columns=columns)
    assert [row["firstName"] for row in people.rows] == [one["firstName"] for one in renamed]
