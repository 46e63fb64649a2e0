"""What the numbers of a report cover: their period, their channel, the members behind the user ids."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.answers import held_value
from reply_mcp.catalog.arguments.times import describe_period
from reply_mcp.catalog.operation import Call
from reply_mcp.catalog.rows import rows_of
from reply_mcp.errors import ReplyError
from reply_mcp.text.lists import join

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.reports.operations import GetEmailsOverview, GetLinkedInOverview


async def add_period(call: Call, answer: dict[str, Any]) -> Any:
    """The numbers with their `period`, and the sequences, lists and users asked for."""
    filters = call.arguments.filters
    of = [f"{noun} {join(ids)}" for noun, ids in _asked_for(filters) if ids]
    return {"period": ", ".join([describe_period(filters), *of]), **answer}


def _asked_for(filters: Any) -> tuple[tuple[str, Any], ...]:
    """The ids in the filters that belong in a title."""
    return (("sequence", filters.sequence_ids), ("list", filters.contact_list_ids), ("user", filters.user_ids))


async def note_period(call: Call, answer: Any) -> Any:
    """Notes of which period a list is; where it is empty, how to ask for another."""
    note = f"Period: {describe_period(call.arguments.filters)}."
    call.notes.append(note if rows_of(answer) else f"{note} Another: filters with from and to.")
    return answer


async def note_other_channel(call: Call[GetEmailsOverview | GetLinkedInOverview], answer: Any) -> Any:
    """Notes which report has the rest of a sequence's numbers: a report covers one channel, many sequences use two."""
    if call.arguments.filters.sequence_ids:
        one, other = (
            ("email", "linkedin") if call.arguments.operation.id == "GetEmailsOverview" else ("LinkedIn", "email")
        )
        call.notes.append(f"Only {one}; steps on the other channel are in reply_get_{other}_report.")
    return answer


async def note_missing_comparison(call: Call[GetEmailsOverview], answer: Any) -> Any:
    """Notes that the comparison asked for is missing."""
    if call.arguments.compare_to is not None and not any("trend" in str(key).casefold() for key in answer):
        call.notes.append(
            "Reply answered compareTo without a comparison: call again with that period in filters and compare."
        )
    return answer


async def add_member_names(call: Call, answer: Any) -> Any:
    """Adds `user`, the name behind the user id, to members and rows; one more request where there are any."""
    members = held_value(answer, "memberStatistics")
    rows = rows_of(members if isinstance(members, list) else answer)
    if not any(held_value(row, "userId") for row in rows):
        return answer
    try:
        team = rows_of(await call.ask("WhoamiTeamUsers"))
    except ReplyError:
        return answer
    names = {str(one.get("userId")): one.get("userName") or one.get("userEmail") for one in team}
    for row in rows:
        row["user"] = names.get(str(held_value(row, "userId"))) or ""
    return answer
