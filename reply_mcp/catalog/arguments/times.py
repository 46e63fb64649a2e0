"""Times in arguments: always with an offset on the wire, and a bare date counts as the whole day."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from reply_mcp.catalog.fields import DATE_OR_TIME
from reply_mcp.text.times import current_zone, format_minute

_BARE_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_NEAR = {"yesterday": -1, "today": 0, "tomorrow": 1}
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_IN_WORDS = re.compile(
    rf"(?:(?P<near>{'|'.join(_NEAR)})|last (?P<weekday>{'|'.join(_WEEKDAYS)})"
    r"|(?P<ago>\d{1,3}) (?P<ago_unit>day|week)s? ago|in (?P<ahead>\d{1,3}) (?P<ahead_unit>day|week)s?)"
    r"(?:,? (?:at )?(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d))?",
    re.IGNORECASE,
)


def _with_offset(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=current_zone()).astimezone(UTC)


def _to_end_of_day(value: Any) -> Any:
    if isinstance(value, str) and _BARE_DATE.fullmatch(value.strip()):
        return f"{value.strip()}T23:59:59"
    return value


def _from_words(value: Any) -> Any:
    """The date that `tomorrow`, `last Friday`, `3 days ago` or `in 2 weeks` is in the person's zone, with the time
    where `tomorrow at 9:30` has one; the time of `now`. Anything else as it is: on a Wednesday, "next Friday" is one
    of two days."""
    if not isinstance(value, str):
        return value
    now, text = datetime.now(current_zone()), " ".join(value.split())
    if text.casefold() == "now":
        return now.isoformat()
    found = _IN_WORDS.fullmatch(text)
    if not found:
        return value
    if near := found["near"]:
        days = _NEAR[near.casefold()]
    elif weekday := found["weekday"]:
        days = -((now.weekday() - _WEEKDAYS.index(weekday.casefold()) - 1) % 7 + 1)
    else:
        count, unit = (found["ago"], found["ago_unit"]) if found["ago"] else (found["ahead"], found["ahead_unit"])
        days = int(count) * (-1 if found["ago"] else 1) * (7 if unit.casefold() == "week" else 1)
    day = (now + timedelta(days=days)).date().isoformat()
    return f"{day}T{int(found['hour']):02d}:{found['minute']}" if found["hour"] else day


Moment = Annotated[
    datetime, BeforeValidator(_from_words), AfterValidator(_with_offset), Field(description=DATE_OR_TIME)
]
"""A time; in the person's zone where it has no offset. A bare date is its first second; so is a day in words, such as
`tomorrow`."""

Until = Annotated[
    datetime,
    BeforeValidator(_to_end_of_day),
    BeforeValidator(_from_words),  # runs first
    AfterValidator(_with_offset),
    Field(description=DATE_OR_TIME),
]
"""The end of a period; in the person's zone where it has no offset. A bare date is its last second,
so that the day is in the period."""


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
