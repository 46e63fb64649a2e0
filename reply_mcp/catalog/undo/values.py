"""Values as they were and as they are: whether two are the same, and where they differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from reply_mcp.text.cleaning import inline
from reply_mcp.text.html import html_to_text
from reply_mcp.text.lists import plural
from reply_mcp.text.times import instant

_WIDTH = 80


def held_value(held: Any, name: str) -> Any:
    """The value under a key, whatever its case; None where there is none."""
    if not isinstance(held, Mapping):
        return None
    return next((value for key, value in held.items() if str(key).casefold() == name.casefold()), None)


def has_value(held: Any, name: str) -> bool:
    """Whether there is such a key, whatever its case."""
    return isinstance(held, Mapping) and any(str(key).casefold() == name.casefold() for key in held)


def same(one: Any, other: Any) -> bool:
    """Whether two values mean the same, as the wire may write them: words in another case, numbers as text, nothing as
    null, "" or [], a moment in another zone, HTML with other line breaks. Of objects, what the first has counts."""
    if one in (None, "", [], {}) and other in (None, "", [], {}):
        return True
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return all(same(value, held_value(other, str(key))) for key, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(other, Mapping):
        return same(one, held_value(other, "id"))
    if isinstance(one, str) and isinstance(other, str) and one != other:
        moments = instant(one), instant(other)
        if all(moments):
            return moments[0] == moments[1]
        return _plain(one) == _plain(other)
    return str(one) == str(other)


def differences(left: Mapping[str, Any], now: Any, before: str = "") -> Iterator[tuple[str, Any, Any]]:
    """The places at which `now` holds something else than `left`, each with both values."""
    for key, value in left.items():
        there = held_value(now, key)
        if isinstance(value, Mapping) and isinstance(there, Mapping):
            yield from differences(value, there, f"{before}{key}.")
        elif not same(value, there):
            yield f"{before}{key}", value, there


def describe_value(value: Any) -> str:
    """A value as people read it, on one line."""
    if value in (None, "", [], {}):
        return "nothing"
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, Mapping):
        named = held_value(value, "name") or held_value(value, "title") or held_value(value, "id")
        if named is not None:
            return inline(str(named), _WIDTH)
        return inline(", ".join(f"{key} {describe_value(one)}" for key, one in value.items()), _WIDTH)
    if isinstance(value, list) and any(isinstance(one, Mapping) and "id" not in one for one in value):
        return plural(len(value), "entry", "entries")
    if isinstance(value, list):
        shown = ", ".join(describe_value(one) for one in value[:4])
        return f"{shown} and {len(value) - 4} more" if len(value) > 4 else shown
    return f'"{inline(html_to_text(value), _WIDTH)}"' if isinstance(value, str) else f"{value}"


def _plain(text: str) -> str:
    return " ".join((html_to_text(text) if "<" in text or "&" in text else text).split()).casefold()
