"""Reports: each test shows what Reply does, and how the operation makes up for it."""

from __future__ import annotations

from typing import Any

import pytest

from reply_mcp.catalog.areas.reports.operations import area
from reply_mcp.catalog.operation import Effect
from reply_mcp.errors import Unreachable, WrongArguments
from tests.catalog.fake_call import FakeCall, operation_of

TEAM = [[{"userId": 1204, "userName": "Maria Silva", "userEmail": "maria@ourco.com"}]]


def call(id: str, filters: dict[str, Any] | None = None, /, **answers: Any) -> FakeCall:
    return FakeCall(operation_of(area, id), {} if filters is None else {"filters": filters}, **answers)


class TestPeriods:
    async def test_the_filters_that_reply_demands_need_not_be_given(self) -> None:
        one = call("GetEmailsOverview", send={"contacted": 3})
        assert await one.run() == {"period": "the last seven days", "contacted": 3}
        assert one.sent[0].body == {"filters": {}}

    async def test_the_last_day_counts(self) -> None:
        one = call("GetEmailsOverview", {"from": "2026-11-01", "to": "2026-11-22"}, send={})
        assert (await one.run())["period"] == "2026-11-01 to 2026-11-22"
        assert one.sent[0].body == {"filters": {"from": "2026-11-01T00:00:00Z", "to": "2026-11-22T23:59:59Z"}}

    async def test_from_alone_counts_until_now(self) -> None:
        one = call("GetCallsList", {"from": "2026-02-01"}, send={"items": []})
        await one.run()
        assert set(one.sent[0].body["filters"]) == {"from", "to"}

    @pytest.mark.parametrize(
        ("preset", "period"),
        [("last quarter", "2025-10-01 to 2025-12-31"), ("Q3 2025", "2025-07-01 to 2025-09-30")],
    )
    async def test_a_preset_may_be_a_period_in_words(self, preset: str, period: str) -> None:
        one = call("GetEmailsOverview", {"dateRangePreset": preset}, send={})
        assert (await one.run())["period"] == period

    async def test_a_period_in_words_that_is_not_over_counts_until_now(self) -> None:
        one = call("GetEmailsOverview", {"dateRangePreset": "this quarter"}, send={})
        assert (await one.run())["period"] == "2026-01-01 to 2026-03-04"

    async def test_null_is_nothing(self) -> None:
        one = call("GetEmailsOverview", {"dateRangePreset": "allTime", "from": None, "userIds": None}, send={})
        assert (await one.run())["period"] == "all time"
        assert one.sent[0].body == {"filters": {"dateRangePreset": "allTime"}}

    @pytest.mark.parametrize(
        ("filters", "said"),
        [
            ({"from": "2026-11-02", "to": "2026-11-01"}, "to must be later than from"),
            ({"from": "2026-11-01T00:00:00Z", "to": "2026-11-01T00:00:00Z"}, "to must be later than from"),
            ({"to": "2026-11-01"}, "to needs a from"),
            ({"from": "2026-11-01", "dateRangePreset": "lastWeek"}, "not both"),
            ({"from": "2999-01-01"}, "to must be later than from"),
            ({"sequenceId": [1]}, "no such argument"),
        ],
    )
    @pytest.mark.parametrize("id", [operation.id for operation in area.operations])
    def test_a_window_that_is_none_is_not_sent(self, id: str, filters: dict[str, Any], said: str) -> None:
        with pytest.raises(WrongArguments, match=said):
            call(id, filters)


class TestAnswers:
    async def test_members_have_names(self) -> None:
        members = [{"userId": 1204, "callsCount": 9}, {"userId": 1, "callsCount": 2}]
        one = call("GetCallsOverview", send={"callsCount": 11, "memberStatistics": members}, WhoamiTeamUsers=TEAM)
        answer = await one.run()
        assert [member["user"] for member in answer["memberStatistics"]] == ["Maria Silva", ""]

    async def test_names_in_another_case(self) -> None:
        one = call("GetCallsOverview", send={"MemberStatistics": [{"UserId": 1204}]}, WhoamiTeamUsers=TEAM)
        assert (await one.run())["MemberStatistics"][0]["user"] == "Maria Silva"

    async def test_numbers_do_not_fail_for_want_of_names(self) -> None:
        rows = {"items": [{"userId": 1204, "source": "call"}], "hasMore": False}
        one = call("GetMeetingsList", send=rows, WhoamiTeamUsers=Unreachable("gone"))
        assert await one.run() == rows

    async def test_without_members_nobody_is_asked(self) -> None:
        one = call("GetTasksOverview", send={"totalTasks": 0, "memberStatistics": []})
        await one.run()
        assert one.asked == []

    async def test_a_sequence_on_two_channels_needs_both_reports(self) -> None:
        one = call("GetEmailsOverview", {"sequenceIds": [3]}, send={})
        two = call("GetLinkedInOverview", {"sequenceIds": [3]}, send={})
        await one.run()
        await two.run()
        assert "reply_get_linkedin_report" in one.noted
        assert "reply_get_email_report" in two.noted

    async def test_a_comparison_that_did_not_come_is_told(self) -> None:
        compared = {"compareTo": {"from": "2026-10-01", "to": "2026-10-31"}}
        one = FakeCall(operation_of(area, "GetEmailsOverview"), compared, send={"contacted": 3})
        await one.run()
        assert "compareTo without a comparison" in one.noted

    def test_all_are_reads_of_the_reporting_limit(self) -> None:
        for operation in area.operations:
            assert operation.effect is Effect.READ
            assert operation.limit_class == "reporting"
            assert operation.request(call(operation.id).arguments).safe
