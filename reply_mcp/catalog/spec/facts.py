"""The facts of an OpenAPI document that the catalog is compared with, without its prose.

What is kept is itself an OpenAPI 3.1 document: everything but descriptions, titles, examples and tags, and of errors
the statuses and codes alone. So a change of the API is a change of these facts, and one of its prose is none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reply_mcp.catalog.schema import compact

METHODS = ("get", "post", "put", "patch", "delete", "head", "options", "trace")
PROSE = frozenset(("description", "title", "example", "examples", "summary", "externalDocs", "tags", "$comment", "xml"))
"""Keywords that change nothing of what is sent or answered."""
_EXTENSIONS = ("x-required-scope", "x-stage", "x-errors")
_NAMED = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "mapping")
"""Keywords whose keys are names of the document's own, which may be spelled as prose is."""
_STAGES = {"**beta.**": "beta", "**coming soon": "coming-soon"}
"""The notices by which Reply's own document says a stage, at the beginning of a description."""


def facts_of(spec: Mapping[str, Any]) -> dict[str, Any]:
    """The document with the facts alone.

    Raises:
        ValueError: where it is no OpenAPI 3.1 document with operations.
    """
    check_document(spec)
    facts: dict[str, Any] = {"openapi": spec["openapi"]}
    for key in ("servers", "security"):
        if spec.get(key):
            facts[key] = _without_prose(spec[key])
    stages = _published_stages(spec["paths"])
    facts["paths"] = {path: _item(item, stages) for path, item in spec["paths"].items() if isinstance(item, Mapping)}
    components = {
        kind: _without_prose(held, named=True)
        for kind, held in (spec.get("components") or {}).items()
        if kind in ("schemas", "parameters", "requestBodies", "responses", "securitySchemes") and held
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


def check_document(spec: Any) -> None:
    """Raises ValueError where this is no OpenAPI 3.1 document with operations."""
    paths = spec.get("paths") if isinstance(spec, Mapping) else None
    if (
        not isinstance(paths, Mapping)
        or not str(spec.get("openapi", "")).startswith("3.1")
        or not any(isinstance(item, Mapping) and any(key in METHODS for key in item) for item in paths.values())
    ):
        raise ValueError("no OpenAPI 3.1 document: openapi must be 3.1.x, paths must hold operations")


def path_shape(path: str) -> str:
    """A path whatever its parameters are called, since their names are never sent."""
    return "/".join("{}" if part.startswith("{") else part for part in path.split("/"))


def _item(item: Mapping[str, Any], stages: Mapping[str, str]) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for key, value in item.items():
        if key in METHODS:
            facts[key] = _operation(value, stages)
        elif key not in PROSE:
            facts[key] = _without_prose(value)
    return facts


def _operation(operation: Mapping[str, Any], stages: Mapping[str, str]) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for key, value in operation.items():
        if key in PROSE or key in ("x-errors", "responses") or (key.startswith("x-") and key not in _EXTENSIONS):
            continue
        if value is not None:
            facts[key] = _without_prose(value)
    if stages:
        facts["x-stage"] = stages.get(_beginning(operation), "ga")
    if errors := operation.get("x-errors"):
        facts["x-errors"] = [{key: one[key] for key in ("status", "code") if key in one} for one in errors]
    if responses := operation.get("responses"):
        facts["responses"] = {
            str(status): _without_prose(one) if str(status)[:1] in "23" else {}
            for status, one in responses.items()
            if str(status) != "default"
        }
    return facts


def _published_stages(paths: Mapping[str, Any]) -> dict[str, str]:
    """How descriptions begin that say a stage → the stage; empty where `x-stage` says it, or nothing does."""
    operations = [one for item in paths.values() if isinstance(item, Mapping) for one in item.values()]
    operations = [one for one in operations if isinstance(one, Mapping)]
    if any("x-stage" in one for one in operations):
        return {}
    beginnings = {_beginning(one) for one in operations}
    return {text: stage for text in beginnings for words, stage in _STAGES.items() if words in text}


def _beginning(operation: Mapping[str, Any]) -> str:
    return str(operation.get("description") or "")[:300].casefold()


def _without_prose(node: Any, *, named: bool = False) -> Any:
    """`named`: whether the keys of the node are names, none of them a keyword."""
    if isinstance(node, dict):
        return {
            str(key): value
            if not named and key in ("default", "enum", "const")
            else _without_prose(value, named=not named and key in _NAMED)
            for key, value in node.items()
            if named or not (key in PROSE or str(key).startswith("x-"))
        }
    return [_without_prose(one) for one in node] if isinstance(node, list) else node
