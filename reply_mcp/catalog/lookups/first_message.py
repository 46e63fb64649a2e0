"""The next message of a sequence to one person, in the words in which they will read it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from reply_mcp.catalog.hooks.read_once import read_record
from reply_mcp.catalog.hooks.step_order import order_steps
from reply_mcp.catalog.lookups.audience import short_name
from reply_mcp.catalog.operation import Call
from reply_mcp.catalog.rows import rows_of
from reply_mcp.errors import ApiError, RequestCapReached
from reply_mcp.text.cleaning import quote
from reply_mcp.text.html import html_to_text
from reply_mcp.text.lists import join, plural
from reply_mcp.text.names import fold_name

_SUBJECT, _BODY = 80, 60
_KINDS = {"linkedin": "LinkedIn message", "sms": "SMS", "whatsapp": "WhatsApp message"}
_BY_HAND = ("task", "call", "condition")
"""Kinds of steps that send no message by themselves."""
_VARIABLE = re.compile(r"\{\{\s*([^{}|]+?)\s*(?:\|([^{}]*))?\}\}")


def message_steps(sequence: dict[str, Any]) -> list[dict[str, Any]]:
    """The sequence's steps in the order in which a person meets them."""
    return order_steps(rows_of(sequence.get("steps"))).steps


def sends(step: dict[str, Any]) -> bool:
    """Whether the person whose turn a step is gets something by it, without somebody doing it by hand."""
    by_hand = str(step.get("executionMode") or "").casefold() == "manual"
    return str(step.get("type") or "").casefold() in ("email", "linkedin", "sms") and not by_hand


def next_step(steps: list[dict[str, Any]], id: Any) -> dict[str, Any]:
    """The first step with words from that step on, or from the first one where it is not among them; {} for none."""
    return next((step for step in steps_from(steps, id) if _words_of(step) != ("", "")), {})


_NEEDS = {
    "email": ("email", "an email address"),
    "linkedin": ("linkedInUrl", "a LinkedIn profile"),
    "sms": ("phone", "a phone number"),
    "whatsapp": ("phone", "a phone number"),
}
"""What a contact needs for each kind of message: the field of it, and its name."""


def out_of_reach(person: dict[str, Any], steps: list[dict[str, Any]], id: Any) -> str:
    """`without an email address`, where no message from that step on, or from the first one, can reach somebody; ""
    where one can, or what they have is not known."""
    kinds = [str(step.get("type") or "").casefold() for step in steps_from(steps, id)]
    lacking = [_lacks(person, kind) for kind in kinds if kind not in _BY_HAND]
    return lacking[0] if lacking and all(lacking) else ""


def reaches(person: dict[str, Any], steps: list[dict[str, Any]], id: Any) -> bool:
    """Whether somebody has what the next message from that step on needs, as far as that is known."""
    return not _lacks(person, str(next_step(steps, id).get("type") or "").casefold())


def _lacks(person: dict[str, Any], kind: str) -> str:
    field, name = _NEEDS.get(kind, ("", ""))
    return f"without {name}" if field in person and not person[field] else ""


def needs_beside_email(steps: Iterable[dict[str, Any]]) -> list[str]:
    """`a LinkedIn profile`, `a phone number`: what people need for these steps and a sequence's own list of its people
    does not say."""
    kinds = {str(step.get("type") or "").casefold() for step in steps} - {"email"}
    return list(dict.fromkeys(name for kind, (_, name) in _NEEDS.items() if kind in kinds))


def steps_from(steps: list[dict[str, Any]], id: Any) -> list[dict[str, Any]]:
    """The steps from that one on, or all of them where it is not among them."""
    return steps[next((at for at, step in enumerate(steps) if str(step.get("id")) == str(id)), 0) :]


def _words_of(step: dict[str, Any]) -> tuple[str, str]:
    """Subject and text of what a step sends; of several variants the first that is on."""
    if str(step.get("type") or "").casefold() not in ("email", "linkedin", "sms", "whatsapp"):
        return "", ""
    variants = _variants_on(step)
    words = variants[0] if variants else step
    return str(words.get("subject") or ""), str(words.get("message") or "")


