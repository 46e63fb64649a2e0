"""What agents were told of their writes, held against what there is in the end."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


class Held:
    """What a sandbox keeps in its file."""

    def __init__(self, database: Path) -> None:
        self._docs: dict[str, list[dict[str, Any]]] = {}
        self._counts: dict[tuple[str, str], Counter[Any]] = {}
        with closing(sqlite3.connect(database)) as sql:
            for kind, doc in sql.execute("SELECT kind, doc FROM records"):
                self._docs.setdefault(kind, []).append(json.loads(doc))

    def having(self, kind: str, name: str, value: Any) -> int:
        """How many of a kind have this value; of a field that is a list, how many have it there."""
        if (kind, name) not in self._counts:
            count = self._counts[kind, name] = Counter()
            for doc in self._docs.get(kind, ()):
                count.update(doc[name] if isinstance(doc[name], list) else [doc[name]])
        return self._counts[kind, name][value]

    def listed(self, list_id: int, contact_id: int) -> int:
        """1 where the contact is on the list."""
        return sum(contact_id in one["_contactIds"] for one in self._docs["contactList"] if one["id"] == list_id)


@dataclass(frozen=True)
class Written:
    """One write: its tool, the value that stands for it, what was said of it, and how often it was done."""

    tool: str
    token: str
    claim: str
    text: str
    times: Callable[[Held], int]


@dataclass
class Ledger:
    """All that was called, and all that was said wrongly."""

    writes: list[Written] = field(default_factory=list)
    reads: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    """Tokens of what was deleted later, whose making is not judged."""

    def judge(self, held: Held) -> Counter[tuple[str, str]]:
        """How many writes were claimed to be what, and what they are; contradictions go to `wrong`."""
        counts: Counter[tuple[str, str]] = Counter()
        for one in self.writes:
            if one.token in self.gone:
                continue
            times = one.times(held)
            counts[one.claim, {0: "not done", 1: "done"}.get(times, "done twice")] += 1
            if times > 1 or (one.claim, times) in {("done", 0), ("not done", 1)}:
                self.wrong.append(
                    f"{one.tool} {one.token} is {one.claim!r} and was done {times} times: {one.text[:400]}"
                )
        return counts


def claim_of(is_error: bool, text: str) -> str:
    """What a result says of a write. An error that does not leave it open says that nothing was done."""
    if not is_error:
        return "done"
    return "unknown" if "may have been done" in text else "not done"
