"""The morning's look: what it says of each part, what it does without one, and what it costs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from reply_mcp import workflows
from reply_mcp.errors import RateLimited, ReplyError
from reply_mcp.settings import Settings
from reply_mcp.workflows import overview
from tests.catalog.fake_call import FakeCall, refusal
from tests.conftest import Sandbox
from tests.e2e.correspondence import said
from tests.tokens import count_tokens

SettingsFor = Callable[..., Settings]
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def thread(id: int, category: str | None, state: str = "unread, needs answer") -> dict[str, Any]:
    kind = {"id": 1, "name": category} if category else None
    return {"id": id, "category": kind, "state": state, "contact": {"id": id, "fullName": f"P{id}"}}


def test_replies_that_want_to_go_on_are_named_first_and_those_of_no_interest_counted() -> None:
    rows = [
        thread(1, "Out of office"),
        thread(2, None),
        thread(3, "Interested"),
        thread(4, "Interested", "unread, their turn"),
    ]
    text = overview.format_replies({"items": rows, "hasMore": False})
    assert text.startswith("Unread replies to answer: 1 Interested (3 P3); 1 without category (2 P2).")
    assert "probably without need of an answer: 1 Out of office." in text
    assert "at least" in overview.format_replies({"items": rows, "hasMore": True})
    assert "no unread one" in overview.format_replies({"items": [rows[3]]})
    some = overview.format_replies({"items": [rows[3]], "hasMore": True})
    assert "more are unread" in some
    assert "no unread one" not in some


def test_a_thread_with_a_deadline_is_named_by_its_id_before_all_others() -> None:
    rows = [thread(number, "Interested") for number in range(1, 9)]
    asks = {"bodyPreview": "We decide soon. Please send the offer by Thursday."}
    rows += [thread(90, None) | asks, thread(91, "Not interested") | asks]
    text = overview.format_replies({"items": rows, "hasMore": False})
    assert text.startswith(
        "Unread replies to answer: 1 with a deadline (90 P90); 8 Interested (1 P1, 2 P2, 3 P3 …). reply_triage_inbox"
    )
    assert "probably without need of an answer: 1 Not interested." in text


def test_tasks_are_due_today_overdue_or_not_named() -> None:
    def task(id: int, due: str) -> dict[str, Any]:
        return {"id": id, "taskType": "toDo", "dueTo": due, "contact": {"fullName": "Ann"}}

    rows = [
        task(1, "2026-11-22T11:59:00Z"),
        task(2, "2026-11-22T23:00:00Z"),
        task(3, "2026-11-23T01:00:00Z"),
        task(4, "x"),
    ]
    text = overview.format_tasks({"items": rows}, NOW)
    assert text.startswith("Your tasks: 1 due today (2 to-do Ann); 1 overdue (1 to-do Ann).")
    assert overview.format_tasks({"items": rows[2:]}, NOW) == "Your tasks: none due today or overdue."
    assert ", of the first 2;" in overview.format_tasks({"items": rows[2:], "hasMore": True}, NOW)


def test_only_active_sequences_are_in_trouble() -> None:
    rows = [
        {"id": 1, "name": "A", "status": "Active", "health": "Blocked"},
        {"id": 2, "name": "B", "status": "new", "health": "blocked"},
        {"id": 3, "name": "C", "status": "active", "health": "healthy"},
    ]
    text = overview.format_sequences({"items": rows})
    assert text == 'Sequences: 2 active, 1 new. In trouble: "A" 1 Blocked; reply_diagnose says why.'
    assert overview.format_sequences({"items": rows[2:]}) == "Sequences: 1 active, the active ones healthy."


def test_the_week_has_rates_and_jobs_their_progress() -> None:
    week = {"delivered": 212, "replied": 14, "repliedPercentage": 6.604, "interested": 0, "optedOut": 1}
    assert overview.format_week(week) == (
        "Last 7 days, all that you may see: "
        "212 people emailed, 14 replied (6.6 %), 0 interested, 0 bounced, 1 opted out."
    )
    jobs = [
        {"status": "Processing", "categoryName": "import", "percentDone": 62.0},
        {"status": "Failed", "finishedAt": "2026-11-22T01:00:00Z"},
        {"status": "Failed", "finishedAt": "2026-11-20T01:00:00Z"},
    ]
    text = overview.format_jobs({"items": jobs}, NOW)
    assert text == "Jobs: 1 running: import 62 %; 1 failed since yesterday, reply_list_background_jobs."
    assert overview.format_jobs({"items": []}, NOW) == ""


def look(**answers: Any) -> FakeCall:
    empty: dict[str, Any] = {"items": [], "hasMore": False}
    known = {
        "Whoami": {"userId": 5, "username": "ann"},
        "WhoamiTeamUsers": [[{"userId": 5, "userName": "Ann", "teamName": "Ours"}]],
        "FilterInboxThreads": empty,
        "FilterTasks": empty,
        "ListEmailAccounts": {"items": [{"id": 1, "connectionStatus": "connected"}]},
        "ListLinkedInAccounts": [[]],
        "GetSequences": empty,
        "GetEmailsOverview": {"delivered": 1},
        "GetBackgroundJobs": empty,
    }
    return FakeCall(workflows.operation("Overview"), {}, **{**known, **answers})


async def test_tasks_are_those_of_the_user_and_the_room_is_said() -> None:
    call = look()
    call.room = [("minute", 96, 100), ("hour", 2870, 3000)]
    answer = await call.run()
    assert answer["title"].startswith("For Ann (5), team Ours, ")
    assert call.asked_for("FilterTasks")[0]["assignedUserId"] == 5
    assert "Requests left: 96 of 100 this minute, 2,870 of 3,000 this hour." in answer["lines"]
    assert "Accounts: all fine (1 mailbox, 0 LinkedIn accounts)." in answer["lines"]


SICK = [
    {"id": 1, "name": "A", "status": "active", "health": "stalled"},
    {"id": 2, "name": "B", "status": "active", "health": "Blocked"},
    {"id": 3, "name": "C", "status": "active", "health": "degraded"},
    {"id": 4, "name": "D", "status": "paused", "health": "blocked"},
]
OUT = {"id": 70, "email": "tom@ourco.com", "connectionStatus": "disconnected"}


async def test_sequences_that_wait_for_a_broken_mailbox_are_counted() -> None:
    own = {1: [OUT, {"id": 71}], 2: [], 3: [{"id": 71}]}
    call = look(
        ListEmailAccounts={"items": [OUT, {"id": 71}]},
        GetSequences={"items": SICK},
        GetSequenceEmailAccounts=lambda request: own[request["id"]],
    )
    lines = (await call.run())["lines"]
    said = "2: it has none, 1: 1 of 2 cannot send; 1 not checked, reply_diagnose checks one."
    assert f"Waiting for a mailbox: {said}" in lines
    assert [asked["id"] for asked in call.asked_for("GetSequenceEmailAccounts")] == [2, 1], "the worst first"
    assert len(call.asked) == 10


async def test_with_unread_replies_less_room_is_left_and_the_limit_holds() -> None:
    call = look(
        FilterInboxThreads={"items": [thread(1, "Interested")]},
        ListEmailAccounts={"items": [OUT]},
        GetSequences={"items": SICK},
        GetSequenceEmailAccounts=[[OUT]],
    )
    lines = (await call.run())["lines"]
    said = "2: none can send; 2 not checked, reply_diagnose checks one."
    assert f"Waiting for a mailbox: {said}" in lines
    assert len(call.asked) == 10


async def test_where_all_mailboxes_can_send_none_are_looked_at() -> None:
    call = look(GetSequences={"items": SICK})
    lines = (await call.run())["lines"]
    assert not [line for line in lines if line.startswith("Waiting for")]


@pytest.mark.parametrize(
    ("operation", "part"),
    [
        ("FilterInboxThreads", "replies"),
        ("FilterTasks", "tasks"),
        ("ListEmailAccounts", "mailboxes"),
        ("ListLinkedInAccounts", "LinkedIn accounts"),
        ("GetSequences", "sequences"),
        ("GetEmailsOverview", "emails of the week"),
        ("GetBackgroundJobs", "background jobs"),
    ],
)
@pytest.mark.parametrize("answer", [refusal(403, "x.forbidden"), RateLimited("429", 30), refusal(500), {}, "<html>"])
async def test_a_part_that_is_refused_or_odd_is_missing_and_never_fatal(operation: str, part: str, answer: Any) -> None:
    whole = (await look().run())["lines"]
    lines = (await look(**{operation: answer}).run())["lines"]
    assert lines[-1].startswith(f"Not read: {part} (")
    assert set(lines[:-1]) <= set(whole), "nothing is made up for what is not known"


async def test_who_one_is_must_be_known() -> None:
    with pytest.raises(ReplyError):
        await look(Whoami=refusal(401)).run()


async def test_it_costs_ten_requests_and_900_tokens(sandbox: Sandbox, settings_for: SettingsFor) -> None:
    mark = sandbox.seen()
    text, is_error = await said(settings_for(sandbox), "reply_overview", {})
    assert not is_error
    assert len(sandbox.since(mark)) <= 10
    assert count_tokens(text) <= 900
    assert "Not read" not in text
    for row in sandbox.get("/v3/email-accounts", top=100)["items"]:
        assert (f"({row['id']}) disconnected" in text) == (row["connectionStatus"] == "disconnected")
    for row in sandbox.get("/v3/sequences", top=100, isArchived=False)["items"]:
        ill = row["status"].lower() == "active" and row["health"] != "healthy"
        assert (f'" {row["id"]} ' in text) == ill


async def test_reporting_that_is_closed_leaves_the_rest(sandbox: Sandbox, settings_for: SettingsFor) -> None:
    sandbox.fault(kind="status", status=403, match="/v3/reporting/emails/overview", times=5)
    text, is_error = await said(settings_for(sandbox), "reply_overview", {})
    assert not is_error
    assert "Sequences: " in text
    assert "Not read: emails of the week (403" in text