def _variants_on(step: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for one in rows_of(step.get("variants")) if one.get("isEnabled") is not False]


async def describe_first_message(
    call: Call, sequence: dict[str, Any], person: dict[str, Any], *, enrolled: bool, start_step: Any = None
) -> tuple[str, list[str]]:
    """`first message to Jane Doe: "Follow-ups": "Hi Jane, …" (84 words)`, without their number where all are shown, and
    its subject and text in full; "" and [] where the sequence sends no words.

    One request where they are in the sequence: Reply's own preview of it. Else, and where that fails, the step's text
    with the variables filled that `person` has values for.

    Args:
        person: a contact, or somebody in the sequence as `GetSequenceContacts` has them.
        enrolled: whether they are in the sequence.
        start_step: where they begin, for somebody who is not in it yet.
    """
    step = person.get("currentStep") if enrolled else None
    at = next_step(message_steps(sequence), step.get("stepId") if isinstance(step, dict) else start_step)
    if not at:
        return "", []
    subject, body = _words_of(at)
    preview = await _read_preview(call, sequence, person) if enrolled else {}
    shown = _words_in(preview, at)
    subject, body = shown or (fill(subject, person), fill(body, person))
    subject, body = html_to_text(subject), html_to_text(body)
    kind = f"first {_KINDS.get(str(at['type']).casefold(), 'message')}"
    by_hand = ", by hand," if not sends(at) else ""
    lacks = _lacks({**person, **_identity_in(preview)}, str(at["type"]).casefold())
    empty = _empty_variables(f"{subject} {body}", person)
    lacking = f", who is {lacks}" if lacks else f", who has no {join(empty)}" if empty else ""
    count = len(_variants_on(at))
    start = quote(body, _BODY)
    beyond = [plural(len(body.split()), "word")] if start != quote(body, None) else []
    beyond += [f"{count} variants"] if count > 1 else []
    title = f"{quote(subject, _SUBJECT)}: " if subject else ""
    more = f" ({join(beyond)})" if beyond else ""
    return f"{kind}{by_hand} to {short_name(person)}{lacking}: {title}{start}{more}", [subject, body]


async def _read_preview(call: Call, sequence: dict[str, Any], person: dict[str, Any]) -> dict[str, Any]:
    """Reply's own preview of the messages to them; {} where there is none."""
    try:
        return await read_record(
            call, "GetSequencePreview", sequenceId=sequence.get("id"), contactId=person.get("contactId")
        )
    except (ApiError, RequestCapReached):
        return {}


def _words_in(preview: dict[str, Any], step: dict[str, Any]) -> tuple[str, str] | None:
    for row in rows_of(preview.get("steps")):
        if str(row.get("stepId")) == str(step.get("id")) and row.get("body"):
            return str(row.get("subject") or ""), str(row["body"])
    return None


def _identity_in(preview: dict[str, Any]) -> dict[str, Any]:
    names = {"contactEmail": "email", "contactLinkedInUrl": "linkedInUrl"}
    return {field: preview[name] for name, field in names.items() if name in preview}


def _empty_variables(text: str, person: dict[str, Any]) -> list[str]:
    """`{{Company}}`: the variables left in a text of which it is known that the contact has no value for them."""
    known = {fold_name(key) for key, value in person.items() if value in (None, "")}
    return list(dict.fromkeys(match[0] for match in _VARIABLE.finditer(text) if fold_name(match[1]) in known))


def fill(text: str, person: dict[str, Any]) -> str:
    """A text with the variables filled that a contact has values for; the others stay as they are."""
    values = {fold_name(key): str(value) for key, value in person.items() if isinstance(value, str) and value}
    values |= {
        fold_name(str(one.get("title") or one.get("key"))): str(one["value"])
        for one in rows_of(person.get("customFields"))
        if one.get("value") not in (None, "")
    }
    values["fullname"] = " ".join(filter(None, (person.get("firstName"), person.get("lastName"))))
    for variable, field in (("website", "domain"), ("linkedin", "linkedinurl")):
        values.setdefault(variable, values.get(field, ""))
    return _VARIABLE.sub(lambda match: values.get(fold_name(match[1])) or match[2] or match[0], text)
