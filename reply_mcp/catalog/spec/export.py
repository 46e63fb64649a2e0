"""The catalog as an OpenAPI 3.1 document: the documented requests, for generators, mock servers and comparisons."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from reply_mcp import __version__
from reply_mcp.catalog.area import Area
from reply_mcp.catalog.operation import Operation, Where
from reply_mcp.catalog.schema import full_schema


def document(areas: Iterable[Area]) -> dict[str, Any]:
    """One OpenAPI document of every operation of these areas; workflows are left out."""
    paths: dict[str, dict[str, Any]] = {}
    for area in areas:
        for operation in area.operations:
            if operation.path:
                paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Reply API v3", "version": __version__},
        "servers": [{"url": "https://api.reply.io"}],
        "components": {"securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}},
        "security": [{"key": []}],
        "paths": paths,
    }


def _operation(operation: Operation) -> dict[str, Any]:
    schema = full_schema(operation.arguments)
    required = set(schema.get("required", ()))
    fields = operation.arguments.model_fields
    parameters, body, whole, form = [], {}, None, {}
    for name, where in operation.arguments.fields_by_place().items():
        alias = fields[name].alias or name
        shape = _typed(schema["properties"][alias])
        if operation.split and operation.split[0] == alias:
            shape = {**shape, "maxItems": operation.split[1]}
        if where in (Where.PATH, Where.QUERY):
            wire = name if where is Where.PATH else alias
            parameters.append({"name": wire, "in": where.value, "required": alias in required, "schema": shape})
        elif where is Where.WHOLE_BODY:
            whole = shape
        elif where is Where.FILE:
            form[alias] = {"type": "string", "format": "binary"}
        elif where is None:
            body[alias] = shape
    facts: dict[str, Any] = {
        "operationId": operation.id,
        "tags": [operation.area.title],
        "summary": operation.about.splitlines()[0],
        "x-stage": "beta" if operation.beta else "ga",
        "parameters": parameters,
        "responses": {"200": {"description": "Done", "content": {"application/json": {"schema": {}}}}},
    }
    if operation.scope:
        facts["x-required-scope"] = operation.scope
    if form:
        facts["requestBody"] = _content("multipart/form-data", _object({**form, **body}, required))
    elif body or whole:
        facts["requestBody"] = _content("application/json", whole or _object(body, required))
    return facts


def _content(kind: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"required": True, "content": {kind: {"schema": schema}}}


def _object(properties: dict[str, Any], required: set[str]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": sorted(required & set(properties))}


def _typed(shape: Any) -> Any:
    """On the wire an id is a number from 1, also where a name is taken in its place."""
    if isinstance(shape, list):
        return [_typed(inner) for inner in shape]
    if not isinstance(shape, dict):
        return shape
    if shape.get("type") == ["integer", "string"]:
        return {**shape, "type": "integer", "minimum": 1}
    return {key: _typed(value) for key, value in shape.items()}
