"""Arguments of operations that look before they act: what was read for the preview serves the check and the sending."""

from __future__ import annotations

import html
import re
from typing import Any

from pydantic import PrivateAttr

from reply_mcp.catalog.operation import Arguments, Call

_TAG = re.compile(r"<(style|script)\b.*?</\1>|<[^>]*>", re.IGNORECASE | re.DOTALL)


class ReadsOnce(Arguments):
    """Arguments that remember, for the one call that they are of, what was read about them."""

    _seen: dict[str, Any] = PrivateAttr(default_factory=dict)


async def read_once(call: Call, operation: str, /, **arguments: Any) -> Any:
    """The answer of another operation, asked for once in a call however many of its steps want it."""
    seen: dict[str, Any] = call.arguments._seen
    key = f"{operation} {sorted(arguments.items(), key=lambda pair: pair[0])}"
    if key not in seen:
        seen[key] = await call.ask(operation, **arguments)
    return seen[key]


def first_words(text: Any, most: int = 160) -> str:
    """A message on one line, without its tags, cut at `most` characters."""
    plain = " ".join(html.unescape(_TAG.sub(" ", str(text or ""))).split())
    return plain if len(plain) <= most else plain[: most - 1].rstrip() + "…"
