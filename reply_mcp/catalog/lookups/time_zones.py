"""Names of time zones: Reply's schedules take Windows names only, while people and agents know the IANA ones.

CLDR's table of both, as `tzlocal` keeps it, translates; the IANA database says which hours a zone has.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

MOST_SUGGESTED = 3


def windows_zone(name: str) -> str:
    """The Windows name of a zone, given by its Windows or IANA name in any case, with or without full stops, or by the
    city of an IANA name. A name of none of these kinds, without a slash, passes as it is: Reply may know it.

    Raises:
        ValueError: for an IANA name that has no Windows name with the same hours; says which have these hours.
    """
    given = name.strip()
    windows, iana = _windows_names().get(_bare(given)), _iana_names().get(given.casefold())
    windows = windows or _of_city(given)
    if windows is not None or (iana is None and "/" not in given):
        return windows or given
    translated = _translations().get(given.casefold())
    if translated is not None and (iana is None or same_hours(translated, iana)):
        return translated
    raise ValueError(f"Reply takes Windows names of time zones{_hint(given, iana)}")


def iana_zone(name: str) -> str | None:
    """The IANA name of a zone that Reply names, in any case; None where it is not known."""
    from tzlocal.windows_tz import win_tz

    windows = _windows_names().get(_bare(name.strip()))
    return win_tz[windows] if windows else _iana_names().get(name.strip().casefold())


def zones_with_hours_of(iana: str) -> list[str]:
    """The Windows names of the zones with the same offsets from UTC in January and in July, those that stand for most
    places first."""
    from tzlocal.windows_tz import tz_win

    places = Counter(tz_win.values())
    fitting = [windows for windows in _windows_names().values() if same_hours(windows, iana)]
    return sorted(fitting, key=lambda windows: ("(" in windows, -places[windows], windows))


def same_hours(windows: str, iana: str) -> bool:
    """Whether two zones have the same offsets from UTC in January and in July of this year."""
    from tzlocal.windows_tz import win_tz

    return _offsets(win_tz[windows]) == _offsets(iana)


def _hint(given: str, iana: str | None) -> str:
    """What to take in place of a name: a zone with its hours, or for a name that does not exist what it may mean."""
    if iana is not None:
        fitting = zones_with_hours_of(iana)[:MOST_SUGGESTED]
        listed = " or ".join(f'"{windows}"' for windows in fitting)
        return f"; with the hours of {iana}: {listed}" if fitting else f", and none has the hours of {iana}"
    if not given:
        return ""
    near = get_close_matches(given.casefold(), _translations(), n=MOST_SUGGESTED, cutoff=0.75)
    listed = ", ".join(f'"{_translations()[one]}" for {_iana_names().get(one, one)}' for one in near)
    return f', and there is no zone "{given[:60]}"' + (f"; did you mean {listed}?" if near else "")


@cache
def _windows_names() -> dict[str, str]:
    """By their lower case without full stops."""
    from tzlocal.windows_tz import win_tz

    return {_bare(windows): windows for windows in win_tz}


def _bare(name: str) -> str:
    """`w europe standard time`."""
    return name.casefold().replace(".", "")


def _of_city(name: str) -> str | None:
    """The one Windows zone of all places of this name, such as `Berlin`; None where there is none, or several."""
    city = "/" + "_".join(name.casefold().split())
    zones = {windows for iana, windows in _translations().items() if iana.endswith(city)}
    return zones.pop() if len(zones) == 1 and "/" not in name else None


@cache
def _translations() -> dict[str, str]:
    """IANA names in lower case → Windows names."""
    from tzlocal.windows_tz import tz_win

    return {iana.casefold(): windows for iana, windows in {**tz_win, "GMT": "UTC"}.items() if iana}


@cache
def _iana_names() -> dict[str, str]:
    """By their lower case."""
    return {iana.casefold(): iana for iana in available_timezones()}


@cache
def _offsets(iana: str) -> tuple[timedelta | None, timedelta | None]:
    zone, year = ZoneInfo(iana), datetime.now(UTC).year
    january, july = (datetime(year, month, 15, 12, tzinfo=zone).utcoffset() for month in (1, 7))
    return january, july
