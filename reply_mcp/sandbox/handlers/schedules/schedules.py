"""Schedules: when sequences may send, and the holiday calendars that they observe."""

from __future__ import annotations

from typing import Any

from reply_mcp.sandbox.http.body_types import is_integer
from reply_mcp.sandbox.http.handler import HandlerCall, HandlerResponse, Problem, invalid, operation
from reply_mcp.sandbox.records.ownership import find_in_team, name_taken
from reply_mcp.sandbox.records.schedule import DAYS, FLAGS, working_week
from reply_mcp.sandbox.store import Doc, public_fields


@operation("ListSchedules")
def list_schedules(call: HandlerCall) -> list[Doc]:
    """A bare array of the team's schedules."""
    return [_shown(call, one) for one in call.store.all("schedule", _teamId=call.key.team_id)]


@operation("GetSchedule")
def get_schedule(call: HandlerCall) -> Doc:
    """One schedule."""
    return _shown(call, _schedule(call))


@operation("CreateSchedule")
def create_schedule(call: HandlerCall) -> HandlerResponse:
    """Create a schedule; without timings it sends from Monday to Friday, nine to five."""
    doc = {"id": None, **_definition(call), "status": "active", "_teamId": call.key.team_id, "_calendarIds": []}
    return HandlerResponse(201, _shown(call, call.store.put("schedule", doc)))


@operation("UpdateSchedule")
def update_schedule(call: HandlerCall) -> Doc:
    """Replace a schedule in full: flags and timings that are not sent are cleared."""
    own = _schedule(call)
    return _shown(call, call.store.put("schedule", {**own, **_definition(call, own)}))


@operation("DeleteSchedule")
def delete_schedule(call: HandlerCall) -> HandlerResponse:
    """Delete a schedule that no sequence uses and that is nobody's default."""
    own = _schedule(call)
    used = any(sequence.get("scheduleId") == own["id"] for sequence in call.store.all("sequence"))
    if used or any(user.get("_scheduleId") == own["id"] for user in call.store.all("user")):
        raise Problem(403, "schedule.deleteRejected", "The schedule is in use and cannot be deleted.")
    call.store.delete("schedule", own["id"])
    return HandlerResponse(204)


@operation("SetDefaultSchedule")
def set_default_schedule(call: HandlerCall) -> HandlerResponse:
    """Make a schedule the calling user's default."""
    own, user = _schedule(call), call.store.get("user", call.key.user_id)
    assert user is not None
    call.store.put("user", {**user, "_scheduleId": own["id"]})
    return HandlerResponse(204)


@operation("ListScheduleHolidayCalendars")
def list_schedule_holiday_calendars(call: HandlerCall) -> list[Doc]:
    """A bare array of the calendars that a schedule observes, in short form."""
    own = _schedule(call, "scheduleHolidayCalendarLink.notFound")
    calendars = [call.store.get("holidayCalendar", number) for number in own["_calendarIds"]]
    names = ("id", "name", "calendarType", "countryCode")
    return [{name: calendar.get(name) for name in names} for calendar in calendars if calendar]


@operation("LinkHolidayCalendarToSchedule")
def link_holiday_calendar_to_schedule(call: HandlerCall) -> HandlerResponse:
    """Observe a calendar; answered with 201 and no body."""
    own = _schedule(call, "scheduleHolidayCalendarLink.notFound")
    number = call.json_object().get("calendarId")
    if not is_integer(number) or number < 1:
        raise invalid(("/calendarId", "Calendar ID must be greater than 0."))
    if call.store.get("holidayCalendar", number) is None:
        raise Problem(404, "scheduleHolidayCalendarLink.holidayCalendarNotFound", "The calendar was not found.")
    if number in own["_calendarIds"]:
        raise Problem(409, "scheduleHolidayCalendarLink.alreadyLinked", "The calendar is already linked.")
    call.store.put("schedule", {**own, "_calendarIds": [*own["_calendarIds"], number]})
    return HandlerResponse(201)


@operation("UnlinkHolidayCalendarFromSchedule")
def unlink_holiday_calendar_from_schedule(call: HandlerCall) -> HandlerResponse:
    """Stop observing a calendar."""
    code = "scheduleHolidayCalendarLink.linkNotFound"
    own, number = _schedule(call, code), call.path["calendar_id"]
    if number not in own["_calendarIds"]:
        raise Problem(404, code, "The schedule does not observe this calendar.")
    call.store.put("schedule", {**own, "_calendarIds": [one for one in own["_calendarIds"] if one != number]})
    return HandlerResponse(204)


def _schedule(call: HandlerCall, code: str = "schedule.notFound") -> Doc:
    own = find_in_team(call, "schedule", call.id)
    if own is None:
        raise Problem(404, code, f"Schedule {call.id} was not found.")
    return own


def _shown(call: HandlerCall, schedule: Doc) -> Doc:
    user = call.store.get("user", call.key.user_id) or {}
    own = public_fields(schedule)
    status = own.pop("status")
    return {**own, "isDefault": user.get("_scheduleId") == schedule["id"], "status": status}


def _definition(call: HandlerCall, own: Doc | None = None) -> Doc:
    body = call.json_object()
    name, zone = body.get("name"), body.get("timezoneId")
    wrong = []
    if not isinstance(name, str) or not name.strip():
        wrong.append(("/name", "The Name field is required."))
    if not isinstance(zone, str) or not zone.strip():
        wrong.append(("/timezoneId", "The TimezoneId field is required."))
    elif "/" in zone:
        wrong.append(("/timezoneId", f"'{zone}' is not a Windows time zone id."))
    for field in ("mainTimings", "followUpTimings"):
        wrong += _timing_errors(body.get(field), f"/{field}")
    if wrong:
        raise invalid(*wrong)
    if name_taken(call.store.all("schedule", _teamId=call.key.team_id), str(name), own["id"] if own else None):
        raise Problem(409, "schedule.duplicateName", f"A schedule named '{name}' already exists.")
    main = body.get("mainTimings")
    return {
        "name": str(name).strip(),
        "timezoneId": zone,
        **{flag: body.get(flag) is True for flag in FLAGS},
        "mainTimings": working_week() if main is None and own is None else main or [],
        "followUpTimings": body.get("followUpTimings") or [],
    }


def _timing_errors(timings: Any, at: str) -> list[tuple[str, str]]:
    if timings is None:
        return []
    if not isinstance(timings, list):
        return [(at, "An array is required.")]
    wrong = []
    for number, day in enumerate(timings):
        if not isinstance(day, dict) or day.get("weekDay") not in DAYS or not isinstance(day.get("isActive"), bool):
            wrong.append((f"{at}/{number}", "weekDay (Monday to Sunday) and isActive are required."))
            continue
        for index, hours in enumerate(day.get("timeRanges") or []):
            begin, end = (_minutes(hours, name) for name in ("fromTime", "toTime"))
            if begin is None or end is None or begin >= end:
                wrong.append((f"{at}/{number}/timeRanges/{index}", "fromTime before toTime is required."))
    return wrong


def _minutes(hours: Any, name: str) -> int | None:
    time = hours.get(name) if isinstance(hours, dict) else None
    hour, minute = (time.get("hour"), time.get("minute")) if isinstance(time, dict) else (None, None)
    if not isinstance(hour, int) or not isinstance(minute, int) or not (0 <= hour <= 23 and 0 <= minute <= 59):
        return None
    return hour * 60 + minute
