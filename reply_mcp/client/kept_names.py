"""What names stood for when they were last looked up, so that a call that a person agreed to does what they were shown.

A confirmed call takes the ids that the question was about, for as long as consent lasts: a thing that has got the name
since is another one. Reads, and writes that can be put back, take them for as long as other reference data. What sends,
spends, shares or deletes looks every name up, since the settings may let it go unasked.
"""

from __future__ import annotations

import re
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

AGREED_SECONDS = 600.0
"""For how long a confirmed call takes an id that was looked up before: as long as consent lasts."""
MOST = 256
"""Names that are kept; beyond, the one that was looked up first goes."""
_PARTS = re.compile(r"/v3/(sequences|contacts)/\{\w+\}/")
"""Paths of parts that have no names: steps, links, states, notes."""


def renames(path: str) -> bool:
    """Whether a write to this path may give or take a name."""
    return _PARTS.match(path) is None


class KeptNames:
    """Names that one credential has looked up, dropped by a write to what they are names of."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._kept: OrderedDict[Hashable, tuple[float, str, Any]] = OrderedDict()

    def get(self, key: Hashable, seconds: float) -> Any:
        """The id, where it was looked up within that time; else None."""
        found = self._kept.get(key)
        return found[2] if found is not None and self._now() - found[0] < seconds else None

    def keep(self, key: Hashable, resource: str, id: Any) -> None:
        """Keeps an id; `resource` is what a write drops it by."""
        self._kept[key] = (self._now(), resource, id)
        self._kept.move_to_end(key)
        while len(self._kept) > MOST:
            self._kept.popitem(last=False)

    def drop(self, resource: str) -> None:
        """A write to this resource has ended, whatever came of it."""
        for key in [key for key, kept in self._kept.items() if kept[1] == resource]:
            del self._kept[key]


class KnownNames:
    """What one call may take without looking it up.

    Args:
        seconds: how long ago it was looked up at most.
    """

    def __init__(self, kept: KeptNames | None = None, seconds: float = 0.0) -> None:
        self._kept = kept or KeptNames()
        self._seconds = seconds

    def get(self, key: Hashable) -> Any:
        """The id that a name stands for; None where it has to be looked up."""
        return self._kept.get(key, self._seconds)

    def keep(self, key: Hashable, resource: str, id: Any) -> None:
        """Keeps an id for later calls."""
        self._kept.keep(key, resource, id)
