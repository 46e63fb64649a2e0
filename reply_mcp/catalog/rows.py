"""Pages that a decision rests on: one that cannot be read must not pass for an empty one."""

from __future__ import annotations

from typing import Any

from reply_mcp.catalog.lookups.contacts import rows_of
from reply_mcp.errors import Unreadable


def rows_read(answer: Any, what: str) -> list[dict[str, Any]]:
    """The items of a page, or of a bare array.

    Args:
        answer: as Reply sent it.
        what: what the page holds, for the message ("the blacklist").

    Raises:
        Unreadable: where it holds no list at all.
    """
    rows = answer.get("items") if isinstance(answer, dict) else answer
    if not isinstance(rows, list):
        raise Unreadable(f"Reply's answer about {what} could not be read; nothing was changed.")
    return rows_of(rows)
