"""Taking back what a test did to a sandbox that it shares with others."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def changes_undone(kernel: Any) -> Iterator[None]:
    """Puts documents, clock, faults and rate windows of a sandbox back as they were before.

    What each changed document held before is read from the database when it is first written: the documents in memory
    may have been changed in place by then.
    """
    store, before = kernel.store, {}
    numbers, offset = dict(store._last), kernel.clock.offset
    put, delete = store.put, store.delete

    def remember(kind: str, number: int | None) -> None:
        if number is not None and (kind, number) not in before:
            row = store._sql.execute("SELECT doc FROM records WHERE kind = ? AND id = ?", (kind, number)).fetchone()
            before[kind, number] = row[0] if row else None

    def remembering_put(kind: str, doc: dict[str, Any]) -> dict[str, Any]:
        with store._lock:
            remember(kind, doc.get("id") or store._last.get(kind, 0) + 1)
            kept: dict[str, Any] = put(kind, doc)
            return kept

    def remembering_delete(kind: str, id: int) -> bool:
        with store._lock:
            remember(kind, id)
            return bool(delete(kind, id))

    store.put, store.delete = remembering_put, remembering_delete
    try:
        yield
    finally:
        kernel.webhooks.wait_until_delivered()
        del store.put, store.delete
        with store.transaction():
            for (kind, number), text in before.items():
                if text is None:
                    store.delete(kind, number)
                else:
                    store.put(kind, json.loads(text))
        store._last = numbers
        kernel.clock.offset = offset
        kernel.faults.clear()
        kernel.limits.reset()
