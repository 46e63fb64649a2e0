"""Custom fields: values that Reply drops, ids where titles are meant, and the tools that make up for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import Sandbox
from tests.e2e.agent import address, agent_of, asked, held, made


def fields(sandbox: Sandbox) -> dict[str, int]:
    """The registered fields: ids by title."""
    return {one["title"]: one["id"] for one in sandbox.get("/v3/custom-fields")}


def values(sandbox: Sandbox, id: int) -> dict[str, str | None]:
    """What a contact holds: values by the field's id."""
    return {one["key"]: one["value"] for one in sandbox.get(f"/v3/contacts/{id}")["customFields"]}


@pytest.mark.parametrize("named", ["Tech stack", "tech STACK", "id"])
async def test_fields_given_on_creation_are_kept(sandbox: Sandbox, named: str) -> None:
    id = str(fields(sandbox)["Tech stack"])
    key = id if named == "id" else named
    for given in (key, id):
        lost = made(sandbox, customFields=[{"key": given, "value": "Zoho"}])
        assert lost["customFields"] == []
        assert values(sandbox, lost["id"]) == {}

    email = address()
    async with agent_of(sandbox) as agent:
        said = await agent(
            "reply_create_contact", firstName="Ann", email=email, customFields=[{"key": key, "value": "Zoho"}]
        )
    assert not said.is_error
    assert "Not kept" not in said
    (mine,) = held(sandbox, email)
    assert values(sandbox, mine["id"]) == {id: "Zoho"}


@pytest.mark.parametrize("by", ["name", "id"])
async def test_fields_are_changed_by_title_or_id(sandbox: Sandbox, by: str) -> None:
    id = fields(sandbox)["Tech stack"]
    which = {"name": "tech stack"} if by == "name" else {"id": id}
    mine = made(sandbox)
    raw = sandbox.http.patch(f"/v3/contacts/{mine['id']}", json={"customFields": [{**which, "value": "Raw"}]})
    assert raw.json()["customFields"] == [{"key": str(id), "value": "Raw"}]
    async with agent_of(sandbox) as agent:
        mark = sandbox.seen()
        said = await agent("reply_update_contact", id=mine["id"], customFields=[{**which, "value": "Zoho"}])
    assert not said.is_error
    assert values(sandbox, mine["id"]) == {str(id): "Zoho"}
    (sent,) = [row["body"] for row in sandbox.since(mark) if row["method"] == "PATCH"]
    assert sent == {"customFields": [{"id": id, "value": "Zoho"}]}


UNKNOWN: list[tuple[str, dict[str, Any]]] = [
    ("reply_create_contact", {"firstName": "Ann", "customFields": [{"key": "Tech stak", "value": "Zoho"}]}),
    ("reply_update_contact", {"customFields": [{"name": "Tech stak", "value": "Zoho"}]}),
    (
        "reply_import_contacts",
        {"items": [{"firstName": "Ann", "customFields": [{"name": "Tech stak", "value": "Zoho"}]}]},
    ),
]


@pytest.mark.parametrize(("tool", "arguments"), UNKNOWN, ids=[tool for tool, _ in UNKNOWN])
async def test_a_field_that_is_not_registered_is_refused(
    sandbox: Sandbox, tool: str, arguments: dict[str, Any]
) -> None:
    mine, email = made(sandbox), address()
    body = {"customFields": [{"name": "Tech stak", "value": "Zoho"}]}
    dropped = sandbox.http.patch(f"/v3/contacts/{mine['id']}", json=body)
    assert dropped.status_code == 200
    assert dropped.json()["customFields"] == []

    if tool == "reply_update_contact":
        arguments = {"id": mine["id"], **arguments}
    elif tool == "reply_create_contact":
        arguments = {"email": email, **arguments}
    else:
        arguments = {"items": [{"email": email, **arguments["items"][0]}]}
    async with agent_of(sandbox) as agent:
        mark = sandbox.seen()
        said = await agent(tool, **arguments)
    assert said.is_error
    assert '"Tech stak"' in said
    assert 'did you mean "Tech stack"?' in said
    assert not [row for row in sandbox.since(mark) if row["method"] in ("PATCH", "PUT") or "import" in row["path"]]
    assert held(sandbox, email) == []


async def test_a_value_that_reply_takes_and_does_not_keep_is_told(sandbox: Sandbox) -> None:
    mine = made(sandbox)
    sandbox.fault(kind="answer", match=f"PATCH /v3/contacts/{mine['id']}", status=200, body=mine)
    async with agent_of(sandbox) as agent:
        said = await agent(
            "reply_update_contact", id=mine["id"], customFields=[{"name": "Tech stack", "value": "Zoho"}]
        )
    assert values(sandbox, mine["id"]) == {}
    assert "Not kept by Reply" in said
    assert '"Tech stack" holds nothing' in said


