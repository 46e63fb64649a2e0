"""Whom sequences and the AI write to again: calls on people who seem to be done with ask as those on others do.

The account is one in which eleven days have passed: people have answered, bounced and come to the end of sequences, and
the AI's re-engagement cards and handlers write by themselves.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from reply_mcp.sandbox.records.task import put_task, task_doc
from reply_mcp.sandbox.simulation.task_completion import schedule_task
from reply_mcp.settings import Settings, parse_policy
from tests.conftest import KEY, Sandbox, connected, text_of
from tests.e2e.effect_cases import BASE, RUNNING_AI, Arguments, World, running_world
from tests.e2e.test_effects import START
from tests.undo import changes_undone

DAY = 86_400
LATER = 30 * DAY


class LaterWorld(World):
    """The world after eleven days, with people at the end of an AI SDR sequence."""

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__(sandbox)
        for card in self.store.all("reengagementCard"):
            self._change("reengagementCard", card["id"], deliveryMode="auto", isEnabled=True)
        taken = {one["_contactId"] for one in self.store.all("membership")}
        contacts = self.store.all("contact", _teamId=31007, isOptedOut=False)
        free = [int(one["id"]) for one in contacts if one["email"] and one["id"] not in taken]
        self._enroll(RUNNING_AI, free[:25])
        sandbox.app.state.kernel.advance(11 * DAY)
        self.waiting = free[-1]
        start, due = START + timedelta(days=13), START + timedelta(days=20)
        task = task_doc(31007, 70411, "manualEmail", sandbox.clock.now(), start, due)
        task |= {"_contactId": self.waiting, "template": {"body": "<p>As we said</p>", "subject": "Again"}}
        self.scheduled = int(schedule_task(self.store, put_task(self.store, task))["id"])

    def member(self, sequence: int, **state: Any) -> int:
        """Somebody in this state in a sequence, and in no other one."""
        places = self.store.all("membership")
        alone = [one["_contactId"] for one in places]
        for one in places:
            fits = one["_sequenceId"] == sequence and all(one[name] == value for name, value in state.items())
            if fits and alone.count(one["_contactId"]) == 1 and one["_contactId"] != self.gone:
                return int(one["_contactId"])
        raise LookupError(state)

    def texts(self) -> list[str]:
        """What leaves within thirty days from now."""
        self.sandbox.app.state.kernel.advance(LATER)
        rows = self.sandbox.get("/sandbox/outbox", comparable="true")["outbox"]
        return sorted(json.dumps(row, sort_keys=True) for row in rows if row["kind"] != "webhook")


@pytest.fixture(scope="module")
def world() -> Iterator[LaterWorld]:
    with running_world(LaterWorld, START) as one:
        yield one


@pytest.fixture(scope="module")
def left_alone(world: LaterWorld) -> list[str]:
    with changes_undone(world.sandbox.app.state.kernel):
        return world.texts()


def ended(world: LaterWorld) -> int:
    return world.member(RUNNING_AI, status="finished", isBounced=False, isContacted=True)


def bounced(world: LaterWorld) -> int:
    return world.member(world.sends, isBounced=True)


Made = tuple[int, Arguments]
"""Whom a call is about, and its arguments."""


def about(
    contact: Callable[[LaterWorld], int], arguments: Callable[[LaterWorld, int], Arguments]
) -> Callable[[LaterWorld], Made]:
    return lambda world: (contact(world), arguments(world, contact(world)))


def waits_for_us(world: LaterWorld) -> int:
    """Somebody to whom a person has scheduled an email."""
    return world.waiting


ASKED: dict[str, tuple[str, Callable[[LaterWorld], Made]]] = {
    "address of somebody whom the AI writes to again": (
        "reply_update_contact",
        about(ended, lambda w, id: {"id": id, "email": "somebody.else@effects.example"}),
    ),
    "name of somebody whom the AI writes to again": (
        "reply_update_contact",
        about(ended, lambda w, id: {"id": id, "firstName": "Somebody"}),
    ),
    "active everywhere, whose email bounced": (
        "reply_set_status_in_all_sequences",
        about(bounced, lambda w, id: {"contactIds": [id], "statusInSequence": "active"}),
    ),
    "words of a scheduled email": (
        "reply_update_task",
        about(waits_for_us, lambda w, id: {"id": w.scheduled, "template": {"body": "Other words"}}),
    ),
    "time of a scheduled email": (
        "reply_update_task",
        about(waits_for_us, lambda w, id: {"id": w.scheduled, "startAt": "2026-03-16T10:00:00Z"}),
    ),
    "sender of a scheduled email": (
        "reply_assign_task",
        about(waits_for_us, lambda w, id: {"id": w.scheduled, "userId": 70415}),
    ),
    "senders of scheduled emails": (
        "reply_assign_tasks",
        about(waits_for_us, lambda w, id: {"ids": [w.scheduled, w.task], "userId": 70415}),
    ),
    "default mailbox of a scheduled email": (
        "reply_set_default_email_account",
        about(waits_for_us, lambda w, id: {"id": 12305}),
    ),
    "owner, whose tasks go along": (
        "reply_change_contact_owner",
        about(waits_for_us, lambda w, id: {"contactIds": [id], "userId": 70415, "reassignTasks": True}),
    ),
    "address of a scheduled email": (
        "reply_update_contact",
        about(waits_for_us, lambda w, id: {"id": id, "email": "somebody.else@effects.example"}),
    ),
    "active, whose email bounced": (
        "reply_change_status_in_sequence",
        about(bounced, lambda w, id: {"id": w.sends, "contactIds": [id], "statusInSequence": "active"}),
    ),
}


@pytest.mark.parametrize("what", ASKED)
async def test_people_who_would_be_written_to_again_are_asked_about_by_name(
    what: str, world: LaterWorld, left_alone: list[str]
) -> None:
    tool, made = ASKED[what]
    id, arguments = made(world)
    with changes_undone(world.sandbox.app.state.kernel):
        asked = await answer_of(world, tool, arguments)
        assert "Not done yet" in asked
        contact = world.store.get("contact", id) or {}
        assert contact["email"] in asked or contact["lastName"] in asked
        assert world.texts() == left_alone


async def test_of_whom_nothing_more_is_written_to_is_not_asked_about(world: LaterWorld) -> None:
    """The end of a sequence that is not the AI's is the end."""
    id = world.member(world.sends, status="finished", isBounced=False)
    with changes_undone(world.sandbox.app.state.kernel):
        answer = await answer_of(world, "reply_update_contact", {"id": id, "email": "somebody.else@effects.example"})
    assert answer.startswith(f"Updated contact {id}")


