"""Where contacts meet sequences: what importing and opting out do to someone's place in them."""

from __future__ import annotations

from reply_mcp.sandbox.clock import Clock
from reply_mcp.sandbox.enrolment import Refused, Terms, enrol
from reply_mcp.sandbox.membership_record import end_everywhere
from reply_mcp.sandbox.operation import Call
from reply_mcp.sandbox.sequence_record import sequence_of, steps_of
from reply_mcp.sandbox.store import Store


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
