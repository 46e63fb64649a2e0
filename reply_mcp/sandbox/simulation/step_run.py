"""A step of a sequence as one contact meets it: what sends it, and what reacts to it, looks at the same records."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reply_mcp.sandbox.records.seeded_random import person_key, seeded_rng
from reply_mcp.sandbox.simulation.conversations import find_or_create_thread
from reply_mcp.sandbox.simulation.events import record_sequence_event
from reply_mcp.sandbox.store import Doc, Store


@dataclass(frozen=True)
class StepRun:
    """A step, for one contact, at an instant.

    Attributes:
        membership: the contact's place in the sequence.
        at: when the step is done or reacted to.
    """

    store: Store
    sequence: Doc
    membership: Doc
    step: Doc
    contact: Doc
    at: datetime

    def record(self, kind: str, **more: Any) -> None:
        """Record what happened to the contact at this step."""
        record_sequence_event(self.store, kind, self.at, self.membership, self.step, **more)

    def thread(self, channel: str) -> Doc:
        """The conversation with the contact, by the account that the sequence writes to them from."""
        account = self.membership["emailAccountId" if channel == "email" else "linkedInAccountId"]
        return find_or_create_thread(self.store, self.contact, self.sequence, channel, account)

    def rng(self, *purpose: str) -> random.Random:
        """What chance decides about this step and contact, the same in every sandbox of one seed."""
        return seeded_rng(self.store, person_key(self.contact), self.step["id"], *purpose)

    def change_membership(self, **changes: Any) -> None:
        """Store a change of the contact's place in the sequence."""
        self.store.put("membership", {**self.membership, **changes})


def find_run(store: Store, membership: Doc | None, step_id: int | None, at: datetime) -> StepRun | None:
    """The step for this contact, unless one of what it needs is gone."""
    if membership is None:
        return None
    sequence, step = store.get("sequence", membership["_sequenceId"]), store.get("step", step_id or 0)
    contact = store.get("contact", membership["_contactId"])
    return StepRun(store, sequence, membership, step, contact, at) if sequence and step and contact else None
