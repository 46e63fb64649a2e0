"""Holiday calendars: what a change keeps, what a deletion leads to, what refusals mean, their dates as a file."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.hooks.read_once import read_record
from reply_mcp.catalog.operation import Call
from reply_mcp.errors import ApiError, NotDone, WrongArguments
from reply_mcp.text.lists import join, plural

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.schedules.holiday_calendars import (
        DeleteHolidayCalendar,
        ExportHolidayCalendarCsv,
        GetHolidayCalendar,
        UpdateHolidayCalendar,
    )


async def read_calendar(call: Call[UpdateHolidayCalendar]) -> Any:
    """The calendar as it is, its holidays without a time of day, which Reply may answer with and does not take; one
    request in a call.

    Raises:
        NotDone: where its holidays cannot be read, which a change without them would clear.
    """
    held = await read_record(call, "GetHolidayCalendar", id=call.arguments.id)
    if held.get("holidays") is None:
        return held
    days = held["holidays"]
    if not isinstance(days, list) or not all(isinstance(day, dict) and _has_dates(day) for day in days):
        raise NotDone(
            "Nothing was changed: the calendar's holidays could not be read, and a change would clear what is left "
            "out. Give holidays and repeatEveryYear too."
        )
    return {**held, "holidays": [_as_taken(day) for day in days]}


def _has_dates(day: dict[str, Any]) -> bool:
    return all(isinstance(day.get(key), str) for key in ("startDate", "endDate"))


def _as_taken(day: dict[str, Any]) -> dict[str, Any]:
    """A holiday as Reply takes it: dates without a time of day, and a name, if an empty one."""
    dates = {key: day[key].partition("T")[0] for key in ("startDate", "endDate")}
    return {**day, **dates, "name": day.get("name") or ""}


async def explain_refusal(call: Call, refusal: ApiError) -> str | None:
    """Changing one of Reply's own calendars is refused as forbidden (403)."""
    match refusal.code:
        case "holidayCalendar.notCustomCalendar":
            return (
                f"{refusal.status} {refusal.code}: calendar {call.arguments.id} is one of Reply's country calendars, "
                "which cannot be changed; nothing was. reply_create_holiday_calendar creates one of your own."
            )
        case "holidayCalendar.duplicateName":
            return (
                f'{refusal.status} {refusal.code}: there is already a calendar "{call.arguments.name}"; nothing was '
                "changed. reply_list_holiday_calendars has its id."
            )
    return None


async def preview_deletion(call: Call[DeleteHolidayCalendar]) -> str:
    """The calendar by name; one request."""
    row = await read_record(call, "GetHolidayCalendar", id=call.arguments.id)
    days = plural(len(row.get("holidays") or ()), "holiday")
    return (
        f'This deletes holiday calendar "{row.get("name", "?")}" ({call.arguments.id}, {days}). Schedules that observe '
        "it send on these days again."
    )


async def read_csv(call: Call[ExportHolidayCalendarCsv], answer: Any) -> Any:
    """The lines of a CSV file as rows, or `saved`, `rows` and `bytes` of the file they were saved to; any other answer
    as it is.

    Raises:
        NotDone: where the file may not be made, or exists.
    """
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
        raise NotDone(f"No file was created: toFile: {join(wrong.faults, '; ')}.") from None
    return {"saved": path, "rows": len(rows), "bytes": len(content)}


async def sort_holidays(call: Call[GetHolidayCalendar], answer: dict[str, Any]) -> Any:
    """Holidays by date."""
    if isinstance(answer.get("holidays"), list):
        answer["holidays"].sort(key=lambda day: str(day.get("startDate") or "") if isinstance(day, dict) else "")
    return answer
