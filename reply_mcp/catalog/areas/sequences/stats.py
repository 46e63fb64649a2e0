"""Numbers of sequences: the period is checked here, since Reply breaks (500) on one that ends before it begins."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from reply_mcp.catalog.arguments.named_ids import UserId
from reply_mcp.catalog.arguments.times import Moment, Until, check_period
from reply_mcp.catalog.operation import Call, Part

LONGEST = timedelta(days=31)
_WORDS = {"lastWeek": "last week", "lastMonth": "last month", "lastYear": "last year", "allTime": "all time"}


class StatsPeriod(Part):
    """From and to, or a preset; the last week where neither is given."""

    from_: Moment | None = Field(None, alias="from")
    to: Until | None = None
    date_range_preset: Literal["lastWeek", "lastMonth", "lastYear", "allTime"] | None = None

    @model_validator(mode="after")
    def _one_period(self) -> Self:
        if self.date_range_preset and (self.from_ or self.to):
            raise ValueError("give dateRangePreset, or from and to, not both")
        check_period(self.from_, self.to)
        return self


class ShortPeriod(Part):
    """From and to within the last 31 days, or a preset."""

    from_: Moment | None = Field(None, alias="from", description="At most 31 days ago")
    to: Until | None = None
    date_range_preset: Literal["lastWeek", "lastMonth"] | None = None
    user_ids: list[UserId] | None = None

    @model_validator(mode="after")
    def _one_short_period(self) -> Self:
        if self.date_range_preset and (self.from_ or self.to):
            raise ValueError("give dateRangePreset, or from and to, not both")
        check_period(self.from_, self.to)
        now = datetime.now(UTC)
        if self.from_ and now - self.from_ > LONGEST + timedelta(days=1):
            raise ValueError(f"from must be within the last 31 days, got {self.from_.date()}")
        if self.from_ and self.to and self.to - self.from_ > LONGEST:
            raise ValueError("from and to may be 31 days apart at most")
        return self


def period_of(filters: StatsPeriod | ShortPeriod | None) -> str:
    """The period in words: `2026-11-01 to 2026-11-22`."""
    if filters is None or not (filters.from_ or filters.to):
        return _WORDS[(filters.date_range_preset if filters else None) or "lastWeek"]
    start = filters.from_.date().isoformat() if filters.from_ else "the beginning"
    return f"{start} to {filters.to.date().isoformat() if filters.to else 'now'}"


async def with_period(call: Call, answer: Any) -> Any:
    """Says the period where it is the default, and leaves out a channel on which nothing happened."""
    row = answer[0] if isinstance(answer, list) and answer else answer
    if not isinstance(row, dict):
        return answer
    shown = dict(row)
    filters = call.arguments.filters
    if filters is None or not filters.wire():
        call.notes.append(f"Period: {period_of(filters)}, the default; filters choose another.")
    channels = (("emailOverview", "email"), ("linkedInOverview", "LinkedIn"))
    if all(_silent(shown.get(key)) for key, _ in channels):
        return shown
    for key, channel in channels:
        if _silent(shown.get(key)):
            del shown[key]
            call.notes.append(f"No {channel} activity in this period.")
    return shown


async def compared(call: Call, answer: Any) -> Any:
    """Keeps the sequences asked for, best reply rate first, and says which of them Reply has no numbers for."""
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
            call.notes.append(f"No numbers for {', '.join(missing)} in this period.")
    for row in kept:
        for key in ("emailOverview", "linkedInOverview"):
            if _silent(row.get(key)):
                row.pop(key, None)
    kept.sort(key=_reply_rate, reverse=True)
    call.notes.append(f"Period: {period_of(call.arguments.filters)}. Best reply rate first.")
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
