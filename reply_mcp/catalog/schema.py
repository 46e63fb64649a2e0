"""JSON Schemas of arguments: exact for checks, and as agents see them.

The full schema is pydantic's without what nobody needs (titles, defaults of null, null as a choice where v3 takes
none). The shown one says the same in the subset of JSON Schema that every host takes. The listed one also cuts deep or
long properties to their shape, since a listing is paid for in every conversation.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from pydantic import BaseModel

from reply_mcp.catalog.fields import DATE_OR_TIME, ID_OR_NAME, NULL_CLEARS

LONGEST_WHOLE = 5_000
"""Characters of compact JSON beyond which a full schema writes its longest properties in short."""
LONGEST_PROPERTY, LONGEST_KEYS = 290, 150
"""Characters of compact JSON beyond which the listing cuts a property to its shape, and of the keys that it then says;
`reply_find_tools` has it whole."""

FAR = 100
"""Bounds from which on the listing leaves them out: what goes beyond is refused with the bound."""


def full_schema(arguments: type[BaseModel]) -> dict[str, Any]:
    """Everything the arguments take, references resolved, by their names on the wire; what must be given is first."""
    schema: dict[str, Any] = json.loads(_full_schema(arguments))
    return schema


@cache
def _full_schema(arguments: type[BaseModel]) -> str:
    """As JSON: whoever asks gets one of their own, which they may change."""
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
    return json.dumps(
        {key: schema[key] for key in ("type", "properties", "required", "additionalProperties") if key in schema}
    )


def shown_schema(arguments: type[BaseModel]) -> dict[str, Any]:
    """Everything the arguments take in the subset of JSON Schema that every host's converter understands.

    A type is one word, an enumeration has a type and holds words, null is a choice where it clears something in a
    change, and a choice between objects is one object with the keys of all and a line that says which keys each takes.
    An id that may be a name is text (whole numbers are understood too). What is left out here is checked all the same:
    unknown arguments are refused, although the schema does not forbid them.
    """
    operation = getattr(arguments, "operation", None)
    schema: dict[str, Any] = _plain(full_schema(arguments))
    return schema if operation is not None and operation.method in ("PUT", "PATCH") else without_nulls(schema)


def without_nulls(node: Any) -> Any:
    """A schema without null as a choice, at any depth."""
    if isinstance(node, list):
        return [without_nulls(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {key: without_nulls(value) for key, value in _bare(node).items()}


def listed_schema(schema: dict[str, Any]) -> dict[str, Any]:
    """The shown schema for `tools/list`: without bounds that nobody crosses, properties that are too long cut to type,
    description and keys, and null a choice of free text, numbers and lists alone. What is left out here is checked all
    the same."""
    cut = {name: _cut(_with_few_nulls(_without_obvious(value))) for name, value in schema["properties"].items()}
    return {**schema, "properties": {name: _named_keys(_named_format(name, value)) for name, value in cut.items()}}


def _named_format(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    """Without the format that the name says: `email`."""
    if not name.lower().endswith("email") or _bare(schema).get("format") != "email":
        return schema
    bare = {key: value for key, value in _bare(schema).items() if key != "format"}
    return _or_null(bare) if _NULL in schema.get("anyOf", ()) else bare


def _with_few_nulls(schema: dict[str, Any]) -> dict[str, Any]:
    """Without null in a switch, a choice, an owner, and inside: nobody clears these, and null costs tokens."""
    bare = without_nulls(schema)
    rarely = bare.get("type") == "boolean" or "enum" in bare or bare.get("description") == ID_OR_NAME
    return bare if rarely or _NULL not in schema.get("anyOf", ()) else _or_null(bare)


def _named_keys(schema: dict[str, Any]) -> dict[str, Any]:
    """With the keys of an object in its description too: some hosts show a model none below the first level."""
    inner = _bare(schema)
    inner = inner.get("items", inner)
    return _described(schema, f"Keys: {_keys(inner)}") if inner.get("properties") else schema


def readable_schema(schema: dict[str, Any]) -> dict[str, Any]:
    """The shown schema as search shows it: where it is long, the longest properties are written as their keys with what
    each takes, which says the same in a third of the room but for bounds."""
    properties = dict(schema["properties"])
    for name in sorted(properties, key=lambda name: -len(compact(properties[name]))):
        if len(compact({**schema, "properties": properties})) <= LONGEST_WHOLE:
            break
        value = _bare(properties[name])
        inner = value.get("items", value)
        kind = {"type": "array", "items": {"type": "object"}} if "items" in value else {"type": "object"}
        own = {"description": value["description"]} if "description" in value else {}
        if inner.get("properties"):
            keys = _described(kind | own, f"Keys: {_keys(inner, 9, kinds=True)}")
            properties[name] = keys if value is properties[name] else _or_null(keys)
    return {**schema, "properties": properties}


def is_cut(schema: dict[str, Any]) -> bool:
    """Whether the listed form of this shown schema leaves properties out."""
    return any(len(compact(_without_obvious(value))) > LONGEST_PROPERTY for value in schema["properties"].values())


def compact(value: Any) -> str:
    """JSON without white space, in the order given."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


