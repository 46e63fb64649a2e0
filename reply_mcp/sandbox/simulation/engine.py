"""Sequences as time passes: steps that fall due are done, and people react to them.

Nothing runs in the background: whatever fell due since the last request is done, at its own instant, before the next
is answered. Who reacts how follows from the seed, so two sandboxes of one seed tell the same story.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from reply_mcp.sandbox.clock import instant, iso
from reply_mcp.sandbox.records import due_steps
from reply_mcp.sandbox.records.approval import hold_for_approval
from reply_mcp.sandbox.records.blocking import blocking_rule
from reply_mcp.sandbox.records.daily_counts import add_to_daily_count, daily_count
from reply_mcp.sandbox.records.membership import assign_accounts
from reply_mcp.sandbox.records.outbox import record_linkedin, record_sms
from reply_mcp.sandbox.records.sequence import usable_mailboxes, usable_profiles
from reply_mcp.sandbox.records.settings import user_settings
from reply_mcp.sandbox.records.step import render_variables, variable_values
from reply_mcp.sandbox.records.task import task_for_step
from reply_mcp.sandbox.simulation import reactions, scheduled_work
from reply_mcp.sandbox.simulation.conversations import add_message, sender_identity
from reply_mcp.sandbox.simulation.events import LINKEDIN_SENT, announce_finish
from reply_mcp.sandbox.simulation.sending_hours import next_opening, observed_holidays
from reply_mcp.sandbox.simulation.step_conditions import conditions_hold
from reply_mcp.sandbox.simulation.step_run import StepRun, find_run
from reply_mcp.sandbox.simulation.webhook_delivery import prepare_deliveries
from reply_mcp.sandbox.store import Doc, Store

RETRY_HOURS = 6
"""Whoever waits for a mailbox or a profile is tried again at these hours of the day, and when an account changes."""
HOLDING = ("userSettings", "schedule", "holidayCalendar", "holiday", "sequence", "emailAccount", "linkedInAccount")
"""The kinds of records that can hold a due step back: hours, holidays, limits, and the accounts that it goes
out from."""


def run_until(store: Store, moment: datetime) -> None:
    """Do everything that falls due until `moment`, and what follows from it, in the order of time.

    The result depends on the instants alone, not on how often this is called.
    """
    until = iso(moment)
    if _next_entry(store, until) is None:
        return
    with store.transaction():
        while (found := _next_entry(store, until)) is not None:
            kind, entry = found
            store.delete(kind, entry["id"])
            at = instant(entry["at"])
            if kind == "dueStep":
                _run_due_step(store, entry["id"], at)
            elif kind == "reaction":
                reactions.apply_reaction(store, entry, at)
            else:
                scheduled_work.run(store, entry, at)
            prepare_deliveries(store)


def _next_entry(store: Store, until: str) -> tuple[str, Doc] | None:
    """The first of what is due until then, with its kind."""
    heads = [(kind, store.earliest(kind, "at")) for kind in ("dueStep", "reaction", "scheduledWork")]
    due = [(kind, entry) for kind, entry in heads if entry is not None and entry["at"] <= until]
    return min(due, key=lambda one: (one[1]["at"], one[0]), default=None)


def wait_for_step(store: Store, membership: Doc, step: Doc, at: datetime) -> None:
    """Let the contact wait for `step` until `at`, or until its sequence is started."""
    membership = {**membership, "_stepId": step["id"], "_dueAt": iso(at)}
    store.put("membership", membership)
    sequence = store.get("sequence", membership["_sequenceId"])
    if sequence and sequence["status"] == "active" and not sequence["isArchived"] and membership["status"] == "active":
        due_steps.schedule_step(store, membership["id"], at)


def resume_sequence(store: Store, sequence: Doc, now: datetime) -> None:
    """Plan the steps of everyone who waits in a sequence that was started."""
    for membership in store.all("membership", _sequenceId=sequence["id"]):
        if membership["status"] == "active" and membership["_stepId"] is not None:
            waits = instant(membership["_dueAt"]) if membership["_dueAt"] else now
            due_steps.schedule_step(store, membership["id"], max(waits, now))


def finish_membership(store: Store, membership: Doc, at: datetime, status: str = "finished") -> Doc:
    """End the contact's part in the sequence."""
    due_steps.cancel_step(store, membership["id"])
    announce_finish(store, membership, at)
    return store.put("membership", {**membership, "status": status, "_finishedAt": iso(at), "_dueAt": None})