async def test_titles_are_shown_where_reply_sends_ids(sandbox: Sandbox) -> None:
    id = fields(sandbox)["Tech stack"]
    mine = made(sandbox)
    sandbox.http.patch(f"/v3/contacts/{mine['id']}", json={"customFields": [{"id": id, "value": "Zoho"}]})
    assert values(sandbox, mine["id"]) == {str(id): "Zoho"}
    async with agent_of(sandbox) as agent:
        assert "Tech stack (Zoho)" in await agent("reply_get_contact", id=mine["id"])
        listed = await agent("reply_search_contacts", email=mine["email"], fields=["Tech stack"])
        assert "Zoho" in listed.line(mine["id"])
        whole = await agent("reply_get_contact", id=mine["id"], detail="full")
        assert f'{{"key":"{id}","value":"Zoho"}}' in whole, "Reply's own answer has no titles"


async def test_a_title_where_reads_mostly_hold_an_id_is_understood(sandbox: Sandbox) -> None:
    mine = made(sandbox)
    titled = {**mine, "customFields": [{"key": "Tech stack", "value": "Zoho"}]}
    sandbox.fault(kind="answer", match=f"GET /v3/contacts/{mine['id']}", status=200, body=titled, times=None)
    async with agent_of(sandbox) as agent:
        assert "Tech stack (Zoho)" in await agent("reply_get_contact", id=mine["id"])
        said = await agent(
            "reply_update_contact", id=mine["id"], customFields=[{"name": "Tech stack", "value": "Zoho"}]
        )
    assert "Not kept" not in said


async def test_the_bare_array_of_fields_is_a_list(sandbox: Sandbox) -> None:
    registered = sandbox.get("/v3/custom-fields")
    assert isinstance(registered, list)
    async with agent_of(sandbox) as agent:
        said = await agent("reply_list_custom_fields")
    for field in registered:
        assert field["title"] in said.line(field["id"])
        assert field["fieldType"] in said


async def test_a_title_that_is_taken_in_another_case_names_the_field(sandbox: Sandbox) -> None:
    refused = sandbox.http.post("/v3/custom-fields", json={"title": "TECH STACK", "fieldType": "text"})
    assert (refused.status_code, refused.json()["code"]) == (409, "customField.duplicateName")
    before = fields(sandbox)
    async with agent_of(sandbox) as agent:
        said = await agent("reply_create_custom_field", title="TECH STACK", fieldType="text")
    assert said.is_error
    assert f'"Tech stack" is custom field {before["Tech stack"]} (text) already' in said
    assert fields(sandbox) == before


async def test_a_title_that_was_taken_since_the_last_look_is_found(fresh_sandbox: Callable[..., Sandbox]) -> None:
    own = fresh_sandbox()
    async with agent_of(own) as agent:
        await agent("reply_list_custom_fields")
        other = own.http.post("/v3/custom-fields", json={"title": "Region", "fieldType": "text"}).json()
        said = await agent("reply_create_custom_field", title="region", fieldType="text")
        assert f'"Region" is custom field {other["id"]}' in said


async def test_a_team_with_all_its_fields_is_told_not_to_repeat(
    fresh_sandbox: Callable[..., Sandbox], monkeypatch: pytest.MonkeyPatch
) -> None:
    own = fresh_sandbox()
    monkeypatch.setattr("reply_mcp.sandbox.handlers.contacts.custom_fields.LIMIT", len(fields(own)))
    refused = own.http.post("/v3/custom-fields", json={"title": "One more", "fieldType": "text"})
    assert (refused.status_code, refused.json()["code"]) == (409, "customField.limitExceeded")
    async with agent_of(own) as agent:
        mark = own.seen()
        said = await agent("reply_create_custom_field", title="One more", fieldType="text")
    assert said.is_error
    assert refused.json()["detail"] in said
    assert "do not repeat" in said
    assert asked(own, mark).count("POST /v3/custom-fields") == 1


async def test_values_under_another_key_are_refused_on_import(sandbox: Sandbox) -> None:
    lost = {"firstName": "Ann", "email": address(), "customVariables": [{"name": "Tech stack", "value": "Zoho"}]}
    (result,) = sandbox.http.post("/v3/contacts/import", json={"items": [lost]}).json()["items"]
    assert result["status"] == "created"
    assert values(sandbox, result["id"]) == {}

    item = {**lost, "email": address()}
    async with agent_of(sandbox) as agent:
        mark = sandbox.seen()
        said = await agent("reply_import_contacts", items=[item])
        assert said.is_error
        assert "customVariables: no such argument" in said
        assert asked(sandbox, mark) == []

        item["customFields"] = item.pop("customVariables")
        said = await agent("reply_import_contacts", items=[item])
    assert not said.is_error
    (mine,) = held(sandbox, str(item["email"]))
    assert values(sandbox, mine["id"]) == {str(fields(sandbox)["Tech stack"]): "Zoho"}
