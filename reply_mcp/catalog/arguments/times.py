"""Times in arguments: always with an offset on the wire, and a bare date counts as the whole day."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from reply_mcp.catalog.fields import DATE_OR_TIME
from reply_mcp.text.times import current_zone, format_minute

_BARE_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def _with_offset(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=current_zone()).astimezone(UTC)


def _to_end_of_day(value: Any) -> Any:
    if isinstance(value, str) and _BARE_DATE.fullmatch(value.strip()):
        return f"{value.strip()}T23:59:59"
    return value


Moment = Annotated[datetime, AfterValidator(_with_offset), Field(description=DATE_OR_TIME)]
"""A time; in the person's zone where it has no offset. A bare date is its first second."""

Until = Annotated[
    datetime,
    BeforeValidator(_to_end_of_day),
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
