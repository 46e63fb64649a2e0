"""What requests about schedules and holiday calendars hold."""

from __future__ import annotations

import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from reply_mcp.catalog.lookups.time_zones import windows_zone
from reply_mcp.catalog.operation import Arguments, Part

Zone = Annotated[str, Field(min_length=1), AfterValidator(windows_zone)]


class ClockTime(Part):
    """A time of day."""

    hour: int = Field(ge=0, le=23)
    minute: int = Field(ge=0, le=59)


class TimeRange(Part):
    """Hours in which messages may go out."""

    from_time: ClockTime
    to_time: ClockTime


class DayTiming(Part):
    """One day of the week and its hours."""

    week_day: Literal["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    is_active: bool
    time_ranges: list[TimeRange] | None = None


ZONES = 'Windows name ("Eastern Standard Time") or IANA'


class ScheduleHours(Arguments):
    """The content of a schedule, besides its name and time zone."""

    main_timings: list[DayTiming] | None = Field(None, description="A day each: {weekDay,isActive,timeRanges}")
    follow_up_timings: list[DayTiming] | None = None
    use_follow_up_schedule: bool | None = None
    use_prospect_timezone: bool | None = None
    exclude_holidays: bool | None = None


class Holiday(Part):
    """Consecutive days off, including the last."""

    start_date: datetime.date
    end_date: datetime.date
    name: str

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Holiday:
        if self.end_date < self.start_date:
            raise ValueError(f"endDate must not be before startDate, got {self.end_date} and {self.start_date}")
        return self


class Holidays(Arguments):
    """The content of a holiday calendar, besides its name."""

    repeat_every_year: bool | None = None
    holidays: list[Holiday] | None = None
