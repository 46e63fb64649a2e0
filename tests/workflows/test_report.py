"""Numbers of a period, and of the one before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from reply_mcp import workflows
from reply_mcp.errors import WrongArguments
from reply_mcp.settings import Settings
from reply_mcp.workflows.report import preceding_period
from tests.catalog.fake_call import FakeCall
from tests.conftest import Sandbox
from tests.e2e.correspondence import said

SettingsFor = Callable[..., Settings]


def call(arguments: dict[str, Any], **answers: Any) -> FakeCall:
    return FakeCall(workflows.operation("Report"), arguments, **answers)


def test_the_period_before_is_as_long_and_shares_no_moment() -> None:
    start = datetime.fromisoformat("2026-11-01T00:00:00+00:00")
    end = datetime.fromisoformat("2026-11-07T23:59:59+00:00")
    first, last = preceding_period(start, end)
    assert (first.isoformat(), last.isoformat()) == ("2026-10-25T00:00:00+00:00", "2026-10-31T23:59:59+00:00")


def test_before_whole_months_come_as_many() -> None:
    quarter = [datetime.fromisoformat(one) for one in ("2026-01-01T00:00:00+00:00", "2026-03-31T23:59:59+00:00")]
    first, last = preceding_period(quarter[0], quarter[1])
    assert (first.isoformat(), last.isoformat()) == ("2025-10-01T00:00:00+00:00", "2025-12-31T23:59:59+00:00")


async def test_where_all_is_zero_that_is_said_once() -> None:
    zero = {"contacted": 0, "delivered": 0, "replied": 0}
    period = {"from": "2026-11-01", "to": "2026-11-07", "compare": True}
    answer = await call(period, GetEmailsOverview=[zero, zero]).run()
    assert answer["lines"][0] == "All numbers are 0, and were before."
    some = await call(period, GetEmailsOverview=[zero, {**zero, "contacted": 4}]).run()
    assert "contacted 0 (before 4)" in some["lines"][0]


async def test_each_count_stands_beside_its_rate_and_what_it_was() -> None:
    one = call(
        {"from": "2026-11-01", "to": "2026-11-07", "compare": True, "sequenceIds": [7]},
        GetEmailsOverview=[
            {"contacted": 418, "replied": 29, "repliedPercentage": 7.1},
            {"contacted": 400, "replied": 20, "repliedPercentage": 5.0},
        ],
    )
    answer = await one.run()
    assert answer["title"] == "Emails, 2026-11-01 to 2026-11-07 UTC, sequence 7, against 2026-10-25 to 2026-10-31"
    assert answer["lines"] == ["contacted 418 (before 400) · replied 29 (7.1 %, before 20, 5 %)"]
    asked = [request["filters"] for request in one.asked_for("GetEmailsOverview")]
    assert asked[0]["sequenceIds"] == asked[1]["sequenceIds"] == [7]
    assert asked[1]["to"] < asked[0]["from"]
    assert "what=linkedIn" in one.noted


async def test_whose_numbers_they_are_is_said_by_name() -> None:
    one = call(
        {"from": "2026-11-07", "to": "2026-11-07", "userIds": [1], "sequenceIds": [7, 8]},
        GetEmailsOverview=[{"contacted": 4}],
        WhoamiTeamUsers=[[{"userId": 1, "userName": "Ann Lee"}]],
    )
    assert (await one.run())["title"] == "Emails, 2026-11-07 UTC, sequences 7, 8, Ann Lee (1)"


async def test_members_are_named_and_those_who_did_nothing_left_out() -> None:
    members = [{"userId": 1, "callsCount": 3, "positiveCallsPercentage": 0}, {"userId": 2, "callsCount": 0}]
    one = call(
        {"what": "calls"},
        GetCallsOverview={"callsCount": 3, "memberStatistics": members},
        WhoamiTeamUsers=[[{"userId": 1, "userName": "Ann"}]],
    )
    assert (await one.run())["lines"] == ["calls 3", "Ann (1): calls 3"]


@pytest.mark.parametrize("odd", [{}, [], "<html>", {"title": "Bad gateway"}, None])
async def test_an_answer_without_numbers_is_not_a_period_without_any(odd: Any) -> None:
    one = call({"from": "2026-11-01", "to": "2026-11-07"}, GetEmailsOverview=[odd])
    assert "could not be read" in (await one.run())["lines"][0]
    good = {"contacted": 4}
    compared = call({"from": "2026-11-01", "to": "2026-11-07", "compare": True}, GetEmailsOverview=[good, odd])
    answer = await compared.run()
    assert answer["lines"] == ["contacted 4"]
    assert "against" not in answer["title"]
    assert "Reply's answer for 2026-10-25 to 2026-10-31 could not be read" in compared.noted
    quiet = call({"from": "2026-11-01", "to": "2026-11-07"}, GetEmailsOverview={"contacted": None})
    assert (await quiet.run())["lines"] == ["No numbers for this period."]


async def test_the_last_seven_days_unless_given() -> None:
    one = call({"what": "channels"}, GetChannelEfficiencyOverview=[{"totalTouches": 0}])
    await one.run()
    period = one.asked_for("GetChannelEfficiencyOverview")[0]["filters"]
    assert datetime.fromisoformat(period["to"]) - datetime.fromisoformat(period["from"]) == timedelta(days=7)


@pytest.mark.parametrize("period", [{"to": "2026-11-01"}, {"from": "2026-11-02", "to": "2026-11-01"}])
def test_a_period_begins_before_it_ends(period: dict[str, str]) -> None:
    with pytest.raises(WrongArguments):
        call(period)


@pytest.mark.parametrize("what", ["emails", "calls", "tasks", "linkedIn", "team", "channels"])
async def test_against_the_embedded_reply(sandbox: Sandbox, settings_for: SettingsFor, what: str) -> None:
    mark = sandbox.seen()
    arguments = {"what": what, "from": "2026-01-01", "compare": True}
    text, is_error = await said(settings_for(sandbox), "reply_report", arguments)
    assert not is_error, text
    requests = sandbox.since(mark)
    assert len(requests) <= 3
    assert all(row["status"] == 200 for row in requests)
    raw = sandbox.http.post(requests[0]["path"], json=requests[0]["body"]).json()
    for key in ("contacted", "callsCount", "totalTasks", "connectionsSent", "totalTouches"):
        assert key not in raw or str(raw[key]) in text.splitlines()[1]


async def test_calling_it_as_people_would(sandbox: Sandbox, settings_for: SettingsFor) -> None:
    arguments = {"what": "linkedIn", "sequenceIds": ["LinkedIn warm-up"], "from": "2026-02-01"}
    text, is_error = await said(settings_for(sandbox), "reply_report", arguments)
    assert not is_error
    assert "connections sent" in text
