"""Trouble between us and Reply, end to end: what is tried again, what never is, and what an agent is told of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from reply_mcp import catalog
from reply_mcp.catalog.operation import Effect
from reply_mcp.sandbox import running
from reply_mcp.sandbox.clock import iso
from tests.conftest import Sandbox
from tests.e2e.agent import Said, address, agent_of, asked, held, made
from tests.e2e.correspondence import person, thread

PRIYA = 70415
"""A teammate who reaches two teams."""
PARTNERS = 31012


@pytest.fixture(scope="module")
def account() -> Iterator[Sandbox]:
    """A sandbox that these tests may change."""
    with running(rate_limits="none", stats_rate_limits="none") as one:
        yield Sandbox(one)


@pytest.fixture(autouse=True)
def _calm(account: Sandbox) -> Iterator[None]:
    yield
    account.no_faults()


@dataclass(frozen=True)
class Write:
    """One write: the call, its request, the read that an unknown outcome names, and how to see whether it was done."""

    tool: str
    arguments: dict[str, Any]
    request: str
    look: str
    done: Callable[[], bool]


def creating(sandbox: Sandbox) -> Write:
    email = address()
    arguments = {"firstName": "Ann", "email": email}
    look = f'reply_search_contacts {{"email": "{email}"}}'
    return Write("reply_create_contact", arguments, "POST /v3/contacts", look, lambda: bool(held(sandbox, email)))


def answering(sandbox: Sandbox) -> Write:
    id = thread(sandbox, person(sandbox, "Dana"), ("we", "Hello"), ("they", "Tell me more."))
    return Write(
        "reply_send_inbox_reply",
        {"id": id, "message": "Gladly."},
        f"POST /v3/inbox/threads/{id}/messages",
        f'reply_get_thread {{"id": {id}}}',
        lambda: sandbox.get(f"/v3/inbox/threads/{id}/messages")["items"][-1]["body"] == "Gladly.",
    )


def starting(sandbox: Sandbox) -> Write:
    # Reply starts nothing that was started a moment ago.
    sandbox.http.post("/sandbox/clock", json={"advance": 600})
    held = {one["_sequenceId"] for one in sandbox.store.all("membership")}
    fit = [one for one in sandbox.store.all("sequence", isArchived=False) if one["id"] in held]
    sequence = next(one for one in fit if one["_emailAccountIds"])
    sandbox.store.put("sequence", {**sequence, "status": "paused"})
    id = sequence["id"]
    return Write(
        "reply_start_sequence",
        {"id": id},
        f"POST /v3/sequences/{id}/start",
        f'reply_get_sequence {{"id": {id}}}',
        lambda: sandbox.get(f"/v3/sequences/{id}")["status"] == "active",
    )


def completing(sandbox: Sandbox) -> Write:
    start = sandbox.clock.now() - timedelta(days=2)
    body = {
        "taskType": "toDo",
        "startAt": iso(start),
        "dueTo": iso(start + timedelta(days=1)),
        "template": {"body": "Prepare the meeting"},
    }
    id = sandbox.http.post("/v3/tasks", json=body).json()["id"]
    return Write(
        "reply_complete_task",
        {"id": id},
        f"POST /v3/tasks/{id}/complete",
        f'reply_get_task {{"id": {id}}}',
        lambda: sandbox.get(f"/v3/tasks/{id}")["status"] == "finished",
    )


WRITES = {"create": creating, "answer": answering, "start": starting, "complete": completing}


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", ["reset", "html", "truncate", "status"])
@pytest.mark.parametrize("what", WRITES)
async def test_a_write_whose_answer_was_lost_is_sent_once_and_called_unknown(
    account: Sandbox, what: str, kind: str, when: str
) -> None:
    write = WRITES[what](account)
    assert not write.done()
    account.fault(kind=kind, match=write.request, when=when, times=None)
    mark = account.seen()
    async with agent_of(account) as agent:
        said = await agent(write.tool, **write.arguments)
    sent = [one for one in asked(account, mark) if one == write.request]
    assert len(sent) == 1, "never twice"
    account.no_faults()
    # A body that is cut short comes after the work was done; and some writes have no body that could be cut.
    assert write.done() is (when == "after" or kind == "truncate")
    if kind == "truncate" and not said.is_error:
        return
    assert said.is_error
    assert "may have been done" in said or "may have been sent" in said
    assert "Do not send it again before looking" in said
    assert write.look in said


async def test_what_was_never_handed_over_is_no_unknown(account: Sandbox) -> None:
    async with agent_of(account, base_url="http://127.0.0.1:9", patience=0.2) as agent:
        said = await agent("reply_update_contact", id=90514001, title="CTO")
    assert said.is_error
    assert "Nothing was done" in said
    assert "may have been" not in said


READS: dict[str, Callable[[Sandbox], dict[str, Any]]] = {
    "reply_get_contact": lambda sandbox: {"id": made(sandbox)["id"]},
    "reply_filter_contacts": lambda sandbox: {"searchTerm": "a", "top": 2},
    "reply_get_email_report": lambda sandbox: {"filters": {"dateRangePreset": "lastMonth"}},
    "reply_list_my_tasks": lambda sandbox: {"status": "new", "top": 2},
}


@pytest.mark.parametrize("fault", [{"kind": "reset"}, {"kind": "html"}, {"kind": "status", "status": 503}], ids=str)
@pytest.mark.parametrize("tool", READS)
async def test_a_read_is_asked_again_and_answered(account: Sandbox, tool: str, fault: dict[str, Any]) -> None:
    """POST reads among them."""
    arguments = READS[tool](account)
    account.fault(**fault)
    mark = account.seen()
    async with agent_of(account) as agent:
        said = await agent(tool, **arguments)
    requests = asked(account, mark)
    assert not said.is_error, said.text
    assert requests[0] == requests[1], "the second is the same again"


async def test_a_read_that_stays_broken_says_so_after_three_tries(account: Sandbox) -> None:
    account.fault(kind="html", times=None)
    mark = account.seen()
    async with agent_of(account) as agent:
        said = await agent("reply_get_contact", id=90514001)
    assert len(asked(account, mark)) == 3
    assert said.is_error
    assert "no JSON" in said
    assert "REPLY_BASE_URL" in said
    assert "may have been done" not in said


@pytest.mark.parametrize("tool", ["reply_get_contact", "reply_update_contact"])
async def test_a_429_within_patience_is_waited_for(account: Sandbox, tool: str) -> None:
    mine = made(account)
    method = "GET" if tool == "reply_get_contact" else "PATCH"
    account.fault(kind="status", status=429, retry_after=1, match=f"{method} /v3/contacts/{mine['id']}")
    change = {} if method == "GET" else {"title": "CTO"}
    mark, began = account.seen(), time.monotonic()
    async with agent_of(account, patience=10.0) as agent:
        said = await agent(tool, id=mine["id"], **change)
    assert not said.is_error
    assert time.monotonic() - began >= 1.0
    statuses = [row["status"] for row in account.since(mark) if row["method"] == method]
    assert statuses[:2] == [429, 200]


async def test_a_429_beyond_patience_says_when_and_spends_nothing_more(account: Sandbox) -> None:
    mine = made(account)
    account.fault(kind="status", status=429, retry_after=240, match=f"PATCH /v3/contacts/{mine['id']}")
    mark = account.seen()
    async with agent_of(account, patience=1.0) as agent:
        said = await agent("reply_update_contact", id=mine["id"], title="CTO")
        spent = len(asked(account, mark))
        again = await agent("reply_get_contact", id=mine["id"])
    for one in (said, again):
        assert one.is_error
        assert "429" in one or "used up" in one
        assert "UTC" in one, "when it may be tried again"
    assert len(asked(account, mark)) == spent, "the whole class waits"
    assert account.get(f"/v3/contacts/{mine['id']}")["title"] is None


# Keys


async def test_an_expired_key_is_told_and_not_tried_again(account: Sandbox) -> None:
    mark = account.seen()
    async with agent_of(account, api_key="sandbox-expired") as agent:
        for tool, arguments in (("reply_search_contacts", {}), ("reply_create_contact", {"email": address()})):
            said = await agent(tool, firstName="Ann", **arguments) if "email" in arguments else await agent(tool)
            assert said.is_error
            assert "401" in said
            assert "REPLY_API_KEY" in said
            assert "do not retry" in said
            assert "sandbox-expired" not in said
    assert len(asked(account, mark)) == 2


CHANGES: dict[str, dict[str, Any]] = {
    "reply_create_contact": {"firstName": "Ann", "email": "read.only@wire-company.com"},
    "reply_update_contact": {"id": 90514001, "title": "CTO"},
    "reply_create_inbox_category": {"name": "Read only"},
    "reply_create_schedule": {"name": "Read only", "timezoneId": "UTC"},
}


@pytest.mark.parametrize("tool", CHANGES)
async def test_a_key_that_only_reads_names_the_scope_it_lacks(account: Sandbox, tool: str) -> None:
    scope = next(one.scope for one in catalog.entries() if one.tool == tool)
    async with agent_of(account, api_key="sandbox-read-only") as agent:
        assert not (await agent("reply_search_contacts", top=1)).is_error
        said = await agent(tool, **CHANGES[tool])
    assert said.is_error
    assert f"lacks the scope {scope}" in said
    assert "nothing was changed" in said


@pytest.mark.parametrize("granted", ["contacts:write", "contacts:*", "*:operate"])
async def test_exactly_the_scopes_of_a_key_count(account: Sandbox, granted: str) -> None:
    async with agent_of(account, api_key=f"sandbox-scopes:{granted}") as agent:
        assert not (await agent("reply_search_contacts", top=1)).is_error
        said = await agent("reply_update_contact", id=made(account)["id"], title="CTO")
    assert said.is_error is (granted == "*:operate")
    assert not said.is_error or "contacts:write" in said


async def test_a_free_plan_is_not_taken_for_a_missing_scope(account: Sandbox) -> None:
    async with agent_of(account, api_key="sandbox-free-plan") as agent:
        assert not (await agent("reply_search_contacts", top=1)).is_error
        said = await agent("reply_update_contact", id=made(account)["id"], title="CTO")
    assert said.is_error
    assert "plan" in said
    assert "scope" not in said
    assert "Nothing was changed" in said


def acts_for(said: Said) -> str:
    assert not said.is_error, said.text
    return said.text


async def test_master_and_organization_keys_act_for_who_is_set(account: Sandbox) -> None:
    mates = [one for one in account.store.all("user") if one["_role"] not in ("self", "owner")]
    jonas = next(one for one in mates if len(one["_teamIds"]) == 1)
    owner = next(one for one in account.store.all("user") if one["_role"] == "owner")
    for key, settings, user in (
        ("sandbox-master", {}, owner),
        ("sandbox-master", {"user_id": jonas["id"]}, jonas),
        ("sandbox-master", {"user_email": jonas["email"]}, jonas),
        ("sandbox-organization", {"user_id": jonas["id"]}, jonas),
        ("sandbox-organization", {"user_email": jonas["email"], "team_id": jonas["_teamIds"][0]}, jonas),
        ("sandbox-master", {"user_id": PRIYA, "team_id": PARTNERS}, account.store.get("user", PRIYA)),
    ):
        async with agent_of(account, api_key=key, **settings) as agent:
            text = acts_for(await agent("reply_whoami"))
        assert str(user["id"]) in text, (key, settings, text)


@pytest.mark.parametrize("settings", [{}, {"user_email": "jonas"}], ids=["no user", "no team"])
async def test_an_organization_key_without_enough_is_told_what_to_set(
    account: Sandbox, settings: dict[str, str]
) -> None:
    if settings:
        settings = {"user_email": next(one["email"] for one in account.store.all("user") if one["_role"] != "self")}
    async with agent_of(account, api_key="sandbox-organization", **settings) as agent:
        said = await agent("reply_search_contacts")
    assert said.is_error
    assert ("REPLY_TEAM_ID" if settings else "REPLY_USER_ID") in said
    assert "REPLY_API_KEY" not in said


@pytest.mark.parametrize("tool", ["reply_search_contacts", "reply_update_contact"])
@pytest.mark.parametrize("team", [None, 4])
async def test_whoever_reaches_several_teams_is_told_which(account: Sandbox, tool: str, team: int | None) -> None:
    arguments = {"id": 90514001, "title": "CTO"} if tool == "reply_update_contact" else {}
    async with agent_of(account, api_key="sandbox-master", user_id=PRIYA, team_id=team) as agent:
        said = await agent(tool, **arguments)
    assert said.is_error
    assert ("TEAM_NOT_ACCESSIBLE" if team else "TEAM_REQUIRED") in said
    assert "REPLY_TEAM_ID" in said
    for one in account.store.all("team"):
        assert str(one["id"]) in said
        assert one["name"] in said


def test_the_tools_here_are_what_they_are_taken_for() -> None:
    effects = {one.tool: one.effect for one in catalog.entries()}
    assert all(effects[tool] is Effect.READ for tool in READS)
    assert all(effects[tool] is not Effect.READ for tool in CHANGES)
