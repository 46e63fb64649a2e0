"""Sequences as time passes: steps that fall due are done, and people react to them.

Nothing runs in the background: whatever fell due since the last request is done, at its own instant, before the next
is answered. Who reacts how follows from the seed, so two sandboxes of one seed tell the same story.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from reply_mcp.sandbox.clock import Clock, instant, iso
from reply_mcp.sandbox.records import agenda
from reply_mcp.sandbox.records.approval import held_back
from reply_mcp.sandbox.records.blocking import blocking_rule
from reply_mcp.sandbox.records.membership import assign_accounts
from reply_mcp.sandbox.records.sequence import usable_mailboxes, usable_profiles
from reply_mcp.sandbox.records.step import rendered, variables
from reply_mcp.sandbox.records.task import task_for_step
from reply_mcp.sandbox.simulation import reactions
from reply_mcp.sandbox.simulation.conversations import add_message, mailbox_identity, thread_for
from reply_mcp.sandbox.simulation.events import LINKEDIN_SENT, announce_finish, note_in
from reply_mcp.sandbox.simulation.sending_hours import next_opening, observed
from reply_mcp.sandbox.simulation.step_conditions import holds
from reply_mcp.sandbox.store import Doc, Store

LATER = timedelta(hours=6)


def progress(store: Store, clock: Clock) -> None:
    """Do everything that fell due until now."""
    now = clock.now()
    if agenda.next_at(store) > iso(now):
        return
    with store.together():
        run_until(store, now)


def run_until(store: Store, moment: datetime) -> None:
    """Do everything that falls due until `moment`, and what follows from it."""
    until = iso(moment)
    while True:
        entries = [(one["at"], kind, one) for kind in ("due", "reaction") for one in store.all(kind)]
        entries = sorted((one for one in entries if one[0] <= until), key=lambda one: (one[0], one[1], one[2]["id"]))
        if not entries:
            break
        for at, kind, entry in entries:
            planned = store.get(kind, entry["id"])
            # An earlier entry of this round may have cancelled or moved it.
            if planned is None or planned["at"] != at:
                continue
            store.delete(kind, entry["id"])
            if kind == "due":
                _step_is_due(store, entry["id"], instant(at))
            else:
                reactions.happen(store, entry, instant(at), chance(store, entry["membershipId"], entry["id"]))
    agenda.rest(store)


def chance(store: Store, *what: object) -> random.Random:
    """Repeatable luck for one thing."""
    seed = (store.get("engine", 1) or {}).get("seed", 0)
    return random.Random(f"{seed} {' '.join(map(str, what))}")


def wait_for(store: Store, membership: Doc, step: Doc, at: datetime) -> None:
    """Let the contact wait for `step` until `at`, or until its sequence is started."""
    membership = {**membership, "_stepId": step["id"], "_dueAt": iso(at)}
    store.put("membership", membership)
    sequence = store.get("sequence", membership["_sequenceId"])
    if sequence and sequence["status"] == "active" and not sequence["isArchived"] and membership["status"] == "active":
        agenda.plan(store, membership["id"], at)


def resume(store: Store, sequence: Doc, now: datetime) -> None:
    """Plan the steps of everyone who waits in a sequence that was started."""
    for membership in store.all("membership", _sequenceId=sequence["id"]):
        if membership["status"] == "active" and membership["_stepId"] is not None:
            waits = instant(membership["_dueAt"]) if membership["_dueAt"] else now
            agenda.plan(store, membership["id"], max(waits, now))


def finish(store: Store, membership: Doc, at: datetime, status: str = "finished") -> Doc:
    """End the contact's part in the sequence."""
    agenda.cancel(store, membership["id"])
    announce_finish(store, membership, at)
    return store.put("membership", {**membership, "status": status, "_finishedAt": iso(at), "_dueAt": None})


def move_on(store: Store, membership: Doc, step: Doc, at: datetime, positive: bool | None = None) -> None:
    """The step is done: wait for the next one (of the branch that a condition chose), or finish."""
    membership = {**membership, "_lastStepId": step["id"], "_lastStepAt": iso(at)}
    following = [
        one
        for one in store.all("step", _sequenceId=step["_sequenceId"], parentId=step["id"])
        if positive is None or bool(one.get("ifConditionPositive")) == positive
    ]
    if not following:
        finish(store, {**membership, "_stepId": None}, at)
        return
    wait_for(store, membership, following[0], at + delay(following[0]))


def delay(step: Doc) -> timedelta:
    """How long after the step before it comes; a condition also waits for what it asks about."""
    return timedelta(minutes=(step.get("delayInMinutes") or 0) + (step.get("waitInMinutes") or 0))


