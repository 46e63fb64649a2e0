"""Completions: names of sequences, lists and contacts for templates and prompts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from reply_mcp import catalog
from reply_mcp.catalog.arguments.validation import validate
from reply_mcp.client.session import Session
from reply_mcp.errors import ReplyError

MOST = 20


@dataclass(frozen=True, slots=True)
class Source:
    """Where the names of one kind come from: an operation, its argument for a beginning, the key of the name."""

    operation: str
    argument: str
    key: str


SOURCES = {
    "contact": Source("FilterContacts", "searchTerm", "email"),
    "sequence": Source("GetSequences", "name", "name"),
    "list": Source("GetContactLists", "search", "name"),
}


async def names(account: Session, kind: str, begun: str) -> list[str]:
    """Up to `MOST` names of that kind that hold what was typed; none where Reply cannot say."""
    source = SOURCES.get(kind)
    if source is None or (kind == "contact" and len(begun) < 2):
        return []
    arguments: dict[str, Any] = {"top": MOST}
    if begun:
        arguments[source.argument] = begun
    operation = catalog.operation(source.operation)
    try:
        answer = (await account.perform(validate(operation.arguments, arguments))).answer
    except ReplyError:
        return []
    rows = answer.get("items", []) if isinstance(answer, dict) else answer
    found = [str(row[source.key]) for row in rows or [] if isinstance(row, dict) and row.get(source.key)]
    return [name for name in dict.fromkeys(found) if begun.casefold() in name.casefold()][:MOST]
