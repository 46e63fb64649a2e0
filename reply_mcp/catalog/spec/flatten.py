"""The facts of an OpenAPI document as flat tables: operation → place → aspect → value, so that two documents compare
line by line.

    flatten(facts)["CreateContact"]["body email"]   # {"type": ["string"], "format": "email", "required": True, …}

Places read `query top`, `body items[].email`, `answer items[].id`; the alternatives of a union are named by the values
that pick them, as in `catalog.spec.request_fields`. The place `operation` holds what applies to the whole, `document`
(of the operation "") what applies to every operation. An aspect is a keyword of JSON Schema or OpenAPI; whatever is
no prose is one, so that no keyword passes unseen.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from reply_mcp.catalog.spec.facts import METHODS, PROSE, check_document
from reply_mcp.catalog.spec.request_fields import (
    DEEPEST,
    check_places,
    named_choices,
    resolve,
    types_of,
    values_of,
    whole_schema,
)

Aspects = dict[str, Any]
Places = dict[str, Aspects]

_OPEN = "no sign-in"
_STRUCTURE = frozenset(("properties", "items", "choices", "required", "additionalProperties", "const", "nullable"))
"""Keywords that are places of their own, or are read in another form."""


def flatten(facts: Mapping[str, Any]) -> dict[str, Places]:
    """Every operation of these facts (`catalog.spec.facts.facts_of`) by its id (`GET /path` where it has none), and ""
    for the document itself.

    Raises:
        ValueError: where they are of no OpenAPI 3.1 document, a reference leads nowhere, or one unfolds without end.
    """
    check_document(facts)
    tables: dict[str, Places] = {
        "": {
            "document": {
                "servers": sorted(str(one.get("url")) for one in facts.get("servers", ())) or None,
                "security": _security(facts.get("security"), facts),
            }
        }
    }
    for path, item in facts["paths"].items():
        for method, operation in item.items():
            if method in METHODS:
                shared = item.get("parameters", ())
                id = str(operation.get("operationId") or f"{method.upper()} {path}")
                tables[id] = _operation(method, path, operation, shared, facts)
    return tables


def _operation(method: str, path: str, operation: Mapping[str, Any], shared: Any, spec: Mapping[str, Any]) -> Places:
    body = resolve(operation.get("requestBody") or {}, spec)
    whole: Aspects = {
        "method": method.upper(),
        "path": path,
        "scope": operation.get("x-required-scope"),
        "stage": operation.get("x-stage"),
        "deprecated": bool(operation.get("deprecated")),
        "body": ("required" if body.get("required") else "optional") if body else None,
        "body type": sorted(body.get("content") or ()) or None,
        "codes": sorted({str(one["code"]) for one in operation.get("x-errors", ()) if one.get("code")}) or None,
    }
    if "security" in operation:
        whole["security"] = _security(operation["security"], spec)
    places: Places = {"operation": whole}
    parameters = [resolve(one, spec) for one in (*shared, *operation.get("parameters", ()))]
    for one in parameters:
        rest = {key: value for key, value in one.items() if key not in ("name", "in", "required", "schema", "content")}
        contents: list[Mapping[str, Any]] = list((one.get("content") or {}).values())
        schema = one.get("schema") or (contents[0].get("schema", {}) if contents else {})
        place = f"{one.get('in')} {one.get('name')}"
        _read(places, place, schema, spec, required=bool(one.get("required")))
        places[place].update({key: value for key, value in rest.items() if value not in (None, False)})
    for media in (body.get("content") or {}).values():
        _read(places, "body", media.get("schema", {}), spec, required=True)
        if encoding := media.get("encoding"):
            places["body"]["encoding"] = encoding
    _answers(places, whole, operation.get("responses") or {}, spec)
    return places


def _answers(places: Places, whole: Aspects, responses: Mapping[str, Any], spec: Mapping[str, Any]) -> None:
    """Adds the answer of the first success, and the statuses of all that is answered."""
    successes = sorted(status for status in responses if status[:1] in "23")
    whole["status"] = successes or None
    whole["errors"] = sorted(status for status in responses if status[:1] in "45") or None
    for status in successes[:1]:
        answer = resolve(responses[status], spec)
        content = answer.get("content") or {}
        whole["answer type"] = sorted(content) or None
        for name, header in (answer.get("headers") or {}).items():
            _read(places, f"header {name.title()} of the answer", resolve(header, spec).get("schema", {}), spec)
        for media in list(content.values())[:1]:
            _read(places, "answer", media.get("schema", {}), spec)


def _security(requirements: Any, spec: Mapping[str, Any]) -> list[str] | None:
    schemes = (spec.get("components") or {}).get("securitySchemes") or {}
    if requirements is None:
        return None
    kinds = [sorted(_scheme(name, schemes.get(name) or {}) for name in one) for one in requirements]
    return sorted(" and ".join(one) or _OPEN for one in kinds) or [_OPEN]


def _scheme(name: str, scheme: Mapping[str, Any]) -> str:
    """The kind of a scheme, whatever it is called: `http bearer`, `apiKey header X-Api-Key`."""
    return " ".join(str(scheme[key]) for key in ("type", "scheme", "in", "name") if scheme.get(key)) or name


def _read(places: Places, place: str, schema: Any, spec: Mapping[str, Any], *, required: bool = False) -> None:
    check_places(places)
    if not isinstance(schema, dict):
        places[place] = {"type": [json.dumps(schema)]}
        return
    node = whole_schema(schema, spec)
    places[place] = _aspects(schema, node, spec, required)
    if place.count(".") + place.count("[") > DEEPEST:
        return
    for inner, value, needed in _inside(place, node, spec):
        _read(places, inner, value, spec, required=needed)


def _inside(place: str, node: Mapping[str, Any], spec: Mapping[str, Any]) -> Iterator[tuple[str, Any, bool]]:
    """The places below one, each with its schema and whether it must be there."""
    choices = named_choices(node.get("choices", ()), spec)
    distinct = len({name for _, name in choices} - {""}) == len(choices)
    for number, (choice, name) in enumerate(choices, 1):
        yield f"{place}<{name if distinct else number}>", choice, False
    if isinstance(node.get("items"), dict):
        yield f"{place}[]", node["items"], False
    if isinstance(node.get("additionalProperties"), dict):
        yield f"{place}{{}}", node["additionalProperties"], False
    needed = set(node.get("required", ()))
    joint = " " if place in ("body", "answer") else "."
    for name, inner in node.get("properties", {}).items():
        yield f"{place}{joint}{name}", inner, name in needed


def _aspects(schema: Mapping[str, Any], node: Mapping[str, Any], spec: Mapping[str, Any], required: bool) -> Aspects:
    aspects: Aspects = {
        key: value for key, value in node.items() if key not in _STRUCTURE and key not in PROSE and value is not False
    }
    aspects["required"] = required
    aspects["null"] = allows_null(schema, spec)
    aspects["type"] = sorted(types_of(node)) or None
    aspects["enum"] = sorted(values_of(node)) or None
    if node.get("additionalProperties") is False:
        aspects["additionalProperties"] = False
    if isinstance(node.get("discriminator"), dict):
        aspects["discriminator"] = node["discriminator"].get("propertyName")
    choices = node.get("choices", ())
    if choices and not named_choices(choices, spec):
        aspects["choices"] = sorted(json.dumps(_plain_choice(one), sort_keys=True) for one in choices)
    return aspects


def _plain_choice(choice: Mapping[str, Any]) -> dict[str, Any]:
    """An alternative that no value picks, without prose."""
    return {key: value for key, value in choice.items() if key not in PROSE}


def allows_null(schema: Any, spec: Mapping[str, Any], depth: int = 0) -> bool:
    """Whether a schema takes null where it names what it takes; what names nothing is not counted."""
    if not isinstance(schema, dict) or depth > DEEPEST:
        return False
    node = resolve(schema, spec)
    types = node.get("type")
    if types == "null" or (isinstance(types, list) and "null" in types) or node.get("nullable") is True:
        return True
    if "const" in node:
        return node["const"] is None
    if types is None and None in (node.get("enum") or ()):
        return True
    return any(allows_null(one, spec, depth + 1) for key in ("oneOf", "anyOf", "allOf") for one in node.get(key) or ())
