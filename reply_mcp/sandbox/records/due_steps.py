"""What is still to happen: one entry per step that a contact waits for, and one per reaction to come."""

from __future__ import annotations

from datetime import datetime

from reply_mcp.sandbox.clock import iso
from reply_mcp.sandbox.store import Doc, Store

NEVER = "9999"


def schedule_step(store: Store, membership_id: int, at: datetime) -> None:
    """Let the contact's current step happen at `at`, whatever was planned before."""
    store.put("dueStep", {"id": membership_id, "at": iso(at)})
    _wake_by(store, iso(at))


def schedule_reaction(store: Store, kind: str, membership_id: int, step_id: int, at: datetime) -> None:
    """Let a contact react (`opened`, `replied`, …) to a step at `at`."""
    store.put("reaction", {"kind": kind, "membershipId": membership_id, "stepId": step_id, "at": iso(at)})
    _wake_by(store, iso(at))


def cancel_step(store: Store, membership_id: int) -> None:
    """Forget the contact's planned step; reactions to what was sent still come."""
    store.delete("dueStep", membership_id)


def next_due_at(store: Store) -> str:
    """When the next entry falls due (ISO), or `NEVER`."""
    engine: Doc = store.get("engine", 1) or {}
    return str(engine.get("nextAt", NEVER))


def update_next_due(store: Store) -> None:
    """Note when the next entry falls due, after all due ones were done."""
    waiting = [one["at"] for kind in ("dueStep", "reaction") for one in store.all(kind)]
    store.put("engine", {**(store.get("engine", 1) or {}), "id": 1, "nextAt": min(waiting, default=NEVER)})


def _wake_by(store: Store, at: str) -> None:
    if at < next_due_at(store):
        store.put("engine", {**(store.get("engine", 1) or {}), "id": 1, "nextAt": at})
