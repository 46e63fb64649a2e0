"""Which field each column holds: what the caller says, what a column of that name usually holds, else its own name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Set
from dataclasses import dataclass
from typing import Any

from reply_mcp.catalog.areas.contacts.sheets.changes import Changes
from reply_mcp.catalog.areas.contacts.sheets.opt_outs import marks_opt_outs
from reply_mcp.catalog.areas.contacts.sheets.table import Table
from reply_mcp.text.cleaning import inline
from reply_mcp.text.lists import join, list_some
from reply_mcp.text.names import fold_name

ALL_OTHERS = "*"
"""In the caller's `columns`, with an empty field: leaves out columns that are neither fields nor custom fields."""
_MOST_LISTED = 10
_NAMES = {
    "email": """
        Email address | Work email | Business email | Primary email | Email 1 | E-mail 1 - Value |
        Email 1 Value | Person - Email | Person - Email - Work | Contact email | E-Mail-Adresse | Mailadresse |
        Adresse e-mail | Adresse email | Courriel | Correo electrónico | Correo | Correo electronico |
        Endereço de e-mail | Indirizzo e-mail | Indirizzo email | E-mailadres | Adres e-mail | E-postadress |
        E-postadresse | E-mailová adresa | E-posta | Sähköposti | Электронная почта | Эл. почта | Почта |
        Адрес электронной почты | メールアドレス | メール | 电子邮件 | 邮箱 | 電子郵件 | 이메일
    """,
    "firstName": """
        Given name | Forename | Vorname | Prénom | Prenom | Nombre | Nombre de pila | Primeiro nome | Voornaam |
        Imię | Imie | Förnamn | Fornavn | Etunimi | Jméno | Krstné meno | Keresztnév | Utónév | Prenume | Ad |
        Имя | Ім'я | Όνομα | 名 | 名字 | 이름 | Person - First name | Contact first name
    """,
    "lastName": """
        Surname | Family name | Nachname | Familienname | Nom de famille | Apellido | Apellidos | Sobrenome |
        Apelido | Cognome | Achternaam | Nazwisko | Efternamn | Etternavn | Efternavn | Sukunimi | Příjmení |
        Priezvisko | Vezetéknév | Soyad | Soyadı | Фамилия | Прізвище | Επώνυμο | 姓 | 姓氏 | 성 |
        Person - Last name | Contact last name
    """,
    "title": """
        Job title | Position | Jobtitel | Poste | Fonction | Cargo | Puesto | Posizione | Functie | Stanowisko |
        Должность | 役職 | 职位 | Person - Job title
    """,
    "company": """
        Company name | Account name | Organization | Organisation | Organization name | Organisation name |
        Employer | Company / Account | Person - Organization | Associated company | Firma | Firmenname |
        Unternehmen | Entreprise | Société | Empresa | Azienda | Bedrijf | Bedrijfsnaam | Företag | Компания |
        会社名 | 公司 | 회사
    """,
    "phone": """
        Phone number | Telephone | Mobile | Mobile phone | Mobile number | Business phone | Work phone |
        Work direct phone | Corporate phone | Person - Phone | Phone 1 - Value | Phone 1 Value | Telefon |
        Telefonnummer | Handy | Mobiltelefon | Téléphone | Teléfono | Telefone | Telefono | Telefoon |
        Telefoonnummer | Телефон | 電話番号 | 电话 | 전화번호
    """,
    "linkedInUrl": """
        LinkedIn | LinkedIn profile | LinkedIn profile URL | LinkedIn URL | Person LinkedIn URL |
        LinkedIn link | LinkedIn-Profil
    """,
    "city": "Stadt | Ort | Ville | Ciudad | Cidade | Città | Plaats | Miasto | Город",
    "country": "Land | Pays | País | Paese | Kraj | Страна | Country/Region | Country / Region",
}
USUAL = {fold_name(name): field for field, names in _NAMES.items() for name in names.split("|")}
"""What the columns of exports and spreadsheets are usually called (folded), where that can only mean one field."""


@dataclass(frozen=True, slots=True)
class Columns:
    """What each column of a table holds.

    Attributes:
        fields: by column, the name of a field or of a custom field; "" for one that is left out.
        opt_outs: columns that say who opted out, by their own names.
        left_out: such columns that the caller leaves out.
    """

    fields: Mapping[str, str]
    opt_outs: tuple[str, ...]
    left_out: tuple[str, ...]


def known_names(fields: Iterable[str]) -> frozenset[str]:
    """The names of columns, folded, by which a header is known."""
    return frozenset(map(fold_name, fields)) | USUAL.keys()


