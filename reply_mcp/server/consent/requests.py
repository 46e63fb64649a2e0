"""What waits for a person: calls that only `reply-mcp approve`, or the host's own question, may let through.

Requests and answers are kept in the shared state, by default in this machine's file, where the command finds them. They
hold the question and its digest, and no key. An answer holds for exactly that digest, once, for ten minutes. Of each
owner the newest `MOST_WAITING` wait: a person can read no more.
"""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass

from reply_mcp.client.stores.shared_state import SharedState, read_entry
from reply_mcp.server.consent.agreements import VALID_SECONDS, Agreement, Agreements
from reply_mcp.server.consent.entry_limits import EntryLimits
from reply_mcp.server.consent.questions import Asked
from reply_mcp.text.cleaning import clean, one_line
from reply_mcp.text.lists import plural

MOST_WAITING = 20
"""Requests of one owner; a new one beyond them takes the oldest one's place."""
MOST_WAITING_IN_ALL = 200
LONGEST_NAME = 100
_WAITING = "consent:waiting:"

AWAY = "what waits cannot be read: the place that REPLY_BUDGET_URL names cannot be reached"
GONE = "It no longer waits; nothing was kept."


@dataclass(frozen=True, slots=True)
class Request:
    """A call that waits.

    Attributes:
        shown: the digest of what the person agrees to.
        question: what they read.
        tool: the tool's name.
        effect: the effect that is asked about.
        since: when it was asked, or began anew, in seconds since 1970.
        acting_user: as whom it is made, where that is not the key's own user.
    """

    shown: str
    question: str
    tool: str
    effect: str
    since: float
    acting_user: str = ""

    @property
    def id(self) -> str:
        """Six signs that name it among those that wait."""
        return self.shown[:6]

    @property
    def minutes_left(self) -> int:
        """For how long it still waits."""
        return max(1, round((self.since + VALID_SECONDS - time.time()) / 60))

    def describe(self) -> str:
        """The request as a person reads it: nothing in its question reaches a terminal as a command to it."""
        minutes = int(max(0, time.time() - self.since) // 60)
        when = f"{plural(minutes, 'minute')} ago" if minutes else "less than a minute ago"
        user = f" as {one_line(self.acting_user, LONGEST_NAME)}" if self.acting_user else ""
        head = f"{self.id}  {one_line(self.tool)} ({one_line(self.effect)}){user}, asked {when}"
        return f"{head}\n{clean(self.question)}"


class Requests:
    """The requests of all who share the state."""

    def __init__(self, state: SharedState) -> None:
        self._state = state
        self._agreements = Agreements(state)
        self._limits = EntryLimits(
            state, "waiting", seconds=VALID_SECONDS, of_one=MOST_WAITING, in_all=MOST_WAITING_IN_ALL
        )

    async def open(self, asked: Asked) -> tuple[Request, bool]:
        """The request for this question, and whether it is new: the same question waits once. One that has waited for
        half of its time begins anew, so that a person has time to answer."""
        request = Request(asked.shown, asked.text, asked.tool, asked.effect.value, time.time(), asked.acting_user)
        name, text = _WAITING + asked.shown, json.dumps(asdict(request))
        if await self._state.add(name, text, VALID_SECONDS):
            await self._limits.add(asked.owner, name, text)
            return request, True
        held = await self._state.get(name)
        found = read_entry(held, Request)
        if held is not None and found is None:
            await self._state.put(name, text, VALID_SECONDS)
            return request, True
        if found is None or 0 <= request.since - found.since < VALID_SECONDS / 2:
            return found or request, False
        # Taken before it is put there again: an answer that comes meanwhile is the last word on this one.
        if await self._state.take(name) is not None:
            await self._state.put(name, text, VALID_SECONDS)
            await self._limits.add(asked.owner, name, text)
        return request, False

    async def find(self, shown: str) -> Request | None:
        """The request with this digest; None where it no longer waits."""
        return read_entry(await self._state.get(_WAITING + shown), Request)

    async def waiting(self) -> list[Request]:
        """All that wait, oldest first."""
        held = await self._state.list(_WAITING)
        found = [read_entry(text, Request) for text in held.values()]
        return sorted((one for one in found if one is not None), key=lambda request: request.since)

    async def answer(self, request: Request, *, agreed: bool) -> bool:
        """Keeps the person's answer. False where the request no longer waits; then nothing is kept."""
        if await self._state.take(_WAITING + request.shown) is None:
            return False
        await self._agreements.keep(request.shown, Agreement("approve", time.time() + VALID_SECONDS, agreed))
        return True
