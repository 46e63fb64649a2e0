"""Tables as programs export them: delimiters, lines above the header and below the rows, columns that say nothing."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from reply_mcp.catalog.areas.contacts.bodies import ImportItem
from reply_mcp.catalog.areas.contacts.sheets import Changes, People, read_people
from reply_mcp.catalog.areas.contacts.sheets.columns import by_field, known_names
from reply_mcp.catalog.areas.contacts.sheets.delimited import read_delimited
from reply_mcp.catalog.areas.contacts.sheets.header import read_table
from reply_mcp.catalog.areas.contacts.sheets.table import Table
from reply_mcp.text.names import fold_name

FIELDS = [info.alias or name for name, info in ImportItem.model_fields.items() if name != "custom_fields"]
KNOWN = known_names(FIELDS)


def table_of(text: str, changes: Changes | None = None) -> Table:
    return read_table(read_delimited(text, KNOWN), KNOWN, changes or Changes())


def people_of(text: str, columns: Mapping[str, str] | None = None) -> tuple[People, str]:
    changes = Changes()
    people = read_people(text, fields=FIELDS, most_rows=1000, changes=changes, columns=columns)
    return people, "\n".join(changes.lines())


@pytest.mark.parametrize("between", [",", ";", "\t", "|"])
def test_any_common_delimiter_is_seen_from_the_first_lines(between: str) -> None:
    text = (
        f'\ufeffE-mail{between}"First, of; all|names"{between}City\r\na@b.com{between}"Ann ""A""\nLee"{between}\r\n\r\n'
    )
    table = table_of(text)
    assert table.columns == ("E-mail", "First, of; all|names", "City")
    assert table.rows == ((3, {"E-mail": "a@b.com", "First, of; all|names": 'Ann "A"\nLee'}),)


@pytest.mark.parametrize("first", ["sep=;\r\n", "SEP=;\n", '"sep=;"\n', "sep=;;;\n"])
def test_a_line_that_names_the_delimiter_is_no_header(first: str) -> None:
    table = table_of(f"{first}First Name;Last Name;Email\nJan;Bos, jr, the third;jan@bos.example\n")
    assert table.rows == ((3, {"First Name": "Jan", "Last Name": "Bos, jr, the third", "Email": "jan@bos.example"}),)


def test_blank_lines_and_columns_at_the_end_mean_nothing() -> None:
    assert table_of("\na,b,,\n 1 ,2,,\n,,,\n3\n").rows == ((3, {"a": "1", "b": "2"}), (5, {"a": "3"}))


def test_a_blank_column_between_others_means_nothing() -> None:
    assert table_of("a,,c\n1,,3\n").rows == ((2, {"a": "1", "c": "3"}),)


PREAMBLES = {
    "LinkedIn": 'Notes:\n"When exporting your connection data, some emails may be missing, see ""help""."\n\n',
    "Salesforce": "New leads this quarter\n\nAs of 2026-11-27 09:00\nFiltered By\nShow: All leads\n\n",
    "a title in German": "Kontaktliste Vertrieb;;;\nStand: 27.11.2026;;;\n",
    "a Matomo-like report": '"Report","Visitors"\n"Range","2026-01-01 to 2026-02-01"\n"Filter","none"\n',
    "SurveyMonkey": "RESPONDENTS: 1 of 1\n",
}


@pytest.mark.parametrize("program", PREAMBLES)
def test_lines_above_the_header_are_passed_over_and_told(program: str) -> None:
    between = ";" if program == "a title in German" else ","
    header = between.join(("First Name", "Last Name", "Email Address", "Company"))
    preamble = PREAMBLES[program]
    people, told = people_of(f"{preamble}{header}\n{between.join(('Fay', 'Ito', 'fay@ito.example', 'Ito KK'))}\n")
    assert people.rows == ({"firstName": "Fay", "lastName": "Ito", "email": "fay@ito.example", "company": "Ito KK"},)
    line = preamble.count("\n") + 1
    assert people.places == (f"line {line + 1}",)
    assert f"The header is line {line}; what stands above it was not read: " in told


def test_a_person_called_like_a_column_is_no_header() -> None:
    people, told = people_of("firstName,lastName,email\nTitle,Company,city@phone.example\nEmail,Phone,x@y.example\n")
    assert len(people.rows) == 2
    assert told == ""


def test_lines_below_the_rows_of_a_report_are_told() -> None:
    text = (
        "First Name,Email,Company\nFay,fay@ito.example,Ito\n\nGrand Totals (1 record),,\n"
        '"Confidential Information - Do Not Distribute"\n'
    )
    people, told = people_of(text)
    assert [row["firstName"] for row in people.rows] == ["Fay"]
    assert 'Line 4, one cell below the rows, was not read: "Grand Totals (1 record)"' in told
    assert 'Line 5, one cell below the rows, was not read: "Confidential Information' in told


def test_a_header_that_is_repeated_between_rows_is_no_person() -> None:
    people, told = people_of("First Name,Email\nA,a@b.example\nFirst Name,Email\nB,b@b.example\n")
    assert [row["firstName"] for row in people.rows] == ["A", "B"]
    assert "The header is repeated in 1 line (3)" in told


def test_a_column_that_repeats_another_is_left_out_and_told() -> None:
    people, told = people_of("First Name,Email,Email,First Name\nA,a@b.example,a@b.example,\n")
    assert people.rows == ({"firstName": "A", "email": "a@b.example"},)
    assert "Repeated columns with nothing of their own were left out: Email, First Name." in told


def test_columns_of_one_name_that_differ_can_be_told_apart() -> None:
    text = "First Name,Email,Email\nA,a@b.example,other@b.example\n"
    people, _ = people_of(text, {"Email (2)": ""})
    assert people.rows == ({"firstName": "A", "email": "a@b.example"},)
    people, _ = people_of(text, {"email": "", "email (2)": "email"})
    assert people.rows == ({"firstName": "A", "email": "other@b.example"},)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a,b\n", "no rows"),
        ("", "no rows"),
        ("a,,c\n1,2,3", "column 2 has no name and holds something, first in line 2"),
        ("a,b\n1,2,3\n4,5,6", r"2 lines with more cells than the header has names \(2\): 2, 3"),
        ("a,b\n" + "1,2,3\n" * 300, r"300 lines with more cells .*: 2, 3, 4 and 297 more"),
        ("a," * 1000 + "b\n" + "1," * 1000 + "2\n", "1,001 columns; at most 1,000"),
        ('a,b\n"1,2\n', "line 2: unexpected end"),
        ('a,b\n"1"x,2\n', "line 2: "),
    ],
)
def test_what_is_no_table_is_told_in_one_line(text: str, fault: str) -> None:
    with pytest.raises(ValueError, match="^" + fault) as raised:
        table_of(text)
    assert "\n" not in str(raised.value)


def test_names_are_compared_without_case_blanks_and_signs() -> None:
    assert {fold_name(name) for name in ("First Name", "first_name", "firstName", "FIRST-NAME")} == {"firstname"}


@pytest.mark.parametrize(
    "header",
    [
        "Vorname;Nachname;E-Mail-Adresse;Firma;Telefon",  # German
        "Prénom;Nom de famille;Adresse e-mail;Société;Téléphone",  # French
        "Nombre;Apellidos;Correo electrónico;Empresa;Teléfono",  # Spanish
        "Primeiro nome;Sobrenome;Endereço de e-mail;Empresa;Telefone",  # Portuguese
        "Имя;Фамилия;Электронная почта;Компания;Телефон",  # Russian
        "Imię;Nazwisko;Adres e-mail;Firma;Telefon",  # Polish
        "名;姓;メールアドレス;会社名;電話番号",  # Japanese
        "Given Name;Family Name;E-mail 1 - Value;Organization Name;Phone 1 - Value",  # Google
        "Person - First name;Person - Last name;Person - Email - Work;Organization;Person - Phone",  # Pipedrive
        "First Name;Last Name;Email;Company / Account;Mobile",  # Salesforce
        "first_name;last_name;work_email;account_name;work_direct_phone",  # Apollo
    ],
)
def test_columns_of_other_languages_and_programs_are_known(header: str) -> None:
    people, told = people_of(f"{header}\nFay;Ito;fay@ito.example;Ito KK;+81 3 1234\n")
    assert people.rows == (
        {
            "firstName": "Fay",
            "lastName": "Ito",
            "email": "fay@ito.example",
            "company": "Ito KK",
            "phone": "+81 3 1234",
        },
    )
    assert "Columns read as fields: " in told


def test_a_second_phone_is_phone2_and_a_third_is_not_guessed() -> None:
    people, _ = people_of("First Name,Mobile Phone,Work Phone,Business Phone\nFay,1,2,3\n")
    assert people.rows == ({"firstName": "Fay", "phone": "1", "phone2": "2", "Business Phone": "3"},)


def test_columns_become_fields_and_the_others_custom_fields() -> None:
    fields = ("email", "firstName", "linkedInUrl", "customFields")
    row = {"E-Mail": "a@b.com", "First name": "Ann", "Lead score": 17, "VIP": True, "Empty": " ", "None": None}
    assert by_field(row, fields) == {
        "email": "a@b.com",
        "firstName": "Ann",
        "customFields": [{"name": "Lead score", "value": "17"}, {"name": "VIP", "value": "true"}],
    }


def test_a_field_that_is_named_rightly_is_not_replaced_by_one_that_is_not() -> None:
    fields = ("email", "firstName", "linkedInUrl", "customFields")
    row = {"Email": "other@b.com", "email": "a@b.com", "customFields": [{"id": 7, "value": "x"}], "Tags": ["a"]}
    assert by_field(row, fields) == {
        "email": "a@b.com",
        "Tags": ["a"],
        "customFields": [{"id": 7, "value": "x"}, {"name": "Email", "value": "other@b.com"}],
    }
