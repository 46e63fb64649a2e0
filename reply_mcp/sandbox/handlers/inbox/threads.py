"""The inbox: threads, their messages, and finding them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from reply_mcp.sandbox.clock import instant
from reply_mcp.sandbox.http.body_types import read_moment
from reply_mcp.sandbox.http.handler import HandlerCall, Problem, invalid, operation, paginate
from reply_mcp.sandbox.records.contact import contact_or_404
from reply_mcp.sandbox.records.ownership import is_teammate
from reply_mcp.sandbox.records.thread import (
    body_to_text,
    message_view,
    thread_contact,
    thread_messages,
    thread_or_404,
    thread_row,
)
from reply_mcp.sandbox.store import Doc

SOURCES = ("inbox", "sent", "unread", "aiDraft")
PREVIEW = 120
BAD_PAGE = "inboxThread.invalidPagination"


@operation("ListInboxThreads")
def list_inbox_threads(call: HandlerCall) -> Doc:
    """A page of the inbox, last active first; every other parameter is ignored."""
    return _page(call, _inbox(call))


@operation("FilterInboxThreads")
def filter_inbox_threads(call: HandlerCall) -> Doc:
    """A page of the threads that match all that is asked; `from` is exclusive, `source` is `inbox` unless named."""
    body = call.json_object()
    wrong = [
        (f"/{name}", "An array is required.")
        for name in ("sequenceIds", "emailAccountIds", "linkedInAccountIds", "contactIds", "channels", "categoryIds")
        if body.get(name) is not None and not isinstance(body[name], list)
    ]
    if not wrong and any(one not in ("email", "linkedIn") for one in body.get("channels") or []):
        wrong.append(("/channels", "One of email, linkedIn is required."))
    if body.get("source") is not None and body["source"] not in SOURCES:
        wrong.append(("/source", f"One of {', '.join(SOURCES)} is required."))
    begin, end = read_moment(body, "from", wrong), read_moment(body, "to", wrong)
    if wrong:
        raise invalid(*wrong)
    owner = body.get("ownerUserId")
    if owner is not None and not is_teammate(call, owner):
        raise Problem(400, "inboxThread.invalidInput", "The owner is not in the team.")
    return _page(call, [one for one in _of_source(call, body.get("source")) if _matches(call, one, body, begin, end)])


def _matches(call: HandlerCall, thread: Doc, body: Doc, begin: datetime | None, end: datetime | None) -> bool:
    among = {
        "sequenceIds": "_sequenceId",
        "emailAccountIds": "emailAccountId",
        "linkedInAccountIds": "linkedInAccountId",
        "contactIds": "_contactId",
        "channels": "channel",
        "categoryIds": "_categoryId",
    }
    if any(body.get(name) and thread[field] not in body[name] for name, field in among.items()):
        return False
    if body.get("ownerUserId") is not None and thread["_ownerId"] != body["ownerUserId"]:
        return False
    if body.get("onlyWithMeetingIntent") and not thread["hasMeetingIntent"]:
        return False
    at = instant(thread["lastActivityDate"])
    if (begin and at <= begin) or (end and at > end):
        return False
    term = str(body.get("search") or "").strip().lower()
    return not term or term in _searched(call, thread)


def _searched(call: HandlerCall, thread: Doc) -> str:
    contact = thread_contact(call, thread)
    parts = [thread["subject"], contact["fullName"], contact["email"], contact["companyName"]]
    parts += [body_to_text(message["body"]) for message in thread_messages(call, thread)]
    return "\n".join(str(part or "") for part in parts).lower()


def _all(call: HandlerCall) -> list[Doc]:
    threads = [one for one in call.store.all("thread", _teamId=call.key.team_id) if one["lastActivityDate"]]
    return sorted(threads, key=lambda one: (one["lastActivityDate"], one["id"]), reverse=True)


def _inbox(call: HandlerCall) -> list[Doc]:
    """Threads that someone answered; on the wire some that nobody answered are among them."""
    return [one for one in _all(call) if one["_replied"] or (not call.documented and one["id"] % 20 == 0)]


def _of_source(call: HandlerCall, source: Any) -> list[Doc]:
    if source == "sent":
        return [one for one in _all(call) if one["_lastOutbound"]]
    if source == "unread":
        return [one for one in _inbox(call) if not one["isRead"]]
    if source == "aiDraft":
        return [one for one in _all(call) if one["_draft"]]
    return _inbox(call)


def _page(call: HandlerCall, threads: list[Doc]) -> Doc:
    found = paginate(call, threads, code=BAD_PAGE)
    return {**found, "items": [_row(call, one) for one in found["items"]]}


def _row(call: HandlerCall, thread: Doc) -> Doc:
    messages = thread_messages(call, thread)
    preview = body_to_text(messages[-1]["body"]) if messages else None
    shown = thread_row(call, thread)
    shown["bodyPreview"] = preview[:PREVIEW] if preview else None
    shown["isLastMessagePlanned"] = False
    shown["contact"] = thread_contact(call, thread)
    return shown


@operation("GetInboxThread")
def get_inbox_thread(call: HandlerCall) -> Doc:
    """One thread with all its messages."""
    thread = thread_or_404(call)
    shown = thread_row(call, thread)
    return {
        **{name: shown[name] for name in ("id", "channel", "isRead")},
        "contact": thread_contact(call, thread),
        "emailAccountId": thread["emailAccountId"],
        "linkedInAccountId": thread["linkedInAccountId"],
        "sequence": shown["sequence"],
        "messages": [message_view(message) for message in thread_messages(call, thread)],
        "aiDraft": thread["_draft"],
        "category": shown["category"],
        "hasMeetingIntent": thread["hasMeetingIntent"],
    }


@operation("ListInboxThreadMessages")
def list_inbox_thread_messages(call: HandlerCall) -> Doc:
    """A page of the thread's messages, oldest first."""
    thread = thread_or_404(call)
    found = paginate(call, thread_messages(call, thread), code=BAD_PAGE)
    return {**found, "items": [message_view(message) for message in found["items"]]}


@operation("GetContactInboxThreads")
def get_contact_inbox_threads(call: HandlerCall) -> Doc:
    """A page of the contact's threads, also those that nobody answered."""
    try:
        contact = contact_or_404(call)
    except Problem:
        raise Problem(404, "inboxThread.notFound", f"Contact {call.id} was not found.") from None
    threads = [thread_row(call, one) for one in _all(call) if one["_contactId"] == contact["id"]]
    return paginate(call, threads, code=BAD_PAGE)
