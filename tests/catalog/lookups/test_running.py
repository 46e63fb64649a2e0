"""Which sequences run, by their states and not by Reply's filter."""

from __future__ import annotations

from typing import Any

import pytest

from reply_mcp.catalog.areas.schedules.area import area
from reply_mcp.catalog.lookups.running import read_running
from reply_mcp.errors import Unreadable
from tests.catalog.fake_call import FakeCall, operation_of


def sequence(id: int, status: str, **more: Any) -> dict[str, Any]:
    return {"id": id, "name": f"S{id}", "status": status, "isArchived": False, **more}


def asking(answer: Any) -> FakeCall:
    return FakeCall(operation_of(area, "DeleteSchedule"), {"id": 3}, GetSequences=answer)


async def test_a_state_that_is_not_known_counts_as_running() -> None:
    rows = [sequence(1, "active"), sequence(2, "Warming"), sequence(3, "paused"), sequence(4, "new")]
    one = asking({"items": [*rows, sequence(5, "active", isArchived=True)], "hasMore": False})
    found, complete = await read_running(one)
    assert ([row["id"] for row in found], complete) == ([1, 2], True)
    assert len(one.asked) == 1


async def test_of_more_than_a_page_those_that_reply_calls_active_are_read_too() -> None:
    def page(request: dict[str, Any]) -> dict[str, Any]:
        active = request.get("status") == "active"
        rows = [sequence(1, "active"), sequence(9, "active")] if active else [sequence(1, "active"), sequence(2, "?")]
        return {"items": rows, "hasMore": not active}

    one = asking(page)
    found, complete = await read_running(one)
    assert ([row["id"] for row in found], complete) == ([1, 2, 9], True)
    assert len(one.asked) == 2


async def test_an_answer_without_a_list_says_of_no_sequence_that_it_rests() -> None:
    with pytest.raises(Unreadable):
        await read_running(asking({"title": "Bad Request"}))
