"""How people react to what reaches them: they open, click, answer, bounce, are away, or opt out."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta

from reply_mcp.sandbox.clock import iso
from reply_mcp.sandbox.records import due_steps
from reply_mcp.sandbox.records.membership import end_memberships
from reply_mcp.sandbox.records.seeded_random import person_key, seeded_rng
from reply_mcp.sandbox.simulation.conversations import add_message, find_or_create_thread, set_category
from reply_mcp.sandbox.simulation.events import record_sequence_event
from reply_mcp.sandbox.simulation.reply_handling import handle_reply
from reply_mcp.sandbox.simulation.reply_texts import (
    AWAY,
    INTERESTED,
    LINKEDIN,
    MEETING,
    REFUSING,
    gmail_reply,
    outlook_reply,
    paragraphs,
)
from reply_mcp.sandbox.store import Doc, Store

_Outcome = Callable[[Store, Doc, Doc, Doc, datetime, random.Random], None]


def plan_email_reactions(
    store: Store, sequence: Doc, membership: Doc, step: Doc, at: datetime, rng: random.Random
) -> None:
    """Plan how the contact reacts to a delivered email."""

    def later(low: float, high: float) -> datetime:
        return at + timedelta(hours=rng.uniform(low, high))

    number, step_id = membership["id"], step["id"]
    opens = rng.random() < 0.55
    if opens and not sequence["settings"]["disableOpensTracking"]:
        due_steps.schedule_reaction(store, "opened", number, step_id, later(0.1, 20))
        if rng.random() < 0.2:
            due_steps.schedule_reaction(store, "clicked", number, step_id, later(20, 26))
    draw = rng.random()
    if draw < 0.10:
        due_steps.schedule_reaction(store, "replied", number, step_id, later(2, 44))
    elif draw < 0.13:
        due_steps.schedule_reaction(store, "autoReplied", number, step_id, later(0.02, 0.1))
    elif draw < 0.145:
        due_steps.schedule_reaction(store, "optedOut", number, step_id, later(1, 30))


def plan_linkedin_reactions(store: Store, membership: Doc, step: Doc, at: datetime, rng: random.Random) -> None:
    """Plan how the contact reacts to a LinkedIn action."""
    soon = at + timedelta(hours=rng.uniform(3, 60))
    action, draw = step["actionType"], rng.random()
    if action == "connect" and draw < 0.38:
        due_steps.schedule_reaction(store, "accepted", membership["id"], step["id"], soon)
    elif action in ("message", "inMail") and draw < 0.2:
        due_steps.schedule_reaction(store, "answered", membership["id"], step["id"], soon)


def apply_reaction(store: Store, entry: Doc, at: datetime) -> None:
    """Let a planned reaction happen, unless the contact or the sequence is gone."""
    membership = store.get("membership", entry["membershipId"])
    step = store.get("step", entry["stepId"])
    contact = store.get("contact", membership["_contactId"]) if membership else None
    sequence = store.get("sequence", membership["_sequenceId"]) if membership else None
    if membership and step and contact and sequence:
        rng = seeded_rng(store, person_key(contact), step["id"], entry["kind"])
        _OUTCOMES[entry["kind"]](store, dict(membership), step, contact, at, rng)


def _opened(store: Store, membership: Doc, step: Doc, contact: Doc, at: datetime, rng: random.Random) -> None:
    record_sequence_event(store, "opened", at, membership, step)
    store.put("membership", {**membership, "isOpened": True})


def _clicked(store: Store, membership: Doc, step: Doc, contact: Doc, at: datetime, rng: random.Random) -> None:
    record_sequence_event(store, "clicked", at, membership, step)
    store.put("membership", {**membership, "isClicked": True})


def _replied(store: Store, membership: Doc, step: Doc, contact: Doc, at: datetime, rng: random.Random) -> None:
    if membership["isReplied"] or contact["isOptedOut"]:
        return
    mood = rng.choices(("interested", "refusing", "meeting"), (45, 40, 15))[0]
    words = rng.choice({"interested": INTERESTED, "refusing": REFUSING, "meeting": MEETING}[mood])
    words += f"\n\nBest,\n{contact['firstName'] or ''}"
    sequence = store.get("sequence", membership["_sequenceId"])
    thread = find_or_create_thread(store, contact, sequence, "email", membership["emailAccountId"])
    earlier = store.all("message", _threadId=thread["id"])
    quoting = rng.choice((gmail_reply, outlook_reply))
    add_message(store, thread, at, quoting(words, earlier[-1] if earlier else None), outbound=False)
    record_sequence_event(store, "replied", at, membership, step)
    _after_reply(store, membership, step, contact, at, mood, thread["id"])


def _answered(store: Store, membership: Doc, step: Doc, contact: Doc, at: datetime, rng: random.Random) -> None:
    if membership["isReplied"]:
        return
    number = rng.randrange(len(LINKEDIN))
    sequence = store.get("sequence", membership["_sequenceId"])
    thread = find_or_create_thread(store, contact, sequence, "linkedIn", membership["linkedInAccountId"])
    add_message(store, thread, at, LINKEDIN[number], outbound=False)
    kind = "repliedAutoInMail" if step["actionType"] == "inMail" else "repliedAutoMessage"
    record_sequence_event(store, kind, at, membership, step)
    mood = "refusing" if number == len(LINKEDIN) - 1 else "interested"
    _after_reply(store, membership, step, contact, at, mood, thread["id"])


def _after_reply(
    store: Store, membership: Doc, step: Doc, contact: Doc, at: datetime, mood: str, thread_id: int
) -> None:
    if mood != "refusing":
        record_sequence_event(store, "interested", at, membership, step)
    if mood == "meeting":
        record_sequence_event(store, "meetingBooked", at, membership, step)
        store.put("contact", {**contact, "meetingStatus": "meetingBooked"})
        thread = store.get("thread", thread_id)
        assert thread is not None
        store.put("thread", {**thread, "hasMeetingIntent": True})
    handle_reply(store, membership, contact, thread_id, at)
    set_category(store, thread_id, {"interested": "Interested", "refusing": "Not interested"}.get(mood, "Meeting"))
    membership["isReplied"] = True
    sequence = store.get("sequence", membership["_sequenceId"]) or {}
    if sequence["settings"]["repliesHandlingType"] == "markAsFinished":
        due_steps.cancel_step(store, membership["id"])
        membership |= {"status": "finished", "_finishedAt": iso(at), "_dueAt": None}
    store.put("membership", membership)


def _auto_replied(store: Store, membership: Doc, step: Doc, contact: Doc, at: datetime, rng: random.Random) -> None:
    sequence = store.get("sequence", membership["_sequenceId"])
    thread = find_or_create_thread(store, contact, sequence, "email", membership["emailAccountId"])
    subject = f"Automatic reply: {thread['subject']}"
    add_message(store, thread, at, paragraphs(rng.choice(AWAY)), outbound=False, subject=subject, purpose="automatic")
    set_category(store, thread["id"], "Out of office")
    record_sequence_event(store, "autoReplied", at, membership, step)
    record_sequence_event(store, "outOfOffice", at, membership, step)
    due_steps.cancel_step(store, membership["id"])
    changed = {**membership, "isAutoReplied": True}
    if membership["status"] == "active":
        changed |= {"status": "outOfOffice", "_awaySince": iso(at)}
    store.put("membership", changed)


def _opted_out(store: Store, membership: Doc, step: Doc, contact: Doc, at: datetime, rng: random.Random) -> None:
    record_sequence_event(store, "optedOut", at, membership, step)
    store.put("contact", {**contact, "isOptedOut": True})
    end_memberships(store, contact["id"], iso(at))


def _accepted(store: Store, membership: Doc, step: Doc, contact: Doc, at: datetime, rng: random.Random) -> None:
    record_sequence_event(store, "acceptedAutoConnection", at, membership, step)
    store.put("membership", {**membership, "_isConnected": True})


_OUTCOMES: dict[str, _Outcome] = {
    "opened": _opened,
    "clicked": _clicked,
    "replied": _replied,
    "answered": _answered,
    "autoReplied": _auto_replied,
    "optedOut": _opted_out,
    "accepted": _accepted,
}
