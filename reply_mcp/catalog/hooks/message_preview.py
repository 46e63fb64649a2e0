"""A message as the question before its sending shows it."""

from __future__ import annotations

from typing import Any

from reply_mcp.text.cleaning import disarm
from reply_mcp.text.html import html_to_text

_MOST = 3000


def quote_message(text: Any) -> str:
    """The words of a message as their reader will see them, in quotation marks, with the white space that comes before:
    a blank, or a line break before several lines. Of more than 3,000 characters it says how many."""
    words = disarm(html_to_text(str(text or ""))).replace('"', "'")
    if len(words) > _MOST:
        words = f"{words[:_MOST].rstrip()}… [{len(words) - _MOST:,} more characters]"
    return f'\n"{words}"' if "\n" in words else f' "{words}"'
