"""Cells as they were meant: nothing for what stands for no value, phones and addresses without what spreadsheets and
mail programs put around them, no invisible characters."""

from __future__ import annotations

import re
from decimal import Decimal

from reply_mcp.catalog.areas.contacts.sheets.changes import Change, Changes

_NO_VALUE = {
    *(
        "n/a",
        "n.a.",
        "n. a.",
        "n\\a",
        "(n/a)",
        "[n/a]",
        "not available",
        "not applicable",
        "[not provided]",
        "not provided",
    ),
    *(
        "undefined",
        "(null)",
        "<null>",
        "[null]",
        "\\n",
        "(none)",
        "-none-",
        "--none--",
        "(blank)",
        "(blanks)",
        "(empty)",
    ),
    *("<empty>", "[object object]", "no data", "no value", "(no value)", "not set", "(not set)", "not specified"),
    *("k.a.", "k. a.", "keine angabe", "keine angaben", "nicht angegeben", "nicht vorhanden", "s/o", "sans objet"),
    *(
        "non renseigné",
        "non disponible",
        "no disponible",
        "sin datos",
        "não informado",
        "não disponível",
        "brak danych",
    ),
    *(
        "nie dotyczy",
        "niet beschikbaar",
        "ikke oplyst",
        "нет данных",
        "не указано",
        "не указан",
        "無し",
        "なし",
        "該当なし",
        "暂无",
    ),
}
_NO_VALUE_AS_WRITTEN = {"NULL", "null", "None", "none", "NONE", "NaN", "nan", "NAN", "nil", "NIL", "<NA>", "NaT"}
"""Of these, other spellings are names: Mr. Null, Nan, Nil."""
_SIGNS_ALONE = re.compile(r"[-–—_.?*/\\|~'\"`´\s]+")
_ERROR = re.compile(
    r"#(?:[^\W_a-z]|/){2,20}[!?]|#¡\S{1,20}!|#\s?N/?[AVD]|#BRAK|#Н/Д|#YOK|#HIÁNYZIK|#I/T|#PUUTTUU!?|#SAKNAS!?|#+"
)
_INVISIBLE = re.compile(
    "[\0-\b\x0e-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]"
)
_JOINERS = re.compile("[\u200c\u200d\ufe0e\ufe0f\u034f\u3164\u115f\u1160\u2800\U000e0000-\U000e007f]")
"""Part of words in some scripts and of emoji, and never of an address."""
_FORMULA_TEXT = re.compile(r'=\s*"([^"]*)"')
_TEXT_MARK = re.compile(r"'([+\d(].*)", re.DOTALL)
_SCIENTIFIC = re.compile(r"\+?(\d)(?:[.,](\d+))?E\+?(\d{1,2})", re.IGNORECASE)
_WHOLE_WITH_FRACTION = re.compile(r"(\+?\d{6,})[.,]0+")
_IN_BRACKETS = re.compile(r"[^<>]*<\s*(?:mailto:)?([^<>\s]+@[^<>\s]+)\s*>[;,]?")
_AROUND_ADDRESS = re.compile(r"(?:mailto:|e-?mail:)?\s*([^\s<>]+@[^\s<>;,]+?)\s*[;,]?", re.IGNORECASE)
_GARBLED = re.compile(
    "[\u00c2-\u00f4][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u2122\u20ac]"
)
PHONES = frozenset({"phone", "phone2"})


def mend(field: str, cell: str, place: str, changes: Changes) -> str:
    """A cell's value, for a field by its name on the wire or a custom field by its title; "" where it holds none.

    What is changed goes to `changes`, with the place (`line 5`).
    """
    if cell.isalpha() and cell.isascii() and cell not in _NO_VALUE_AS_WRITTEN and cell.lower() != "undefined":
        return cell  # most of them
    where = f"{place}, {field}"
    mended = _without_invisible(field, _ungarbled(cell, where, changes), where, changes)
    if "\ufffd" in mended:
        changes.add(Change.LETTERS_LOST, where, mended)
    if mended and holds_no_value(mended):
        changes.add(Change.EMPTY, where, mended)
        return ""
    if field in PHONES:
        return _phone(mended, where, changes)
    if wrapped := _FORMULA_TEXT.fullmatch(mended):
        changes.add(Change.WRAPPED, where, mended)
        mended = wrapped[1].strip()
    return _address(mended, where, changes) if field == "email" else mended


def holds_no_value(cell: str) -> bool:
    """Whether a cell says that there is nothing: `N/A`, `NULL`, `-`, `#REF!`."""
    return bool(
        cell in _NO_VALUE_AS_WRITTEN
        or cell.casefold() in _NO_VALUE
        or _SIGNS_ALONE.fullmatch(cell)
        or _ERROR.fullmatch(cell)
    )


def _without_invisible(field: str, cell: str, where: str, changes: Changes) -> str:
    visible = _INVISIBLE.sub("", cell)
    if field == "email":
        visible = _JOINERS.sub("", visible)
    visible = visible.replace("\xa0", " ").strip()
    if len(visible) < len(cell.strip().replace("\xa0", " ")):
        changes.add(Change.INVISIBLE, f"{where}: {visible}")
    return visible


def _ungarbled(cell: str, where: str, changes: Changes) -> str:
    """UTF-8 that was read as Windows-1252 once, as the letters that it was."""
    if not _GARBLED.search(cell):
        return cell
    try:
        restored = cell.encode("cp1252").decode()
    except UnicodeError:
        return cell
    changes.add(Change.GARBLED, where, cell, restored)
    return restored


def _phone(cell: str, where: str, changes: Changes) -> str:
    wrapped = _FORMULA_TEXT.fullmatch(cell) or _TEXT_MARK.fullmatch(cell)
    number = wrapped[1].strip() if wrapped else cell
    if match := _SCIENTIFIC.fullmatch(number):
        known, wanted = 1 + len(match[2] or ""), int(match[3]) + 1
        if known < wanted:
            changes.add(Change.PHONE_LOST, where, cell)
            return ""
        number = f"{Decimal(f'{match[1]}.{match[2] or 0}E{match[3]}'):f}".partition(".")[0]
    elif match := _WHOLE_WITH_FRACTION.fullmatch(number):
        number = match[1]
    if number != cell:
        changes.add(Change.PHONE, where, cell, number)
    return number


def _address(cell: str, where: str, changes: Changes) -> str:
    match = _IN_BRACKETS.fullmatch(cell) or _AROUND_ADDRESS.fullmatch(cell)
    if match is None or match[1] == cell:
        return cell
    changes.add(Change.ADDRESS, where, cell, match[1])
    return match[1]
