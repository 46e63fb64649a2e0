"""When a schedule lets a sequence send."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from reply_mcp.sandbox.store import Doc

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


def next_opening(schedule: Doc | None, moment: datetime) -> datetime | None:
    """The first instant from `moment` on at which the schedule sends; None where it never does.

    Without a schedule any instant will do.
    """
    if schedule is None:
        return moment
    zone = ZoneInfo(ZONES[schedule["timezoneId"]]) if schedule.get("timezoneId") in ZONES else UTC
    local = moment.astimezone(zone)
    days = {timing["weekDay"]: timing for timing in schedule.get("mainTimings") or []}
    for ahead in range(8):
        day = (local + timedelta(days=ahead)).replace(hour=0, minute=0, second=0, microsecond=0)
        timing = days.get(day.strftime("%A"))
        if not timing or not timing["isActive"]:
            continue
        for hours in timing.get("timeRanges") or []:
            begin = day.replace(hour=hours["fromTime"]["hour"], minute=hours["fromTime"]["minute"])
            end = day.replace(hour=hours["toTime"]["hour"], minute=hours["toTime"]["minute"])
            if local < end:
                return max(local, begin).astimezone(UTC)
    return None
