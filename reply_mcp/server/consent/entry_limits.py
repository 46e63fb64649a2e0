"""Bounds on what callers leave in the shared state: of each owner, and in all, only the newest entries stay.

The entries of a kind are numbered as they come. The number picks a place on a ring, and whatever had that place before
goes. So a bound costs a few operations for each new entry, however many there are, and holds on all servers together.
"""

from __future__ import annotations

import hashlib
import json

from reply_mcp.client.stores.shared_state import SharedState, read_entry

_NUMBERED_FOR = 86_400.0


class EntryLimits:
    """One kind of entries.

    Args:
        kind: names the rings.
        seconds: for which an entry stays.
        of_one: entries of one owner.
        in_all: entries of all owners together.
    """

    def __init__(self, state: SharedState, kind: str, *, seconds: float, of_one: int, in_all: int) -> None:
        self._state = state
        self._kind = kind
        self._seconds = seconds
        self.of_one = of_one
        self.in_all = in_all

    async def add(self, owner: str, name: str, value: str) -> None:
        """Takes a place for an entry that was just put there; whatever had it before, if it still is there, goes."""
        place = json.dumps([name, _mark(value)])
        whose = hashlib.sha256(owner.encode()).hexdigest()[:16]
        for ring, most in ((f"ring:{self._kind}:{whose}", self.of_one), (f"ring:{self._kind}", self.in_all)):
            number = await self._state.increase(f"{ring}:count", 1, _NUMBERED_FOR)
            displaced = await self._state.take(f"{ring}:{number % most}")
            await self._state.put(f"{ring}:{number % most}", place, self._seconds)
            if (found := read_entry(displaced, tuple[str, str])) is not None:
                await self._drop(*found)

    async def _drop(self, name: str, mark: str) -> None:
        """Removes an entry, unless a newer one, which has a place of its own, stands under its name."""
        held = await self._state.get(name)
        if held is not None and _mark(held) == mark:
            await self._state.take(name)


def _mark(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()[:16]
