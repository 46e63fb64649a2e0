"""An inbox thread and its messages, as they are kept and shown."""

from __future__ import annotations

import html
import re

from reply_mcp.sandbox.http.handler import HandlerCall, Problem
from reply_mcp.sandbox.records.ownership import find_in_team
from reply_mcp.sandbox.records.step import full_name
from reply_mcp.sandbox.store import Doc

_TAG = re.compile(r"<style.*?</style>|<[^>]+>", re.DOTALL)


def thread_row(call: HandlerCall, thread: Doc) -> Doc:
    """The thread as a contact's own list shows it."""
    sequence = call.store.get("sequence", thread["_sequenceId"] or 0)
    category = call.store.get("category", thread["_categoryId"] or 0)
    return {
        "id": thread["id"],
        "channel": thread["channel"],
        "isRead": thread["isRead"],
        "subject": thread["subject"],
        "lastActivityDate": thread["lastActivityDate"],
        "sequence": {"id": sequence["id"], "name": sequence["name"]} if sequence else None,
        "category": {"id": category["id"], "name": category["name"]} if category else None,
        "hasMeetingIntent": thread["hasMeetingIntent"],
        "status": {"state": thread["_state"]},
    }


def thread_contact(call: HandlerCall, thread: Doc) -> Doc:
    """Whom the thread is with; of a deleted contact the ids are gone."""
    contact = call.store.get("contact", thread["_contactId"])
    gone = contact is None
    contact = contact or call.store.get("deletedContact", thread["_contactId"]) or {}
    return {
        "id": None if gone else contact["id"],
        "ownerId": None if gone else contact["ownerUserId"],
        "fullName": full_name(contact) or None if contact else None,
        "email": contact.get("email"),
        "linkedInProfileUrl": contact.get("linkedInUrl"),
        "phone": contact.get("phone"),
        "companyName": contact.get("company"),
        "title": contact.get("title"),
        "isDeleted": gone,
    }


def body_to_text(body: str | None) -> str:
    """The words of a body in one line."""
    return " ".join(html.unescape(_TAG.sub(" ", body or "")).split())


def thread_messages(call: HandlerCall, thread: Doc) -> list[Doc]:
    """The thread's messages, oldest first."""
    messages = call.store.all("message", _threadId=thread["id"])
    return sorted(messages, key=lambda one: (one["date"], one["id"]))


def message_view(message: Doc) -> Doc:
    """A message as Reply answers it; it has no id beyond `messageId`."""
    return {name: value for name, value in message.items() if name != "id" and not name.startswith("_")}


def thread_or_404(call: HandlerCall) -> Doc:
    """The thread of the path; a contact's id is as unknown here as any other."""
    thread = find_in_team(call, "thread", call.id)
    if thread is None:
        raise Problem(404, "inboxThread.notFound", f"Inbox thread {call.id} was not found.")
    return thread
