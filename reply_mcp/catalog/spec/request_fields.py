"""What an OpenAPI operation says that a request may hold, as a flat table: place → facts.

    request_fields(operation, spec)["body items[].email"]   # Facts(types={"string"}, required=False, …)

Places read `path id`, `query top`, `body items[].value`; the alternatives of a union are named by the values that pick
them: `body steps[]<email>.variants[].subject`. Null is left out of types and values: as an argument it means that
nothing was given, or its description says what it does.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any

BOUNDS = (
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
)
MOST_HOPS = 100
MOST_PLACES = 20_000
"""Places of one operation beyond which a document is not read: a few lines can be written that unfold without end."""
DEEPEST = 12
"""Levels after which a schema that holds itself is read no further."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What one place of a request takes. No `values` means any; `bounds` holds JSON Schema's own keywords."""

    types: frozenset[str] = frozenset()
    required: bool = False
    values: frozenset[str] = frozenset()
    bounds: Mapping[str, float] = field(default_factory=dict)
    format: str = ""
    read_only: bool = False


def request_fields(operation: Mapping[str, Any], spec: Mapping[str, Any]) -> dict[str, Facts]:
    """Every place of the operation's request; references are resolved within `spec`.

    Raises:
        ValueError: where a reference leads nowhere.
    """
    table: dict[str, Facts] = {}
    for raw in operation.get("parameters", ()):
        one = resolve(raw, spec)
        if one["in"] in ("path", "query"):
            _read(table, f"{one['in']} {one['name']}", one.get("schema", {}), spec, bool(one.get("required")))
    content = resolve(operation.get("requestBody", {}), spec).get("content", {})
    for kind, media in content.items():
        place = "form" if kind.startswith("multipart/") else "body"
        _read(table, place, media.get("schema", {}), spec, True)
        if table[place].types != {"array"}:
            del table[place]  # an object that holds nothing is none
    return table


def merge_unions(ours: dict[str, Facts], theirs: dict[str, Facts]) -> tuple[dict[str, Facts], dict[str, Facts]]:
    """Both tables, with every union that only one side has taken as one object with the properties of all alternatives:
    the arguments of a tool cannot be a union. Required is what every alternative requires."""
    for union in sorted(_unions(ours) ^ _unions(theirs), key=len, reverse=True):
        ours, theirs = _merged(ours, union), _merged(theirs, union)
    return ours, theirs


def _unions(table: Iterable[str]) -> set[str]:
    return {place[:at] for place in table for at, letter in enumerate(place) if letter == "<"}


def _merged(table: dict[str, Facts], union: str) -> dict[str, Facts]:
    inside = {place: facts for place, facts in table.items() if place.startswith(f"{union}<")}
    merged = {place: facts for place, facts in table.items() if place not in inside}
    alternatives = [place for place in inside if place.endswith(">")]
    for place in {f"{union}{rest}" for rest in (one[len(union) :].split(">", 1)[1] for one in inside) if rest}:
        having = [
            inside[f"{one}{place[len(union) :]}"] for one in alternatives if f"{one}{place[len(union) :]}" in inside
        ]
        everywhere = len(having) == len(alternatives) or any(letter in place[len(union) + 1 :] for letter in ".[<")
        facts = reduce(_either, having)
        if union == "body":
            place = place.replace(".", " ", 1)
        merged[place] = facts if everywhere else replace(facts, required=False)
    return merged


def _either(one: Facts, other: Facts) -> Facts:
    """What takes both; any value where one of them takes any."""
    values = one.values | other.values if one.values and other.values else frozenset[str]()
    bounds = {name: value for name, value in one.bounds.items() if other.bounds.get(name) == value}
    return Facts(one.types | other.types, one.required and other.required, values, bounds, one.format or other.format)


def check_places(table: Mapping[str, Any]) -> None:
    """Raises ValueError where a table has more places than an operation has."""
    if len(table) > MOST_PLACES:
        raise ValueError(f"an operation of it has more than {MOST_PLACES:,} fields")


