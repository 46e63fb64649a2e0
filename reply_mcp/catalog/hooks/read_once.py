"""What one call reads, it reads once: an answer that the question was made from serves the check and the sending."""

from __future__ import annotations

import json
from typing import Any

from reply_mcp.catalog.operation import Call
from reply_mcp.errors import Unreadable
from reply_mcp.text.cleaning import inline
from reply_mcp.text.html import html_to_text


async def read_once(call: Call, operation: str, /, **arguments: Any) -> Any:
    """The answer of another operation, asked for once in a call however many of its steps want it."""
    key = _key(operation, arguments)
    if key not in call.seen:
        call.seen[key] = await call.ask(operation, **arguments)
    return call.seen[key]


async def read_record(call: Call, operation: str, /, **arguments: Any) -> dict[str, Any]:
    """`read_once` of an operation that answers with one object.

    Raises:
        Unreadable: where the answer is none: an empty one would say of everybody that nothing speaks against a write.
    """
    record = await read_once(call, operation, **arguments)
    if not isinstance(record, dict):
        raise Unreadable(f"Reply's answer to {operation} is no object and could not be read.")
    return record


def has_read(call: Call, operation: str, /, **arguments: Any) -> bool:
    """Whether `read_once` has the answer already."""
    return _key(operation, arguments) in call.seen


def remember(call: Call, answer: Any, operation: str, /, **arguments: Any) -> None:
    """Takes what another answer held for that of this operation, which `read_once` then does not ask for in this
    call."""
    call.seen.setdefault(_key(operation, arguments), answer)


def forget(call: Call, operation: str, /, **arguments: Any) -> None:
    """Has `read_once` ask again, where what is remembered says too little."""
    call.seen.pop(_key(operation, arguments), None)


def _key(operation: str, arguments: dict[str, Any]) -> str:
    return f"{operation} {json.dumps(arguments, sort_keys=True, default=str)}"


def first_words(text: Any, most: int = 160) -> str:
    """A message on one line as its reader sees it, cut at `most` characters."""
    return inline(html_to_text(str(text or "")), most)
