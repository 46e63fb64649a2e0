"""Unread threads that wait for an answer, with the last words of the other side."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from reply_mcp import workflows
from reply_mcp.errors import Unreadable
from reply_mcp.settings import Settings
from reply_mcp.workflows.pieces.last_inbound_message import format_age, last_inbound_message
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
    cut = last_inbound_message({"messages": messages}, 6)
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


async def test_only_what_is_new_since_a_day() -> None:
    call = FakeCall(
        workflows.operation("TriageInbox"), {"since": "2026-11-20"}, FilterInboxThreads={"items": [], "hasMore": False}
    )
    answer = await call.run()
    assert call.asked_for("FilterInboxThreads")[0]["from"] == "2026-11-20T00:00:00+00:00"
    assert answer["title"].startswith("No unread thread with something new since 2026-11-20 00:00 UTC waits")


async def test_where_more_is_unread_than_was_looked_at_nobody_is_said_not_to_wait() -> None:
    theirs = {"id": 5, "isRead": False, "isLastMessagePlanned": True, "contact": {"id": 9, "fullName": "Ann"}}
    call = FakeCall(workflows.operation("TriageInbox"), {}, FilterInboxThreads={"items": [theirs], "hasMore": True})
    title = (await call.run())["title"]
    assert "more are unread" in title
    assert "No unread thread" not in title


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


def row(id: int, preview: str, category: str = "", **contact: object) -> dict[str, object]:
    return {
        "id": id,
        "bodyPreview": preview,
        "channel": "email",
        "category": {"id": 1, "name": category} if category else None,
        "contact": {"id": 9000 + id, "fullName": f"Ann {id}", "isDeleted": False, **contact},
    }


async def test_who_wants_to_be_left_alone_is_not_shown_as_interested() -> None:
    rows = [
        row(1, "Take me off this list, please.", "Interested"),
        row(2, "Sounds good. On Mon, 2 Mar 2026 Maria wrote: Hi Ann, to unsubscribe click here", "Interested"),
    ]
    call = FakeCall(
        workflows.operation("TriageInbox"),
        {"top": 2},
        FilterInboxThreads=[{"items": rows}, {"items": [], "hasMore": False}],
        GetInboxThread=refusal(500),
    )
    answer = await call.run()
    first, second, *rest = answer["lines"]
    assert "Thread 2 with Ann 2, Interested" in first["text"]
    assert "Thread 1 with Ann 1, ASKS TO BE LEFT ALONE" in second["text"]
    assert 'To answer: reply_send_inbox_reply {"id": 2' in rest[0]
    assert rest[1].startswith("Ann 1 asks to be left alone")
    assert 'reply_set_contacts_opted_out {"contactIds": [9001], "isOptedOut": true}' in rest[1]


async def test_a_deadline_is_never_among_those_not_read() -> None:
    rows = [row(1, "Tell me more", "Meeting"), *(row(id, "Can you answer before Friday?") for id in (2, 3, 4))]
    call = FakeCall(
        workflows.operation("TriageInbox"),
        {"top": 1},
        FilterInboxThreads=[{"items": [*rows, row(5, "Hello")]}, {"items": [], "hasMore": False}],
        GetInboxThread=refusal(500),
    )
    lines = (await call.run())["lines"]
    assert [line["text"][:8] for line in lines if isinstance(line, dict)] == ["Thread 2", "Thread 3", "Thread 4"]
    assert [line["outside"] for line in lines[1:3]] == ["Can you answer before Friday?"] * 2
    assert "2 more not read here, a higher top reads more: 1, 5." in lines


async def test_an_automatic_answer_has_no_deadline_however_it_is_worded() -> None:
    rows = [row(1, "For anything urgent please contact the team inbox.", "Out of office"), row(2, "Which plan has it?")]
    call = FakeCall(
        workflows.operation("TriageInbox"),
        {"top": 1},
        FilterInboxThreads=[{"items": rows}, {"items": [], "hasMore": False}],
        GetInboxThread=refusal(500),
    )
    lines = (await call.run())["lines"]
    assert [line["text"][:8] for line in lines if isinstance(line, dict)] == ["Thread 2"]
    assert "1 more not read here, a higher top reads more: 1." in lines


async def test_a_deleted_contact_is_said_and_offered_no_answer(sandbox: Sandbox, settings_for: SettingsFor) -> None:
    contact = person(sandbox, "Ida")
    id = thread(sandbox, contact, ("we", "Hi"), ("they", "What does it cost?"))
    assert sandbox.http.delete(f"/v3/contacts/{contact['id']}").status_code < 300
    text, _ = await said(settings_for(sandbox), "reply_get_thread", {"id": id})
    assert "Their contact is deleted in Reply: no answer can be sent in this thread." in text
    assert "To answer" not in text
    text, _ = await said(settings_for(sandbox), "reply_get_inbox_emails", {"top": 1})
    assert "contact deleted" in text
    call = FakeCall(
        workflows.operation("TriageInbox"),
        {"top": 1},
        FilterInboxThreads=[{"items": [row(7, "Before Friday!", "Interested") | {"contact": {"isDeleted": True}}]}],
        GetInboxThread=refusal(500),
    )
    answer = await call.run()
    assert "contact deleted: no answer can be sent" in answer["lines"][0]["text"]
    assert not any("To answer" in str(line) for line in answer["lines"])