def resolve(node: Any, spec: Mapping[str, Any]) -> dict[str, Any]:
    """The node that a reference leads to, with what stands beside the reference.

    Raises:
        ValueError: where it leads nowhere, or in a circle.
    """
    hops = 0
    while "$ref" in node:
        hops += 1
        if hops > MOST_HOPS:
            raise ValueError(f"the reference {node['$ref']} leads in a circle")
        rest = {key: value for key, value in node.items() if key != "$ref"}
        found: Any = spec
        for step in node["$ref"].removeprefix("#/").split("/"):
            name = step.replace("~1", "/").replace("~0", "~")
            if not isinstance(found, dict) or name not in found:
                raise ValueError(f"it holds nothing at {node['$ref']}")
            found = found[name]
        node = {**found, **rest}
    if not isinstance(node, Mapping):
        raise TypeError(f"{str(node)[:40]!r} in place of an object")
    return dict(node)


def whole_schema(node: Any, spec: Mapping[str, Any]) -> dict[str, Any]:
    """A schema with its references resolved, `allOf` put together and null dropped from its types and choices."""
    node = resolve(node, spec)
    for part in node.pop("allOf", ()):
        part = whole_schema(part, spec)
        node = {
            **part,
            **node,
            "properties": {**part.get("properties", {}), **node.get("properties", {})},
            "required": [*part.get("required", ()), *node.get("required", ())],
        }
    for key in ("oneOf", "anyOf"):
        choices = [whole_schema(choice, spec) for choice in node.pop(key, ())]
        choices = [choice for choice in choices if choice.get("type") != "null"]
        if len(choices) == 1:
            node = {**choices[0], **node}
        elif choices:
            node["choices"] = choices
    whole: dict[str, Any] = node
    return whole


def _read(table: dict[str, Facts], place: str, schema: Any, spec: Mapping[str, Any], required: bool) -> None:
    check_places(table)
    node = whole_schema(schema, spec)
    table[place] = _facts(node, required)
    if place.count(".") > DEEPEST:
        return
    choices = node.get("choices", ())
    for choice, name in named_choices(choices, spec):
        _read(table, f"{place}<{name}>", choice, spec, required)
    if choices and not any(named_choices(choices, spec)):
        table[place] = reduce(_either, (_facts(choice, required) for choice in choices))
    if isinstance(node.get("items"), dict):
        _read(table, f"{place}[]", node["items"], spec, True)
    needed = set(node.get("required", ()))
    for name, inner in node.get("properties", {}).items():
        joint = " " if place in ("body", "form") else "."
        _read(table, f"{place}{joint}{name}", inner, spec, name in needed)


def named_choices(choices: Iterable[dict[str, Any]], spec: Mapping[str, Any]) -> list[tuple[dict[str, Any], str]]:
    """The alternatives of a union of objects, unions inside it included, each named by the values that pick it."""
    named: list[tuple[dict[str, Any], str]] = []
    for choice in choices:
        if choice.get("choices"):
            named += named_choices(choice["choices"], spec)
        elif choice.get("properties"):
            # Whatever the order in which a document has them.
            properties = sorted(choice["properties"].items(), key=lambda one: (one[0] != "type", one[0]))
            fixed = [values_of(whole_schema(inner, spec)) for _, inner in properties]
            named.append((choice, " ".join(json.loads(one[0]) for one in fixed if len(one) == 1)))
    return named


def _facts(node: dict[str, Any], required: bool) -> Facts:
    bounds = {name: node[name] for name in BOUNDS if name in node}
    types, values = types_of(node), frozenset(values_of(node))
    return Facts(types, required, values, bounds, node.get("format", ""), bool(node.get("readOnly")))


def types_of(node: Mapping[str, Any]) -> frozenset[str]:
    """The types that a schema names, null aside; else those of its values; else an object's where it has properties."""
    types = node.get("type", ())
    kinds = {types} if isinstance(types, str) else set(types)
    kinds = (kinds or {_KINDS.get(type(json.loads(value)), "object") for value in values_of(node)}) - {"null"}
    return frozenset(kinds or ({"object"} if "properties" in node else ()))


_KINDS = {str: "string", bool: "boolean", int: "integer", float: "number"}


def values_of(node: Mapping[str, Any]) -> list[str]:
    """The values that a schema lists, null aside, as JSON."""
    values = [node["const"]] if "const" in node else node.get("enum") or ()
    return [json.dumps(value) for value in values if value is not None]
