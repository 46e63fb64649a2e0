"""Setting where people stand: status, replied, bounced, opted out; in one sequence or in all."""

from __future__ import annotations

from collections.abc import Callable

from reply_mcp.sandbox.clock import instant
from reply_mcp.sandbox.http.bulk import id_list, item_failure
from reply_mcp.sandbox.http.handler import HandlerCall, invalid, operation
from reply_mcp.sandbox.records import due_steps
from reply_mcp.sandbox.records.membership import NOT_FOUND, end_memberships, find_membership
from reply_mcp.sandbox.records.ownership import change_each, find_in_team
from reply_mcp.sandbox.records.sequence import sequence_or_404
from reply_mcp.sandbox.simulation import engine
from reply_mcp.sandbox.simulation.events import record_event, record_sequence_event
from reply_mcp.sandbox.store import Doc

WRITABLE = ("active", "paused", "finished", "outOfOffice")
MOST = 100

_Change = Callable[[Doc], str | None]
"""Changes a contact, or their place in a sequence; gives the code of a failure."""


@operation("SetSequenceContactsStatusInSequence")
def set_sequence_contacts_status_in_sequence(call: HandlerCall) -> Doc:
    """Set people's status in this sequence; the answer holds the failures only."""
    status = _wanted_status(call)
    return _in_sequence(call, lambda membership: _set_status(call, membership, status))


@operation("SetContactsStatusInSequence")
def set_contacts_status_in_sequence(call: HandlerCall) -> Doc:
    """Set people's status in every sequence that they are in."""
    status = _wanted_status(call)
    return _everywhere(call, lambda membership: _set_status(call, membership, status))


@operation("SetSequenceContactsReplied")
def set_sequence_contacts_replied(call: HandlerCall) -> Doc:
    """Mark people as having replied to this sequence, which ends it for them; or clear that."""
    replied = _flag(call, "isReplied")
    return _in_sequence(call, lambda membership: _set_replied(call, membership, replied))


@operation("SetContactsReplied")
def set_contacts_replied(call: HandlerCall) -> Doc:
    """Mark people as having replied in every sequence that they are in; or clear that."""
    replied = _flag(call, "isReplied")
    return _everywhere(call, lambda membership: _set_replied(call, membership, replied))


@operation("SetSequenceContactsBounced")
def set_sequence_contacts_bounced(call: HandlerCall) -> Doc:
    """Mark people's mail of this sequence as bounced; or clear that, and send again when asked."""
    bounced, resend = _bounce(call)
    return _in_sequence(call, lambda membership: _set_bounced(call, membership, bounced, resend))


@operation("SetContactsBounced")
def set_contacts_bounced(call: HandlerCall) -> Doc:
    """Mark people's mail as bounced in every sequence that they are in; or clear that."""
    bounced, resend = _bounce(call)
    return _everywhere(call, lambda membership: _set_bounced(call, membership, bounced, resend))


@operation("SetContactsOptedOut")
def set_contacts_opted_out(call: HandlerCall) -> Doc:
    """Opt people out of everything, or clear that; who was so already counts as done."""
    ids, opted_out = _ids(call), _flag(call, "isOptedOut")
    if len(set(ids)) < len(ids):
        raise invalid(("/contactIds", "contactIds must not contain duplicates."))

    def set_opted_out(contact: Doc) -> None:
        if opted_out and not contact["isOptedOut"]:
            record_event(call.store, "optedOut", call.clock.now(), contact, manual=True, _userId=call.key.user_id)
            end_memberships(call.store, contact["id"], call.clock.iso())
        call.store.put("contact", {**contact, "isOptedOut": opted_out})

    return change_each(call, "contact", ids, set_opted_out)


def _ids(call: HandlerCall) -> list[int]:
    ids = id_list(call, "contactIds", "contactIds must not be empty.")
    if len(ids) > MOST:
        raise invalid(("/contactIds", f"contactIds must contain between 1 and {MOST} items."))
    wrong = [(f"/contactIds/{at}", "The id must be positive.") for at, number in enumerate(ids) if number < 1]
    if wrong:
        raise invalid(*wrong)
    return ids


