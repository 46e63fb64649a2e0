"""Enrolling and starting: who is left out and why, and agreements that hold for what was told alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from reply_mcp.settings import parse_policy
from tests.conftest import Sandbox
from tests.e2e.agent import agent_of, made
from tests.e2e.outreach import act, enrolled, members, opted_out, sequence, state

ASKING = parse_policy("send=ask,spend=ask,delete=ask")


def enrolments(sandbox: Sandbox, mark: int) -> list[dict[str, Any]]:
    """The requests since a mark that would enrol somebody."""
    return [row for row in sandbox.since(mark) if row["path"].endswith("/contact-links/bulk")]


async def test_blacklisted_and_doubly_mailed_people_are_left_out_by_name(sandbox: Sandbox) -> None:
    running, mine = sequence(sandbox, "Writes already"), sequence(sandbox, "Second")
    (busy,) = enrolled(sandbox, running["id"])
    act(sandbox, running["id"], "start")
    blocked, fine = made(sandbox, email="kim@left-out.example"), made(sandbox)
    rule = sandbox.http.post("/v3/contact-blacklist-rules/domains", json={"pattern": "left-out.example"}).json()["id"]
    everybody = [busy, "kim@left-out.example", fine["email"]]
    async with agent_of(sandbox) as agent:
        said = await agent("reply_enroll_contacts", id="Second", contactIds=everybody)
        assert "1 of 3 contacts enrolled" in said
        assert (
            f"on the blacklist: domain left-out.example (rule {rule}) (kim@left-out.example ({blocked['id']}))" in said
        )
        assert f'in another active sequence: "Writes already" ({running["id"]}) ({busy})' in said
        assert "removeFromExisting=true moves" in said
        assert set(members(sandbox, mine["id"])) == {fine["id"]}
        said = await agent("reply_enroll_contacts", id=mine["id"], contactIds=[busy], removeFromExisting=True)
    assert "enrolled" in said
    assert set(members(sandbox, mine["id"])) == {fine["id"], busy}
    assert members(sandbox, running["id"]) == {}


async def test_a_list_is_enrolled_in_pages(sandbox: Sandbox) -> None:
    mine, own = sequence(sandbox), sandbox.http.post("/v3/contact-lists", json={"name": "All aboard"}).json()["id"]
    ids = [made(sandbox)["id"] for _ in range(15)]
    silent = opted_out(sandbox)
    sandbox.http.post(f"/v3/contact-lists/{own}/add-contacts", json={"contactIds": [*ids, silent]})
    async with agent_of(sandbox) as agent:
        mark = sandbox.seen()
        said = await agent("reply_enroll_contacts", id=mine["id"], listId="All aboard")
    assert "15 of 16 contacts enrolled" in said
    assert "opted out" in said.line(silent)
    assert set(members(sandbox, mine["id"])) == set(ids)
    running = [one for one in sandbox.store.all("sequence") if one["status"] == "active"]
    assert len(sandbox.since(mark)) <= 1 + 1 + 1 + 1 + 3 + 1 + len(running) + 1 + 1


async def test_an_agreement_holds_for_the_people_it_was_asked_about(fresh_sandbox: Callable[..., Sandbox]) -> None:
    own = fresh_sandbox()
    mine = sequence(own, "Running")
    enrolled(own, mine["id"])
    act(own, mine["id"], "start")
    feeds = own.http.post("/v3/contact-lists", json={"name": "Feeds"}).json()["id"]
    path = f"/v3/contact-lists/{feeds}/add-contacts"
    ids = [made(own)["id"] for _ in range(4)]
    own.http.post(path, json={"contactIds": ids[:3]})
    terms = {"id": mine["id"], "listId": feeds}
    async with agent_of(own, policy=ASKING) as agent:
        asks = await agent("reply_enroll_contacts", **terms)
        assert "enrolls 3 contacts" in asks
        own.http.post(path, json={"contactIds": [ids[3]]})
        mark = own.seen()
        anew = await agent("reply_enroll_contacts", **terms, confirm=asks.text.partition('confirm="')[2][:5])
        assert "has changed since the preview" in anew
        assert "enrolls 4 contacts" in anew
        assert enrolments(own, mark) == []
        said = await agent("reply_enroll_contacts", **terms, confirm=anew.text.partition('confirm="')[2][:5])
    assert "All 4 contacts enrolled" in said
    assert set(ids) <= set(members(own, mine["id"]))


@pytest.mark.parametrize("tool", ["reply_start_sequence", "reply_bulk_start_sequences"])
async def test_a_start_that_was_agreed_on_is_asked_anew_when_more_people_came(sandbox: Sandbox, tool: str) -> None:
    mine = sequence(sandbox, "Grows")
    enrolled(sandbox, mine["id"], 2)
    terms = {"id": mine["id"]} if tool == "reply_start_sequence" else {"ids": [mine["id"]]}
    async with agent_of(sandbox, policy=ASKING, tools=(tool,)) as agent:
        asks = await agent(tool, **terms)
        assert "to 2 people" in asks
        enrolled(sandbox, mine["id"])
        anew = await agent(tool, **terms, confirm=asks.text.partition('confirm="')[2][:5])
        assert "has changed since the preview" in anew
        assert "to 3 people" in anew
        assert state(sandbox, mine["id"]) == "new"
        said = await agent(tool, **terms, confirm=anew.text.partition('confirm="')[2][:5])
    assert not said.is_error
    assert state(sandbox, mine["id"]) == "active"


async def test_taking_people_out_of_others_is_asked_for_even_where_sending_is_not(
    fresh_sandbox: Callable[..., Sandbox],
) -> None:
    own = fresh_sandbox()
    mine = sequence(own, "Running")
    enrolled(own, mine["id"])
    act(own, mine["id"], "start")
    one = made(own)["id"]
    async with agent_of(own, policy=parse_policy("send=allow,delete=ask")) as agent:
        asks = await agent("reply_enroll_contacts", id=mine["id"], contactIds=[one], removeFromExisting=True)
        assert "Not done yet" in asks
        assert one not in members(own, mine["id"])
        said = await agent("reply_enroll_contacts", id=mine["id"], contactIds=[one])
    assert "enrolled" in said
