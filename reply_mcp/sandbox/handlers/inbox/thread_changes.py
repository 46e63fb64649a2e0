"""What is done to threads: answering, reading, filing, drafting, deleting."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from reply_mcp.sandbox.http.bulk import id_list
from reply_mcp.sandbox.http.handler import HandlerCall, HandlerResponse, Problem, invalid, operation
from reply_mcp.sandbox.records.contact import is_email
from reply_mcp.sandbox.records.outbox import record_linkedin
from reply_mcp.sandbox.records.ownership import change_each, find_in_team
from reply_mcp.sandbox.records.sequence import UNUSABLE_LINKEDIN
from reply_mcp.sandbox.records.thread import body_to_text, message_view, thread_contact, thread_messages, thread_or_404
from reply_mcp.sandbox.simulation.conversations import add_message, keep_draft
from reply_mcp.sandbox.simulation.events import record_event
from reply_mcp.sandbox.simulation.reply_texts import paragraphs
from reply_mcp.sandbox.store import Doc

LONGEST_LINKEDIN = 8000
_TROUBLE = {
    "cookieinvalid": "linkedInInvalidCookie",
    "disabled": "linkedInAccountNotEnabled",
    "dailylimitreached": "linkedInSendingLimitExceeded",
}


@operation("SendInboxThreadMessage")
def send_inbox_thread_message(call: HandlerCall) -> Doc:
    """Answer in the thread; what LinkedIn refuses is a 502, and stays in the thread as needing attention."""
    body = call.json_object()
    wrong = []
    if not isinstance(body.get("message"), str) or not body["message"].strip():
        wrong.append(("/message", "'message' must not be empty."))
    if body.get("channel") == "email":
        if body.get("to") is not None and not is_email(body["to"]):
            wrong.append(("/to", "An email address is required."))
        wrong += [
            (f"/{name}", "Every entry must be an email address.")
            for name in ("cc", "bcc")
            if body.get(name) is not None
            and not (isinstance(body[name], list) and all(is_email(one) for one in body[name]))
        ]
    if wrong:
        raise invalid(*wrong)
    thread = thread_or_404(call)
    # As on the wire, `linkedin` is not `linkedIn`.
    if body.get("channel") != thread["channel"]:
        raise Problem(400, "inboxThread.channelMismatch", f"The thread's channel is {thread['channel']}.")
    contact = call.store.get("contact", thread["_contactId"])
    if contact is None:
        raise Problem(400, "inboxThread.invalidInput", "The contact was deleted.")
    if contact["isOptedOut"]:
        raise Problem(400, "inboxThread.contactOptedOut", "The contact has opted out.")
    if body.get("attachmentIds"):
        raise Problem(400, "inboxThread.attachmentNotFound", "An attachment was not found.")
    if thread["channel"] == "linkedIn":
        return _send_linkedin(call, thread, contact, body["message"])
    more: Doc = {name: body[name] for name in ("cc", "bcc") if body.get(name)}
    if body.get("to"):
        more["to"] = [body["to"]]
    message = add_message(
        call.store, thread, call.clock.now(), body["message"], outbound=True, purpose="inboxReply", **more
    )
    _note_sent(call, thread, contact, ("sent", "delivered"))
    return _sent(call, thread, message)


def _send_linkedin(call: HandlerCall, thread: Doc, contact: Doc, words: str) -> Doc:
    profile = call.store.get("linkedInAccount", thread["linkedInAccountId"] or 0)
    state = str(profile["status"]).lower() if profile else "disabled"
    code = _TROUBLE[state] if state in UNUSABLE_LINKEDIN else None
    if len(words) > LONGEST_LINKEDIN:
        code = "linkedInMessageTooLong"
    status = {
        "state": "needsAttention" if code else "ok",
        "code": code,
        "occurredAt": call.clock.iso() if code else None,
    }
    message = add_message(call.store, thread, call.clock.now(), words, outbound=True, status=status)
    if code:
        call.store.put("thread", {**(call.store.get("thread", thread["id"]) or thread), "_state": "needsAttention"})
        raise Problem(502, "inboxThread.threadSendFailed", f"LinkedIn refused the message: {code}.")
    record_linkedin(call.store, call.clock.now(), thread["linkedInAccountId"], contact, "message", words)
    _note_sent(call, thread, contact, ("sentManualMessage",))
    return _sent(call, thread, message)


def _note_sent(call: HandlerCall, thread: Doc, contact: Doc, kinds: tuple[str, ...]) -> None:
    for kind in kinds:
        record_event(
            call.store,
            kind,
            call.clock.now(),
            contact,
            manual=True,
            channel=thread["channel"],
            _userId=call.key.user_id,
            _sequenceId=thread["_sequenceId"],
            _emailAccountId=thread["emailAccountId"],
            _linkedInAccountId=thread["linkedInAccountId"],
        )


def _sent(call: HandlerCall, thread: Doc, message: Doc) -> Doc:
    kept = call.store.get("thread", thread["id"]) or thread
    call.store.put("thread", {**kept, "isRead": True, "_draft": None, "_state": "ok"})
    return message_view(message)


@operation("DeleteInboxThread")
def delete_inbox_thread(call: HandlerCall) -> HandlerResponse:
    """Delete a thread and its messages."""
    _delete(call, thread_or_404(call))
    return HandlerResponse(204)


@operation("BulkDeleteInboxThreads")
def bulk_delete_inbox_threads(call: HandlerCall) -> Doc:
    """Delete each; the answer holds the failures only."""
    return change_each_thread(call, lambda thread: _delete(call, thread))


@operation("MarkInboxThreadsAsRead")
def mark_inbox_threads_as_read(call: HandlerCall) -> Doc:
    """Mark each as read; the answer holds the failures only."""
    return change_each_thread(call, lambda thread: call.store.put("thread", {**thread, "isRead": True}))


@operation("MarkInboxThreadsAsUnread")
def mark_inbox_threads_as_unread(call: HandlerCall) -> Doc:
    """Mark each as unread; the answer holds the failures only."""
    return change_each_thread(call, lambda thread: call.store.put("thread", {**thread, "isRead": False}))


def change_each_thread(call: HandlerCall, act: Callable[[Doc], Any]) -> Doc:
    """Do something with each of the body's threads; the failures by id."""
    return change_each(call, "thread", id_list(call, "threadIds"), act, "Inbox thread not found.")


