"""What a report's numbers are of: their period, and who the members behind the user ids are."""

from __future__ import annotations

from typing import Any

from reply_mcp.catalog.operation import Call
from reply_mcp.catalog.rows import rows_of
from reply_mcp.errors import ReplyError

_PRESETS = {"lastWeek": "the last seven days", "lastMonth": "the last month", "lastYear": "the last year"}


async def with_period(call: Call, answer: Any) -> Any:
    """The numbers with the `period` that they are of. Takes them out of a list of one, as some were seen to come."""
    if isinstance(answer, list):
        answer = next((one for one in answer if isinstance(one, dict)), {})
    answer = answer if isinstance(answer, dict) else {}
    filters = call.arguments.filters
    of = [f"{noun} {', '.join(map(str, ids))}" for noun, ids in _asked_for(filters) if ids]
    return {"period": ", ".join([period_of(filters), *of]), **answer}


def _asked_for(filters: Any) -> tuple[tuple[str, Any], ...]:
    """What the numbers were narrowed to, as far as it has ids that fit a title."""
    return (("sequence", filters.sequence_ids), ("list", filters.contact_list_ids), ("user", filters.user_ids))


def period_of(filters: Any) -> str:
    """`2026-11-01 to 2026-11-22`, or the preset in words; without either Reply takes the last seven days."""
    if filters.from_ is not None and filters.to is not None:
        return f"{filters.from_:%Y-%m-%d} to {filters.to:%Y-%m-%d}"
    preset = filters.date_range_preset or "lastWeek"
    return _PRESETS.get(preset, "all time")


async def other_channel(call: Call, answer: Any) -> Any:
    """Says where the rest of a sequence's numbers is: a report is of one channel, and many sequences use two."""
    if call.arguments.filters.sequence_ids:
        one, other = (
            ("e-mail", "linkedin") if call.arguments.operation.id == "GetEmailsOverview" else ("LinkedIn", "email")
        )
        call.notes.append(f"Only {one}; steps on the other channel are in reply_get_{other}_report.")
    return answer


async def no_trend(call: Call, answer: Any) -> Any:
    """Says that a comparison that was asked for did not come."""
    if call.arguments.compare_to is not None and not any("trend" in str(key).casefold() for key in answer):
        call.notes.append(
            "Reply answers compareTo without a comparison: ask again with that period in filters, and compare the two."
        )
    return answer


async def members_named(call: Call, answer: Any) -> Any:
    """Gives members and rows the `user` that their user id stands for; one more request, where there are any."""
    members = _field(answer, "memberStatistics") if isinstance(answer, dict) else None
    rows = rows_of(members if isinstance(members, list) else answer)
    if not any(_field(row, "userId") for row in rows):
        return answer
    try:
        team = rows_of(await call.ask("WhoamiTeamUsers"))
    except ReplyError:
        return answer
    names = {str(one.get("userId")): one.get("userName") or one.get("userEmail") for one in team}
    for row in rows:
        row["user"] = names.get(str(_field(row, "userId"))) or ""
    return answer


def _field(row: dict[str, Any], name: str) -> Any:
    """A value whatever the case of its key: some reports were seen with PascalCase."""
    return next((value for key, value in row.items() if key.casefold() == name.casefold()), None)