_BY_TYPE = "Keys by type: "
_NULL = {"type": "null"}


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    description = {"description": schema["description"]} if "description" in schema else {}
    inner = {key: value for key, value in schema.items() if key != "description"}
    return {"anyOf": [inner, _NULL], **description}


def _bare(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema without null as a choice."""
    if _NULL not in schema.get("anyOf", ()):
        return schema
    choices = [choice for choice in schema["anyOf"] if choice != _NULL]
    rest = {key: value for key, value in schema.items() if key != "anyOf"}
    return {**(choices[0] if len(choices) == 1 else {"anyOf": choices}), **rest}


def _plain(node: Any) -> Any:
    """The schema without what some hosts refuse or bend."""
    if isinstance(node, list):
        return [_plain(item) for item in node]
    if not isinstance(node, dict):
        return node
    if _NULL in node.get("anyOf", ()):
        return _or_null(_plain(_bare(node)))
    if choices := node.get("oneOf", node.get("anyOf")):
        rest = {key: _plain(value) for key, value in node.items() if key not in ("oneOf", "anyOf")}
        flat = _flat(choices)
        if all(choice.get("type") == "object" for choice in flat):
            return _described(_united([_plain(choice) for choice in flat]) | rest, _forms(flat))
        return {"anyOf": [_plain(choice) for choice in choices], **rest}
    plain: dict[str, Any] = {
        key: {name: _plain(value) for name, value in inner.items()} if key == "properties" else _plain(inner)
        for key, inner in node.items()
        if key != "additionalProperties"
    }
    if isinstance(kinds := plain.get("type"), list):
        plain["type"] = "string" if "string" in kinds else "number"
        if set(kinds) == {"integer", "string"}:
            plain = _described(plain, "" if "name" in plain.get("description", "").lower() else ID_OR_NAME, first=True)
    if "const" in plain:
        plain["enum"] = [plain.pop("const")]
    if values := plain.get("enum"):
        if all(isinstance(value, str) for value in values):
            plain["type"] = "string"
        else:
            del plain["enum"]
            said = all(str(value) in plain.get("description", "") for value in values)
            plain = _described(plain, "" if said else f"One of {', '.join(map(str, values))}")
    return plain


def _described(schema: dict[str, Any], more: str, *, first: bool = False) -> dict[str, Any]:
    own = schema.get("description", "").rstrip(".")
    parts = [part for part in ((more, own) if first else (own, more)) if part]
    return schema | ({"description": ". ".join(parts)} if parts else {})


def _flat(choices: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The choices, with choices among them put in their place."""
    return [one for choice in choices for one in (_flat(choice["oneOf"]) if "oneOf" in choice else [choice])]


def _united(schemas: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """One schema that takes whatever one of these takes."""
    first, *others = schemas
    if not others or all(one == first for one in others):
        return first
    if any(_NULL in one.get("anyOf", ()) for one in schemas):
        return _or_null(_united([_bare(one) for one in schemas]))
    if all("enum" in one for one in schemas):
        return first | {"enum": list(dict.fromkeys(value for one in schemas for value in one["enum"]))}
    if all("items" in one for one in schemas):
        return {"type": "array", "items": _united([one["items"] for one in schemas])}
    if all("properties" in one for one in schemas):
        names = list(dict.fromkeys(name for one in schemas for name in one["properties"]))
        needed = [name for name in names if all(name in one.get("required", ()) for one in schemas)]
        properties = {
            name: _united([one["properties"][name] for one in schemas if name in one["properties"]]) for name in names
        }
        return {"type": "object", "properties": properties} | ({"required": needed} if needed else {})
    return {"type": first.get("type", "string")}


def _forms(choices: Sequence[dict[str, Any]]) -> str:
    """What tells the choices apart and which keys each takes: `email: executionMode, variants[{subject?, message}]`."""
    shared = set.intersection(*(set(choice["properties"]) for choice in choices))
    lines = []
    for choice in choices:
        kinds = [value["const"] for value in choice["properties"].values() if "const" in value]
        kinds += [
            "|".join(value["enum"])
            for name, value in choice["properties"].items()
            if name == "actionType" and "enum" in value
        ]
        own = {
            name: value for name, value in choice["properties"].items() if name not in shared and "const" not in value
        }
        lines.append(f"{' '.join(map(str, kinds))}: {_keys({**choice, 'properties': own}) or 'no more'}")
    return f"{_BY_TYPE}{'; '.join(lines)}"


def _without_obvious(node: Any) -> Any:
    if isinstance(node, list):
        return [_without_obvious(item) for item in node]
    if not isinstance(node, dict):
        return node
    # Of a time the description says more than the format, which wants all of it written out with a zone.
    obvious = [*_OBVIOUS, ("format", "date-time")] if node.get("description") == DATE_OR_TIME else _OBVIOUS
    return {
        key: _without_obvious(value)
        for key, value in node.items()
        if (key, value) not in obvious and not (key in ("maxLength", "maximum") and value >= FAR)
    }


_OBVIOUS = (
    ("minimum", 0),
    ("minimum", 1),
    ("minLength", 1),
    ("minItems", 1),
    ("maximum", 1000),
    ("maxItems", 10_000),
    ("default", False),
)


def _cut(schema: dict[str, Any]) -> dict[str, Any]:
    if len(compact(schema)) <= LONGEST_PROPERTY:
        return schema
    if _NULL in schema.get("anyOf", ()):
        return _or_null(_cut(_bare(schema)))
    inner = schema.get("items", schema)
    shape: dict[str, Any] = {"type": schema.get("type", "object")}
    if "items" in schema:
        shape["items"] = {"type": inner.get("type", "object")}
    hints = [schema.get("description", ""), "" if inner is schema else inner.get("description", "")]
    if '{"' in hints[0].partition(_BY_TYPE)[0]:  # it says itself how the value is written
        hints = [hints[0].partition(_BY_TYPE)[0]]
    elif _BY_TYPE not in " ".join(hints):
        hints.append(f"Keys: {_keys(inner)}" if inner.get("properties") else "")
    text = ". ".join(hint.rstrip(".") for hint in hints if hint)
    sign = ";" if "; " in text else ","
    most = LONGEST_PROPERTY if sign == ";" else LONGEST_KEYS
    shape["description"] = text if len(text) <= most else text[:most].rpartition(sign)[0] + f"{sign} …"
    return shape


def _keys(schema: dict[str, Any], depth: int = 1, *, kinds: bool = False) -> str:
    """The keys of an object as one writes them: `name, days?, hours[{from, to}]?`; with kinds also what they take."""
    required = set(schema.get("required", ()))
    parts = []
    for name, value in schema.get("properties", {}).items():
        value = _bare(value)
        inner = _bare(value.get("items", value))
        nested = f"{{{_keys(inner, depth - 1, kinds=kinds)}}}" if depth and inner.get("properties") else ""
        if kinds and not nested:
            nested = " " + "|".join(inner.get("enum", [inner.get("type", "string")]))
        nested = f"[{nested.strip()}]" if "items" in value else nested
        optional = "" if name in required else "?"
        parts.append(f"{name}{optional}{nested}" if kinds else f"{name}{nested}{optional}")
    return ", ".join(parts)


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
    """`anyOf` of a type and null is that type: an argument that may be left out need not be null. Where v3 takes null
    it stays. Plain types that stay become one list of types."""
    choices = node.get("anyOf")
    rest = {key: value for key, value in node.items() if key not in ("anyOf", NULL_CLEARS)}
    if node.get(NULL_CLEARS):
        bare = {**node, "anyOf": [choice for choice in choices or () if choice != _NULL]}
        del bare[NULL_CLEARS]
        return _or_null(_without_null(bare)) if choices else rest
    if not choices:
        return node
    choices = [choice for choice in choices if choice.get("type") != "null"]
    if len(choices) == 1:
        return {**choices[0], **rest}
    if all(set(choice) == {"type"} for choice in choices):
        return {"type": [choice["type"] for choice in choices], **rest}
    return {"anyOf": choices, **rest}
