"""Putting people into sequences and taking them out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reply_mcp.sandbox.clock import instant
from reply_mcp.sandbox.handlers.enrollment.memberships import NOT_FOUND, place_or_404
from reply_mcp.sandbox.http.handler import (
    Call,
    Problem,
    Reply,
    invalid,
    operation,
)
from reply_mcp.sandbox.records.blocking import blocking_rule
from reply_mcp.sandbox.records.contact import contact_or_404, id_list
from reply_mcp.sandbox.records.membership import (
    assign_accounts,
    membership_doc,
    place,
    take_out,
)
from reply_mcp.sandbox.records.sequence import sequence_of, sequence_or_404, steps_of
from reply_mcp.sandbox.simulation import engine
from reply_mcp.sandbox.store import Doc

MOST = 10_000
PLAN = 600
"""People whom a team's plan lets be active in sequences at once."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How people are put into a sequence."""

    remove_from_existing: bool = False
    start_step_id: int | None = None
    ignore_step_delay: bool = False
    start_from: datetime | None = None


class Refused(Exception):
    """Why one person was not put in: a word as documented, and a sentence."""

    def __init__(self, error: str, details: str) -> None:
        super().__init__(details)
        self.error = error
        self.details = details


def _terms(call: Call) -> Terms:
    body = call.object()
    start, wrong = None, []
    if body.get("startFrom") is not None:
        try:
            start = instant(body["startFrom"])
        except (TypeError, ValueError):
            wrong.append(("/startFrom", f"The value '{body['startFrom']}' is not a date and time."))
    wrong += [
        (f"/{name}", "true or false is required.")
        for name in ("removeFromExisting", "ignoreStepDelay")
        if body.get(name) is not None and not isinstance(body[name], bool)
    ]
    if wrong:
        raise invalid(*wrong)
    step = body.get("startStepId")
    return Terms(body.get("removeFromExisting") is True, step, body.get("ignoreStepDelay") is True, start)


@operation("BulkAddContactsToSequence")
def bulk_add_contacts_to_sequence(call: Call) -> Doc:
    """Enrol people; the answer names those added, and for each of the others why not.

    On the wire the reason is always `invalidInput` in the same words; and someone who is in the sequence already is
    moved forward to a start step ahead of theirs (and counted as added), or refused after their mailbox was changed.
    """
    ids, terms = id_list(call, "contactIds", "contactIds must not be empty."), _terms(call)
    if len(ids) > MOST:
        raise invalid(("/contactIds", f"At most {MOST} contacts can be added at once."))
    sequence = sequence_or_404(call, NOT_FOUND)
    steps = steps_of(call.store, sequence["id"])
    if not steps:
        raise Problem(400, "sequenceContact.noStepsInSequence", "The sequence has no steps.")
    active = sum(one["status"] == "active" for one in call.store.all("membership", _teamId=call.key.team_id))
    if active + len(ids) > PLAN and not call.documented:
        detail = f"The plan allows {PLAN} people to be active in sequences."
        raise Problem(400, "sequenceContact.contactLimitExceeded", detail)
    added, refused = [], {}
    for number in dict.fromkeys(ids):
        try:
            enrol(call, sequence, steps, number, terms)
            added.append(number)
        except Refused as reason:
            refused[str(number)] = {"error": reason.error, "errorDetails": reason.details}
            if not call.documented:
                words = "Contact could not be added to sequence"
                refused[str(number)] = {"error": "invalidInput", "errorDetails": words}
    return {"added": added, "notProcessed": refused}


