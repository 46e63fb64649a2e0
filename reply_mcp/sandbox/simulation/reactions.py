"""How people react to what reaches them: they open, click, answer, bounce, are away, or opt out."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta

from reply_mcp.sandbox.clock import iso
from reply_mcp.sandbox.records import due_steps
from reply_mcp.sandbox.records.membership import end_memberships
from reply_mcp.sandbox.simulation.conversations import add_message, set_category
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
from reply_mcp.sandbox.simulation.step_run import StepRun, find_run
from reply_mcp.sandbox.store import Doc, Store

_Outcome = Callable[[StepRun, random.Random], None]


def plan_email_reactions(run: StepRun, rng: random.Random) -> None:
    """Plan how the contact reacts to a delivered email."""

    def plan(kind: str, low: float, high: float) -> None:
        _plan(run, kind, rng.uniform(low, high))

    opens = rng.random() < 0.55
    if opens and not run.sequence["settings"]["disableOpensTracking"]:
        plan("opened", 0.1, 20)
        if rng.random() < 0.2:
            plan("clicked", 20, 26)
    draw = rng.random()
    if draw < 0.10:
        plan("replied", 2, 44)
    elif draw < 0.13:
        plan("autoReplied", 0.02, 0.1)
    elif draw < 0.145:
        plan("optedOut", 1, 30)


def plan_linkedin_reactions(run: StepRun, rng: random.Random) -> None:
    """Plan how the contact reacts to a LinkedIn action."""
    hours = rng.uniform(3, 60)
    action, draw = run.step["actionType"], rng.random()
    if action == "connect" and draw < 0.38:
        _plan(run, "accepted", hours)
    elif action in ("message", "inMail") and draw < 0.2:
        _plan(run, "answered", hours)


def _plan(run: StepRun, kind: str, hours: float) -> None:
    due_steps.schedule_reaction(run.store, kind, run.membership["id"], run.step["id"], run.at + timedelta(hours=hours))


def apply_reaction(store: Store, entry: Doc, at: datetime) -> None:
    """Let a planned reaction happen, unless the contact or the sequence is gone."""
    run = find_run(store, store.get("membership", entry["membershipId"]), entry["stepId"], at)
    if run:
        _OUTCOMES[entry["kind"]](run, run.rng(entry["kind"]))


def _opened(run: StepRun, rng: random.Random) -> None:
    run.record("opened")
    run.change_membership(isOpened=True)


def _clicked(run: StepRun, rng: random.Random) -> None:
    run.record("clicked")
    run.change_membership(isClicked=True)


def _replied(run: StepRun, rng: random.Random) -> None:
    if run.membership["isReplied"] or run.contact["isOptedOut"]:
        return
    mood = rng.choices(("interested", "refusing", "meeting"), (45, 40, 15))[0]
    words = rng.choice({"interested": INTERESTED, "refusing": REFUSING, "meeting": MEETING}[mood])
    words += f"\n\nBest,\n{run.contact['firstName'] or ''}"
    thread = run.thread("email")
    earlier = run.store.all("message", _threadId=thread["id"])
    quoting = rng.choice((gmail_reply, outlook_reply))
    add_message(run.store, thread, run.at, quoting(words, earlier[-1] if earlier else None), outbound=False)
    run.record("replied")
    _after_reply(run, mood, thread["id"])


def _answered(run: StepRun, rng: random.Random) -> None:
    if run.membership["isReplied"]:
        return
    number = rng.randrange(len(LINKEDIN))
    thread = run.thread("linkedIn")
    add_message(run.store, thread, run.at, LINKEDIN[number], outbound=False)
    run.record("repliedAutoInMail" if run.step["actionType"] == "inMail" else "repliedAutoMessage")
    _after_reply(run, "refusing" if number == len(LINKEDIN) - 1 else "interested", thread["id"])


def _after_reply(run: StepRun, mood: str, thread_id: int) -> None:
    store, membership = run.store, run.membership
    if mood != "refusing":
        run.record("interested")
    if mood == "meeting":
        run.record("meetingBooked")
        store.put("contact", {**run.contact, "meetingStatus": "meetingBooked"})
        thread = store.get("thread", thread_id)
        assert thread is not None
        store.put("thread", {**thread, "hasMeetingIntent": True})
    handle_reply(store, membership, run.contact, thread_id, run.at)
    set_category(store, thread_id, {"interested": "Interested", "refusing": "Not interested"}.get(mood, "Meeting"))
    ended: Doc = {}
    if run.sequence["settings"]["repliesHandlingType"] == "markAsFinished":
        due_steps.cancel_step(store, membership["id"])
        ended = {"status": "finished", "_finishedAt": iso(run.at), "_dueAt": None}
    run.change_membership(isReplied=True, **ended)


def _auto_replied(run: StepRun, rng: random.Random) -> None:
    store, thread = run.store, run.thread("email")
    subject = f"Automatic reply: {thread['subject']}"
    text = paragraphs(rng.choice(AWAY))
    add_message(store, thread, run.at, text, outbound=False, subject=subject, purpose="automatic")
    set_category(store, thread["id"], "Out of office")
    run.record("autoReplied")
    run.record("outOfOffice")
    due_steps.cancel_step(store, run.membership["id"])
    away: Doc = {"status": "outOfOffice", "_awaySince": iso(run.at)} if run.membership["status"] == "active" else {}
    run.change_membership(isAutoReplied=True, **away)


def _opted_out(run: StepRun, rng: random.Random) -> None:
    run.record("optedOut")
    run.store.put("contact", {**run.contact, "isOptedOut": True})
    end_memberships(run.store, run.contact["id"], iso(run.at))


def _accepted(run: StepRun, rng: random.Random) -> None:
    run.record("acceptedAutoConnection")
    run.change_membership(_isConnected=True)


_OUTCOMES: dict[str, _Outcome] = {
    "opened": _opened,
    "clicked": _clicked,
    "replied": _replied,
    "answered": _answered,
    "autoReplied": _auto_replied,
    "optedOut": _opted_out,
    "accepted": _accepted,
}
