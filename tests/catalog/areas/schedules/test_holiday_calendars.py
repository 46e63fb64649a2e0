"""Holiday calendars: replaced whole by every change; Reply's own cannot be changed."""

from __future__ import annotations

from typing import Any

import pytest

from reply_mcp.catalog.areas.schedules.operations import area
from reply_mcp.errors import NotDone, WrongArguments
from tests.catalog.fake_call import FakeCall, operation_of, refusal

NOW = {
    "id": 3,
    "name": "Ours",
    "calendarType": "custom",
    "repeatEveryYear": True,
    "holidays": [
        {"id": 2, "startDate": "2026-12-25T00:00:00Z", "endDate": "2026-12-26", "name": "Christmas"},
        {"id": 1, "startDate": "2026-01-01", "endDate": "2026-01-01", "name": None},
    ],
}
EASTER = {"startDate": "2026-04-05", "endDate": "2026-04-06", "name": "Easter"}


def call(id: str, arguments: dict[str, Any], **answers: Any) -> FakeCall:
    return FakeCall(operation_of(area, id), arguments, **answers)


async def test_holidays_left_out_are_sent_again() -> None:
    one = call("UpdateHolidayCalendar", {"id": 3, "name": "Ours 2026", "holidays": None}, GetHolidayCalendar=NOW)
    await one.run()
    assert one.sent[0].body == {
        "name": "Ours 2026",
        "repeatEveryYear": True,
        "holidays": [
            {"startDate": "2026-12-25", "endDate": "2026-12-26", "name": "Christmas"},
            {"startDate": "2026-01-01", "endDate": "2026-01-01", "name": ""},
        ],
    }


async def test_all_given_needs_no_look() -> None:
    one = call("UpdateHolidayCalendar", {"id": 3, "name": "O", "holidays": [EASTER], "repeatEveryYear": False})
    await one.run()
    assert one.asked == []
    assert one.sent[0].body == {"name": "O", "holidays": [EASTER], "repeatEveryYear": False}


@pytest.mark.parametrize("held", [{"holidays": [{"name": "x"}]}, {"holidays": 5}])
async def test_holidays_that_cannot_be_read_are_not_cleared(held: Any) -> None:
    one = call("UpdateHolidayCalendar", {"id": 3, "name": "O"}, GetHolidayCalendar=[held])
    with pytest.raises(NotDone, match="could not be read"):
        await one.run()
    assert one.sent == []


def test_a_holiday_ends_after_it_begins() -> None:
    with pytest.raises(WrongArguments, match="endDate"):
        call("CreateHolidayCalendar", {"name": "O", "holidays": [{**EASTER, "endDate": "2026-04-01"}]})


async def test_a_country_calendar_is_refused_as_forbidden_and_means_something_else() -> None:
    said = await call("DeleteHolidayCalendar", {"id": 3}).explained(refusal(403, "holidayCalendar.notCustomCalendar"))
    assert said is not None
    assert "country calendars" in said
    assert await call("DeleteHolidayCalendar", {"id": 3}).explained(refusal(403, "holidayCalendar.forbidden")) is None


async def test_deleting_says_what_it_changes() -> None:
    one = call("DeleteHolidayCalendar", {"id": 3}, GetHolidayCalendar=NOW)
    assert callable(one.operation.preview)
    assert '"Ours" (3, 2 holidays)' in await one.operation.preview(one)


async def test_days_are_read_in_order() -> None:
    answer = await call("GetHolidayCalendar", {"id": 3}, send=NOW).run()
    assert [day["startDate"][:10] for day in answer["holidays"]] == ["2026-01-01", "2026-12-25"]


async def test_csv_reads_as_rows() -> None:
    text = '\ufeffname,startDate,endDate\n"New Year, again",2026-01-01,2026-01-01\n'
    rows = await call("ExportHolidayCalendarCsv", {"id": 3}, send=text).run()
    assert rows == [{"name": "New Year, again", "startDate": "2026-01-01", "endDate": "2026-01-01"}]
