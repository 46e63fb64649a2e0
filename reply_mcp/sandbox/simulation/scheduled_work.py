"""Work that ends later: what a job or a search brings when its time has come.

As the engine does, errands run before the next request is answered, each at its own instant.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from reply_mcp.sandbox.clock import Clock, instant, iso
from reply_mcp.sandbox.store import Doc, Store

Errand = Callable[[Store, datetime, Doc], None]

_errands: dict[str, Errand] = {}


def errand(name: str) -> Callable[[Errand], Errand]:
    """Register what `later(…, name, …)` does: a function of the store, the instant and what was given."""

    def register(work: Errand) -> Errand:
        _errands[name] = work
        return work

    return register


def later(store: Store, at: datetime, name: str, *, job: Doc | None = None, **given: Any) -> Doc:
    """Do the errand at `at`, with the JSON-able values given.

    Where its `job` was cancelled before, the errand `<name> cancelled` is done in its place, if there is one.
    """
    return store.put("errand", {"name": name, "at": iso(at), "jobId": job["jobId"] if job else None, "given": given})


def run_errands(store: Store, clock: Clock) -> None:
    """Do every errand that fell due, oldest first."""
    until = clock.iso()
    due = sorted((one for one in store.all("errand") if one["at"] <= until), key=lambda one: (one["at"], one["id"]))
    for one in due:
        store.delete("errand", one["id"])
        jobs = store.all("job", jobId=one["jobId"]) if one["jobId"] else []
        cancelled = any(job["_cancelled"] for job in jobs)
        work = _errands.get(f"{one['name']} cancelled") if cancelled else _errands[one["name"]]
        if work:
            work(store, instant(one["at"]), one["given"])
