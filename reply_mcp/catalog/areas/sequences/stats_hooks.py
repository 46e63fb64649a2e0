"""Statistics of sequences: their period, the channels with activity, the order of a comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.arguments.times import describe_period
from reply_mcp.catalog.operation import Call
from reply_mcp.text.lists import join

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.sequences.stats import GetSequenceStats, GetSequenceStatsList


async def note_period(call: Call[GetSequenceStats], answer: Any) -> Any:
    """Names the period where it is the default, and leaves out a channel without activity."""
    row = answer[0] if isinstance(answer, list) and answer else answer
    if not isinstance(row, dict):
        return answer
    shown = dict(row)
    filters = call.arguments.filters
    if filters is None or not filters.wire():
        call.notes.append(f"Period: {describe_period(filters)}, the default; set another with filters.")
    channels = (("emailOverview", "email"), ("linkedInOverview", "LinkedIn"))
    if all(_silent(shown.get(key)) for key, _ in channels):
        return shown
    for key, channel in channels:
        if _silent(shown.get(key)):
            del shown[key]
            call.notes.append(f"No {channel} activity in this period.")
    return shown


async def compare(call: Call[GetSequenceStatsList], answer: Any) -> Any:
    """Keeps the sequences asked for, best reply rate first, and names those that Reply has no numbers for."""
    rows = answer if isinstance(answer, list) else answer.get("items") if isinstance(answer, dict) else None
    if not isinstance(rows, list):
        return answer
    kept = [dict(row) for row in rows if isinstance(row, dict)]
    wanted = call.arguments.sequence_ids
    if wanted:
        ids = {str(id) for id in wanted}
        kept = [row for row in kept if str(row.get("sequenceId")) in ids]
        missing = [str(id) for id in wanted if str(id) not in {str(row.get("sequenceId")) for row in kept}]
        if missing:
            call.notes.append(f"No numbers for {join(missing)} in this period.")
    for row in kept:
        for key in ("emailOverview", "linkedInOverview"):
            if _silent(row.get(key)):
                row.pop(key, None)
    kept.sort(key=_reply_rate, reverse=True)
    call.notes.append(f"Period: {describe_period(call.arguments.filters)}. Best reply rate first.")
    return kept


def _reply_rate(row: dict[str, Any]) -> float:
    rates = [
        overview.get("repliedPercentage")
        for overview in (row.get("emailOverview"), row.get("linkedInOverview"))
        if isinstance(overview, dict)
    ]
    return max((float(rate) for rate in rates if isinstance(rate, int | float)), default=-1.0)


def _silent(overview: Any) -> bool:
    return isinstance(overview, dict) and not any(overview.values())
