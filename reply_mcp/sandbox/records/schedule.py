"""A schedule and its holidays, as they are kept."""

from __future__ import annotations

from reply_mcp.sandbox.store import Doc, Store

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

FLAGS = ("excludeHolidays", "useProspectTimezone", "useFollowUpSchedule")


def working_week(begin: int = 9, end: int = 17, days: tuple[str, ...] = DAYS[:5], minute: int = 0) -> list[Doc]:
    """Timings from `begin` o'clock to `end`:`minute` on the given days."""
    hours = [{"fromTime": {"hour": begin, "minute": 0}, "toTime": {"hour": end, "minute": minute}}]
    return [{"weekDay": day, "isActive": day in days, "timeRanges": hours if day in days else []} for day in DAYS]


def replace_holidays(store: Store, calendar_id: int, holidays: list[Doc]) -> None:
    """Keep exactly these holidays, each a name and its first and last day."""
    for one in store.all("holiday", _calendarId=calendar_id):
        store.delete("holiday", one["id"])
    for given in holidays:
        store.put("holiday", {"id": None, **given, "_calendarId": calendar_id})
