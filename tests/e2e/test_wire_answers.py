"""Answers that were lost, put off to a job, paged or true in part, and what the tools make of them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.conftest import Sandbox
from tests.e2e.agent import address, agent_of, asked, held, made

JOB = "3f2b8c1e-5d44-4c0b-9a51-6f1f2f3a7b90"


def ids_of(sandbox: Sandbox, path: str, **query: Any) -> list[int]:
    answer = sandbox.get(path, **query)
    return [one["id"] for one in (answer["items"] if isinstance(answer, dict) else answer)]


def some(sandbox: Sandbox, what: str) -> list[int]:
    """Two ids; not the first ones, which other tests deal with."""
    if what == "new contacts":
        return [made(sandbox)["id"], made(sandbox)["id"]]
    return ids_of(sandbox, f"/v3/{what}", top=12)[-2:]


# Background jobs

BULK: list[tuple[str, str, dict[str, Any]]] = [
    ("reply_import_contacts", "POST /v3/contacts/import", {"items": [{"firstName": "Ann", "email": "ann@jobs.org"}]}),
    ("reply_bulk_delete_contacts", "POST /v3/contacts/bulk-delete", {"ids": "contacts"}),
    ("reply_set_contacts_opted_out", "POST /v3/contacts/set-opted-out", {"contactIds": "contacts", "isOptedOut": True}),
    ("reply_mark_contacts_as_replied", "POST /v3/contacts/set-replied", {"contactIds": "contacts", "isReplied": True}),
    ("reply_change_contact_owner", "PUT /v3/contacts/owner", {"contactIds": "contacts", "userId": 70418}),
    ("reply_add_contacts_to_list", "POST /v3/contact-lists/4101/add-contacts", {"id": 4101, "contactIds": "contacts"}),
    (
        "reply_add_contact_to_sequence",
        "POST /v3/sequences/1208401/contact-links/bulk",
        {"id": 1208401, "contactIds": "new contacts"},
    ),
    ("reply_start_sequence", "POST /v3/sequences/1208443/start", {"id": 1208443}),
    ("reply_pause_sequence", "POST /v3/sequences/1208401/pause", {"id": 1208401}),
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
    arguments = {name: some(sandbox, value) if isinstance(value, str) else value for name, value in given.items()}
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
    assert "1 of 1 contact imported" in said
    assert "job" not in said


# Answers that were lost

LOST: list[dict[str, Any]] = [
    {"kind": "html"},
    {"kind": "status", "status": 500},
    {"kind": "status", "status": 502},
    {"kind": "reset"},
    {"kind": "truncate"},
]
# Half an answer comes only of a request that was processed.
LOST_WRITES = [
    (one, when) for one in LOST for when in ("before", "after") if (one["kind"], when) != ("truncate", "before")
]


@pytest.mark.parametrize(("fault", "when"), LOST_WRITES, ids=[f"{one['kind']}-{when}" for one, when in LOST_WRITES])
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


@pytest.mark.parametrize(
    ("tool", "path", "look"),
    [
        ("reply_import_contacts", "contacts/import", "reply_search_contacts"),
        ("reply_bulk_delete_contacts", "contacts/bulk-delete", "reply_get_contact"),
        ("reply_set_contacts_opted_out", "contacts/set-opted-out", "reply_get_contact_statuses"),
    ],
)
async def test_the_look_that_settles_a_lost_bulk_call_can_be_made_as_it_stands(
    sandbox: Sandbox, tool: str, path: str, look: str
) -> None:
    mine = made(sandbox)
    ways: dict[str, dict[str, Any]] = {
        "reply_import_contacts": {"items": [{"firstName": "Ann", "email": mine["email"]}]},
        "reply_bulk_delete_contacts": {"ids": [mine["id"]]},
        "reply_set_contacts_opted_out": {"contactIds": [mine["id"]], "isOptedOut": True},
    }
    sandbox.fault(kind="reset", match=f"POST /v3/{path}")
    async with agent_of(sandbox) as agent:
        said = await agent(tool, **ways[tool])
        assert said.is_error
        assert "may have been done" in said
        given = json.loads(said.text.partition(f"{look} ")[2].partition("}")[0] + "}")
        read = await agent(look, **given)
    assert not read.is_error
    assert str(mine["id"]) in read


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
    assert "Both contacts" in every
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