def _delete(call: HandlerCall, thread: Doc) -> None:
    for message in call.store.all("message", _threadId=thread["id"]):
        call.store.delete("message", message["id"])
    call.store.delete("thread", thread["id"])


@operation("SetInboxThreadCategory")
def set_inbox_thread_category(call: HandlerCall) -> HandlerResponse:
    """File the thread under a category, or under none."""
    thread, number = thread_or_404(call), call.json_object().get("categoryId")
    if number is not None:
        if not isinstance(number, int) or number < 1:
            raise invalid(("/categoryId", "'categoryId' must be greater than 0."))
        category = find_in_team(call, "category", number)
        if category is None:
            raise Problem(404, "inboxThread.notFound", f"Category {number} was not found.")
    call.store.put("thread", {**thread, "_categoryId": number})
    return HandlerResponse(204)


@operation("SetInboxThreadMeetingIntent")
def set_inbox_thread_meeting_intent(call: HandlerCall) -> HandlerResponse:
    """Set or clear the flag that the contact wants to meet."""
    value = call.json_object().get("hasMeetingIntent")
    if not isinstance(value, bool):
        raise invalid(("/hasMeetingIntent", "The HasMeetingIntent field is required."))
    call.store.put("thread", {**thread_or_404(call), "hasMeetingIntent": value})
    return HandlerResponse(204)


@operation("GenerateInboxAiDraft")
def generate_inbox_ai_draft(call: HandlerCall) -> Doc:
    """A fresh draft that answers the last message; it replaces the one before."""
    thread = thread_or_404(call)
    theirs = [body_to_text(message["body"]) for message in thread_messages(call, thread) if not message["isOutbound"]]
    name = str(thread_contact(call, thread)["fullName"] or "").split(" ")[0]
    asked = theirs[-1] if theirs else ""
    answer = "Thank you for your answer. Would Tuesday at 10 suit you for a short call?"
    if "?" in asked:
        question = asked[: asked.index("?") + 1].rsplit(". ", 1)[-1]
        answer = f"Thank you. To your question, “{question}”: I will send you the details today."
    draft: Doc = keep_draft(call.store, thread, paragraphs(f"Hi {name or 'there'},\n\n{answer}"))["_draft"]
    return draft
