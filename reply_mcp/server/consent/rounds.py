"""Questions that a call ended with, for the host to make it again with the person's answer.

The protocol lets a host send an answer again, and another one after it, so the first one counts: its question waits in
the shared state, and the one who takes it from there may go ahead. An answer whose question the state has lost counts
for nothing.
"""

from __future__ import annotations

import secrets

from reply_mcp.client.stores.shared_state import SharedState
from reply_mcp.server.consent.entry_limits import EntryLimits
from reply_mcp.server.consent.host import STATE_SECONDS, Answered, answer_to
from reply_mcp.server.consent.questions import Asked

MOST_OPEN = 100
"""Open questions of one owner; a new one beyond them closes the oldest."""
MOST_OPEN_IN_ALL = 5_000


class Rounds:
    """The questions of all who share the state."""

    def __init__(self, state: SharedState) -> None:
        self._state = state
        self._limits = EntryLimits(state, "round", seconds=STATE_SECONDS, of_one=MOST_OPEN, in_all=MOST_OPEN_IN_ALL)

    async def open(self, asked: Asked) -> Answered:
        """Has a question wait. Gives what its answer is to be."""
        answer = answer_to(asked.shown, secrets.token_hex(12))
        await self._state.put(_name(answer), answer.shown, STATE_SECONDS)
        await self._limits.add(asked.owner, _name(answer), answer.shown)
        return answer

    async def close(self, answer: Answered) -> bool:
        """Whether this answer counts: that of a call which waited for it, or the first one to a question that waits."""
        return not answer.id or await self._state.take(_name(answer)) == answer.shown


def _name(answer: Answered) -> str:
    return f"consent:round:{answer.id}"
