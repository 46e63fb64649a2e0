"""What is still to happen in sequences: the step that each contact waits for, and each reaction to come."""

from __future__ import annotations

from datetime import datetime

from reply_mcp.sandbox.clock import iso
from reply_mcp.sandbox.store import Store


def schedule_step(
    store: Store, membership_id: int, at: datetime, *, held: bool = False, opening: datetime | None = None
) -> None:
    """Let the contact's current step happen at `at`, in place of what was scheduled before.

    A step that is `held` was due already, and waits for something else than time: for an `opening` of the hours, after
    which it has its own minute, or for a limit or an account.
    """
    store.put("dueStep", {"id": membership_id, "at": iso(at), "held": held, "opening": opening and iso(opening)})


def schedule_reaction(store: Store, kind: str, membership_id: int, step_id: int, at: datetime) -> None:
    """Let a contact react (`opened`, `replied`, …) to a step at `at`."""
    store.put("reaction", {"kind": kind, "membershipId": membership_id, "stepId": step_id, "at": iso(at)})


def cancel_step(store: Store, membership_id: int) -> None:
    """Forget the contact's scheduled step; reactions to what was sent still come."""
    store.delete("dueStep", membership_id)
