"""Searching for new people: what it costs and starts, why it was refused, what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.lookups.sequences import (
    NOT_RUNNING,
    read_sequence,
    sequence_not_found,
    sequence_title,
    status_of,
)
from reply_mcp.catalog.operation import Call, Effect
from reply_mcp.catalog.rows import records_of, rows_of
from reply_mcp.errors import ApiError, NotDone, ReplyError
from reply_mcp.text.lists import join

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.prospecting.operations import (
        GetLiveDataSearch,
        ListLiveDataSearches,
        PreviewLiveDataSearch,
        StartLiveDataSearch,
    )

STATES = {
    "inprogress": "searching and adding",
    "finished": "finished: the number asked for is added",
    "nomorecontacts": "finished: no more people match the filters",
    "manuallypaused": "paused by a user",
    "pausedduetoinsufficientcredits": "paused: out of credits",
}


async def effect_of_search(call: Call[StartLiveDataSearch]) -> tuple[Effect, ...]:
    """SPEND; and SEND into a sequence that runs, which emails people whom nobody has seen yet. At most one request."""
    id = call.arguments.sequence_id
    if id is None:
        return (Effect.SPEND,)
    rests = status_of(await _read_target(call, id)) in NOT_RUNNING
    return (Effect.SPEND,) if rests else (Effect.SPEND, Effect.SEND)


async def preview_search(call: Call[StartLiveDataSearch]) -> str:
    """How many people, at what cost, and where they go; at most one request."""
    arguments = call.arguments
    phones = ", and phones" if arguments.search_contact_phones else ""
    text = (
        f"This finds and adds up to {arguments.contacts_count_to_add} new contacts "
        f"({format_filters(arguments.filters.wire()) or 'no filter'}) and spends credits for each of them and its email"
        f"{phones}"
    )
    if arguments.list_ids:
        text += f", adds them to list {join(arguments.list_ids)}"
    if arguments.sequence_id is not None:
        sequence = await _read_target(call, arguments.sequence_id)
        text += f", and enrolls them in sequence {sequence_title(sequence, arguments.sequence_id)}"
        state = status_of(sequence)
        text += ": it is active and emails them unseen" if state == "active" else f" ({state or 'state unknown'})"
    return text + "."


async def _read_target(call: Call, id: Any) -> dict[str, Any]:
    try:
        return await read_sequence(call, id)
    except ApiError as refusal:
        if refusal.status in (400, 404) and refusal.code:
            raise NotDone(f"{sequence_not_found(id)} Nothing was searched.") from None
        raise


async def explain_refused_search(
    call: Call[StartLiveDataSearch] | Call[PreviewLiveDataSearch], refusal: ApiError
) -> str | None:
    """Explains that a team has one search at a time, and that no match starts none; at most one request."""
    match refusal.code:
        case "liveDataSearch.searchInProgress":
            return (
                "409 liveDataSearch.searchInProgress: the team has a search running, and only one may. Nothing was "
                f"started or spent.{await _describe_running(call)} reply_list_live_data_searches shows when it is done."
            )
        case "liveDataSearch.noMatchingContacts":
            return (
                f"{refusal.status} liveDataSearch.noMatchingContacts: nobody matches these filters; nothing was "
                "started or spent. The filter-value tools give the spellings that match."
            )
    return None


async def _describe_running(call: Call) -> str:
    try:
        rows = rows_of(await call.ask("ListLiveDataSearches", top=5))
    except ReplyError:
        return ""
    row = next((row for row in rows if str(row.get("status")).casefold() == "inprogress"), None)
    return f" Search {row.get('id')} has found {row.get('contactsFound', '?')} so far." if row else ""


async def describe_searches(call: Call[GetLiveDataSearch] | Call[ListLiveDataSearches], answer: Any) -> Any:
    """Adds `state` in words, and `audience`, the filters on one line, to searches."""
    for row in records_of(answer):
        status = str(row.get("status") or "")
        row["state"] = STATES.get(status.casefold(), status)
        row["audience"] = format_filters(row.get("filters"))
    return answer


def format_filters(filters: Any) -> str:
    """`jobTitles: CTO, not Intern; companySizes: fifty`: the filters that narrow anything."""
    parts = []
    for name, value in filters.items() if isinstance(filters, Mapping) else ():
        words = _format_value(value)
        if words:
            parts.append(f"{name}: {words}")
    return "; ".join(parts)


def _format_span(least: Any, most: Any) -> str:
    """`10–24 %`, `at least 10 %`, `at most 24 %`; "" without bounds."""
    if least is None or most is None:
        return f"at least {least} %" if least is not None else f"at most {most} %" if most is not None else ""
    return f"{least}–{most} %"


def _format_value(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(filter(None, map(_format_value, value)))
    if isinstance(value, Mapping):
        if "values" in value:
            return (" and " if str(value.get("type")).casefold() == "and" else " or ").join(
                filter(None, map(_format_value, value["values"] or ()))
            )
        if "value" in value:
            return f"{'not ' if str(value.get('type')).casefold() == 'exclude' else ''}{value['value']}"
        least, most = value.get("min"), value.get("max")
        return " ".join(filter(None, [f"{value.get('department') or ''}", _format_span(least, most)]))
    if value is None or value is False:
        return ""
    return "yes" if value is True else f"{value}"
