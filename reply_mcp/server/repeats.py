"""Repeats: a write that a moment ago was made with the same key, tool and arguments is not made again unasked.

Agents and hosts repeat calls that seemed lost. What is kept is a digest of the call, when it was made and what came of
it, in the shared state: so a repeat is known on every replica. A server also remembers those that it made itself, since
the state may lose what it was given. Where the state cannot be reached no such call is made.
"""

from __future__ import annotations

import hashlib
import json
import logging
import secrets
import time
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from reply_mcp.catalog.operation import Operation
from reply_mcp.client.stores import StoreDown
from reply_mcp.client.stores.shared_state import MemoryState, SharedState, read_entry
from reply_mcp.text.cleaning import one_line

SECONDS = 600
"""How long a call is remembered."""
UNDER_WAY, DONE, UNKNOWN = "under way", "done", "unknown"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Earlier:
    """A call that was made before.

    Attributes:
        id: of this very making.
        at: seconds since 1970; None where it cannot be read when that was.
        outcome: `under way`, `done` or `unknown`.
        what: what it made (`task 3310149`), or "".
    """

    id: str
    at: float | None
    outcome: str
    what: str = ""

    def describe(self, verify_with: str | None) -> str:
        """When the call was made, what came of it, and that it would be made once more."""
        look = f" {verify_with} shows it." if verify_with else ""
        if self.at is None:
            return (
                "The same call may have been made within the last ten minutes: what this server keeps of it cannot be "
                f"read. This could do it twice.{look}"
            )
        age = max(0, round(time.time() - self.at))
        ago = f"{age} s ago" if age < 120 else f"{age // 60} minutes ago"
        lost = f"and may have been done: its answer was lost. This could do it twice.{look}"
        came = {
            DONE: f"and was done{f': {self.what}' if self.what else ''}. This would do it again.",
            UNDER_WAY: f"and may be done any moment: its outcome is not known yet. This could do it twice.{look}",
        }.get(self.outcome, lost)
        return f"The same call was made {ago} {came}"


class Repeats:
    """The calls of the last ten minutes that must not be repeated unasked, each by a digest of whose call it is, the
    tool and the arguments."""

    def __init__(self, state: SharedState) -> None:
        self._state = state
        self._own = MemoryState()
        """The makings of this server."""

    async def find(self, call: str) -> Earlier | None:
        """The last making of a call; None where there is none."""
        own = await self._own.get(_name(call))
        try:
            held = await self._state.get(_name(call))
        except StoreDown:
            held = None
        found = _read(own if held is None else held)
        return None if found is not None and await self._is_given_up(found.id) else found

    async def begin(self, call: str, id: str, after: Earlier | None = None) -> Earlier | None:
        """Remembers that a call is made now. Where another making began meanwhile, gives that instead.

        Args:
            id: what tells this making from others.
            after: the making that this one knowingly repeats; of several that repeat it, one begins.

        Raises:
            StoreDown: where that cannot be remembered.
        """
        text = _text(Earlier(id, time.time(), UNDER_WAY))
        try:
            if after is None:
                begun = await self._state.add(_name(call), text, SECONDS)
            else:
                begun = await self._claim(_claim(after), id)
                if begun:
                    await self._state.put(_name(call), text, SECONDS)
            if not begun and (other := await self.find(call)) is not None:
                return other
        except StoreDown:
            # The call is not made, and what was sent may be kept all the same.
            await self._own.put(_given_up(id), id, SECONDS)
            raise
        await self._own.put(_name(call), text, SECONDS)
        return None

    async def _claim(self, name: str, id: str) -> bool:
        """Whether this making may begin; of several that repeat one call, one may."""
        if await self._state.add(name, id, SECONDS):
            return True
        held = await self._state.get(name)
        return held is not None and await self._is_given_up(held)

    async def _is_given_up(self, id: str) -> bool:
        """Whether this server did not make a call after all, since it got no answer to its entry."""
        return await self._own.get(_given_up(id)) is not None

    async def settle(self, call: str, id: str, outcome: str, what: str = "") -> None:
        """Keeps what came of a call that has begun."""
        await self._put(call, Earlier(id, time.time(), outcome, what))

    async def forget(self, call: str, id: str, after: Earlier | None) -> None:
        """A call that was not done may be made again; what is known of the one that it repeated stays."""
        if after is not None:
            await self._put(call, after)
        own = _read(await self._own.get(_name(call)))
        if own is not None and own.id == id:
            await self._own.take(_name(call))
        try:
            if after is not None:
                await self._state.take(_claim(after))
                return
            found = await self.find(call)
            if found is not None and found.id == id:
                await self._state.take(_name(call))
        except StoreDown:
            logger.debug("a call that was not done stays remembered: the state cannot be reached")

    async def _put(self, call: str, earlier: Earlier) -> None:
        await self._own.put(_name(call), _text(earlier), SECONDS)
        try:
            await self._state.put(_name(call), _text(earlier), SECONDS)
        except StoreDown:
            logger.debug("what came of a call is not remembered for others: the state cannot be reached")