def advance_membership(store: Store, membership: Doc, step: Doc, at: datetime, positive: bool | None = None) -> None:
    """The step is done: wait for the next one (of the branch that a condition chose), or finish."""
    membership = {**membership, "_lastStepId": step["id"], "_lastStepAt": iso(at)}
    following = [
        one
        for one in store.all("step", _sequenceId=step["_sequenceId"], parentId=step["id"])
        if positive is None or bool(one.get("ifConditionPositive")) == positive
    ]
    if not following:
        finish_membership(store, {**membership, "_stepId": None}, at)
        return
    wait_for_step(store, membership, following[0], at + step_delay(following[0]))


def step_delay(step: Doc) -> timedelta:
    """How long after the step before it comes; a condition also waits for what it asks about."""
    return timedelta(minutes=(step.get("delayInMinutes") or 0) + (step.get("waitInMinutes") or 0))


def _run_due_step(store: Store, membership_id: int, at: datetime) -> None:
    membership = store.get("membership", membership_id)
    if membership is None or membership["status"] != "active":
        return
    sequence, step = store.get("sequence", membership["_sequenceId"]), store.get("step", membership["_stepId"] or 0)
    contact = store.get("contact", membership["_contactId"])
    if sequence is None or contact is None or sequence["status"] != "active":
        return
    if step is None:
        finish_membership(store, membership, at)
        return
    if contact["isOptedOut"]:
        finish_membership(store, membership, at, "optedOut")
        return
    if step["type"] == "condition":
        advance_membership(store, membership, step, at, conditions_hold(step, contact, membership))
        return
    run = StepRun(store, sequence, membership, step, contact, at)
    schedule = store.get("schedule", sequence["scheduleId"] or 0)
    follow_up = membership["_lastStepId"] is not None
    opening = next_opening(schedule, at, observed_holidays(store, schedule), contact, follow_up=follow_up)
    if opening is None:
        _hold(store, membership_id, _next_retry(at))
    elif opening > at:
        # Not everyone gets it in the first minute of the day.
        spread = timedelta(minutes=run.rng("spread").randrange(50))
        _hold(store, membership_id, opening + spread, opening)
    else:
        _execute_step(run)


def _next_retry(at: datetime) -> datetime:
    """The next of the day's retries, whenever it is asked for: asking more often does not move it."""
    hour = at.replace(minute=0, second=0, microsecond=0)
    return hour + timedelta(hours=RETRY_HOURS - hour.hour % RETRY_HOURS)


def _hold(store: Store, membership_id: int, at: datetime, opening: datetime | None = None) -> None:
    """Let a step that is due wait for hours or accounts until `at`, or until one of `HOLDING` changes."""
    due_steps.schedule_step(store, membership_id, at, held=True, opening=opening)


def reconsider_held(store: Store, now: datetime) -> None:
    """Look at every held step anew, after a call changed what may hold it. One whose hours have opened waits for its
    own minute, which nothing brings forward."""
    moment = iso(now)
    with store.transaction():
        for entry in store.all("dueStep", held=True):
            if entry.get("opening") and entry["opening"] <= moment:
                continue
            due_steps.schedule_step(store, entry["id"], now)


def _execute_step(run: StepRun) -> None:
    store, sequence, membership, step, contact = run.store, run.sequence, run.membership, run.step, run.contact
    kind, manual = step["type"], step.get("executionMode") == "manual"
    assign_accounts(store, sequence, membership)
    if not manual and hold_for_approval(store, sequence, membership, step, contact, run.at):
        return
    if kind in ("call", "task", "whatsApp") or (manual and kind in ("email", "linkedIn", "sms")):
        run.change_membership(isContacted=membership["isContacted"] or kind != "task")
        task_for_step(store, sequence, step, contact, run.at)
    elif kind == "email":
        _send_email(run)
    elif kind == "linkedIn":
        _act_on_linkedin(run)
    else:
        if kind == "sms" and contact["phone"]:
            sender = (store.get("user", sequence["ownerUserId"]) or {}).get("userName")
            text = render_variables(step.get("message"), variable_values(store, contact, str(sender or "")))
            record_sms(store, run.at, contact, text, sequence["id"], step["id"])
            run.record("sent")
        advance_membership(store, membership, step, run.at)


