"""The other side's last message in a conversation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reply_mcp.catalog.rows import rows_of
from reply_mcp.text.quotes import own_words
from reply_mcp.text.times import instant


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """A message without what it quotes and without a signature seen before.

    Attributes:
        left_out: characters cut from the end.
        after: messages of ours that followed.
        cut: what else was left out: quotes, a signature, hidden text.
    """

    text: str
    at: datetime | None
    left_out: int = 0
    after: int = 0
    cut: str = ""


def last_inbound_message(thread: Any, most: int) -> InboundMessage | None:
    """The other side's last message in a thread as `GetInboxThread` answers it, cut to `most` characters; None where
    they never wrote."""
    messages = rows_of(thread.get("messages")) if isinstance(thread, dict) else []
    if all(message.get("date") for message in messages):
        messages.sort(key=lambda message: str(message["date"]))
    theirs = [place for place, message in enumerate(messages) if message.get("isOutbound") is False]
    if not theirs:
        return None
    message = messages[theirs[-1]]
    own = own_words([message], messages[: theirs[-1]])[0]
    text = own.text
    kept = text if len(text) <= most else text[:most].rstrip() + "…"
    return InboundMessage(
        kept, instant(message.get("date")), max(0, len(text) - most), len(messages) - 1 - theirs[-1], own.left_out()
    )


def format_age(moment: datetime | None, now: datetime) -> str:
    """`3 h`, `2 days`; "" where the moment is unknown."""
    if moment is None:
        return ""
    hours = max(0.0, (now - moment).total_seconds() / 3600)
    if round(hours * 60) < 60:
        return f"{round(hours * 60)} min"
    return f"{hours:.0f} h" if hours < 48 else f"{hours / 24:.0f} days"
