"""The periods of statistics. They are checked here, since Reply answers 500 to one that ends before it begins."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal, Self

from pydantic import Field, model_validator

from reply_mcp.catalog.arguments.named_ids import UserId
from reply_mcp.catalog.arguments.times import Moment, Until, check_period, preset_in_words
from reply_mcp.catalog.operation import Part
from reply_mcp.text.times import format_day

LONGEST = timedelta(days=31)


class StatsPeriod(Part):
    """From and to, or a preset; the last week where neither is given."""

    from_: Moment | None = Field(None, alias="from")
    to: Until | None = None
    date_range_preset: Literal["lastWeek", "lastMonth", "lastYear", "allTime"] | None = None

    _in_words = model_validator(mode="before")(preset_in_words)

    @model_validator(mode="after")
    def _one_period(self) -> Self:
        if self.date_range_preset and (self.from_ or self.to):
            raise ValueError("give dateRangePreset, or from and to, not both")
        if self.from_ and not self.to:  # Reply requires both ends or neither
            self.to = datetime.now(UTC).replace(microsecond=0)
        check_period(self.from_, self.to)
        return self


class ShortPeriod(Part):
    """From and to within the last 31 days, or a preset."""

    from_: Moment | None = Field(None, alias="from", description="At most 31 days ago")
    to: Until | None = None
    date_range_preset: Literal["lastWeek", "lastMonth"] | None = None
    user_ids: list[UserId] | None = None

    _in_words = model_validator(mode="before")(preset_in_words)

    @model_validator(mode="after")
    def _one_short_period(self) -> Self:
        if self.date_range_preset and (self.from_ or self.to):
            raise ValueError("give dateRangePreset, or from and to, not both")
        if self.from_ and not self.to:  # Reply requires both ends or neither
            self.to = datetime.now(UTC).replace(microsecond=0)
        check_period(self.from_, self.to)
        now = datetime.now(UTC)
        if self.from_ and now - self.from_ > LONGEST + timedelta(days=1):
            day = format_day(self.from_)
            raise ValueError(f"from must be within the last 31 days, got {day}; reply_report of each goes further back")
        if self.from_ and self.to and self.to - self.from_ > LONGEST:
            raise ValueError("from and to may be 31 days apart at most")
        return self