def send_approved(store: Store, membership: Doc, at: datetime) -> None:
    """Send what waited for approval, whatever the hour."""
    run = find_run(store, {**membership, "_approvedStepId": membership["_stepId"]}, membership["_stepId"], at)
    if run:
        _execute_step(run)


def _send_email(run: StepRun) -> None:
    store, membership, step, at = run.store, run.membership, run.step, run.at
    if not run.contact["email"]:
        advance_membership(store, membership, step, at)
        return
    if blocking_rule(store, run.contact["_teamId"], run.contact["email"]):
        finish_membership(store, membership, at)
        return
    usable = [account["id"] for account in usable_mailboxes(store, run.sequence)]
    if usable and membership["emailAccountId"] not in usable:
        membership["emailAccountId"] = usable[membership["_turn"] % len(usable)]
    limits = _daily_limits(run) if usable else {}
    if not usable or any(limit is not None and daily_count(store, what, at) >= limit for what, limit in limits.items()):
        _hold(store, membership["id"], _next_retry(at))
        return
    for counted in limits:
        add_to_daily_count(store, counted, at)
    rng = run.rng()
    run.record("sent")
    _send_message(run, "email", rng)
    if rng.random() < 0.03:
        run.record("bounced", bounceType="hard")
        bounced = {"isContacted": True, "isBounced": True, "_lastStepId": step["id"], "_lastStepAt": iso(at)}
        finish_membership(store, {**membership, **bounced}, at)
        return
    run.record("delivered")
    reactions.plan_email_reactions(run, rng)
    advance_membership(store, {**membership, "isContacted": True, "isDelivered": True}, step, at)


def _daily_limits(run: StepRun) -> dict[str, int | None]:
    """What is counted by the day, with its limit: the contact's mailbox, the sequence, and the contact.

    Whoever was written to from a mailbox waits for it: another one would begin another conversation.
    """
    number = run.membership["emailAccountId"]
    mailbox = run.store.get("emailAccount", number) or {}
    owner = run.store.get("user", run.sequence["ownerUserId"])
    safety = user_settings(run.store, owner)["emails"]["safety"] if owner else {}
    return {
        f"mailbox {number}": mailbox["safety"]["dailyLimit"],
        f"sequence {run.sequence['id']}": run.sequence["settings"]["emailsCountPerDay"],
        f"contact {run.contact['id']}": safety.get("prospectEmailsPerDayLimit"),
    }


def _act_on_linkedin(run: StepRun) -> None:
    store, membership, step = run.store, run.membership, run.step
    if not run.contact["linkedInUrl"]:
        advance_membership(store, membership, step, run.at)
        return
    if not usable_profiles(store, run.sequence):
        _hold(store, membership["id"], _next_retry(run.at))
        return
    rng = run.rng()
    action = step["actionType"]
    writes = action in ("message", "inMail", "connect") and step["variants"][0]["message"]
    run.record(LINKEDIN_SENT[action])
    if action == "connect" and writes:
        run.record("sentAutoConnectionNote")
    message = _send_message(run, "linkedIn", rng) if writes else None
    record_linkedin(
        store,
        run.at,
        membership["linkedInAccountId"],
        run.contact,
        action,
        message["body"] if message else step.get("audioFile") or step.get("aiPromptText"),
        sequence_id=run.sequence["id"],
        step_id=step["id"],
    )
    reactions.plan_linkedin_reactions(run, rng)
    advance_membership(store, {**membership, "isContacted": True}, step, run.at)


def _send_message(run: StepRun, channel: str, rng: random.Random) -> Doc:
    store, sequence, step = run.store, run.sequence, run.step
    thread = run.thread(channel)
    on = [variant for variant in step["variants"] if variant["isEnabled"]] or step["variants"]
    variant = {**rng.choice(on), **run.membership["_edits"].get(str(step["id"]), {})}
    values = variable_values(store, run.contact, sender_identity(store, thread)[0] or "")
    return add_message(
        store,
        thread,
        run.at,
        render_variables(variant["message"], values),
        outbound=True,
        subject=render_variables(variant["subject"], values) or None,
        step_id=step["id"],
        aiSentType=variant.get("aiSentType") or ("autoSent" if sequence.get("_isAiSdr") else None),
    )
