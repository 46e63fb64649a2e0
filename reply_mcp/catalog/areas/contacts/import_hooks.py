"""Importing contacts: Reply refuses the whole call for one bad item, so that items are checked here first; its results
carry no address, so each is reported by its person here."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from reply_mcp.catalog.areas.contacts.csv_rows import (
    USUAL,
    Sheet,
    sheet_of,
    text_of,
)
from reply_mcp.catalog.areas.contacts.custom_field_values import Registry, definitions
from reply_mcp.catalog.areas.contacts.enroll_one import enrols_now, named_sequence
from reply_mcp.catalog.arguments.validation import validate
from reply_mcp.catalog.background_jobs import (
    OUTCOME,
    background_job,
    result_line,
    result_of,
    share_of,
    state_of,
)
from reply_mcp.catalog.batching import MOST
from reply_mcp.catalog.operation import MB, Call, Effect, FileLimits
from reply_mcp.catalog.rows import rows_of
from reply_mcp.errors import ApiError, NotDone, ReplyError, WrongArguments
from reply_mcp.text.names import fold_name

_ADDRESS = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*@([\w-]+\.)+[^\W\d_][\w-]*[^\W_]")
_POINTER = re.compile(r"items[/\[.](\d+)\]?[/.]?(.*)", re.IGNORECASE)
_ITEM_FAULT = re.compile(r"items\[(\d+)\]\.?(.*)", re.DOTALL)
_CSV = FileLimits(20 * MB, (".csv", ".tsv", ".txt"))
_MOST_NAMED = 20
_MOST_READ_BACK = 5

_SKIPS = {
    "contactdeleted": "deleted earlier and cannot be used; options.restoreDeleted=true brings it back",
    "noeditpermission": "belongs to a teammate, this user may not edit it",
}


async def read_sheet(call: Call) -> None:
    """Turns `csv`, a text or the path of a file, into items."""
    given = call.arguments.csv
    if given is None:
        for i, item in enumerate(call.arguments.items):
            item._place = f"items[{i}]"
        return
    text = given
    if "\n" not in given.strip():
        try:
            text, guessed = text_of(await call.read_file(given.strip(), _CSV))
        except WrongArguments as wrong:
            told_why = [f"csv, taken for a path since it is one line: {fault}" for fault in wrong.faults]
            raise WrongArguments(told_why) from None
        if guessed:
            call.notes.append("The file is not UTF-8 and was read as Windows-1252: look at names with accents.")
    try:
        sheet = sheet_of(text)
        if len(sheet.rows) > MOST:
            raise ValueError(f"{len(sheet.rows)} rows; at most {MOST} a call")
        names = _fields_of_columns(call, sheet, call.arguments.columns or {})
        _stop_without_first_names(sheet, names)
    except ValueError as error:
        raise WrongArguments([f"csv: {fault}" for fault in str(error).splitlines()]) from None
    rows = [{name: cell for column, cell in row.items() if (name := names[column])} for _, row in sheet.rows]
    _take_rows(call, [line for line, _ in sheet.rows], rows)
    await call.names()


def _fields_of_columns(call: Call, sheet: Sheet, columns: dict[str, str]) -> dict[str, str]:
    """The field that each column holds: what `columns` says, else what it is usually called for, else its own name;
    "" for one that is left out."""
    wanted = {fold_name(column): (column, name) for column, name in columns.items()}
    unknown = [column for key, (column, _) in wanted.items() if key not in {fold_name(one) for one in sheet.columns}]
    if unknown:
        raise ValueError(f"columns that it does not have: {', '.join(unknown)}; it has {', '.join(sheet.columns)}")
    names = {column: wanted.get(fold_name(column), (column, column))[1] for column in sheet.columns}
    taken = {fold_name(name) for name in names.values()}
    understood = {
        column: field
        for column in sheet.columns
        if fold_name(column) not in wanted and (field := USUAL.get(fold_name(column))) and fold_name(field) not in taken
    }
    names |= understood
    kept = [fold_name(name) for name in names.values() if name]
    doubled = {name for name in names.values() if name and kept.count(fold_name(name)) > 1}
    if doubled:
        raise ValueError(f"several columns for one field: {', '.join(sorted(doubled))}; leave all but one out")
    if understood:
        said = ", ".join(f"{column} as {field}" for column, field in understood.items())
        call.notes.append(f"Columns taken for fields: {said}; columns says otherwise.")
    return names


def _stop_without_first_names(sheet: Sheet, names: dict[str, str]) -> None:
    """One fault for the table, in the place of one for each line."""
    if not any(fold_name(name) == "firstname" for name in names.values()):
        raise ValueError(
            f"no column for firstName, which Reply requires, among {', '.join(sheet.columns)}. Say which is which: "
            'columns={"its column": "firstName"}; an empty name leaves one out'
        )


def _take_rows(call: Call, lines: list[int], rows: list[dict[str, str]]) -> None:
    """Makes items of rows; those that are none stop the call, or are left out by `skipInvalid`."""
    faults: dict[int, str] = {}
    kind = type(call.arguments)
    try:
        items = validate(kind, {"items": rows}).items
    except WrongArguments as wrong:
        for fault in wrong.faults:
            match = _ITEM_FAULT.fullmatch(fault)
            if match is None:
                raise
            i = int(match[1])
            faults[i] = f"{faults[i]}; {match[2]}" if i in faults else f"line {lines[i]}: {match[2]}"
        _stop_unless_skipped(call, faults, len(rows))
        kept = [i for i in range(len(rows)) if i not in faults]
        lines = [lines[i] for i in kept]
        items = validate(kind, {"items": [rows[i] for i in kept]}).items
    for line, item in zip(lines, items, strict=True):
        item._place = f"line {line}"
    call.arguments.items = items


async def valid_items(call: Call) -> None:
    """Checks every address and first name at once. Bad items stop the call, or are left out by `skipInvalid`.

    Blanks around an address go: Reply would take them for a fault.
    """
    faults: dict[int, str] = {}
    for i, item in enumerate(call.arguments.items):
        if item.email is not None:
            item.email = item.email.strip()
        if item.email is not None and not _ADDRESS.fullmatch(item.email):
            faults[i] = f'{_at(item, "email")}: "{item.email}" is no e-mail address'
        elif not item.first_name.strip():
            faults[i] = f"{_at(item, 'firstName')}: required ({item.email or item.linked_in_url or 'no address'})"
    if faults:
        _leave_out(call, faults)
    counts = Counter(item.email.casefold() for item in call.arguments.items if item.email)
    doubled = [email for email, count in counts.items() if count > 1]
    if doubled:
        shown = ", ".join(doubled[:_MOST_READ_BACK])
        more = f" and {len(doubled) - _MOST_READ_BACK} more" if len(doubled) > _MOST_READ_BACK else ""
        call.notes.append(f"Given more than once, so one contact each: {shown}{more}.")


def _at(item: Any, field: str) -> str:
    """`items[3].email`, or `line 5, email`."""
    return f"{item._place}.{field}" if item._place.endswith("]") else f"{item._place}, {field}"


async def import_fields(call: Call) -> None:
    """Names the custom fields of all items by the titles that are registered; `NotDone` where one is unknown."""
    if not any(item.custom_fields for item in call.arguments.items):
        return
    registry = Registry(await definitions(call), also=[name for name in _field_names(call) if name != "customFields"])
    unknown: dict[str, list[str]] = {}
    for item in call.arguments.items:
        for given in item.custom_fields or ():
            asked = given.which()
            if asked is not None and str(asked).strip() and not registry.has(asked):
                unknown.setdefault(str(asked), []).append(item._place)
                continue
            field = registry.value_of(asked, given.value, _at(item, f'customFields "{asked}"'))
            if field is not None:
                given.id, given.name = None, field.title
                given.model_fields_set.discard("id")
    for asked, places in unknown.items():
        more = f" and {len(places) - 1} more" if len(places) > 1 else ""
        registry.faults.insert(
            0, f'"{asked}" ({places[0]}{more}): neither a field nor a custom field{registry.nearest(asked)}'
        )
    registry.stop_on_faults()


def _field_names(call: Call) -> list[str]:
    kind = type(call.arguments.items[0])
    return [info.alias or name for name, info in kind.model_fields.items()]


def _leave_out(call: Call, faults: dict[int, str]) -> None:
    items = call.arguments.items
    _stop_unless_skipped(call, faults, len(items))
    call.arguments.items = [item for i, item in enumerate(items) if i not in faults]


def _stop_unless_skipped(call: Call, faults: dict[int, str], items: int) -> None:
    """Notes what is left out. Raises `NotDone` where that was not asked for, or nothing would be left."""
    lines = [f"- {fault}" for fault in list(faults.values())[:_MOST_NAMED]]
    if len(faults) > _MOST_NAMED:
        lines.append(f"- and {len(faults) - _MOST_NAMED} more")
    text = "\n".join(lines)
    if not call.arguments.skip_invalid or len(faults) == items:
        raise NotDone(
            f"{len(faults)} of {items} items are wrong; nothing was imported, since "
            f"Reply refuses the whole call for one:\n{text}\nCorrect them"
            + (", or set skipInvalid=true to leave them out." if len(faults) < items else ".")
        )
    call.notes.append(f"Left out, not imported ({len(faults)}):\n{text}")


async def import_what_is_valid(call: Call) -> Any:
    """Sends the items; where Reply finds some of them wrong and `skipInvalid` allows it, sends the others once more."""
    try:
        return await call.send()
    except ApiError as refusal:
        faults = _item_faults(call, refusal)
        if not faults or not call.arguments.skip_invalid:
            raise
        _leave_out(call, faults)
        return await call.send()


def _item_faults(call: Call, refusal: ApiError) -> dict[int, str]:
    faults: dict[int, str] = {}
    if refusal.status != 400:
        return faults
    for pointer, detail in refusal.faults:
        match = _POINTER.search(pointer)
        if match is None or int(match[1]) >= len(call.arguments.items):
            continue
        i = int(match[1])
        item = call.arguments.items[i]
        who = item.email or item.linked_in_url or item.first_name
        where = _at(item, match[2].replace("/", ".")).rstrip("., ")
        faults[i] = f"{faults[i]}; {match[2]}: {detail}" if i in faults else f"{where} ({who}): {detail}"
    return faults


async def why_not_imported(call: Call, refusal: ApiError) -> str | None:
    """Names the items that a refused import stands or falls with, and does not guess which limit was meant."""
    if refusal.code == "contact.limitExceeded":
        return (
            f"{refusal.status} contact.limitExceeded: {refusal.detail or 'no detail'} Nothing was imported "
            f"({len(call.arguments.items)} items sent). It means 1000 items a call, or that the plan has no room "
            "for more contacts; with fewer than 1000 items it is the plan: tell the person."
        )
    faults = _item_faults(call, refusal)
    if not faults:
        return None
    lines = "\n".join(f"- {fault}" for fault in faults.values())
    return (
        f"400: nothing was imported, Reply refuses the whole call for these items:\n{lines}\n"
        "Correct them, or set skipInvalid=true to leave them out."
    )


async def import_effect(call: Call) -> Effect:
    """An import sends where it enrols into an active sequence, and lifts opt-outs where an item says so."""
    options = call.arguments.options
    if any(item.is_opted_out is False for item in call.arguments.items):
        return Effect.SEND
    if options is None or options.sequence_id is None:
        return Effect.WRITE
    return await enrols_now(call, options.sequence_id)


async def import_audience(call: Call) -> list[dict[str, Any]] | None:
    """The people of a CSV, whose file may change between the question and the answer."""
    return [item.wire() for item in call.arguments.items] if call.arguments.csv is not None else None


async def import_preview(call: Call) -> str:
    """Who is imported, and what that starts."""
    items = call.arguments.items
    who = ", ".join(item.email or item.first_name for item in items[:3])
    rest = f" and {len(items) - 3} more" if len(items) > 3 else ""
    lines = [f"This imports {len(items)} contact{'' if len(items) == 1 else 's'} ({who}{rest})"]
    if call.arguments.options is not None and call.arguments.options.sequence_id is not None:
        lines.append(f"enrols them in {await named_sequence(call, call.arguments.options.sequence_id)}")
    lifted = sum(item.is_opted_out is False for item in items)
    if lifted:
        lines.append(f"lifts the opt-out of {lifted}, who can then be contacted again")
    return " and ".join(lines) + "."


async def told_per_person(call: Call, answer: Any) -> Any:
    """The results with each address: `summary`, `imported` (id, email, status) and `notImported` (with reason)."""
    results = rows_of(answer)
    if not results:
        return _without_results(answer)
    asked = call.arguments.items
    aligned = len(results) == len(asked)
    if not aligned:
        call.notes.append(f"Reply answered {len(results)} results for {len(asked)} items: who is who is not certain.")
    imported, left = [], []
    for i, result in enumerate(results):
        status = str(result.get("status") or "unknown")
        who = (asked[i].email or asked[i].linked_in_url or asked[i].first_name) if aligned else None
        row = {"id": result.get("id"), "email": who, "status": status}
        if status.casefold() in ("created", "updated", "restored"):
            imported.append(row)
        else:
            left.append({**row, "reason": _reason(call, result, asked[i] if aligned else None)})
    counts = Counter(row["status"] for row in imported + left)
    _reconcile(call, answer, counts)
    summary = f"{len(imported)} of {len(results)} contacts imported: " + ", ".join(
        f"{n} {s}" for s, n in counts.items()
    )
    options = call.arguments.options
    if counts.get("updated") and not (options and options.overwrite_existing):
        summary += " (updated: only empty fields were filled; options.overwriteExisting=true replaces)"
    if options is not None and options.sequence_id is not None and imported:
        await _say_who_is_in(call, options.sequence_id, [row["id"] for row in imported])
    return {"summary": summary + ".", "notImported": left, "imported": imported}


def _reconcile(call: Call, answer: Any, counts: Mapping[Any, int]) -> None:
    """Says where Reply's own counters are not those of its results; what it was not asked for is in neither."""
    names = {"added": "created", "updated": "updated", "skipped": "skipped"}
    said = {name: answer.get(name) for name in names} if isinstance(answer, dict) else {}
    differing = [
        f"{number} {name} for {counts.get(names[name], 0)} results {names[name]}"
        for name, number in said.items()
        if isinstance(number, int) and number != counts.get(names[name], 0)
    ]
    if differing:
        call.notes.append(f"Reply's own counts differ from its results: {', '.join(differing)}.")


