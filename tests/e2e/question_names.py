"""The things that a question names by their ids, and whether it says what they are called."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tests.chaos.stage import Stage

SMALLEST = 100
"""Smaller numbers are seldom ids of what a question is about: they count."""
LONG = 6
"""Digits of an id that stands for one thing."""
NAMED_KINDS = ("contact", "sequence", "step", "thread", "task")
NAMES = (
    "name",
    "title",
    "fullName",
    "firstName",
    "lastName",
    "email",
    "userName",
    "subject",
    "fileName",
    "pattern",
    "url",
    "typeOfQuestion",
    "message",
    "body",
    "description",
)
"""Fields that say what a thing is called, or are what it says."""
_CALL = re.compile(r"\b(reply_\w+ )?\{[^{}]*\}")
_ID = re.compile(r"(?<![\w.@-])(\d{3,}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(?![\w@-]|\.\d)")


def nameless_ids(stage: Stage, question: str, read: set[tuple[str, int]]) -> list[tuple[str, str]]:
    """The kind and id of each thing in a question that has a name which the question does not say.

    Args:
        read: kinds and ids of what was read for it.
    """
    text = _CALL.sub("", question)
    told = _words(text)
    found = []
    for id in dict.fromkeys(_ID.findall(text)):
        docs = [
            (kind, doc)
            for kind, number in sorted(read | _meant(stage, id))
            if (doc := stage.store.get(kind, number)) and id in (str(number), str(doc.get("_uuid")))
        ]
        names = [name for kind, doc in docs for name in _names_as_people_know(stage, kind, doc)]
        if names and not any(_words(name) in told for name in names):
            found.append((docs[0][0], id))
    return found


def _meant(stage: Stage, id: str) -> set[tuple[str, int]]:
    """What has this id, though nothing was read of it: long ids belong to one thing."""
    if not id.isdigit() or len(id) < LONG:
        return set()
    return {(kind, int(id)) for kind in NAMED_KINDS if stage.store.get(kind, int(id))}


def _names_as_people_know(stage: Stage, kind: str, doc: Any) -> list[str]:
    """Conversations and tasks are known by whose they are, or else by their words."""
    if kind in ("thread", "task") and (contact := stage.store.get("contact", doc.get("_contactId") or 0)):
        return list(names_of(contact))
    return list(names_of(doc))


def names_of(doc: Any) -> Iterator[str]:
    """What a thing is called: its own names, and those of its parts."""
    for key, value in doc.items() if isinstance(doc, dict) else ():
        if key in NAMES and isinstance(value, str) and value.strip():
            yield re.sub(r"<[^>]+>", " ", value).strip()[:20]
        elif isinstance(value, dict):
            yield from names_of(value)
        elif isinstance(value, list):
            for one in value:
                yield from names_of(one)


def _words(text: str) -> str:
    return " ".join(text.split()).casefold()
