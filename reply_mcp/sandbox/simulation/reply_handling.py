"""What the AI SDR does when somebody answers: the handler that fits drafts an answer, sends it, or calls a person."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from reply_mcp.sandbox.records.ai_texts import answer_text
from reply_mcp.sandbox.records.outbox import NOTIFIER, record_email, record_linkedin
from reply_mcp.sandbox.records.step import full_name, render_variables, variable_values
from reply_mcp.sandbox.records.thread import body_to_text
from reply_mcp.sandbox.simulation.conversations import add_message, keep_draft, sender_identity
from reply_mcp.sandbox.simulation.scheduled_work import schedule_work, scheduled_work
from reply_mcp.sandbox.store import Doc, Store

ANSWERS_AFTER = timedelta(minutes=20)
_WORD = re.compile(r"[a-z]{4,}")


def handle_reply(store: Store, membership: Doc, contact: Doc, thread_id: int, at: datetime) -> None:
    """Let the handler of the sequence's knowledge base that fits the reply do its work; none fits in most sequences."""
    settings = store.get("aiSdr", membership["_sequenceId"])
    messages = store.all("message", _threadId=thread_id)
    if settings is None or settings["knowledgeBaseId"] is None or not messages:
        return
    handler = _fitting(store, settings["knowledgeBaseId"], body_to_text(messages[-1]["body"]))
    thread = store.get("thread", thread_id)
    if handler is None or thread is None:
        return
    if handler["deliveryMode"] == "stopAndNotify":
        _notify(store, handler, membership, contact, at)
        return
    values = variable_values(store, contact, sender_identity(store, thread)[0] or "")
    text = render_variables(answer_text(handler), values)
    if handler["deliveryMode"] == "draft":
        keep_draft(store, thread, text)
    else:
        given = {"threadId": thread_id, "handlerId": handler["id"], "text": text}
        schedule_work(store, at + ANSWERS_AFTER, "handler answer", **given)


def _fitting(store: Store, base_id: int, reply: str) -> Doc | None:
    """The first handler whose kind of question shares a word with the reply, by its first five letters."""
    words = {word[:5] for word in _WORD.findall(reply.lower())}
    for handler in store.all("replyHandler", _baseId=base_id):
        if words & {word[:5] for word in _WORD.findall(handler["typeOfQuestion"].lower())}:
            return handler
    return None


def _notify(store: Store, handler: Doc, membership: Doc, contact: Doc, at: datetime) -> None:
    sequence = store.get("sequence", membership["_sequenceId"]) or {}
    owner = store.get("user", sequence.get("ownerUserId", 0)) or {}
    to = [address for address in (owner.get("email"), handler["additionalNotificationEmail"]) if address]
    record_email(
        store,
        at,
        "notification",
        sender=NOTIFIER,
        to=to,
        subject=f"{full_name(contact)} answered: {handler['typeOfQuestion']}",
        text=f"<p>{full_name(contact)} answered in {sequence.get('name')}. The AI has stopped; please take over.</p>",
        contact_id=contact["id"],
        sequence_id=sequence.get("id"),
    )


@scheduled_work("handler answer")
def _answer(store: Store, at: datetime, given: Doc) -> None:
    """Send the answer, unless the handler was deleted or sends no more by itself, or the contact opted out."""
    thread, handler = store.get("thread", given["threadId"]), store.get("replyHandler", given["handlerId"])
    contact = store.get("contact", thread["_contactId"]) if thread else None
    if thread is None or handler is None or contact is None or contact["isOptedOut"]:
        return
    if handler["deliveryMode"] != "auto":
        return
    add_message(store, thread, at, given["text"], outbound=True, purpose="replyHandler", aiSentType="autoSent")
    if thread["channel"] == "linkedIn":
        sequence = thread["_sequenceId"]
        record_linkedin(store, at, thread["linkedInAccountId"], contact, "message", given["text"], sequence_id=sequence)