def _without_results(answer: Any) -> dict[str, Any]:
    job = background_job(answer)
    seen = answer.get(OUTCOME) if isinstance(answer, dict) else None
    if job and state_of(seen) == "done":
        said = result_line(result_of(seen))
        return {
            "summary": f"Done by background job {job}{f' ({said})' if said else ''}, which does not say what became of "
            "each contact. reply_search_contacts by email shows who is there."
        }
    if isinstance(answer, dict) and isinstance(answer.get("jobIds"), list):
        jobs = ", ".join(map(str, answer["jobIds"]))
        state = "Done by" if answer.get("done") else "Accepted by Reply, not all done yet: still running in"
        return {"summary": f"{state} background jobs {jobs}. reply_get_background_job shows what came of each."}
    if job:
        look = f'reply_get_background_job {{"jobId": "{job}"}}'
        share = share_of(seen)
        at = "" if share is None else f", {share:.0%} done when last looked at"
        return {
            "summary": f"Accepted by Reply, not done yet: it runs in background job {job}{at}. {look} shows the result."
        }
    return {
        "summary": "Reply accepted the import without saying what became of each contact. reply_list_background_jobs "
        "shows whether it runs; reply_search_contacts by email shows who is there."
    }


def _reason(call: Call, result: dict[str, Any], item: Any) -> str:
    skip = str(result.get("skipReason") or "")
    if skip:
        return _SKIPS.get(skip.casefold(), skip)
    error = str(result.get("error") or "")
    if error.casefold().rstrip(".") == "invalid data":
        return "Invalid data (first name missing, or a malformed e-mail)"
    if error:
        return error
    options = call.arguments.options
    if options is not None and options.skip_without_emails and item is not None and not item.email:
        return "no e-mail (skipWithoutEmails)"
    if options is not None and options.skip_existing:
        return "exists already (skipExisting)"
    return "Reply gives no reason"


async def _say_who_is_in(call: Call, sequence_id: Any, ids: list[Any]) -> None:
    """The results do not tell who was enrolled: opted-out people are left out without a word."""
    known = [id for id in ids if id is not None]
    inside: list[str] = []
    outside: list[str] = []
    for id in known[:_MOST_READ_BACK]:
        try:
            rows = rows_of(await call.ask("GetContactSequences", id=id))
        except ReplyError:
            continue
        found = any(str(row.get("sequenceId")) == str(sequence_id) for row in rows)
        (inside if found else outside).append(str(id))
    if outside:
        call.notes.append(
            f"Imported but not in sequence {sequence_id}: {', '.join(outside)} (opted out, blacklisted, or not yet "
            "shown)."
        )
    if inside:
        call.notes.append(f"In sequence {sequence_id}: {', '.join(inside)}.")
    unread = len(ids) - len(inside) - len(outside)
    if unread:
        call.notes.append(f"Whether the other {unread} were enrolled is not known; Reply's answer does not say.")