def _flag(call: HandlerCall, name: str) -> bool:
    value = call.json_object().get(name)
    if not isinstance(value, bool):
        raise invalid((f"/{name}", f"The {name} field is required."))
    return value


def _bounce(call: HandlerCall) -> tuple[bool, bool]:
    bounced, resend = _flag(call, "isBounced"), call.json_object().get("resendEmails")
    if bounced and resend is not None:
        raise invalid(("/resendEmails", "resendEmails must be omitted when isBounced is true."))
    if not bounced and not isinstance(resend, bool):
        raise invalid(("/resendEmails", "resendEmails is required when isBounced is false."))
    return bounced, resend is True


def _wanted_status(call: HandlerCall) -> str:
    status = call.json_object().get("statusInSequence")
    if status not in WRITABLE:
        raise invalid(("/statusInSequence", f"One of {', '.join(WRITABLE)} is required."))
    return str(status)


def _in_sequence(call: HandlerCall, change: _Change) -> Doc:
    ids, sequence = _ids(call), sequence_or_404(call, NOT_FOUND)

    def change_place(contact: Doc) -> str | None:
        membership = find_membership(call.store, sequence["id"], contact["id"])
        return "notInSequence" if membership is None else change(membership)

    return _failures(call, ids, change_place, "contactNotFound")


def _everywhere(call: HandlerCall, change: _Change) -> Doc:
    def change_places(contact: Doc) -> str | None:
        errors = list(map(change, call.store.all("membership", _contactId=contact["id"])))
        return next(filter(None, reversed(errors)), None)

    return _failures(call, _ids(call), change_places, "notFound")


def _failures(call: HandlerCall, ids: list[int], change: _Change, missing: str) -> Doc:
    """What changing each contact answers that is a failure, by id; `missing` for those that are not there."""
    failed: Doc = {}
    for number in ids:
        contact = find_in_team(call, "contact", number)
        error = missing if contact is None else change(contact)
        if error:
            failed[str(number)] = item_failure(error, "Contact not found." if contact is None else None)
    return failed


def _set_status(call: HandlerCall, membership: Doc, status: str) -> str | None:
    sequence = call.store.get("sequence", membership["_sequenceId"]) or {}
    contact = call.store.get("contact", membership["_contactId"]) or {}
    if sequence["isArchived"]:
        return "sequenceArchived"
    if status == "active" and (contact["isOptedOut"] or membership["_stepId"] is None):
        return "invalidStatusTransition"
    if status == "finished":
        engine.finish_membership(call.store, membership, call.clock.now())
        return None
    changed = call.store.put("membership", {**membership, "status": status, "_finishedAt": None})
    step = call.store.get("step", membership["_stepId"] or 0)
    if status == "active" and step:
        now = call.clock.now()
        due = instant(membership["_dueAt"]) if membership["_dueAt"] else now
        engine.wait_for_step(call.store, changed, step, max(due, now))
    else:
        due_steps.cancel_step(call.store, membership["id"])
    return None


def _set_replied(call: HandlerCall, membership: Doc, replied: bool) -> str | None:
    if replied and not membership["isReplied"]:
        step = call.store.get("step", membership["_lastStepId"] or membership["_stepId"] or 0)
        record_sequence_event(call.store, "replied", call.clock.now(), membership, step, manual=True)
        engine.finish_membership(call.store, {**membership, "isReplied": True}, call.clock.now())
    else:
        call.store.put("membership", {**membership, "isReplied": replied})
    return None


def _set_bounced(call: HandlerCall, membership: Doc, bounced: bool, resend: bool) -> str | None:
    now = call.clock.now()
    step = call.store.get("step", membership["_lastStepId"] or membership["_stepId"] or 0)
    if bounced:
        if not membership["isBounced"]:
            record_sequence_event(call.store, "bounced", now, membership, step, manual=True, bounceType="unknown")
        engine.finish_membership(call.store, {**membership, "isBounced": True}, now)
        return None
    changed = call.store.put("membership", {**membership, "isBounced": False})
    if resend and step and membership["isBounced"]:
        engine.wait_for_step(call.store, {**changed, "status": "active", "_finishedAt": None}, step, now)
    return None
