"""The items of an import, from `items` or a CSV: all of them are checked before anything is sent, since Reply refuses
the whole call for one bad item."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from reply_mcp.catalog.areas.contacts.csv_rows import USUAL, Sheet, sheet_of, text_of
from reply_mcp.catalog.areas.contacts.custom_field_values import Registry, definitions
from reply_mcp.catalog.arguments.validation import validate
from reply_mcp.catalog.batching import MOST
from reply_mcp.catalog.operation import MB, Call, FileLimits
from reply_mcp.errors import NotDone, WrongArguments
from reply_mcp.text.lists import join, list_some, plural
from reply_mcp.text.names import fold_name

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.contacts.bodies import ImportItem
    from reply_mcp.catalog.areas.contacts.operations import ImportContacts

_ADDRESS = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*@([\w-]+\.)+[^\W\d_][\w-]*[^\W_]")
_ITEM_FAULT = re.compile(r"items\[(\d+)\]\.?(.*)", re.DOTALL)
_CSV = FileLimits(20 * MB, (".csv", ".tsv", ".txt"))
_MOST_NAMED = 20
_MOST_DUPLICATES = 5


def items_of(call: Call[ImportContacts]) -> list[ImportItem]:
    """The people of the import; none before `read_items` where they are in a CSV."""
    return call.arguments.items or []


async def read_items(call: Call[ImportContacts]) -> None:
    """Turns `csv`, a text or the path of a file, into items.

    Raises:
        WrongArguments: for a file that may not be read, and for what is not a table of people.
    """
    given = call.arguments.csv
    if given is None:
        for i, item in enumerate(items_of(call)):
            item._place = f"items[{i}]"
        return
    text = given
    if "\n" not in given.strip():
        try:
            text, guessed = text_of(await call.read_file(given.strip(), _CSV))
        except WrongArguments as wrong:
            faults = [f"csv, taken for a path since it is one line: {fault}" for fault in wrong.faults]
            raise WrongArguments(faults) from None
        if guessed:
            call.notes.append("The file is not UTF-8 and was read as Windows-1252: check names with accents.")
    try:
        sheet = sheet_of(text)
        if len(sheet.rows) > MOST:
            raise ValueError(f"{len(sheet.rows)} rows; at most {MOST} a call")
        names = _map_columns(call, sheet, call.arguments.columns or {})
        _check_first_names(sheet, names)
    except ValueError as error:
        raise WrongArguments([f"csv: {fault}" for fault in str(error).splitlines()]) from None
    rows = [{name: cell for column, cell in row.items() if (name := names[column])} for _, row in sheet.rows]
    _take_rows(call, [line for line, _ in sheet.rows], rows)
    await call.resolve_names()


def _map_columns(call: Call[ImportContacts], sheet: Sheet, columns: dict[str, str]) -> dict[str, str]:
    """The field that each column holds: what `columns` says, else what a column of this name usually holds, else its
    own name; "" for one that is left out."""
    wanted = {fold_name(column): (column, name) for column, name in columns.items()}
    unknown = [column for key, (column, _) in wanted.items() if key not in {fold_name(one) for one in sheet.columns}]
    if unknown:
        raise ValueError(f"it has no columns {join(unknown)}; it has {join(sheet.columns)}")
    names = {column: wanted.get(fold_name(column), (column, column))[1] for column in sheet.columns}
    taken = {fold_name(name) for name in names.values()}
    usual = {
        column: field
        for column in sheet.columns
        if fold_name(column) not in wanted and (field := USUAL.get(fold_name(column))) and fold_name(field) not in taken
    }
    names |= usual
    kept = [fold_name(name) for name in names.values() if name]
    repeated = {name for name in names.values() if name and kept.count(fold_name(name)) > 1}
    if repeated:
        raise ValueError(f"several columns for one field: {join(sorted(repeated))}; leave all but one out")
    if usual:
        mapped = ", ".join(f"{column} as {field}" for column, field in usual.items())
        call.notes.append(f"Columns read as fields: {mapped}; the argument columns overrides that.")
    return names


def _check_first_names(sheet: Sheet, names: dict[str, str]) -> None:
    """Raises one fault for the whole table instead of one for each line."""
    if not any(fold_name(name) == "firstname" for name in names.values()):
        raise ValueError(
            f"no column for firstName, which Reply requires, among {join(sheet.columns)}. Say which is which: "
            'columns={"its column": "firstName"}; an empty name leaves one out'
        )


def _take_rows(call: Call[ImportContacts], lines: list[int], rows: list[dict[str, str]]) -> None:
    """Makes items of rows; rows that do not fit stop the call, or are left out with `skipInvalid`."""
    faults: dict[int, str] = {}
    kind = type(call.arguments)
    try:
        items = validate(kind, {"items": rows}).items or []
    except WrongArguments as wrong:
        for fault in wrong.faults:
            match = _ITEM_FAULT.fullmatch(fault)
            if match is None:
                raise
            i = int(match[1])
            faults[i] = f"{faults[i]}; {match[2]}" if i in faults else f"line {lines[i]}: {match[2]}"
        _note_or_refuse(call, faults, len(rows))
        kept = [i for i in range(len(rows)) if i not in faults]
        lines = [lines[i] for i in kept]
        items = validate(kind, {"items": [rows[i] for i in kept]}).items or []
    for line, item in zip(lines, items, strict=True):
        item._place = f"line {line}"
    call.arguments.items = items


async def check_items(call: Call[ImportContacts]) -> None:
    """Checks every address and first name at once. Bad items stop the call, or are left out with `skipInvalid`.

    Strips whitespace around addresses, which Reply refuses.
    """
    faults: dict[int, str] = {}
    for i, item in enumerate(items_of(call)):
        if item.email is not None:
            item.email = item.email.strip()
        if item.email is not None and not _ADDRESS.fullmatch(item.email):
            faults[i] = f'{place_of(item, "email")}: "{item.email}" is not an email address'
        elif not item.first_name.strip():
            faults[i] = f"{place_of(item, 'firstName')}: required ({item.email or item.linked_in_url or 'no address'})"
    if faults:
        leave_out(call, faults)
    counts = Counter(item.email.casefold() for item in items_of(call) if item.email)
    repeated = [email for email, count in counts.items() if count > 1]
    if repeated:
        call.notes.append(f"Given more than once, so one contact each: {list_some(repeated, _MOST_DUPLICATES)}.")


def place_of(item: ImportItem, field: str) -> str:
    """Where a field was given: `items[3].email`, or `line 5, email`."""
    return f"{item._place}.{field}" if item._place.endswith("]") else f"{item._place}, {field}"


async def resolve_item_fields(call: Call[ImportContacts]) -> None:
    """Names the custom fields of all items by the titles that are registered; `NotDone` where one is unknown."""
    items = items_of(call)
    if not any(item.custom_fields for item in items):
        return
    registry = Registry(await definitions(call), also=_field_names(items[0]))
    unknown: dict[str, list[str]] = {}
    for item in items:
        for given in item.custom_fields or ():
            asked = given.which()
            if asked is not None and str(asked).strip() and not registry.has(asked):
                unknown.setdefault(str(asked), []).append(item._place)
                continue
            field = registry.value_of(asked, given.value, place_of(item, f'customFields "{asked}"'))
            if field is not None:
                given.id, given.name = None, field.title
                given.model_fields_set.discard("id")
    for asked, places in unknown.items():
        where = list_some(places, 1)
        registry.faults.insert(0, f'"{asked}" ({where}): neither a field nor a custom field{registry.nearest(asked)}')
    registry.stop_on_faults()


def _field_names(item: ImportItem) -> list[str]:
    """The fields that a column may be meant for."""
    return [info.alias or name for name, info in type(item).model_fields.items() if name != "custom_fields"]


def leave_out(call: Call[ImportContacts], faults: dict[int, str]) -> None:
    """Leaves out the items at these positions, with a note that names each fault.

    Raises:
        NotDone: where `skipInvalid` does not allow it, or nobody would be left.
    """
    items = items_of(call)
    _note_or_refuse(call, faults, len(items))
    call.arguments.items = [item for i, item in enumerate(items) if i not in faults]


def _note_or_refuse(call: Call[ImportContacts], faults: dict[int, str], items: int) -> None:
    """Notes which of so many items are left out, or raises `NotDone` as `leave_out` does."""
    text = "- " + list_some(faults.values(), _MOST_NAMED, between="\n- ")
    if not call.arguments.skip_invalid or len(faults) == items:
        are = "is" if len(faults) == 1 else "are"
        raise NotDone(
            f"Nothing was imported: {len(faults):,} of {plural(items, 'item')} {are} invalid, and Reply refuses the "
            f"whole call for one:\n{text}\nCorrect them"
            + (", or set skipInvalid=true to leave them out." if len(faults) < items else ".")
        )
    call.notes.append(f"Left out, not imported ({len(faults)}):\n{text}")