def map_columns(table: Table, given: Mapping[str, str], fields: Collection[str], changes: Changes) -> Columns:
    """What each column holds.

    Args:
        given: the caller's `columns`.
        fields: the fields of a contact, by their names on the wire.

    Raises:
        ValueError: where `given` names columns that are not there, or several columns hold one field.
    """
    wanted = {fold_name(column): field for column, field in given.items() if column != ALL_OTHERS}
    _check_given(table, given, wanted.keys())
    names = {column: wanted.get(fold_name(column), column) for column in table.columns}
    free = [column for column in table.columns if fold_name(column) not in wanted]
    usual = _usual_fields(free, {fold_name(name) for name in names.values()}, fields)
    opt_outs = [column for column in free if marks_opt_outs(column) and fold_name(column) not in map(fold_name, fields)]
    names |= usual | dict.fromkeys(opt_outs, "")
    _check_one_for_each(names)
    if usual or opt_outs:
        mapped = ", ".join(
            f"{column} as {field}" for column, field in {**usual, **dict.fromkeys(opt_outs, "isOptedOut")}.items()
        )
        changes.note(f"Columns read as fields: {mapped}; the argument columns overrides that.")
    left_out = [
        column for column, name in names.items() if not name and column not in opt_outs and marks_opt_outs(column)
    ]
    opt_outs += [column for column, name in names.items() if _gives_opt_outs(column, name)]
    return Columns(names, tuple(opt_outs), tuple(left_out))


def _gives_opt_outs(column: str, field: str) -> bool:
    """Whether the caller gives a column of opt-outs, under a name that is not Reply's own, to the field for them."""
    return fold_name(field) == "isoptedout" != fold_name(column) and marks_opt_outs(column)


_WHOLE_NAMES = ("name", "fullname", "contactname", "contact", "person")


def check_first_names(table: Table, columns: Columns) -> None:
    """Raises one fault for the whole table instead of one for each line."""
    if not any(fold_name(name) == "firstname" for name in columns.fields.values()):
        whole = next((one for one in table.columns if fold_name(one) in _WHOLE_NAMES), "")
        split = f' If "{inline(whole)}" has whole names, make a first and a last name of each.' if whole else ""
        raise ValueError(
            f"no column for firstName, which Reply requires, among {list_some(table.columns, _MOST_LISTED)}. "
            "Say which is which: "
            'columns={"its column": "firstName"}; an empty name leaves one out.' + split
        )


def _check_given(table: Table, given: Mapping[str, str], wanted: Set[str]) -> None:
    if given.get(ALL_OTHERS):
        raise ValueError('columns: "*" takes an empty name, which leaves all other columns out')
    there = {fold_name(column) for column in table.columns}
    unknown = [column for column in given if fold_name(column) in wanted - there and column != ALL_OTHERS]
    if unknown:
        has = list_some(table.columns, _MOST_LISTED)
        raise ValueError(f"it has no columns {list_some(unknown, _MOST_LISTED)}; it has {has}")
    doubles = [column for column in table.doubles if fold_name(column) not in wanted]
    if doubles and ALL_OTHERS not in given:
        raise ValueError(
            f"repeated columns that differ: {list_some(doubles, _MOST_LISTED)} (the first of a name has no number). "
            f'Say what each holds, or leave it out with columns={{"{doubles[0]}": ""}}'
        )


def _usual_fields(columns: Iterable[str], taken: set[str], fields: Collection[str]) -> dict[str, str]:
    """The fields of columns by what such columns usually hold; the first of several, and a second phone."""
    usual: dict[str, str] = {}
    own = set(map(fold_name, fields))
    taken = set(taken)
    for column in columns:
        name = fold_name(column)
        field = USUAL.get(name)
        if field is None or name in own:
            continue
        if fold_name(field) in taken and field == "phone":
            field = "phone2"
        if fold_name(field) not in taken:
            usual[column] = field
            taken.add(fold_name(field))
    return usual


def _check_one_for_each(names: Mapping[str, str]) -> None:
    by_field: dict[str, list[str]] = {}
    for column, name in names.items():
        if name:
            by_field.setdefault(fold_name(name), []).append(column)
    doubled = [columns for columns in by_field.values() if len(columns) > 1]
    if doubled:
        which = "; ".join(f"{names[columns[0]]} ({join(columns)})" for columns in doubled[:_MOST_LISTED])
        raise ValueError(
            f'several columns for one field: {which}. Leave all but one out: columns={{"{doubled[0][-1]}": ""}}'
        )


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
