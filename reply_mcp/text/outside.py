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


def mark_outside(value: Any) -> Any:
    """`value` (parsed JSON; lists and objects in it are changed in place) with the strings marked that are not safe in
    a text of ours."""
    unsafe = _unsafe_among(_strings_in(value))
    return _mark(value, unsafe) if unsafe else value


def _strings_in(value: Any) -> set[str]:
    """The different strings of parsed JSON, keys among them: few beside its places."""
    found: set[str] = set()
    todo: list[Any] = [(value,)]
    while todo:
        inside = todo.pop()
        if type(inside) is dict:
            found.update(inside)
            inside = inside.values()
        for inner in inside:
            kind = type(inner)
            if kind is str:
                found.add(inner)
            elif kind is dict or kind is list:
                todo.append(inner)
    return found


_PLAIN = bytes(range(0x20, 0x7F))
_SIGNS = tuple(
    b"not done yet|to go ahead|call again|person|nothing was|outside text|ignore |system:|assistant:|reply_|confirm|<|"
    b">>>".split(b"|")
)
"""At least one of them is in each of `TRIGGERS`."""
_FEW = 8
"""Strings up to which it is quicker to look at each."""


def _unsafe_among(strings: set[str]) -> set[str]:
    """The strings that `inline` would not leave as they are. Nearly always there is none: a look at all of them
    together, mostly as bytes, shows that quickly."""
    if len(strings) < _FEW:
        return {text for text in strings if not is_safe_inline(text)}
    strings.discard("")
    # A blank at the beginning or end of a string is a second one here.
    together = " " + " ".join(strings) + " "
    written = together.encode(errors="surrogatepass")
    letters = "".join(set(written.translate(None, _PLAIN).decode(errors="surrogatepass")))
    read = together
    for letter in letters:
        lower = as_read(letter).lower()
        # Letter by letter, since few are beyond ASCII, and of those few read as one of it.
        if any(map(str.isascii, lower)):
            read = read.replace(letter, lower)
    lowered = read.encode(errors="replace").lower()
    signs = any(sign in lowered for sign in _SIGNS)
    if (
        signs
        or "  " in together
        or '"' in together
        or not letters.isprintable()
        or clean(letters) != letters
        or may_have_entities(together)
        or max(map(len, strings), default=0) > INLINE_WIDTH
    ):
        triggers = tuple(word for word in TRIGGERS if word.encode() in lowered) if signs else ()
        return {text for text in strings if not is_safe_inline(text, triggers)}
    return set()


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
