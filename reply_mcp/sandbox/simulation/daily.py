"""What the account does once a day, a little after midnight UTC, without being asked.

People who were out of office are resumed, invitations that nobody accepted are withdrawn, addresses are validated, and
the AI SDR writes again to those who fell silent, each as the settings want it on that day.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from reply_mcp.sandbox.clock import instant, iso
from reply_mcp.sandbox.records.ai_texts import answer_text
from reply_mcp.sandbox.records.blocking import blocking_rule
from reply_mcp.sandbox.records.credits import credits_left, spend_credits
from reply_mcp.sandbox.records.outbox import record_linkedin
from reply_mcp.sandbox.records.settings import user_settings
from reply_mcp.sandbox.records.step import render_variables, variable_values
from reply_mcp.sandbox.simulation.conversations import add_message, find_or_create_thread, keep_draft, sender_identity
from reply_mcp.sandbox.simulation.engine import wait_for_step
from reply_mcp.sandbox.simulation.scheduled_work import schedule_work, scheduled_work
from reply_mcp.sandbox.store import Doc, Store

DAY = timedelta(days=1)


def start_days(store: Store, now: datetime) -> None:
    """Let the first day end at the next midnight."""
    midnight = (now + DAY).replace(hour=0, minute=0, second=0, microsecond=0)
    schedule_work(store, midnight, "day")


@scheduled_work("day")
def _day(store: Store, at: datetime, given: Doc) -> None:
    schedule_work(store, at + DAY, "day")
    _resume_out_of_office(store, at)
    _withdraw_invitations(store, at)
    _validate_addresses(store, at)
    _reengage(store, at)


def _resume_out_of_office(store: Store, at: datetime) -> None:
    for membership in store.all("membership", status="outOfOffice"):
        sequence = store.get("sequence", membership["_sequenceId"])
        user = store.get("user", sequence["ownerUserId"]) if sequence else None
        step = store.get("step", membership["_stepId"] or 0)
        if user is None or step is None or not membership.get("_awaySince"):
            continue
        wanted = user_settings(store, user)["emails"]["outOfOffice"]
        days = wanted["defaultDaysToWaitBeforeResumingOutOfOffice"]
        if wanted["isResumeOutOfOfficeContactsEnabled"] and instant(membership["_awaySince"]) + days * DAY <= at:
            due = instant(membership["_dueAt"]) if membership["_dueAt"] else at
            wait_for_step(store, {**membership, "status": "active", "_awaySince": None}, step, max(due, at))


def _withdraw_invitations(store: Store, at: datetime) -> None:
    for account in store.all("linkedInAccount"):
        revoke = account["revokeSettings"]
        if not revoke["enabled"]:
            continue
        until = iso(at - revoke["periodDays"] * DAY)
        for event in store.all("event", type="sentAutoConnection", _linkedInAccountId=account["id"]):
            contact = store.get("contact", event["_contactId"])
            accepted = any(one.get("_isConnected") for one in store.all("membership", _contactId=event["_contactId"]))
            if event["at"] <= until and contact and not accepted and not event.get("_withdrawn"):
                store.put("event", {**event, "_withdrawn": True})
                record_linkedin(store, at, account["id"], contact, "withdrawInvitation")


def _validate_addresses(store: Store, at: datetime) -> None:
    """Validate the addresses that were added in the last day, a credit each, where the owner's settings want it."""
    since = iso(at - DAY)
    for contact in store.all("contact"):
        user = store.get("user", contact["ownerUserId"])
        if contact["addingDate"] < since or not contact["email"] or contact.get("_emailValidated") or user is None:
            continue
        wanted = user_settings(store, user)["emails"]["isAutomaticEmailValidationEnabled"]
        if wanted and credits_left(store, contact["_teamId"], "emailValidation") > 0:
            spend_credits(store, at, contact["_teamId"], "emailValidation", 1)
            store.put("contact", {**contact, "_emailValidated": iso(at)})


def _reengage(store: Store, at: datetime) -> None:
    """Write to each person by the next enabled card of their flow whose days of silence have passed."""
    for settings in store.all("aiSdr"):
        base, sequence = settings["knowledgeBaseId"], store.get("sequence", settings["id"])
        if base is None or sequence is None or sequence["status"] != "active" or sequence["isArchived"]:
            continue
        for membership in store.all("membership", _sequenceId=sequence["id"]):
            _send_next_card(store, base, sequence, membership, at)


def _send_next_card(store: Store, base_id: int, sequence: Doc, membership: Doc, at: datetime) -> None:
    contact = store.get("contact", membership["_contactId"])
    if contact is None or contact["isOptedOut"] or not contact["email"] or membership["isBounced"]:
        return
    if (
        membership["status"] != "finished"
        or not membership["isContacted"]
        or contact["meetingStatus"] == "meetingBooked"
    ):
        return
    if blocking_rule(store, contact["_teamId"], contact["email"]):
        return
    assigned = store.get("flowAssignment", membership["id"])
    flow = assigned["flowId"] if assigned else _default_flow(store, base_id)
    begun = max(_last_contact(store, contact), assigned["flowAssignedAt"] if assigned else "")
    sent = membership.get("_cardsSent") or []
    cards = [one for one in store.all("reengagementCard", _flow=flow) if one["isEnabled"] and one["_uuid"] not in sent]
    due = [one for one in cards if begun and instant(begun) + one["sendAfter"] * DAY <= at]
    if not due:
        return
    thread = find_or_create_thread(store, contact, sequence, "email", membership["emailAccountId"])
    values = variable_values(store, contact, sender_identity(store, thread)[0] or "")
    for card in sorted(due, key=lambda one: (one["sendAfter"], one["id"])):
        sent = [*sent, card["_uuid"]]
        store.put("membership", {**membership, "_cardsSent": sent})
        text = render_variables(answer_text(card), values)
        if card["deliveryMode"] == "auto":
            add_message(store, thread, at, text, outbound=True, purpose="reengagement", aiSentType="autoSent")
            return
        # A draft is nothing that they get: the card after it does not wait for another day.
        thread = keep_draft(store, thread, text)


def _default_flow(store: Store, base_id: int) -> str:
    return str(next(one["_uuid"] for one in store.all("reengagementFlow", _baseId=base_id) if one["isDefault"]))


def _last_contact(store: Store, contact: Doc) -> str:
    dates = [one["lastActivityDate"] for one in store.all("thread", _contactId=contact["id"])]
    return max(filter(None, dates), default="")
