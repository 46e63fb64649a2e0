"""Values as they were and as they are: whether two are the same, and where they differ."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from reply_mcp.catalog.answers import held_value
from reply_mcp.text.addresses import hide_userinfo
from reply_mcp.text.cleaning import inline
from reply_mcp.text.html import html_to_text
from reply_mcp.text.lists import join, plural
from reply_mcp.text.times import format_time, instant

_WIDTH = 80
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")


def entries(rows: Any) -> dict[str, Any] | None:
    """The values of a list of entries, each by its id or name; None for what is no such list."""
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) and "value" in row for row in rows):
        return None
    names = [next((row[key] for key in ("id", "key", "name") if row.get(key) is not None), "") for row in rows]
    return {str(name): row["value"] for name, row in zip(names, rows, strict=True)}


def same(one: Any, other: Any, *, exact: bool = True) -> bool:
    """Whether two values mean the same, as the wire may write them: numbers as text, nothing as null, "" or [], a
    moment in another zone. Of objects, what the first has counts.

    Args:
        exact: whether words have to be the same letter by letter. If not, one that stands alone may be in another case,
            as that of an enumeration, HTML may be laid out differently, and the entries of a list may have other ids:
            Reply does not always give back what was sent.
    """
    if one in (None, "", [], {}) and other in (None, "", [], {}):
        return True
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return all(same(value, held_value(other, str(key)), exact=exact) for key, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        if not exact and _are_things(one) and _are_things(other):
            one, other = _contents(one), _contents(other)
        return len(one) == len(other) and all(map(partial(same, exact=exact), one, other))
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(other, Mapping):
        return same(one, held_value(other, "id"))
    if isinstance(one, str) and isinstance(other, str) and one != other:
        moments = instant(one), instant(other)
        if all(moments):
            return moments[0] == moments[1]
        one, other = (one, other) if exact else (_plain(one), _plain(other))
        return one == other or (not exact and " " not in one and one.casefold() == other.casefold())
    return str(one) == str(other)


def differences(
    left: Mapping[str, Any], now: Any, before: str = "", *, exact: bool = False
) -> Iterator[tuple[str, Any, Any]]:
    """The places at which `now` holds something else than `left`, each with both values; `exact` as in `same`."""
    for key, value in left.items():
        there = held_value(now, key)
        if (
            isinstance(value, Mapping)
            and (within := there if isinstance(there, Mapping) else entries(there)) is not None
        ):
            yield from differences(value, within, f"{before}{key}.", exact=exact)
        elif not same(value, there, exact=exact):
            yield f"{before}{key}", value, there


def describe_difference(place: str, left: Any, now: Any) -> str:
    """What stands at a place now in place of what a change had left there, in a sentence; of lists, what differs."""
    if not (isinstance(left, list) and isinstance(now, list)):
        return f"{place} is {describe_value(now)} now; the change had left {describe_value(left)}."
    if _are_things(left) and _are_things(now):
        left, now = _contents(left), _contents(now)
    new = [one for one in now if not any(same(one, other, exact=False) for other in left)]
    gone = [one for one in left if not any(same(one, other, exact=False) for other in now)]
    parts = [f"has {_some(new)} now"] * bool(new) + [f"has {_some(gone)} no more"] * bool(gone)
    return f"{place} {join(parts)}, unlike what the change had left." if parts else f"{place} is in another order now."


def _are_things(rows: list[Any]) -> bool:
    """Whether these are things of which more than an id is known."""
    return all(isinstance(row, Mapping) and row.keys() - {"id"} for row in rows)


def _contents(rows: list[Any]) -> list[Any]:
    """Things without their ids: Reply numbers some anew each time."""
    return [{key: row[key] for key in row if key != "id"} for row in rows]


def _some(values: list[Any]) -> str:
    shown = join([describe_value(one) for one in values[:3]])
    return f"{shown} and {len(values) - 3} more" if len(values) > 3 else shown


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
    if isinstance(value, str):
        moment = instant(value) if _MOMENT.match(value) else None
        return format_time(moment) if moment else f'"{inline(hide_userinfo(html_to_text(value)), _WIDTH)}"'
    return f"{value}"


def _plain(text: str) -> str:
    return " ".join((html_to_text(text) if "<" in text or "&" in text else text).split())
