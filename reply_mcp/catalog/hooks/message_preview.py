"""A message as the question before its sending shows it."""

from __future__ import annotations

from typing import Any

from reply_mcp.text.cleaning import disarm
from reply_mcp.text.html import html_to_text

_MOST = 10_000


def quote_message(text: Any) -> str:
    """The words of a message as their reader will see them, with the white space that comes before: in quotation marks
    after a blank, or below, each of several lines behind `> `, so that none of them can pass for a line of the
    question. Of more than 10,000 characters it says how many."""
    words = disarm(html_to_text(str(text or ""))).replace('"', "'")
    if len(words) > _MOST:
        words = f"{words[:_MOST].rstrip()}… [{len(words) - _MOST:,} more characters]"
    if "\n" in words:
        return "".join(f"\n> {line}".rstrip() for line in words.split("\n"))
    return f' "{words}"'
