"""Completions: names of sequences, lists and contacts for templates and prompts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from reply_mcp import catalog
from reply_mcp.catalog.arguments.validation import validate
from reply_mcp.catalog.rows import more_after, rows_of
from reply_mcp.client.session import Session
from reply_mcp.errors import ReplyError
from reply_mcp.text.cleaning import inline
from reply_mcp.text.surrogates import replace_lone_surrogates

MOST_NAMES = 20
LONGEST_TYPED = 200
"""Characters typed beyond which nothing is looked up; no name is longer."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where the names of one kind come from: an operation, its search argument, the key of the name."""

    operation: str
    argument: str
    key: str


SOURCES = {
    "contact": Source("FilterContacts", "searchTerm", "email"),
    "sequence": Source("GetSequences", "name", "name"),
    "list": Source("GetContactLists", "search", "name"),
}


async def complete_name(session: Session, kind: str, typed: str) -> tuple[list[str], bool]:
    """Up to `MOST_NAMES` names of that kind that contain what was typed, and whether there may be more; none where
    Reply refuses to list them.

    Contacts are looked up from two characters on.
    """
    source = SOURCES.get(kind)
    if source is None or len(typed) > LONGEST_TYPED or (kind == "contact" and len(typed) < 2):
        return [], False
    typed = replace_lone_surrogates(typed)
    arguments: dict[str, Any] = {"top": MOST_NAMES}
    if typed:
        arguments[source.argument] = typed
    operation = catalog.operation(source.operation)
    try:
        answer = (await session.perform(validate(operation.arguments, arguments))).answer
    except ReplyError:
        return [], False
    # A name resolves as it is shown, too (`client.name_resolution`).
    found = [inline(str(row[source.key])) for row in rows_of(answer) if row.get(source.key)]
    names = [name for name in dict.fromkeys(found) if typed.casefold() in name.casefold()]
    return names[:MOST_NAMES], len(names) > MOST_NAMES or more_after(answer)
