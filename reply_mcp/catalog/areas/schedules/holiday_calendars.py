"""Holiday calendars: days on which schedules that observe them send nothing."""

from __future__ import annotations

from pydantic import Field

from reply_mcp.catalog.areas.schedules import holiday_calendar_hooks as hooks
from reply_mcp.catalog.areas.schedules.area import area
from reply_mcp.catalog.areas.schedules.bodies import Holidays
from reply_mcp.catalog.areas.schedules.views import CALENDAR, CALENDAR_COLUMNS
from reply_mcp.catalog.arguments.named_ids import HolidayCalendarId
from reply_mcp.catalog.hooks.read_modify_write import keep_unset_fields
from reply_mcp.catalog.lookups.running import preview_where_any_runs, send_where_any_runs
from reply_mcp.catalog.operation import Arguments, Local, Path
from reply_mcp.catalog.undo import created, made_again, replaced, shown_by
from reply_mcp.catalog.views import Column, Done, Table

READ_IT = 'reply_get_holiday_calendar {{"id": {id}}}'
LIST_THEM = "reply_list_holiday_calendars {{}}"


@area.get(
    "/v3/holiday-calendars",
    scope="sequences:read",
    tool="reply_list_holiday_calendars",
    view=Table("holiday calendars", CALENDAR_COLUMNS, empty="There is no holiday calendar."),
    also=["public holidays", "bank holidays", "days off", "countries"],
)
class ListHolidayCalendars(Arguments):
    """Your team's calendars and Reply's own for each country."""


@area.post(
    "/v3/holiday-calendars",
    scope="sequences:write",
    tool="reply_create_holiday_calendar",
    undo=created("DeleteHolidayCalendar", "GetHolidayCalendar", noun="holiday calendar"),
    explain=[hooks.explain_refusal],
    view=Done('Created holiday calendar {id} "{name}".', "reply_link_holiday_calendar makes a schedule observe it."),
    verify_with=LIST_THEM,
    also=["days off", "company holidays", "no sending at Christmas"],
)
class CreateHolidayCalendar(Holidays, Arguments):
    """A calendar of your own; a schedule observes it once it is linked."""

    name: str = Field(min_length=1)


@area.get(
    "/v3/holiday-calendars/{id}",
    scope="sequences:read",
    tool="reply_get_holiday_calendar",
    after=[hooks.sort_holidays],
    view=CALENDAR,
    also=["which days off", "dates"],
)
class GetHolidayCalendar(Arguments):
    """One calendar with its dates."""

    id: Path[HolidayCalendarId]


@area.put(
    "/v3/holiday-calendars/{id}",
    scope="sequences:write",
    tool="reply_update_holiday_calendar",
    undo=replaced(hooks.read_calendar, noun="holiday calendar"),
    effect_for=send_where_any_runs(),
    preview=preview_where_any_runs(
        "This changes holiday calendar {id}: on days that are no longer in it, schedules that observe it send."
    ),
    before=[keep_unset_fields(hooks.read_calendar, "name")],
    explain=[hooks.explain_refusal],
    view=Done('Holiday calendar {id} "{name}" is changed.', "This applies to every schedule that observes it."),
    verify_with=READ_IT,
    also=["add a day off", "rename", "edit dates"],
)
class UpdateHolidayCalendar(Holidays, Arguments):
    """Changes a calendar of your own. Holidays given replace all; what is left out stays. Up to 2 requests."""

    id: Path[HolidayCalendarId]
    name: str | None = Field(None, min_length=1)


@area.delete(
    "/v3/holiday-calendars/{id}",
    scope="sequences:write",
    tool="reply_delete_holiday_calendar",
    undo=made_again(
        "CreateHolidayCalendar",
        shown_by("GetHolidayCalendar"),
        "holiday calendar",
        "Schedules that observed it do not any more.",
    ),
    preview=hooks.preview_deletion,
    explain=[hooks.explain_refusal],
    view=Done("Holiday calendar {id} is deleted and taken off every schedule."),
    verify_with=LIST_THEM,
    also=["remove days off"],
)
class DeleteHolidayCalendar(Arguments):
    """Deletes a calendar of your own, also from schedules."""

    id: Path[HolidayCalendarId]


@area.get(
    "/v3/holiday-calendars/{id}/export-csv",
    scope="sequences:read",
    tool="reply_export_holiday_calendar",
    view=Table("holidays", (Column("name", "Name"), Column("from", "Start date"), Column("to", "End date"))),
    beta=True,
    after=[hooks.read_csv],
    also=["holiday CSV", "download holidays"],
)
class ExportHolidayCalendarCsv(Arguments):
    """The dates of a calendar, or a CSV file of them."""

    id: Path[HolidayCalendarId]
    to_file: Local[str | None] = Field(None, description="New file in an allowed folder")
