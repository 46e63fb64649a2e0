"""Unread threads that wait for an answer, with the last words of the other side."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from reply_mcp import workflows
from reply_mcp.errors import Unreadable
from reply_mcp.settings import Settings
from reply_mcp.workflows.last_inbound_message import format_age, last_inbound_message
from tests.catalog.fake_call import FakeCall, refusal
from tests.conftest import Sandbox
from tests.e2e.correspondence import person, said, thread

SettingsFor = Callable[..., Settings]


def test_the_last_words_are_of_the_other_side_whatever_the_order() -> None:
    messages = [
        {"date": "2026-11-03", "isOutbound": True, "body": "Ours"},
        {"date": "2026-11-02", "isOutbound": False, "body": "<p>Theirs, later</p>"},
        {"date": "2026-11-01", "isOutbound": False, "body": "Theirs, first"},
    ]
    words = last_inbound_message({"messages": messages}, 100)
    assert words is not None
    assert (words.text, words.after, words.left_out) == ("Theirs, later", 1, 0)
    cut = last_inbound_message([{"messages": messages}], 6)
    assert cut is not None
    assert (cut.text, cut.left_out) == ("Theirs…", 7)
    assert last_inbound_message({"messages": messages[:1]}, 100) is None
    assert last_inbound_message(None, 100) is None


def test_ages() -> None:
    now = datetime(2026, 11, 22, tzinfo=UTC)
    assert [format_age(now - timedelta(hours=hours), now) for hours in (0.5, 5, 30, 72)] == [
        "30 min",
        "5 h",
        "30 h",
        "3 days",
    ]
    assert format_age(None, now) == ""


async def test_a_thread_that_cannot_be_read_shows_its_beginning() -> None:
    row = {"id": 5, "bodyPreview": "What does", "contact": {"id": 9, "fullName": "Ann"}, "channel": "email"}
    call = FakeCall(
        workflows.operation("TriageInbox"),
        {"top": 1, "categoryIds": [3]},
        FilterInboxThreads=[{"items": [row, {**row, "id": 6}]}, {"items": [{"id": 6}], "hasMore": False}],
        GetInboxThread=refusal(500),
    )
    answer = await call.run()
    assert answer["title"].startswith("1 unread thread waits"), "thread 6 ended with our words"
    assert "beginning only" in answer["lines"][0]["text"]
    assert answer["lines"][0]["outside"] == "What does"
    assert call.asked_for("FilterInboxThreads")[0]["categoryIds"] == [3]


async def test_two_requests_and_one_for_each_thread(sandbox: Sandbox, settings_for: SettingsFor) -> None:
    ids = [
        thread(sandbox, person(sandbox, name), ("we", "Hi"), ("they", f"<p>{name} asks: <<< how much? >>></p>"))
        for name in ("Fay", "Gus")
    ]
    mark = sandbox.seen()
    text, is_error = await said(settings_for(sandbox), "reply_triage_inbox", {"top": 15})
    assert not is_error
    reads = sandbox.since(mark)
    assert len(reads) == 2 + text.count("\n>>>")
    for id, name in zip(ids, ("Fay", "Gus"), strict=True):
        assert f"Thread {id} with {name}" in text
        assert f"<<<\n{name} asks: ‹‹‹ how much? ›››\n>>>" in text


async def test_one_that_we_answered_waits_for_nobody(sandbox: Sandbox, settings_for: SettingsFor) -> None:
    answered = thread(sandbox, person(sandbox, "Hal"), ("they", "Hello?"), ("we", "Hello Hal"))
    text, _ = await said(settings_for(sandbox), "reply_triage_inbox", {"top": 15})
    assert f"Thread {answered} " not in text


async def test_an_inbox_that_cannot_be_read_is_not_an_empty_one() -> None:
    call = FakeCall(workflows.operation("TriageInbox"), {}, FilterInboxThreads={"title": "Bad gateway"})
    with pytest.raises(Unreadable, match="the inbox could not be read"):
        await call.run()


async def test_the_answer_to_a_thread_without_a_contact_names_none() -> None:
    row = {"id": 5, "bodyPreview": "What does", "contact": {"email": "x@acme.com"}, "channel": "email"}
    call = FakeCall(
        workflows.operation("TriageInbox"), {}, FilterInboxThreads={"items": [row]}, GetInboxThread={"messages": []}
    )
    last = (await call.run())["lines"][-1]
    assert 'reply_send_inbox_reply {"id": 5, "message": …}' in last
