"""Several things in one sentence: "3 contacts", "Ann, Bob and 4 more"."""

from __future__ import annotations

import re
from collections.abc import Iterable


def plural(count: int, noun: str, plural_noun: str = "") -> str:
    """`1 contact`, `3 contacts`, `2 companies`; `plural_noun` where it is formed otherwise."""
    return f"{count:,} {noun if count == 1 else plural_noun or plural_of(noun)}"


def plural_of(noun: str) -> str:
    """`contacts`, `companies`, `replays`."""
    return f"{noun[:-1]}ies" if re.search(r"[^aeiou]y$", noun) else f"{noun}s"


def join(items: Iterable[object], between: str = ", ") -> str:
    """The items as one text, those from outside cleaned, as `str.join` would not (see `text.outside`)."""
    return between.join(f"{item}" for item in items)


def list_some(items: Iterable[object], most: int, *, between: str = ", ") -> str:
    """The first `most` items and how many more there are: `Ann, Bob and 4 more`."""
    found = [f"{item}" for item in items]
    rest = len(found) - most
    return between.join(found[:most]) + (f" and {rest:,} more" if rest > 0 else "")
