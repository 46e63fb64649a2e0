"""When a schedule lets a sequence send."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from reply_mcp.catalog.areas.schedules.hooks import hours_in_words
from reply_mcp.catalog.lookups.sending_hours import Holiday, holidays_of, next_opening
from reply_mcp.errors import Unreadable

UNREADABLE = [{"hour": 10**20}, {"hour": -1}, {"hour": "nine"}, {"hour": 9, "minute": [0]}]
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")


def schedule(*, zone: str = "W. Europe Standard Time", days: tuple[str, ...] = WEEKDAYS, **more: Any) -> dict[str, Any]:
    hours = [{"fromTime": {"hour": 9, "minute": 0}, "toTime": {"hour": 17, "minute": 30}}]
    timings = [{"weekDay": day, "isActive": day in days, "timeRanges": hours} for day in (*WEEKDAYS, "Saturday")]
    return {"id": 1, "timezoneId": zone, "mainTimings": timings, "excludeHolidays": True, **more}


@pytest.mark.parametrize(
    ("moment", "is_open", "next_"),
    [
        ("2026-11-20T07:59:00+00:00", False, "2026-11-20T08:00:00+00:00"),  # Friday, a minute before nine in Berlin
        ("2026-11-20T08:00:00+00:00", True, "2026-11-20T08:00:00+00:00"),
        ("2026-11-20T16:29:00+00:00", True, "2026-11-20T16:29:00+00:00"),
        ("2026-11-20T16:30:00+00:00", False, "2026-11-23T08:00:00+00:00"),  # over the weekend
        ("2026-03-27T20:00:00+00:00", False, "2026-03-30T07:00:00+00:00"),  # summer time begins in between
    ],
)
def test_hours_are_of_the_schedules_own_zone(moment: str, is_open: bool, next_: str) -> None:
    found = next_opening(schedule(), datetime.fromisoformat(moment))
    assert found.open is is_open
    assert found.next is not None
    assert found.next.astimezone(UTC).isoformat() == next_


def test_a_day_off_closes_where_the_schedule_heeds_it() -> None:
    day_off = [Holiday("Thanksgiving", date(2026, 11, 26), date(2026, 11, 27))]
    thursday = datetime(2026, 11, 26, 12, tzinfo=UTC)
    closed = next_opening(schedule(), thursday, day_off)
    assert (closed.open, closed.holiday) == (False, "Thanksgiving")
    assert closed.next is not None
    assert closed.next.date() == date(2026, 11, 30)
    assert next_opening(schedule(excludeHolidays=False), thursday, day_off).open


def test_a_yearly_day_off_may_span_the_new_year() -> None:
    days = Holiday("Break", date(2020, 12, 28), date(2021, 1, 2), yearly=True)
    assert [days.covers(date(2026, *day)) for day in ((12, 27), (12, 28), (1, 2), (1, 3))] == [False, True, True, False]


def test_no_hours_at_all_and_a_zone_that_nobody_knows() -> None:
    assert next_opening(schedule(days=()), datetime.now(UTC)).next is None
    found = next_opening(schedule(zone="Mars Standard Time"), datetime(2026, 11, 20, 9, tzinfo=UTC))
    assert found.open
    assert not found.zone_known


def test_a_day_without_ranges_is_open_all_day() -> None:
    timings = [{"weekDay": "Sunday", "isActive": True, "timeRanges": []}]
    assert next_opening({"timezoneId": "UTC", "mainTimings": timings}, datetime(2026, 11, 22, 23, 59, tzinfo=UTC)).open


def test_days_off_are_read_with_or_without_a_time_and_broken_ones_left_out() -> None:
    rows = [
        {"name": "Christmas", "startDate": "2026-12-25T00:00:00Z", "endDate": "2026-12-26T00:00:00Z"},
        {"name": "Broken", "startDate": "soon"},
        "nonsense",
    ]
    found = holidays_of({"repeatEveryYear": True, "holidays": rows})
    assert found == [Holiday("Christmas", date(2026, 12, 25), date(2026, 12, 26), yearly=True)]
    assert holidays_of(None) == []


@pytest.mark.parametrize("time", UNREADABLE)
def test_hours_that_are_none_open_nothing(time: dict[str, Any]) -> None:
    one = schedule()
    one["mainTimings"][0]["timeRanges"] = [{"fromTime": time, "toTime": {"hour": 17}}]
    with pytest.raises(Unreadable):
        next_opening(one, datetime(2026, 11, 20, tzinfo=UTC))
    assert hours_in_words(one["mainTimings"])
