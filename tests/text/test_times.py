"""Times in the person's zone."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import time_machine
from pydantic import TypeAdapter, ValidationError

from reply_mcp.catalog import operation
from reply_mcp.catalog.arguments.parse import parse_arguments
from reply_mcp.catalog.arguments.times import Coming, ComingEnd, Moment, Until
from reply_mcp.catalog.views import Column, Table
from reply_mcp.client.budget import rate_limited
from reply_mcp.condense import condense
from reply_mcp.errors import WrongArguments
from reply_mcp.text.times import MACHINE, format_day, format_time, in_zone, instant, local, zone_called, zone_name
from reply_mcp.workflows.overview import format_tasks
from reply_mcp.workflows.pieces.diagnosis_rules import format_local_time
from tests.conftest import Sandbox
from tests.e2e.agent import agent_of

ANGELES = zone_called("America/Los_Angeles")
EIGHT_IN_THE_EVENING = datetime(2026, 3, 5, 4, 0, tzinfo=UTC)


def test_names_of_zones(monkeypatch: pytest.MonkeyPatch) -> None:
    assert zone_name() == "UTC"
    with in_zone(ANGELES):
        assert zone_name() == "Los Angeles time"
        assert format_time(EIGHT_IN_THE_EVENING) == "2026-03-04 20:00 Los Angeles time"
        assert format_day(EIGHT_IN_THE_EVENING) == "2026-03-04"
        assert format_day(datetime(2026, 3, 5, tzinfo=UTC)) == "2026-03-05", "a day, not an instant"
    assert zone_called("") is UTC
    monkeypatch.setattr("tzlocal.get_localzone_name", lambda: "Europe/Berlin")
    assert str(zone_called(MACHINE)) == "Europe/Berlin"


def test_the_first_and_last_days_that_there_are() -> None:
    assert instant("0001-01-01T00:00:00Z") is None, "so Reply's platform has no time"
    rows = [
        {"id": 1, "at": at} for at in ("0001-01-01T00:00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00")
    ]
    for kind in ("date", "time"):
        shown = condense(rows, Table("rows", ("id", Column("at", kind=kind)), items=""), arguments={}).text
        assert "0001" not in shown
        assert "9999-12-31" in shown


def test_what_is_due_today_is_not_due_tomorrow() -> None:
    rows = [
        {"id": 1, "taskType": "call", "dueTo": "2026-03-05T07:30:00Z"},  # 23:30 on this evening
        {"id": 2, "taskType": "call", "dueTo": "2026-03-05T09:00:00Z"},  # 1:00 on the next day
    ]
    with in_zone(ANGELES):
        text = format_tasks({"items": rows}, EIGHT_IN_THE_EVENING)
    assert "1 due today (1 call)" in text
    assert "overdue" not in text


def test_days_in_arguments_are_the_persons() -> None:
    with in_zone(ANGELES):
        start = TypeAdapter(Moment).validate_python("2026-03-04")
        end = TypeAdapter(Until).validate_python("2026-03-04")
        written = TypeAdapter(Moment).validate_python("2026-03-04T20:00:00+00:00")
    assert start == datetime(2026, 3, 4, 8, tzinfo=UTC)
    assert end == datetime(2026, 3, 5, 7, 59, 59, tzinfo=UTC)
    assert written == datetime(2026, 3, 4, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "start", "end"),
    [
        ("today", "2026-03-04T00:00", "2026-03-04T23:59:59"),
        ("Tomorrow", "2026-03-05T00:00", "2026-03-05T23:59:59"),
        ("yesterday", "2026-03-03T00:00", "2026-03-03T23:59:59"),
        ("last Friday", "2026-02-27T00:00", "2026-02-27T23:59:59"),
        ("last wednesday", "2026-02-25T00:00", "2026-02-25T23:59:59"),
        ("1 day ago", "2026-03-03T00:00", "2026-03-03T23:59:59"),
        ("in 2 weeks", "2026-03-18T00:00", "2026-03-18T23:59:59"),
        ("tomorrow at 9:30", "2026-03-05T09:30", "2026-03-05T09:30"),
        ("now", "2026-03-04T20:00", "2026-03-04T20:00"),
        ("in 2 hours", "2026-03-04T22:00", "2026-03-04T22:00"),
        ("tomorrow 9am", "2026-03-05T09:00", "2026-03-05T09:00"),
        ("2026-03-09 at 12:30 PM", "2026-03-09T12:30", "2026-03-09T12:30"),
        ("next Monday 10:00", "2026-03-09T10:00", "2026-03-09T10:00"),
        ("this Friday", "2026-03-06T00:00", "2026-03-06T23:59:59"),
        ("a month ago", "2026-02-04T00:00", "2026-02-04T23:59:59"),
        ("last 14 days", "2026-02-18T00:00", "2026-03-04T23:59:59"),
        ("this week", "2026-03-02T00:00", "2026-03-08T23:59:59"),
        ("last week", "2026-02-23T00:00", "2026-03-01T23:59:59"),
        ("last month", "2026-02-01T00:00", "2026-02-28T23:59:59"),
        ("last quarter", "2025-10-01T00:00", "2025-12-31T23:59:59"),
        ("Q1", "2026-01-01T00:00", "2026-03-31T23:59:59"),
        ("November", "2025-11-01T00:00", "2025-11-30T23:59:59"),
        ("feb 2024", "2024-02-01T00:00", "2024-02-29T23:59:59"),
        ("2025", "2025-01-01T00:00", "2025-12-31T23:59:59"),
    ],
)
def test_days_in_words_are_counted_from_the_persons_day(words: str, start: str, end: str) -> None:
    """At eight in the evening in Los Angeles, when it is Thursday in UTC."""
    with in_zone(ANGELES), time_machine.travel(EIGHT_IN_THE_EVENING, tick=False):
        first, last = (local(TypeAdapter(one).validate_python(words)) for one in (Moment, Until))
    assert first.replace(tzinfo=None) == datetime.fromisoformat(start)
    assert last.replace(tzinfo=None) == datetime.fromisoformat(end)


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("on Friday", "2026-02-27 or 2026-03-06"),
        ("next Friday at 9:00", "2026-03-06 or 2026-03-13"),
        ("Wednesday", "2026-03-04 or 2026-03-11"),
    ],
)
def test_a_weekday_that_may_be_one_of_two_days_is_refused_with_both(words: str, days: str) -> None:
    with (
        in_zone(ANGELES),
        time_machine.travel(EIGHT_IN_THE_EVENING, tick=False),
        pytest.raises(WrongArguments, match=f'got "{words}", which may be {days}'),
    ):
        parse_arguments(operation("FilterTasks").arguments, {"from": words})


@pytest.mark.parametrize(
    ("words", "start", "end"),
    [
        ("Friday", "2026-03-06T00:00", "2026-03-06T23:59:59"),
        ("on tuesday at 9am", "2026-03-10T09:00", "2026-03-10T09:00"),
        ("tomorrow", "2026-03-05T00:00", "2026-03-05T23:59:59"),
    ],
)
def test_a_weekday_that_lies_ahead_is_the_next_one(words: str, start: str, end: str) -> None:
    with in_zone(ANGELES), time_machine.travel(EIGHT_IN_THE_EVENING, tick=False):
        first, last = (local(TypeAdapter(one).validate_python(words)) for one in (Coming, ComingEnd))
        with pytest.raises(ValidationError):
            TypeAdapter(Coming).validate_python("Wednesday")
    assert first.replace(tzinfo=None) == datetime.fromisoformat(start)
    assert last.replace(tzinfo=None) == datetime.fromisoformat(end)


@pytest.mark.parametrize(
    ("words", "ends"),
    [("last month", "2026-03-01T07:59:59"), ("this month", None), ("yesterday", None), ("last 7 days", None)],
)
def test_a_period_in_words_that_is_over_is_both_ends(words: str, ends: str | None) -> None:
    with in_zone(ANGELES), time_machine.travel(EIGHT_IN_THE_EVENING, tick=False):
        flat, _ = parse_arguments(operation("FilterTasks").arguments, {"from": words})
        inside, _ = parse_arguments(operation("GetCallsList").arguments, {"filters": {"from": words}})
    now = EIGHT_IN_THE_EVENING.astimezone(UTC).replace(microsecond=0)
    end = datetime.fromisoformat(ends).replace(tzinfo=UTC) if ends else None
    assert flat.to == end
    assert inside.filters.to == (end or now)


@pytest.mark.parametrize("words", ["Friday", "next Friday", "soon", "in 2000 days", "tomorrow at 25:00", "3 days"])
def test_what_may_be_one_of_two_days_is_refused_with_the_present_one(words: str) -> None:
    present = r"such as 2026-03-04T20:00 \(now, Wednesday, Los Angeles time\)"
    with (
        in_zone(ANGELES),
        time_machine.travel(EIGHT_IN_THE_EVENING, tick=False),
        pytest.raises(WrongArguments, match=present),
    ):
        parse_arguments(operation("FilterTasks").arguments, {"from": words})


def test_when_a_schedule_opens_is_told_in_the_persons_zone() -> None:
    opens = datetime(2026, 3, 5, 9, tzinfo=zone_called("America/New_York"))
    assert format_local_time(opens) == "Thu 2026-03-05 09:00 EST (14:00 UTC)"
    with in_zone(ANGELES):
        assert format_local_time(opens) == "Thu 2026-03-05 09:00 EST (06:00 Los Angeles time)"
    with in_zone(zone_called("Asia/Tokyo")):
        assert format_local_time(opens.replace(hour=17)) == "Thu 2026-03-05 17:00 EST (2026-03-06 07:00 Tokyo time)"
    with in_zone(zone_called("America/New_York")):
        assert format_local_time(opens) == "Thu 2026-03-05 09:00 EST"


def test_the_zone_is_named_once() -> None:
    view = Table("mails", (Column("at", "at", "time"), Column("added", "added", "date"), Column("day", "day", "time")))
    rows = [
        {"at": f"2026-03-05T0{hour}:00:00Z", "added": "2026-03-05T04:00:00Z", "day": "2026-03-05"} for hour in (1, 2)
    ]
    with in_zone(ANGELES):
        text = condense(rows, view, arguments={}).text
    assert text.count("Los Angeles time") == 1
    assert "17:00" in text
    assert "2026-03-05" in text, "a day alone stays that day"
    assert "Times: " not in condense([{"at": None}], view, arguments={}).text


def test_when_to_come_back_says_its_day_where_that_is_not_today() -> None:
    with time_machine.travel(datetime(2026, 11, 27, 23, 59, tzinfo=UTC), tick=False):
        assert "retry after 2026-11-28 00:01:00 UTC" in str(rate_limited("general", 120))
        assert "retry after 23:59:30 UTC" in str(rate_limited("general", 30))
        with in_zone(ANGELES):
            assert "retry after 16:01:00 Los Angeles time" in str(rate_limited("general", 120))


async def test_a_server_answers_in_the_zone_it_is_set_to(sandbox: Sandbox) -> None:
    async with agent_of(sandbox, time_zone="Pacific/Kiritimati") as agent:
        said = await agent("reply_get_inbox_emails", top=1)
        overview = await agent("reply_overview")
    latest = instant(sandbox.get("/v3/inbox/threads", top=1)["items"][0]["lastActivityDate"])
    assert latest is not None
    there = latest.astimezone(zone_called("Pacific/Kiritimati"))
    assert f"{there:%Y-%m-%d %H:%M}" in said
    assert said.text.count("Kiritimati time") == 1
    assert "Kiritimati time" in overview.line("For ")
    assert there.date() >= date(2026, 1, 1)
