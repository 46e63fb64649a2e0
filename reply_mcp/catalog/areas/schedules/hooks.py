"""Schedules: their hours in words, what a change keeps, what refusals mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.hooks.read_once import read_once, read_record
from reply_mcp.catalog.lookups.running import describe_running, running_sequences
from reply_mcp.catalog.lookups.titles import title_of
from reply_mcp.catalog.operation import Call, Effect, Question
from reply_mcp.catalog.rows import records_of, rows_of
from reply_mcp.errors import ApiError, NotDone, ReplyError

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.schedules.operations import (
        DeleteSchedule,
        GetSchedule,
        LinkHolidayCalendarToSchedule,
        ListSchedules,
        UnlinkHolidayCalendarFromSchedule,
        UpdateSchedule,
    )


def hours_in_words(timings: Any) -> str:
    """`Mon-Fri 09:00-17:00; Sat 10:00-12:00`: the active days; consecutive days with the same hours are one entry."""
    runs: list[tuple[str, str, str]] = []
    for day in rows_of(timings):
        hours = _ranges(day) if day.get("isActive") else ""
        name = str(day.get("weekDay") or "")[:3]
        if runs and runs[-1][2] == hours:
            runs[-1] = (runs[-1][0], name, hours)
        else:
            runs.append((name, name, hours))
    return "; ".join(f"{a if a == b else f'{a}-{b}'} {hours}" for a, b, hours in runs if hours)


def _ranges(day: dict[str, Any]) -> str:
    ranges = rows_of(day.get("timeRanges"))
    return ", ".join(f"{_clock(one.get('fromTime'))}-{_clock(one.get('toTime'))}" for one in ranges) or "all day"


def _clock(time: Any) -> str:
    hour, minute = (time.get("hour", 0), time.get("minute", 0)) if isinstance(time, dict) else (None, None)
    return f"{hour:02}:{minute:02}" if isinstance(hour, int) and isinstance(minute, int) else "?"


async def add_hours(call: Call[ListSchedules | GetSchedule], answer: Any) -> Any:
    """Adds `hours` and `followUpHours`, in words, to schedules."""
    for row in records_of(answer):
        row["hours"] = hours_in_words(row.get("mainTimings"))
        row["followUpHours"] = hours_in_words(row.get("followUpTimings")) if row.get("useFollowUpSchedule") else ""
    return answer


async def read_schedule(call: Call[UpdateSchedule]) -> Any:
    """The schedule as it is; one request in a call.

    Raises:
        NotDone: where its hours cannot be read, which a change without them would clear.
    """
    arguments = call.arguments
    held = await read_once(call, "GetSchedule", id=arguments.id)
    for name, wire in (("main_timings", "mainTimings"), ("follow_up_timings", "followUpTimings")):
        unreadable = isinstance(held, Mapping) and not isinstance(held.get(wire), list | None)
        if unreadable and name not in arguments.model_fields_set:
            raise NotDone(
                f"Nothing was changed: the schedule's {wire} could not be read, and a change would clear it. Give all "
                "of it."
            )
    return held


async def explain_in_use(call: Call[DeleteSchedule], refusal: ApiError) -> str | None:
    """Deleting a schedule that is in use is refused as forbidden (403)."""
    if refusal.code == "schedule.deleteRejected":
        return (
            f"{refusal.status} {refusal.code}: schedule {call.arguments.id} is in use by a sequence or a template, or "
            "is somebody's default; nothing was deleted. reply_update_sequence gives a sequence another schedule."
        )
    return None


async def effect_of_hours(call: Call[UpdateSchedule]) -> Effect:
    """SEND where the hours of a schedule change while a sequence runs; one request where they do."""
    if not _hours_changed(call.arguments, await read_once(call, "GetSchedule", id=call.arguments.id)):
        return Effect.WRITE
    return Effect.SEND if await running_sequences(call) else Effect.WRITE


def _hours_changed(arguments: UpdateSchedule, held: Any) -> bool:
    """Whether anything but the name is to be other than it is."""
    if not isinstance(held, Mapping):
        return True
    given = {key: value for key, value in arguments.wire().items() if key not in ("id", "name")}
    return any(_comparable(value) != _comparable(held.get(key)) for key, value in given.items())


def _comparable(value: Any) -> Any:
    """Hours whatever Reply's case and nulls."""
    if isinstance(value, Mapping):
        return {str(key).casefold(): _comparable(one) for key, one in value.items() if one not in (None, [])}
    if isinstance(value, list):
        return [_comparable(one) for one in value]
    return value.casefold() if isinstance(value, str) else value


async def preview_hours(call: Call[UpdateSchedule]) -> str:
    """The hours as they are and as they will be, and the sequences that run; two requests in a call."""
    row = await read_record(call, "GetSchedule", id=call.arguments.id)
    new = {**row, **call.arguments.wire()}
    return (
        f'This changes schedule "{row.get("name") or "?"}" ({call.arguments.id}) from {_hours_and_zone(row)} to '
        f"{_hours_and_zone(new)}. {describe_running(await running_sequences(call))}"
    )


def _hours_and_zone(row: Mapping[str, Any]) -> str:
    hours = hours_in_words(row.get("mainTimings")) or "never"
    return f"{hours} ({row.get('timezoneId') or 'zone unknown'})"


async def preview_deletion(call: Call[DeleteSchedule]) -> str:
    """The schedule by name; one request."""
    held = await read_record(call, "GetSchedule", id=call.arguments.id)
    name = held.get("name")
    return f'This deletes schedule "{name or "?"}" ({call.arguments.id}) for good.'


def does_not_observe(call: Call[UnlinkHolidayCalendarFromSchedule], held: Any) -> bool:
    """Whether a calendar is not among those that a schedule observes."""
    return str(call.arguments.calendar_id) not in {str(row.get("id")) for row in rows_of(held)}


async def preview_unlinking(call: Call[UnlinkHolidayCalendarFromSchedule]) -> Question:
    """The schedule, the calendar, and the sequences that run; three requests in a call."""
    arguments, running = call.arguments, await running_sequences(call)
    observed = rows_of(await read_once(call, "ListScheduleHolidayCalendars", id=arguments.id))
    name = next((row.get("name") for row in observed if str(row.get("id")) == str(arguments.calendar_id)), None)
    calendar = f'"{name}" ({arguments.calendar_id})' if name else arguments.calendar_id
    return Question(
        f"This has schedule {await title_of(call, 'schedules', arguments.id)} send on the days of calendar {calendar} "
        f"too. {describe_running(running)}",
        {"running": sorted(str(row.get("id")) for row in running)},
    )


async def note_holidays_switch(call: Call[LinkHolidayCalendarToSchedule], answer: Any) -> Any:
    """Notes where the calendar changes nothing yet, since the schedule's switch is off; one request."""
    try:
        schedule = await call.ask("GetSchedule", id=call.arguments.id)
    except ReplyError:
        call.notes.append("Whether the schedule stops on holidays could not be read: reply_get_schedule shows it.")
        return answer
    if schedule.get("excludeHolidays") is False:
        call.notes.append(
            "The schedule's switch is off, so it still sends on these days: "
            f'reply_update_schedule {{"id": {call.arguments.id}, "excludeHolidays": true}} makes it stop on them.'
        )
    return answer
