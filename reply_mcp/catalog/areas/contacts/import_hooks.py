"""Sending an import: whether it enrolls or lifts opt-outs, whom it concerns, which items Reply refused it for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.areas.contacts.enroll_one import effect_of_enrolling
from reply_mcp.catalog.areas.contacts.import_faults import Fault, describe_item_faults
from reply_mcp.catalog.areas.contacts.import_items import items_of, leave_out
from reply_mcp.catalog.hooks.read_once import read_record
from reply_mcp.catalog.lookups.audience import name_people
from reply_mcp.catalog.lookups.enrollability import Terms, check_enrollment
from reply_mcp.catalog.lookups.forecast import describe_today, read_forecast
from reply_mcp.catalog.lookups.people import MOST_NAMES
from reply_mcp.catalog.lookups.sequences import NOT_RUNNING, read_sequence, sequence_title, status_of
from reply_mcp.catalog.operation import Call, Effect, Question
from reply_mcp.catalog.rows import object_at
from reply_mcp.errors import ApiError, NotDone
from reply_mcp.text.lists import join, list_some, plural

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.contacts.bodies import ImportItem
    from reply_mcp.catalog.areas.contacts.operations import ImportContacts

_POINTER = re.compile(r"items[/\[.](\d+)\]?[/.]?(.*)", re.IGNORECASE)
_MOST_LISTED = 20
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


def _item_faults(call: Call[ImportContacts], refusal: ApiError) -> dict[int, list[Fault]]:
    """What Reply says of each item, by position; {} for a refusal that is about none of them."""
    faults: dict[int, list[Fault]] = {}
    if refusal.status != 400:
        return faults
    items = items_of(call)
    for pointer, detail in refusal.faults:
        match = _POINTER.search(pointer)
        if match is None or int(match[1]) >= len(items):
            continue
        i = int(match[1])
        who = items[i].email or items[i].linked_in_url or items[i].first_name
        faults.setdefault(i, []).append(Fault(items[i]._place, match[2].replace("/", "."), detail.rstrip("."), who))
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
    lines = describe_item_faults(fault for of_one in faults.values() for fault in of_one)
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
    held = await read_record(call, "GetSettings")
    return object_at(held, "emails").get("isAutomaticEmailValidationEnabled") is not False


async def check_enrollable(call: Call[ImportContacts]) -> None:
    """With `options.sequenceId`: stops for people who must not be enrolled there, or leaves them out with
    `skipInvalid`. The requests of `check_enrollment`.

    Raises:
        NotDone: names each with the reason.
    """
    options, items = call.arguments.options, items_of(call)
    if options is None or options.sequence_id is None:
        return
    sequence = await read_sequence(call, options.sequence_id)
    if options.keys is not None and any(options.keys.wire().values()) and status_of(sequence) not in NOT_RUNNING:
        raise NotDone(
            "Nothing was imported: options.keys lets Reply take somebody in the account for a person of the import by "
            "other things than the address, so that nobody can say beforehand who is written to. Import them without "
            "options.sequenceId, and enroll their ids by reply_add_contact_to_sequence."
        )
    identities = [_identities_of(item) for item in items]
    given = list(dict.fromkeys(one[0] for one in identities if one))
    profiles = list(dict.fromkeys(other for one in identities for other in one[1:]))
    terms = Terms(options.sequence_id, new_people=True)
    standing = await check_enrollment(call, terms, [*given, *(profiles if len(profiles) <= MOST_NAMES else ())])
    if len(profiles) > MOST_NAMES:
        standing.unchecked.append(f"whether {len(profiles):,} profiles are of people who have another address")
    call.seen["existing"] = sorted([one.given, str(one.id)] for one in standing.people if one.id is not None)
    against = {name.casefold(): one for one in standing.people if one.why for name in (one.given, *one.also)}
    faults = {}
    for i, item in enumerate(items):
        if (one := next(filter(None, map(against.get, identities[i])), None)) is not None:
            details = f", {one.why['errorDetails']}" if one.why["errorDetails"] else ""
            faults[i] = f"{item._place} ({one.label}): {one.why['error']}{details}"
    if standing.unchecked:
        call.notes.append(f"Not checked: {join(standing.unchecked, '; ')}.")
    if not faults:
        return
    listed = "- " + list_some(faults.values(), _MOST_LISTED, between="\n- ")
    name = sequence_title(sequence, options.sequence_id)
    if len(faults) == len(items) or not call.arguments.skip_invalid:
        raise NotDone(
            f"Nothing was imported: {len(faults):,} of {plural(len(items), 'person', 'people')} must not be enrolled "
            f"in {name}:\n{listed}\nImport them without options.sequenceId"
            + (", or set skipInvalid=true to leave them out." if len(faults) < len(items) else ".")
            + " reply_add_contact_to_sequence takes those in another sequence or in a conversation with its allow."
            + (f" {standing.lifts}" if standing.lifts else "")
        )
    call.seen["left out"] = f"Left out, not imported, since they must not be enrolled ({len(faults)}):\n{listed}"
    if standing.lifts:
        call.seen["left out"] += f"\n{standing.lifts}"
    call.notes.append(call.seen["left out"])
    call.arguments.items = [item for i, item in enumerate(items) if i not in faults]


def _identities_of(item: ImportItem) -> list[str]:
    """What tells who somebody is, in lower case: the address, by which Reply matches them, and the profile, by which
    it would write to them on LinkedIn."""
    return [text for one in (item.email, item.linked_in_url) if (text := (one or "").strip().casefold())]


async def preview_import(call: Call[ImportContacts]) -> Question:
    """Who is imported, and what that starts; at most three requests."""
    items, options = items_of(call), call.arguments.options
    rows = [item.wire() for item in items]
    facts: dict[str, Any] = {"count": len(rows), "people": rows}
    lines = [f"This imports {plural(len(items), 'contact')} ({name_people(rows)})"]
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
    more: list[str] = []
    if options is not None and options.sequence_id is not None:
        sequence = await read_sequence(call, options.sequence_id)
        status = status_of(sequence)
        lines.append(f"enrolls them in {sequence_title(sequence, options.sequence_id)}, {status or 'state unknown'}")
        if status not in NOT_RUNNING:
            forecast = await read_forecast(call, sequence, rows, enrolled=False)
            more = [*forecast.odd, *forecast.lines(describe_today(forecast, len(rows)))]
            facts |= forecast.facts
    facts["existing"] = call.seen.get("existing")
    if left_out := call.seen.get("left out"):
        more.append(left_out)
    return Question("\n".join([" and ".join(lines) + (":" if more else "."), *more]), facts)
