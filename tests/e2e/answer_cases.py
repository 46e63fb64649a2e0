"""Calls whose answers the tests read: what each is made with, in a sandbox that it may change."""

from __future__ import annotations

import io
import wave
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from reply_mcp.sandbox.clock import iso
from reply_mcp.sandbox.store import Doc
from reply_mcp.settings import Settings, parse_policy
from tests.conftest import KEY, Sandbox
from tests.e2e.correspondence import person, thread

Arguments = dict[str, Any]


Case = Callable[[Sandbox], Arguments]


REPORTED = {"filters": {"dateRangePreset": "lastMonth"}}


def settings_of(sandbox: Sandbox, policy: str = "all=allow") -> Settings:
    return Settings(api_key=KEY, base_url=sandbox.url, rate_limits="none", policy=parse_policy(policy))


def first(sandbox: Sandbox, kind: str, **equal: Any) -> int:
    return int(sandbox.store.all(kind, **equal)[0]["id"])


def sequence_with(sandbox: Sandbox, status: str) -> int:
    """A sequence with people who wait and mailboxes, brought into that state; another one for each state."""
    held = {one["_sequenceId"] for one in sandbox.store.all("membership", status="active")}
    fit = [
        one
        for one in sandbox.store.all("sequence", isArchived=False)
        if one["id"] in held and sandbox.get(f"/v3/sequences/{one['id']}/email-accounts")
    ]
    found = fit[status == "paused"]
    sandbox.store.put("sequence", {**found, "status": status})
    return int(found["id"])


def opted_out(sandbox: Sandbox) -> int:
    id = int(person(sandbox)["id"])
    assert sandbox.http.patch(f"/v3/contacts/{id}", json={"isOptedOut": True}).status_code == 200
    return id


def mail(sandbox: Sandbox) -> int:
    return thread(sandbox, person(sandbox, "Dana"), ("we", "<p>Hi Dana</p>"), ("they", "<p>What does it cost?</p>"))


def task(sandbox: Sandbox, kind: str = "call") -> int:
    start = sandbox.clock.now() - timedelta(days=2)
    body = {
        "taskType": kind,
        "startAt": iso(start),
        "dueTo": iso(start + timedelta(days=1)),
        "contactId": person(sandbox, "Tara", phone="+4930123456")["id"],
        "template": {"body": "<p>Ask about <b>renewal</b></p>", "subject": "Renewal"},
    }
    answer = sandbox.http.post("/v3/tasks", json=body)
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


def category(sandbox: Sandbox) -> int:
    name = f"Pilot {len(sandbox.store.all('category'))}"
    return int(sandbox.http.post("/v3/inbox/threads/categories", json={"name": name, "color": "green"}).json()["id"])


def shut(sandbox: Sandbox) -> int:
    """A category of Reply's own."""
    return int(next(one["id"] for one in sandbox.store.all("category") if one["isReserved"]))


def member(sandbox: Sandbox) -> Doc:
    """A contact's place in a sequence, of one to whom something has happened."""
    happened = {event["_contactId"] for event in sandbox.store.all("event")}
    return next(
        one
        for one in sandbox.store.all("membership")
        if one["_contactId"] in happened and sandbox.store.get("contact", one["_contactId"])
    )


def on_linkedin(sandbox: Sandbox, connected: bool = True) -> Arguments:
    """Somebody with a profile, who wrote on LinkedIn where `connected`, and an account of ours that may write."""
    enabled = next(one for one in sandbox.store.all("linkedInAccount") if one["status"] == "enabled")
    someone = sandbox.store.get("contact", person(sandbox)["id"])
    assert someone is not None
    if connected:
        thread(sandbox, someone, ("they", "Hello there."), channel="linkedIn")
    sandbox.store.put("contact", {**someone, "linkedInUrl": "https://www.linkedin.com/in/someone-of-ours"})
    return {"id": someone["id"], "linkedInAccountId": enabled["id"]}


