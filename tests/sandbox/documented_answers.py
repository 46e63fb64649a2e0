"""Whether an answer is what the OpenAPI document named by REPLY_OPENAPI says; without it nothing is checked."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import referencing.jsonschema

from reply_mcp.sandbox.http.operation_facts import facts


def conforms(name: str, answer: httpx.Response) -> None:
    """Fails where the answer's status, media type, shape or field names are not documented for the operation."""
    document = _openapi()
    if document is None:
        return
    responses = _described(document, name)["responses"]
    response = responses.get(str(answer.status_code), responses["default"])
    content = response.get("content", {})
    if not content:
        assert answer.content == b"", f"{name}: a body where none is documented"
        return
    kind = answer.headers.get("content-type", "").split(";")[0]
    assert kind in content, f"{name}: {kind} is not documented"
    if not kind.endswith("json"):
        return
    schema = content[kind]["schema"]
    _validator().evolve(schema=schema).validate(answer.json())
    unknown = list(_unknown_names([schema], answer.json(), ""))
    assert not unknown, f"{name}: not documented: {unknown}"


def _described(document: dict[str, Any], name: str) -> dict[str, Any]:
    fact = facts()[name]
    method, wanted = fact.method.lower(), re.sub(r"\{\w+\}", "{}", fact.path)
    found: dict[str, Any] = next(
        operations[method]
        for path, operations in document["paths"].items()
        if re.sub(r"\{\w+\}", "{}", path) == wanted and method in operations
    )
    return found


def _unknown_names(schemas: list[dict[str, Any]], value: Any, at: str) -> Iterator[str]:
    """The names that none of the schemas, one of which describes the value, knows."""
    parts = [part for schema in schemas for part in _parts(schema)]
    if isinstance(value, list):
        for one in value:
            yield from _unknown_names([part["items"] for part in parts if "items" in part], one, at)
    elif isinstance(value, dict) and any("properties" in part for part in parts):
        for name, one in value.items():
            known = [part["properties"][name] for part in parts if name in part.get("properties", {})]
            if known:
                yield from _unknown_names(known, one, f"{at}/{name}")
            else:
                yield f"{at}/{name}"


def _parts(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield schema
    for key in ("allOf", "oneOf", "anyOf"):
        for part in schema.get(key, ()):
            yield from _parts(part)


@cache
def _validator() -> jsonschema.Draft202012Validator:
    """A validator whose references are the document's: to crawl it for each answer takes a third of a second."""
    document = _openapi() or {}
    whole = referencing.jsonschema.DRAFT202012.create_resource({"components": document.get("components", {})})
    registry = referencing.Registry().with_resource("", whole).crawl()
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    return jsonschema.Draft202012Validator({}, format_checker=checker, registry=registry)


@cache
def _openapi() -> dict[str, Any] | None:
    path = os.environ.get("REPLY_OPENAPI")
    if not path:
        return None
    document: dict[str, Any] = json.loads(Path(path).read_text())
    return document
