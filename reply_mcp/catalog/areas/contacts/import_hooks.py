"""Sending an import: whether it enrolls or lifts opt-outs, whom it concerns, which items Reply refused it for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.areas.contacts.enroll_one import describe_sequence, effect_of_enrolling
from reply_mcp.catalog.areas.contacts.import_items import items_of, leave_out, place_of
from reply_mcp.catalog.hooks.read_once import read_once
from reply_mcp.catalog.operation import Call, Effect, Question
from reply_mcp.errors import ApiError
from reply_mcp.text.lists import list_some, plural

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.contacts.operations import ImportContacts

_POINTER = re.compile(r"items[/\[.](\d+)\]?[/.]?(.*)", re.IGNORECASE)
_MOST_NAMED = 3
_MANY = 20
"""People of an import whose standing validation is worth a question."""


async def import_valid_items(call: Call[ImportContacts]) -> Any:
    """Sends the items; where Reply refuses some of them and `skipInvalid` allows it, sends the others once more."""
    try:
        return await call.send()
    except ApiError as refusal:
        faults = _item_faults(call, refusal)
        if not faults or not call.arguments.skip_invalid:
            raise
        leave_out(call, faults)
        return await call.send()


def _item_faults(call: Call[ImportContacts], refusal: ApiError) -> dict[int, str]:
    """What Reply says of each item, by position; {} for a refusal that is about none of them."""
    faults: dict[int, str] = {}
    if refusal.status != 400:
        return faults
    items = items_of(call)
    for pointer, detail in refusal.faults:
        match = _POINTER.search(pointer)
        if match is None or int(match[1]) >= len(items):
            continue
        i = int(match[1])
        item = items[i]
        who = item.email or item.linked_in_url or item.first_name
        where = place_of(item, match[2].replace("/", ".")).rstrip("., ")
        faults[i] = f"{faults[i]}; {match[2]}: {detail}" if i in faults else f"{where} ({who}): {detail}"
    return faults


async def explain_refused_import(call: Call[ImportContacts], refusal: ApiError) -> str | None:
    """Names the items for which the import was refused; does not guess which limit was meant."""
    if refusal.code == "contact.limitExceeded":
        return (
            f"{refusal.status} contact.limitExceeded: {refusal.detail or 'no detail'} Nothing was imported "
            f"({plural(len(items_of(call)), 'item')} sent). The limit is 1000 items a call or the plan's number "
            "of contacts; with fewer than 1000 items it is the plan's: tell the person."
        )
    faults = _item_faults(call, refusal)
    if not faults:
        return None
    lines = "\n".join(f"- {fault}" for fault in faults.values())
    return (
        f"400: nothing was imported: Reply refuses the whole call for these items:\n{lines}\n"
        "Correct them, or set skipInvalid=true to leave them out."
    )


async def effect_of_import(call: Call[ImportContacts]) -> tuple[Effect, ...]:
    """SEND where it enrolls people in an active sequence, lifts an opt-out, or brings deleted people back; DELETE where
    it overwrites what contacts hold; SPEND where the account validates many new addresses. At most two requests."""
    options = call.arguments.options
    effects = [Effect.DELETE] if options is not None and options.overwrite_existing else []
    lifts = any(item.is_opted_out is False for item in items_of(call))
    if lifts or (options is not None and options.restore_deleted):
        effects.append(Effect.SEND)
    elif options is not None and options.sequence_id is not None:
        effects.append(await effect_of_enrolling(call, options.sequence_id))
    if len(items_of(call)) >= _MANY and await _validates_addresses(call):
        effects.append(Effect.SPEND)
    return tuple(effects) or (Effect.WRITE,)


async def _validates_addresses(call: Call[ImportContacts]) -> bool:
    """Whether the account pays a credit for each new address by a standing order of its settings, or that cannot be
    told; one request in a call."""
    held = await read_once(call, "GetSettings")
    emails = held.get("emails") if isinstance(held, dict) else None
    return not isinstance(emails, dict) or emails.get("isAutomaticEmailValidationEnabled") is not False


async def preview_import(call: Call[ImportContacts]) -> Question:
    """Who is imported, and what that starts; at most one request."""
    items, options = items_of(call), call.arguments.options
    who = list_some((item.email or item.first_name for item in items), _MOST_NAMED)
    lines = [f"This imports {plural(len(items), 'contact')} ({who})"]
    if options is not None and options.sequence_id is not None:
        lines.append(f"enrolls them in {await describe_sequence(call, options.sequence_id)}")
    if options is not None and options.overwrite_existing:
        lines.append("overwrites what contacts who exist already hold, which cannot be put back")
    if options is not None and options.restore_deleted:
        lines.append("brings back those who were deleted")
    if len(items) >= _MANY and await _validates_addresses(call):
        lines.append(
            f"spends up to {plural(len(items), 'credit')}, since the account validates new addresses by itself"
        )
    lifted = sum(item.is_opted_out is False for item in items)
    if lifted:
        lines.append(f"lifts the opt-out of {lifted} of them, who can then be contacted again")
    return Question(" and ".join(lines) + ".", {"people": [item.wire() for item in items]})
