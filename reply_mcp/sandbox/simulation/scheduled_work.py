"""Work that ends later: what a job or a search brings when its time has come.

The engine runs it in the order of time, among the steps of sequences and the reactions to them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from reply_mcp.sandbox.clock import iso
from reply_mcp.sandbox.store import Doc, Store

Work = Callable[[Store, datetime, Doc], None]

_handlers: dict[str, Work] = {}


def scheduled_work(name: str) -> Callable[[Work], Work]:
    """Register what `schedule_work(…, name, …)` does: a function of the store, the instant and the values given."""

    def register(work: Work) -> Work:
        _handlers[name] = work
        return work

    return register


def schedule_work(store: Store, at: datetime, name: str, *, job: Doc | None = None, **given: Any) -> Doc:
    """Do the work `name` at `at`, with the JSON-able values given.

    If its `job` is cancelled before, the work `<name> cancelled` is done instead, where there is one.
    """
    entry = {"name": name, "at": iso(at), "jobId": job["jobId"] if job else None, "given": given}
    return store.put("scheduledWork", entry)


def run(store: Store, entry: Doc, at: datetime) -> None:
    """Do one entry's work."""
    jobs = store.all("job", jobId=entry["jobId"]) if entry["jobId"] else []
    cancelled = any(job["_cancelled"] for job in jobs)
    work = _handlers.get(f"{entry['name']} cancelled") if cancelled else _handlers[entry["name"]]
    if work:
        work(store, at, entry["given"])
