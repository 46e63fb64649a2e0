"""What a call does to the world."""

from __future__ import annotations

from enum import StrEnum


class Effect(StrEnum):
    """What a call does to the world, mildest first."""

    READ = "read"
    WRITE = "write"
    SEND = "send"  # reaches a real person, or starts sending
    SPEND = "spend"  # uses up credits
    SHARE = "share"  # somebody may read or receive what they could not before
    DELETE = "delete"  # cannot be undone
