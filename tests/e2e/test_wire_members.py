"""Who is in a sequence: where the API does something else than documented, and the tools make up for it."""

from __future__ import annotations

import pytest

from reply_mcp.settings import parse_policy
from tests.conftest import Sandbox
from tests.e2e.agent import agent_of, asked, made
from tests.e2e.outreach import enrolled, members, sequence, state

ASKING = parse_policy("send=ask,spend=ask,delete=ask")


# Who is in it


async def test_an_empty_page_of_a_sequence_that_is_not_there_is_not_taken_for_nobody(sandbox: Sandbox) -> None:
    nobody = sequence(sandbox)["id"]
    answer = sandbox.http.get("/v3/sequences/999/contacts")
    assert (answer.status_code, answer.json()["items"]) == (200, [])
    async with agent_of(sandbox) as agent:
        said = await agent("reply_list_sequence_contacts", id=999)
        assert said.is_error
        assert "There is no sequence 999" in said
        said = await agent("reply_list_sequence_contacts", id=nobody)
        assert not said.is_error
        assert "Nobody is in this sequence" in said


async def test_a_sequence_with_people_is_not_read_twice(sandbox: Sandbox) -> None:
    mine = sequence(sandbox)["id"]
    (one,) = enrolled(sandbox, mine)
    async with agent_of(sandbox) as agent:
        mark = sandbox.seen()
        assert str(one) in await agent("reply_list_sequence_contacts", id=mine)
    assert asked(sandbox, mark) == [f"GET /v3/sequences/{mine}/contacts"]


async def test_people_are_counted_where_reply_counts(sandbox: Sandbox) -> None:
    mine = sequence(sandbox)["id"]
    enrolled(sandbox, mine, 2)
    assert sandbox.get(f"/v3/sequences/{mine}/contacts/count") == {"count": 2}
    missing = sandbox.http.get("/v3/sequences/999/contacts/count")
    assert (missing.status_code, missing.json()["code"]) == (404, "sequenceContact.sequenceNotFound")
    async with agent_of(sandbox) as agent:
        mark = sandbox.seen()
        assert "2 contacts" in await agent("reply_count_sequence_contacts", id=mine)
        assert asked(sandbox, mark) == [f"GET /v3/sequences/{mine}/contacts/count"]
        said = await agent("reply_count_sequence_contacts", id=999)
    assert said.is_error
    assert "There is no sequence 999" in said


@pytest.mark.parametrize("status", [404, 403])
async def test_people_are_counted_where_reply_does_not_count_yet(sandbox: Sandbox, status: int) -> None:
    mine = sequence(sandbox)["id"]
    enrolled(sandbox, mine, 3)
    code = {"code": "sequenceContact.forbidden"} if status == 403 else {}
    body = {"status": status, "title": "No endpoint matches", **code}
    path = f"/v3/sequences/{mine}/contacts/count"
    sandbox.fault(kind="answer", match=f"GET {path}", status=status, body=body, times=None)
    assert sandbox.http.get(path).status_code == status
    async with agent_of(sandbox) as agent:
        said = await agent("reply_count_sequence_contacts", id=mine)
        assert "3 contacts" in said
        said = await agent("reply_start_sequence", id=mine, expectedContacts=4)
    assert "holds 3 contacts now, not 4" in said
    assert state(sandbox, mine) == "new"


async def test_a_missing_sequence_is_not_counted_as_empty_where_reply_does_not_count_yet(sandbox: Sandbox) -> None:
    path = "/v3/sequences/999/contacts"
    gone = {"status": 404, "title": "No endpoint matches"}
    sandbox.fault(kind="answer", match=f"GET {path}/count", status=404, body=gone, times=None)
    assert sandbox.get(path)["items"] == []
    async with agent_of(sandbox) as agent:
        said = await agent("reply_count_sequence_contacts", id=999)
    assert said.is_error
    assert "There is no sequence 999" in said


@pytest.mark.parametrize("tool", ["reply_get_sequence_contact", "reply_remove_contact_from_sequence"])
async def test_the_one_404_is_told_apart(sandbox: Sandbox, tool: str) -> None:
    mine = sequence(sandbox, "Told apart")["id"]
    stranger, missing = made(sandbox)["id"], 5
    cases = {
        (999, stranger): "here is no sequence 999",
        (mine, missing): "there is no contact 5",
        (mine, stranger): f'ontact {stranger} is not in "Told apart" ({mine})',
    }
    async with agent_of(sandbox) as agent:
        for (sequence_id, contact_id), meaning in cases.items():
            for refused in (
                sandbox.http.get(f"/v3/sequences/{sequence_id}/contacts/{contact_id}"),
                sandbox.http.delete(f"/v3/sequences/{sequence_id}/contact-links/{contact_id}"),
            ):
                assert (refused.status_code, refused.json()["code"]) == (404, "sequenceContact.notInSequence")
            said = await agent(tool, id=sequence_id, contactId=contact_id)
            assert meaning in said
            assert "removed" not in said.text.replace("Nothing was removed", "")


# Taking out


async def test_a_finished_participation_is_kept_for_its_numbers(sandbox: Sandbox) -> None:
    mine = sequence(sandbox)["id"]
    finished, another, going = enrolled(sandbox, mine, 3)
    for id in (finished, another):
        finish(sandbox, mine, id)
    assert sandbox.http.delete(f"/v3/sequences/{mine}/contact-links/{another}").status_code == 204
    assert another not in members(sandbox, mine)

    async with agent_of(sandbox) as agent:
        mark = sandbox.seen()
        said = await agent("reply_remove_contact_from_sequence", id=mine, contactId=finished)
        assert said.is_error
        assert "has finished" in said
        assert "statistics" in said
        assert "removeFinished" in said
        assert not [row for row in sandbox.since(mark) if row["method"] == "DELETE"]
        said = await agent("reply_remove_contact_from_sequence", id=mine, contactId=going)
        assert f"Contact {going} is out of sequence {mine}" in said
        assert set(members(sandbox, mine)) == {finished}
    async with agent_of(sandbox, policy=ASKING) as agent:
        asks = await agent("reply_remove_contact_from_sequence", id=mine, contactId=finished, removeFinished=True)
        assert "deletes the finished participation" in asks
        assert set(members(sandbox, mine)) == {finished}
    async with agent_of(sandbox) as agent:
        await agent("reply_remove_contact_from_sequence", id=mine, contactId=finished, removeFinished=True)
    assert members(sandbox, mine) == {}


async def test_taking_several_out_keeps_the_finished_and_tells_each(sandbox: Sandbox) -> None:
    mine = sequence(sandbox)["id"]
    finished, going = enrolled(sandbox, mine, 2)
    finish(sandbox, mine, finished)
    stranger = made(sandbox)["id"]
    async with agent_of(sandbox) as agent:
        said = await agent("reply_bulk_remove_contacts_from_sequence", id=mine, contactIds=[finished, going, stranger])
    assert "1 of 3 contacts removed" in said
    assert "finished" in said.line(finished)
    assert "not in it" in said.line(stranger)
    assert set(members(sandbox, mine)) == {finished}


def finish(sandbox: Sandbox, sequence_id: int, contact_id: int) -> None:
    path = f"/v3/sequences/{sequence_id}/contacts/set-status-in-sequence"
    body = {"contactIds": [contact_id], "statusInSequence": "finished"}
    assert sandbox.http.post(path, json=body).status_code == 200
