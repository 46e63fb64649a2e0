"""The facts of an OpenAPI document: everything that is compared, and no prose."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from reply_mcp import catalog
from reply_mcp.catalog.spec.compare import compare
from reply_mcp.catalog.spec.export import document
from reply_mcp.catalog.spec.facts import facts_of, facts_text
from reply_mcp.cli import catalog as command
from reply_mcp.cli import main

AREAS = [catalog.area(name) for name in catalog.AREAS]


@cache
def export() -> dict[str, Any]:
    """The catalog's own document, which takes a second to make."""
    return document(AREAS)


def test_facts_compare_as_the_document_does() -> None:
    def found(spec: dict[str, Any]) -> list[str]:
        return [str(one) for one in compare(AREAS, spec, {}).differences]

    assert found(facts_of(export())) == found(export())
    spec = json.loads(json.dumps(export()))
    create = spec["paths"]["/v3/contacts"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    create["properties"]["email"] = {"type": "integer", "minimum": 3, "description": "No longer text."}
    create["required"] = []
    assert len(found(spec)) > len(found(export()))
    assert found(facts_of(spec)) == found(spec)


def test_facts_have_no_prose() -> None:
    property = {"type": "string", "title": "A", "description": "Words.", "examples": ["x"], "maxLength": 5}
    operation = {
        "operationId": "One",
        "summary": "Words.",
        "description": "Words.",
        "tags": ["Words"],
        "parameters": [{"name": "a", "in": "query", "description": "Words.", "schema": property, "example": "x"}],
        "requestBody": {
            "description": "Words.",
            "content": {"application/json": {"schema": {"properties": {"description": property}}, "example": {}}},
        },
        "responses": {"200": {"description": "Words."}},
    }
    facts = facts_of({"openapi": "3.1.0", "info": {"title": "Words"}, "paths": {"/one": {"get": operation}}})
    kept = {"type": "string", "maxLength": 5}
    assert facts == {
        "openapi": "3.1.0",
        "paths": {
            "/one": {
                "get": {
                    "operationId": "One",
                    "parameters": [{"name": "a", "in": "query", "schema": kept}],
                    "requestBody": {
                        "content": {"application/json": {"schema": {"properties": {"description": kept}}}},
                    },
                    "responses": {"200": {}},
                }
            }
        },
    }


def test_references_and_what_they_lead_to_are_kept() -> None:
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/One"}}}}
    spec = {
        "openapi": "3.1.0",
        "paths": {"/one": {"post": {"operationId": "One", "requestBody": {"$ref": "#/components/requestBodies/One"}}}},
        "components": {"schemas": {"One": {"type": "object", "title": "One"}}, "requestBodies": {"One": body}},
    }
    facts = facts_of(spec)
    assert facts["paths"]["/one"]["post"]["requestBody"] == {"$ref": "#/components/requestBodies/One"}
    assert facts["components"]["schemas"] == {"One": {"type": "object"}}
    assert facts["components"]["requestBodies"]["One"] == body


def test_the_text_is_the_facts_an_operation_a_line() -> None:
    text = facts_text(export())
    assert json.loads(text) == facts_of(export())
    operations = [line for line in text.splitlines() if '"operationId"' in line]
    assert len(operations) == sum(len(item) for item in export()["paths"].values())


def test_what_is_kept_here_is_facts_alone() -> None:
    kept = json.loads(command.FACTS.read_text("utf-8"))
    assert facts_of(kept) == kept
    assert len([one for item in kept["paths"].values() for one in item.values()]) >= 356


def test_the_command_writes_and_checks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    spec, facts = tmp_path / "spec.json", tmp_path / "facts.json"
    spec.write_text(json.dumps(export()))
    monkeypatch.setattr(command, "FACTS", facts)
    assert main(["catalog", "facts", str(spec), "--check"]) == 1
    assert main(["catalog", "facts", str(spec)]) == 0
    assert facts.read_text("utf-8") == facts_text(export())
    assert main(["catalog", "facts", str(spec), "--check"]) == 0
    facts.write_text(facts.read_text("utf-8").replace('"CreateContact"', '"MakeContact"'))
    capsys.readouterr()
    assert main(["catalog", "facts", str(spec), "--check"]) == 1
    assert '+  "post": {"operationId":"CreateContact"' in capsys.readouterr().out


@pytest.mark.parametrize("text", ["{}", "no JSON", '{"openapi": "3.0.1", "paths": {"/a": {}}}'])
def test_another_document_is_refused(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = tmp_path / "spec.json"
    spec.write_text(text)
    monkeypatch.setattr(command, "FACTS", tmp_path / "facts.json")
    assert main(["catalog", "facts", str(spec)]) == 1
    assert not (tmp_path / "facts.json").exists()
