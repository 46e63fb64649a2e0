"""When people's next steps go out: after the first step's delay, by the hours of follow-ups, by each person's zone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from reply_mcp.catalog.lookups.due_times import Openings, Start, describe_hours, end_of_today, start_of

MONDAY = datetime(2026, 11, 23, 17, tzinfo=UTC)  # 18:00 in Berlin, noon in New York
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")


def timings(start: int, end: int, days: tuple[str, ...] = DAYS) -> list[dict[str, Any]]:
    hours = [{"fromTime": {"hour": start, "minute": 0}, "toTime": {"hour": end, "minute": 0}}]
    return [{"weekDay": day, "isActive": True, "timeRanges": hours} for day in days]


BERLIN: dict[str, Any] = {"id": 1, "timezoneId": "W. Europe Standard Time", "mainTimings": timings(9, 17)}
THEIRS = {**BERLIN, "useProspectTimezone": True}
LATER = {**BERLIN, "useFollowUpSchedule": True, "followUpTimings": timings(8, 22)}
SEQUENCE = {"scheduleId": 1}
STEPS: list[dict[str, Any]] = [{"id": 11, "delayInMinutes": 1440}, {"id": 12, "parentId": 11}]


@pytest.mark.parametrize(
    ("schedule", "starts", "text"),
    [
        (BERLIN, [Start(MONDAY)], "first at Tuesday 2026-11-24 09:00 Berlin time"),
        (BERLIN, [Start(datetime(2026, 11, 24, 17, tzinfo=UTC))], "first at Wednesday 2026-11-25 09:00 Berlin time"),
        (
            BERLIN,
            [Start(datetime(2026, 11, 24, 10, 31, tzinfo=UTC))],
            "from Tuesday 2026-11-24 on, within its hours (Berlin time)",
        ),
        (LATER, [Start(MONDAY)], "first at Tuesday 2026-11-24 09:00 Berlin time"),
        (LATER, [Start(MONDAY, follow_up=True)], "follow-ups from now on, within its hours (Berlin time)"),
        (
            LATER,
            [Start(MONDAY), Start(MONDAY, follow_up=True)],
            "first at Tuesday 2026-11-24 09:00 Berlin time; follow-ups from now on, within its hours (Berlin time)",
        ),
        (
            THEIRS,
            [Start(MONDAY)],
            "first at Tuesday 2026-11-24 09:00 Berlin time; people whose own time zone is known get it by the same "
            "hours there, which may be earlier",
        ),
        ({}, [], "on its schedule, which could not be read"),
    ],
)
def test_the_hours_are_those_of_the_next_steps(schedule: dict[str, Any], starts: list[Start], text: str) -> None:
    assert describe_hours(SEQUENCE, schedule, MONDAY, starts) == text


def test_a_sequence_without_a_schedule_has_none_that_could_not_be_read() -> None:
    assert "it has no schedule" in describe_hours({"scheduleId": None}, {}, MONDAY)


@pytest.mark.parametrize(
    ("schedule", "start", "today"),
    [
        (BERLIN, Start(MONDAY), False),
        (THEIRS, Start(MONDAY), True),  # it is noon in New York
        (LATER, Start(MONDAY), False),
        (LATER, Start(MONDAY, follow_up=True), True),
        ({**BERLIN, "mainTimings": []}, Start(MONDAY), False),
        ({}, Start(MONDAY), True),
    ],
)
def test_today_holds_whoever_may_get_something_today(schedule: dict[str, Any], start: Start, today: bool) -> None:
    assert Openings(schedule, MONDAY).begin_by(start, end_of_today(schedule, MONDAY)) is today


@pytest.mark.parametrize(
    ("row", "start"),
    [
        ({"addingDate": "2026-11-23T16:00:00Z", "currentStep": {"stepId": 11}}, "2026-11-24T16:00:00"),
        ({"addingDate": "2026-11-01T16:00:00Z", "currentStep": {"stepId": 11}}, "2026-11-23T17:00:00"),
        ({"addingDate": "2026-11-23T16:00:00Z", "currentStep": {"stepId": 12}}, "2026-11-23T17:00:00 later"),
        ({"addingDate": None, "currentStep": None}, "2026-11-23T17:00:00"),
    ],
)
def test_the_first_step_waits_for_its_delay_and_of_others_nothing_is_known(row: dict[str, Any], start: str) -> None:
    found = start_of(row, STEPS, MONDAY)
    assert f"{found.at:%Y-%m-%dT%H:%M:%S}{' later' if found.follow_up else ''}" == start


def test_a_zone_that_nobody_knows_may_be_any() -> None:
    somewhere = {**BERLIN, "timezoneId": "Mars Standard Time"}
    assert Openings(somewhere, MONDAY).after(Start(MONDAY)) == MONDAY  # it is noon in New York
