"""Several things in one sentence: "3 contacts", "Ann, Bob and 4 more"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence


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


def list_by_reason(items: Mapping[str, Sequence[str]], most: int) -> list[str]:
    """A text for each reason with which it holds for, `most` of them at most. Reasons of one kind, such as `bounced: in
    "Q4"` and `bounced: in "Spring"`, stand together, the kind and their number once: `3 bounced: in "Q4" (12)` and
    `in "Spring" (34, 56)`."""
    kinds: dict[tuple[str, str], dict[str, Sequence[str]]] = {}
    for reason, names in items.items():
        kind, colon, detail = reason.partition(": ")
        kinds.setdefault((kind, colon), {})[detail] = names
    texts = []
    for (kind, colon), details in kinds.items():
        many = f"{sum(map(len, details.values()))} {kind}{colon}"
        for detail, names in details.items():
            texts.append(f"{many}{detail} ({list_some(names, most)})")
            many = ""
    return texts