def _step_is_due(store: Store, membership_id: int, at: datetime) -> None:
    membership = store.get("membership", membership_id)
    if membership is None or membership["status"] != "active":
        return
    sequence, step = store.get("sequence", membership["_sequenceId"]), store.get("step", membership["_stepId"] or 0)
    contact = store.get("contact", membership["_contactId"])
    if sequence is None or contact is None or sequence["status"] != "active":
        return
    if step is None:
        finish(store, membership, at)
        return
    if contact["isOptedOut"]:
        finish(store, membership, at, "optedOut")
        return
    if step["type"] == "condition":
        move_on(store, membership, step, at, holds(step, contact, membership))
        return
    schedule = store.get("schedule", sequence["scheduleId"] or 0)
    opening = next_opening(schedule, at, observed(store, schedule))
    if opening is None:
        agenda.plan(store, membership_id, at + LATER)
    elif opening > at:
        # Not everyone gets it in the first minute of the day.
        spread = timedelta(minutes=chance(store, membership_id, step["id"], "spread").randrange(50))
        agenda.plan(store, membership_id, opening + spread)
    else:
        _do(store, sequence, membership, step, contact, at)


def _do(store: Store, sequence: Doc, membership: Doc, step: Doc, contact: Doc, at: datetime) -> None:
    kind, manual = step["type"], step.get("executionMode") == "manual"
    assign_accounts(store, sequence, membership)
    if not manual and held_back(store, sequence, membership, step, contact, at):
        return
    if kind in ("call", "task", "whatsApp") or (manual and kind in ("email", "linkedIn", "sms")):
        store.put("membership", {**membership, "isContacted": membership["isContacted"] or kind != "task"})
        task_for_step(store, sequence, step, contact, at)
    elif kind == "email":
        _send_email(store, sequence, membership, step, contact, at)
    elif kind == "linkedIn":
        _act_on_linkedin(store, sequence, membership, step, contact, at)
    else:
        if kind == "sms":
            note_in(store, "sent", at, membership, step)
        move_on(store, membership, step, at)


def release(store: Store, membership: Doc, at: datetime) -> None:
    """Send what waited for approval, whatever the hour."""
    sequence, step = store.get("sequence", membership["_sequenceId"]), store.get("step", membership["_stepId"] or 0)
    contact = store.get("contact", membership["_contactId"])
    if sequence and step and contact:
        _do(store, sequence, {**membership, "_approvedStepId": step["id"]}, step, contact, at)


def _send_email(store: Store, sequence: Doc, membership: Doc, step: Doc, contact: Doc, at: datetime) -> None:
    if not contact["email"]:
        move_on(store, membership, step, at)
        return
    if blocking_rule(store, contact["_teamId"], contact["email"]):
        finish(store, membership, at)
        return
    usable = [account["id"] for account in usable_mailboxes(store, sequence)]
    if not usable:
        agenda.plan(store, membership["id"], at + LATER)
        return
    if membership["emailAccountId"] not in usable:
        membership["emailAccountId"] = usable[membership["_contactId"] % len(usable)]
    luck = chance(store, membership["id"], step["id"])
    membership = {**membership, "isContacted": True}
    note_in(store, "sent", at, membership, step)
    _say(store, sequence, membership, step, contact, "email", at, luck)
    if luck.random() < 0.03:
        note_in(store, "bounced", at, membership, step, bounceType="hard")
        finish(store, {**membership, "isBounced": True, "_lastStepId": step["id"], "_lastStepAt": iso(at)}, at)
        return
    note_in(store, "delivered", at, membership, step)
    reactions.to_email(store, sequence, membership, step, at, luck)
    move_on(store, {**membership, "isDelivered": True}, step, at)


def _act_on_linkedin(store: Store, sequence: Doc, membership: Doc, step: Doc, contact: Doc, at: datetime) -> None:
    if not contact["linkedInUrl"]:
        move_on(store, membership, step, at)
        return
    if not usable_profiles(store, sequence):
        agenda.plan(store, membership["id"], at + LATER)
        return
    luck = chance(store, membership["id"], step["id"])
    action = step["actionType"]
    membership = {**membership, "isContacted": True}
    note_in(store, LINKEDIN_SENT[action], at, membership, step)
    if action == "connect" and step["variants"][0]["message"]:
        note_in(store, "sentAutoConnectionNote", at, membership, step)
    if action in ("message", "inMail", "connect") and step["variants"][0]["message"]:
        _say(store, sequence, membership, step, contact, "linkedIn", at, luck)
    reactions.to_linkedin(store, membership, step, at, luck)
    move_on(store, membership, step, at)


def _say(
    store: Store,
    sequence: Doc,
    membership: Doc,
    step: Doc,
    contact: Doc,
    channel: str,
    at: datetime,
    luck: random.Random,
) -> None:
    account = membership["emailAccountId"] if channel == "email" else membership["linkedInAccountId"]
    thread = thread_for(store, contact, sequence, channel, account)
    on = [variant for variant in step["variants"] if variant["isEnabled"]] or step["variants"]
    variant = {**luck.choice(on), **membership["_edits"].get(str(step["id"]), {})}
    values = variables(store, contact, mailbox_identity(store, thread)[0] or "")
    add_message(
        store,
        thread,
        at,
        rendered(variant["message"], values),
        outbound=True,
        subject=rendered(variant["subject"], values) or None,
        step_id=step["id"],
        aiSentType=variant.get("aiSentType") or ("autoSent" if sequence.get("_isAiSdr") else None),
    )
