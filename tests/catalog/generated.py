"""Values that fit a JSON Schema, made by a given source of chance: required properties, some of the optional ones, and
the edges of every bound more often than chance would have them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from random import Random
from typing import Any
from uuid import UUID

from reply_mcp.catalog.spec.request_fields import Facts

WORDS = ("Q4 Outbound", "a", "Zoë 😀", "<p>Hi {{FirstName}}</p>", 'say "hi" & more=1?', "tab\tand\nline", "zero 0")
IDS = (1, 2, 70411, 2**31 - 1, 2**31, 2**53)
MADE = {
    "email": ("ann@acme.com", "o'neil+tag@sub.example.co.uk"),
    "uri": ("https://www.linkedin.com/in/ann-lee", "https://example.com/a%20b?x=1&y=%C3%A9#z"),
    "date-time": ("2026-11-01T09:00:00Z", "2026-12-31T23:59:59Z", "2027-02-28T00:00:00Z"),
    "date": ("2026-11-01", "2028-02-29"),
    "time": ("09:00:00", "23:59:00"),
}
NAMED = {
    "pattern": ("acme.com", "sub.example.co.uk"),
    "domainName": ("acme.com",),
    "additionalColumns": ("CurrentStep", "Status,CurrentStep"),
}
"""Texts by the name of their property, where prose alone says what they must be."""


class Generated:
    """Makes values.

    Args:
        chance: where choices come from.
        known: facts to keep to where the schema states none, by place; properties at places that are not in it are not
            made. None: the schema alone counts.
    """

    def __init__(self, chance: Random, known: Mapping[str, Facts] | None = None) -> None:
        self.chance = chance
        self.known = known

    def value(self, schema: Mapping[str, Any], place: str = "") -> Any:
        """A value that the schema takes, never null and without what is read-only."""
        facts = (self.known or {}).get(place, Facts())
        schema = _joined(schema)
        for key in ("oneOf", "anyOf"):
            if choices := [choice for choice in schema.get(key, ()) if choice.get("type") != "null"]:
                choice = self.chance.choice(choices)
                return self.value(choice, self._place_of(choice, choices, place))
        if "const" in schema:
            return schema["const"]
        values = [value for value in schema.get("enum", ()) if value is not None]
        if facts.values:
            values = [value for value in values if json.dumps(value) in facts.values] or [
                *map(json.loads, facts.values)
            ]
        if values:
            return self.chance.choice(values)
        kind = self._kind(schema)
        bounds = {**facts.bounds, **schema}
        if kind == "object":
            return self._object(schema, place)
        if kind == "array":
            least = bounds.get("minItems", 0)
            count = self.chance.choice([least, max(least, 1), min(max(least, 3), bounds.get("maxItems", 3))])
            return self._different(schema.get("items", {}), f"{place}[]", least, count)
        if kind == "string":
            format = schema.get("format") or facts.format
            named = NAMED.get(place.replace(" ", ".").rsplit(".", 1)[-1]) if not format else None
            return self.chance.choice(named) if named else self._text(bounds, format)
        if kind == "boolean":
            return self.chance.choice([True, False])
        return self._number(bounds, whole=kind == "integer")

    def _kind(self, schema: Mapping[str, Any]) -> str:
        kinds = schema.get("type", "object" if "properties" in schema else "string")
        return kinds if isinstance(kinds, str) else next(kind for kind in kinds if kind != "null")

    def _object(self, schema: Mapping[str, Any], place: str) -> dict[str, Any]:
        made: dict[str, Any] = {}
        share = self.chance.choice([0.0, 0.5, 1.0])
        needed = schema.get("required", ())
        for name, inner in schema.get("properties", {}).items():
            there = f"{place}{' ' if place in ('body', 'form') else '.'}{name}"
            facts = self._facts(there)
            if facts is None or inner.get("readOnly"):
                continue
            if name in needed or facts.required or self.chance.random() < share:
                made[name] = self.value(inner, self._known_as(there))
        return made

    def _facts(self, place: str) -> Facts | None:
        return Facts() if self.known is None else self.known.get(self._known_as(place))

    def _known_as(self, place: str) -> str:
        """The place by its name in `known`, which may have taken a union of bodies as one object."""
        if self.known is None or place in self.known or not place.startswith("body<"):
            return place
        return "body " + place.split(">.", 1)[1]

    def _place_of(self, choice: Mapping[str, Any], choices: list[Any], place: str) -> str:
        if len(choices) == 1:
            return place
        if "oneOf" in choice:
            return place  # an inner union goes by both names
        fixed = [inner["enum"][0] for inner in choice.get("properties", {}).values() if len(inner.get("enum", ())) == 1]
        return f"{place}<{' '.join(fixed)}>"

    def _different(self, schema: Mapping[str, Any], place: str, least: int, count: int) -> list[Any]:
        """Up to `count` values, none twice as far as there are `least`: doubles are often dropped before sending."""
        made: list[Any] = []
        for attempt in range(count + 20):
            if len(made) == count:
                break
            value = self.value(schema, place)
            if value not in made or (attempt >= 20 and len(made) < least):
                made.append(value)
        return made

    def _text(self, bounds: Mapping[str, Any], format: str) -> str:
        if format == "uuid":
            return str(UUID(int=self.chance.getrandbits(128), version=4))
        if format in MADE:
            return self.chance.choice(MADE[format])
        least, most = int(bounds.get("minLength", 0)), int(bounds.get("maxLength", 2000))
        text = self.chance.choice(["", *WORDS, "é" * most, "x" * least])
        return text[:most] if len(text) >= least else text.ljust(least, "x")

    def _number(self, bounds: Mapping[str, Any], *, whole: bool) -> int | float:
        least = bounds.get("minimum", bounds.get("exclusiveMinimum", 0) + 1)
        most = bounds.get("maximum", bounds["exclusiveMaximum"] - 1 if "exclusiveMaximum" in bounds else None)
        inside = [number for number in IDS if number >= least and (most is None or number <= most)]
        edges = [least, *([most] if most is not None else []), *inside]
        number = self.chance.choice(edges)
        return int(number) if whole else float(number) + (0.5 if most is None or number + 0.5 <= most else 0.0)


def _joined(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """`allOf` put together."""
    for part in schema.get("allOf", ()):
        part = _joined(part)
        schema = {
            **part,
            **schema,
            "properties": {**part.get("properties", {}), **schema.get("properties", {})},
            "required": [*part.get("required", ()), *schema.get("required", ())],
        }
    return {key: value for key, value in schema.items() if key != "allOf" and (key != "properties" or value)}
