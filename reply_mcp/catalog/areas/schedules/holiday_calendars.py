"""Holiday calendars: days on which schedules that observe them send nothing."""

from __future__ import annotations

import csv
import datetime
import io
from typing import Any

from pydantic import Field, ValidationError, model_validator

from reply_mcp.catalog.areas.schedules.area import area
from reply_mcp.catalog.areas.schedules.operations import CALENDARS
from reply_mcp.catalog.arguments.named_ids import HolidayCalendarId
from reply_mcp.catalog.arguments.nulls import drop_nulls
from reply_mcp.catalog.hooks.read_once import read_once
from reply_mcp.catalog.operation import Arguments, Call, Local, Part, Path
from reply_mcp.catalog.views import Card, Column, Done, Table
from reply_mcp.errors import ApiError, NotDone, WrongArguments

READ_IT = 'reply_get_holiday_calendar {{"id": {id}}}'
LIST_THEM = "reply_list_holiday_calendars {{}}"


class Holiday(Part):
    """Days off in a row, the last one included."""

    start_date: datetime.date
    end_date: datetime.date
    name: str

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Holiday:
        if self.end_date < self.start_date:
            raise ValueError(f"endDate must not be before startDate, got {self.end_date} and {self.start_date}")
        return self


async def keeps_the_rest(call: Call) -> None:
    """A change replaces all holidays and the repetition: sends again what the caller left out; one request."""
    arguments = call.arguments
    if arguments.holidays is not None and arguments.repeat_every_year is not None:
        return
    now = await read_once(call, "GetHolidayCalendar", id=arguments.id)
    if not isinstance(now, dict):
        return
    if arguments.repeat_every_year is None and now.get("repeatEveryYear") is not None:
        arguments.repeat_every_year = now["repeatEveryYear"]
    if arguments.holidays is None and isinstance(now.get("holidays"), list):
        arguments.holidays = _holidays(now["holidays"])


def _holidays(held: list[Any]) -> list[Holiday]:
    """Holidays as Reply sent them, their dates without a time of day."""
    try:
        return [
            Holiday.model_validate(
                {"startDate": day["startDate"][:10], "endDate": day["endDate"][:10], "name": day.get("name") or ""}
            )
            for day in held
        ]
    except (AttributeError, KeyError, TypeError, ValidationError):
        raise NotDone(
            "Nothing was changed: the calendar's holidays could not be read, and a change without them would clear "
            "them. Give holidays too."
        ) from None


async def why_not(call: Call, refusal: ApiError) -> str | None:
    """Reply's own calendars are refused as forbidden (403)."""
    match refusal.code:
        case "holidayCalendar.notCustomCalendar":
            return (
                f"{refusal.status} {refusal.code}: calendar {call.arguments.id} is one of Reply's country calendars, "
                "which stay as they are; nothing was changed. reply_create_holiday_calendar makes one of your own."
            )
        case "holidayCalendar.duplicateName":
            return (
                f'{refusal.status} {refusal.code}: there is a calendar "{call.arguments.name}" already; nothing was '
                "changed. reply_list_holiday_calendars has its id."
            )
    return None


async def delete_preview(call: Call) -> str:
    """The calendar by name; one request."""
    now = await read_once(call, "GetHolidayCalendar", id=call.arguments.id)
    row = now if isinstance(now, dict) else {}
    days = len(row.get("holidays") or ())
    return (
        f'This deletes holiday calendar "{row.get("name", "?")}" ({call.arguments.id}, {days} holidays). Schedules '
        "that observe it send on these days again."
    )


async def rows_of_csv(call: Call, answer: Any) -> Any:
    """The lines of a CSV file as rows, or a word on the file that they were put into; anything else as it is."""
    if not isinstance(answer, str):
        return answer
    text = answer.lstrip("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text)))
    if call.arguments.to_file is None:
        return rows
    content = text.encode()
    try:
        path = await call.save_file(call.arguments.to_file, content)
    except WrongArguments as wrong:
        raise NotDone(f"No file was made: toFile: {'; '.join(wrong.faults)}.") from None
    return {"saved": path, "rows": len(rows), "bytes": len(content)}


async def holidays_in_order(call: Call, answer: Any) -> Any:
    """Sorts by date."""
    if isinstance(answer, dict) and isinstance(answer.get("holidays"), list):
        answer["holidays"].sort(key=lambda day: str(day.get("startDate") or "") if isinstance(day, dict) else "")
    return answer


@area.get(
    "/v3/holiday-calendars",
    scope="sequences:read",
    tool="reply_list_holiday_calendars",
    view=Table("holiday calendars", CALENDARS, empty="There is no holiday calendar."),
    also=["public holidays", "bank holidays", "days off", "countries"],
)
class ListHolidayCalendars(Arguments):
    """Your team's calendars and Reply's own for each country."""


class HolidayCalendarBody(Arguments):
    """What a calendar is made of."""

    name: str = Field(min_length=1)
    repeat_every_year: bool | None = None
    holidays: list[Holiday] | None = None


@area.post(
    "/v3/holiday-calendars",
    scope="sequences:write",
    tool="reply_create_holiday_calendar",
    before=[drop_nulls],
    explain=[why_not],
    view=Done('Created holiday calendar {id} "{name}".', "reply_link_holiday_calendar makes a schedule observe it."),
    verify_with=LIST_THEM,
    also=["days off", "company holidays", "no sending at Christmas"],
)
class CreateHolidayCalendar(HolidayCalendarBody):
    """A calendar of your own; a schedule observes it once it is linked."""


@area.get(
    "/v3/holiday-calendars/{id}",
    scope="sequences:read",
    tool="reply_get_holiday_calendar",
    after=[holidays_in_order],
    view=Card(
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
    ),
    also=["which days off", "dates"],
)
class GetHolidayCalendar(Arguments):
    """One calendar with its dates."""

    id: Path[HolidayCalendarId]


@area.put(
    "/v3/holiday-calendars/{id}",
    scope="sequences:write",
    tool="reply_update_holiday_calendar",
    before=[drop_nulls, keeps_the_rest],
    explain=[why_not],
    view=Done('Holiday calendar {id} "{name}" is changed.', "It holds for every schedule that observes it."),
    verify_with=READ_IT,
    also=["add a day off", "rename", "edit dates"],
)
class UpdateHolidayCalendar(HolidayCalendarBody, Arguments):
    """Changes your own calendar. Holidays given replace all; what is left out stays. Up to 2 requests."""

    id: Path[HolidayCalendarId]


@area.delete(
    "/v3/holiday-calendars/{id}",
    scope="sequences:write",
    tool="reply_delete_holiday_calendar",
    preview=delete_preview,
    explain=[why_not],
    view=Done("Holiday calendar {id} is deleted, and off every schedule."),
    verify_with=LIST_THEM,
    also=["remove days off"],
)
class DeleteHolidayCalendar(Arguments):
    """Deletes your own calendar, also from schedules."""

    id: Path[HolidayCalendarId]


@area.get(
    "/v3/holiday-calendars/{id}/export-csv",
    scope="sequences:read",
    tool="reply_export_holiday_calendar",
    beta=True,
    after=[rows_of_csv],
    also=["CSV", "download holidays"],
)
class ExportHolidayCalendarCsv(Arguments):
    """The dates of a calendar, or a CSV file of them."""

    id: Path[HolidayCalendarId]
    to_file: Local[str | None] = Field(None, description="New file in an allowed folder")
