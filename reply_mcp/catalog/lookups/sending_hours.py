"""Sending hours of a schedule: open now, or when they open next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from reply_mcp.catalog.lookups.time_zones import iana_zone
from reply_mcp.catalog.rows import object_at, rows_of
from reply_mcp.errors import Unreadable

_DAYS_AHEAD = 60
_OFFSETS = range(-12 * 60, 14 * 60 + 1, 30)
"""Minutes that clocks on earth may be ahead of UTC."""
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Holiday:
    """Consecutive days off, the last one included; every year again where `yearly`."""

    name: str
    start: date
    end: date
    yearly: bool = False

    def covers(self, day: date) -> bool:
        if not self.yearly:
            return self.start <= day <= self.end
        start, end, this = (self.start.month, self.start.day), (self.end.month, self.end.day), (day.month, day.day)
        return start <= this <= end if start <= end else this >= start or this <= end


@dataclass(frozen=True, slots=True)
class Opening:
    """Whether a schedule sends at a moment.

    Attributes:
        next: the first moment from then on at which it sends, in its own zone; None where none comes.
        open: whether that is the moment itself.
        holiday: the day off that keeps it closed on that day, or "".
        zone_known: False where the zone's name is not known and UTC stands in its place.
    """

    next: datetime | None
    open: bool
    holiday: str = ""
    zone_known: bool = True


def next_opening(
    schedule: dict[str, Any], moment: datetime, holidays: Iterable[Holiday] = (), *, follow_up: bool = False
) -> Opening:
    """Whether the schedule is open at `moment` and when it opens next; days off count where the schedule observes them.

    Args:
        follow_up: for whoever got a message already, by the schedule's hours for these where it has any.
    """
    return _opening_in(_zone(str(schedule.get("timezoneId") or "")), schedule, moment, holidays, follow_up)


def first_opening_anywhere(schedule: dict[str, Any], moment: datetime, *, follow_up: bool = False) -> datetime | None:
    """The first moment from then on at which the schedule sends to anybody: where it goes by each person's own time
    zone, or its zone is not known, in the zone where its hours come first."""
    opening = next_opening(schedule, moment, follow_up=follow_up)
    found = [opening.next] if opening.next is not None else []
    if schedule.get("useProspectTimezone") or not opening.zone_known:
        zones = (timezone(timedelta(minutes=minutes)) for minutes in _OFFSETS)
        found += filter(None, (_opening_in(zone, schedule, moment, (), follow_up).next for zone in zones))
    return min(found, default=None)


def _opening_in(
    zone: tzinfo | None, schedule: dict[str, Any], moment: datetime, holidays: Iterable[Holiday], follow_up: bool
) -> Opening:
    local = moment.astimezone(zone or UTC)
    off = list(holidays) if schedule.get("excludeHolidays") else []
    hours = _hours_by_day(_timings(schedule, follow_up))
    today = next((one.name for one in off if one.covers(local.date())), "")
    for ahead in range(_DAYS_AHEAD):
        day = local.date() + timedelta(days=ahead)
        if any(one.covers(day) for one in off):
            continue
        for start, end in hours.get(_DAYS[day.weekday()], ()):
            midnight = datetime(day.year, day.month, day.day, tzinfo=local.tzinfo)
            begins, ends = midnight + timedelta(minutes=start), midnight + timedelta(minutes=end)
            if local < ends:
                return Opening(max(local, begins), begins <= local, today, zone is not None)
    return Opening(None, False, today, zone is not None)


def holidays_of(calendar: Any) -> list[Holiday]:
    """The days off of a calendar as Reply sends it; those whose dates cannot be read are left out."""
    found = []
    for row in rows_of(calendar.get("holidays")) if isinstance(calendar, dict) else ():
        try:
            start = date.fromisoformat(str(row["startDate"])[:10])
            end = date.fromisoformat(str(row.get("endDate") or row["startDate"])[:10])
        except (KeyError, ValueError):
            continue
        found.append(Holiday(str(row.get("name") or "a holiday"), start, end, bool(calendar.get("repeatEveryYear"))))
    return found


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(iana_zone(name) or name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _timings(schedule: dict[str, Any], follow_up: bool) -> Any:
    own = schedule.get("followUpTimings") if follow_up and schedule.get("useFollowUpSchedule") else None
    return own or schedule.get("mainTimings")


def _hours_by_day(timings: Any) -> dict[str, list[tuple[int, int]]]:
    """The minutes of the day between which each active day sends; all of it where no hours are given."""
    hours: dict[str, list[tuple[int, int]]] = {}
    for day in rows_of(timings):
        if not day.get("isActive"):
            continue
        given = [
            (_minute(object_at(one, "fromTime")), _minute(object_at(one, "toTime")))
            for one in rows_of(day.get("timeRanges"))
        ]
        hours[str(day.get("weekDay") or "").capitalize()] = sorted(given) or [(0, 24 * 60)]
    return hours


def _minute(time: dict[str, Any]) -> int:
    hour, minute = time.get("hour") or 0, time.get("minute") or 0
    if not all(isinstance(part, int | float) and 0 <= part < 60 for part in (hour, minute)):
        raise Unreadable("Reply's answer about the hours of a schedule could not be read.")
    return int(hour) * 60 + int(minute)