class Making:
    """One making of a call.

    Attributes:
        repeated: the earlier making that this one would repeat, as far as it is known; None where there is none.
    """

    def __init__(self, repeats: Repeats) -> None:
        self._repeats = repeats
        self._call: str | None = None
        self._begun = False
        self.repeated: Earlier | None = None

    @cached_property
    def _id(self) -> str:
        # Made when it is needed: a read never asks for it.
        return secrets.token_hex(8)

    async def earlier(self, operation: Operation, call: str) -> Earlier | None:
        """The earlier making of this call, where a second one would do something that the first has not."""
        self._call = call if is_guarded(operation) else None
        self.repeated = None if self._call is None else await self._repeats.find(self._call)
        return self.repeated

    async def begin(self) -> Earlier | None:
        """Remembers that the call is made now; gives another making instead that began after the last look.

        Raises:
            StoreDown: where that cannot be remembered.
        """
        if self._call is None:
            return None
        other = await self._repeats.begin(self._call, self._id, self.repeated)
        self._begun = other is None
        self.repeated = other or self.repeated
        return other

    async def end(self, outcome: str, what: str = "") -> None:
        """Keeps what came of the call, if it has begun."""
        if self._call is not None and self._begun:
            await self._repeats.settle(self._call, self._id, outcome, what)

    async def forget(self) -> None:
        """The call was not done, and may be made again."""
        if self._call is not None and self._begun:
            self._begun = False
            await self._repeats.forget(self._call, self._id, self.repeated)


def is_guarded(operation: Operation) -> bool:
    """Whether a second call would do something that the first has not."""
    return not operation.idempotent


def what_was_made(operation: Operation, answer: Any) -> str:
    """`task 3310149`, where the answer is a record; else ""."""
    id = answer.get("id") if isinstance(answer, dict) else None
    if not isinstance(id, int | str) or isinstance(id, bool):
        return ""
    noun = operation.path.rstrip("/").rsplit("/", 1)[-1].replace("-", " ")
    noun = f"{noun[:-3]}y" if noun.endswith("ies") else noun.removesuffix("s")
    return one_line(f"{noun} {id}" if noun.replace(" ", "").isalpha() else str(id), 80)


def _name(call: str) -> str:
    return f"repeat:{call}"


def _given_up(id: str) -> str:
    return f"given up:{id}"


def _claim(earlier: Earlier) -> str:
    return f"repeat:again:{earlier.id}"


def _read(held: str | None) -> Earlier | None:
    """The making that an entry holds. One that cannot be read is one of which nothing else is known."""
    if held is None:
        return None
    return read_entry(held, Earlier) or Earlier(hashlib.sha256(held.encode()).hexdigest()[:16], None, UNKNOWN)


def _text(earlier: Earlier) -> str:
    return json.dumps({"id": earlier.id, "at": earlier.at, "outcome": earlier.outcome, "what": earlier.what})
