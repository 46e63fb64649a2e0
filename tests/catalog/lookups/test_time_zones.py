"""Every IANA name and every Windows name of a time zone, both ways."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, available_timezones

import pytest
from tzlocal.windows_tz import win_tz

from reply_mcp.catalog.lookups.time_zones import iana_zone, windows_zone, zones_with_hours_of
from tests.conftest import check_each

IANA = sorted(available_timezones() - {"localtime"})  # what the machine is set to
NO_SUCH_HOURS = {"Antarctica/Troll"}
"""Where no Windows zone has the hours: two hours ahead in summer, none in winter."""


def hours(iana: str) -> list[float]:
    """The offsets from UTC in January and in July, in hours."""
    zone, year = ZoneInfo(iana), datetime.now(UTC).year
    offsets = [datetime(year, month, 15, 12, tzinfo=zone).utcoffset() for month in (1, 7)]
    return [offset.total_seconds() / 3600 for offset in offsets if offset is not None]


def test_there_are_names_to_try() -> None:
    assert len(IANA) > 500
    assert len(win_tz) > 130


def test_every_iana_name_gives_a_windows_name_or_suggestions_with_the_same_hours() -> None:
    def check(iana: str) -> None:
        try:
            windows = [windows_zone(iana)]
        except ValueError as refused:
            windows = zones_with_hours_of(iana)
            assert bool(windows) is (iana not in NO_SUCH_HOURS)
            assert all(f'"{one}"' in str(refused) for one in windows[:3])
        for one in windows:
            assert hours(win_tz[one]) == hours(iana), one

    check_each(IANA, check)


def test_nearly_every_iana_name_is_understood() -> None:
    refused = []
    for iana in IANA:
        try:
            windows_zone(iana)
        except ValueError:
            refused.append(iana)
    assert len(refused) < len(IANA) / 40, refused


def test_every_windows_name_works_both_ways() -> None:
    def check(windows: str) -> None:
        assert windows_zone(windows) == windows
        assert windows_zone(f" {windows.upper()} ") == windows
        iana = iana_zone(windows)
        assert iana in IANA
        assert windows_zone(iana) == windows

    check_each(sorted(win_tz), check)


def test_an_iana_name_is_one_in_any_case() -> None:
    def check(iana: str) -> None:
        found = iana_zone(iana.lower())
        assert found is not None
        assert hours(found) == hours(iana)

    check_each(IANA, check)


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("Asia/Tehran", "Iran Standard Time"),
        ("europe/berlin", "W. Europe Standard Time"),
        ("US/Eastern", "Eastern Standard Time"),
        ("GMT", "UTC"),
        ("Pacific/Auckland", "New Zealand Standard Time"),
        ("W Europe Standard Time", "W. Europe Standard Time"),
        ("Berlin", "W. Europe Standard Time"),
        ("new york", "Eastern Standard Time"),
        ("Buenos Aires", "Argentina Standard Time"),
        ("UTC+11", "UTC+11"),
        ("UTC-11", "UTC-11"),
        ("", ""),
    ],
)
def test_places_are_translated(given: str, meant: str) -> None:
    assert windows_zone(given) == meant


def test_a_misspelled_place_is_answered_with_the_nearest_ones() -> None:
    with pytest.raises(ValueError, match=r'no zone "Europe/Berln"; did you mean "W\. Europe Standard Time" for'):
        windows_zone("Europe/Berln")


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/localtime", "Europe/", "a/" * 5000])
def test_what_is_no_name_is_refused_without_a_look_at_files(name: str) -> None:
    with pytest.raises(ValueError, match="there is no zone"):
        windows_zone(name)
    assert iana_zone(name) is None


@pytest.mark.parametrize("name", ["Marquesas Daylight Time", "Anything Standard Time"])
def test_a_name_that_only_reply_may_know_passes(name: str) -> None:
    assert windows_zone(name) == name
    assert iana_zone(name) is None
