"""The comparison with an OpenAPI document: the catalog's own export agrees, and every kind of change is found."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from reply_mcp import catalog
from reply_mcp.catalog.spec.compare import Comparison, compare
from reply_mcp.catalog.spec.export import document
from reply_mcp.cli import main

AREAS = [catalog.area("contacts"), catalog.area("steps")]
COMING = {"x-stage": "coming-soon"}
Json = dict[str, Any]


@cache
def exported() -> Json:
    """The catalog as a document; not made where tests are only collected."""
    spec = document(AREAS)
    for area in AREAS:
        for soon in area.coming:
            known = spec["paths"].setdefault(soon.path, {})
            known[soon.method.lower()] = {"operationId": soon.id, **COMING}
    return spec


def body_of(spec: Json, path: str, method: str) -> Json:
    schema: Json = spec["paths"][path][method]["requestBody"]["content"]["application/json"]["schema"]
    return schema


def create(spec: Json) -> Json:
    """The properties of a new contact."""
    properties: Json = body_of(spec, "/v3/contacts", "post")["properties"]
    return properties


def email_step(spec: Json) -> Json:
    """The properties of a new e-mail step."""
    steps = body_of(spec, "/v3/sequences/{id}/steps", "post")["oneOf"]
    found: Json = next(one for one in steps if one["properties"]["type"].get("const") == "email")
    return found


def changed(change: Callable[[Json], object], **listed: dict[str, str]) -> Comparison:
    spec = deepcopy(exported())
    change(spec)
    return compare(AREAS, spec, listed)


def places(found: Comparison) -> list[tuple[str, str]]:
    return [(one.operation, one.place) for one in found.unlisted]


def test_the_export_agrees_with_the_catalog() -> None:
    found = compare(AREAS, exported(), {})
    assert [str(one) for one in found.differences] == []
    assert found.compared == sum(len([one for one in area.operations if one.path]) for area in AREAS)


CHANGES: dict[str, Callable[[Json], object]] = {
    "CreateContact scope": lambda spec: spec["paths"]["/v3/contacts"]["post"].update({"x-required-scope": "a:b"}),
    "CreateContact stage": lambda spec: spec["paths"]["/v3/contacts"]["post"].update({"x-stage": "beta"}),
    "CreateContact method": lambda spec: spec["paths"]["/v3/contacts"].update(
        {"put": spec["paths"]["/v3/contacts"].pop("post")}
    ),
    "CreateContact operation": lambda spec: spec["paths"]["/v3/contacts"].pop("post"),
    "InventContact operation": lambda spec: spec["paths"].update(
        {"/v3/new": {"post": {"operationId": "InventContact"}}}
    ),
    "GetContacts path": lambda spec: spec["paths"].update(
        {"/v3/people": {"get": spec["paths"]["/v3/contacts"].pop("get")}}
    ),
    "GetContacts query after": lambda spec: spec["paths"]["/v3/contacts"]["get"]["parameters"].append(
        {"name": "after", "in": "query", "schema": {"type": "string"}}
    ),
    "GetContacts query top maximum": lambda spec: next(
        one for one in spec["paths"]["/v3/contacts"]["get"]["parameters"] if one["name"] == "top"
    )["schema"].update(maximum=50),
    "CreateContact body phone": lambda spec: create(spec).pop("phone"),
    "CreateContact body nickname": lambda spec: create(spec).update(nickname={"type": "string"}),
    "CreateContact body phone type": lambda spec: create(spec)["phone"].update(type="integer"),
    "CreateContact body companySize enum": lambda spec: create(spec)["companySize"]["enum"].append("Million"),
    "CreateContact body phone maxLength": lambda spec: create(spec)["phone"].update(maxLength=20),
    "CreateContact body customFields[].key required": lambda spec: create(spec)["customFields"]["items"].update(
        required=[]
    ),
    "CreateContact body lastName required": lambda spec: body_of(spec, "/v3/contacts", "post")["required"].append(
        "lastName"
    ),
    "CreateSequenceStep body<email>.variants[].subject type": lambda spec: email_step(spec)["properties"]["variants"][
        "items"
    ]["properties"]["subject"].update(type="boolean"),
    "CreateSequenceStep body<email>.delayInMinutes required": lambda spec: email_step(spec)["required"].remove(
        "delayInMinutes"
    ),
}


@pytest.mark.parametrize("place", CHANGES)
def test_a_change_is_found_at_its_place_and_nowhere_else(place: str) -> None:
    operation, _, where = place.partition(" ")
    assert places(changed(CHANGES[place])) == [(operation, where)]


def test_what_is_listed_has_its_reason_and_what_is_none_is_told() -> None:
    listed = {"CreateContact": {"body phone": "they have it no more", "body email": "never was"}}
    found = changed(lambda spec: create(spec).pop("phone"), **listed)
    assert places(found) == []
    assert [one.reason for one in found.differences] == ["they have it no more"]
    assert found.unused == (("CreateContact", "body email"),)


def test_references_unions_with_null_and_read_only_properties_are_read() -> None:
    def change(spec: Json) -> None:
        properties = create(spec)
        spec["components"]["schemas"] = {"a/b": properties["phone"]}
        properties["phone"] = {"anyOf": [{"allOf": [{"$ref": "#/components/schemas/a~1b"}]}, {"type": "null"}]}
        properties["title"]["type"] = ["string", "null"]
        properties["companySize"]["enum"].append(None)
        properties["id"] = {"type": "integer", "readOnly": True}

    assert places(changed(change)) == []


def test_a_reference_that_leads_nowhere_is_said() -> None:
    with pytest.raises(ValueError, match="nothing at #/components/schemas/Gone"):
        changed(lambda spec: create(spec).update(phone={"$ref": "#/components/schemas/Gone"}))


def test_a_schema_that_holds_itself_is_read_to_an_end() -> None:
    def change(spec: Json) -> None:
        spec["components"]["schemas"] = {"Node": {"properties": {"next": {"$ref": "#/components/schemas/Node"}}}}
        create(spec)["tree"] = {"$ref": "#/components/schemas/Node"}

    assert places(changed(change)) == [("CreateContact", "body tree")]


def test_operations_without_ids_are_matched_by_method_and_path() -> None:
    def change(spec: Json) -> None:
        item = spec["paths"].pop("/v3/contacts/{id}")
        for one in item.values():
            del one["operationId"]
            one["parameters"][0]["name"] = "contactId"
        spec["paths"]["/v3/contacts/{contactId}"] = item

    assert places(changed(change)) == []


@pytest.mark.parametrize(
    "text", ['{"openapi": "3.0.3", "paths": {"/a": {"get": {}}}}', '{"openapi": "3.1.0"}', "no JSON", "[]"]
)
def test_what_is_no_openapi_document_is_said(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec = tmp_path / "spec.json"
    spec.write_text(text)
    assert main(["catalog", "check", str(spec)]) == 2
    assert "cannot be compared with" in capsys.readouterr().err
