"""Importing contacts: Reply refuses the whole call for one bad item, so that items are checked here first; its results
carry no address, and are told per person here."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from reply_mcp.catalog.background import background_job
from reply_mcp.catalog.contacts_fields import Registry, definitions
from reply_mcp.catalog.contacts_lookup import rows_of
from reply_mcp.catalog.contacts_moves import enrols_now, named_sequence
from reply_mcp.catalog.operation import Call, Effect
from reply_mcp.errors import Refusal, ReplyError, Stopped

_ADDRESS = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*@([\w-]+\.)+[^\W\d_][\w-]*[^\W_]")
_POINTER = re.compile(r"items[/\[.](\d+)\]?[/.]?(.*)", re.IGNORECASE)
_MOST_NAMED = 20
_MOST_READ_BACK = 5

_SKIPS = {
    "contactdeleted": "deleted earlier and cannot be used; options.restoreDeleted=true brings it back",
    "noeditpermission": "belongs to a teammate, this user may not edit it",
}


async def valid_items(call: Call) -> None:
    """Checks every address and first name at once. Bad items stop the call, or are left out by `skipInvalid`.

    Blanks around an address go: Reply would take them for a fault.
    """
    faults: dict[int, str] = {}
    for i, item in enumerate(call.arguments.items):
        if item.email is not None:
            item.email = item.email.strip()
        if item.email is not None and not _ADDRESS.fullmatch(item.email):
            faults[i] = f'items[{i}].email: "{item.email}" is no e-mail address'
        elif not item.first_name.strip():
            faults[i] = f"items[{i}].firstName: required ({item.email or item.linked_in_url or 'no address'})"
    if faults:
        _leave_out(call, faults)


async def import_fields(call: Call) -> None:
    """Names the custom fields of all items by the titles that are registered; `Stopped` where one is unknown."""
    if not any(item.custom_fields for item in call.arguments.items):
        return
    registry = Registry(await definitions(call))
    for i, item in enumerate(call.arguments.items):
        for j, given in enumerate(item.custom_fields or ()):
            field = registry.value_of(given.which(), given.value, f"items[{i}].customFields[{j}]")
            if field is not None:
                given.id, given.name = None, field.title
                given.model_fields_set.discard("id")
    registry.stop_on_faults()


def _leave_out(call: Call, faults: dict[int, str]) -> None:
    lines = [f"- {fault}" for fault in list(faults.values())[:_MOST_NAMED]]
    if len(faults) > _MOST_NAMED:
        lines.append(f"- and {len(faults) - _MOST_NAMED} more")
    text = "\n".join(lines)
    kept = [item for i, item in enumerate(call.arguments.items) if i not in faults]
    if not call.arguments.skip_invalid or not kept:
        raise Stopped(
            f"{len(faults)} of {len(call.arguments.items)} items are wrong; nothing was imported, since "
            f"Reply refuses the whole call for one:\n{text}\nCorrect them"
            + (", or set skipInvalid=true to leave them out." if kept else ".")
        )
    call.notes.append(f"Left out, not imported ({len(faults)}):\n{text}")
    call.arguments.items = kept


async def import_what_is_valid(call: Call) -> Any:
    """Sends the items; where Reply finds some of them wrong and `skipInvalid` allows it, sends the others once more."""
    try:
        return await call.send()
    except Refusal as refusal:
        faults = _item_faults(call, refusal)
        if not faults or not call.arguments.skip_invalid:
            raise
        _leave_out(call, faults)
        return await call.send()


def _item_faults(call: Call, refusal: Refusal) -> dict[int, str]:
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
        where = f"items[{i}].{match[2].replace('/', '.')}".rstrip(".")
        faults[i] = f"{faults[i]}; {match[2]}: {detail}" if i in faults else f"{where} ({who}): {detail}"
    return faults


async def why_not_imported(call: Call, refusal: Refusal) -> str | None:
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
    summary = f"{len(imported)} of {len(results)} contacts imported: " + ", ".join(
        f"{n} {s}" for s, n in counts.items()
    )
    options = call.arguments.options
    if counts.get("updated") and not (options and options.overwrite_existing):
        summary += " (updated: only empty fields were filled; options.overwriteExisting=true replaces)"
    if options is not None and options.sequence_id is not None and imported:
        await _say_who_is_in(call, options.sequence_id, [row["id"] for row in imported])
    return {"summary": summary + ".", "notImported": left, "imported": imported}


def _without_results(answer: Any) -> dict[str, Any]:
    job = background_job(answer)
    if job:
        look = f'reply_get_background_job {{"jobId": "{job}"}}'
        return {
            "summary": f"Accepted by Reply, not done yet: it runs in background job {job}. {look} shows the result."
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
            f"Imported but not in sequence {sequence_id}: {', '.join(outside)} (opted out, or not yet shown)."
        )
    if inside:
        call.notes.append(f"In sequence {sequence_id}: {', '.join(inside)}.")
    unread = len(ids) - len(inside) - len(outside)
    if unread:
        call.notes.append(f"Whether the other {unread} were enrolled is not known; Reply's answer does not say.")
