"""Enrolment: where the API does something else than its documentation says, and the tools make up for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from reply_mcp.sandbox.records.schedule import DAYS, working_week
from reply_mcp.settings import parse_policy
from tests.conftest import Sandbox
from tests.e2e.agent import agent_of, made
from tests.e2e.outreach import act, enrol, enrolled, members, opted_out, sequence

ASKING = parse_policy("send=ask,spend=ask,delete=ask")
REFUSED = {"error": "invalidInput", "errorDetails": "Contact could not be added to sequence"}


def sent(sandbox: Sandbox, mark: int, path: str) -> list[Any]:
    """The bodies posted to a path since a mark."""
    return [row["body"] for row in sandbox.since(mark) if (row["method"], row["path"]) == ("POST", path)]


def links(sequence_id: int) -> str:
    return f"/v3/sequences/{sequence_id}/contact-links/bulk"


# Enrolling


async def test_someone_already_in_is_not_moved_past_steps(sandbox: Sandbox) -> None:
    mine = sequence(sandbox)
    last = mine["steps"][2]["id"]
    (first,) = enrolled(sandbox, mine["id"])
    assert enrol(sandbox, mine["id"], first, startStepId=last) == {"added": [first], "notProcessed": {}}
    assert members(sandbox, mine["id"])[first]["currentStep"]["stepId"] == last

    (second,) = enrolled(sandbox, mine["id"])
    before, new = members(sandbox, mine["id"])[second], made(sandbox)["id"]
    async with agent_of(sandbox) as agent:
        mark = sandbox.seen()
        said = await agent("reply_add_contact_to_sequence", id=mine["id"], contactIds=[second, new], startStepId=last)
    assert "1 of 2 contacts enrolled" in said
    assert "already in it: unchanged (active, step 1)" in said.line(second)
    assert [body["contactIds"] for body in sent(sandbox, mark, links(mine["id"]))] == [[new]]
    after = members(sandbox, mine["id"])
    assert after[second] == before
    assert after[new]["currentStep"]["stepId"] == last


async def test_someone_already_in_keeps_the_mailbox(sandbox: Sandbox) -> None:
    mine = sequence(sandbox)
    (one,) = enrolled(sandbox, mine["id"])
    before = members(sandbox, mine["id"])[one]
    assert enrol(sandbox, mine["id"], one) == {"added": [], "notProcessed": {str(one): REFUSED}}
    changed = members(sandbox, mine["id"])[one]
    assert changed["emailAccountId"] != before["emailAccountId"]

    async with agent_of(sandbox) as agent:
        mark = sandbox.seen()
        said = await agent("reply_add_contact_to_sequence", id=mine["id"], contactIds=[one])
    assert "0 of 1 contact enrolled" in said
    assert "already in it" in said
    assert "Nothing was sent" in said
    assert sent(sandbox, mark, links(mine["id"])) == []
    assert members(sandbox, mine["id"])[one] == changed


async def test_moving_someone_already_in_changes_nothing(sandbox: Sandbox) -> None:
    mine = sequence(sandbox)
    last = mine["steps"][2]["id"]
    first, second = enrolled(sandbox, mine["id"], 2)
    path = f"/v3/contacts/{first}/move-to-sequence"
    assert sandbox.http.post(path, json={"sequenceId": mine["id"], "startStepId": last}).status_code == 204
    assert members(sandbox, mine["id"])[first]["currentStep"]["stepId"] == last

    before = members(sandbox, mine["id"])[second]
    async with agent_of(sandbox) as agent:
        said = await agent("reply_move_contact_to_sequence", id=second, sequenceId=mine["id"], startStepId=last)
    assert "already" in said
    assert "nothing was changed" in said
    assert members(sandbox, mine["id"])[second] == before


async def test_the_one_word_for_every_refusal_is_told_apart(sandbox: Sandbox) -> None:
    mine = sequence(sandbox)
    silent, missing, member = opted_out(sandbox), 5, enrolled(sandbox, mine["id"])[0]
    answer = enrol(sandbox, mine["id"], silent, missing, member)
    assert answer["notProcessed"] == {str(id): REFUSED for id in (silent, missing, member)}

    async with agent_of(sandbox) as agent:
        said = await agent("reply_add_contact_to_sequence", id=mine["id"], contactIds=[silent, missing, member])
    assert "0 of 3 contacts enrolled" in said
    assert "opted out" in said.line(silent)
    assert "not found" in said.line(f"({missing})")
    assert "already in it" in said.line(member)


async def test_a_refusal_that_nothing_explains_is_passed_on(sandbox: Sandbox) -> None:
    mine, one = sequence(sandbox), made(sandbox)["id"]
    body = {"added": [], "notProcessed": {str(one): REFUSED}}
    sandbox.fault(kind="answer", match=f"POST {links(mine['id'])}", body=body)
    async with agent_of(sandbox) as agent:
        said = await agent("reply_add_contact_to_sequence", id=mine["id"], contactIds=[one])
    assert "0 of 1 contact enrolled" in said
    assert REFUSED["errorDetails"] in said.line(one)


async def test_a_refusal_by_number_is_looked_up_as_well(sandbox: Sandbox) -> None:
    mine, silent, other = sequence(sandbox), opted_out(sandbox), made(sandbox)["id"]
    refused = {str(id): {"error": 3, "errorDetails": None} for id in (silent, other)}
    sandbox.fault(kind="answer", match=f"POST {links(mine['id'])}", body={"added": [], "notProcessed": refused})
    async with agent_of(sandbox) as agent:
        said = await agent("reply_add_contact_to_sequence", id=mine["id"], contactIds=[silent, other])
    assert "opted out" in said.line(silent)
    assert "error 3" in said.line(other)


async def test_enrolling_who_opted_out_by_moving_says_so(sandbox: Sandbox) -> None:
    mine, silent = sequence(sandbox), opted_out(sandbox)
    refused = sandbox.http.post(f"/v3/contacts/{silent}/move-to-sequence", json={"sequenceId": mine["id"]})
    assert (refused.status_code, refused.json()["code"]) == (400, "contact.invalidInput")
    assert "opt" not in refused.json()["detail"].lower()
    async with agent_of(sandbox) as agent:
        said = await agent("reply_move_contact_to_sequence", id=silent, sequenceId=mine["id"])
    assert said.is_error
    assert "opted out" in said
    assert members(sandbox, mine["id"]) == {}


async def test_a_plan_without_room_enrolls_nobody_and_is_not_asked_again(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reply_mcp.sandbox.handlers.enrollment.enroll.PLAN", 1)
    mine = sequence(sandbox)
    many = [made(sandbox)["id"] for _ in range(12)]
    refused = sandbox.http.post(links(mine["id"]), json={"contactIds": many})
    assert (refused.status_code, refused.json()["code"]) == (400, "sequenceContact.contactLimitExceeded")
    async with agent_of(sandbox) as agent:
        mark = sandbox.seen()
        said = await agent("reply_add_contact_to_sequence", id=mine["id"], contactIds=many)
    assert said.is_error
    assert "plan's limit of contacts is reached" in said
    assert "nobody was enrolled" in said
    assert refused.json()["detail"] in said
    assert len(sent(sandbox, mark, links(mine["id"]))) == 1


async def test_nobody_leaves_other_sequences_unless_asked_to(sandbox: Sandbox) -> None:
    old, mine = sequence(sandbox, "Old"), sequence(sandbox, "New one")
    first, second, third = enrolled(sandbox, old["id"], 3)
    enrol(sandbox, mine["id"], first, removeFromExisting=True)
    assert set(members(sandbox, old["id"])) == {second, third}

    async with agent_of(sandbox) as agent:
        mark = sandbox.seen()
        await agent("reply_add_contact_to_sequence", id=mine["id"], contactIds=[second])
    assert sent(sandbox, mark, links(mine["id"])) == [{"contactIds": [second], "removeFromExisting": False}]
    assert set(members(sandbox, old["id"])) == {second, third}

    async with agent_of(sandbox, policy=ASKING) as agent:
        asks = await agent("reply_add_contact_to_sequence", id=mine["id"], contactIds=[third], removeFromExisting=True)
        assert "It takes them out of every other sequence" in asks
        assert set(members(sandbox, old["id"])) == {second, third}
        code = asks.text.partition('confirm="')[2][:5]
        said = await agent(
            "reply_add_contact_to_sequence",
            id=mine["id"],
            contactIds=[third],
            removeFromExisting=True,
            confirm=code,
        )
    assert "enrolled" in said
    assert set(members(sandbox, old["id"])) == {second}
    assert set(members(sandbox, mine["id"])) == {first, second, third}


@pytest.mark.parametrize("tool", ["reply_add_contact_to_sequence", "reply_move_contact_to_sequence"])
async def test_enrolling_into_what_does_not_run_sends_nothing_and_says_so(sandbox: Sandbox, tool: str) -> None:
    mine = sequence(sandbox)
    enrolled(sandbox, mine["id"])
    act(sandbox, mine["id"], "start")
    act(sandbox, mine["id"], "pause")
    answer = enrol(sandbox, mine["id"], made(sandbox)["id"])
    assert "paused" not in str(answer)

    async with agent_of(sandbox, policy=ASKING) as agent:
        one = made(sandbox)["id"]
        said = await agent(tool, **terms(tool, mine["id"], one))
    assert not said.is_error
    assert "Not done yet" not in said
    assert "paused" in said
    assert "nothing is sent until it is started" in said
    assert members(sandbox, mine["id"])[one]["statusInSequence"] == "active"


@pytest.mark.parametrize("tool", ["reply_add_contact_to_sequence", "reply_move_contact_to_sequence"])
async def test_enrolling_into_what_runs_is_asked_for_since_it_sends(
    fresh_sandbox: Callable[..., Sandbox], tool: str
) -> None:
    own = fresh_sandbox()
    mine = sequence(own, "Running", scheduleId=open_day(own, 0))
    enrolled(own, mine["id"])
    act(own, mine["id"], "start")
    raw, one = made(own), made(own, firstName="Hugo")
    path = f"/v3/contacts/{raw['id']}/move-to-sequence"
    assert own.http.post(path, json={"sequenceId": mine["id"]}).status_code == 204
    assert reached(own, raw["id"])

    async with agent_of(own, policy=ASKING) as agent:
        asks = await agent(tool, **terms(tool, mine["id"], one["id"]))
        assert "Not done yet" in asks
        assert "Hugo" in asks
        assert '"Running"' in asks
        assert "first message to Hugo" in asks
        assert one["id"] not in members(own, mine["id"])
        code = asks.text.partition('confirm="')[2][:5]
        said = await agent(tool, **terms(tool, mine["id"], one["id"]), confirm=code)
    assert "active" in said
    assert one["id"] in members(own, mine["id"])
    assert reached(own, one["id"])


def terms(tool: str, sequence_id: int, contact_id: int) -> dict[str, Any]:
    if tool == "reply_add_contact_to_sequence":
        return {"id": sequence_id, "contactIds": [contact_id]}
    return {"id": contact_id, "sequenceId": sequence_id}


def reached(sandbox: Sandbox, contact_id: int) -> bool:
    """Whether a mail has gone out to the contact."""
    sandbox.http.post("/sandbox/clock", json={"advance": 1})
    sandbox.get("/v3/whoami")  # whatever fell due is done before the next answer
    return any(one["isContacted"] for one in sandbox.store.all("membership", _contactId=contact_id))


def open_day(sandbox: Sandbox, ahead: int) -> int:
    """The id of a new schedule that sends all through one day of the week, so many days ahead, and the next."""
    today = sandbox.clock.now().weekday()
    days = tuple(DAYS[(today + ahead + more) % 7] for more in (0, 1))
    all_day = {"fromTime": {"hour": 0, "minute": 0}, "toTime": {"hour": 23, "minute": 59}}
    week = [{**day, "timeRanges": [all_day] if day["isActive"] else []} for day in working_week(days=days)]
    body = {"name": f"In {ahead} days", "timezoneId": "UTC", "mainTimings": week}
    answer = sandbox.http.post("/v3/schedules", json=body)
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


async def test_no_moment_of_sending_is_promised(fresh_sandbox: Callable[..., Sandbox]) -> None:
    own = fresh_sandbox()
    mine = sequence(own, scheduleId=open_day(own, 3))
    enrolled(own, mine["id"])
    act(own, mine["id"], "start")
    at_once = {"ignoreStepDelay": True, "startFrom": own.clock.iso()}
    raw = made(own)["id"]
    enrol(own, mine["id"], raw, **at_once)
    own.http.post("/sandbox/clock", json={"advance": 3600})
    assert not reached(own, raw)

    one = made(own)["id"]
    async with agent_of(own, policy=ASKING) as agent:
        asks = await agent("reply_add_contact_to_sequence", id=mine["id"], contactIds=[one], **at_once)
        assert "nobody today" in asks
        assert "first at" in asks
        code = asks.text.partition('confirm="')[2][:5]
        said = await agent("reply_add_contact_to_sequence", id=mine["id"], contactIds=[one], **at_once, confirm=code)
    assert "as its schedule allows" in said
    assert " now" not in said.line("schedule allows").partition("active:")[2]
    assert not reached(own, one)
    own.http.post("/sandbox/clock", json={"advance": timedelta(days=4).total_seconds()})
    assert reached(own, one)


@pytest.mark.parametrize("tool", ["reply_add_contact_to_sequence", "reply_move_contact_to_sequence"])
async def test_an_archived_sequence_takes_nobody(sandbox: Sandbox, tool: str) -> None:
    mine = sequence(sandbox)
    act(sandbox, mine["id"], "archive")
    raw, one = made(sandbox)["id"], made(sandbox)["id"]
    assert enrol(sandbox, mine["id"], raw)["added"] == [raw]
    async with agent_of(sandbox) as agent:
        mark = sandbox.seen()
        said = await agent(tool, **terms(tool, mine["id"], one))
    assert said.is_error
    assert "archived" in said
    assert "nothing was changed" in said
    assert not [row for row in sandbox.since(mark) if row["method"] == "POST"]
    assert set(members(sandbox, mine["id"])) == {raw}


# Lists that feed outreach


async def test_being_on_a_list_already_is_success_and_opting_out_is_told(sandbox: Sandbox) -> None:
    own = sandbox.http.post("/v3/contact-lists", json={"name": "Feeds outreach"}).json()["id"]
    path = f"/v3/contact-lists/{own}/add-contacts"
    fine, silent, missing = made(sandbox)["id"], opted_out(sandbox), 5
    for _ in range(2):
        assert sandbox.http.post(path, json={"contactIds": [fine, silent]}).json() == {}

    async with agent_of(sandbox) as agent:
        said = await agent("reply_add_contacts_to_list", id=own, contactIds=[fine, silent, missing])
    assert f"2 of 3 contacts on list {own}" in said
    assert "not found" in said.line(missing)
    assert "pted out" in said.line(silent)
    assert str(fine) not in said.line(silent)
