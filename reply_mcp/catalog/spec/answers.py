"""What an OpenAPI document says that each operation answers with, in the words of `catalog.answers`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from reply_mcp.catalog.answers import Kind
from reply_mcp.catalog.spec.facts import METHODS
from reply_mcp.catalog.spec.request_fields import resolve


def documented_answers(spec: Mapping[str, Any]) -> dict[str, Kind]:
    """Operation id → the kind of its success, for every operation of the document."""
    return {
        one["operationId"]: _kind(method, one.get("responses", {}), spec)
        for item in spec["paths"].values()
        for method, one in item.items()
        if method in METHODS
    }


def _kind(method: str, responses: Mapping[str, Any], spec: Mapping[str, Any]) -> Kind:
    success: Mapping[str, Any] = next((one for status, one in responses.items() if status[:1] in "23"), {})
    content = resolve(success, spec).get("content") or {}
    if not content:
        return "empty"
    schema = resolve(next(iter(content.values())).get("schema", {}), spec)
    match schema.get("type"):
        case "array":
            return _list(schema, spec)
        case "integer" | "number":
            return "number"
        case "string":
            return "text"
    shapes = [_keys(one, spec) for one in _alternatives(schema, spec)]
    keys = list(dict.fromkeys(key for shape in shapes for key in shape))
    if all("id" in shape for shape in shapes):
        return "record"
    if "items" in keys and set(keys) <= {"items", "hasMore"}:
        return _list(resolve(_properties(schema, spec)["items"], spec), spec)
    if keys == ["count"]:
        return "count"
    return keys or ("failures" if schema.get("additionalProperties") and method != "get" else "object")


def answers_text(spec: Mapping[str, Any]) -> str:
    """The kinds as JSON, an operation a line, sorted."""
    lines = (f"{json.dumps(id)}: {json.dumps(kind)}" for id, kind in sorted(documented_answers(spec).items()))
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _list(schema: Mapping[str, Any], spec: Mapping[str, Any]) -> Kind:
    row = resolve(schema.get("items", {}), spec)
    return "values" if row.get("type") in ("string", "integer", "number", "boolean") else "rows"


def _alternatives(schema: Mapping[str, Any], spec: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    some = schema.get("oneOf") or schema.get("anyOf")
    for one in some or ():
        yield from _alternatives(resolve(one, spec), spec)
    if not some:
        yield schema


def _keys(schema: Mapping[str, Any], spec: Mapping[str, Any]) -> list[str]:
    return list(_properties(schema, spec))


def _properties(schema: Mapping[str, Any], spec: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(schema.get("properties") or {})
    for part in schema.get("allOf", ()):
        found.update(_properties(resolve(part, spec), spec))
    return found
