"""Where the inbox does otherwise than documented, and what the tools make of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from reply_mcp.settings import Settings, parse_policy
from tests.conftest import Sandbox
from tests.e2e.correspondence import person, said, thread

ALLOWED = parse_policy("all=allow")
SettingsFor = Callable[..., Settings]


def messages(sandbox: Sandbox, id: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = sandbox.get(f"/v3/inbox/threads/{id}/messages")["items"]
    return found


def sends(sandbox: Sandbox, mark: int) -> list[dict[str, Any]]:
    return [row for row in sandbox.since(mark) if row["method"] == "POST" and row["path"].endswith("/messages")]


@pytest.mark.parametrize("name", ["contactId", "contactIds", "contactEmail", "email", "search", "searchString", "q"])
async def test_filters_that_the_plain_list_ignores_are_refused(
    sandbox: Sandbox, settings_for: SettingsFor, name: str
) -> None:
    thread(sandbox, person(sandbox, "Lena"), ("they", "Is this thing on?"))
    wanted = 999_999_999 if name.startswith("contactId") else "nobody@nowhere.example"
    assert sandbox.get("/v3/inbox/threads", **{name: wanted})["items"], "a made-up contact has threads on the wire"

    mark = sandbox.seen()
    text, is_error = await said(settings_for(sandbox), "reply_run_read", listing({name: wanted}))
    assert is_error
    assert f"{name}: no such argument" in text
    assert sandbox.since(mark) == []


def listed(sandbox: Sandbox) -> set[int]:
    return {row["id"] for row in sandbox.get("/v3/inbox/threads", top=1000)["items"]}


def nobody_answered(sandbox: Sandbox) -> Iterator[tuple[int, dict[str, Any]]]:
    """Threads where only we wrote, and their contacts. On the wire some, not all, are in the list of the inbox."""
    for _ in range(20):
        contact = person(sandbox, "Sina")
        yield thread(sandbox, contact, ("we", "Hello Sina")), contact


def listing(arguments: dict[str, Any]) -> dict[str, Any]:
    return {"tool": "reply_list_inbox_threads", "arguments": arguments}


async def test_threads_of_a_contact_come_from_the_filter_that_works(
    sandbox: Sandbox, settings_for: SettingsFor
) -> None:
    lena, other = person(sandbox, "Lena"), person(sandbox, "Otto")
    hers = thread(sandbox, lena, ("they", "Send me the price list."))
    his = thread(sandbox, other, ("they", "Not for us."))

    text, is_error = await said(settings_for(sandbox), "reply_get_inbox_emails", {"contactIds": [lena["id"]]})
    assert not is_error
    assert str(hers) in text
    assert lena["email"] in text
    assert str(his) not in text

    text, is_error = await said(settings_for(sandbox), "reply_get_inbox_emails", {"contactIds": [999_999_999]})
    assert not is_error
    assert "No such threads" in text


async def test_threads_of_others_that_a_filter_lets_through_are_left_out(
    sandbox: Sandbox, settings_for: SettingsFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    from reply_mcp.sandbox.handlers.inbox import threads as inbox

    lena, other = person(sandbox, "Lena"), person(sandbox, "Otto")
    hers, his = (thread(sandbox, one, ("they", "Yes.")) for one in (lena, other))
    monkeypatch.setattr(inbox, "_matches", lambda call, one, body, begin, end: True)
    raw = sandbox.http.post("/v3/inbox/threads/filter", json={"contactIds": [lena["id"]]}).json()["items"]
    assert {hers, his} <= {row["id"] for row in raw}

    text, _ = await said(settings_for(sandbox), "reply_get_inbox_emails", {"contactIds": [lena["id"]]})
    assert str(hers) in text
    assert str(his) not in text
    assert "of other contacts that Reply sent too" in text


@pytest.mark.parametrize("meant", ["id", "email"])
async def test_a_reply_meant_for_somebody_else_is_not_sent(
    sandbox: Sandbox, settings_for: SettingsFor, meant: str
) -> None:
    dana, lena = person(sandbox, "Dana"), person(sandbox, "Lena")
    hers = thread(sandbox, dana, ("we", "Hello Dana"), ("they", "Tell me more."))
    wrong = sandbox.http.post(f"/v3/inbox/threads/{hers}/messages", json={"channel": "email", "message": "Hi Lena"})
    assert wrong.status_code == 200, "on the wire it goes out, whoever was meant"
    before = messages(sandbox, hers)

    mark = sandbox.seen()
    text, is_error = await said(
        settings_for(sandbox, policy=ALLOWED),
        "reply_send_inbox_reply",
        {"id": hers, "contact": lena[meant], "message": "Hi Lena, as promised …"},
    )
    assert is_error
    assert text.startswith("Nothing was sent")
    assert dana["email"] in text
    assert str(dana["id"]) in text
    assert sends(sandbox, mark) == []
    assert messages(sandbox, hers) == before

    text, is_error = await said(
        settings_for(sandbox, policy=ALLOWED),
        "reply_send_inbox_reply",
        {"id": hers, "contact": dana[meant], "message": "Hi Dana, as promised …"},
    )
    assert not is_error
    assert dana["email"] in text
    assert messages(sandbox, hers)[-1]["body"] == "Hi Dana, as promised …"


async def test_the_question_before_a_reply_names_who_gets_it(sandbox: Sandbox, settings_for: SettingsFor) -> None:
    dana = person(sandbox, "Dana")
    hers = thread(sandbox, dana, ("they", "Tell me more."))
    text, is_error = await said(settings_for(sandbox), "reply_send_inbox_reply", {"id": hers, "message": "Gladly."})
    assert not is_error
    assert "Not done yet" in text
    assert dana["email"] in text
    assert "Gladly." in text
    assert len(messages(sandbox, hers)) == 1


async def test_several_threads_of_one_contact_are_named_rather_than_the_latest_taken(
    sandbox: Sandbox, settings_for: SettingsFor
) -> None:
    dana, at = person(sandbox, "Dana"), sandbox.clock.now()
    first, second = sandbox.store.all("sequence")[:2]
    ids = [
        thread(sandbox, dana, ("they", words), sequence=sequence, ended=at)
        for words, sequence in (("Yes to the first.", first), ("No to the second.", second))
    ]
    rows = sandbox.get(f"/v3/contacts/{dana['id']}/inbox-threads")["items"]
    assert {(row["channel"], row["lastActivityDate"]) for row in rows} == {("email", rows[0]["lastActivityDate"])}

    text, _ = await said(settings_for(sandbox), "reply_get_inbox_emails", {"contactIds": [dana["id"]]})
    assert "has 2 threads" in text
    assert all(str(id) in text for id in ids)
    assert first["name"] in text
    assert second["name"] in text


@pytest.mark.parametrize(
    ("tool", "more"), [("reply_get_thread", {}), ("reply_send_inbox_reply", {"message": "Hello again"})]
)
async def test_a_contact_given_for_a_thread_is_told_from_a_missing_one(
    sandbox: Sandbox, settings_for: SettingsFor, tool: str, more: dict[str, Any]
) -> None:
    dana = person(sandbox, "Dana")
    hers = thread(sandbox, dana, ("they", "Tell me more."))
    raw = sandbox.http.get(f"/v3/inbox/threads/{dana['id']}")
    assert raw.status_code == 404
    assert raw.json()["code"] == "inboxThread.notFound"

    text, is_error = await said(settings_for(sandbox, policy=ALLOWED), tool, {"id": dana["id"], **more})
    assert is_error
    assert f"{dana['id']} is the contact Dana Roth" in text
    assert str(hers) in text

    text, is_error = await said(settings_for(sandbox, policy=ALLOWED), tool, {"id": 77, **more})
    assert is_error
    assert "not those of contacts" in text
    assert "reply_get_inbox_emails" in text


async def test_the_channel_comes_from_the_thread(sandbox: Sandbox, settings_for: SettingsFor) -> None:
    omar = person(sandbox, "Omar")
    his = thread(sandbox, omar, ("they", "Saw your message."), channel="linkedIn")
    raw = sandbox.http.post(f"/v3/inbox/threads/{his}/messages", json={"channel": "linkedin", "message": "Thanks"})
    assert raw.status_code == 400
    assert raw.json()["code"] == "inboxThread.channelMismatch"

    settings = settings_for(sandbox, policy=ALLOWED)
    for number, channel in enumerate([{"channel": "linkedin"}, {}], 1):
        text, is_error = await said(settings, "reply_send_inbox_reply", {"id": his, "message": "Thanks", **channel})
        assert not is_error, text
        assert "LinkedIn" in text
        assert len(messages(sandbox, his)) == 1 + number

    text, is_error = await said(
        settings, "reply_send_inbox_reply", {"id": his, "message": "Thanks", "channel": "email"}
    )
    assert is_error
    assert "is on linkedIn, not email" in text
    assert len(messages(sandbox, his)) == 3


async def test_an_opted_out_contact_is_a_settled_result(sandbox: Sandbox, settings_for: SettingsFor) -> None:
    rosa = person(sandbox, "Rosa")
    hers = thread(sandbox, rosa, ("they", "Stop writing to me."))
    sandbox.http.patch(f"/v3/contacts/{rosa['id']}", json={"isOptedOut": True})
    raw = sandbox.http.post(f"/v3/inbox/threads/{hers}/messages", json={"channel": "email", "message": "But …"})
    assert raw.status_code == 400
    assert raw.json()["code"] == "inboxThread.contactOptedOut"

    mark = sandbox.seen()
    text, is_error = await said(
        settings_for(sandbox, policy=ALLOWED), "reply_send_inbox_reply", {"id": hers, "message": "But …"}
    )
    assert not is_error
    assert "opted out" in text
    assert text.startswith("Nothing was sent")
    assert sends(sandbox, mark) == []
    assert len(messages(sandbox, hers)) == 1


async def test_threads_where_only_we_wrote_are_not_taken_for_replies(
    sandbox: Sandbox, settings_for: SettingsFor
) -> None:
    answered, ours_last = person(sandbox, "Anna"), person(sandbox, "Olga")
    unanswered = next(id for id, _ in nobody_answered(sandbox) if id in listed(sandbox))
    to_answer = thread(sandbox, answered, ("we", "Hello"), ("they", "Go on."))
    waiting = thread(sandbox, ours_last, ("we", "Hello"), ("they", "Go on."), ("we", "Here it is."))
    assert not any(not one["isOutbound"] for one in messages(sandbox, unanswered))

    text, is_error = await said(settings_for(sandbox), "reply_run_read", listing({"top": 25}))
    assert not is_error
    rows = {line.split()[0]: line for line in text.splitlines() if line[:1].isdigit()}
    assert "their turn" in rows[str(unanswered)]
    assert "needs answer" in rows[str(to_answer)]
    assert "their turn" in rows[str(waiting)]


async def test_a_cut_preview_is_read_in_full_before_an_answer(sandbox: Sandbox, settings_for: SettingsFor) -> None:
    long = " ".join(f"Point {number} matters to us." for number in range(20)) + " Call me at noon."
    dana = person(sandbox, "Dana")
    hers = thread(sandbox, dana, ("we", "<p>Hi Dana</p>"), ("they", f"<div><b>{long}</b></div>"))
    row = sandbox.http.post("/v3/inbox/threads/filter", json={"contactIds": [dana["id"]]}).json()["items"][0]
    assert "Call me at noon." not in row["bodyPreview"]

    listed, _ = await said(settings_for(sandbox), "reply_get_inbox_emails", {"contactIds": [dana["id"]]})
    assert "Call me at noon." not in listed
    text, is_error = await said(settings_for(sandbox), "reply_get_thread", {"id": hers})
    assert not is_error
    assert long in " ".join(text.split())
    assert text.index("Hi Dana") < text.index("Point 0")
    assert "<b>" not in text


async def test_a_thread_that_moved_at_the_very_start_of_a_period_is_in_it(
    sandbox: Sandbox, settings_for: SettingsFor
) -> None:
    at = datetime(2025, 3, 3, 8, 30, tzinfo=UTC)
    dana = person(sandbox, "Dana")
    hers = thread(sandbox, dana, ("they", "On the dot."), ended=at)
    period = {"contactIds": [dana["id"]], "from": "2025-03-03T08:30:00Z"}
    assert sandbox.http.post("/v3/inbox/threads/filter", json=period).json()["items"] == []

    text, _ = await said(settings_for(sandbox), "reply_get_inbox_emails", period)
    assert str(hers) in text


async def test_mail_that_waits_for_them_is_found_where_it_is(sandbox: Sandbox, settings_for: SettingsFor) -> None:
    id, sina = next(made for made in nobody_answered(sandbox) if made[0] not in listed(sandbox))
    raw = sandbox.http.post("/v3/inbox/threads/filter", json={"contactIds": [sina["id"]]}).json()["items"]
    assert raw == [], "without a source it is the inbox"
    assert sandbox.http.post("/v3/inbox/threads/filter", json={"source": "all"}).status_code == 400

    settings = settings_for(sandbox)
    text, _ = await said(settings, "reply_get_inbox_emails", {"contactIds": [sina["id"]]})
    assert "source=sent" in text
    text, _ = await said(settings, "reply_get_inbox_emails", {"contactIds": [sina["id"]], "source": "sent"})
    assert str(id) in text
    assert "their turn" in text
    text, is_error = await said(settings, "reply_get_inbox_emails", {"source": "all"})
    assert is_error
    assert "inbox, sent, unread, aiDraft" in text


async def test_a_long_thread_is_read_in_small_pages_from_its_end(sandbox: Sandbox, settings_for: SettingsFor) -> None:
    dana = person(sandbox, "Dana")
    words = [("we" if number % 2 else "they", f"<p>Message number {number}.</p>") for number in range(60)]
    hers = thread(sandbox, dana, *words)
    assert len(sandbox.get(f"/v3/inbox/threads/{hers}/messages", top=1000)["items"]) == 60

    mark = sandbox.seen()
    text, is_error = await said(settings_for(sandbox), "reply_get_thread", {"id": hers})
    assert not is_error
    assert all(f"Message number {number}." in text for number in range(50, 60))
    assert "Message number 49." not in text
    assert "50 earlier messages left out" in text
    asked = [row for row in sandbox.since(mark) if row["path"].endswith("/messages")]
    assert asked
    assert all(int(row["query"]["top"]) <= 100 for row in asked)


async def test_copies_of_a_linkedin_message_are_refused(sandbox: Sandbox, settings_for: SettingsFor) -> None:
    omar = person(sandbox, "Omar")
    his = thread(sandbox, omar, ("they", "Saw your message."), channel="linkedIn")
    body = {"channel": "linkedIn", "message": "Thanks", "cc": ["boss@correspondence.example"]}
    raw = sandbox.http.post(f"/v3/inbox/threads/{his}/messages", json=body)
    assert raw.status_code == 200
    assert "cc" not in raw.json(), "on the wire nobody gets the copy and nothing says so"

    mark = sandbox.seen()
    text, is_error = await said(
        settings_for(sandbox, policy=ALLOWED),
        "reply_send_inbox_reply",
        {"id": his, "message": "Thanks", "cc": ["boss@correspondence.example"]},
    )
    assert is_error
    assert "LinkedIn, which has no cc" in text
    assert sends(sandbox, mark) == []


async def test_a_message_that_linkedin_refused_is_no_outage(sandbox: Sandbox, settings_for: SettingsFor) -> None:
    broken = next(row for row in sandbox.store.all("linkedInAccount") if row["status"] == "cookieInvalid")
    omar = person(sandbox, "Omar")
    his = thread(sandbox, omar, ("they", "Saw your message."), channel="linkedIn")
    sandbox.store.put("thread", {**(sandbox.store.get("thread", his) or {}), "linkedInAccountId": broken["id"]})
    raw = sandbox.http.post(f"/v3/inbox/threads/{his}/messages", json={"channel": "linkedIn", "message": "Thanks"})
    assert raw.status_code == 502
    assert raw.json()["code"] == "inboxThread.threadSendFailed"

    mark = sandbox.seen()
    text, is_error = await said(
        settings_for(sandbox, policy=ALLOWED), "reply_send_inbox_reply", {"id": his, "message": "Thanks"}
    )
    assert is_error
    assert "linkedInInvalidCookie" in text
    assert "not delivered" in text
    assert "may have been" not in text
    assert len(sends(sandbox, mark)) == 1


async def test_an_outage_while_sending_leaves_it_open_whether_it_was_sent(
    sandbox: Sandbox, settings_for: SettingsFor
) -> None:
    dana = person(sandbox, "Dana")
    hers = thread(sandbox, dana, ("they", "Tell me more."))
    sandbox.fault(kind="status", status=502, match=f"POST /v3/inbox/threads/{hers}/messages", when="after")
    mark = sandbox.seen()
    text, is_error = await said(
        settings_for(sandbox, policy=ALLOWED), "reply_send_inbox_reply", {"id": hers, "message": "Gladly."}
    )
    assert is_error
    assert "may have been" in text
    assert f'reply_get_thread {{"id": {hers}}}' in text
    assert len(sends(sandbox, mark)) == 1
    assert messages(sandbox, hers)[-1]["body"] == "Gladly.", "this time it was"
