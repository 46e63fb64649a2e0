"""Sequences: where the API does something else than its documentation says, and the tools make up for it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from reply_mcp.settings import parse_policy
from tests.conftest import Sandbox
from tests.e2e.agent import agent_of, asked
from tests.e2e.outreach import CONNECT, act, email, enrolled, in_this_order, mailboxes, members, named, sequence, state

TASK = {"type": "task", "actionType": "toDo", "delayInMinutes": 0, "description": "Look them up"}


def profile(sandbox: Sandbox) -> int:
    return int(sandbox.store.all("linkedInAccount")[0]["id"])


# Creating


async def test_an_invitation_on_linkedin_is_created_after_the_sequence(sandbox: Sandbox) -> None:
    steps, given = [CONNECT, email("After it")], {"linkedInAccounts": [profile(sandbox)]}
    assert sandbox.http.post("/v3/sequences", json={"name": "Raw invitation", "steps": steps}).status_code == 500
    assert named(sandbox, "Raw invitation")[0]["id"]

    async with agent_of(sandbox) as agent:
        mark = sandbox.seen()
        said = await agent("reply_create_sequence", name="Invitation", steps=steps, **given)
    (mine,) = named(sandbox, "Invitation")
    assert not said.is_error
    assert str(mine["id"]) in said
    assert "2 of 2 steps added" in said
    assert f"LinkedIn account {profile(sandbox)} linked" in said
    path = f"/v3/sequences/{mine['id']}"
    creation, *_ = sandbox.since(mark)
    assert creation["body"] == {"name": "Invitation"}
    assert asked(sandbox, mark) == [
        "POST /v3/sequences",
        f"POST {path}/linkedin-account-links",
        f"POST {path}/steps/bulk",
    ]
    kinds = {one["parentId"] is None: one["type"] for one in sandbox.get(f"{path}/steps")}
    assert kinds == {True: "linkedIn", False: "email"}


async def test_linkedin_accounts_are_linked_after_the_creation(sandbox: Sandbox) -> None:
    body = {"name": "Raw profile", "linkedInAccounts": [profile(sandbox)]}
    assert sandbox.http.post("/v3/sequences", json=body).status_code == 500
    (raw,) = named(sandbox, "Raw profile")
    assert sandbox.get(f"/v3/sequences/{raw['id']}/linkedin-accounts") == []

    async with agent_of(sandbox) as agent:
        said = await agent("reply_create_sequence", name="Profile", linkedInAccounts=[profile(sandbox), 7])
    (mine,) = named(sandbox, "Profile")
    assert f"LinkedIn account {profile(sandbox)} linked" in said
    assert "LinkedIn account 7 was NOT linked" in said
    linked = sandbox.get(f"/v3/sequences/{mine['id']}/linkedin-accounts")
    assert [one["id"] for one in linked] == [profile(sandbox)]


@pytest.mark.parametrize("created", [True, False])
async def test_a_creation_that_broke_off_is_looked_up_and_not_repeated(sandbox: Sandbox, created: bool) -> None:
    name = f"Broken off, {'made' if created else 'lost'}"
    sandbox.fault(kind="status", status=500, match="POST /v3/sequences", when="after" if created else "before")
    async with agent_of(sandbox) as agent:
        mark = sandbox.seen()
        said = await agent("reply_create_sequence", name=name, steps=[email()])
    assert said.is_error
    assert asked(sandbox, mark).count("POST /v3/sequences") == 1
    found = named(sandbox, name)
    assert len(found) == created
    if created:
        assert str(found[0]["id"]) in said
        assert "do not create again" in said
    else:
        assert "nothing was created" in said


async def test_a_creation_that_wants_a_step_is_given_the_first(sandbox: Sandbox) -> None:
    fault = {"pointer": "/steps", "detail": "At least one step is required."}
    refusal = {"status": 400, "title": "Validation failed", "errors": [fault]}
    sandbox.fault(kind="answer", match="POST /v3/sequences", status=400, body=refusal)
    async with agent_of(sandbox) as agent:
        said = await agent("reply_create_sequence", name="Wants a step", steps=[TASK, CONNECT])
    assert not said.is_error, said.text
    (mine,) = named(sandbox, "Wants a step")
    assert str(mine["id"]) in said
    raw = sandbox.get(f"/v3/sequences/{mine['id']}/steps")
    assert [one["type"] for one in sorted(raw, key=lambda one: one["parentId"] is not None)] == ["task", "linkedIn"]


# Starting and pausing


async def test_starting_what_runs_is_not_called_a_start(sandbox: Sandbox) -> None:
    mine = sequence(sandbox)["id"]
    enrolled(sandbox, mine)
    first = act(sandbox, mine, "start")
    assert act(sandbox, mine, "start") == first
    async with agent_of(sandbox) as agent:
        mark = sandbox.seen()
        said = await agent("reply_start_sequence", id=mine)
        assert not said.is_error
        assert "was already active; nothing was changed" in said
        assert f"POST /v3/sequences/{mine}/start" not in asked(sandbox, mark)
        act(sandbox, mine, "pause")
        said = await agent("reply_start_sequence", id=mine)
    assert "is active now" in said
    assert state(sandbox, mine) == "active"


async def test_a_start_is_held_to_the_number_that_was_agreed_on(sandbox: Sandbox) -> None:
    mine = sequence(sandbox, "Agreed on")["id"]
    enrolled(sandbox, mine, 2)
    async with agent_of(sandbox) as agent:
        said = await agent("reply_start_sequence", id=mine, expectedContacts=1)
        assert said.is_error
        assert 'Not started: "Agreed on"' in said
        assert "holds 2 contacts now, not 1" in said
        assert state(sandbox, mine) == "new"
        assert not (await agent("reply_start_sequence", id=mine, expectedContacts=2)).is_error
    assert state(sandbox, mine) == "active"


async def test_the_question_before_a_start_names_people_senders_and_hours(sandbox: Sandbox) -> None:
    mine = sequence(sandbox, "Asked about", senders=1)
    enrolled(sandbox, mine["id"], 2)
    async with agent_of(sandbox, policy=parse_policy("send=ask")) as agent:
        asks = await agent("reply_start_sequence", id=mine["id"])
        assert 'starts sending "Asked about"' in asks
        assert "to 2 people" in asks
        assert mine["emailAccounts"][0]["email"] in asks
        assert "first at" in asks or "from now on" in asks
        assert state(sandbox, mine["id"]) == "new"
        act(sandbox, mine["id"], "start")
        act(sandbox, mine["id"], "pause")
        asks = await agent("reply_start_sequence", id=mine["id"])
        code = asks.text.partition('confirm="')[2][:5]
        said = await agent("reply_start_sequence", id=mine["id"], confirm=code)
    assert "is active now" in said
    assert state(sandbox, mine["id"]) == "active"


async def test_a_start_without_a_mailbox_is_told_in_words_and_with_the_remedy(sandbox: Sandbox) -> None:
    mine = sequence(sandbox, senders=0)["id"]
    enrolled(sandbox, mine)
    refused = sandbox.http.post(f"/v3/sequences/{mine}/start").json()
    assert refused["code"] == "sequenceAction.unknown"
    async with agent_of(sandbox) as agent:
        said = await agent("reply_start_sequence", id=mine)
        assert said.is_error
        assert refused["detail"] in said
        assert "reply_assign_email_account_to_sequence" in said
        await agent("reply_assign_email_account_to_sequence", id=mine, emailAccountId=mailboxes(sandbox)[0])
        assert not (await agent("reply_start_sequence", id=mine)).is_error
    assert state(sandbox, mine) == "active"


async def test_a_start_without_people_is_told_with_the_remedy(sandbox: Sandbox) -> None:
    mine = sequence(sandbox)["id"]
    assert sandbox.http.post(f"/v3/sequences/{mine}/start").json()["code"] == "sequenceAction.noContacts"
    async with agent_of(sandbox) as agent:
        said = await agent("reply_start_sequence", id=mine)
    assert said.is_error
    assert "nobody is in it" in said
    assert "reply_add_contact_to_sequence" in said


async def test_a_sequence_that_is_being_activated_is_waited_for(sandbox: Sandbox) -> None:
    mine = sequence(sandbox)["id"]
    enrolled(sandbox, mine, 40)
    act(sandbox, mine, "start")
    busy = [sandbox.http.post(f"/v3/sequences/{mine}/{action}") for action in ("start", "pause")]
    assert [(one.status_code, one.json()["code"]) for one in busy] == [(409, "sequenceAction.activationInProgress")] * 2
    async with agent_of(sandbox) as agent:
        said = await agent("reply_pause_sequence", id=mine)
        assert said.is_error
        assert "still activating" in said
        assert "Paused" not in said
        said = await agent("reply_start_sequence", id=mine)
        assert "was already active" in said

        act_again = {"status": 409, "code": "sequenceAction.activationInProgress", "detail": "Being activated."}
        other = sequence(sandbox)["id"]
        sandbox.fault(kind="answer", match=f"POST /v3/sequences/{other}/start", status=409, body=act_again)
        mark = sandbox.seen()
        said = await agent("reply_start_sequence", id=other)
    assert said.is_error
    assert "Do not start it again" in said
    assert f'reply_get_sequence {{"id": {other}}}' in said
    assert asked(sandbox, mark).count(f"POST /v3/sequences/{other}/start") == 1


async def test_pausing_what_never_ran_is_told_as_that(sandbox: Sandbox) -> None:
    mine = sequence(sandbox, "Never ran")["id"]
    refused = sandbox.http.post(f"/v3/sequences/{mine}/pause")
    assert (refused.status_code, refused.json()["code"]) == (409, "sequenceAction.status")
    async with agent_of(sandbox) as agent:
        said = await agent("reply_pause_sequence", id=mine)
    assert said.is_error
    assert '"Never ran"' in said
    assert "was never started; it sends nothing" in said


async def test_pausing_what_is_paused_is_no_fault(sandbox: Sandbox) -> None:
    several = [sequence(sandbox)["id"] for _ in range(3)]
    for mine in several:
        enrolled(sandbox, mine)
        act(sandbox, mine, "start")
    first = [act(sandbox, mine, "pause") for mine in several]
    assert [act(sandbox, mine, "pause") for mine in several] == first
    assert {one["status"] for one in first} == {"paused", "Paused"}
    async with agent_of(sandbox) as agent:
        for mine in several:
            said = await agent("reply_pause_sequence", id=mine)
            assert not said.is_error
            assert "is paused now" in said
            assert state(sandbox, mine) == "paused"


# Listing


async def test_rows_are_read_whatever_the_case_and_the_team_of_a_row(fresh_sandbox: Callable[..., Sandbox]) -> None:
    own = fresh_sandbox()
    raw = own.get("/v3/sequences", top=100)["items"]
    assert {one["status"] for one in raw} > {"active", "Active"}
    assert {one["teamId"] for one in raw} == {None}
    running = {one["id"] for one in raw if one["status"].lower() == "active"}
    user = next(one for one in own.store.all("user") if len(one["_teamIds"]) == 1)["id"]
    agency = {"Authorization": "Bearer sandbox-organization", "X-User-Id": str(user)}
    theirs = own.http.get("/v3/sequences", params={"top": 100}, headers=agency).json()["items"]
    assert None not in {one["teamId"] for one in theirs}

    for key in ({}, {"api_key": "sandbox-organization", "user_id": user}):
        async with agent_of(own, **key) as agent:
            said = await agent("reply_search_sequences", top=100)
            assert all(str(one["id"]) in said for one in raw)
            assert "Active" not in said
            said = await agent("reply_search_sequences", status="active")
            assert {one["id"] for one in raw if str(one["id"]) in said} == running


async def test_the_list_says_that_it_has_neither_channels_nor_counts(sandbox: Sandbox) -> None:
    raw = sandbox.get("/v3/sequences", top=100)["items"]
    words = {key.lower() for one in raw for key in one}
    assert not {word for word in words if "channel" in word or "count" in word or "step" in word}
    mine = sequence(sandbox, "Two channels", emails=1)["id"]
    call = {"type": "call", "delayInMinutes": 0, "description": "Ring them"}
    assert sandbox.http.post(f"/v3/sequences/{mine}/steps", json=call).status_code == 201
    async with agent_of(sandbox) as agent:
        (tool,) = [one for one in (await agent.client.list_tools()).tools if one.name == "reply_search_sequences"]
        assert "No channels or counts here" in tool.description
        mark = sandbox.seen()
        await agent("reply_search_sequences", name="Two channels")
        assert asked(sandbox, mark).count("GET /v3/sequences") == 1
        assert f"GET /v3/sequences/{mine}/steps" not in asked(sandbox, mark)
        said = await agent("reply_get_sequence", id=mine)
    assert in_this_order(said.text, "email", "call")


@pytest.mark.parametrize(
    "tool", ["reply_get_sequence", "reply_delete_sequence", "reply_start_sequence", "reply_pause_sequence"]
)
async def test_a_missing_sequence_is_told_alike_whatever_the_status(sandbox: Sandbox, tool: str) -> None:
    read, deleted = sandbox.http.get("/v3/sequences/999"), sandbox.http.delete("/v3/sequences/999")
    assert (read.status_code, deleted.status_code) == (404, 400)
    assert read.json()["code"] == deleted.json()["code"] == "sequence.notFound"
    async with agent_of(sandbox) as agent:
        said = await agent(tool, id=999)
    assert said.is_error
    assert "There is no sequence 999" in said
    assert "reply_search_sequences" in said


async def test_who_opened_is_read_where_it_still_is(sandbox: Sandbox) -> None:
    held = next(one for one in sandbox.store.all("membership") if one["isOpened"])
    mine, contact = held["_sequenceId"], held["_contactId"]
    gone = sandbox.http.get(f"/v3/sequences/{mine}/contacts/extended")
    assert gone.status_code == 404
    assert "No endpoint matches" in gone.text
    assert "code" not in gone.json()
    assert contact in members(sandbox, mine)
    async with agent_of(sandbox) as agent:
        mark = sandbox.seen()
        said = await agent("reply_list_sequence_contact_states", id=mine, top=100)
    assert "opened" in said.line(contact)
    assert asked(sandbox, mark) == [f"GET /v3/sequences/{mine}/contacts/state"]
