"""The rows of a page, and whether another one follows."""

from __future__ import annotations

from typing import Any

from reply_mcp.errors import Unreadable


def rows_of(answer: Any) -> list[dict[str, Any]]:
    """The items of a page, or of a bare array; whatever is not an object is left out.

    An answer that holds no list gives no rows: `Call.ask` has raised `Unreadable` for it where v3 documents a list, so
    that nothing is decided by it here.
    """
    rows = answer.get("items") if isinstance(answer, dict) else answer
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def more_after(answer: Any) -> bool:
    """Whether another page follows. An empty page is the end, whatever it says."""
    return isinstance(answer, dict) and bool(answer.get("hasMore")) and bool(rows_of(answer))


def read_rows(answer: Any, what: str) -> list[dict[str, Any]]:
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
