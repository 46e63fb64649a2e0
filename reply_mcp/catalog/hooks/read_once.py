"""What one call reads, it reads once: an answer that the question was made from serves the check and the sending."""

from __future__ import annotations

import html
import re
from typing import Any

from reply_mcp.catalog.operation import Call

_TAG = re.compile(r"<(style|script)\b.*?</\1>|<[^>]*>", re.IGNORECASE | re.DOTALL)


async def read_once(call: Call, operation: str, /, **arguments: Any) -> Any:
    """The answer of another operation, asked for once in a call however many of its steps want it."""
    key = f"{operation} {sorted(arguments.items(), key=lambda pair: pair[0])}"
    if key not in call.seen:
        call.seen[key] = await call.ask(operation, **arguments)
    return call.seen[key]


def first_words(text: Any, most: int = 160) -> str:
    """A message on one line, without its tags, cut at `most` characters."""
    plain = " ".join(html.unescape(_TAG.sub(" ", str(text or ""))).split())
    return plain if len(plain) <= most else plain[: most - 1].rstrip() + "…"
