"""Strings that came from outside, and may do harm in a text of ours.

Names, subjects and notes are written by people outside, and Reply gives them back as they are. Put into a question or
an error, a line break in a first name makes the rest of it look like a line of this server. So every such string is
marked where it enters: Reply's answers where they are parsed, a caller's arguments where a call begins. A marked string
is the same string for all purposes (equal, hashed, sent to Reply, written as JSON) but one: formatted into a text
(`f"{name}"`, `str.format`), it is `inline(name)`: one cleaned line that cannot pass for words of this server.

Cleaning where text is made, rather than in each place that makes it, is what holds for texts written later: whoever
writes an f-string is safe without knowing of it. Three things to know:

- `" ".join(names)` and `+` take strings as they are: join with `text.lists.join` or `list_some`.
- Data to be sent is built with `+`, `join` or `raw`, never with an f-string.
- A string in which there is nothing to clean is not marked, so that almost all strings stay plain.
"""

from __future__ import annotations

import re
from typing import Any, SupportsIndex

from reply_mcp.text.cleaning import TRIGGERS, inline, is_safe_inline


class Outside(str):
    """A string from outside; formatted, it is `inline`."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        return format(inline(raw(self)), spec)

    def __repr__(self) -> str:
        return repr(inline(raw(self)))

    def __str__(self) -> str:
        return self

    def __getitem__(self, key: SupportsIndex | slice) -> str:
        return _marked(raw(self)[key])


def _keeping_the_mark(name: str) -> Any:
    plain = getattr(str, name)

    def method(self: Outside, *given: Any, **named: Any) -> Any:
        found = plain(self, *given, **named)
        return _marked(found) if isinstance(found, str) else type(found)(map(_marked, found))

    return method


for _name in (
    "strip lstrip rstrip removeprefix removesuffix lower upper casefold title capitalize replace "
    "split rsplit splitlines partition rpartition"
).split():
    setattr(Outside, _name, _keeping_the_mark(_name))


def raw(text: str) -> str:
    """The plain string behind `text`, exactly as it came."""
    return str.__str__(text)


def mark_outside(value: Any, source: str | None = None) -> Any:
    """`value` (parsed JSON; lists and objects in it are changed in place) with the strings marked that are not safe in
    a text of ours.

    Args:
        source: the JSON that it was parsed from, which spares most strings most of the look.
    """
    triggers = TRIGGERS
    if source is not None and not _ESCAPED.search(source):
        lowered = source.lower()
        triggers = tuple(word for word in TRIGGERS if word in lowered)
    return _mark(value, triggers, set())


_ESCAPED = re.compile(r"\\u00[2-7]")
"""A letter or sign of ASCII that JSON need not escape, and may."""


def _mark(value: Any, triggers: tuple[str, ...], safe: set[str]) -> Any:
    """See `mark_outside`; `safe` collects the strings that were found to be, since keys and many values repeat."""
    kind = type(value)
    if kind is str:
        if value in safe:
            return value
        if not is_safe_inline(value, triggers):
            return Outside(value)
        safe.add(value)
    elif kind is dict:
        for key, inner in list(value.items()):
            if inner is not None:
                value[key] = _mark(inner, triggers, safe)
            if key not in safe and type(marked := _mark(key, triggers, safe)) is Outside:
                value[marked] = value.pop(key)
    elif kind is list:
        for place, inner in enumerate(value):
            value[place] = _mark(inner, triggers, safe)
    return value


def _marked(text: str) -> str:
    return text if is_safe_inline(text) else Outside(text)
