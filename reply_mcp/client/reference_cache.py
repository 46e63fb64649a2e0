"""Reference data kept for a minute: what seldom changes and is read often."""

from __future__ import annotations

import pickle
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

SECONDS = 60.0
"""For how long an answer is kept."""
MOST = 64
"""Answers that are kept; beyond, the least recently used one goes."""
REFERENCE = frozenset(
    {
        "GetCustomFields",
        "ListSchedules",
        "ListEmailAccounts",
        "ListLinkedInAccounts",
        "ListInboxCategories",
        "Whoami",
        "WhoamiTeamUsers",
    }
)
"""The reads that are kept, dropped by a write to their area."""


class ReferenceCache:
    """The answers of one credential. Every caller gets a copy of its own, since answers are changed in place; kept as
    bytes, of which a copy is made five times faster than of objects."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._kept: OrderedDict[Hashable, tuple[float, str, bytes]] = OrderedDict()
        self._writes: Counter[str] = Counter()

    def get(self, key: Hashable, since: float = 0.0) -> tuple[Any] | None:
        """The answer kept, in a tuple since it may be None; None where there is none that was read after `since`, a
        moment of the cache's clock."""
        found = self._kept.get(key)
        if found is None:
            return None
        if self._now() >= found[0]:
            del self._kept[key]
            return None
        if found[0] - SECONDS < since:
            return None
        self._kept.move_to_end(key)
        return (pickle.loads(found[2]),)

    def mark(self, area: str) -> int:
        """How many writes to the area have ended: taken before a read, handed to `keep` after it."""
        return self._writes[area]

    def keep(self, key: Hashable, area: str, answer: Any, mark: int) -> None:
        """Keeps an answer, unless a write to its area has ended since the mark: it may show what was before."""
        if mark != self._writes[area]:
            return
        self._kept[key] = (self._now() + SECONDS, area, pickle.dumps(answer))
        self._kept.move_to_end(key)
        while len(self._kept) > MOST:
            self._kept.popitem(last=False)

    def drop(self, area: str) -> None:
        """A write to this area has ended, whatever came of it."""
        self._writes[area] += 1
        for key in [key for key, kept in self._kept.items() if kept[1] == area]:
            del self._kept[key]
