"""Changes that replace a text that somebody wrote: the answer says what stood there, so that it can be had back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from reply_mcp.catalog.hooks.read_once import read_once
from reply_mcp.catalog.operation import Before, Call
from reply_mcp.text.cleaning import quote
from reply_mcp.text.html import html_to_text

MOST_CHARACTERS = 1000
"""How much of a replaced text is shown."""
_SEEN = "replaced texts"


def remember_texts(reader: str | Callable[[Call], Awaitable[Any]], *names: str) -> Before:
    """Reads what holds now in the arguments `names` (Python names, dotted into parts), where these are given; at most
    one request in a call. It comes before whatever fills in arguments that were left out.

    Args:
        reader: the id of the operation that reads the thing by its `id`, or a function that gives it.

    Raises:
        ReplyError: where the thing cannot be read: nothing is replaced unseen.
    """

    async def remember(call: Call) -> None:
        given = {name: _given(call.arguments, name.split(".")) for name in names}
        if all(text is None for text in given.values()):
            return
        held = await (read_once(call, reader, id=call.arguments.id) if isinstance(reader, str) else reader(call))
        kept = call.seen.setdefault(_SEEN, {})
        for name, text in given.items():
            old = _held(held, _wire(call.arguments, name.split(".")))
            if text is not None and old and _plain(old) != _plain(text):
                kept[name] = old

    return remember


async def note_replaced_texts(call: Call, answer: Any) -> Any:
    """Notes each text that was replaced, as it was."""
    for name, old in call.seen.get(_SEEN, {}).items():
        text = html_to_text(old)
        rest = len(text) - MOST_CHARACTERS
        cut = f" ({rest:,} more characters are gone)" if rest > 0 else ""
        place = ".".join(_wire(call.arguments, name.split(".")))
        call.notes.append(f"Replaced {place}, which was {quote(text, MOST_CHARACTERS)}{cut}. Send that again to undo.")
    return answer


def _given(part: Any, path: list[str]) -> str | None:
    """The text at a path of Python names, "" where null clears it; None where it was left out."""
    for name in path:
        if part is None or name not in part.model_fields_set:
            return None
        part = getattr(part, name)
    return "" if part is None else str(part)


def _wire(part: Any, path: list[str]) -> list[str]:
    """The same path in the words of the wire."""
    wire = []
    for name in path:
        info = type(part).model_fields.get(name) if part is not None else None
        wire.append((info.alias if info is not None else None) or name)
        part = getattr(part, name, None)
    return wire


def _held(held: Any, path: list[str]) -> str:
    for name in path:
        if not isinstance(held, Mapping):
            return ""
        held = next((value for key, value in held.items() if str(key).casefold() == name.casefold()), None)
    return held if isinstance(held, str) else ""


def _plain(text: str) -> str:
    return " ".join(html_to_text(text).split())
