"""Finding new people and checking addresses: what it will cost before, why not, what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reply_mcp.catalog.hooks.read_once import read_once
from reply_mcp.catalog.lookups.sequences import (
    read_sequence,
    sequence_not_found,
    sequence_title,
    status_of,
)
from reply_mcp.catalog.operation import Call, Effect
from reply_mcp.catalog.rows import rows_of
from reply_mcp.errors import ApiError, NotDone, ReplyError

BLOCKERS = {
    "1": "the feature is off for this team",
    "2": "the subscription lacks the validation add-on",
    "3": "another validation of yours is running (reply_list_background_jobs)",
    "4": "no validation credits are left",
    "5": "fewer credits than contacts (acceptPartial=true validates as many as there are credits for)",
    "6": "none of these contacts needs validating, or none can be seen by this key",
}
STATES = {
    "inprogress": "searching and adding",
    "finished": "finished: the number asked for is added",
    "nomorecontacts": "finished: no more people fit the filters",
    "manuallypaused": "paused by a user",
    "pausedduetoinsufficientcredits": "paused: out of credits",
}


def blockers_in_words(estimate: Any) -> list[str]:
    """What stands against a validation, from the numbers that Reply gives."""
    held = estimate.get("blockers") if isinstance(estimate, Mapping) else None
    return [BLOCKERS.get(str(one), f"blocker {one}") for one in held or []]


async def blockers_said(call: Call, answer: Any) -> Any:
    """Puts words in the place of the numbers."""
    if isinstance(answer, dict):
        answer["blockers"] = blockers_in_words(answer)
    return answer


async def _estimate(call: Call) -> dict[str, Any]:
    answer = await read_once(call, "EstimateEmailValidation", **call.arguments.wire())
    return answer if isinstance(answer, dict) else {}


async def validation_preview(call: Call) -> str:
    """How many addresses are checked for how many credits; one request, which is free."""
    asked = len(call.arguments.contact_ids)
    estimate = await _estimate(call)
    against = blockers_in_words(estimate)
    if against:
        raise NotDone(f"Nothing was scheduled and no credit spent: {'; '.join(against)}.")
    eligible, needed, there = (
        estimate.get(key, "?") for key in ("eligibleCount", "creditsRequired", "creditsAvailable")
    )
    return (
        f"This validates the addresses of {eligible} of {asked} contacts and reserves up to {needed} of "
        f"{there} validation credits."
    )


async def why_not_validated(call: Call, refusal: ApiError) -> str | None:
    """Reply has one code for every reason: asks the free estimate which it is; one request."""
    if refusal.code != "emailValidation.unknown" and refusal.status != 403:
        return None
    try:
        against = blockers_in_words(await _estimate(call))
    except ReplyError:
        return None
    if not against:
        return None
    return f"{refusal.status} {refusal.code}: nothing was scheduled and no credit spent: {'; '.join(against)}."


async def search_effect(call: Call) -> tuple[Effect, ...]:
    """It spends; with an active sequence it also sends, to people whom nobody has seen yet."""
    id = call.arguments.sequence_id
    if id is None:
        return (Effect.SPEND,)
    active = status_of(await _sequence(call, id)) in ("active", "")
    return (Effect.SPEND, Effect.SEND) if active else (Effect.SPEND,)


async def search_preview(call: Call) -> str:
    """How many people, at what cost, and where they go."""
    arguments = call.arguments
    phones = ", and phones" if arguments.search_contact_phones else ""
    text = (
        f"This finds and adds up to {arguments.contacts_count_to_add} new contacts "
        f"({audience(arguments.filters.wire()) or 'no filter'}) and spends credits for each of them and its email"
        f"{phones}"
    )
    if arguments.list_ids:
        text += f", adds them to list {', '.join(map(str, arguments.list_ids))}"
    if arguments.sequence_id is not None:
        sequence = await _sequence(call, arguments.sequence_id)
        text += f", and enrols them in sequence {sequence_title(sequence, arguments.sequence_id)}"
        state = status_of(sequence)
        text += ": it is active and mails them unseen" if state == "active" else f" ({state or 'state unknown'})"
    return text + "."


async def _sequence(call: Call, id: Any) -> dict[str, Any]:
    try:
        return await read_sequence(call, id)
    except ApiError as refusal:
        if refusal.status in (400, 404) and refusal.code:
            raise NotDone(f"{sequence_not_found(id)} Nothing was searched.") from None
        raise


async def why_no_search(call: Call, refusal: ApiError) -> str | None:
    """A team has one search at a time; no match starts none."""
    match refusal.code:
        case "liveDataSearch.searchInProgress":
            return (
                "409 liveDataSearch.searchInProgress: the team has a search running, and only one may. Nothing was "
                f"started or spent.{await _running(call)} reply_list_live_data_searches shows when it is done."
            )
        case "liveDataSearch.noMatchingContacts":
            return (
                f"{refusal.status} liveDataSearch.noMatchingContacts: nobody fits these filters; nothing was started "
                "or spent. The filter-value tools give the spellings that match."
            )
    return None


async def _running(call: Call) -> str:
    try:
        rows = rows_of(await call.ask("ListLiveDataSearches", top=5))
    except ReplyError:
        return ""
    row = next((row for row in rows if str(row.get("status")).casefold() == "inprogress"), None)
    return f" Search {row.get('id')} has found {row.get('contactsFound', '?')} so far." if row else ""


async def said_in_words(call: Call, answer: Any) -> Any:
    """Adds `state` in words, and `recipients`, to searches."""
    for row in rows_of(answer) or ([answer] if isinstance(answer, dict) else []):
        status = str(row.get("status") or "")
        row["state"] = STATES.get(status.casefold(), status)
        row["audience"] = audience(row.get("filters"))
    return answer


def audience(filters: Any) -> str:
    """`jobTitles: CTO, not Intern; companySizes: fifty`: the filters that say something."""
    said = []
    for name, value in filters.items() if isinstance(filters, Mapping) else ():
        words = _said(value)
        if words:
            said.append(f"{name}: {words}")
    return "; ".join(said)


def _said(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(filter(None, map(_said, value)))
    if isinstance(value, Mapping):
        if "values" in value:
            return (" and " if str(value.get("type")).casefold() == "and" else " or ").join(
                filter(None, map(_said, value["values"] or ()))
            )
        if "value" in value:
            return f"{'not ' if str(value.get('type')).casefold() == 'exclude' else ''}{value['value']}"
        least, most = value.get("min"), value.get("max")
        span = f"{'' if least is None else least}..{'' if most is None else most} %"
        return " ".join(filter(None, [str(value.get("department") or ""), span]))
    if value is None or value is False:
        return ""
    return "yes" if value is True else str(value)
