"""Which effects a call may have, and the confirmation before one that cannot be undone.

Confirmation takes two calls, which works with every host: the first answers with a preview and a short code, the second
carries the code as `confirm`. A code is bound to one credential, one tool and exactly its arguments, and to what the
person was shown: the question's words and the facts behind them. Where that has
changed by the second call, the person is asked again and nothing is done. A code is valid for ten minutes and is used
up by the call that it confirms.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reply_mcp.catalog.operation import Call, Effect, Operation, Question
from reply_mcp.client.session import CallContext, Gate
from reply_mcp.errors import ConfirmationNeeded, NotDone

VALID_SECONDS = 600.0
_MAX_CODES = 1000
_ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ23456789"  # without letters that look like others

_WHAT = {
    Effect.SEND: "This reaches real people",
    Effect.SPEND: "This spends credits",
    Effect.SHARE: "This lets others read or receive what they could not before",
    Effect.DELETE: "This cannot be undone",
    Effect.WRITE: "This changes the account",
    Effect.READ: "This reads the account",
}


@dataclass(frozen=True, slots=True)
class _Confirmation:
    """What a code stands for: digests of the call and of what the person was shown, and when it expires."""

    call: str
    shown: str
    until: float


class Policy:
    """The decision for each effect, and the codes that are valid now."""

    def __init__(self, decisions: Mapping[str, str]) -> None:
        self._decisions = {Effect(effect): decision for effect, decision in decisions.items()}
        self._codes: dict[str, _Confirmation] = {}

    def decision(self, effect: Effect) -> str:
        """`allow`, `ask` or `deny`."""
        return self._decisions[effect]

    def asks(self, effect: Effect) -> bool:
        """Whether calls of this effect need a confirmation."""
        return self.decision(effect) == "ask"

    def _strictest(self, effects: tuple[Effect, ...]) -> Effect:
        return max(effects, key=lambda effect: ("allow", "ask", "deny").index(self.decision(effect)))

    def gate(self, owner: str, given: Mapping[str, Any], confirm: str | None) -> Gate:
        """The gate for one call: it lets the call through, or raises `NotDone` or `ConfirmationNeeded`.

        Args:
            owner: what tells one credential from another; a code is valid for its owner alone.
            given: the arguments as the caller gave them, without `confirm`.
            confirm: the code that the caller gave, if any.
        """

        async def gate(call: CallContext) -> None:
            operation = call.operation
            found = operation.effect if operation.effect_for is None else await operation.effect_for(call)
            effect = self._strictest(found if isinstance(found, tuple) else (found,))
            decision = self.decision(effect)
            if decision == "allow":
                return
            if decision == "deny":
                raise NotDone(
                    f"Not done: this server's settings forbid it to {_verb(effect)} (policy {effect}=deny). "
                    "Tell the person; only they can change it."
                )
            call_digest = _digest(owner, operation.tool, given)
            question = await ask_about(call, operation, effect)
            shown = _digest(question.text, question.facts)
            wrong = self._take(confirm.strip().upper(), call_digest, shown) if confirm is not None else ""
            if confirm is not None and not wrong:
                return
            raise ConfirmationNeeded(
                f"{wrong}Not done yet. {question.text}\nTo go ahead, once the person agrees, call again with "
                f'confirm="{self._issue(call_digest, shown)}" (valid 10 minutes, for these arguments only).',
            )

        return gate

    def _issue(self, call: str, shown: str) -> str:
        now = time.monotonic()
        self._codes = {code: bound for code, bound in self._codes.items() if bound.until > now}
        while len(self._codes) >= _MAX_CODES:
            del self._codes[next(iter(self._codes))]
        code = "".join(secrets.choice(_ALPHABET) for _ in range(5))
        self._codes[code] = _Confirmation(call, shown, now + VALID_SECONDS)
        return code

    def _take(self, code: str, call: str, shown: str) -> str:
        """Uses a code up. Gives what is wrong with it, "" where it confirms the call."""
        bound = self._codes.get(code)
        if bound is None or bound.call != call or bound.until < time.monotonic():
            return "That code does not fit (expired, used, or the arguments changed). "
        del self._codes[code]
        return (
            "" if bound.shown == shown else "What this would do has changed since the preview: ask the person again. "
        )


async def ask_about(call: Call, operation: Operation, effect: Effect) -> Question:
    """What the call is about to do, for the person who confirms it."""
    if operation.preview is None:
        given = json.dumps(call.arguments.wire(), ensure_ascii=False)
        return Question(f"{_WHAT[effect]}: {operation.tool} {given if len(given) <= 300 else given[:299] + '…'}.")
    if isinstance(operation.preview, str):
        fields = type(call.arguments).model_fields
        values = {info.alias or name: getattr(call.arguments, name) for name, info in fields.items()}
        return Question(operation.preview.format_map(values))
    found = await operation.preview(call)
    return found if isinstance(found, Question) else Question(found)


def _digest(*parts: Any) -> str:
    text = json.dumps(parts, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _verb(effect: Effect) -> str:
    return {Effect.SEND: "send", Effect.SPEND: "spend credits", Effect.DELETE: "delete"}.get(effect, effect.value)