@pytest.mark.parametrize("what", ASKED)
async def test_what_is_asked_about_changes_what_leaves(what: str, world: LaterWorld, left_alone: list[str]) -> None:
    tool, made = ASKED[what]
    _, arguments = made(world)
    with changes_undone(world.sandbox.app.state.kernel):
        answer = await answer_of(world, tool, arguments, policy=parse_policy("all=allow"))
        assert world.texts() != left_alone, answer


async def answer_of(world: LaterWorld, tool: str, arguments: Arguments, **values: Any) -> str:
    """What a call is answered, under the default policy unless `values`, which are settings, say otherwise."""
    given = Settings(api_key=KEY, base_url=world.sandbox.url, rate_limits="none", patience=0.5, **values)
    async with connected(given) as client:
        return text_of(await client.call_tool("reply_run_write", {"tool": tool, "arguments": arguments}))


async def test_who_bounced_is_written_to_again_as_the_question_said(world: LaterWorld) -> None:
    """Somebody who bounced stands among those of whom the question says that sending goes on."""
    id = bounced(world)
    held = world.store.get("contact", id) or {}
    paused = next(
        one["_contactId"] for one in world.store.all("membership", _sequenceId=world.sends) if one["status"] == "paused"
    )
    arguments = {"id": world.sends, "contactIds": [id, paused], "statusInSequence": "active"}
    with changes_undone(world.sandbox.app.state.kernel):
        asked = await answer_of(world, "reply_change_status_in_sequence", arguments)
    line = next(line for line in asked.splitlines() if "sending to them goes on" in line)
    assert held["email"] in line
    assert any("bounced" in line and held["firstName"] in line for line in asked.splitlines())


def test_a_card_writes_by_itself_or_leaves_a_draft(world: LaterWorld) -> None:
    sent, drafts = {}, {}
    for mode in ("auto", "draft"):
        with changes_undone(world.sandbox.app.state.kernel):
            for card in world.store.all("reengagementCard"):
                world._change("reengagementCard", card["id"], deliveryMode=mode)
            mark = len(world.store.all("outbox"))
            world.sandbox.app.state.kernel.advance(LATER)
            sent[mode] = sum(one.get("purpose") == "reengagement" for one in world.store.all("outbox")[mark:])
            drafts[mode] = [one["_draft"]["message"] for one in world.store.all("thread") if one["_draft"]]
    assert sent["auto"] > 0 == sent["draft"]
    assert len(drafts["draft"]) > len(drafts["auto"])


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("reply_set_default_reengagement_flow", {}),
        ("reply_assign_reengagement_flow", {"sequenceId": RUNNING_AI}),
        (
            "reply_create_reengagement_card",
            {"name": "Soon", "instructions": "Ask", "sendAfter": 1, "deliveryMode": "auto"},
        ),
    ],
)
async def test_what_the_ai_writes_by_itself_names_or_counts_the_people(
    world: LaterWorld, tool: str, arguments: Arguments
) -> None:
    person = world.store.get("contact", ended(world)) or {}
    whole = {"knowledgeBaseId": BASE, **arguments}
    if "flow" in tool:
        whole["flowId"] = world.flow["_uuid"]
    if "assign" in tool:
        whole["contactId"] = person["id"]
    with changes_undone(world.sandbox.app.state.kernel):
        if "default" in tool:  # until now it is another one
            world.store.put("reengagementFlow", {**world.flow, "id": 999, "_uuid": str(uuid.uuid4())})
            world.store.put("reengagementFlow", {**world.flow, "isDefault": False})
        asked = await answer_of(world, tool, whole)
    count = len(world.store.all("membership", _sequenceId=RUNNING_AI))
    assert "Not done yet" in asked
    assert (person["email"] if "assign" in tool else f"{count} people") in asked
    if "flow" in tool:
        assert world.flow["name"] in asked
        assert "days of silence" in asked
