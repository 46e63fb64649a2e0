"""Times in arguments: always with an offset on the wire, and a bare date counts as the whole day."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field

from reply_mcp.catalog.arguments.days_in_words import read_days
from reply_mcp.catalog.arguments.model_fields import Loc, names_at
from reply_mcp.catalog.fields import DATE_OR_TIME
from reply_mcp.text.names import fold_name
from reply_mcp.text.times import current_zone, format_days, format_minute

_BARE_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def _with_offset(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=current_zone()).astimezone(UTC)


def _to_end_of_day(value: Any) -> Any:
    if isinstance(value, str) and _BARE_DATE.fullmatch(value.strip()):
        return f"{value.strip()}T23:59:59"
    return value


def _first_in_words(value: Any) -> Any:
    """Where the day or the period in words begins, as a date or a time; anything else as it is."""
    period = read_days(value)
    return value if period is None else period.first


def _last_in_words(value: Any) -> Any:
    """As `_first_in_words`, where it ends."""
    period = read_days(value)
    return value if period is None else period.last


Moment = Annotated[
    datetime, BeforeValidator(_first_in_words), AfterValidator(_with_offset), Field(description=DATE_OR_TIME)
]
"""A time; in the person's zone where it has no offset. A bare date is its first second; so is the first day of what is
given in words, such as `tomorrow` or `last month`."""

Until = Annotated[
    datetime,
    BeforeValidator(_to_end_of_day),
    BeforeValidator(_last_in_words),  # runs first
    AfterValidator(_with_offset),
    Field(description=DATE_OR_TIME),
]
"""The end of a period; in the person's zone where it has no offset. A bare date is its last second,
so that the day is in the period; so is the last day of what is given in words."""


def _first_ahead(value: Any) -> Any:
    """As `_first_in_words`, of what lies ahead."""
    period = read_days(value, ahead=True)
    return value if period is None else period.first


def _last_ahead(value: Any) -> Any:
    """As `_first_ahead`, where it ends."""
    period = read_days(value, ahead=True)
    return value if period is None else period.last


Coming = Annotated[Moment, BeforeValidator(_first_ahead)]
"""A time that lies ahead: `Thursday 3pm` is the next one."""

ComingEnd = Annotated[Until, BeforeValidator(_last_ahead)]
"""The end of what lies ahead."""


def complete_periods(model: type[BaseModel], arguments: dict[str, Any], loc: Loc = ()) -> dict[str, Any]:
    """The arguments, in which a period in words that is over is both ends of a period: `from="last month"` alone would
    count until now."""
    completed = {
        name: complete_periods(model, value, (*loc, name)) if isinstance(value, dict) else value
        for name, value in arguments.items()
    }
    days = read_days(arguments.get("from"))
    if days and days.is_over and "to" not in arguments and "to" in names_at(model, loc):
        completed["to"] = arguments["from"]
    return completed


def preset_in_words(given: Any) -> Any:
    """Filters of a period whose `dateRangePreset` is a period in words, such as `last quarter`, with that as their
    `from`, and `to` where it is over; anything else as it is."""
    if not isinstance(given, dict) or {"from", "to"} & given.keys():
        return given
    preset = given.get("dateRangePreset")
    days = None if fold_name(str(preset)) in _FOLDED_PRESETS else read_days(preset)
    if days is None or not days.is_period:
        return given
    rest = {key: value for key, value in given.items() if key != "dateRangePreset"}
    return {**rest, "from": preset, **({"to": preset} if days.is_over else {})}


PRESETS = {
    "lastWeek": "the last seven days",
    "lastMonth": "the last 30 days",
    "lastYear": "the last 365 days",
    "allTime": "all time",
}
"""Reply's names for periods, as texts have them: each ends now, and none is a month or a year of the calendar."""
_TAKEN_OTHERWISE = {"lastMonth": 30, "lastYear": 365}
"""The days of those whose names people use for a month and a year of the calendar."""
_FOLDED_PRESETS = frozenset(map(fold_name, PRESETS))


def describe_period(filters: Any) -> str:
    """`2026-11-01 to 2026-11-22`, or the preset in words; without either, Reply takes the last seven days."""
    if filters is not None and filters.from_ is not None and filters.to is not None:
        return format_days(filters.from_, filters.to)
    return describe_preset((filters and filters.date_range_preset) or "lastWeek")


def describe_preset(preset: str) -> str:
    """`the last 7 days`; by its days where people mean others by the preset's name: `2026-02-02 to 2026-03-04 (30
    days)`."""
    days = _TAKEN_OTHERWISE.get(preset)
    if days is None:
        return PRESETS[preset]
    now = datetime.now(current_zone())
    return f"{format_days(now - timedelta(days=days), now)} ({days} days)"


ZONE = "IANA"
"""What kind of name a time zone goes by."""


def check_period(start: datetime | None, end: datetime | None, names: tuple[str, str] = ("from", "to")) -> None:
    """Checks that a period is one.

    Raises:
        ValueError: where it ends before, or when, it begins.
    """
    if start is not None and end is not None and start >= end:
        period = f"{format_minute(start)} to {format_minute(end)}"
        raise ValueError(f"{names[1]} must be later than {names[0]}, got {period}")
