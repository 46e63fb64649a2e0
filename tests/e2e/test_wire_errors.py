"""Refusals, lost answers, jobs, paging and whom a key acts for, as Reply really answers, and what the tools make of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from reply_mcp.server.inventory import every_entry
from tests.conftest import Sandbox
from tests.e2e.agent import address, agent_of, asked, held, made

JOB = "3f2b8c1e-5d44-4c0b-9a51-6f1f2f3a7b90"
PRIYA, HER_TEAMS = 70415, {"31007": "Northstar Sales", "31012": "Northstar Partners"}


def ids_of(sandbox: Sandbox, path: str, **query: Any) -> list[int]:
    answer = sandbox.get(path, **query)
    return [one["id"] for one in (answer["items"] if isinstance(answer, dict) else answer)]


def whoami(sandbox: Sandbox, key: str, **headers: str) -> Any:
    return sandbox.http.get("/v3/whoami", headers={"Authorization": f"Bearer {key}", **headers})


# Background jobs

BULK: list[tuple[str, str, dict[str, Any]]] = [
    ("reply_import_contacts", "POST /v3/contacts/import", {"items": [{"firstName": "Ann", "email": "ann@jobs.org"}]}),
    ("reply_bulk_delete_contacts", "POST /v3/contacts/bulk-delete", {"ids": "contacts"}),
    ("reply_set_contacts_opted_out", "POST /v3/contacts/set-opted-out", {"contactIds": "contacts", "isOptedOut": True}),
    ("reply_mark_contacts_as_replied", "POST /v3/contacts/set-replied", {"contactIds": "contacts", "isReplied": True}),
    ("reply_change_contact_owner", "PUT /v3/contacts/owner", {"contactIds": "contacts", "userId": 70418}),
    ("reply_add_contacts_to_list", "POST /v3/contact-lists/4101/add-contacts", {"id": 4101, "contactIds": "contacts"}),
    ("reply_bulk_archive_sequences", "POST /v3/sequences/archive", {"ids": "sequences"}),
    ("reply_bulk_delete_sequences", "POST /v3/sequences/bulk-delete", {"ids": "sequences"}),
    ("reply_delete_tasks", "POST /v3/tasks/bulk-delete", {"ids": "tasks"}),
    ("reply_complete_tasks", "POST /v3/tasks/batch/complete", {"ids": "tasks"}),
    ("reply_mark_threads_read", "POST /v3/inbox/threads/mark-as-read", {"threadIds": "inbox/threads"}),
    ("reply_delete_inbox_threads", "POST /v3/inbox/threads/bulk-delete", {"threadIds": "inbox/threads"}),
]


@pytest.mark.parametrize("body", [None, {}, {"jobId": JOB}], ids=["empty", "object", "jobId"])
@pytest.mark.parametrize(("tool", "match", "given"), BULK, ids=[tool for tool, _, _ in BULK])
async def test_a_bulk_call_put_off_to_a_job_is_not_called_done(
    sandbox: Sandbox, tool: str, match: str, given: dict[str, Any], body: Any
) -> None:
    headers = {} if body else {"Location": f"/v3/background-jobs/{JOB}"}
    sandbox.fault(kind="answer", match=match, status=202, headers=headers, body=body, times=2)
    method, _, path = match.partition(" ")
    assert sandbox.http.request(method, path, json={}).status_code == 202
    # The first ones have been dealt with by other tests.
    arguments = {
        name: ids_of(sandbox, f"/v3/{value}", top=12)[-2:] if isinstance(value, str) else value
        for name, value in given.items()
    }
    async with agent_of(sandbox) as agent:
        said = await agent(tool, **arguments)
    assert "not done yet" in said
    assert f'reply_get_background_job {{"jobId": "{JOB}"}}' in said
    assert "All " not in said
    assert " 2 of 2" not in said


async def test_an_import_that_answers_at_once_is_told_at_once(sandbox: Sandbox) -> None:
    item = {"firstName": "Ann", "email": address()}
    assert sandbox.http.post("/v3/contacts/import", json={"items": [item]}).status_code == 200
    async with agent_of(sandbox) as agent:
        said = await agent("reply_import_contacts", items=[item])
    assert "1 of 1 contacts imported" in said
    assert "job" not in said


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
            if entry.tool and "nonsense: no such argument" not in await agent(entry.tool, nonsense=1)
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
    assert [row["status"] for row in sandbox.since(mark)] == [429, 200]


async def test_a_long_429_is_told_with_the_time(sandbox: Sandbox) -> None:
    mine = made(sandbox)
    match = f"PATCH /v3/contacts/{mine['id']}"
    sandbox.fault(kind="answer", match=match, status=429, body={"title": "Too much requests"}, headers={"Retry-After": "900"})
    async with agent_of(sandbox) as agent:
        said = await agent("reply_update_contact", id=mine["id"], title="CTO")
    assert said.is_error
    assert "retry after" in said
    assert sandbox.get(f"/v3/contacts/{mine['id']}")["title"] is None


# Answers that were lost

LOST: list[dict[str, Any]] = [
    {"kind": "html"},
    {"kind": "status", "status": 500},
    {"kind": "status", "status": 502},
    {"kind": "reset"},
    {"kind": "truncate"},
]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("fault", LOST[:-1], ids=["html", "500", "502", "reset"])
async def test_a_write_whose_answer_was_lost_is_neither_done_nor_failed(
    sandbox: Sandbox, fault: dict[str, Any], when: str
) -> None:
    mine = made(sandbox)
    sandbox.fault(match=f"PATCH /v3/contacts/{mine['id']}", when=when, **fault)
    async with agent_of(sandbox) as agent:
        mark = sandbox.seen()
        said = await agent("reply_update_contact", id=mine["id"], title="CTO")
        assert said.is_error
        assert "may have been done" in said
        assert f'reply_get_contact {{"id": {mine["id"]}}}' in said
        assert len([one for one in asked(sandbox, mark) if one.startswith("PATCH")]) == 1

        look = await agent("reply_get_contact", id=mine["id"])
    assert ("CTO" in look) is (when == "after")


async def test_a_contact_whose_creation_was_lost_is_found_and_not_made_twice(sandbox: Sandbox) -> None:
    email = address()
    sandbox.fault(kind="status", status=500, match="POST /v3/contacts", when="after")
    async with agent_of(sandbox) as agent:
        said = await agent("reply_create_contact", firstName="Ann", email=email)
        assert said.is_error
        assert f'reply_search_contacts {{"email": "{email}"}}' in said
        (mine,) = held(sandbox, email)
        assert str(mine["id"]) in await agent("reply_search_contacts", email=email)
        again = await agent("reply_create_contact", firstName="Ann", email=email)
    assert f"({mine['id']})" in again
    assert held(sandbox, email) == [mine]


@pytest.mark.parametrize("fault", LOST, ids=["html", "500", "502", "reset", "cut short"])
async def test_a_read_whose_answer_was_lost_is_read_again(sandbox: Sandbox, fault: dict[str, Any]) -> None:
    mine = made(sandbox)
    sandbox.fault(match=f"GET /v3/contacts/{mine['id']}", **fault)
    async with agent_of(sandbox) as agent:
        said = await agent("reply_get_contact", id=mine["id"])
    assert not said.is_error
    assert mine["email"] in said


# Bulk answers and pages


async def test_whoever_a_bulk_answer_does_not_name_is_done(sandbox: Sandbox) -> None:
    one, two = made(sandbox)["id"], made(sandbox)["id"]
    path = "/v3/contact-lists/4113/add-contacts"
    raw = sandbox.http.post(path, json={"contactIds": [one, 5]}).json()
    assert list(raw) == ["5"]
    assert sandbox.http.post(path, json={"contactIds": [one]}).json() == {}
    async with agent_of(sandbox) as agent:
        some = await agent("reply_add_contacts_to_list", id=4113, contactIds=[two, 5])
        assert "1 of 2 contacts" in some
        assert "1 not found (5)" in some
        every = await agent("reply_add_contacts_to_list", id=4113, contactIds=[one, two])
    assert "All 2 contacts" in every
    assert ids_of(sandbox, f"/v3/contacts/{two}/lists") == [4113]


async def test_pages_go_on_while_reply_says_so(sandbox: Sandbox) -> None:
    first = sandbox.get("/v3/contacts", top=25)
    assert set(first) == {"items", "hasMore"}
    total = len(sandbox.get("/v3/contacts", top=999)["items"])
    async with agent_of(sandbox) as agent:
        said = await agent("reply_search_contacts")
        assert "more: skip=25" in said.text.splitlines()[0]
        last = await agent("reply_search_contacts", skip=total - 3)
    assert "more" not in last.text.splitlines()[0]
    assert all(str(one["id"]) in said for one in first["items"])


async def test_an_empty_page_is_the_end_whatever_it_says(sandbox: Sandbox) -> None:
    empty = {"items": [], "hasMore": True}
    for top in (25, 600):
        sandbox.fault(kind="answer", match="GET /v3/contacts", status=200, body=empty)
        async with agent_of(sandbox) as agent:
            mark = sandbox.seen()
            said = await agent("reply_search_contacts", top=top)
        sandbox.no_faults()
        assert "skip=" not in said
        assert len(asked(sandbox, mark)) == 1


BARE = [
    ("reply_list_custom_fields", "/v3/custom-fields"),
    ("reply_list_schedules", "/v3/schedules"),
    ("reply_list_linkedin_accounts", "/v3/linkedin-accounts"),
    ("reply_get_sequence_steps", "/v3/sequences/1208401/steps"),
]


@pytest.mark.parametrize(("tool", "path"), BARE, ids=[tool for tool, _ in BARE])
async def test_bare_arrays_are_lists_without_pages(sandbox: Sandbox, tool: str, path: str) -> None:
    rows = sandbox.get(path)
    assert isinstance(rows, list)
    assert rows
    async with agent_of(sandbox) as agent:
        said = await agent(tool, **({"id": 1208401} if "sequences" in path else {}))
    assert not said.is_error
    assert "skip=" not in said
    assert all(str(row["id"]) in said for row in rows)


async def test_one_person_is_the_same_under_every_name_of_their_profile(sandbox: Sandbox) -> None:
    contacts = {one["id"]: one for one in sandbox.get("/v3/contacts", top=999)["items"]}
    thread = next(
        one
        for one in sandbox.get("/v3/inbox/threads", top=200)["items"]
        if (one["contact"]["id"] in contacts and one["contact"]["linkedInProfileUrl"])
    )
    person = contacts[thread["contact"]["id"]]
    link, company = person["linkedInUrl"], person["company"]
    assert thread["contact"]["linkedInProfileUrl"] == link
    assert thread["contact"]["companyName"] == company
    assert "linkedInProfileUrl" not in person
    async with agent_of(sandbox) as agent:
        names = ["linkedInUrl", "company"]
        found = await agent("reply_search_contacts", linkedIn=link, fields=names)
        threads = await agent("reply_get_inbox_emails", contactIds=[link], fields=names)
    for said, id in ((found, person["id"]), (threads, thread["id"])):
        assert link in said.line(id)
        assert company in said.line(id)
