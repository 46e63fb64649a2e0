"""Statistics of sequences: their period, the channels with activity, the order of a comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.arguments.times import describe_period
from reply_mcp.catalog.operation import Call
from reply_mcp.catalog.rows import object_at, rows_of
from reply_mcp.text.lists import join

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.sequences.stats import GetSequenceStats, GetSequenceStatsList


async def note_period(call: Call[GetSequenceStats], answer: dict[str, Any]) -> Any:
    """Names the period where it is the default, and leaves out a channel without activity."""
    shown = dict(answer)
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
    kept = [dict(row) for row in rows_of(answer)]
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
    rates = [object_at(row, key).get("repliedPercentage") for key in ("emailOverview", "linkedInOverview")]
    return max((float(rate) for rate in rates if isinstance(rate, int | float)), default=-1.0)


def _silent(overview: Any) -> bool:
    return isinstance(overview, dict) and not any(overview.values())
