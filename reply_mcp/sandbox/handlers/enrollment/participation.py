"""Where contacts meet sequences: what importing and opting out do to someone's place in them."""

from __future__ import annotations

from datetime import datetime

from reply_mcp.sandbox.clock import Clock
from reply_mcp.sandbox.handlers.enrollment.enroll import Refused, Terms, enrol
from reply_mcp.sandbox.http.handler import Call
from reply_mcp.sandbox.records.blocking import blocking_rule
from reply_mcp.sandbox.records.membership import (
    assign_accounts,
    end_everywhere,
    membership_doc,
    place,
)
from reply_mcp.sandbox.records.sequence import sequence_of, steps_of
from reply_mcp.sandbox.simulation import engine
from reply_mcp.sandbox.store import Doc, Store


def finish_opted_out(store: Store, clock: Clock, contact_id: int) -> None:
    """End the contact's part in every sequence."""
    end_everywhere(store, contact_id, clock.iso())


def enrol_imported(call: Call, sequence_id: int, contact_ids: list[int]) -> None:
    """Put imported contacts into a sequence; whom it cannot take is left out without a word."""
    sequence = sequence_of(call, sequence_id)
    steps = steps_of(call.store, sequence["id"]) if sequence else []
    if sequence is None or not steps:
        return
    for number in contact_ids:
        try:
            enrol(call, sequence, steps, number, Terms())
        except Refused:
            continue


def join(store: Store, sequence_id: int, contact: Doc, at: datetime) -> bool:
    """Put a contact that a search found into a sequence; False where it cannot take them."""
    sequence, steps = store.get("sequence", sequence_id), steps_of(store, sequence_id)
    if sequence is None or sequence["isArchived"] or not steps or place(store, sequence_id, contact["id"]):
        return False
    if contact["isOptedOut"] or blocking_rule(store, contact["_teamId"], contact["email"]):
        return False
    membership = membership_doc(sequence, contact, steps[0], at)
    assign_accounts(store, sequence, membership)
    engine.wait_for(store, store.put("membership", membership), steps[0], at + engine.delay(steps[0]))
    return True
