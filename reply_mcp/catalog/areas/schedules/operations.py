"""Schedules: the hours of the week in which sequences may send."""

from __future__ import annotations

from pydantic import Field

from reply_mcp.catalog.areas.schedules import hooks as hooks
from reply_mcp.catalog.areas.schedules.area import area
from reply_mcp.catalog.areas.schedules.bodies import ZONES, ScheduleHours, Zone
from reply_mcp.catalog.areas.schedules.views import CALENDAR_COLUMNS, SCHEDULE, SCHEDULES
from reply_mcp.catalog.arguments.named_ids import HolidayCalendarId, ScheduleId
from reply_mcp.catalog.hooks.read_modify_write import keep_unset_fields
from reply_mcp.catalog.lookups.running import send_where_any_runs
from reply_mcp.catalog.operation import Arguments, Effect, Path
from reply_mcp.catalog.undo import created, defaulted, listed_by, made_again, replaced, reversed_by, shown_by
from reply_mcp.catalog.views import Done, Table

READ_IT = 'reply_get_schedule {{"id": {id}}}'


@area.get(
    "/v3/schedules",
    scope="sequences:read",
    tool="reply_list_schedules",
    after=[hooks.add_hours],
    view=SCHEDULES,
    also=["sending schedule", "sending hours", "business hours", "delivery window", "when emails go out"],
)
class ListSchedules(Arguments):
    """All schedules with hours and time zone."""


@area.post(
    "/v3/schedules",
    scope="sequences:write",
    tool="reply_create_schedule",
    undo=created("DeleteSchedule", "GetSchedule", noun="schedule"),
    view=Done('Created schedule {id} "{name}", {timezoneId}.', "reply_update_sequence assigns it"),
    verify_with="reply_list_schedules {{}}",
    also=["sending window", "business hours", "working days", "send only between hours"],
)
class CreateSchedule(ScheduleHours, Arguments):
    """New sending hours, under a name not yet taken."""

    name: str = Field(min_length=1)
    timezone_id: Zone = Field(description=ZONES)


@area.get(
    "/v3/schedules/{id}",
    scope="sequences:read",
    tool="reply_get_schedule",
    after=[hooks.add_hours],
    view=SCHEDULE,
    also=["sending hours", "delivery window"],
)
class GetSchedule(Arguments):
    """One schedule."""

    id: Path[ScheduleId]


@area.put(
    "/v3/schedules/{id}",
    scope="sequences:write",
    tool="reply_update_schedule",
    undo=replaced("GetSchedule", noun="schedule"),
    effect_for=hooks.effect_of_hours,
    preview=hooks.preview_hours,
    before=[keep_unset_fields(hooks.read_schedule, "name", "timezone_id")],
    view=Done('Schedule {id} "{name}" is changed.', "It holds for every sequence on it"),
    verify_with=READ_IT,
    also=[
        "change sending hours",
        "time zone",
        "weekend",
        "send only between hours",
        "send on Saturdays",
        "sending days",
    ],
)
class UpdateSchedule(ScheduleHours, Arguments):
    """Changes it for all sequences on it. Timings given replace all days; what is left out stays (one more request)."""

    id: Path[ScheduleId]
    name: str | None = Field(None, min_length=1)
    timezone_id: Zone | None = Field(None, description=ZONES)


@area.delete(
    "/v3/schedules/{id}",
    scope="sequences:write",
    tool="reply_delete_schedule",
    undo=made_again("CreateSchedule", shown_by("GetSchedule"), "schedule"),
    preview=hooks.preview_deletion,
    explain=[hooks.explain_in_use],
    view=Done("Schedule {id} is deleted."),
    verify_with="reply_list_schedules {{}}",
    also=["remove sending hours"],
)
class DeleteSchedule(Arguments):
    """Deletes a schedule that nothing uses."""

    id: Path[ScheduleId]


@area.post(
    "/v3/schedules/{id}/set-default",
    scope="sequences:operate",
    tool="reply_set_default_schedule",
    undo=defaulted(listed_by("ListSchedules"), "schedule"),
    idempotent=True,
    view=Done("Schedule {id} is now your default."),
    verify_with=READ_IT,
    also=["standard sending hours", "my default"],
)
class SetDefaultSchedule(Arguments):
    """The schedule your new sequences start with; teammates keep theirs. 2 requests."""

    id: Path[ScheduleId]


@area.get(
    "/v3/schedules/{id}/holiday-calendars",
    scope="sequences:read",
    tool="reply_list_schedule_holiday_calendars",
    view=Table(
        "holiday calendars",
        CALENDAR_COLUMNS,
        empty="No holiday calendar is linked.",
    ),
    also=["days off", "bank holidays"],
)
class ListScheduleHolidayCalendars(Arguments):
    """The holidays that a schedule observes."""

    id: Path[ScheduleId]


@area.post(
    "/v3/schedules/{id}/holiday-calendar-links",
    scope="sequences:operate",
    tool="reply_link_holiday_calendar",
    undo=reversed_by(
        "UnlinkHolidayCalendarFromSchedule", says="schedule {id} no longer observes calendar {calendarId}"
    ),
    idempotent=True,
    view=Done("Holiday calendar {calendarId} is linked to schedule {id}."),
    after=[hooks.note_holidays_switch],
    silent=True,
    verify_with='reply_list_schedule_holiday_calendars {{"id": {id}}}',
    also=["days off", "do not send on holidays"],
)
class LinkHolidayCalendarToSchedule(Arguments):
    """Makes a schedule observe a calendar, if excludeHolidays is on; says so if not. One more request."""

    id: Path[ScheduleId]
    calendar_id: HolidayCalendarId


@area.delete(
    "/v3/schedules/{id}/holiday-calendar-links/{calendar_id}",
    scope="sequences:operate",
    tool="reply_unlink_holiday_calendar",
    undo=reversed_by(
        "LinkHolidayCalendarToSchedule",
        says="schedule {id} observes calendar {calendarId} again",
        read=shown_by("ListScheduleHolidayCalendars"),
        unless=hooks.does_not_observe,
    ),
    effect_for=send_where_any_runs(),
    preview=hooks.preview_unlinking,
    effect=Effect.WRITE,
    view=Done("Schedule {id} no longer observes calendar {calendarId}."),
    verify_with='reply_list_schedule_holiday_calendars {{"id": {id}}}',
    also=["send on holidays"],
)
class UnlinkHolidayCalendarFromSchedule(Arguments):
    """Stops observing a calendar. 2 requests."""

    id: Path[ScheduleId]
    calendar_id: Path[HolidayCalendarId]
