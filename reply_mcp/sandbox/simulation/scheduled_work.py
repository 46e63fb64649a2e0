"""Work that ends later: what a job or a search brings when its time has come.

As the engine does, errands run before the next request is answered, each at its own instant.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from reply_mcp.sandbox.clock import Clock, instant, iso
from reply_mcp.sandbox.store import Doc, Store

Work = Callable[[Store, datetime, Doc], None]

_handlers: dict[str, Work] = {}


def scheduled_work(name: str) -> Callable[[Work], Work]:
    """Register what `later(…, name, …)` does: a function of the store, the instant and what was given."""

    def register(work: Work) -> Work:
        _handlers[name] = work
        return work

    return register


def schedule_work(store: Store, at: datetime, name: str, *, job: Doc | None = None, **given: Any) -> Doc:
    """Do the errand at `at`, with the JSON-able values given.

    Where its `job` was cancelled before, the errand `<name> cancelled` is done in its place, if there is one.
    """
    return store.put(
        "scheduledWork", {"name": name, "at": iso(at), "jobId": job["jobId"] if job else None, "given": given}
    )


def run_scheduled_work(store: Store, clock: Clock) -> None:
    """Do every errand that fell due, oldest first."""
    until = clock.iso()
    due = sorted(
        (one for one in store.all("scheduledWork") if one["at"] <= until), key=lambda one: (one["at"], one["id"])
    )
    for one in due:
        store.delete("scheduledWork", one["id"])
        jobs = store.all("job", jobId=one["jobId"]) if one["jobId"] else []
        cancelled = any(job["_cancelled"] for job in jobs)
        work = _handlers.get(f"{one['name']} cancelled") if cancelled else _handlers[one["name"]]
        if work:
            work(store, instant(one["at"]), one["given"])
