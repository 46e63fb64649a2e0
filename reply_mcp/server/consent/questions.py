"""What a person is asked before a call, and what their consent is bound to."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, replace
from typing import Any

from reply_mcp.catalog.effect import Effect
from reply_mcp.catalog.hooks.replaced_texts import describe_values
from reply_mcp.catalog.operation import Call, Operation, Question
from reply_mcp.errors import ConfirmationNeeded
from reply_mcp.text.addresses import describe_odd_letters

_WHAT = {
    Effect.SEND: "This reaches real people",
    Effect.SPEND: "This spends credits",
    Effect.SHARE: "This lets others read or receive what they could not before",
    Effect.DELETE: "This cannot be undone",
    Effect.WRITE: "This changes the account",
    Effect.READ: "This reads the account",
}
_SENTENCE_ENDS = re.compile(r"(?<=[.;:]) ")
NOT_CHECKED = "Not checked: "
"""How a note begins that says what a check before the call could not read."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question about one call.

    Attributes:
        text: what the person reads.
        call: a digest of whose call it is, the tool and the arguments.
        shown: a digest of `call`, the effects, the question's text and its facts: consent holds for this alone.
        tool: the tool's name.
        effect: the effect that is asked about.
        by_code: whether a code may confirm it (`ask`), or a person's own answer alone (`person`).
        owner: whose call it is.
        acting_user: as whom it is made, where that is not the key's own user.
    """

    text: str
    call: str
    shown: str
    tool: str
    effect: Effect
    by_code: bool
    owner: str
    acting_user: str = ""


class AgreementNeeded(ConfirmationNeeded):
    """A person has to agree first. `str` is the question.

    Attributes:
        asked: the question, and what consent is bound to.
        why: why an agreement or a code that was given does not count, or "".
    """

    def __init__(self, asked: Asked, why: str = "") -> None:
        super().__init__(asked.text)
        self.asked = asked
        self.why = why


class CodeOffered(ConfirmationNeeded):
    """The call answers with its question and a code that confirms it. `str` is both, as the agent reads them.

    Attributes:
        asked: the question, and what the code stands for.
        code: the code.
    """

    def __init__(self, text: str, asked: Asked, code: str) -> None:
        super().__init__(text)
        self.asked = asked
        self.code = code


async def question_about(call: Call, operation: Operation, effect: Effect) -> Question:
    """What this call is about to do, from its preview or else from what its tool does and its arguments; what could not
    be checked before it, as the call's notes say, since the person would take it for checked; and which addresses and
    hosts, shown or not, have letters that pass for others.

    Raises:
        ReplyError: where the preview finds that nothing would happen, or cannot look.
    """
    question = await _preview(call, operation, effect)
    unchecked = [note for note in call.notes if note.startswith(NOT_CHECKED) and note not in question.text]
    odd = describe_odd_letters((question.text, question.facts, call.arguments.wire()))
    return replace(question, text="\n".join(filter(None, [question.text, *unchecked, odd])))


async def _preview(call: Call, operation: Operation, effect: Effect) -> Question:
    if operation.preview is None:
        about = _SENTENCE_ENDS.split(operation.about.replace("\n", " "), maxsplit=1)[0].rstrip(".;")
        about = about if about[1:2].isupper() else about[:1].lower() + about[1:]
        return Question("\n".join([f"{_WHAT[effect]}: {about}:", *describe_values(call.arguments.wire(), {})]))
    found = await operation.preview(call)
    return found if isinstance(found, Question) else Question(found)


def digest(*parts: Any) -> str:
    """Sixty-four hex digits that differ wherever one of the parts, which are plain data, differs."""
    text = json.dumps(parts, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
