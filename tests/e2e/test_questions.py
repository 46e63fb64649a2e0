"""Questions hold what will happen, and consent to one holds for nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from reply_mcp.settings import parse_policy
from tests.conftest import Sandbox
from tests.e2e.agent import Said, agent_of, made
from tests.e2e.outreach import enrol, enrolled, sequence, state

ASKING = parse_policy("send=ask,spend=ask,delete=ask")
Change = Callable[[Sandbox, Any], None]


def code_in(said: Said) -> str:
    found = re.search(r'confirm="(\w+)"', said.text)
    assert found, said.text
    return found[1]


def swap_people(sandbox: Sandbox, held: Any) -> None:
    """Other people, as many as before."""
    for one in sandbox.store.all("membership", _sequenceId=held["id"]):
        sandbox.store.delete("membership", one["id"])
    enrolled(sandbox, held["id"], 3)


def another_text(sandbox: Sandbox, held: Any) -> None:
    """The last step says something else."""
    step = sandbox.store.get("step", held["steps"][-1]["id"])
    assert step is not None
    sandbox.store.put("step", {**step, "variants": [{**step["variants"][0], "message": "Buy now"}]})


def sequence_limit(sandbox: Sandbox, held: Any) -> None:
    own = sandbox.store.get("sequence", held["id"])
    assert own is not None
    sandbox.store.put("sequence", {**own, "settings": {**own["settings"], "emailsCountPerDay": 5000}})


def mailbox_limit(sandbox: Sandbox, held: Any) -> None:
    account = sandbox.store.get("emailAccount", held["emailAccounts"][0]["id"])
    assert account is not None
    sandbox.store.put("emailAccount", {**account, "safety": {**account["safety"], "dailyLimit": 5000}})


def other_hours(sandbox: Sandbox, held: Any) -> None:
    """Sunday evening too, which is not named among the next hours on most days."""
    schedule = sandbox.store.get("schedule", held["scheduleId"])
    assert schedule is not None
    late = [{"fromTime": {"hour": 22, "minute": 0}, "toTime": {"hour": 23, "minute": 59}}]
    timings = [
        {**day, "isActive": True, "timeRanges": late} if day["weekDay"] == "Sunday" else day
        for day in schedule["mainTimings"]
    ]
    sandbox.store.put("schedule", {**schedule, "mainTimings": timings})


def other_sender(sandbox: Sandbox, held: Any) -> None:
    own = sandbox.store.get("sequence", held["id"])
    assert own is not None
    sandbox.store.put("sequence", {**own, "_emailAccountIds": own["_emailAccountIds"][:1]})


CHANGES: list[Change] = [swap_people, another_text, sequence_limit, mailbox_limit, other_hours, other_sender]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
@pytest.mark.parametrize("tool", ["reply_start_sequence", "reply_bulk_start_sequences"])
async def test_consent_to_a_start_holds_for_what_was_shown(sandbox: Sandbox, tool: str, change: Change) -> None:
    mine = sequence(sandbox, "Held to its word")
    enrolled(sandbox, mine["id"], 3)
    terms = {"id": mine["id"]} if tool == "reply_start_sequence" else {"ids": [mine["id"]]}
    async with agent_of(sandbox, policy=ASKING, tools=(tool,)) as agent:
        asked = await agent(tool, **terms)
        before = {kind: sandbox.store.all(kind) for kind in ("schedule", "emailAccount")}
        change(sandbox, mine)
        anew = await agent(tool, **terms, confirm=code_in(asked))
        assert "has changed since the preview" in anew
        assert state(sandbox, mine["id"]) == "new"
        said = await agent(tool, **terms, confirm=code_in(anew))
    for kind, held in before.items():
        for one in held:
            sandbox.store.put(kind, one)
    assert not said.is_error
    assert state(sandbox, mine["id"]) == "active"


async def test_the_question_before_a_start_says_what_will_happen(sandbox: Sandbox) -> None:
    mine = sequence(sandbox, "Foretold", emails=2, senders=1)
    ann = made(sandbox, firstName="Zoe", lastName="Quill")
    enrol(sandbox, mine["id"], ann["id"])
    gone = enrolled(sandbox, mine["id"])
    path = f"/v3/sequences/{mine['id']}/contacts/set-status-in-sequence"
    sandbox.http.post(path, json={"contactIds": gone, "statusInSequence": "finished"})
    async with agent_of(sandbox, policy=ASKING) as agent:
        mark = sandbox.seen()
        asked = await agent("reply_start_sequence", id=mine["id"])
    assert 'This starts sending "Foretold"' in asked
    assert f"Zoe Quill <{ann['email']}>" in asked.line("- to 1 person")
    assert "not to 1 finished" in asked
    assert "150 a day from the sequence" in asked.line("- from")
    assert '"Mail 0": "Hi Zoe' in asked.line("- first message")
    assert len(sandbox.since(mark)) <= 6


async def test_nobody_left_to_write_to_is_no_question(sandbox: Sandbox) -> None:
    mine = sequence(sandbox, "Over")
    gone = enrolled(sandbox, mine["id"], 2)
    path = f"/v3/sequences/{mine['id']}/contacts/set-status-in-sequence"
    sandbox.http.post(path, json={"contactIds": gone, "statusInSequence": "finished"})
    async with agent_of(sandbox, policy=ASKING) as agent:
        said = await agent("reply_start_sequence", id=mine["id"])
    assert "would send to nobody" in said
    assert "2 finished" in said
    assert "confirm=" not in said
    assert state(sandbox, mine["id"]) == "new"
