"""Agreements that wait for their call: a person has answered, and the call has yet to be made, or made again.

They come from `reply-mcp approve` and from pages, and from calls that a person agreed to and that did nothing: what is
used up for nothing is given back. An agreement holds for one digest of a question, once, until its time ends.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Literal

from reply_mcp.client.stores.shared_state import SharedState, read_entry
from reply_mcp.server.consent.entry_limits import EntryLimits

MOST_DECLINED = 100
"""Questions that one owner has declined on pages of the host; nothing else bounds these, which name any digest."""
MOST_DECLINED_IN_ALL = 5_000
VALID_SECONDS = 600.0
By = Literal["host", "code", "approve"]
_ANSWER = "consent:answer:"


@dataclass(frozen=True, slots=True)
class Agreement:
    """What a person answered to one question.

    Attributes:
        by: how they were asked.
        until: when it ends, in seconds since 1970.
        agreed: False where they declined.
        held: the open question whose code was used, as the state held it; "" where there was no code.
    """

    by: By
    until: float
    agreed: bool = True
    held: str = ""

    @property
    def seconds(self) -> float:
        """How long it still holds; 0 where its time is over."""
        return max(0.0, self.until - time.time())


class Agreements:
    """The answers that wait, of all who share the state."""

    def __init__(self, state: SharedState) -> None:
        self._state = state
        self._limits = EntryLimits(
            state, "declined", seconds=VALID_SECONDS, of_one=MOST_DECLINED, in_all=MOST_DECLINED_IN_ALL
        )

    async def decline(self, shown: str, owner: str) -> None:
        """Keeps that the person declined the question with this digest, on a page that the host of `owner` shows."""
        row = await self.keep(shown, Agreement("host", time.time() + VALID_SECONDS, agreed=False))
        await self._limits.add(owner, _ANSWER + shown, row)

    async def keep(self, shown: str, agreement: Agreement) -> str:
        """Keeps an answer to the question with this digest until its time ends; gives it as the state holds it."""
        row = json.dumps([agreement.by, agreement.until, agreement.agreed])
        if agreement.seconds > 0:
            await self._state.put(_ANSWER + shown, row, agreement.seconds)
        return row

    async def answered(self, shown: str) -> bool:
        """Whether an answer waits, which stays there."""
        return _read(await self._state.get(_ANSWER + shown)) is not None

    async def take(self, shown: str) -> Agreement | None:
        """The answer, for one of those who take it; None where none waits."""
        return _read(await self._state.take(_ANSWER + shown))


def _read(held: str | None) -> Agreement | None:
    found = read_entry(held, tuple[By, float, bool])
    return None if found is None else Agreement(*found)
