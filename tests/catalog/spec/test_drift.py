"""Every kind of change that a document of Reply's API can have is found, at its place, in words that say what it means
for the tools; and what changes nothing for them is no difference that matters."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from reply_mcp import catalog
from reply_mcp.catalog.spec import compare, drift
from reply_mcp.catalog.spec.check import Check, check
from reply_mcp.catalog.spec.export import document
from reply_mcp.catalog.spec.flatten import flatten
from reply_mcp.catalog.spec.known_differences import DIFFERENCES
from reply_mcp.catalog.spec.meaning import Finding

WHOLE: dict[str, Any] = json.loads(Path(__file__).with_name("v3_facts.json").read_text("utf-8"))
AREAS = [catalog.area(name) for name in ("contacts", "steps", "templates")]
"""Enough for every kind of change, so that a hundred checks take little."""
IDS = {one.id for area in AREAS for one in (*area.operations, *area.coming)}
LISTED = {id: places for id, places in DIFFERENCES.items() if id in IDS}
FACTS: dict[str, Any] = {
    **WHOLE,
    "paths": {
        path: kept
        for path, item in WHOLE["paths"].items()
        if (kept := {method: one for method, one in item.items() if one["operationId"] in IDS})
    },
}
FACTS_TEXT = json.dumps(FACTS)
"""Read anew for each change: that takes a fraction of copying what is read."""
Json = dict[str, Any]
Edit = Callable[[Json], object]


@cache
def exported() -> Json:
    """The catalog as a document; not made where tests are only collected."""
    return document(AREAS)


@cache
def flat() -> Any:
    return flatten(FACTS)


def operation(spec: Json, id: str) -> Json:
    return next(
        one
        for item in spec["paths"].values()
        for one in item.values()
        if isinstance(one, dict) and one.get("operationId") == id
    )


def item_of(spec: Json, id: str) -> tuple[str, str, Json]:
    """The path, the method and the item of an operation."""
    return next(
        (path, method, item)
        for path, item in spec["paths"].items()
        for method, one in item.items()
        if isinstance(one, dict) and one.get("operationId") == id
    )


def parameter(spec: Json, id: str, name: str) -> Json:
    return next(one for one in operation(spec, id)["parameters"] if one["name"] == name)


def body(spec: Json, id: str) -> Json:
    content = operation(spec, id)["requestBody"]["content"]
    return next(iter(content.values()))["schema"]


def answer(spec: Json, id: str) -> Json:
    responses = operation(spec, id)["responses"]
    return next(iter(responses[min(responses)]["content"].values()))["schema"]


def row(spec: Json, id: str = "GetContacts") -> Json:
    """The properties of an item of a list."""
    return answer(spec, id)["properties"]["items"]["items"]["properties"]


def prop(spec: Json, name: str, id: str = "CreateContact") -> Json:
    return body(spec, id)["properties"][name]


def rename(properties: Json, old: str, new: str) -> None:
    held = {new if name == old else name: value for name, value in properties.items()}
    properties.clear()
    properties.update(held)


def move(spec: Json, id: str, path: str | None = None, method: str | None = None) -> None:
    old, verb, item = item_of(spec, id)
    found = item.pop(verb)
    spec["paths"].setdefault(path or old, {})[method or verb] = found


def remove(spec: Json, id: str) -> None:
    _, method, item = item_of(spec, id)
    del item[method]


def remake(node: Json, new: Json) -> None:
    node.clear()
    node.update(new)


def respond(spec: Json, id: str, status: str, *, empty: bool = False) -> None:
    responses = operation(spec, id)["responses"]
    old = responses.pop(min(responses))
    responses[status] = {} if empty else old


TOP = ("GetContacts", "top")

KINDS: dict[str, tuple[Edit, str, str, bool]] = {
    # The whole document
    "the server's address": (
        lambda spec: spec["servers"][0].update(url="https://eu.reply.io"),
        "servers: https://api.reply.io → https://eu.reply.io",
        "REPLY_BASE_URL",
        True,
    ),
    "a second server": (
        lambda spec: spec["servers"].append({"url": "https://eu.reply.io"}),
        "https://api.reply.io | https://eu.reply.io",
        "REPLY_BASE_URL",
        True,
    ),
    "another way to sign in": (
        lambda spec: spec["components"]["securitySchemes"]["bearerAuth"].update(
            type="apiKey", name="X-Api-Key", **{"in": "header"}
        ),
        "security: http bearer → apiKey",
        "signs in in the old way",
        True,
    ),
    # Operations
    "an operation removed": (
        lambda spec: remove(spec, "GetContacts"),
        "gone: GET /v3/contacts",
        "Calls of reply_search_contacts fail",
        True,
    ),
    "an operation added": (
        lambda spec: spec["paths"].update({"/v3/foos": {"get": {"operationId": "GetFoos", "responses": {"200": {}}}}}),
        "new: GET /v3/foos",
        "No tool does this yet",
        True,
    ),
    "an operation announced": (
        lambda spec: spec["paths"].update(
            {"/v3/foos": {"get": {"operationId": "GetFoos", "x-stage": "coming-soon", "responses": {"200": {}}}}}
        ),
        "new: GET /v3/foos",
        "no tool names it yet",
        True,
    ),
    "an announced operation dropped": (
        lambda spec: remove(spec, "FilterContactsCount"),
        "gone: POST /v3/contacts/filter/count",
        "announced, and no more",
        True,
    ),
    "an announced operation released": (
        lambda spec: operation(spec, "FilterContactsCount").update({"x-stage": "ga"}),
        "stage: coming-soon → ga",
        "says that Reply has not released it",
        True,
    ),
    "beta becomes general": (
        lambda spec: operation(spec, "ListAiPrompts").update({"x-stage": "ga"}),
        "stage: beta → ga",
        "is described as beta",
        True,
    ),
    "an operation's id": (
        lambda spec: operation(spec, "GetContacts").update(operationId="ListContacts"),
        "operationId: GetContacts → ListContacts",
        "works on",
        True,
    ),
    "an operation's path": (
        lambda spec: move(spec, "GetContacts", path="/v3/people"),
        "path: /v3/contacts → /v3/people",
        "gets 404",
        True,
    ),
    "an operation's method": (
        lambda spec: move(spec, "UpdateContact", method="put"),
        "method: PATCH → PUT",
        "gets 404 or 405",
        True,
    ),
    "a scope": (
        lambda spec: operation(spec, "GetContacts").update({"x-required-scope": "people:read"}),
        "scope: contacts:read → people:read",
        "names the wrong scope",
        True,
    ),
    "a scope dropped": (
        lambda spec: operation(spec, "GetContacts").pop("x-required-scope"),
        "scope: contacts:read → none",
        "names the wrong scope",
        True,
    ),
    "an operation deprecated": (
        lambda spec: operation(spec, "GetContacts").update(deprecated=True),
        "deprecated: no → yes",
        "needs another way",
        True,
    ),
    "an operation signs in by itself": (
        lambda spec: operation(spec, "GetContacts").update(security=[]),
        "security",
        "reply_search_contacts signs in in the old way",
        True,
    ),
    "a business code renamed": (
        lambda spec: operation(spec, "CreateContact")["x-errors"][0].update(code="contact.refused"),
        "contact.refused",
        "go by the old codes",
        True,
    ),
    "an error's status": (
        lambda spec: operation(spec, "GetContacts")["responses"].update({"410": {}}),
        "errors: none → 410",
        "read by their status",
        False,
    ),
    # Parameters
    "a parameter added": (
        lambda spec: operation(spec, "GetContacts")["parameters"].append(
            {"name": "phone", "in": "query", "schema": {"type": "string"}}
        ),
        "query phone: new",
        "Agents cannot give phone",
        True,
    ),
    "a required parameter added": (
        lambda spec: operation(spec, "GetContacts")["parameters"].append(
            {"name": "team", "in": "query", "required": True, "schema": {"type": "string"}}
        ),
        "query team: new, required",
        "Reply refuses calls without team",
        True,
    ),
    "a required header": (
        lambda spec: operation(spec, "CreateContact")["parameters"].append(
            {"name": "Idempotency-Key", "in": "header", "required": True, "schema": {"type": "string"}}
        ),
        "header Idempotency-Key: new, required",
        "Reply refuses calls without Idempotency-Key",
        True,
    ),
    "a parameter removed": (
        lambda spec: operation(spec, "GetContacts")["parameters"].remove(parameter(spec, "GetContacts", "email")),
        "query email: gone",
        "ignores email without a word",
        True,
    ),
    "a parameter renamed": (
        lambda spec: parameter(spec, "GetContacts", "linkedIn").update(name="linkedInUrl"),
        "query linkedIn",
        "ignores linkedIn without a word",
        True,
    ),
    "a parameter moved into a header": (
        lambda spec: parameter(spec, "GetContacts", "email").update({"in": "header"}),
        "query email: gone",
        "ignores email without a word",
        True,
    ),
    "a parameter's type": (
        lambda spec: parameter(spec, *TOP)["schema"].update(type="string"),
        "query top type: integer → string",
        "in the old form",
        True,
    ),
    "a parameter becomes required": (
        lambda spec: parameter(spec, "GetContacts", "email").update(required=True),
        "query email required: optional → required",
        "Reply refuses reply_search_contacts without email",
        True,
    ),
    "a parameter becomes optional": (
        lambda spec: parameter(spec, "ListAiPrompts", "stepType").update(required=False),
        "query stepType required: required → optional",
        "which Reply does not need",
        True,
    ),
    "a parameter deprecated": (
        lambda spec: parameter(spec, "GetContacts", "email").update(deprecated=True),
        "query email deprecated: no → yes",
        "ignore email one day",
        True,
    ),
    "a list is written in another style": (
        lambda spec: parameter(spec, "GetContacts", "email").update(style="spaceDelimited"),
        "query email style: none → spaceDelimited",
        "in the old form",
        True,
    ),
    "pages get smaller": (
        lambda spec: parameter(spec, *TOP)["schema"].update(maximum=100),
        "query top maximum: 1000 → 100",
        "Reply may refuse a value of top",
        True,
    ),
    "paging by cursor": (
        lambda spec: parameter(spec, "GetContacts", "skip").update(name="cursor", schema={"type": "string"}),
        "query cursor: new",
        "Agents cannot give cursor",
        True,
    ),
    "a default": (
        lambda spec: parameter(spec, *TOP)["schema"].update(default=100),
        "query top default: 25 → 100",
        "leaves top out means something else",
        True,
    ),
    # Bodies
    "a body no longer required": (
        lambda spec: operation(spec, "CreateContact")["requestBody"].update(required=False),
        "body: required → optional",
        "without a body too",
        True,
    ),
    "a body removed": (
        lambda spec: operation(spec, "CreateContact").pop("requestBody"),
        "body: required → none",
        "ignores the body",
        True,
    ),
    "a body added": (
        lambda spec: operation(spec, "GetContacts").update(
            requestBody={"required": True, "content": {"application/json": {"schema": {"type": "object"}}}}
        ),
        "body: none → required",
        "refuses reply_search_contacts without a body",
        True,
    ),
    "a body's media type": (
        lambda spec: operation(spec, "CreateContact")["requestBody"].update(
            content={"application/x-www-form-urlencoded": {"schema": body(spec, "CreateContact")}}
        ),
        "body type: application/json → application/x-www-form-urlencoded",
        "Reply may refuse",
        True,
    ),
    "a property added": (
        lambda spec: body(spec, "CreateContact")["properties"].update(nickname={"type": "string"}),
        "body nickname: new",
        "Agents cannot give nickname",
        True,
    ),
    "a property removed": (
        lambda spec: body(spec, "CreateContact")["properties"].pop("phone"),
        "body phone: gone",
        "ignores phone without a word",
        True,
    ),
    "a property renamed": (
        lambda spec: rename(body(spec, "CreateContact")["properties"], "linkedInUrl", "linkedInAddress"),
        "body linkedInUrl: now called linkedInAddress",
        "under the old name",
        True,
    ),
    "a property's type": (
        lambda spec: prop(spec, "phone").update(type="integer"),
        "body phone type: string → integer",
        "in the old form",
        True,
    ),
    "a property becomes a list": (
        lambda spec: remake(prop(spec, "phone"), {"type": "array", "items": {"type": "string"}}),
        "body phone type: string → array",
        "in the old form",
        True,
    ),
    "a property becomes required": (
        lambda spec: body(spec, "CreateContact").setdefault("required", []).append("lastName"),
        "body lastName required: optional → required",
        "Reply refuses reply_create_contact without lastName",
        True,
    ),
    "a property becomes optional": (
        lambda spec: body(spec, "CreateAiPrompt")["required"].remove("text"),
        "body text required: required → optional",
        "which Reply does not need",
        True,
    ),
    "a word added to an enumeration": (
        lambda spec: prop(spec, "companySize")["enum"].append("Million"),
        "body companySize enum",
        'cannot give "Million"',
        True,
    ),
    "a word removed from an enumeration": (
        lambda spec: prop(spec, "companySize")["enum"].remove("Ten"),
        "body companySize enum",
        'refuses "Ten"',
        True,
    ),
    "an enumeration opened": (
        lambda spec: prop(spec, "companySize").pop("enum"),
        "body companySize enum",
        "takes any companySize",
        True,
    ),
    "a text becomes an enumeration": (
        lambda spec: prop(spec, "country").update(enum=["US", "DE"]),
        'body country enum: none → "DE" | "US"',
        "refuses what is not listed",
        True,
    ),
    "a format added": (
        lambda spec: prop(spec, "phone").update(format="e164"),
        "body phone format: none → e164",
        "may refuse a value of phone",
        True,
    ),
    "a format dropped": (
        lambda spec: prop(spec, "email").pop("format"),
        "body email format: email → none",
        "may refuse a value of email that Reply takes",
        True,
    ),
    "a format changed": (
        lambda spec: prop(spec, "email").update(format="idn-email"),
        "body email format: email → idn-email",
        "may refuse a value of email",
        True,
    ),
    "null allowed": (
        lambda spec: prop(spec, "phone").update(type=["string", "null"]),
        "body phone null: not allowed → allowed",
        "Null clears phone now",
        True,
    ),
    "null forbidden": (
        lambda spec: prop(spec, "sequenceId", "PreviewAiPromptOnSamplePost").update(type="integer"),
        "body sequenceId null: allowed → not allowed",
        "refuses null for sequenceId",
        True,
    ),
    "maxLength set": (
        lambda spec: prop(spec, "phone").update(maxLength=20),
        "body phone maxLength: none → 20",
        "Reply may refuse a value of phone",
        True,
    ),
    "maxLength tightened": (
        lambda spec: prop(spec, "name", "CreateAiPrompt").update(maxLength=64),
        "body name maxLength: 256 → 64",
        "Reply may refuse a value of name",
        True,
    ),
    "maxLength widened": (
        lambda spec: prop(spec, "name", "CreateAiPrompt").update(maxLength=512),
        "body name maxLength: 256 → 512",
        "may refuse a value of name that Reply takes",
        True,
    ),
    "maxLength lifted": (
        lambda spec: prop(spec, "name", "CreateAiPrompt").pop("maxLength"),
        "body name maxLength: 256 → none",
        "may refuse a value of name that Reply takes",
        True,
    ),
    "minLength set": (
        lambda spec: prop(spec, "text", "CreateAiPrompt").update(minLength=10),
        "body text minLength: none → 10",
        "Reply may refuse a value of text",
        True,
    ),
    "minimum lowered": (
        lambda spec: parameter(spec, *TOP)["schema"].update(minimum=5),
        "query top minimum",
        "Reply may refuse a value of top",
        True,
    ),
    "maxItems": (
        lambda spec: body(spec, "SetContactsOptedOut")["properties"]["contactIds"].update(maxItems=7),
        "body contactIds maxItems",
        "Reply may refuse a value of contactIds",
        True,
    ),
    "minItems": (
        lambda spec: body(spec, "SetContactsOptedOut")["properties"]["contactIds"].update(minItems=3),
        "body contactIds minItems",
        "Reply may refuse a value of contactIds",
        True,
    ),
    "uniqueItems": (
        lambda spec: body(spec, "SetContactsOptedOut")["properties"]["contactIds"].update(uniqueItems=True),
        "body contactIds uniqueItems: no → yes",
        "Reply may refuse a value of contactIds",
        True,
    ),
    "a pattern": (
        lambda spec: prop(spec, "phone").update(pattern="^\\+[0-9]+$"),
        "body phone pattern",
        "Reply may refuse a value of phone",
        True,
    ),
    "multipleOf": (
        lambda spec: parameter(spec, *TOP)["schema"].update(multipleOf=25),
        "query top multipleOf: none → 25",
        "Reply may refuse a value of top",
        True,
    ),
    "a property becomes read-only": (
        lambda spec: prop(spec, "phone").update(readOnly=True),
        "body phone readOnly: no → yes",
        "ignores phone in requests",
        True,
    ),
    "a property deprecated": (
        lambda spec: prop(spec, "phone").update(deprecated=True),
        "body phone deprecated: no → yes",
        "ignore phone one day",
        True,
    ),
    "a default in a body": (
        lambda spec: prop(spec, "country").update(default="US"),
        "body country default: none → US",
        "leaves country out",
        True,
    ),
    "what lists hold": (
        lambda spec: body(spec, "SetContactsOptedOut")["properties"]["contactIds"]["items"].update(type="string"),
        "body contactIds[] type: integer → string",
        "in the old form",
        True,
    ),
    "unknown properties refused": (
        lambda spec: body(spec, "CreateContact").update(additionalProperties=False),
        "body additionalProperties",
        "Reply may refuse",
        True,
    ),
    "an alternative added": (
        lambda spec: body(spec, "CreateSequenceStep")["oneOf"].append(
            {"type": "object", "properties": {"type": {"const": "fax"}, "message": {"type": "string"}}}
        ),
        "body<fax>: new",
        "Agents cannot give body<fax>",
        True,
    ),
    "an alternative removed": (
        lambda spec: body(spec, "CreateSequenceStep")["oneOf"].pop(0),
        "gone",
        "without a word",
        True,
    ),
    "a keyword that nobody knows": (
        lambda spec: prop(spec, "phone").update(contentEncoding="base64"),
        "body phone contentEncoding: none → base64",
        "Reply may refuse a value of phone",
        True,
    ),
    # Answers
    "a field lost that a view shows": (
        lambda spec: row(spec).pop("company"),
        "answer items[].company: gone",
        "Answers lose items.company, which one view shows (GetContacts)",
        True,
    ),
    "a field lost that no view shows": (
        lambda spec: row(spec).pop("phoneStatus"),
        "answer items[].phoneStatus: gone",
        "which no view shows",
        True,
    ),
    "a field renamed": (
        lambda spec: rename(row(spec), "company", "companyName"),
        "answer items[].company",
        "one view",
        True,
    ),
    "a field retyped": (
        lambda spec: row(spec)["company"].update(type="object"),
        "answer items[].company type: string → object",
        "in another form, which one view shows (GetContacts)",
        True,
    ),
    "a field added": (
        lambda spec: row(spec).update(nickname={"type": "string"}),
        "answer items[].nickname: new",
        "detail=full has it",
        False,
    ),
    "a field may be null": (
        lambda spec: row(spec)["company"].update(type=["string", "null"]),
        "answer items[].company null: not allowed → allowed",
        "either way",
        False,
    ),
    "a field need not be there": (
        lambda spec: answer(spec, "ListAiPrompts")["items"]["required"].remove("name"),
        "answer[].name required: required → optional",
        "either way",
        False,
    ),
    "a date loses its time": (
        lambda spec: row(spec)["addingDate"].update(format="date"),
        "answer items[].addingDate format: date-time → date",
        "in another way, which one view shows",
        True,
    ),
    "a word added to an answer's enumeration": (
        lambda spec: row(spec)["callStatus"]["enum"].append("later"),
        "answer items[].callStatus enum",
        "either way",
        False,
    ),
    "a page no longer says whether there is more": (
        lambda spec: answer(spec, "GetContacts")["properties"].pop("hasMore"),
        "answer hasMore: gone",
        "end after their first page",
        True,
    ),
    "a page becomes a bare list": (
        lambda spec: remake(answer(spec, "GetContacts"), answer(spec, "GetContacts")["properties"]["items"]),
        "answer type: object → array",
        "in another form",
        True,
    ),
    "a success's status": (
        lambda spec: respond(spec, "CreateContact", "200"),
        "status: 201 → 200",
        "another success",
        True,
    ),
    "an empty success": (
        lambda spec: respond(spec, "CreateContact", "204", empty=True),
        "status: 201 → 204",
        "The answer is empty now",
        True,
    ),
    "work goes to the background": (
        lambda spec: respond(spec, "CreateContact", "202"),
        "status: 201 → 202",
        "must wait for the job",
        True,
    ),
    "an answer's media type": (
        lambda spec: operation(spec, "GetContacts")["responses"]["200"].update(
            content={"text/csv": {"schema": {"type": "string"}}}
        ),
        "answer type: application/json → text/csv",
        "counts as unreadable",
        True,
    ),
    "an answer no longer described": (
        lambda spec: operation(spec, "GetContacts")["responses"]["200"].pop("content"),
        "answer type: application/json → none",
        "counts as unreadable",
        True,
    ),
    "a header of an answer": (
        lambda spec: operation(spec, "GetContacts")["responses"]["200"].update(
            headers={"X-Next": {"schema": {"type": "string"}}}
        ),
        "header X-Next of the answer: new",
        "detail=full",
        False,
    ),
}


def checked(edit: Edit) -> Check:
    spec = json.loads(FACTS_TEXT)
    edit(spec)
    with pytest.MonkeyPatch.context() as patch:
        # What stays as it is takes longest.
        patch.setattr(compare, "document", lambda areas: exported())
        patch.setattr(drift, "flatten", lambda facts: flat() if facts is FACTS else flatten(facts))
        return check(AREAS, spec, FACTS, LISTED)


def test_there_are_enough_kinds() -> None:
    assert len(KINDS) >= 56


def test_the_facts_do_not_differ_from_themselves() -> None:
    found = check([catalog.area(name) for name in catalog.AREAS], deepcopy(WHOLE), WHOLE)
    assert (found.findings, found.unused, found.matters) == ((), (), False)
    assert found.compared >= 356


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_change_is_found(kind: str) -> None:
    edit, change, meaning, matters = KINDS[kind]
    found = checked(edit)
    at: list[Finding] = [one for one in found.findings if change in one.change]
    assert at, [one.change for one in found.findings]
    assert meaning in at[0].meaning
    assert at[0].matters is matters
    assert found.matters is matters


def test_the_same_change_of_several_operations_is_one_finding() -> None:
    def edit(spec: Json) -> None:
        for id in ("GetContacts", "FilterContacts"):
            row(spec, id).pop("company")

    (found,) = checked(edit).findings
    assert found.operations == ("GetContacts", "FilterContacts")
    assert found.meaning == "Answers lose items.company, which two views show (GetContacts, FilterContacts)."


def prose(node: Any, named: bool = False) -> Any:
    """The node with other words in it, and everything said in another order."""
    if isinstance(node, list):
        return [prose(one) for one in node]
    if not isinstance(node, dict):
        return node
    other = {key: prose(value, not named and key in ("properties", "paths")) for key, value in reversed(node.items())}
    return other if named else {**other, "description": "Other words.", "title": "Another", "example": 1, "x-other": 1}


def references(spec: Json) -> None:
    """What stands in several places is written once."""
    contact = answer(spec, "GetContacts")["properties"]["items"].pop("items")
    spec["components"]["schemas"] = {"Contact": contact}
    answer(spec, "GetContacts")["properties"]["items"]["items"] = {"$ref": "#/components/schemas/Contact"}
    prop(spec, "phone").update(allOf=[{"type": prop(spec, "phone").pop("type")}])
    prop(spec, "title").update(anyOf=[{"type": prop(spec, "title").pop("type")}])
    top = parameter(spec, *TOP)
    spec["components"]["parameters"] = {"Top": dict(top)}
    remake(top, {"$ref": "#/components/parameters/Top"})


def shared_parameters(spec: Json) -> None:
    """The parameters of a path in place of those of its operations; the name of one in the path is never sent."""
    path, _, item = item_of(spec, "GetContactById")
    for one in item.values():
        one["parameters"] = [dict(it, name="contactId") if it["in"] == "path" else it for it in one["parameters"]]
    item["parameters"] = [one for one in item["get"]["parameters"] if one["in"] == "path"]
    item["get"]["parameters"] = []
    spec["paths"][path.replace("{id}", "{contactId}")] = spec["paths"].pop(path)


NOTHING: dict[str, Edit] = {
    "other words in another order": lambda spec: remake(spec, prose(deepcopy(spec))),
    "references": references,
    "shared parameters, of other names": shared_parameters,
    "required said of nothing": lambda spec: body(spec, "CreateContact").setdefault("required", []),
    "enumerations in another order": lambda spec: prop(spec, "companySize")["enum"].reverse(),
    "a constant as an enumeration of one": lambda spec: body(spec, "CreateSequenceStep")["oneOf"][0]["properties"][
        "type"
    ].update(enum=[body(spec, "CreateSequenceStep")["oneOf"][0]["properties"]["type"].pop("const", "email")]),
    "false for what is so by default": lambda spec: operation(spec, "GetContacts").update(deprecated=False),
    "a scheme of another name": lambda spec: (
        spec["components"]["securitySchemes"].update(key=spec["components"]["securitySchemes"].pop("bearerAuth")),
        spec.update(security=[{"key": []}]),
    ),
}


@pytest.mark.parametrize("kind", NOTHING)
def test_what_is_only_said_in_another_way_is_no_change(kind: str) -> None:
    found = checked(NOTHING[kind])
    assert [(one.operations[:3], one.change) for one in found.findings[:5]] == []
    assert not found.matters


def test_what_a_document_says_nowhere_is_not_compared() -> None:
    """Reply's own document has no business codes and lists the statuses of errors; stages it says in its words."""

    def edit(spec: Json) -> None:
        for item in spec["paths"].values():
            for one in item.values():
                one.pop("x-errors", None)
                one["responses"].update({"401": {}, "429": {}})
                stage = one.pop("x-stage")
                one["description"] = {
                    "beta": "<Info> **Beta.** It may change. </Info>",
                    "coming-soon": "<Warning> **Coming soon:** August. </Warning>",
                }.get(stage, "Words.")

    assert checked(edit).findings == ()


