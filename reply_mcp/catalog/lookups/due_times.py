"""When the next steps of people in a sequence fall due, and go out by its schedule."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from reply_mcp.catalog.lookups.sending_hours import Opening, first_opening_anywhere, next_opening
from reply_mcp.catalog.lookups.time_zones import iana_zone
from reply_mcp.text.cleaning import quote
from reply_mcp.text.times import instant


@dataclass(frozen=True, slots=True)
class Start:
    """From when on somebody's next step can be done, and whether it follows on another one."""

    at: datetime
    follow_up: bool = False


def start_of(row: dict[str, Any], steps: list[dict[str, Any]], now: datetime) -> Start:
    """When the next step of somebody in the sequence falls due: at the first step this follows from when they were
    added; of those who are further on Reply does not say when, so that it may be now."""
    place, first = place_of(row, None), steps[0] if steps else {}
    if place is not None and str(place) != str(first.get("id")):
        return Start(now, follow_up=True)
    added = instant(row.get("addingDate"))
    return Start(now if added is None else max(now, added + timedelta(minutes=delay_of(steps[:1]))))


def delay_of(steps: list[dict[str, Any]]) -> int:
    """The minutes that the first of these steps waits."""
    delay = steps[0].get("delayInMinutes") if steps else None
    return delay if isinstance(delay, int) else 0


def place_of(row: dict[str, Any], start_step: Any) -> Any:
    """The step at which somebody stands, or begins."""
    step = row.get("currentStep")
    return step.get("stepId") if isinstance(step, dict) else start_step


class Openings:
    """When a schedule sends to people whose steps fall due at several moments from now on; the same hours are looked
    through once."""

    def __init__(self, schedule: dict[str, Any], now: datetime) -> None:
        self._schedule = schedule
        self._now = now
        self._first: dict[bool, datetime | None] = {}

    def after(self, start: Start) -> datetime | None:
        """When the first of those goes out at the earliest whose step falls due then; None where the schedule never
        sends."""
        if not self._schedule:
            return start.at
        follow_up = start.follow_up
        if follow_up not in self._first:
            self._first[follow_up] = first_opening_anywhere(self._schedule, self._now, follow_up=follow_up)
        first = self._first[follow_up]
        if first is None or first >= start.at:
            return first
        if self._schedule.get("useProspectTimezone"):
            return start.at  # in some zone it may be open then; to look through all of them for each moment takes long
        return first_opening_anywhere(self._schedule, start.at, follow_up=follow_up)

    def begin_by(self, start: Start, moment: datetime) -> bool:
        """Whether it can go out before a moment."""
        if start.at >= moment:
            return False
        opening = self.after(start)
        return opening is not None and opening < moment


def end_of_today(schedule: dict[str, Any], now: datetime) -> datetime:
    """The end of today in the schedule's zone."""
    zone = getattr(next_opening(schedule, now).next, "tzinfo", None) or UTC
    midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(days=1)


def describe_hours(
    sequence: dict[str, Any], schedule: dict[str, Any], now: datetime, starts: Iterable[Start] = ()
) -> str:
    """`first at Monday 2026-11-30 09:00 Berlin time`, or `from now on, within its hours (Berlin time)`; with the hours
    of follow-ups where these have their own.

    Args:
        starts: when the next steps of its people fall due; by default some are at the first step and some further on.
    """
    if not schedule:
        none = "scheduleId" in sequence and sequence["scheduleId"] is None
        return "when is not known, since it has no schedule" if none else "on its schedule, which could not be read"
    starts = list(starts) or [Start(now), Start(now, follow_up=True)]
    own = schedule.get("useFollowUpSchedule") and schedule.get("followUpTimings")
    first = [one.at for one in starts if not one.follow_up or not own]
    later = [one.at for one in starts if one.follow_up and own]
    parts = [_describe_opening(schedule, next_opening(schedule, min(first)), now)] if first else []
    if later:
        parts.append(
            f"follow-ups {_describe_opening(schedule, next_opening(schedule, min(later), follow_up=True), now)}"
        )
    theirs = (
        "; people whose own time zone is known get it by the same hours there, which may be earlier"
        if schedule.get("useProspectTimezone")
        else ""
    )
    return f"{'; '.join(parts)}{theirs}{', holidays aside' if schedule.get('excludeHolidays') else ''}"


def _describe_opening(schedule: dict[str, Any], opening: Opening, now: datetime) -> str:
    zone = zone_label(schedule)
    name = quote(str(schedule.get("name") or schedule.get("id")), 60)
    if opening.next is None:
        return f"schedule {name} has no open hours"
    if opening.open and opening.next <= now.astimezone(opening.next.tzinfo):
        return f"from now on, within its hours ({zone})"
    if opening.open:
        # It comes of the moment of the question and a delay: with the time of day it would be another text each minute.
        return f"from {opening.next:%A %Y-%m-%d} on, within its hours ({zone})"
    return f"first at {opening.next:%A %Y-%m-%d %H:%M} {zone}"


def zone_label(schedule: dict[str, Any]) -> str:
    """`Berlin time`, or `UTC`."""
    name = str(schedule.get("timezoneId") or "")
    try:
        iana = ZoneInfo(iana_zone(name) or name).key if name else "UTC"
    except (ValueError, OSError, KeyError):
        return f"UTC, since zone {quote(name, 40)} is not known"
    return "UTC" if iana.endswith("UTC") else f"{iana.rpartition('/')[2].replace('_', ' ')} time"
