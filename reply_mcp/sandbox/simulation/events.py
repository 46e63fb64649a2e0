"""What happened to people in sequences: the events that reports count."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from reply_mcp.sandbox.clock import iso
from reply_mcp.sandbox.simulation.webhook_delivery import queue_webhook_events
from reply_mcp.sandbox.store import Doc, Store

FIRST_EVENT = 88_100_001
LINKEDIN_SENT = {
    "connect": "sentAutoConnection",
    "message": "sentAutoMessage",
    "voiceMessage": "sentAutoMessage",
    "commentOnRecentPost": "like",
    "inMail": "sentAutoInMail",
    "viewProfile": "autoProfileView",
    "likeRecentPosts": "like",
    "followProfile": "followProfile",
    "endorseSkills": "endorseSkills",
}


def record_event(store: Store, kind: str, at: datetime, contact: Doc, **more: Any) -> Doc:
    """Record that something happened. Kinds are `sent`, `delivered`, `opened`, `clicked`, `replied`, `autoReplied`,
    `bounced`, `optedOut`, `interested`, `meetingBooked`, `called`, and for LinkedIn the names of its report.
    """
    doc: Doc = {
        "type": kind,
        "at": iso(at),
        "channel": "email",
        "manual": False,
        "_teamId": contact["_teamId"],
        "_contactId": contact["id"],
        "_sequenceId": None,
        "_stepId": None,
        "_userId": contact["ownerUserId"],
        "_emailAccountId": None,
        "_linkedInAccountId": None,
        **more,
    }
    if store.get("event", FIRST_EVENT) is None:
        doc["id"] = FIRST_EVENT
    store.put("event", doc)
    queue_webhook_events(store, doc)
    return doc


def record_sequence_event(store: Store, kind: str, at: datetime, membership: Doc, step: Doc | None, **more: Any) -> Doc:
    """Record what happened to a contact in a sequence."""
    contact = store.get("contact", membership["_contactId"])
    sequence = store.get("sequence", membership["_sequenceId"])
    assert contact is not None
    assert sequence is not None
    where: Doc = {
        "_sequenceId": sequence["id"],
        "_stepId": step["id"] if step else None,
        "_userId": sequence["ownerUserId"],
        "_emailAccountId": membership["emailAccountId"],
        "_linkedInAccountId": membership["linkedInAccountId"],
    }
    if step:
        where["channel"] = step["type"]
    return record_event(store, kind, at, contact, **{**where, **more})


def announce_finish(store: Store, membership: Doc, at: datetime) -> None:
    """Let webhooks know that the contact is through with the sequence; no report counts it."""
    sequence = store.get("sequence", membership["_sequenceId"])
    event = {
        "id": membership["id"],
        "type": "finished",
        "at": iso(at),
        "channel": "email",
        "manual": False,
        "_teamId": membership["_teamId"],
        "_contactId": membership["_contactId"],
        "_sequenceId": membership["_sequenceId"],
        "_userId": sequence["ownerUserId"] if sequence else None,
    }
    queue_webhook_events(store, event)
