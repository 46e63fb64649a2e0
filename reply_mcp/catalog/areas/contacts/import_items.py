"""The items of an import, from `items` or a file: all of them are checked before anything is sent, since Reply refuses
the whole call for one bad item."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from anyio import to_thread
from pydantic.alias_generators import to_camel

from reply_mcp.catalog.areas.contacts.bodies import FieldPatch, ImportItem
from reply_mcp.catalog.areas.contacts.custom_field_values import Registry, definitions
from reply_mcp.catalog.areas.contacts.import_faults import Fault, note_or_refuse
from reply_mcp.catalog.areas.contacts.sheets import Changes, People, read_people
from reply_mcp.catalog.areas.contacts.sheets.cells import mend
from reply_mcp.catalog.areas.contacts.sheets.columns import ALL_OTHERS
from reply_mcp.catalog.areas.contacts.sheets.opt_outs import marks_opt_outs
from reply_mcp.catalog.areas.contacts.sheets.workbook import is_workbook
from reply_mcp.catalog.arguments.validation import validate
from reply_mcp.catalog.batching import MOST
from reply_mcp.catalog.operation import MB, Call, FileLimits
from reply_mcp.errors import WrongArguments
from reply_mcp.text.lists import join, list_some, plural

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.contacts.operations import ImportContacts

_ADDRESS = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*@([\w-]+\.)+[^\W\d_][\w-]*[^\W_]")
_FILE = FileLimits(20 * MB, (".csv", ".tsv", ".txt", ".xlsx"))
_ORIGIN, _UNKNOWN = "columns of the file", "unknown fields of items"
_MOST_DUPLICATES = 5
_MOST_UNKNOWN = 5


def items_of(call: Call[ImportContacts]) -> list[ImportItem]:
    """The people of the import; none before `read_items` where they are in a file."""
    return call.arguments.items or []


async def read_items(call: Call[ImportContacts]) -> None:
    """Turns `csv`, a text or the path of a file, into items, and mends the cells of both.

    Raises:
        WrongArguments: for a file that may not be read, and for what is not a table of people.
    """
    changes = Changes()
    if call.arguments.csv is None:
        for i, item in enumerate(items_of(call)):
            item._place = f"items[{i}]"
            _mend_item(item, changes)
    else:
        source = await _source(call, call.arguments.csv)
        # A large workbook takes seconds.
        people = await to_thread.run_sync(lambda: _read(call.arguments, source, changes))
        _take_rows(call, people)
    call.notes += changes.lines()
    if call.arguments.csv is not None:
        await call.resolve_names()


async def _source(call: Call[ImportContacts], given: str) -> str | bytes:
    """The text that was given, or the content of the file at that path."""
    if "\n" in given.strip():
        return given
    try:
        content = await call.read_file(given.strip(), _FILE)
        if given.strip().lower().endswith(".xlsx") and not is_workbook(content):
            raise WrongArguments(["the file is no Excel workbook, though its name says so"])
        return content
    except WrongArguments as wrong:
        faults = [f"csv, taken for a path since it is one line: {fault}" for fault in wrong.faults]
        raise WrongArguments(faults) from None


def _read(arguments: ImportContacts, source: str | bytes, changes: Changes) -> People:
    try:
        return read_people(
            source,
            fields=_field_names(),
            most_rows=MOST,
            changes=changes,
            columns=arguments.columns,
            encoding=arguments.encoding,
            sheet=arguments.sheet,
        )
    except ValueError as error:
        raise WrongArguments([f"csv: {fault}" for fault in str(error).splitlines()]) from None


def _mend_item(item: ImportItem, changes: Changes) -> None:
    """Mends the texts of an item as those of a file are."""
    for name in item.model_fields_set:
        value = getattr(item, name)
        if isinstance(value, str) and (mended := mend(to_camel(name), value, item._place, changes)) != value:
            setattr(item, name, mended or ("" if name == "first_name" else None))


def _take_rows(call: Call[ImportContacts], people: People) -> None:
    """Makes items of the rows; what is wrong with one is kept with it, for `check_items`."""
    items = validate(type(call.arguments), {"items": people.rows}).items or []
    for place, item in zip(people.places, items, strict=True):
        item._place = place
    call.arguments.items = items
    call.seen[_ORIGIN] = people.origin


async def check_items(call: Call[ImportContacts]) -> None:
    """Checks every address and first name, and tells with what is wrong there what the steps before found: values that
    do not fit, unknown fields. Bad items stop the call, or are left out with `skipInvalid`."""
    faults: dict[int, list[Fault]] = {}
    options = call.arguments.options
    enrolls = options is not None and options.sequence_id is not None
    for i, item in enumerate(items_of(call)):
        if item.email is not None:
            item.email = item.email.strip()
        found = [Fault.of_sentence(item._place, sentence) for sentence in item._faults]
        if item.email is not None and not _ADDRESS.fullmatch(item.email):
            found.append(Fault(item._place, "email", "is not an email address", f'"{item.email}"'))
        elif item.is_opted_out and enrolls:
            told = "opted out, and must not be enrolled; import them without options.sequenceId"
            found.append(Fault(item._place, "", told, item.email or item.first_name))
        elif not item.first_name.strip() and not any(fault.field == "firstName" for fault in found):
            who = item.email or item.linked_in_url or "no address"
            found.append(Fault(item._place, "firstName", "required", who))
        if found:
            faults[i] = found
    leave_out(call, faults, call.seen.pop(_ORIGIN, {}), call.seen.pop(_UNKNOWN, ()))
    counts = Counter(item.email.casefold() for item in items_of(call) if item.email)
    repeated = [email for email, count in counts.items() if count > 1]
    if repeated:
        call.notes.append(f"Given more than once, so one contact each: {list_some(repeated, _MOST_DUPLICATES)}.")


async def resolve_item_fields(call: Call[ImportContacts]) -> None:
    """Names the custom fields of all items by the titles that are registered; unknown ones are kept for `check_items`,
    unless `columns` leaves them out."""
    items = items_of(call)
    if not any(item.custom_fields for item in items):
        return
    fields = _field_names()
    registry = Registry(await definitions(call), also=fields)
    unknown: dict[str, list[str]] = {}
    for item in items:
        kept: list[FieldPatch] = []
        for given in item.custom_fields or ():
            asked = given.which()
            if asked is not None and str(asked).strip() and not registry.has(asked):
                unknown.setdefault(str(asked), []).append(item._place)
                continue
            field = registry.value_of(asked, given.value, f'{item._place}, customFields "{asked}"')
            kept.append(given)
            if field is not None:
                given.id, given.name = None, field.title
                given.model_fields_set.discard("id")
        if item.custom_fields is not None and len(kept) < len(item.custom_fields):
            item.custom_fields = kept
            if not kept:
                item.model_fields_set.discard("custom_fields")
    if unknown and ALL_OTHERS in (call.arguments.columns or {}):
        named = list_some((f'"{name}"' for name in unknown), _MOST_UNKNOWN)
        call.notes.append(f"{plural(len(unknown), 'unknown column')} left out: {named}.")
    elif unknown:
        registry.faults[:0] = _describe_unknown(registry, unknown, fields, from_file=call.arguments.csv is not None)
    call.seen[_UNKNOWN] = registry.faults


def _describe_unknown(
    registry: Registry, unknown: Mapping[str, list[str]], fields: list[str], *, from_file: bool
) -> list[str]:
    """A line for each of the first unknown names with what it may be meant for, and the ways on."""
    lines = []
    for name, places in list(unknown.items())[:_MOST_UNKNOWN]:
        meant = '; did you mean "isOptedOut"?' if marks_opt_outs(name) else registry.nearest(name)
        lines.append(f'"{name[:60]}" ({list_some(places, 1)}): neither a field nor a custom field{meant}')
    rest = list(unknown)[_MOST_UNKNOWN:]
    if rest:
        more = list_some((f'"{name[:60]}"' for name in rest), _MOST_UNKNOWN)
        lines.append(f"{len(rest):,} more are neither: {more}")
    lines.append(f"fields are {join(fields)}; custom fields are {registry.titles or 'none'}")
    if from_file:
        lines.append('columns={"its column": "a field"} names one, and columns={"*": ""} leaves all unknown ones out')
    return lines


def _field_names() -> list[str]:
    """The fields that a column may be meant for."""
    return [info.alias or name for name, info in ImportItem.model_fields.items() if name != "custom_fields"]


def leave_out(
    call: Call[ImportContacts],
    faults: Mapping[int, list[Fault]],
    origin: Mapping[str, str] | None = None,
    unknown: Sequence[str] = (),
) -> None:
    """Leaves out the items at these positions, with a note that names each fault.

    Args:
        origin: the column of the file that each field was read from.
        unknown: what is wrong with the fields of all.

    Raises:
        NotDone: where `skipInvalid` does not allow it, nobody would be left, or fields are unknown.
    """
    items = items_of(call)
    note_or_refuse(call, list(faults.values()), len(items), origin or {}, unknown)
    call.arguments.items = [item for i, item in enumerate(items) if i not in faults]
