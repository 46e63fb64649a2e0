"""Who in a sequence gets its messages."""

from __future__ import annotations

from typing import Any

from reply_mcp.catalog.areas.sequences import area
from reply_mcp.catalog.lookups.audience import read_audience
from reply_mcp.catalog.lookups.forecast import read_schedule
from tests.catalog.fake_call import FakeCall, operation_of


def call(**answers: Any) -> FakeCall:
    return FakeCall(operation_of(area, "StartSequence"), {"id": 77}, **answers)


async def test_a_person_who_stands_on_two_pages_is_one_person() -> None:
    rows = [{"contactId": at, "statusInSequence": "active"} for at in range(4)]
    pages = [{"items": rows[:3], "hasMore": True}, {"items": rows[2:], "hasMore": False}]
    assert (await read_audience(call(GetSequenceContacts=pages), 77)).ids == ["0", "1", "2", "3"]


async def test_a_schedule_that_does_not_say_its_hours_is_none_that_sends_never() -> None:
    one = call(GetSchedule={"id": 3, "name": "Office", "mainTimings": None})
    assert await read_schedule(one, {"scheduleId": 3}) == {}
