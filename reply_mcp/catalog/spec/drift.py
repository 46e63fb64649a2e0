"""What changed between two OpenAPI documents of the same API.

    changes(before, now)   # [Change("CreateContact", "body phone", "maxLength", None, 20), …]

Both are given by their facts (`catalog.spec.facts`) and read by `catalog.spec.flatten`; operations are matched by their
id, else by method and path. `catalog.spec.meaning` says what a change means for the tools.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reply_mcp.catalog.spec.facts import path_shape
from reply_mcp.catalog.spec.flatten import Aspects, Places, flatten

GONE, NEW, RENAMED = "gone", "new", "renamed"
"""Aspects of a place as a whole; of all others the aspect is the keyword that changed."""
_OPTIONAL = ("scope", "stage", "codes", "errors")


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two documents.

    Attributes:
        operation: its id; "" for what concerns all of them.
        place: as `catalog.spec.flatten` names it; `operation` for the operation as a whole.
        aspect: what of it, such as `type`, or `GONE`, `NEW`, `RENAMED`.
        before: None where the document had nothing. Of a place that is renamed, its name; of one that is new, None.
        now: as `before`. Of a place that is gone, None; of one that is new, its aspects.
    """

    operation: str
    place: str
    aspect: str
    before: Any = None
    now: Any = None


def changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[Change]:
    """Every change from the facts of one document to those of the other, in the order of the newer.

    Raises:
        ValueError: where one of them is of no OpenAPI 3.1 document that can be read.
    """
    return list(_changes(flatten(before), flatten(now)))


def _changes(before: dict[str, Places], now: dict[str, Places]) -> Iterator[Change]:
    unsaid = _unsaid(before, now)
    by_path = {_address(places): id for id, places in before.items() if id}
    met = set()
    for id, places in now.items():
        known = id if id in before else by_path.get(_address(places), "")
        if known in met or (not known and id):
            yield Change(id, "operation", NEW, None, places["operation"])
            continue
        met.add(known)
        if id != known:
            yield Change(known, "operation", "operationId", known, id)
        yield from _between(known, before[known], _with_names_of(before[known], places), unsaid)
    for id, places in before.items():
        if id not in met:
            yield Change(id, "operation", GONE, places["operation"], None)


def _address(places: Places) -> str:
    """Method and path, whatever its parameters are called; "" for the document."""
    whole = places.get("operation")
    return f"{whole['method']} {path_shape(whole['path'])}" if whole else ""


def _with_names_of(before: Places, now: Places) -> Places:
    """The places with path parameters named as before, where the path is the same: their names are never sent."""
    if "operation" not in before or _address(before) != _address(now):
        return now
    old, new = (
        [part[1:-1] for part in one["operation"]["path"].split("/") if part.startswith("{")] for one in (before, now)
    )
    names = {f"path {mine}": f"path {theirs}" for mine, theirs in zip(new, old, strict=True)}
    renamed = {names.get(place, place): aspects for place, aspects in now.items()}
    renamed["operation"] = {**now["operation"], "path": before["operation"]["path"]}
    return renamed


def _between(id: str, before: Places, now: Places, unsaid: frozenset[str]) -> Iterator[Change]:
    gone = [place for place in before if place not in now]
    new = [place for place in now if place not in before]
    renamed = _renamed(before, now, gone, new)
    for place, other in renamed.items():
        yield Change(id, place, RENAMED, _name(place), _name(other))
    named = {*renamed, *renamed.values()}
    # A container that is gone, new or renamed speaks for what is in it.
    for places, aspect in ((gone, GONE), (new, NEW)):
        for place in _outermost(places):
            if place not in named:
                yield Change(
                    id, place, aspect, before[place] if aspect == GONE else None, now[place] if aspect == NEW else None
                )
    for place, aspects in before.items():
        if place in now:
            yield from _aspects(id, place, aspects, now[place], unsaid)


def _aspects(id: str, place: str, before: Aspects, now: Aspects, unsaid: frozenset[str]) -> Iterator[Change]:
    for aspect in dict.fromkeys((*before, *now)):
        old, new = before.get(aspect), now.get(aspect)
        if old != new and (place != "operation" or aspect not in unsaid):
            yield Change(id, place, aspect, old, new)


def _unsaid(before: dict[str, Places], now: dict[str, Places]) -> frozenset[str]:
    """What one document says of most operations and the other of none: how they are written differs, not the API."""
    shares = [
        {one: sum(places["operation"].get(one) is not None for id, places in tables.items() if id) for one in _OPTIONAL}
        for tables in (before, now)
    ]
    half = min(len(before), len(now)) / 2
    return frozenset(one for one in _OPTIONAL if min(few := [it[one] for it in shares]) == 0 and max(few) > half)


def _renamed(before: Places, now: Places, gone: list[str], new: list[str]) -> dict[str, str]:
    """Places that went where another of the same kind came, the only one beside them."""
    pairs: dict[str, str] = {}
    for place in _outermost(gone):
        came = [one for one in _outermost(new) if _parent(one) == _parent(place) and before[place] == now[one]]
        went = [one for one in _outermost(gone) if _parent(one) == _parent(place) and before[one] == before[place]]
        if len(came) == len(went) == 1:
            pairs[place] = came[0]
    return pairs


def _outermost(places: list[str]) -> list[str]:
    """Those that are inside of no other."""
    held = set(places)
    return [place for place in places if not any(parent in held for parent in _parents(place))]


def _parents(place: str) -> Iterator[str]:
    """Every place that this one is inside of, inner ones first; the kind alone (`query`) is none."""
    while (place := _parent(place)) and place not in ("query", "path", "header", "cookie"):
        yield place


def _parent(place: str) -> str:
    for sign in ("[]", "{}"):
        if place.endswith(sign):
            return place.removesuffix(sign)
    if place.endswith(">"):
        return place[: place.rindex("<")]
    at = max(place.rfind("."), place.rfind(" "), place.rfind(">"))
    return place[: at + place[at : at + 1].count(">")] if at > 0 else ""


def _name(place: str) -> str:
    return place[len(_parent(place)) :].lstrip(" .")
