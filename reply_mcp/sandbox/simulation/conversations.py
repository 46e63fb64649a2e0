"""Threads and their messages, as sending and receiving makes them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from reply_mcp.sandbox.clock import iso
from reply_mcp.sandbox.records.outbox import NOTIFIER, addresses, copy_settings, record_email
from reply_mcp.sandbox.records.settings import user_settings
from reply_mcp.sandbox.records.step import full_name
from reply_mcp.sandbox.store import Doc, Store

FIRST_THREAD = 412_600_101


def find_or_create_thread(
    store: Store, contact: Doc, sequence: Doc | None, channel: str, account_id: int | None
) -> Doc:
    """The contact's thread of this sequence and channel, or a new one."""
    sequence_id = sequence["id"] if sequence else None
    for thread in store.all("thread", _contactId=contact["id"]):
        if thread["channel"] == channel and thread["_sequenceId"] == sequence_id:
            return thread
    return new_thread(store, contact, sequence, channel, account_id)


def new_thread(store: Store, contact: Doc, sequence: Doc | None, channel: str, account_id: int | None) -> Doc:
    """An empty thread; it takes its place in the inbox with its first message."""
    doc: Doc = {
        "channel": channel,
        "isRead": True,
        "subject": None,
        "lastActivityDate": None,
        "hasMeetingIntent": False,
        "emailAccountId": account_id if channel == "email" else None,
        "linkedInAccountId": account_id if channel == "linkedIn" else None,
        "_teamId": contact["_teamId"],
        "_contactId": contact["id"],
        "_ownerId": sequence["ownerUserId"] if sequence else contact["ownerUserId"],
        "_sequenceId": sequence["id"] if sequence else None,
        "_categoryId": None,
        "_state": "ok",
        "_draft": None,
        "_replied": False,
        "_lastOutbound": True,
    }
    if not store.all("thread"):
        doc["id"] = FIRST_THREAD
    return store.put("thread", doc)


def sender_identity(store: Store, thread: Doc) -> tuple[str | None, str | None]:
    """The name and address that our side of the thread writes as."""
    account = store.get("emailAccount", thread["emailAccountId"]) if thread["emailAccountId"] else None
    if account:
        return account["connection"]["senderName"], account["connection"]["email"]
    profile = store.get("linkedInAccount", thread["linkedInAccountId"]) if thread["linkedInAccountId"] else None
    user = store.get("user", thread["_ownerId"]) or {}
    return (profile["name"] if profile else user.get("userName")), user.get("email")


def add_message(
    store: Store,
    thread: Doc,
    at: datetime,
    body: str,
    *,
    outbound: bool,
    subject: str | None = None,
    step_id: int | None = None,
    purpose: str = "sequence",
    **more: Any,
) -> Doc:
    """Put a message into the thread and the thread on top; an inbound one makes it unread.

    `more` overrides fields of the message (`cc`, `fromName`, `aiSentType`, …). An email that is sent goes to the outbox
    with its `purpose`, and one that comes in goes there as often as the owner's settings forward it.
    """
    message = {**_message_doc(store, thread, at, body, outbound, subject), "_stepId": step_id, **more}
    number = store.put("message", message)["id"]
    domain = str(message.get("fromAddress") or "mail.example").rsplit("@", 1)[-1]
    message["messageId"] = f"<{number:08x}.{thread['id']:x}@{domain}>" if thread["channel"] == "email" else None
    store.put("message", message)
    changed = {**thread, "lastActivityDate": message["date"], "_lastOutbound": outbound}
    changed["subject"] = thread["subject"] or message.get("subject")
    if not outbound:
        changed |= {"isRead": False, "_replied": True}
    store.put("thread", changed)
    if thread["channel"] == "email" and (not outbound or message["status"]["state"] == "ok"):
        (_send_out if outbound else _forward)(store, thread, message, at, purpose)
    return message


