"""Refusals, limits and whom a key acts for, as Reply really answers, and what the tools make of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from reply_mcp.server.inventory import every_entry
from tests.conftest import Sandbox
from tests.e2e.agent import agent_of, asked, made

PRIYA, HER_TEAMS = 70415, {"31007": "Northstar Sales", "31012": "Northstar Partners"}


def ids_of(sandbox: Sandbox, path: str, **query: Any) -> list[int]:
    answer = sandbox.get(path, **query)
    return [one["id"] for one in (answer["items"] if isinstance(answer, dict) else answer)]


def whoami(sandbox: Sandbox, key: str, **headers: str) -> Any:
    return sandbox.http.get("/v3/whoami", headers={"Authorization": f"Bearer {key}", **headers})


# Who is calling


@pytest.mark.parametrize("documented", [False, True], ids=["with a body", "empty"])
async def test_a_bad_key_is_told_with_and_without_a_body(
    fresh_sandbox: Callable[..., Sandbox], documented: bool
) -> None:
    place = fresh_sandbox(documented=documented)
    refused = whoami(place, "sandbox-expired")
    assert refused.status_code == 401
    assert bool(refused.content) is not documented
    async with agent_of(place, api_key="sandbox-expired") as agent:
        mark = place.seen()
        said = await agent("reply_search_contacts")
    assert said.is_error
    assert "401: Reply does not accept this key" in said
    assert "do not retry" in said
    assert "sandbox-expired" not in said
    assert len(asked(place, mark)) == 1


async def test_a_missing_acting_user_is_not_taken_for_a_bad_key(sandbox: Sandbox) -> None:
    refused = whoami(sandbox, "sandbox-master", **{"X-User-Id": "999"})
    assert (refused.status_code, refused.json()["code"]) == (401, "USER_NOT_FOUND")
    async with agent_of(sandbox, api_key="sandbox-master", user_id=999) as agent:
        said = await agent("reply_search_contacts")
    assert said.is_error
    assert "USER_NOT_FOUND" in said
    assert "REPLY_USER_ID" in said
    assert "does not accept this key" not in said


async def test_an_organization_key_without_a_user_is_told_what_it_needs(sandbox: Sandbox) -> None:
    assert whoami(sandbox, "sandbox-organization").json()["code"] == "USER_REQUIRED"
    async with agent_of(sandbox, api_key="sandbox-organization") as agent:
        said = await agent("reply_search_contacts")
    assert "REPLY_USER_ID" in said
    assert "REPLY_API_KEY" not in said


@pytest.mark.parametrize("tool", ["reply_search_contacts", "reply_search_team_members", "reply_whoami"])
async def test_a_key_for_several_teams_is_told_which_there_are(sandbox: Sandbox, tool: str) -> None:
    refused = sandbox.http.get(
        "/v3/whoami/team-users", headers={"Authorization": "Bearer sandbox-master", "X-User-Id": str(PRIYA)}
    )
    assert (refused.status_code, refused.json()["code"]) == (403, "TEAM_REQUIRED")
    async with agent_of(sandbox, api_key="sandbox-master", user_id=PRIYA) as agent:
        said = await agent(tool)
    assert said.is_error
    assert "REPLY_TEAM_ID" in said
    for id, name in HER_TEAMS.items():
        assert f"{name} ({id})" in said or f"{id} ({name})" in said
    async with agent_of(sandbox, api_key="sandbox-master", user_id=PRIYA, team_id=31012) as agent:
        assert not (await agent(tool)).is_error


async def test_a_team_out_of_reach_is_told_with_those_within(sandbox: Sandbox) -> None:
    async with agent_of(sandbox, api_key="sandbox-master", user_id=PRIYA, team_id=7) as agent:
        said = await agent("reply_search_contacts")
    assert "TEAM_NOT_ACCESSIBLE" in said
    assert all(id in said for id in HER_TEAMS)


@pytest.mark.parametrize("tool", ["reply_search_contacts", "reply_whoami"])
async def test_teams_are_read_in_either_case_and_named_once(sandbox: Sandbox, tool: str) -> None:
    north = {"TeamId": 1, "TeamName": "North"}
    body = {"status": 403, "code": "TEAM_REQUIRED", "Teams": [north, north, {"teamId": 2, "teamName": "South"}]}
    sandbox.fault(kind="answer", status=403, body=body, times=None)
    assert sandbox.get("/v3/contacts") == body
    async with agent_of(sandbox) as agent:
        said = await agent(tool)
    assert said.text.count("North") == 1
    assert said.text.count("South") == 1


async def test_names_come_from_the_teammates_since_whoami_has_none(sandbox: Sandbox) -> None:
    me = sandbox.get("/v3/whoami")
    assert set(me) == {"userId", "username", "teamId"}
    (mine,) = [one for one in sandbox.get("/v3/whoami/team-users") if one["userId"] == me["userId"]]
    async with agent_of(sandbox) as agent:
        said = await agent("reply_whoami")
        team = await agent("reply_search_team_members")
    assert mine["userName"] in said
    assert mine["userEmail"] in said
    assert mine["teamName"] in said
    assert mine["userEmail"] in team.line(mine["userId"])


# Refusals


@pytest.mark.parametrize(
    "body", [{"title": "Not Found", "status": 404, "detail": "No endpoint matches the request."}, None]
)
async def test_a_route_that_is_not_there_is_not_a_missing_thing(sandbox: Sandbox, body: Any) -> None:
    assert "code" not in sandbox.get("/v3/sequences/1208401/contacts/extended")
    id = ids_of(sandbox, "/v3/contacts", top=1)[0]
    sandbox.fault(kind="answer", match=f"GET /v3/contacts/{id}", status=404, body=body)
    async with agent_of(sandbox) as agent:
        said = await agent("reply_get_contact", id=id)
        assert said.is_error
        assert "no endpoint" in said
        assert "there is no contact" not in said

        missing = await agent("reply_get_contact", id=5)
    assert "there is no contact 5" in missing
    assert "reply_search_contacts" in missing
    assert "endpoint" not in missing


async def test_the_kinds_of_403_are_told_apart(sandbox: Sandbox) -> None:
    forbidden = sandbox.http.delete("/v3/contact-lists/4107")
    assert (forbidden.status_code, forbidden.json()["code"]) == (403, "contactsList.forbidden")
    plan = {"status": 403, "title": "Forbidden", "reasons": []}
    sandbox.fault(kind="answer", match="GET /v3/contacts", status=403, body=plan)
    async with agent_of(sandbox) as agent:
        role = await agent("reply_delete_list", id=4107)
        assert "contactsList.forbidden" in role
        feature = await agent("reply_search_contacts")
    assert "plan of this account or the role" in feature
    assert "the key itself is good" in feature
    async with agent_of(sandbox, api_key="sandbox-scopes:sequences:read") as agent:
        scope = await agent("reply_search_contacts")
    assert "lacks the scope contacts:read" in scope
    for said in (role, feature, scope):
        assert said.is_error
        assert "REPLY_API_KEY" not in said
        assert "REPLY_TEAM_ID" not in said
    assert 4107 in [one["id"] for one in sandbox.get("/v3/contact-lists", top=999)["items"]]


async def test_a_validation_fault_names_the_argument(sandbox: Sandbox) -> None:
    refused = sandbox.http.post("/v3/contacts", json={"firstName": "Jörg", "email": "joerg@exämple.de"})
    assert "code" not in refused.json()
    assert refused.json()["errors"][0]["pointer"] == "/email"
    async with agent_of(sandbox) as agent:
        said = await agent("reply_create_contact", firstName="Jörg", email="joerg@exämple.de")
    assert said.is_error
    assert said.text.startswith("400: email: ")
    assert "Nothing was changed" in said


async def test_a_fault_of_a_query_parameter_names_the_argument(sandbox: Sandbox) -> None:
    refused = sandbox.http.get("/v3/contacts", params={"top": "many"}).json()
    assert refused["errors"][0]["pointer"] == "/top"
    assert refused["extensions"] == {}
    sandbox.fault(kind="answer", match="GET /v3/contacts", status=400, body=refused)
    async with agent_of(sandbox) as agent:
        said = await agent("reply_search_contacts", top=5)
    assert said.text.startswith("400: top: ")


async def test_no_tool_takes_an_argument_that_reply_would_ignore(sandbox: Sandbox) -> None:
    assert sandbox.http.get("/v3/sequences", params={"nonsense": "1"}).status_code == 200
    assert sandbox.http.post("/v3/contacts/filter", json={"nonsense": 1}).status_code == 200
    async with agent_of(sandbox) as agent:
        mark = sandbox.seen()
        taken = [
            entry.tool
            for entry in every_entry()
            if entry.tool
            and not entry.secret
            and "nonsense: no such argument" not in await agent(entry.tool, nonsense=1)
        ]
    assert taken == []
    assert asked(sandbox, mark) == []


# Limits


@pytest.mark.parametrize("tool", ["reply_get_contact", "reply_update_contact"])
async def test_a_429_is_waited_for_and_the_call_made_once(sandbox: Sandbox, tool: str) -> None:
    mine = made(sandbox)
    method = "GET" if tool == "reply_get_contact" else "PATCH"
    match = f"{method} /v3/contacts/{mine['id']}"
    body = {"title": "Too Many Requests", "status": 429}
    sandbox.fault(kind="answer", match=match, status=429, body=body, headers={"Retry-After": "0"}, times=2)
    assert sandbox.http.request(method, f"/v3/contacts/{mine['id']}", json={}).status_code == 429
    change = {"title": "CTO"} if tool == "reply_update_contact" else {}
    async with agent_of(sandbox) as agent:
        mark = sandbox.seen()
        said = await agent(tool, id=mine["id"], **change)
    assert not said.is_error
    sent = [row for row in sandbox.since(mark) if row["method"] == method]
    about_them = [row["status"] for row in sent if row["path"].endswith(str(mine["id"]))]
    assert about_them == [429, 200]


async def test_a_long_429_is_told_with_the_time(sandbox: Sandbox) -> None:
    mine = made(sandbox)
    match = f"PATCH /v3/contacts/{mine['id']}"
    sandbox.fault(
        kind="answer", match=match, status=429, body={"title": "Too much requests"}, headers={"Retry-After": "900"}
    )
    async with agent_of(sandbox) as agent:
        said = await agent("reply_update_contact", id=mine["id"], title="CTO")
    assert said.is_error
    assert "retry after" in said
    assert sandbox.get(f"/v3/contacts/{mine['id']}")["title"] is None
