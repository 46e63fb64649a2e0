"""What stands for no value counts as not given wherever it is, in every tool; and objects and lists that were written
as JSON text, twice at that, are read wherever they are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from reply_mcp import catalog, workflows
from reply_mcp.catalog.arguments.model_fields import models_in
from reply_mcp.catalog.arguments.nulls import takes_null
from reply_mcp.catalog.arguments.parse import parse_arguments
from reply_mcp.catalog.operation import Effect, Operation, Part
from reply_mcp.catalog.schema import full_schema
from reply_mcp.errors import WrongArguments
from reply_mcp.server.tool_calls import operation_of

Schema = dict[str, Any]
Path = tuple[str | int, ...]
OPERATIONS = [operation_of(entry) for entry in (*catalog.entries(), *workflows.entries()) if entry.tool]
NOTHING: tuple[Any, ...] = (None, "", "null", ["null"])
TEXTS = {
    "email": "a@b.co",
    "date-time": "2026-11-01T09:00:00Z",
    "date": "2026-11-01",
    "uuid": "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
    "uri": "https://example.com/x",
    "time": "09:00:00",
}


def choice(schema: Schema) -> Schema:
    """The first choice that is not null."""
    while choices := schema.get("oneOf") or schema.get("anyOf"):
        schema = next(one for one in choices if one != {"type": "null"})
    return schema


def smallest(schema: Schema) -> Any:
    """The smallest value that the schema takes."""
    schema = choice(schema)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    kinds = schema.get("type", "string")
    match kinds if isinstance(kinds, str) else kinds[0]:
        case "object":
            return {name: smallest(schema["properties"][name]) for name in schema.get("required", ())}
        case "array":
            return [smallest(schema.get("items", {})) for _ in range(max(1, schema.get("minItems", 0)))]
        case "integer" | "number":
            return max(1, schema.get("minimum", 1))
        case "boolean":
            return True
    return TEXTS.get(schema.get("format", ""), "example.com"[: schema.get("maxLength", 20)])


def optional_places(schema: Schema, path: Path = ()) -> Iterator[tuple[Path, Schema]]:
    """Every property that may be left out, at any depth."""
    schema = choice(schema)
    if "items" in schema:
        yield from optional_places(schema["items"], (*path, 0))
    for name, inner in schema.get("properties", {}).items():
        if name not in schema.get("required", ()):
            yield (*path, name), inner
        yield from optional_places(inner, (*path, name))


def around(schema: Schema, path: Path) -> tuple[dict[str, Any], Any]:
    """The smallest arguments that have the object around this place, and that object."""
    root = here = smallest(schema)
    for step in path[:-1]:
        schema = choice(schema)
        schema = schema["properties"][step] if isinstance(step, str) else schema["items"]
        if isinstance(step, str):
            here.setdefault(step, smallest(schema))
        here = here[step]
    return root, here


def wire(operation: Operation, arguments: dict[str, Any]) -> dict[str, Any] | None:
    """What goes out of these arguments; None where they are wrong."""
    try:
        return parse_arguments(operation.arguments, deepcopy(arguments))[0].wire()
    except WrongArguments:
        return None


def valid_around(operation: Operation, schema: Schema, path: Path) -> tuple[dict[str, Any], Any] | None:
    """As `around`, with one more argument where the operation asks for one of several."""
    root, here = around(schema, path)
    if wire(operation, root) is not None:
        return root, here
    for name, inner in schema["properties"].items():
        if name in root or name == path[0]:
            continue
        root[name] = smallest(inner)
        if wire(operation, root) is not None:
            return root, here
        del root[name]
    return None


def may_mean_something(operation: Operation, path: Path, nothing: Any) -> bool:
    """Whether null, or empty text, says here that what is held is to be cleared."""
    models: list[type[Part]] = [operation.arguments]
    infos: list[Any] = []
    for name in (step for step in path if isinstance(step, str)):
        infos = [info for model in models for key, info in model.model_fields.items() if name in (info.alias, key)]
        models = [model for info in infos for model in models_in(info.annotation)]  # type: ignore[misc]
    if nothing is None:
        return any(takes_null(info) for info in infos)
    return (
        nothing == "" and operation.effect is not Effect.READ and any("str" in str(info.annotation) for info in infos)
    )


def test_nothing_is_not_given() -> None:
    tried = untried = 0
    wrong = []
    for operation in OPERATIONS:
        schema = full_schema(operation.arguments)
        for path, inner in optional_places(schema):
            found = valid_around(operation, schema, path)
            if found is None or not isinstance(found[1], dict):
                untried += 1
                continue
            tried += 1
            root, here = found
            without = wire(operation, root)
            for nothing in NOTHING:
                here[path[-1]] = deepcopy(nothing)
                if wire(operation, root) != without and not may_mean_something(operation, path, nothing):
                    wrong.append((operation.tool, path, nothing))
            if choice(inner).get("type") in ("object", "array"):
                here[path[-1]] = smallest(inner)
                plain = wire(operation, root)
                here[path[-1]] = json.dumps(json.dumps(smallest(inner)))
                if plain is not None and wire(operation, root) != plain:
                    wrong.append((operation.tool, path, here[path[-1]]))
    assert wrong == []
    assert tried > 1200
    assert untried < 100
