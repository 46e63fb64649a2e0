"""When a schedule lets a sequence send."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from reply_mcp.sandbox.records.schedule import DAYS
from reply_mcp.sandbox.store import Doc, Store

# The Windows zones that people choose most; another is read as UTC.
ZONES = {
    "Eastern Standard Time": "America/New_York",
    "Central Standard Time": "America/Chicago",
    "Mountain Standard Time": "America/Denver",
    "Pacific Standard Time": "America/Los_Angeles",
    "GMT Standard Time": "Europe/London",
    "W. Europe Standard Time": "Europe/Berlin",
    "Central Europe Standard Time": "Europe/Budapest",
    "Central European Standard Time": "Europe/Warsaw",
    "Romance Standard Time": "Europe/Paris",
    "FLE Standard Time": "Europe/Kyiv",
    "E. South America Standard Time": "America/Sao_Paulo",
    "India Standard Time": "Asia/Kolkata",
    "Singapore Standard Time": "Asia/Singapore",
    "Tokyo Standard Time": "Asia/Tokyo",
    "AUS Eastern Standard Time": "Australia/Sydney",
}


def observed_holidays(store: Store, schedule: Doc | None) -> list[Doc]:
    """The holidays that the schedule keeps: `startDate`, `endDate` and whether it `repeats` every year."""
    if schedule is None or not schedule["excludeHolidays"]:
        return []
    return [
        {**holiday, "repeats": (store.get("holidayCalendar", number) or {}).get("_repeats", False)}
        for number in schedule["_calendarIds"]
        for holiday in store.all("holiday", _calendarId=number)
    ]


def _is_holiday(day: date, holidays: Sequence[Doc]) -> bool:
    whole = day.isoformat()
    for one in holidays:
        begin, end = one["startDate"], one["endDate"]
        if begin <= whole <= end or (one["repeats"] and begin[5:] <= whole[5:] <= end[5:]):
            return True
    return False


def next_opening(
    schedule: Doc | None,
    moment: datetime,
    holidays: Sequence[Doc] = (),
    contact: Doc | None = None,
    *,
    follow_up: bool = False,
) -> datetime | None:
    """The first instant from `moment` on at which the schedule sends; None where there is none for two weeks.

    Without a schedule any instant will do. On `holidays` (see `observed_holidays`) nothing is sent. The hours are those
    of the contact's time zone if the schedule says so and it is known; for a `follow_up` they are the schedule's own
    for those, if it has any in use.
    """
    if schedule is None:
        return moment
    theirs = contact.get("timeZoneId") if contact and schedule.get("useProspectTimezone") else None
    name = theirs if theirs in ZONES else schedule.get("timezoneId")
    zone = ZoneInfo(ZONES[name]) if name in ZONES else UTC
    local = moment.astimezone(zone)
    own = follow_up and schedule.get("useFollowUpSchedule") and schedule.get("followUpTimings")
    days = {timing["weekDay"]: timing for timing in schedule["followUpTimings" if own else "mainTimings"] or []}
    for ahead in range(15):
        day = (local + timedelta(days=ahead)).replace(hour=0, minute=0, second=0, microsecond=0)
        timing = days.get(DAYS[day.weekday()])
        if not timing or not timing["isActive"] or _is_holiday(day.date(), holidays):
            continue
        for hours in timing.get("timeRanges") or []:
            begin = day.replace(hour=hours["fromTime"]["hour"], minute=hours["fromTime"]["minute"])
            end = day.replace(hour=hours["toTime"]["hour"], minute=hours["toTime"]["minute"])
            if local < end:
                return max(local, begin).astimezone(UTC)
    return None
