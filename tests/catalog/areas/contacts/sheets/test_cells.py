"""Cells: what stands for no value, phones and addresses in spreadsheets' notation, characters that nobody sees."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reply_mcp.catalog.areas.contacts.sheets import Changes
from reply_mcp.catalog.areas.contacts.sheets.cells import mend


def mended(cell: str, field: str = "company") -> tuple[str, str]:
    changes = Changes()
    return mend(field, cell, "line 2", changes), "\n".join(changes.lines())


@pytest.mark.parametrize(
    "cell",
    """N/A|n/a|#N/A|#NV|#N/D|#BRAK|#Н/Д|NULL|null|None|NaN|nan|undefined|-|--|—|?|...|#REF!|#BEZUG!|#¡REF!|#VALUE!|#WERT!
    |#DIV/0!|#NAME?|#ИМЯ?|#ERROR!|#SPILL!|####|(null)|(blank)|-None-|[not provided]|\\N|k. A.|keine Angabe|non renseigné
    |нет данных|なし|(not set)|[object Object]""".replace("\n    ", "").split("|"),
)
def test_what_stands_for_no_value_is_left_empty_and_told(cell: str) -> None:
    assert mended(cell) == ("", f'Left empty, since they hold no value: 1 cell ("{cell}" 1).')


@pytest.mark.parametrize(
    "cell",
    [
        "Null",
        "Nan",
        "Na",
        "Nil",
        "#1 Plumbing",
        "#winning",
        "A",
        "-5",
        "N/A Ltd",
        "Noneman",
        "No",
        "x",
        "C#",
        "O'Neil",
        "?what",
    ],
)
def test_names_that_look_like_it_stay(cell: str) -> None:
    assert mended(cell) == (cell, "")


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("4.91512345678E+11", "491512345678"),
        ("4,91512345678E+11", "491512345678"),
        ("1.415555123E+9", "1415555123"),
        ('="0301234"', "0301234"),
        ('= "+49 30 1234"', "+49 30 1234"),
        ("'0301234", "0301234"),
        ("'+49301234", "+49301234"),
        ("491512345678.0", "491512345678"),
        ("491512345678,00", "491512345678"),
    ],
)
def test_phones_of_which_nothing_is_lost_are_restored_and_told(cell: str, number: str) -> None:
    now, told = mended(cell, "phone")
    assert now == number
    assert told.startswith("Phone numbers restored from a spreadsheet's notation: 1 (line 2, phone ")
    assert told.endswith(f" as {number}).")


@pytest.mark.parametrize("cell", ["4.91512E+11", "4,91512E+11", "4.9E11", "1E+10", '="4.91512E+11"'])
def test_phones_that_the_file_has_lost_are_left_empty_and_told_by_line(cell: str) -> None:
    now, told = mended(cell, "phone2")
    assert now == ""
    shown = cell.replace('"', "'")
    assert f'left empty; a corrected file fills them: 1 (line 2, phone2 "{shown}")' in told


@pytest.mark.parametrize("cell", ["+49 (0)30 1234-5", "030/1234", "555-0100 x 12", "001.415.555.0100"])
def test_other_phones_stay(cell: str) -> None:
    assert mended(cell, "phone") == (cell, "")


@pytest.mark.parametrize(
    "cell",
    [
        "\u200bp@roth.example",
        "p\u00ad@roth.example",
        "p@roth\u2060.example\ufeff",
        "\u202ap@roth.example\u202c",
        "p\u200d@roth.example",
        "\xa0p@roth\0.example",
    ],
)
def test_invisible_characters_in_addresses_are_removed_and_told(cell: str) -> None:
    now, told = mended(cell, "email")
    assert now == "p@roth.example"
    assert told == "Invisible characters removed: 1 (line 2, email: p@roth.example)."


def test_what_is_part_of_a_word_stays() -> None:
    persian, family = "می\u200cخواهم", "👩\u200d👧"
    assert mended(persian, "notes") == (persian, "")
    assert mended(family, "notes") == (family, "")


@pytest.mark.parametrize("cell", ["Pia\0", "Pia\x7f", "\ufeffPia"])
def test_control_characters_go_anywhere(cell: str) -> None:
    assert mended(cell, "firstName")[0] == "Pia"


@pytest.mark.parametrize(
    "cell",
    [
        "mailto:p@roth.example",
        "Pia Roth <p@roth.example>",
        "<p@roth.example>",
        "p@roth.example;",
        "Pia <mailto:p@roth.example>;",
    ],
)
def test_addresses_are_taken_out_of_what_stands_around_them(cell: str) -> None:
    now, told = mended(cell, "email")
    assert now == "p@roth.example"
    assert "Addresses taken out of what stood around them: 1" in told


@pytest.mark.parametrize("cell", ["a@b.example,c@d.example", "a@b.example; c@d.example", "nope", "a b@c.example"])
def test_what_is_no_single_address_is_left_to_the_check(cell: str) -> None:
    assert mended(cell, "email") == (cell, "")


@pytest.mark.parametrize("name", ["Jörg", "Zoë Čapek", "François", "Иван", "Łukasz"])
def test_letters_that_were_garbled_before_are_restored(name: str) -> None:
    garbled = name.encode().decode("cp1252", "surrogateescape")
    if not garbled.isprintable():
        pytest.skip("cannot stand in a file")
    now, told = mended(garbled, "firstName")
    assert now == name
    assert f"as {name}" in told


def test_letters_that_are_lost_are_told() -> None:
    assert mended("J\ufffdrg", "firstName") == (
        "J\ufffdrg",
        'Letters that are lost in the file, which has � in their place: 1 (line 2, firstName "J�rg").',
    )


@given(st.text(max_size=60), st.sampled_from(["email", "phone", "firstName", "notes"]))
def test_a_change_is_always_told_and_nothing_more_is_found_afterwards(cell: str, field: str) -> None:
    cell = cell.strip()
    now, told = mended(cell, field)
    assert bool(told) == (now != cell.replace("\xa0", " ").strip()) or "\ufffd" in cell or "�" in now
    assert "\0" not in now
