"""Ceilings: how much of an effect a credential may have in an hour or a day without being asked about.

Counted where the budgets are, in people or credits where a question says how many it concerns, in calls otherwise. What
went through stays counted unless it is sure that it did nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from reply_mcp.catalog.effect import Effect
from reply_mcp.client.stores.shared_state import SharedState, read_number
from reply_mcp.settings import Cap

_EACH = {"hour": "an hour", "day": "a day"}


class Caps:
    """The ceilings of a run, and what has been used of them."""

    def __init__(self, caps: Mapping[str, Cap], state: SharedState) -> None:
        self._caps = {Effect(effect): cap for effect, cap in caps.items()}
        self._state = state

    def of(self, effects: Collection[Effect]) -> list[Effect]:
        """Those of these effects that have a ceiling."""
        return [effect for effect in effects if effect in self._caps]

    async def exceeded(self, owner: str, effects: Collection[Effect], count: int) -> Effect | None:
        """The first of these effects of which `count` more would be too many; None where there is room."""
        for effect in self.of(effects):
            used = read_number(await self._state.get(self._name(owner, effect)))
            if used + count > self._caps[effect].most:
                return effect
        return None

    async def take(self, owner: str, effects: Collection[Effect], count: int) -> Effect | None:
        """Counts `count` more of each effect, if there is room for all of them at once: callers that share the state
        never pass a ceiling together. Gives the effect that has none left, and then counts nothing."""
        taken: list[Effect] = []
        for effect in self.of(effects):
            taken.append(effect)
            if await self._increase(owner, effect, count) > self._caps[effect].most:
                for one in taken:
                    await self._increase(owner, one, -count)
                return effect
        return None

    async def count(self, owner: str, effects: Collection[Effect], count: int) -> None:
        """Counts what a person agreed to, beyond the ceiling or not; a negative `count` takes back what did nothing."""
        for effect in self.of(effects):
            await self._increase(owner, effect, count)

    def describe(self, effect: Effect) -> str:
        """What the question says of a ceiling that is reached. Without the count, which other calls change."""
        cap = self._caps[effect]
        return (
            f"More than the {cap.most:,} {_EACH[cap.unit]} that this server's settings allow for {effect} (REPLY_CAPS)."
        )

    async def _increase(self, owner: str, effect: Effect, by: int) -> int:
        return await self._state.increase(self._name(owner, effect), by, self._caps[effect].seconds)

    def _name(self, owner: str, effect: Effect) -> str:
        return f"cap:{effect}/{self._caps[effect].unit}:{owner}"