def _message_doc(store: Store, thread: Doc, at: datetime, body: str, outbound: bool, subject: str | None) -> Doc:
    """A message of the thread: who writes what to whom."""
    contact = store.get("contact", thread["_contactId"]) or store.get("deletedContact", thread["_contactId"]) or {}
    own_name, own_address = sender_identity(store, thread)
    their_name, their_address = full_name(contact) if contact else None, contact.get("email")
    message: Doc = {
        "channel": thread["channel"],
        "date": iso(at),
        "body": body,
        "fromName": own_name if outbound else their_name,
        "isOutbound": outbound,
        "status": {"state": "ok", "code": None, "occurredAt": None} if outbound else None,
        "aiSentType": None,
        "_threadId": thread["id"],
    }
    if thread["channel"] == "email":
        message |= {
            "subject": subject or _reply_subject(thread["subject"]),
            "fromAddress": own_address if outbound else their_address,
            "to": [their_address if outbound else own_address],
            "cc": None,
            "bcc": None,
        }
    return message


def keep_draft(store: Store, thread: Doc, text: str) -> Doc:
    """Let an answer that the AI wrote wait in the thread, in place of the one before; nothing leaves. Gives the
    thread."""
    draft: Doc = {"message": text, "cc": [], "bcc": [], "attachments": []}
    return store.put("thread", {**thread, "_draft": draft})


def _send_out(store: Store, thread: Doc, message: Doc, at: datetime, purpose: str) -> None:
    copies = addresses(copy_settings(store, thread["_ownerId"])["bccList"])
    record_email(
        store,
        at,
        purpose,
        sender=message["fromAddress"],
        to=message["to"],
        cc=message["cc"],
        bcc=[*(message["bcc"] or ()), *copies],
        subject=message["subject"],
        text=message["body"],
        headers=_delivery_options(store, thread),
        contact_id=thread["_contactId"],
        sequence_id=thread["_sequenceId"],
        step_id=message["_stepId"],
    )


def _delivery_options(store: Store, thread: Doc) -> Doc:
    """What the mailbox, the sequence or else the user's settings add to a mail, beside its words."""
    account = store.get("emailAccount", thread["emailAccountId"] or 0) or {}
    sequence = store.get("sequence", thread["_sequenceId"] or 0)
    user = store.get("user", thread["_ownerId"])
    own = user_settings(store, user)["emails"] if user else {}
    settings = sequence["settings"] if sequence else {}
    return {
        "unsubscribeHeader": bool(settings.get("isListUnsubscribeHeaderEnabled")),
        "plainText": bool((settings or own).get("isSendingPlainTextEnabled")),
        "tracksOpens": not (settings.get("disableOpensTracking") if settings else own.get("isOpenTrackingDisabled")),
        "tracksLinks": bool(settings.get("enableLinksTracking") if settings else own.get("isLinksTrackingEnabled")),
        "optOut": account.get("optOut"),
        "signature": (account.get("signature") or {}).get("signature"),
    }


def _forward(store: Store, thread: Doc, message: Doc, at: datetime, purpose: str) -> None:
    inbox = copy_settings(store, thread["_ownerId"])
    to = addresses(inbox["repliesBccList"])
    if to and not (inbox["forwardOnlyReplies"] and purpose == "automatic"):
        record_email(
            store,
            at,
            "forward",
            sender=NOTIFIER,
            to=to,
            subject=f"Fwd: {message['subject']}",
            text=message["body"],
            contact_id=thread["_contactId"],
            sequence_id=thread["_sequenceId"],
        )


def _reply_subject(subject: str | None) -> str | None:
    return subject if subject is None or subject.lower().startswith("re:") else f"Re: {subject}"


def set_category(store: Store, thread_id: int, name: str) -> None:
    """File the thread under the team's category of this name, if there is one."""
    thread = store.get("thread", thread_id)
    for category in store.all("category", name=name):
        if thread and category["_teamId"] == thread["_teamId"]:
            store.put("thread", {**thread, "_categoryId": category["id"]})
