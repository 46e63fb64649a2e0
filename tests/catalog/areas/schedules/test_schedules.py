"""Schedules: replaced whole by every change, and in Windows time zones only."""

from __future__ import annotations

from typing import Any

import pytest

from reply_mcp.catalog.areas.schedules import area
from reply_mcp.catalog.areas.schedules.hooks import hours_in_words
from reply_mcp.errors import NotDone, WrongArguments
from tests.catalog.fake_call import FakeCall, operation_of, refusal


def call(id: str, arguments: dict[str, Any], **answers: Any) -> FakeCall:
    return FakeCall(operation_of(area, id), arguments, **answers)


def day(name: str, *hours: tuple[int, int], active: bool = True) -> dict[str, Any]:
    ranges = [{"fromTime": {"hour": a, "minute": 0}, "toTime": {"hour": b, "minute": 30}} for a, b in hours]
    return {"weekDay": name, "isActive": active, "timeRanges": ranges}


WEEK = [day(name, (9, 17)) for name in ("Monday", "Tuesday", "Wednesday")] + [day("Saturday", (1, 2), active=False)]


def test_hours_read_as_words() -> None:
    assert (
        hours_in_words([*WEEK, day("Sunday", (8, 9), (10, 11))]) == "Mon-Wed 09:00-17:30; Sun 08:00-09:30, 10:00-11:30"
    )
    assert hours_in_words(None) == hours_in_words([None, {}, 5]) == ""


async def test_what_a_change_leaves_out_is_sent_again() -> None:
    now = {
        "id": 3,
        "name": "Office",
        "timezoneId": "UTC",
        "excludeHolidays": True,
        "mainTimings": [{**day("Monday", (9, 17)), "surprise": 1}],
        "followUpTimings": None,
    }
    one = call(
        "UpdateSchedule", {"id": 3, "name": "Office", "timezoneId": "UTC", "useProspectTimezone": True}, GetSchedule=now
    )
    await one.run()
    assert one.sent[0].body == {
        "name": "Office",
        "timezoneId": "UTC",
        "useProspectTimezone": True,
        "excludeHolidays": True,
        "mainTimings": [day("Monday", (9, 17))],
    }


@pytest.mark.parametrize(
    ("given", "sent"),
    [("Europe/Berlin", "W. Europe Standard Time"), ("utc", "UTC"), ("Eastern Standard Time", "Eastern Standard Time")],
)
def test_time_zones_are_sent_by_their_windows_names(given: str, sent: str) -> None:
    one = call("CreateSchedule", {"name": "Office", "timezoneId": given})
    assert one.operation.request(one.arguments).body["timezoneId"] == sent


def test_a_zone_without_a_known_windows_name_is_refused_here() -> None:
    with pytest.raises(WrongArguments, match="Windows names"):
        call("CreateSchedule", {"name": "Office", "timezoneId": "Europe/Berlinn"})


async def test_in_use_is_refused_as_forbidden_and_means_something_else() -> None:
    meaning = await call("DeleteSchedule", {"id": 3}).explained(refusal(403, "schedule.deleteRejected"))
    assert meaning is not None
    assert "in use" in meaning


async def test_lists_say_their_hours() -> None:
    rows = await call("ListSchedules", {}, send=[[{"id": 3, "mainTimings": WEEK}]]).run()
    assert rows[0]["hours"] == "Mon-Wed 09:00-17:30"


@pytest.mark.parametrize(
    ("held", "words"),
    [({"mainTimings": "Mon-Fri"}, "mainTimings could not be read"), ("", "what holds now could not be read")],
)
async def test_hours_that_cannot_be_read_are_not_cleared(held: Any, words: str) -> None:
    one = call("UpdateSchedule", {"id": 3, "name": "Office", "timezoneId": "UTC"}, GetSchedule=held)
    with pytest.raises(NotDone, match=words):
        await one.run()
    assert one.sent == []


async def test_hours_beyond_the_documented_ones_go_back_as_they_were() -> None:
    odd = {"weekDay": "monday", "isActive": True, "timeRanges": [{"fromTime": {"hour": 0}, "toTime": {"hour": 24}}]}
    one = call(
        "UpdateSchedule",
        {"id": 3, "name": "Office", "timezoneId": "UTC", "followUpTimings": [day("Monday", (9, 17))]},
        GetSchedule={"mainTimings": [odd], "followUpTimings": [odd]},
    )
    await one.run()
    assert one.sent[0].body["mainTimings"] == [{**odd, "weekDay": "Monday"}]
    assert one.sent[0].body["followUpTimings"] == [day("Monday", (9, 17))]
