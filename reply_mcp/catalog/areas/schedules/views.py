"""How schedules and holiday calendars read."""

from __future__ import annotations

from reply_mcp.catalog.views import Card, Column, Table

TIMINGS = ("mainTimings", "followUpTimings", "useFollowUpSchedule", "status")
"""Shown as `hours` and `followUpHours`; and the state, which is the same for every schedule in a list."""
SCHEDULES = Table(
    "schedules",
    (
        "id",
        "name",
        Column("default", "isDefault", "flag"),
        Column("zone", "timezoneId"),
        "hours",
        Column("follow-ups", "followUpHours"),
        Column("in prospect's zone", "useProspectTimezone", "flag"),
        Column("stops on holidays", "excludeHolidays", "flag"),
    ),
    empty="There is no schedule: reply_create_schedule.",
    shown_elsewhere=TIMINGS,
)
CALENDAR_COLUMNS = ("id", "name", Column("type", "calendarType", "enum"), Column("country", "countryCode"))
SCHEDULE = Card(
    'Schedule {id} "{name}"',
    (
        (Column("zone", "timezoneId"), "hours", Column("follow-ups", "followUpHours")),
        (
            Column("default", "isDefault", "flag"),
            Column("in prospect's zone", "useProspectTimezone", "flag"),
            Column("stops on holidays", "excludeHolidays", "flag"),
            Column("state", "status", "enum"),
        ),
    ),
    shown_elsewhere=TIMINGS,
)
CALENDAR = Card(
    'Holiday calendar {id} "{name}"',
    (
        (
            Column("type", "calendarType", "enum"),
            Column("country", "countryCode"),
            Column("every year", "repeatEveryYear", "flag"),
        ),
    ),
    (
        Table(
            "holidays",
            (Column("from", "startDate"), Column("to", "endDate"), "name"),
            items="holidays",
            empty="No holidays in it.",
        ),
    ),
)
