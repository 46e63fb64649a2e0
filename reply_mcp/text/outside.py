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

import json
import re
from collections.abc import Container
from typing import Any, SupportsIndex

from reply_mcp.text.cleaning import INLINE_WIDTH, TRIGGERS, clean, inline, is_safe_inline, may_have_entities
from reply_mcp.text.lookalikes import as_read


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
        source: the JSON that it was parsed from. It is checked first as a whole, then by its different strings, which
            are few beside its places; where all of them are safe nothing is walked through.
    """
    if source is None:
        return _mark(value, _NotSafe())
    if _all_safe(source):
        return value
    found = _unsafe_strings(source)
    return _mark(value, found) if found else value


_PLAIN = bytes(range(0x20, 0x7F))
_ODD_BLANKS = (b"  ", b"| ", b" |")
"""Two blanks, and one at the beginning or end of a string among others that `|` parts."""
_SIGNS = tuple(
    b"not done yet|to go ahead|call again|the person|person has agreed|nothing was|outside text|ignore |system:|"
    b"assistant:|<system|</system|reply_|confirm|<<<|>>>".split(b"|")
)
"""At least one of them is in each of `TRIGGERS`."""


def _all_safe(source: str) -> bool:
    """Whether every string in a JSON text is surely safe: its different strings, which are few beside its places, are
    looked at together as bytes. That is quick, and enough for nearly every answer."""
    written = source.encode(errors="replace")
    if b"\\" in written:
        return False
    # Without a backslash every second piece between quotation marks is a string.
    strings = set(written.split(b'"')[1::2])
    together = b"|%b|" % b"|".join(strings)
    if any(odd in together for odd in _ODD_BLANKS) or max(map(len, strings), default=0) > INLINE_WIDTH:
        return False
    text = together.decode(errors="replace")
    letters = "".join(set(together.translate(None, _PLAIN).decode(errors="replace")))
    if may_have_entities(text) or clean(letters) != letters or not letters.isprintable():
        return False
    for letter in letters:
        read = as_read(letter).lower()
        # Letter by letter, since few are beyond ASCII, and of those few read as one of it.
        if any(map(str.isascii, read)):
            text = text.replace(letter, read)
    lowered = text.encode().lower()
    return not any(sign in lowered for sign in _SIGNS)


_STRING = re.compile(r'"([^"\\]*+(?:\\.[^"\\]*+)*+)"', re.DOTALL)


def _unsafe_strings(source: str) -> set[str]:
    """The strings in a JSON text that `inline` would not leave as they are."""
    written = set(_STRING.findall(source) if "\\" in source else source.split('"')[1::2])
    lowered = as_read("|".join(written)).lower()
    triggers = tuple(word for word in TRIGGERS if word in lowered)
    found: set[str] = set()
    for text in written:
        if "\\" in text:
            # Letters that may be written otherwise: only what they stand for shows what words they make.
            text = json.loads(f'"{text}"')
            if not is_safe_inline(text):
                found.add(text)
        elif not is_safe_inline(text, triggers):
            found.add(text)
    return found


class _NotSafe:
    """The strings that `inline` would not leave as they are; those that it would are remembered, since many repeat."""

    def __init__(self) -> None:
        self._safe: set[str] = set()

    def __contains__(self, text: object) -> bool:
        if text in self._safe:
            return False
        if is_safe_inline(str(text)):
            self._safe.add(str(text))
            return False
        return True


def _mark(value: Any, unsafe: Container[str]) -> Any:
    """See `mark_outside`."""
    kind = type(value)
    if kind is str:
        return Outside(value) if value in unsafe else value
    if kind is dict:
        for key, inner in list(value.items()):
            if type(inner) in _WITH_STRINGS:
                value[key] = _mark(inner, unsafe)
            if key in unsafe:
                value[Outside(key)] = value.pop(key)
    elif kind is list:
        for place, inner in enumerate(value):
            if type(inner) in _WITH_STRINGS:
                value[place] = _mark(inner, unsafe)
    return value


_WITH_STRINGS = frozenset({str, dict, list})


def _marked(text: str) -> str:
    return text if is_safe_inline(text) else Outside(text)
