"""A contact's place in a sequence, as it is kept and shown."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from reply_mcp.sandbox.clock import iso
from reply_mcp.sandbox.http.handler import HandlerCall, Problem
from reply_mcp.sandbox.records import due_steps
from reply_mcp.sandbox.records.sequence import find_sequence
from reply_mcp.sandbox.records.step import display_names
from reply_mcp.sandbox.store import Doc, Store


def membership_doc(sequence: Doc, contact: Doc, step: Doc, at: datetime) -> Doc:
    """A new place in a sequence, waiting for `step`."""
    return {
        "status": "active",
        "addingDate": iso(at),
        "emailAccountId": None,
        "linkedInAccountId": None,
        "isContacted": False,
        "isDelivered": False,
        "isOpened": False,
        "isClicked": False,
        "isReplied": False,
        "isAutoReplied": False,
        "isBounced": False,
        "_teamId": sequence["_teamId"],
        "_sequenceId": sequence["id"],
        "_contactId": contact["id"],
        "_stepId": step["id"],
        "_dueAt": None,
        "_lastStepId": None,
        "_lastStepAt": None,
        "_finishedAt": None,
        "_edits": {},
    }


def assign_accounts(store: Store, sequence: Doc, membership: Doc, *, again: bool = False) -> None:
    """Give the contact its mailbox and LinkedIn account, in turn; `again` takes the next ones."""
    turn = int(membership.get("_turn") or membership["_contactId"]) + (1 if again else 0)
    membership["_turn"] = turn
    for field, linked in (("emailAccountId", "_emailAccountIds"), ("linkedInAccountId", "_linkedInAccountIds")):
        if sequence[linked] and (again or membership[field] not in sequence[linked]):
            membership[field] = sequence[linked][turn % len(sequence[linked])]


def find_membership(store: Store, sequence_id: int, contact_id: int) -> Doc | None:
    """The contact's place in the sequence, or None."""
    for membership in store.all("membership", _contactId=contact_id):
        if membership["_sequenceId"] == sequence_id:
            return membership
    return None


def status_in_sequence(membership: Doc) -> str:
    """One of active, paused, finished, inactive, outOfOffice; opted out counts as finished."""
    status: str = membership["status"]
    return "finished" if status == "optedOut" else status


def derived_status(membership: Doc) -> str:
    """The status with what it derives from: replied, bounced, autoReplied, clicked, opened, contacted."""
    if membership["isBounced"]:
        return "bounced"
    if membership["isReplied"]:
        return "replied"
    if membership["status"] != "active":
        return status_in_sequence(membership)
    for flag, name in (("isAutoReplied", "autoReplied"), ("isClicked", "clicked"), ("isOpened", "opened")):
        if membership[flag]:
            return name
    return "contacted" if membership["isContacted"] else "active"


def email_disposition(membership: Doc) -> Doc:
    """Whether the contact replied or bounced here."""
    return {"isReplied": membership["isReplied"], "isBounced": membership["isBounced"]}


def current_step(store: Store, membership: Doc) -> Doc:
    """The step that the contact waits for, or stopped at."""
    number = membership["_stepId"] or membership["_lastStepId"]
    names = display_names(store.all("step", _sequenceId=membership["_sequenceId"]))
    return {"stepId": number, "displayName": names.get(number)}


def membership_view(store: Store, membership: Doc, contact: Doc) -> Doc:
    """The place as `sequences/{id}/contacts` shows it."""
    return {
        "contactId": contact["id"],
        "sequenceId": membership["_sequenceId"],
        **{name: contact[name] for name in ("email", "firstName", "lastName", "company", "title")},
        "statusInSequence": status_in_sequence(membership),
        "isOptedOut": contact["isOptedOut"],
        "callStatus": contact["callStatus"],
        "meetingStatus": contact["meetingStatus"],
        "emailDisposition": email_disposition(membership) if membership["isContacted"] else None,
        "currentStep": current_step(store, membership),
        "addingDate": membership["addingDate"],
        "emailAccountId": membership["emailAccountId"],
        "linkedInAccountId": membership["linkedInAccountId"],
    }


def end_memberships(store: Store, contact_id: int, at: str, status: str = "optedOut") -> None:
    """End the contact's part in every sequence where it has not ended."""
    for membership in store.all("membership", _contactId=contact_id):
        if membership["_finishedAt"] is None:
            due_steps.cancel_step(store, membership["id"])
            store.put("membership", {**membership, "status": status, "_finishedAt": at, "_dueAt": None})


def remove_membership(store: Store, membership: Doc) -> None:
    """Remove the contact from the sequence, with what was still to be sent; open tasks are detached."""
    due_steps.cancel_step(store, membership["id"])
    store.delete("membership", membership["id"])
    for task in store.all("task", _contactId=membership["_contactId"]):
        if task["sequenceId"] == membership["_sequenceId"] and task["status"] == "new":
            store.put("task", {**task, "status": "sequenceDetached"})


NOT_FOUND = "sequenceContact.sequenceNotFound"


def membership_or_404(
    call: HandlerCall, sequence: str = "id", code: str = "sequenceContact.notInSequence"
) -> tuple[Doc, Doc]:
    """The path's contact in the path's sequence, or the one refusal for everything that can be missing."""
    found = find_sequence(call, call.path[sequence])
    number: Any = call.path["contact_id"]
    membership = find_membership(call.store, found["id"], number) if found else None
    contact = call.store.get("contact", number) if membership else None
    if membership is None or contact is None:
        raise Problem(404, code, f"Contact {number} is not in sequence {call.path[sequence]}.")
    return membership, contact
