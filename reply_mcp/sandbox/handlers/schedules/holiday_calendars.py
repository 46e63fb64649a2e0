"""Holiday calendars: Reply's own by country, and the team's."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

from reply_mcp.sandbox.http.handler import HandlerCall, HandlerResponse, Problem, invalid, operation
from reply_mcp.sandbox.http.schemas import Array, Boolean, Errors, Nullable, Object, String, read_body
from reply_mcp.sandbox.records.ownership import name_taken, team_record_or_404
from reply_mcp.sandbox.records.schedule import replace_holidays
from reply_mcp.sandbox.store import Doc, Store


@dataclass(frozen=True, slots=True)
class _Day:
    """A date without a time."""

    def errors(self, value: Any, at: str) -> Errors:
        try:
            right = bool(re.fullmatch(r"\d{4}-\d\d-\d\d", value)) and date.fromisoformat(value) is not None
        except (TypeError, ValueError):
            right = False
        return [] if right else [(at, "A date (yyyy-MM-dd) is required.")]

    def clean(self, value: Any) -> Any:
        return value


_HOLIDAY = Object({"startDate": _Day(), "endDate": _Day(), "name": String(least=1)}, ("startDate", "endDate", "name"))
_CALENDAR = Object(
    {"name": String(least=1), "repeatEveryYear": Nullable(Boolean()), "holidays": Nullable(Array(_HOLIDAY))}, ("name",)
)


@operation("ListHolidayCalendars")
def list_holiday_calendars(call: HandlerCall) -> list[Doc]:
    """A bare array of Reply's calendars and the team's, without their holidays."""
    return [_row(call, one) for one in call.store.all("holidayCalendar", _teamId=call.key.team_id)]


@operation("GetHolidayCalendar")
def get_holiday_calendar(call: HandlerCall) -> Doc:
    """One calendar with its holidays."""
    return _whole(call, _calendar(call))


@operation("CreateHolidayCalendar")
def create_holiday_calendar(call: HandlerCall) -> HandlerResponse:
    """Create a calendar of the team's own."""
    body = _read(call)
    doc: Doc = {"id": None, "calendarType": "custom", "countryCode": None, "_teamId": call.key.team_id}
    made = call.store.put("holidayCalendar", {**doc, "name": body["name"], "_repeats": body["repeats"]})
    replace_holidays(call.store, made["id"], body["holidays"])
    return HandlerResponse(201, _whole(call, made))


@operation("UpdateHolidayCalendar")
def update_holiday_calendar(call: HandlerCall) -> Doc:
    """Replace a calendar of the team's own: holidays that are not sent are gone."""
    own = _own(call, "modified")
    body = _read(call, own["id"])
    replace_holidays(call.store, own["id"], body["holidays"])
    return _whole(call, call.store.put("holidayCalendar", {**own, "name": body["name"], "_repeats": body["repeats"]}))


@operation("DeleteHolidayCalendar")
def delete_holiday_calendar(call: HandlerCall) -> HandlerResponse:
    """Delete a calendar of the team's own; no schedule observes it any more."""
    own = _own(call, "deleted")
    for schedule in call.store.all("schedule"):
        if own["id"] in schedule["_calendarIds"]:
            left = [number for number in schedule["_calendarIds"] if number != own["id"]]
            call.store.put("schedule", {**schedule, "_calendarIds": left})
    replace_holidays(call.store, own["id"], [])
    call.store.delete("holidayCalendar", own["id"])
    return HandlerResponse(204)


@operation("ExportHolidayCalendarCsv")
def export_holiday_calendar_csv(call: HandlerCall) -> HandlerResponse:
    """The holidays as a CSV file named after the calendar."""
    own = _calendar(call)
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow(("Name", "Start date", "End date"))
    for one in _holidays(call.store, own["id"]):
        rows.writerow((one["name"], one["startDate"], one["endDate"]))
    plain = re.sub(r"[^A-Za-z0-9 ._-]", "_", own["name"])
    disposition = f"attachment; filename=\"{plain}.csv\"; filename*=UTF-8''{quote(own['name'])}.csv"
    return HandlerResponse(200, None, {"Content-Disposition": disposition}, text.getvalue(), "text/csv")


def _holidays(store: Store, calendar_id: int) -> list[Doc]:
    found = sorted(store.all("holiday", _calendarId=calendar_id), key=lambda one: (one["startDate"], one["id"]))
    return [{name: one[name] for name in ("id", "startDate", "endDate", "name")} for one in found]


def _row(call: HandlerCall, calendar: Doc) -> Doc:
    shown = {name: calendar[name] for name in ("id", "name", "calendarType", "countryCode")}
    if call.documented:
        shown["countryCode"] = shown["countryCode"] or ""
    return shown


def _whole(call: HandlerCall, calendar: Doc) -> Doc:
    repeats, holidays = calendar.get("_repeats", False), _holidays(call.store, calendar["id"])
    return {**_row(call, calendar), "repeatEveryYear": repeats, "holidays": holidays}


def _calendar(call: HandlerCall) -> Doc:
    return team_record_or_404(call, "holidayCalendar", "holidayCalendar.notFound", "Holiday calendar")


def _own(call: HandlerCall, done: str) -> Doc:
    own = _calendar(call)
    if own["calendarType"] != "custom":
        raise Problem(403, "holidayCalendar.notCustomCalendar", f"A predefined calendar cannot be {done}.")
    return own


def _read(call: HandlerCall, own: int | None = None) -> Doc:
    body = read_body(call, _CALENDAR)
    holidays = body.get("holidays") or []
    wrong = [
        (f"/holidays/{at}/endDate", "The end must not be before the start.")
        for at, one in enumerate(holidays)
        if one["endDate"] < one["startDate"]
    ]
    if wrong:
        raise invalid(*wrong)
    name = body["name"].strip()
    if name_taken(call.store.all("holidayCalendar", _teamId=call.key.team_id), name, own):
        raise Problem(409, "holidayCalendar.duplicateName", f"A calendar named '{name}' already exists.")
    holidays = [{**one, "name": one["name"].strip()} for one in holidays]
    return {"name": name, "repeats": body.get("repeatEveryYear") is True, "holidays": holidays}
