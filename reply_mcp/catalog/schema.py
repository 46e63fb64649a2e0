"""JSON Schemas of arguments as agents see them: small, and exact about what is taken.

The full schema is pydantic's without what an agent does not need (titles, defaults of null, `anyOf` with null). The
listed one also cuts deep or long properties to their shape, since a listing is paid for in every conversation.
"""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel

LONGEST_PROPERTY = 420
"""Characters of compact JSON beyond which the listing cuts a property to its shape; `reply_find_tools` shows it all."""


def full_schema(arguments: type[BaseModel]) -> dict[str, Any]:
    """Everything the arguments take, references resolved, by their names on the wire; what must be given is first."""
    raw = arguments.model_json_schema(by_alias=True)
    definitions = raw.pop("$defs", {})
    schema = _tidy(raw, definitions)
    schema.pop("description", None)
    properties, required = schema.get("properties", {}), schema.get("required", ())
    paging = [name for name in ("top", "skip") if name in properties]
    order = [*required, *(name for name in properties if name not in required and name not in paging), *paging]
    schema["properties"] = {name: properties[name] for name in order}
    schema["type"] = "object"
    schema["additionalProperties"] = False
    return {key: schema[key] for key in ("type", "properties", "required", "additionalProperties") if key in schema}


def listed_schema(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema for `tools/list`: without bounds that nobody crosses, and properties that are too long cut to type,
    description and keys. What is left out here is checked all the same."""
    properties = {name: _cut(_without_obvious(value)) for name, value in schema["properties"].items()}
    return {**schema, "properties": properties}


def is_cut(schema: dict[str, Any]) -> bool:
    """Whether the listed form of this schema leaves properties out."""
    return any(len(compact(_without_obvious(value))) > LONGEST_PROPERTY for value in schema["properties"].values())


def compact(value: Any) -> str:
    """JSON without white space, in the order given."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _without_obvious(node: Any) -> Any:
    if isinstance(node, list):
        return [_without_obvious(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {key: _without_obvious(value) for key, value in node.items() if (key, value) not in _OBVIOUS}


_OBVIOUS = (("minimum", 0), ("minimum", 1), ("minLength", 1), ("minItems", 1), ("default", False))


def _cut(schema: dict[str, Any]) -> dict[str, Any]:
    if len(compact(schema)) <= LONGEST_PROPERTY:
        return schema
    shape: dict[str, Any] = {"type": schema.get("type", "object")}
    inner = schema.get("items", schema)
    if "items" in schema:
        shape["items"] = {"type": inner.get("type", "object")}
    keys = _keys(inner)
    hint = f"Keys: {', '.join(keys)}" if keys else ""
    shape["description"] = ". ".join(part for part in (schema.get("description", "").rstrip("."), hint) if part)
    return shape


def _keys(schema: dict[str, Any]) -> list[str]:
    required = set(schema.get("required", ()))
    own = [name if name in required else f"{name}?" for name in schema.get("properties", {})]
    for choice in schema.get("oneOf", schema.get("anyOf", ())):
        own += [name for name in _keys(choice) if name not in own]
    return own


def _tidy(node: Any, definitions: dict[str, Any]) -> Any:
    if isinstance(node, list):
        return [_tidy(item, definitions) for item in node]
    if not isinstance(node, dict):
        return node
    node = _without_null(node)
    if "$ref" in node:
        name = node["$ref"].rsplit("/", 1)[-1]
        rest = {key: value for key, value in node.items() if key != "$ref"}
        # A part's docstring is for who reads the code; what agents need is in the descriptions of fields.
        part = {key: value for key, value in definitions[name].items() if key != "description"}
        return _tidy({**part, **rest}, definitions)
    tidied = {}
    for key, value in node.items():
        if key == "title" and isinstance(value, str):
            continue
        if key == "default" and value in (None, [], {}):
            continue
        if key == "discriminator" or (key == "pattern" and "format" in node):
            continue
        if key in ("properties", "$defs"):
            tidied[key] = {name: _tidy(inner, definitions) for name, inner in value.items()}
        else:
            tidied[key] = _tidy(value, definitions)
    if "properties" in tidied:
        tidied.pop("additionalProperties", None)
    return tidied


def _without_null(node: dict[str, Any]) -> dict[str, Any]:
    """`anyOf` of a type and null is that type: an argument that may be left out need not be null. Plain types that stay
    become one list of types."""
    choices = node.get("anyOf")
    if not choices:
        return node
    choices = [choice for choice in choices if choice.get("type") != "null"]
    rest = {key: value for key, value in node.items() if key != "anyOf"}
    if len(choices) == 1:
        return {**choices[0], **rest}
    if all(set(choice) == {"type"} for choice in choices):
        return {"type": [choice["type"] for choice in choices], **rest}
    return {"anyOf": choices, **rest}
