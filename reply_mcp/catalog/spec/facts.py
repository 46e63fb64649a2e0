"""The facts of an OpenAPI document that the catalog is compared with, without its prose.

What is kept is itself an OpenAPI 3.1 document: of each operation its id, scope and stage, its parameters and its body,
with types, enums, bounds and what is required. Descriptions, examples and answers are left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reply_mcp.catalog.schema import compact
from reply_mcp.catalog.spec.request_fields import BOUNDS

_SCHEMA_FACTS = {"type", "format", "enum", "const", "required", "readOnly", "$ref", *BOUNDS}
_SCHEMA_LISTS = ("allOf", "oneOf", "anyOf")
_OPERATION_FACTS = ("operationId", "x-required-scope", "x-stage")


def facts_of(spec: Mapping[str, Any]) -> dict[str, Any]:
    """The document with the facts alone.

    Raises:
        ValueError: where it is no OpenAPI 3.1 document with operations.
    """
    if not str(spec.get("openapi", "")).startswith("3.1") or not spec.get("paths"):
        raise ValueError("no OpenAPI 3.1 document: openapi must be 3.1.x, paths must hold operations")
    facts: dict[str, Any] = {
        "openapi": spec["openapi"],
        "paths": {
            path: {key: _item_fact(key, one) for key, one in item.items() if key in _METHODS or key == "parameters"}
            for path, item in spec["paths"].items()
        },
    }
    kinds = {"schemas": _schema, "parameters": _parameter, "requestBodies": _body}
    components = {
        kind: {name: keep(one) for name, one in held.items()}
        for kind, keep in kinds.items()
        if (held := spec.get("components", {}).get(kind))
    }
    return {**facts, "components": components} if components else facts


def facts_text(spec: Mapping[str, Any]) -> str:
    """The facts as JSON, an operation a line, so that a change of the API is a change of its lines."""
    facts = facts_of(spec)
    lines = []
    for path, item in facts["paths"].items():
        held = ",\n  ".join(f"{compact(key)}: {compact(one)}" for key, one in item.items())
        lines.append(f"{compact(path)}: {{\n  {held}\n }}")
    others = "".join(f"{compact(key)}: {compact(value)},\n" for key, value in facts.items() if key != "paths")
    return "{\n" + others + '"paths": {\n ' + ",\n ".join(lines) + "\n}\n}\n"


_METHODS = ("get", "post", "put", "patch", "delete")


def _item_fact(key: str, value: Any) -> Any:
    if key == "parameters":
        return [_parameter(one) for one in value]
    operation: dict[str, Any] = {name: value[name] for name in _OPERATION_FACTS if value.get(name) is not None}
    operation["parameters"] = [_parameter(one) for one in value.get("parameters", ())]
    if "requestBody" in value:
        operation["requestBody"] = _body(value["requestBody"])
    return operation


def _parameter(parameter: Mapping[str, Any]) -> dict[str, Any]:
    if "$ref" in parameter:
        return {"$ref": parameter["$ref"]}
    facts = {"name": parameter["name"], "in": parameter["in"], "required": bool(parameter.get("required"))}
    return {**facts, "schema": _schema(parameter.get("schema", {}))}


def _body(body: Mapping[str, Any]) -> dict[str, Any]:
    if "$ref" in body:
        return {"$ref": body["$ref"]}
    content = {kind: {"schema": _schema(one.get("schema", {}))} for kind, one in body.get("content", {}).items()}
    return {"required": bool(body.get("required")), "content": content}


def _schema(schema: Mapping[str, Any]) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for key, value in schema.items():
        if key in _SCHEMA_FACTS:
            facts[key] = value
        elif key == "properties":
            facts[key] = {name: _schema(one) for name, one in value.items()}
        elif key == "items" and isinstance(value, Mapping):
            facts[key] = _schema(value)
        elif key in _SCHEMA_LISTS:
            facts[key] = [_schema(one) for one in value]
    return facts