def enrol(call: Call, sequence: Doc, steps: list[Doc], contact_id: int, terms: Terms) -> None:
    """Put one person into the sequence; raises `Refused`."""
    contact = call.store.get("contact", contact_id)
    if contact is None or contact["_teamId"] != call.key.team_id:
        raise Refused("contactNotFound", "Contact not found.")
    if contact["isOptedOut"]:
        raise Refused("invalidInput", "The contact has opted out.")
    if blocking_rule(call.store, call.key.team_id, contact["email"]):
        raise Refused("invalidInput", "The contact is on the blacklist.")
    step = steps[0]
    if terms.start_step_id is not None:
        chosen = [one for one in steps if one["id"] == terms.start_step_id]
        if not chosen:
            raise Refused("invalidInput", "The start step is not in this sequence.")
        step = chosen[0]
    held = place(call.store, sequence["id"], contact_id)
    if held is not None:
        _already_in(call, sequence, steps, held, step)
    elif sequence["isArchived"] and call.documented:
        raise Refused("invalidInput", "The sequence is archived.")
    if terms.remove_from_existing:
        for other in call.store.all("membership", _contactId=contact_id):
            if other["_sequenceId"] != sequence["id"]:
                take_out(call.store, other)
    begin = max(terms.start_from or call.clock.now(), call.clock.now())
    if not terms.ignore_step_delay:
        begin += engine.delay(step)
    membership = {**(held or membership_doc(sequence, contact, step, call.clock.now()))}
    assign_accounts(call.store, sequence, membership)
    membership |= {"status": "active", "_finishedAt": None}
    engine.wait_for(call.store, call.store.put("membership", membership), step, begin)


def _already_in(call: Call, sequence: Doc, steps: list[Doc], held: Doc, step: Doc) -> None:
    if call.documented:
        raise Refused("contactAlreadyInSequence", "The contact is already in the sequence.")
    order = [one["id"] for one in steps]
    own = held["_stepId"] or held["_lastStepId"]
    if own in order and order.index(step["id"]) <= order.index(own):
        moved = {**held}
        assign_accounts(call.store, sequence, moved, again=True)
        call.store.put("membership", moved)
        raise Refused("invalidInput", "The contact is at this step or past it.")


@operation("MoveContactToSequence")
def move_contact_to_sequence(call: Call) -> Reply:
    """Enrol one contact; they stay where they are unless asked otherwise."""
    number: Any = call.object().get("sequenceId")
    if not isinstance(number, int) or isinstance(number, bool):
        raise invalid(("/sequenceId", "The SequenceId field is required."))
    terms, sequence = _terms(call), sequence_of(call, number)
    if sequence is None or call.store.get("contact", call.id) is None:
        raise Problem(404, "contact.sequenceNotFound", "Sequence not found")
    contact, steps = contact_or_404(call), steps_of(call.store, sequence["id"])
    if not steps:
        raise Problem(400, "contact.invalidInput", "Contact could not be added to the sequence: it has no steps.")
    try:
        enrol(call, sequence, steps, contact["id"], terms)
    except Refused:
        raise Problem(400, "contact.invalidInput", "Contact could not be added to the sequence.") from None
    return Reply(204)


@operation("RemoveContactFromSequence")
def remove_contact_from_sequence(call: Call) -> Reply:
    """Take one person out, also one who had finished."""
    membership, _ = place_or_404(call)
    take_out(call.store, membership)
    return Reply(204)


@operation("BulkRemoveContactsFromSequence")
def bulk_remove_contacts_from_sequence(call: Call) -> Doc:
    """Take people out; the answer counts those who were not there."""
    ids = id_list(call, "contactIds", "contactIds must not be empty.")
    if len(set(ids)) < len(ids):
        raise invalid(("/contactIds", "contactIds must not contain duplicates."))
    sequence = sequence_or_404(call, NOT_FOUND)
    removed, missing, elsewhere = [], 0, 0
    for number in ids:
        membership = place(call.store, sequence["id"], number)
        if membership is not None:
            take_out(call.store, membership)
            removed.append(number)
        elif call.store.get("contact", number) is None:
            missing += 1
        else:
            elsewhere += 1
    counts = {"requested": len(ids), "removed": len(removed), "notFound": missing, "notInSequence": elsewhere}
    return {**counts, "removedIds": removed}
