"""What a test changes in a sandbox: recorded, and taken back where it shares the sandbox with others."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

Doc = dict[str, Any]
Change = tuple[Doc | None, Doc | None]
"""A document before and after; None where there was, or is, none."""


class Changes:
    """The documents of a sandbox that were written since recording began.

    What each held before is read from the database when it is first written: the documents in memory may have been
    changed in place by then.
    """

    def __init__(self, store: Any) -> None:
        self.store = store
        self._before: dict[tuple[str, int], str | None] = {}

    def remember(self, kind: str, number: int | None) -> None:
        if number is not None and (kind, number) not in self._before:
            self._before[kind, number] = self._text(kind, number)

    def __call__(self) -> dict[tuple[str, int], Change]:
        """What is otherwise now, by kind and id."""
        found = {}
        with self.store._lock:
            held = list(self._before.items())
        for (kind, number), before in held:
            after = self._text(kind, number)
            if before != after:
                found[kind, number] = (before and json.loads(before), after and json.loads(after))
        return found

    def take_back(self) -> None:
        with self.store.transaction():
            for (kind, number), text in self._before.items():
                if text is None:
                    self.store.delete(kind, number)
                else:
                    self.store.put(kind, json.loads(text))

    def _text(self, kind: str, number: int) -> str | None:
        row = self.store._sql.execute("SELECT doc FROM records WHERE kind = ? AND id = ?", (kind, number)).fetchone()
        return row[0] if row else None


@contextmanager
def recorded(store: Any) -> Iterator[Changes]:
    """Records what is written meanwhile."""
    changes, put, delete = Changes(store), store.put, store.delete
    earlier = {name: vars(store)[name] for name in ("put", "delete") if name in vars(store)}

    def recording_put(kind: str, doc: Doc) -> Doc:
        with store._lock:
            changes.remember(kind, doc.get("id") or store._last.get(kind, 0) + 1)
            kept: Doc = put(kind, doc)
            return kept

    def recording_delete(kind: str, id: int) -> bool:
        with store._lock:
            changes.remember(kind, id)
            return bool(delete(kind, id))

    store.put, store.delete = recording_put, recording_delete
    try:
        yield changes
    finally:
        del store.put, store.delete
        vars(store).update(earlier)


@contextmanager
def changes_undone(kernel: Any) -> Iterator[Changes]:
    """Puts documents, clock, faults and rate windows of a sandbox back as they were before."""
    store = kernel.store
    numbers, offset = dict(store._last), kernel.clock.offset
    with recorded(store) as changes:
        try:
            yield changes
        finally:
            kernel.webhooks.wait_until_delivered()
    changes.take_back()
    store._last = numbers
    kernel.clock.offset = offset
    kernel.faults.clear()
    kernel.limits.reset()
