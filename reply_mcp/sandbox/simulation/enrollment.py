"""Enrolling contacts into sequences: by a call, by an import, and by a search that found them."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import datetime

from reply_mcp.sandbox.http.handler import HandlerCall
from reply_mcp.sandbox.records.blocking import blocking_rule
from reply_mcp.sandbox.records.membership import assign_accounts, find_membership, membership_doc, remove_membership
from reply_mcp.sandbox.records.ownership import find_in_team
from reply_mcp.sandbox.records.seeded_random import person_key
from reply_mcp.sandbox.records.sequence import find_sequence, steps_of
from reply_mcp.sandbox.simulation import engine
from reply_mcp.sandbox.store import Doc, Store


@dataclass(frozen=True, slots=True)
class EnrollmentOptions:
    """How people are put into a sequence."""

    remove_from_existing: bool = False
    start_step_id: int | None = None
    ignore_step_delay: bool = False
    start_from: datetime | None = None


class NotEnrolled(Exception):
    """Why one person was not put in: a word as documented, and a sentence."""

    def __init__(self, error: str, details: str) -> None:
        super().__init__(details)
        self.error = error
        self.details = details


def enroll_contact(
    call: HandlerCall, sequence: Doc, steps: list[Doc], contact_id: int, options: EnrollmentOptions
) -> None:
    """Put one person into the sequence; raises `NotEnrolled`."""
    contact = find_in_team(call, "contact", contact_id)
    if contact is None:
        raise NotEnrolled("contactNotFound", "Contact not found.")
    if contact["isOptedOut"]:
        raise NotEnrolled("invalidInput", "The contact has opted out.")
    if blocking_rule(call.store, call.key.team_id, contact["email"]):
        raise NotEnrolled("invalidInput", "The contact is on the blacklist.")
    step = steps[0]
    if options.start_step_id is not None:
        chosen = [one for one in steps if one["id"] == options.start_step_id]
        if not chosen:
            raise NotEnrolled("invalidInput", "The start step is not in this sequence.")
        step = chosen[0]
    held = find_membership(call.store, sequence["id"], contact_id)
    if held is not None:
        _handle_existing_membership(call, sequence, steps, held, step)
    elif sequence["isArchived"] and call.documented:
        raise NotEnrolled("invalidInput", "The sequence is archived.")
    if options.remove_from_existing:
        for other in call.store.all("membership", _contactId=contact_id):
            if other["_sequenceId"] != sequence["id"]:
                remove_membership(call.store, other)
    begin = max(options.start_from or call.clock.now(), call.clock.now())
    if not options.ignore_step_delay:
        begin += engine.step_delay(step)
    membership = {**(held or membership_doc(sequence, contact, step, call.clock.now()))}
    assign_accounts(call.store, sequence, membership)
    membership |= {"status": "active", "_finishedAt": None}
    engine.wait_for_step(call.store, call.store.put("membership", membership), step, begin)


def _handle_existing_membership(call: HandlerCall, sequence: Doc, steps: list[Doc], held: Doc, step: Doc) -> None:
    if call.documented:
        raise NotEnrolled("contactAlreadyInSequence", "The contact is already in the sequence.")
    order = [one["id"] for one in steps]
    own = held["_stepId"] or held["_lastStepId"]
    if own in order and order.index(step["id"]) <= order.index(own):
        moved = {**held}
        assign_accounts(call.store, sequence, moved, again=True)
        call.store.put("membership", moved)
        raise NotEnrolled("invalidInput", "The contact is at this step or past it.")


def enroll_imported(call: HandlerCall, sequence_id: int, contact_ids: list[int]) -> None:
    """Put imported contacts into a sequence; whom it cannot take is left out without a word."""
    sequence = find_sequence(call, sequence_id)
    steps = steps_of(call.store, sequence["id"]) if sequence else []
    if sequence is None or not steps:
        return
    for number in contact_ids:
        try:
            enroll_contact(call, sequence, steps, number, EnrollmentOptions())
        except NotEnrolled:
            continue


def enroll_found(store: Store, sequence_id: int, contact: Doc, at: datetime) -> bool:
    """Put a contact that a search found into a sequence; False where it cannot take them."""
    sequence, steps = store.get("sequence", sequence_id), steps_of(store, sequence_id)
    if sequence is None or sequence["isArchived"] or not steps or find_membership(store, sequence_id, contact["id"]):
        return False
    if contact["isOptedOut"] or blocking_rule(store, contact["_teamId"], contact["email"]):
        return False
    membership = membership_doc(sequence, contact, steps[0], at)
    # Not the id, which depends on how many contacts were added before.
    membership["_turn"] = zlib.crc32(person_key(contact).encode())
    assign_accounts(store, sequence, membership)
    engine.wait_for_step(store, store.put("membership", membership), steps[0], at + engine.step_delay(steps[0]))
    return True
