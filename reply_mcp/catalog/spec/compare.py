"""What the catalog says of v3 against what an OpenAPI 3.1 document says, operation by operation.

    found = compare((catalog.area(name) for name in catalog.AREAS), json.loads(text))
    found.unlisted   # differences that nobody has explained
    found.unused     # explanations of differences that are not there

Both sides are read by the same reader (`catalog.spec.request_fields`), so that what is compared is what a request may
hold: parameters, and the body down to its leaves. Deliberate differences are listed with their reasons in
`catalog.spec.known_differences`; whole classes of them are the rules of `_agree`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from reply_mcp.catalog.area import Area
from reply_mcp.catalog.spec.export import document
from reply_mcp.catalog.spec.facts import METHODS, check_document, path_shape
from reply_mcp.catalog.spec.known_differences import DIFFERENCES
from reply_mcp.catalog.spec.request_fields import Facts, merge_unions, request_fields

COMING = "coming-soon"


@dataclass(frozen=True, slots=True)
class Difference:
    """One disagreement: `place` is its key in `catalog.spec.known_differences`, such as
    `body items[].email required`."""

    operation: str
    place: str
    catalog: str
    document: str
    reason: str = ""

    def __str__(self) -> str:
        sides = f"{self.place}: catalog {self.catalog}, document {self.document}"
        return f"{sides} ({self.reason})" if self.reason else sides


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every difference, by operation in the order of the document, and what is listed and was not met."""

    differences: tuple[Difference, ...]
    unused: tuple[tuple[str, str], ...]
    compared: int
    """Operations that both sides have."""

    @property
    def unlisted(self) -> list[Difference]:
        """The differences that no reason is listed for."""
        return [one for one in self.differences if not one.reason]


def compare(
    areas: Iterable[Area],
    spec: Mapping[str, Any],
    listed: Mapping[str, Mapping[str, str]] = DIFFERENCES,
) -> Comparison:
    """Compares these areas with an OpenAPI 3.1 document.

    Args:
        spec: the parsed document. Operations are matched by `operationId`, else by method and path; scope and stage are
            read from `x-required-scope` and `x-stage` and not compared where it has none.
        listed: operation id → place → reason.

    Raises:
        ValueError: where it is no OpenAPI 3.1 document with operations.
    """
    check_document(spec)
    areas = list(areas)
    ours = _operations(document(areas))
    coming = {soon.id: f"{soon.method} {soon.path}" for area in areas for soon in area.coming}
    theirs = _operations(spec)
    met: set[str] = set()
    found: list[tuple[str, str, str, str]] = []
    ids = {f"{one['method']} {path_shape(one['path'])}": id for id, one in ours.items()}
    for id, their in theirs.items():
        own = id if id in ours else ids.get(f"{their['method']} {path_shape(their['path'])}", id)
        met.add(own)
        if own in ours:
            found += [(own, *one) for one in _between(ours[own], their, spec)]
        elif own not in coming:
            found.append((id, "operation", "has none", f"{their['method']} {their['path']}"))
        else:
            found += [(id, *one) for one in _announced(coming[own], their)]
    missing = [*ours, *coming]
    found += [(id, "operation", "has it", "has none") for id in missing if id not in met]
    return _explained(found, listed, len(met & set(ours)))


def _explained(
    found: list[tuple[str, str, str, str]], listed: Mapping[str, Mapping[str, str]], compared: int
) -> Comparison:
    differences = tuple(Difference(*one, reason=listed.get(one[0], {}).get(one[1], "")) for one in found)
    met = {(one.operation, one.place) for one in differences}
    unused = tuple((id, place) for id, places in listed.items() for place in places if (id, place) not in met)
    return Comparison(differences, unused, compared)


def _operations(spec: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        one.get("operationId") or f"{method.upper()} {path}": {
            **one,
            "parameters": [*item.get("parameters", ()), *one.get("parameters", ())],
            "method": method.upper(),
            "path": path,
        }
        for path, item in (spec.get("paths") or {}).items()
        for method, one in item.items()
        if method in METHODS
    }


def _placeholders_of(path: str, their: dict[str, Any]) -> dict[str, Any]:
    """The operation with its path parameters named as in `path`: those names are never on the wire."""
    own, other = (re.findall(r"{(\w+)}", one) for one in (path, their["path"]))
    if path_shape(path) != path_shape(their["path"]):
        return their
    names = dict(zip(other, own, strict=True))
    parameters = [
        {**one, "name": names.get(one["name"], one["name"])} if one.get("in") == "path" else one
        for one in their["parameters"]
    ]
    return {**their, "path": path, "parameters": parameters}


def _announced(ours: str, their: Mapping[str, Any]) -> Iterable[tuple[str, str, str]]:
    theirs = f"{their['method']} {their['path']}"
    if their.get("x-stage", COMING) != COMING:
        yield "stage", COMING, str(their["x-stage"])
    if ours != theirs:
        yield "path", ours, theirs


def _between(our: dict[str, Any], their: dict[str, Any], spec: Mapping[str, Any]) -> Iterable[tuple[str, str, str]]:
    """Place, what the catalog says and what the document says, for one operation."""
    their = _placeholders_of(our["path"], their)
    for place, key in (("method", "method"), ("path", "path"), ("scope", "x-required-scope"), ("stage", "x-stage")):
        if (key in their or not key.startswith("x-")) and our.get(key) != their.get(key):
            yield place, str(our.get(key) or "none"), str(their.get(key) or "none")
    yield from _between_tables(*merge_unions(request_fields(our, {}), request_fields(their, spec)))


def _between_tables(ours: dict[str, Facts], theirs: dict[str, Facts]) -> Iterable[tuple[str, str, str]]:
    # What the document marks as read-only is no difference: a request need not hold it, and may (what was read may be
    # sent back).
    done = {place for place, facts in theirs.items() if facts.read_only}
    for place in {**theirs, **ours}:
        if any(place == other or _inside(place, other) for other in done):
            continue
        if place not in ours:
            done.add(place)
            yield place, "has none", "has it, required" if theirs[place].required else "has it"
        elif place not in theirs:
            done.add(place)
            yield place, "has it", "has none"
        else:
            for aspect, own, other in _agree(ours[place], theirs[place]):
                yield f"{place} {aspect}", own, other


def _inside(place: str, other: str) -> bool:
    return place != other and place.startswith(other) and place[len(other)] in ".[<"


def _agree(ours: Facts, theirs: Facts) -> Iterable[tuple[str, str, str]]:
    """The aspects in which two leaves differ.

    Not differences, each for its reason:

    - A bound that only the catalog has: the document's prose or the wire states it, or nothing sensible lies beyond it
      (a page of more than 1000, an empty name). A bound that the document states must be the catalog's.
    - A format that only the document has: the catalog checks it by rules of its own, or leaves it to Reply.
    """
    if ours.types != theirs.types and ours.types and theirs.types:
        yield "type", _list(ours.types), _list(theirs.types)
    if ours.required != theirs.required:
        yield "required", _needed(ours), _needed(theirs)
    if ours.values != theirs.values:
        yield "enum", _list(ours.values), _list(theirs.values)
    for name, bound in theirs.bounds.items():
        if ours.bounds.get(name) != bound:
            yield name, str(ours.bounds.get(name, "none")), str(bound)
    if ours.format and theirs.format and ours.format != theirs.format:
        yield "format", ours.format, theirs.format


def _needed(facts: Facts) -> str:
    return "required" if facts.required else "optional"


def _list(values: Iterable[str]) -> str:
    return " | ".join(sorted(values)) or "any"