def recording(sandbox: Sandbox) -> int:
    """A second of silence, uploaded for a voice message."""
    sound = io.BytesIO()
    with wave.open(sound, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(8000)
        file.writeframes(b"\x80" * 8000)
    answer = sandbox.http.post("/v3/attachments/voice", files={"file": ("hello.wav", sound.getvalue(), "audio/wav")})
    return int(answer.json()["id"])


READS: dict[str, Case] = {
    "reply_search_contacts": lambda sandbox: {"top": 5},
    "reply_get_contact": lambda sandbox: {"id": first(sandbox, "contact")},
    "reply_filter_contacts": lambda sandbox: {"searchTerm": "a", "top": 5},
    "reply_get_contact_activity": lambda sandbox: {"id": member(sandbox)["_contactId"]},
    "reply_search_lists": lambda sandbox: {"top": 2},
    "reply_search_sequences": lambda sandbox: {"top": 5},
    "reply_get_sequence": lambda sandbox: {"id": sequence_with(sandbox, "active")},
    "reply_get_sequence_stats": lambda sandbox: {
        "id": sequence_with(sandbox, "active"),
        "filters": {"dateRangePreset": "allTime"},
    },
    "reply_compare_sequence_performance": lambda sandbox: {"filters": {"dateRangePreset": "lastMonth"}},
    "reply_get_sequence_steps": lambda sandbox: {"id": sequence_with(sandbox, "active")},
    "reply_overview": lambda sandbox: {},
    "reply_contact_brief": lambda sandbox: {"contact": member(sandbox)["_contactId"]},
    "reply_diagnose": lambda sandbox: {"id": sequence_with(sandbox, "active")},
    "reply_triage_inbox": lambda sandbox: {"top": 2},
    "reply_report": lambda sandbox: {"what": "calls", "compare": True},
    "reply_list_inbox_threads": lambda sandbox: {"top": 5},
    "reply_get_inbox_emails": lambda sandbox: {"top": 5},
    "reply_get_inbox_thread": lambda sandbox: {"id": mail(sandbox)},
    "reply_get_thread": lambda sandbox: {"id": mail(sandbox)},
    "reply_list_thread_messages": lambda sandbox: {"id": mail(sandbox)},
    "reply_list_inbox_categories": lambda sandbox: {},
    "reply_get_inbox_category": lambda sandbox: {"id": first(sandbox, "category")},
    "reply_list_tasks": lambda sandbox: {"top": 5},
    "reply_list_my_tasks": lambda sandbox: {"top": 5},
    "reply_get_task": lambda sandbox: {"id": task(sandbox), "includeContent": True},
    "reply_get_email_report": lambda sandbox: REPORTED,
    "reply_get_call_report": lambda sandbox: REPORTED,
    "reply_get_task_report": lambda sandbox: REPORTED,
    "reply_get_linkedin_report": lambda sandbox: REPORTED,
    "reply_get_team_report": lambda sandbox: REPORTED,
    "reply_get_channel_report": lambda sandbox: REPORTED,
    "reply_list_sent_emails": lambda sandbox: {"top": 5, **REPORTED},
    "reply_list_calls": lambda sandbox: {"top": 2, **REPORTED},
    "reply_list_reported_tasks": lambda sandbox: {"top": 5, **REPORTED},
    "reply_list_linkedin_actions": lambda sandbox: {"top": 5, **REPORTED},
    "reply_list_meetings": lambda sandbox: {"top": 5, **REPORTED},
}


WRITES: dict[str, Case] = {
    "reply_create_contact": lambda sandbox: {"email": "new.one@correspondence.example", "firstName": "Nell"},
    "reply_update_contact": lambda sandbox: {"id": person(sandbox)["id"], "title": "Head of Sales"},
    "reply_import_contacts": lambda sandbox: {
        "items": [{"email": "import.one@correspondence.example", "firstName": "Ivo"}]
    },
    "reply_add_contacts_to_list": lambda sandbox: {
        "id": first(sandbox, "contactList"),
        "contactIds": [person(sandbox)["id"], 999_999_999],
    },
    "reply_create_sequence": lambda sandbox: {"name": "Answers worth reading"},
    "reply_start_sequence": lambda sandbox: {"id": sequence_with(sandbox, "paused")},
    "reply_pause_sequence": lambda sandbox: {"id": sequence_with(sandbox, "active")},
    "reply_add_contact_to_sequence": lambda sandbox: {
        "id": sequence_with(sandbox, "active"),
        "contactIds": [person(sandbox)["id"], opted_out(sandbox), 999_999_999],
    },
    "reply_change_status_in_sequence": lambda sandbox: {
        "id": member(sandbox)["_sequenceId"],
        "contactIds": [member(sandbox)["_contactId"]],
        "statusInSequence": "paused",
    },
    "reply_delete_inbox_thread": lambda sandbox: {"id": mail(sandbox)},
    "reply_delete_inbox_threads": lambda sandbox: {"threadIds": [mail(sandbox), 77]},
    "reply_mark_threads_read": lambda sandbox: {"threadIds": [mail(sandbox), mail(sandbox), 77]},
    "reply_mark_threads_unread": lambda sandbox: {"threadIds": [mail(sandbox)]},
    "reply_send_inbox_reply": lambda sandbox: {"id": mail(sandbox), "message": "<p>Forty a month.</p>"},
    "reply_change_inbox_category": lambda sandbox: {"id": mail(sandbox), "categoryId": "Interested"},
    "reply_set_meeting_intent": lambda sandbox: {"id": mail(sandbox), "hasMeetingIntent": True},
    "reply_generate_inbox_draft": lambda sandbox: {"id": mail(sandbox)},
    "reply_create_inbox_category": lambda sandbox: {"name": "Answers"},
    "reply_update_inbox_category": lambda sandbox: {"id": category(sandbox), "name": "Answered"},
    "reply_delete_inbox_category": lambda sandbox: {"id": category(sandbox)},
    "reply_assign_threads_to_category": lambda sandbox: {"id": category(sandbox), "threadIds": [mail(sandbox), 77]},
    "reply_remove_threads_from_category": lambda sandbox: {"id": category(sandbox), "threadIds": [mail(sandbox)]},
    "reply_send_direct_email": lambda sandbox: {
        "id": person(sandbox)["id"],
        "subject": "Seats",
        "body": "<p>Hello</p>",
    },
    "reply_send_linkedin_connect": lambda sandbox: {**on_linkedin(sandbox, connected=False), "message": "Hello"},
    "reply_send_linkedin_inmail": lambda sandbox: {
        **on_linkedin(sandbox, connected=False),
        "subject": "Seats",
        "body": "Hello",
    },
    "reply_send_linkedin_message": lambda sandbox: {**on_linkedin(sandbox), "message": "Hello"},
    "reply_send_linkedin_voice": lambda sandbox: {**on_linkedin(sandbox), "voiceAttachmentId": recording(sandbox)},
    "reply_send_linkedin_ai_voice": lambda sandbox: {**on_linkedin(sandbox), "script": "Hello"},
    "reply_create_task": lambda sandbox: {
        "taskType": "toDo",
        "startAt": "2027-01-04T08:00:00Z",
        "dueTo": "2027-01-05",
        "template": {"body": "Prepare the board meeting"},
    },
    "reply_update_task": lambda sandbox: {"id": task(sandbox), "dueTo": "2027-01-05"},
    "reply_delete_task": lambda sandbox: {"id": task(sandbox)},
    "reply_assign_task": lambda sandbox: {"id": task(sandbox), "userId": "Jonas Berg"},
    "reply_complete_task": lambda sandbox: {"id": task(sandbox), "callResolution": 0},
    "reply_execute_task": lambda sandbox: {"id": task(sandbox, "manualEmail")},
    "reply_delete_tasks": lambda sandbox: {"ids": [task(sandbox), 77]},
    "reply_assign_tasks": lambda sandbox: {"ids": [task(sandbox), 77], "userId": "Jonas Berg"},
    "reply_complete_tasks": lambda sandbox: {"ids": [task(sandbox), 77]},
}


NOTHING: dict[str, Arguments] = {
    "reply_search_contacts": {"email": "nobody@nowhere.example"},
    "reply_get_inbox_emails": {"search": "no such words anywhere"},
    "reply_list_my_tasks": {"sequenceIds": [77]},
    "reply_search_sequences": {"name": "no such sequence"},
    "reply_list_sent_emails": {"filters": {"from": "2019-01-01", "to": "2019-01-02"}},
    "reply_list_calls": {"filters": {"from": "2019-01-01", "to": "2019-01-02"}},
    "reply_list_reported_tasks": {"filters": {"from": "2019-01-01", "to": "2019-01-02"}},
    "reply_list_linkedin_actions": {"filters": {"from": "2019-01-01", "to": "2019-01-02"}},
    "reply_list_meetings": {"filters": {"from": "2019-01-01", "to": "2019-01-02"}},
}


REFUSED: list[tuple[str, Case, list[str]]] = [
    ("reply_get_thread", lambda sandbox: {"id": 77}, ["no thread 77", "reply_get_inbox_emails"]),
    ("reply_get_task", lambda sandbox: {"id": 77}, ["no task 77", "reply_list_tasks"]),
    ("reply_delete_inbox_category", lambda sandbox: {"id": shut(sandbox)}, ["Reply's own", "nothing was changed"]),
    ("reply_create_inbox_category", lambda sandbox: {"name": "interested"}, ['"Interested" is category', "already"]),
    ("reply_change_inbox_category", lambda sandbox: {"id": mail(sandbox), "categoryId": "Intrested"}, ["Interested ("]),
    (
        "reply_change_inbox_category",
        lambda sandbox: {"id": mail(sandbox), "categoryId": 999},
        ["category 999 does not"],
    ),
    (
        "reply_send_inbox_reply",
        lambda sandbox: {"id": mail(sandbox), "message": "x", "attachmentIds": [5]},
        ["attachment"],
    ),
    ("reply_execute_task", lambda sandbox: {"id": task(sandbox)}, ["a call task", "reply_complete_task"]),
    ("reply_get_sequence_stats", lambda sandbox: {"id": "CTO outrech"}, ["CTO outreach DACH (1208408)"]),
    ("reply_get_email_report", lambda sandbox: {"filters": {"from": "2026-11-02", "to": "2026-11-01"}}, ["later than"]),
]