@pytest.mark.parametrize(
    "spec",
    [
        {"openapi": "3.1.0", "paths": {"/a": {"get": None}}},
        {"openapi": "3.1.0", "paths": {"/a": {"get": {"parameters": ["x"]}}}},
        {"openapi": "3.1.0", "paths": {"/a": {"get": {"parameters": [{"$ref": "#/components/parameters/A"}]}}}},
        {"openapi": "3.1.0", "paths": {"/a": {"get": {"requestBody": {"content": {"a": {"schema": {"$ref": 7}}}}}}}},
        {
            "openapi": "3.1.0",
            "paths": {"/a": {"get": {"requestBody": {"$ref": "#/components/requestBodies/A"}}}},
            "components": {"requestBodies": {"A": {"$ref": "#/components/requestBodies/A"}}},
        },
        {"openapi": "3.1.0", "paths": []},
        {"openapi": "3.0.3", "paths": {"/a": {"get": {}}}},
        [],
        None,
    ],
)
def test_what_is_no_openapi_document_is_an_error(spec: Any) -> None:
    with pytest.raises(ValueError, match=r"openapi must be|not built as|holds nothing|in a circle"):
        check(AREAS, spec, FACTS, LISTED)


def test_a_document_that_unfolds_without_end_is_an_error() -> None:
    def edit(spec: Json) -> None:
        node = {"type": "object", "properties": {f"p{n}": {"$ref": "#/components/schemas/N"} for n in range(20)}}
        spec["components"]["schemas"] = {"N": node}
        body(spec, "CreateContact")["properties"]["tree"] = {"$ref": "#/components/schemas/N"}

    with pytest.raises(ValueError, match="more than 20,000 fields"):
        checked(edit)
