"""Which effects a call may have."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Literal, cast

from reply_mcp.catalog.effect import Effect

Decision = Literal["allow", "ask", "person", "deny"]
"""`ask`: a person agrees, through the host or by a code that the agent repeats. `person`: never by a code."""

_MILDEST_FIRST: tuple[Decision, ...] = ("allow", "ask", "person", "deny")


class Policy:
    """The decision for each effect.

    Args:
        decisions: by effect, as `settings.parse_policy` gives them.
        capped: the effects that have a ceiling: what is allowed asks beyond it.
    """

    def __init__(self, decisions: Mapping[str, str], capped: Collection[str] = ()) -> None:
        self._decisions = {Effect(effect): cast("Decision", decision) for effect, decision in decisions.items()}
        self._capped = {Effect(effect) for effect in capped}

    def decision(self, effect: Effect) -> Decision:
        return self._decisions[effect]

    def may_ask(self, effect: Effect) -> bool:
        """Whether a person may be asked before calls of this effect."""
        decision = self.decision(effect)
        return decision in ("ask", "person") or (decision == "allow" and effect in self._capped)

    def lets_all_through(self) -> bool:
        """Whether every effect that a write can have is allowed without a ceiling: then it need not be known."""
        return all(self.decision(effect) == "allow" and not self.may_ask(effect) for effect in Effect)

    def reads_unasked(self) -> bool:
        """Whether reads need nobody's consent."""
        return self.decision(Effect.READ) == "allow" and not self.may_ask(Effect.READ)

    def takes_code(self, effect: Effect) -> bool:
        """Whether a code may confirm calls of this effect."""
        return self.may_ask(effect) and self.decision(effect) != "person"

    def strictest(self, effects: Collection[Effect]) -> Effect:
        """The effect whose decision counts for a call that has several."""
        return max(effects, key=lambda effect: _MILDEST_FIRST.index(self.decision(effect)))
