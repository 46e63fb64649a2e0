"""Reference data kept for a minute, teammates for ten: what seldom changes and is read often."""

from __future__ import annotations

import pickle
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

SECONDS = 60.0
"""For how long an answer is kept, unless `REFERENCE` says otherwise."""
MOST = 64
"""Answers that are kept; beyond, the least recently used one goes."""
REFERENCE = {
    "GetCustomFields": SECONDS,
    "ListSchedules": SECONDS,
    "ListEmailAccounts": SECONDS,
    "ListLinkedInAccounts": SECONDS,
    "ListInboxCategories": SECONDS,
    "Whoami": 600.0,
    "WhoamiTeamUsers": 600.0,
}
"""The reads that are kept, each with for how long; dropped by a write to their resource."""
_SHOWN_BY = {"settings": "whoami"}
"""Resources that a read of another one shows."""


def resource_of(path: str) -> str:
    """What a path is about: `custom-fields` of `/v3/custom-fields/{id}`."""
    resource = path.split("/")[2]
    return _SHOWN_BY.get(resource, resource)


class ReferenceCache:
    """The answers of one credential. Every caller gets a copy of its own, since answers are changed in place; kept as
    bytes, of which a copy is made five times faster than of objects."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._kept: OrderedDict[Hashable, tuple[float, float, str, bytes]] = OrderedDict()
        self._writes: Counter[str] = Counter()

    def get(self, key: Hashable, since: float = 0.0) -> tuple[Any] | None:
        """The answer kept, in a tuple since it may be None; None where there is none that was read after `since`, a
        moment of the cache's clock."""
        found = self._kept.get(key)
        if found is None:
            return None
        read_at, until, _, answer = found
        if self._now() >= until:
            del self._kept[key]
            return None
        if read_at < since:
            return None
        self._kept.move_to_end(key)
        return (pickle.loads(answer),)

    def mark(self, resource: str) -> int:
        """How many writes to the resource have ended: taken before a read, handed to `keep` after it."""
        return self._writes[resource]

    def keep(self, key: Hashable, resource: str, answer: Any, mark: int, seconds: float = SECONDS) -> None:
        """Keeps an answer, unless a write to its resource has ended since the mark: it may show what was before."""
        if mark != self._writes[resource]:
            return
        now = self._now()
        self._kept[key] = (now, now + seconds, resource, pickle.dumps(answer))
        self._kept.move_to_end(key)
        while len(self._kept) > MOST:
            self._kept.popitem(last=False)

    def drop(self, resource: str) -> None:
        """A write to this resource has ended, whatever came of it."""
        self._writes[resource] += 1
        for key in [key for key, kept in self._kept.items() if kept[2] == resource]:
            del self._kept[key]
