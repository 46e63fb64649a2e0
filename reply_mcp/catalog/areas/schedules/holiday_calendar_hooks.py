"""Holiday calendars: what a change keeps, what a deletion leads to, what refusals mean, their dates as a file."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.hooks.read_modify_write import fill_unset
from reply_mcp.catalog.hooks.read_once import read_once
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


async def keep_calendar(call: Call[UpdateHolidayCalendar]) -> None:
    """Fills in the holidays and the repetition where they are left out, since Reply replaces both. One request, unless
    both are given.

    Raises:
        NotDone: where the calendar, or its holidays, cannot be read.
    """
    arguments = call.arguments
    if {"holidays", "repeat_every_year"} <= arguments.model_fields_set:
        return
    held = await read_once(call, "GetHolidayCalendar", id=arguments.id)
    if not isinstance(held, dict):
        raise _unreadable("the calendar")
    if "holidays" in arguments.model_fields_set or held.get("holidays") is None:
        fill_unset(arguments, held)
    else:
        fill_unset(arguments, {**held, "holidays": _without_times(held["holidays"])})


def _without_times(holidays: Any) -> list[dict[str, Any]]:
    """Holidays as Reply takes them: it may answer with a time of day beside each date, and takes none."""
    try:
        return [
            {"startDate": day["startDate"][:10], "endDate": day["endDate"][:10], "name": day.get("name") or ""}
            for day in holidays
        ]
    except (AttributeError, KeyError, TypeError):
        raise _unreadable("the calendar's holidays") from None


def _unreadable(what: str) -> NotDone:
    return NotDone(
        f"Nothing was changed: {what} could not be read, and a change would clear what is left out. Give holidays and "
        "repeatEveryYear too."
    )


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
    held = await read_once(call, "GetHolidayCalendar", id=call.arguments.id)
    row = held if isinstance(held, dict) else {}
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


async def sort_holidays(call: Call[GetHolidayCalendar], answer: Any) -> Any:
    """Holidays by date."""
    if isinstance(answer, dict) and isinstance(answer.get("holidays"), list):
        answer["holidays"].sort(key=lambda day: str(day.get("startDate") or "") if isinstance(day, dict) else "")
    return answer
