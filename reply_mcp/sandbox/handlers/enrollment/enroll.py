"""Putting people into sequences and taking them out."""

from __future__ import annotations

from typing import Any

from reply_mcp.sandbox.clock import instant
from reply_mcp.sandbox.http.bulk import id_list, item_failure
from reply_mcp.sandbox.http.handler import HandlerCall, HandlerResponse, Problem, invalid, operation
from reply_mcp.sandbox.records.contact import contact_or_404
from reply_mcp.sandbox.records.membership import NOT_FOUND, find_membership, membership_or_404, remove_membership
from reply_mcp.sandbox.records.sequence import find_sequence, sequence_or_404, steps_of
from reply_mcp.sandbox.simulation.enrollment import EnrollmentOptions, NotEnrolled, enroll_contact
from reply_mcp.sandbox.store import Doc

MOST = 10_000
PLAN = 600
"""People whom a team's plan lets be active in sequences at once."""


def _terms(call: HandlerCall) -> EnrollmentOptions:
    body = call.json_object()
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
    return EnrollmentOptions(body.get("removeFromExisting") is True, step, body.get("ignoreStepDelay") is True, start)


@operation("BulkAddContactsToSequence")
def bulk_add_contacts_to_sequence(call: HandlerCall) -> Doc:
    """Enroll people; the answer names those added, and for each of the others why not.

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
            enroll_contact(call, sequence, steps, number, terms)
            added.append(number)
        except NotEnrolled as reason:
            told = item_failure("invalidInput", "Contact could not be added to sequence")
            refused[str(number)] = item_failure(reason.error, reason.details) if call.documented else told
    return {"added": added, "notProcessed": refused}


@operation("MoveContactToSequence")
def move_contact_to_sequence(call: HandlerCall) -> HandlerResponse:
    """Enroll one contact; they stay where they are unless asked otherwise."""
    number: Any = call.json_object().get("sequenceId")
    if not isinstance(number, int) or isinstance(number, bool):
        raise invalid(("/sequenceId", "The SequenceId field is required."))
    terms, sequence = _terms(call), find_sequence(call, number)
    if sequence is None or call.store.get("contact", call.id) is None:
        raise Problem(404, "contact.sequenceNotFound", "Sequence not found")
    contact, steps = contact_or_404(call), steps_of(call.store, sequence["id"])
    if not steps:
        raise Problem(400, "contact.invalidInput", "Contact could not be added to the sequence: it has no steps.")
    try:
        enroll_contact(call, sequence, steps, contact["id"], terms)
    except NotEnrolled:
        raise Problem(400, "contact.invalidInput", "Contact could not be added to the sequence.") from None
    return HandlerResponse(204)


@operation("RemoveContactFromSequence")
def remove_contact_from_sequence(call: HandlerCall) -> HandlerResponse:
    """Take one person out, also one who had finished."""
    membership, _ = membership_or_404(call)
    remove_membership(call.store, membership)
    return HandlerResponse(204)


@operation("BulkRemoveContactsFromSequence")
def bulk_remove_contacts_from_sequence(call: HandlerCall) -> Doc:
    """Take people out; the answer counts those who were not there."""
    ids = id_list(call, "contactIds", "contactIds must not be empty.")
    if len(set(ids)) < len(ids):
        raise invalid(("/contactIds", "contactIds must not contain duplicates."))
    sequence = sequence_or_404(call, NOT_FOUND)
    removed, missing, elsewhere = [], 0, 0
    for number in ids:
        membership = find_membership(call.store, sequence["id"], number)
        if membership is not None:
            remove_membership(call.store, membership)
            removed.append(number)
        elif call.store.get("contact", number) is None:
            missing += 1
        else:
            elsewhere += 1
    counts = {"requested": len(ids), "removed": len(removed), "notFound": missing, "notInSequence": elsewhere}
    return {**counts, "removedIds": removed}
