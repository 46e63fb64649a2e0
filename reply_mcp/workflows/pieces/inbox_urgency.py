"""Which unread threads come first, by their category and by what the other side writes."""

from __future__ import annotations

from typing import Any

from reply_mcp.catalog.areas.inbox.thread_hooks import is_with_deleted_contact
from reply_mcp.catalog.rows import object_at
from reply_mcp.text.intents import find_deadline, find_opt_out_request
from reply_mcp.text.previews import own_beginning
from reply_mcp.workflows.pieces.partial_reads import short_name

_FIRST = ("interested", "meeting", "meeting booked", "meeting intent")
_ALONE, _DELETED = "asking to be left alone", "of deleted contacts"
_LAST = (
    _ALONE,
    _DELETED,
    "not interested",
    "do not contact",
    "out of office",
    "auto reply",
    "automatic reply",
    "unsubscribed",
)


def waits_for_us(row: dict[str, Any]) -> bool:
    """Whether a thread's last message is not known to be ours, nor an answer scheduled; see `add_state`."""
    state = str(row.get("state") or "")
    return "their turn" not in state and "reply planned" not in state


def urgency_of(row: dict[str, Any]) -> tuple[int, bool]:
    """Sorts threads: those that show interest or have a deadline, any others, those that need no answer; within each,
    deadlines first."""
    dated = bool(deadline_of(row))
    return 0 if dated else urgency(group_of(row)), not dated


def urgency(category: str) -> int:
    """0 for replies that show interest, 2 for those that ask to be left alone or are automatic, 1 for any other."""
    word = category.casefold()
    return 0 if word in _FIRST else 2 if word in _LAST else 1


def category_of(row: dict[str, Any]) -> str:
    """The name of a thread's category; "" where it has none."""
    return short_name(object_at(row, "category").get("name"))


def group_of(row: dict[str, Any]) -> str:
    """What a thread counts as: its category, but for those in which nobody is to be written to."""
    if is_with_deleted_contact(row):
        return _DELETED
    return _ALONE if asks_to_be_left_alone(row) else category_of(row)


def asks_to_be_left_alone(row: dict[str, Any]) -> bool:
    """Whether the other side's last words, as far as the row has them, ask not to be written to."""
    return find_opt_out_request(_own_beginning(row)) is not None


def deadline_of(row: dict[str, Any]) -> str:
    """The sentence of the other side's last words, as far as the row has them, that says by when; "" for none, and for
    what needs no answer: an automatic one says whom to ask about what is urgent."""
    return "" if urgency(group_of(row)) > 1 else find_deadline(_own_beginning(row))


def _own_beginning(row: dict[str, Any]) -> str:
    """The other side's words alone: ours about unsubscribing, which they quote, are none of theirs."""
    return own_beginning(str(row.get("bodyPreview") or ""))
