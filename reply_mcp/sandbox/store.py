"""The sandbox's memory: JSON documents by kind and id, in SQLite and in memory at once."""

from __future__ import annotations

import heapq
import json
import sqlite3
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

Doc = dict[str, Any]

_encoded = json.JSONEncoder(ensure_ascii=False).encode


class Store:
    """Documents by kind and id; every `put` and `delete` is written through to SQLite.

    Reads answer the stored documents themselves, so a request costs no copying: whoever changes one must `put` it.
    Fields whose name begins with an underscore are the sandbox's own (see `public_fields`).
    """

    def __init__(self, database: str = ":memory:") -> None:
        self._lock = threading.RLock()
        self._sql = sqlite3.connect(database, check_same_thread=False, isolation_level=None)
        self._sql.execute("PRAGMA journal_mode=WAL")
        # A crash of the machine may lose the last writes of a sandbox; waiting for the disk on each would cost more.
        self._sql.execute("PRAGMA synchronous=OFF")
        self._sql.execute(
            "CREATE TABLE IF NOT EXISTS records "
            "(kind TEXT, id INTEGER, doc TEXT NOT NULL, PRIMARY KEY (kind, id)) WITHOUT ROWID"
        )
        self._kinds: dict[str, dict[int, Doc]] = {}
        self._last: dict[str, int] = {}
        # By kind and field.
        self._queues: defaultdict[str, dict[str, list[tuple[Any, int]]]] = defaultdict(dict)
        self._indexes: defaultdict[str, dict[str, _Index]] = defaultdict(dict)
        self._revisions: dict[str, int] = {}
        self._changed: set[tuple[str, int]] = set()
        self._depth = 0
        for kind, number, doc in self._sql.execute("SELECT kind, id, doc FROM records ORDER BY kind, id"):
            self._kinds.setdefault(kind, {})[number] = json.loads(doc)
            self._last[kind] = number

    def __len__(self) -> int:
        return sum(map(len, self._kinds.values()))

    def get(self, kind: str, id: int) -> Doc | None:
        """The document, or None."""
        return self._kinds.get(kind, {}).get(id)

    def all(self, kind: str, **equal: Any) -> list[Doc]:
        """The documents of a kind whose fields equal those given, ordered by id."""
        with self._lock:
            docs = self._kinds.get(kind, {})
            if not equal:
                return [docs[number] for number in sorted(docs)]
            (field, value), *rest = equal.items()
            found = [docs[number] for number in sorted(self._index(kind, field).having(value))]
            return [doc for doc in found if all(doc.get(name) == wanted for name, wanted in rest)]

    def earliest(self, kind: str, field: str) -> Doc | None:
        """The document of a kind with the least value of `field`, and of several the one with the least id; or None."""
        with self._lock:
            queue = self._queues[kind].get(field)
            docs = self._kinds.get(kind, {})
            if queue is None:
                queue = self._queues[kind][field] = [(doc[field], number) for number, doc in docs.items()]
                heapq.heapify(queue)
            # Entries of documents that were changed or deleted since are dropped when they come up.
            while queue:
                value, number = queue[0]
                doc = docs.get(number)
                if doc is not None and doc[field] == value:
                    return doc
                heapq.heappop(queue)
            return None

    def put(self, kind: str, doc: Doc) -> Doc:
        """Keep a document under its `id`, or under the kind's next one (set on the document), and answer it."""
        with self._lock:
            number = doc.get("id")
            if number is None:
                number = doc["id"] = self._last.get(kind, 0) + 1
            self._kinds.setdefault(kind, {})[number] = doc
            self._last[kind] = max(self._last.get(kind, 0), number)
            for index in self._indexes[kind].values():
                index.put(number, doc)
            for field, queue in self._queues[kind].items():
                heapq.heappush(queue, (doc[field], number))
            self._changed.add((kind, number))
            self._revisions[kind] = self._revisions.get(kind, 0) + 1
            self._write()
            return doc

    def delete(self, kind: str, id: int) -> bool:
        """Forget a document; False when there was none."""
        with self._lock:
            if self._kinds.get(kind, {}).pop(id, None) is None:
                return False
            for index in self._indexes[kind].values():
                index.drop(id)
            self._changed.add((kind, id))
            self._revisions[kind] = self._revisions.get(kind, 0) + 1
            self._write()
            return True

    def revision(self, kinds: Iterable[str]) -> int:
        """A number that grows with each change of a document of these kinds."""
        return sum(self._revisions.get(kind, 0) for kind in kinds)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Many writes in one transaction at the end, which is faster. What was put before an exception stays."""
        with self._lock:
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
                self._write()

    def _write(self) -> None:
        if self._depth:
            return
        changed = [(kind, number, self.get(kind, number)) for kind, number in sorted(self._changed)]
        self._changed.clear()
        if len(changed) > 1:
            self._sql.execute("BEGIN")
        kept = [(kind, number, _encoded(doc)) for kind, number, doc in changed if doc is not None]
        self._sql.executemany("INSERT OR REPLACE INTO records VALUES (?, ?, ?)", kept)
        gone = [(kind, number) for kind, number, doc in changed if doc is None]
        self._sql.executemany("DELETE FROM records WHERE kind = ? AND id = ?", gone)
        if len(changed) > 1:
            self._sql.execute("COMMIT")

    def close(self) -> None:
        """Close the database; the documents in memory stay readable."""
        self._sql.close()

    def _index(self, kind: str, field: str) -> _Index:
        index = self._indexes[kind].get(field)
        if index is None:
            index = self._indexes[kind][field] = _Index(field)
            for number, doc in self._kinds.get(kind, {}).items():
                index.put(number, doc)
        return index


class _Index:
    """Which ids have which value of one field. Values are compared as JSON scalars or as text."""

    def __init__(self, field: str) -> None:
        self._field = field
        self._value: dict[int, Any] = {}
        self._ids: dict[Any, set[int]] = {}

    def having(self, value: Any) -> set[int]:
        return self._ids.get(_hashable(value), set())

    def put(self, number: int, doc: Doc) -> None:
        value = _hashable(doc.get(self._field))
        if number in self._value:
            if self._value[number] == value:
                return
            self.drop(number)
        self._value[number] = value
        self._ids.setdefault(value, set()).add(number)

    def drop(self, number: int) -> None:
        if number in self._value:
            self._ids[self._value.pop(number)].discard(number)


def _hashable(value: Any) -> Any:
    return json.dumps(value, sort_keys=True) if isinstance(value, dict | list) else value


def public_fields(doc: Doc) -> Doc:
    """The document without the sandbox's own fields."""
    return {name: value for name, value in doc.items() if not name.startswith("_")}


def merge(doc: Doc, changes: Doc) -> Doc:
    """The document with `changes` merged into its nested objects; arrays and other values are replaced."""
    merged = dict(doc)
    for name, value in changes.items():
        own = merged.get(name)
        merged[name] = merge(own, value) if isinstance(own, dict) and isinstance(value, dict) else value
    return merged
