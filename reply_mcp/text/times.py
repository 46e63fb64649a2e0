"""Times as texts tell them: in the zone of the person for whom a call is made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, tzinfo

_ZONE: ContextVar[tzinfo] = ContextVar("zone", default=UTC)
_MIDNIGHT = datetime.min.time()
_SHOWN: ContextVar[bool] = ContextVar("shown", default=False)


MACHINE = "machine"
"""Stands for the zone that this machine is set to."""


def zone_called(name: str) -> tzinfo:
    """The zone with an IANA name, or that of `MACHINE`; UTC for "" and where the machine tells none."""
    from zoneinfo import ZoneInfo  # not needed to list tools

    if name == MACHINE:
        from tzlocal import get_localzone_name

        try:
            return ZoneInfo(get_localzone_name())
        except Exception:  # a machine may be set to anything
            return UTC
    return ZoneInfo(name) if name else UTC


@contextmanager
def in_zone(zone: tzinfo) -> Iterator[None]:
    """The zone in which times are read and shown meanwhile; UTC elsewhere."""
    token = _ZONE.set(zone)
    try:
        yield
    finally:
        _ZONE.reset(token)


def current_zone() -> tzinfo:
    """The zone in which times are read and shown now."""
    return _ZONE.get()


def zone_name() -> str:
    """`UTC`, or `Los Angeles time`."""
    zone = _ZONE.get()
    name = str(getattr(zone, "key", None) or zone)
    return "UTC" if name in ("UTC", "Etc/UTC") else f"{name.rpartition('/')[2].replace('_', ' ')} time"


def instant(text: object) -> datetime | None:
    """The time that an answer of Reply's tells, UTC where it has no offset; None where it tells none: the year
    1 is what Reply's platform has in place of no time."""
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    if moment.year == 1:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def local(moment: datetime) -> datetime:
    """A time in the person's zone; UTC where it has no offset."""
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(_ZONE.get())
    except (OverflowError, ValueError):  # the first or last day that there is
        return moment


def format_time(moment: datetime | None) -> str:
    """`2026-11-19 14:02 UTC`, or with another zone's name; "" for None."""
    return f"{format_minute(moment)} {zone_name()}" if moment else ""


def format_minute(moment: datetime) -> str:
    """`2026-11-19 14:02`, for texts that name the zone once."""
    return local(moment).isoformat(" ", "minutes")[:16]


def format_day(moment: datetime) -> str:
    """`2026-11-19`; midnight in UTC stands for that very day, whatever the zone: Reply tells days so."""
    try:
        told_as_day = moment.tzinfo is None or moment.astimezone(UTC).time() == _MIDNIGHT
    except OverflowError:  # the first or last day that there is
        told_as_day = True
    at = moment if told_as_day else local(moment)
    return at.isoformat()[:10]


def format_days(first: datetime, last: datetime) -> str:
    """`2026-11-01 to 2026-11-22`, or `2026-11-22` where that is all."""
    start, end = format_day(first), format_day(last)
    return start if start == end else f"{start} to {end}"


def note_shown() -> None:
    """Notes that a time is shown whose zone the answer has to name."""
    _SHOWN.set(True)


@contextmanager
def noting_shown() -> Iterator[ContextVar[bool]]:
    """What tells whether `note_shown` was called meanwhile."""
    token = _SHOWN.set(False)
    try:
        yield _SHOWN
    finally:
        _SHOWN.reset(token)
