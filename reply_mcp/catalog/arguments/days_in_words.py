"""Days as people say them: `tomorrow at 9:30`, `last Friday`, `3 days ago`, `this month`, `Q3`, `November 2026`.

They are counted from the person's own day. What may be one of two days is not read: on a Wednesday, "Friday" may be
this week's or the last one, and `nearest_days` names both.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from reply_mcp.text.times import current_zone

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = ("january february march april may june july august september october november december").split()
_NEAR = {"yesterday": -1, "today": 0, "tomorrow": 1, "the day before yesterday": -2, "the day after tomorrow": 2}
_LONGEST = 60
_COUNT = r"\d{1,3}|an?|one"
_CLOCK = re.compile(
    r"(?P<day>.*?),? (?:at )?(?P<hour>[01]?\d|2[0-3])(?::(?P<minute>[0-5]\d))? ?(?P<half>[ap]m)?", re.IGNORECASE
)
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_WEEKDAY = re.compile(rf"(?:on )?(?P<which>last |next |this )?(?P<weekday>{'|'.join(_WEEKDAYS)})")
_COUNTED = re.compile(
    rf"(?P<past>last|past) (?P<of>\d{{1,3}}) (?P<of_unit>day|week|month)s?"
    rf"|(?P<ago>{_COUNT}) (?P<ago_unit>hour|day|week|month)s? ago"
    rf"|in (?P<ahead>{_COUNT}) (?P<ahead_unit>hour|day|week|month)s?"
)
_PERIOD = re.compile(
    r"(?:the )?(?P<which>this|last|previous|next) (?P<span>week|month|quarter|year)"
    rf"|(?P<month>{'|'.join(f'{one}|{one[:3]}' for one in _MONTHS)})(?:,? (?P<of_year>20\d\d))?"
    r"|q(?P<quarter>[1-4])(?:,? (?P<of_quarter>20\d\d))?"
    r"|(?P<year>20\d\d)"
)
_MONTHS_IN = {"month": 1, "quarter": 3, "year": 12}


class Days(NamedTuple):
    """A day, or several: ISO dates, or times where the words have one."""

    first: str
    last: str

    @property
    def is_period(self) -> bool:
        return self.first != self.last

    @property
    def is_over(self) -> bool:
        """Whether this is a period that ended before today."""
        return self.is_period and self.last < datetime.now(current_zone()).date().isoformat()


def read_days(value: Any, *, ahead: bool = False) -> Days | None:
    """The days that words stand for; None for anything else, and for what may be one of two days.

    Args:
        ahead: the day lies ahead, so that a weekday is the next one; today's own name may still be two days.
    """
    text = _text(value)
    now = datetime.now(current_zone())
    if text == "now":
        return Days(now.isoformat(), now.isoformat())
    days = _days(text, now, ahead)
    if days is not None:
        return days
    clock = _CLOCK.fullmatch(text)
    if clock is None or not (clock["minute"] or clock["half"]):
        return None
    days = Days(clock["day"], clock["day"]) if _DATE.fullmatch(clock["day"]) else _days(clock["day"], now, ahead)
    time = _time(clock)
    if days is None or days.is_period or time is None or "T" in days.first:
        return None
    return Days(f"{days.first}T{time}", f"{days.first}T{time}")


def nearest_days(value: Any) -> str:
    """`2026-11-23 or 2026-11-30`, for the name of a weekday that may mean either; "" for anything else."""
    text = _text(value)
    clock = _CLOCK.fullmatch(text)
    found = _WEEKDAY.fullmatch(clock["day"] if clock else text)
    if found is None:
        return ""
    today = datetime.now(current_zone()).date()
    behind = (today.weekday() - _WEEKDAYS.index(found["weekday"])) % 7
    days = [today - timedelta(days=behind), today + timedelta(days=7 - behind)]
    if (found["which"] or "").strip() in ("next", "this"):
        days = [days[1], days[1] + timedelta(days=7)]
    return " or ".join(day.isoformat() for day in days)


def _text(value: Any) -> str:
    """The words of a value that may be days; "" for anything else."""
    short = isinstance(value, str) and len(value) <= _LONGEST
    return " ".join(value.split()).casefold() if short else ""


def _time(clock: re.Match[str]) -> str | None:
    """`09:30`; None where there is no such time, as of 13 pm."""
    hour = int(clock["hour"])
    if half := clock["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    return f"{hour:02d}:{clock['minute'] or '00'}"


def _days(text: str, now: datetime, ahead: bool) -> Days | None:
    today = now.date()
    if (near := _NEAR.get(text)) is not None:
        return _day(today + timedelta(days=near))
    if found := _WEEKDAY.fullmatch(text):
        return _weekday(found, today, ahead)
    if found := _COUNTED.fullmatch(text):
        return _counted(found, now)
    found = _PERIOD.fullmatch(text)
    return _period(found, today) if found else None


def _day(day: date) -> Days:
    return Days(day.isoformat(), day.isoformat())


def _weekday(found: re.Match[str], today: date, ahead: bool) -> Days | None:
    """The day that a weekday's name means: the last one before today; the next one where the day lies ahead; of the
    next and of this one that which nobody would take for another."""
    place = _WEEKDAYS.index(found["weekday"])
    left_of_week = place - today.weekday()
    match (found["which"] or "").strip():
        case "last":
            return _day(today - timedelta(days=(-left_of_week - 1) % 7 + 1))
        case "next" if left_of_week <= 0:
            return _day(today + timedelta(days=left_of_week + 7))
        case "this" if left_of_week > 0:
            return _day(today + timedelta(days=left_of_week))
        case "" if ahead and left_of_week != 0:
            return _day(today + timedelta(days=left_of_week % 7))
    return None


def _counted(found: re.Match[str], now: datetime) -> Days:
    unit = found["of_unit"] or found["ago_unit"] or found["ahead_unit"]
    count = found["of"] or found["ago"] or found["ahead"]
    number = (int(count) if count.isdigit() else 1) * (1 if found["ahead"] else -1)
    if unit == "hour":
        at = (now + timedelta(hours=number)).isoformat()
        return Days(at, at)
    today = now.date()
    days = timedelta(days=number * (7 if unit == "week" else 1))
    day = _months_on(today, number) if unit == "month" else today + days
    return Days(day.isoformat(), (today if found["past"] else day).isoformat())


def _period(found: re.Match[str], today: date) -> Days:
    if found["span"] == "week":
        monday = today - timedelta(days=today.weekday()) + timedelta(days=7 * _away(found))
        return Days(monday.isoformat(), (monday + timedelta(days=6)).isoformat())
    if span := found["span"]:
        length = _MONTHS_IN[span]
        first = _months_on(today.replace(day=1), length * _away(found) - (today.month - 1) % length)
    elif found["month"]:
        length, month = 1, next(n for n, one in enumerate(_MONTHS, 1) if one.startswith(found["month"]))
        first = date(int(found["of_year"] or today.year - (month > today.month)), month, 1)
    elif found["quarter"]:
        length, month = 3, 3 * int(found["quarter"]) - 2
        first = date(int(found["of_quarter"] or today.year - (month > today.month)), month, 1)
    else:
        length, first = 12, date(int(found["year"]), 1, 1)
    return Days(first.isoformat(), (_months_on(first, length) - timedelta(days=1)).isoformat())


def _away(found: re.Match[str]) -> int:
    return {"this": 0, "next": 1}.get(found["which"], -1)


def _months_on(day: date, months: int) -> date:
    """The same day of another month, or the last one that it has."""
    number = day.year * 12 + day.month - 1 + months
    year, month = divmod(number, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (following - timedelta(days=1)).day))
