"""Schedules: the hours of the week in which sequences may send."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, ValidationError

from reply_mcp.catalog.areas.schedules.area import area
from reply_mcp.catalog.arguments.named_ids import HolidayCalendarId, ScheduleId
from reply_mcp.catalog.arguments.nulls import drop_nulls
from reply_mcp.catalog.hooks.read_once import read_once
from reply_mcp.catalog.lookups.time_zones import windows_zone
from reply_mcp.catalog.operation import Arguments, Call, Effect, Part, Path
from reply_mcp.catalog.views import Card, Column, Done, Table
from reply_mcp.errors import ApiError, NotDone

Zone = Annotated[str, Field(min_length=1), AfterValidator(windows_zone)]


class ClockTime(Part):
    hour: int = Field(ge=0, le=23)
    minute: int = Field(ge=0, le=59)


class TimeRange(Part):
    from_time: ClockTime
    to_time: ClockTime


class DayTiming(Part):
    week_day: Literal["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    is_active: bool
    time_ranges: list[TimeRange] | None = None


def hours_in_words(timings: Any) -> str:
    """`Mon-Fri 09:00-17:00; Sat 10:00-12:00`: the active days, those in a row with the same hours together."""
    runs: list[tuple[str, str, str]] = []
    for day in timings if isinstance(timings, list) else ():
        hours = _ranges(day) if isinstance(day, dict) and day.get("isActive") else ""
        name = str(day.get("weekDay") or "")[:3] if isinstance(day, dict) else ""
        if runs and runs[-1][2] == hours:
            runs[-1] = (runs[-1][0], name, hours)
        else:
            runs.append((name, name, hours))
    return "; ".join(f"{a if a == b else f'{a}-{b}'} {hours}" for a, b, hours in runs if hours)


def _ranges(day: dict[str, Any]) -> str:
    ranges = [one for one in day.get("timeRanges") or () if isinstance(one, dict)]
    return ", ".join(f"{_clock(one.get('fromTime'))}-{_clock(one.get('toTime'))}" for one in ranges) or "all day"


def _clock(time: Any) -> str:
    if not isinstance(time, dict):
        return "?"
    return f"{time.get('hour', 0):02}:{time.get('minute', 0):02}"


async def hours_said(call: Call, answer: Any) -> Any:
    """Adds `hours` and `followUpHours` in words to schedules."""
    for row in answer if isinstance(answer, list) else [answer]:
        if isinstance(row, dict):
            row["hours"] = hours_in_words(row.get("mainTimings"))
            row["followUpHours"] = hours_in_words(row.get("followUpTimings")) if row.get("useFollowUpSchedule") else ""
    return answer


async def keeps_the_rest(call: Call) -> None:
    """Updating replaces the whole schedule: sends again what the caller left out."""
    arguments = call.arguments
    now = await read_once(call, "GetSchedule", id=arguments.id)
    if not isinstance(now, dict):
        return
    for name, info in type(arguments).model_fields.items():
        held = now.get(info.alias or name)
        if name in ("id", "name", "timezone_id") or name in arguments.model_fields_set or held is None:
            continue
        if isinstance(held, list):
            held = _days(held, info.alias or name)
        setattr(arguments, name, held)


def _days(held: list[Any], name: str) -> list[DayTiming]:
    """Days as Reply sent them, without keys that no documentation names."""
    try:
        return [DayTiming.model_validate(_known_keys(day)) for day in held]
    except (AttributeError, KeyError, TypeError, ValidationError):
        raise NotDone(
            f"Nothing was changed: the schedule's {name} could not be read, and a change without it would clear it. "
            f"Give {name} too."
        ) from None


def _known_keys(day: dict[str, Any]) -> dict[str, Any]:
    ranges = [
        {end: {unit: one[end][unit] for unit in ("hour", "minute")} for end in ("fromTime", "toTime")}
        for one in day.get("timeRanges") or ()
    ]
    return {"weekDay": str(day["weekDay"]).capitalize(), "isActive": bool(day.get("isActive")), "timeRanges": ranges}


async def why_kept(call: Call, refusal: ApiError) -> str | None:
    """A schedule that is in use is refused as forbidden (403)."""
    if refusal.code == "schedule.deleteRejected":
        return (
            f"{refusal.status} {refusal.code}: schedule {call.arguments.id} is in use by a sequence or a template, or "
            "is somebody's default; nothing was deleted. reply_update_sequence gives a sequence another schedule."
        )
    return None


async def delete_preview(call: Call) -> str:
    now = await read_once(call, "GetSchedule", id=call.arguments.id)
    name = now.get("name") if isinstance(now, dict) else None
    return f'This deletes schedule "{name}" ({call.arguments.id}) for good.'


TIMINGS = ("mainTimings", "followUpTimings", "useFollowUpSchedule", "status")
"""What `hours` and `followUpHours` say, and a state that every schedule in a list has."""
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
        Column("no holidays", "excludeHolidays", "flag"),
    ),
    empty="There is no schedule: reply_create_schedule.",
    shown_elsewhere=TIMINGS,
)
CALENDARS = ("id", "name", Column("type", "calendarType", "enum"), Column("country", "countryCode"))
READ_IT = 'reply_get_schedule {{"id": {id}}}'


@area.get(
    "/v3/schedules",
    scope="sequences:read",
    tool="reply_list_schedules",
    after=[hours_said],
    view=SCHEDULES,
    also=["sending schedule", "sending hours", "business hours", "delivery window", "when emails go out"],
)
class ListSchedules(Arguments):
    """All schedules with hours and time zone."""


class ScheduleBody(Arguments):
    """What a schedule is made of."""

    name: str = Field(min_length=1)
    timezone_id: Zone = Field(description='Windows name ("Eastern Standard Time") or IANA')
    main_timings: list[DayTiming] | None = Field(None, description="A day each: {weekDay,isActive,timeRanges}")
    follow_up_timings: list[DayTiming] | None = None
    use_follow_up_schedule: bool | None = None
    use_prospect_timezone: bool | None = None
    exclude_holidays: bool | None = None


@area.post(
    "/v3/schedules",
    scope="sequences:write",
    tool="reply_create_schedule",
    before=[drop_nulls],
    view=Done('Created schedule {id} "{name}", {timezoneId}.', "reply_update_sequence assigns it"),
    verify_with="reply_list_schedules {{}}",
    also=["sending window", "business hours", "working days", "send only between hours"],
)
class CreateSchedule(ScheduleBody):
    """New sending hours, under a name not yet taken."""


@area.get(
    "/v3/schedules/{id}",
    scope="sequences:read",
    tool="reply_get_schedule",
    after=[hours_said],
    view=Card(
        'Schedule {id} "{name}"',
        (
            (Column("zone", "timezoneId"), "hours", Column("follow-ups", "followUpHours")),
            (
                Column("default", "isDefault", "flag"),
                Column("in prospect's zone", "useProspectTimezone", "flag"),
                Column("no holidays", "excludeHolidays", "flag"),
                Column("state", "status", "enum"),
            ),
        ),
        shown_elsewhere=TIMINGS,
    ),
    also=["sending hours", "delivery window"],
)
class GetSchedule(Arguments):
    """One schedule."""

    id: Path[ScheduleId]


@area.put(
    "/v3/schedules/{id}",
    scope="sequences:write",
    tool="reply_update_schedule",
    before=[drop_nulls, keeps_the_rest],
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
class UpdateSchedule(ScheduleBody, Arguments):
    """Changes it for all sequences on it. Timings given replace all days; what is left out stays (one more request)."""

    id: Path[ScheduleId]


@area.delete(
    "/v3/schedules/{id}",
    scope="sequences:write",
    tool="reply_delete_schedule",
    preview=delete_preview,
    explain=[why_kept],
    view=Done("Schedule {id} is deleted."),
    verify_with="reply_list_schedules {{}}",
    also=["remove sending hours"],
)
class DeleteSchedule(Arguments):
    """Deletes one that nothing uses."""

    id: Path[ScheduleId]


@area.post(
    "/v3/schedules/{id}/set-default",
    scope="sequences:operate",
    tool="reply_set_default_schedule",
    idempotent=True,
    view=Done("Schedule {id} is your default now."),
    verify_with=READ_IT,
    also=["standard sending hours", "my default"],
)
class SetDefaultSchedule(Arguments):
    """The one your new sequences start with; teammates keep theirs."""

    id: Path[ScheduleId]


@area.get(
    "/v3/schedules/{id}/holiday-calendars",
    scope="sequences:read",
    tool="reply_list_schedule_holiday_calendars",
    view=Table(
        "holiday calendars",
        CALENDARS,
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
    view=Done("Schedule {id} observes holiday calendar {calendarId}."),
    silent=True,
    verify_with='reply_list_schedule_holiday_calendars {{"id": {id}}}',
    also=["days off", "do not send on holidays"],
)
class LinkHolidayCalendarToSchedule(Arguments):
    """Makes it observe a calendar, if excludeHolidays is on."""

    id: Path[ScheduleId]
    calendar_id: HolidayCalendarId


@area.delete(
    "/v3/schedules/{id}/holiday-calendar-links/{calendar_id}",
    scope="sequences:operate",
    tool="reply_unlink_holiday_calendar",
    effect=Effect.WRITE,
    view=Done("Schedule {id} does not observe calendar {calendarId} any more."),
    verify_with='reply_list_schedule_holiday_calendars {{"id": {id}}}',
    also=["send on holidays"],
)
class UnlinkHolidayCalendarFromSchedule(Arguments):
    """Stops it observing a calendar."""

    id: Path[ScheduleId]
    calendar_id: Path[HolidayCalendarId]
