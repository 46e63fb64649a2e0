"""A write that was made a moment ago is not made again unasked, by a real client against the sandbox."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import anyio
import pytest
import time_machine

from reply_mcp import catalog
from reply_mcp.catalog.operation import Effect
from reply_mcp.client.stores import StoreDown
from reply_mcp.client.stores.shared_state import MemoryState
from reply_mcp.server import repeats
from reply_mcp.server.repeats import DONE, UNDER_WAY, UNKNOWN, Earlier, Making, Repeats, is_guarded, what_was_made
from reply_mcp.settings import Settings, parse_policy
from tests.conftest import Sandbox, connected, text_of
from tests.consent import code_in

ALLOW = parse_policy("all=allow")


def writes(sandbox: Sandbox, mark: int, path: str) -> int:
    return sum(one["method"] == "POST" and one["path"].endswith(path) for one in sandbox.since(mark))


async def test_a_repeat_is_asked_about(sandbox: Sandbox, settings_for: Callable[..., Settings]) -> None:
    given = {"id": 90514382, "note": "Called, asks for pricing"}
    given["id"] = sandbox.store.all("contact")[0]["id"]
    async with connected(settings_for(sandbox, policy=ALLOW)) as agent:
        mark = sandbox.seen()
        first = await agent.call_tool("reply_run_write", {"tool": "reply_add_contact_note", "arguments": given})
        assert not first.is_error, text_of(first)
        again = await agent.call_tool("reply_run_write", {"tool": "reply_add_contact_note", "arguments": given})
        assert "The same call was made" in text_of(again)
        assert "and was done" in text_of(again)
        assert "Called, asks for pricing" in text_of(again), "a person reads what would be repeated"
        assert writes(sandbox, mark, "/notes") == 1
        code = {"confirm": code_in(text_of(again))}
        third = await agent.call_tool("reply_run_write", {"tool": "reply_add_contact_note", "arguments": given | code})
        assert "The same call" not in text_of(third)
        assert writes(sandbox, mark, "/notes") == 2
        other = await agent.call_tool(
            "reply_run_write", {"tool": "reply_add_contact_note", "arguments": given | {"note": "Another"}}
        )
        assert "The same call" not in text_of(other)


async def test_a_repeat_that_names_the_same_thing_otherwise_is_one(
    sandbox: Sandbox, settings_for: Callable[..., Settings]
) -> None:
    ann = next(one for one in sandbox.store.all("contact") if one["email"])
    async with connected(settings_for(sandbox, policy=ALLOW)) as agent:
        mark = sandbox.seen()
        forms = [ann["id"], str(ann["id"]), float(ann["id"]), f" {ann['id']} ", ann["email"], ann["email"].upper()]
        for id in forms:
            given = {"id": id, "note": "Café at  nine" if id is forms[0] else "Cafe\u0301 at nine\n"}
            answer = text_of(
                await agent.call_tool("reply_run_write", {"tool": "reply_add_contact_note", "arguments": given})
            )
            assert ("The same call was made" in answer) == (id is not forms[0]), answer
        assert writes(sandbox, mark, "/notes") == 1


async def test_a_repeat_that_has_nothing_left_to_do_asks_nothing(
    sandbox: Sandbox, settings_for: Callable[..., Settings]
) -> None:
    paused = next(one["id"] for one in sandbox.store.all("sequence") if one["status"] == "paused")
    known = {one["email"]: one["id"] for one in sandbox.store.all("contact") if not one.get("isOptedOut")}
    inside = {row["email"] for row in sandbox.get(f"/v3/sequences/{paused}/contacts", top=1000)["items"]}
    given = {"id": paused, "contactId": next(id for email, id in known.items() if email and email not in inside)}
    call = {"tool": "reply_add_contact_to_sequence", "arguments": given | {"allow": ["bounced", "in_conversation"]}}
    async with connected(settings_for(sandbox)) as agent:
        first, again = [text_of(await agent.call_tool("reply_run_write", call)) for _ in range(2)]
    assert "enrolled" in first
    assert "already in it" in again
    assert "confirm=" not in again


async def test_what_was_made_is_named(sandbox: Sandbox, settings_for: Callable[..., Settings]) -> None:
    given = {"name": "Made by a repeat"}
    async with connected(settings_for(sandbox, policy=ALLOW)) as agent:
        mark = sandbox.seen()
        first = await agent.call_tool("reply_run_write", {"tool": "reply_create_list", "arguments": given})
        assert not first.is_error, text_of(first)
        again = await agent.call_tool("reply_run_write", {"tool": "reply_create_list", "arguments": given})
    made = next(one for one in sandbox.store.all("contactList") if one["name"] == given["name"])
    assert f"and was done: contact list {made['id']}. This would do it again." in text_of(again)
    assert writes(sandbox, mark, "/contact-lists") == 1


async def test_identical_calls_at_once_are_made_once(sandbox: Sandbox, settings_for: Callable[..., Settings]) -> None:
    given = {"id": sandbox.store.all("contact")[1]["id"], "note": "At once"}
    texts: list[str] = []

    async def call(agent: Any) -> None:
        result = await agent.call_tool("reply_run_write", {"tool": "reply_add_contact_note", "arguments": given})
        texts.append(text_of(result))

    async with connected(settings_for(sandbox, policy=ALLOW)) as agent:
        mark = sandbox.seen()
        async with anyio.create_task_group() as group:
            for _ in range(5):
                group.start_soon(call, agent)
    assert writes(sandbox, mark, "/notes") == 1
    assert sum("The same call was made" in text and '"At once"' in text for text in texts) == 4


@pytest.mark.parametrize("kind", ["reset", "close", "html"])
async def test_a_lost_answer_makes_the_next_call_ask(
    kind: str, sandbox: Sandbox, settings_for: Callable[..., Settings]
) -> None:
    given = {"id": sandbox.store.all("contact")[2]["id"], "note": f"Lost by {kind}"}
    async with connected(settings_for(sandbox, policy=ALLOW)) as agent:
        mark = sandbox.seen()
        sandbox.fault(kind=kind, match=f"POST /v3/contacts/{given['id']}/notes", when="after")
        lost = await agent.call_tool("reply_run_write", {"tool": "reply_add_contact_note", "arguments": given})
        sandbox.no_faults()
        assert lost.is_error
        assert "may have been done" in text_of(lost)
        again = await agent.call_tool("reply_run_write", {"tool": "reply_add_contact_note", "arguments": given})
    assert "may have been done: its answer was lost. This could do it twice." in text_of(again)
    assert writes(sandbox, mark, "/notes") == 1


async def test_what_was_refused_may_be_tried_again(sandbox: Sandbox, settings_for: Callable[..., Settings]) -> None:
    given = {"id": 999999999, "note": "Nobody"}
    async with connected(settings_for(sandbox, policy=ALLOW)) as agent:
        for _ in range(2):
            refused = await agent.call_tool("reply_run_write", {"tool": "reply_add_contact_note", "arguments": given})
            assert refused.is_error
            assert "The same call" not in text_of(refused)


GUARDED = catalog.operation("CreateTask")


async def test_a_repeat_is_forgotten_after_ten_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("reply_mcp.client.stores.shared_state.time.monotonic", lambda: now)
    kept = Repeats(MemoryState())
    assert await kept.begin("call", "1") is None
    await kept.settle("call", "1", DONE, "task 5")
    now += repeats.SECONDS - 1
    assert await kept.find("call") is not None
    now += 2
    assert await kept.find("call") is None


async def test_a_repeat_that_fails_leaves_what_is_known_of_the_first() -> None:
    kept = Repeats(MemoryState())
    first, second = Making(kept), Making(kept)
    assert await first.earlier(GUARDED, "call") is None
    assert await first.begin() is None
    await first.end(DONE, "task 5")
    for _ in range(2):
        repeated = await second.earlier(GUARDED, "call")
        assert repeated is not None
        assert (repeated.outcome, repeated.what) == (DONE, "task 5")
        assert await second.begin() is None
        await second.forget()
    assert await kept.find("call") == repeated


async def test_what_was_not_done_is_forgotten() -> None:
    kept = Repeats(MemoryState())
    one, other = Making(kept), Making(kept)
    await one.earlier(GUARDED, "call")
    await one.begin()
    await one.forget()
    assert await kept.find("call") is None
    await other.earlier(GUARDED, "call")
    await other.begin()
    await one.forget()
    assert await kept.find("call") is not None, "the other one's"


@pytest.mark.parametrize("done_before", [False, True])
async def test_of_several_makings_at_once_one_begins(done_before: bool) -> None:
    kept = Repeats(MemoryState())
    if done_before:
        await kept.settle("call", "first", DONE)
    makings = [Making(kept) for _ in range(5)]
    for one in makings:
        await one.earlier(GUARDED, "call")
    begun = [one for one in makings if await one.begin() is None]
    assert len(begun) == 1
    assert all(one.repeated is not None and one.repeated.outcome == UNDER_WAY for one in makings if one not in begun)


class Away(MemoryState):
    async def get(self, name: str) -> str | None:
        raise StoreDown("away")

    async def add(self, name: str, value: str, seconds: float) -> bool:
        raise StoreDown("away")

    async def put(self, name: str, value: str, seconds: float) -> None:
        raise StoreDown("away")

    async def take(self, name: str) -> str | None:
        raise StoreDown("away")


async def test_while_the_state_is_away_no_call_begins_that_could_be_a_repeat() -> None:
    one = Making(Repeats(Away()))
    assert await one.earlier(GUARDED, "call") is None
    with pytest.raises(StoreDown):
        await one.begin()
    await one.end(UNKNOWN)
    await one.forget()


class Forgetful(MemoryState):
    """Has lost all that it was given whenever it is asked."""

    async def get(self, name: str) -> str | None:
        return None


@pytest.mark.parametrize("done", [True, False])
async def test_a_server_remembers_its_own_calls_where_the_state_has_lost_them(done: bool) -> None:
    kept = Repeats(Forgetful())
    first, again = Making(kept), Making(kept)
    await first.earlier(GUARDED, "call")
    await first.begin()
    await (first.end(DONE, "task 5") if done else first.forget())
    repeated = await again.earlier(GUARDED, "call")
    assert (repeated is not None) is done
    assert repeated is None or repeated.what == "task 5"


class Unheard(MemoryState):
    """Does what it is told, and is not heard of."""

    unheard = False

    async def add(self, name: str, value: str, seconds: float) -> bool:
        added = await super().add(name, value, seconds)
        if self.unheard:
            raise StoreDown("no answer")
        return added


@pytest.mark.parametrize("repeated", [False, True])
async def test_a_call_that_was_given_up_is_no_earlier_one(repeated: bool) -> None:
    """Its entry was kept after all; the call was not made."""
    state = Unheard()
    kept = Repeats(state)
    if repeated:
        await kept.settle("call", "first", DONE, "task 5")
    one, again = Making(kept), Making(kept)
    await one.earlier(GUARDED, "call")
    state.unheard = True
    with pytest.raises(StoreDown):
        await one.begin()
    state.unheard = False
    earlier = await again.earlier(GUARDED, "call")
    assert (earlier is not None and earlier.what == "task 5") is repeated
    assert await again.begin() is None
    await again.end(DONE, "task 6")
    found = await kept.find("call")
    assert found is not None
    assert found.what == "task 6"


async def test_of_a_call_that_cannot_be_read_the_person_is_told() -> None:
    state = MemoryState()
    await state.put("repeat:call", '{"id": "1b2b", "at": 177', 600)
    one, other = Making(Repeats(state)), Making(Repeats(state))
    for making in (one, other):
        repeated = await making.earlier(GUARDED, "call")
        assert repeated is not None
        assert repeated.describe("reply_get_task") == (
            "The same call may have been made within the last ten minutes: what this server keeps of it cannot be "
            "read. This could do it twice. reply_get_task shows it."
        )
    assert await one.begin() is None
    assert await other.begin() is not None


@pytest.mark.parametrize(
    ("outcome", "what", "words"),
    [
        (DONE, "task 5", "and was done: task 5. This would do it again."),
        (DONE, "", "and was done. This would do it again."),
        (UNKNOWN, "", "may have been done: its answer was lost. This could do it twice. reply_get_task shows it."),
        (UNDER_WAY, "", "any moment: its outcome is not known yet. This could do it twice. reply_get_task shows it."),
    ],
)
def test_what_is_said_of_the_earlier_call(outcome: str, what: str, words: str) -> None:
    with time_machine.travel("2026-03-04T05:00:00Z", tick=False):
        said = Earlier("1", time.time() - 40, outcome, what).describe("reply_get_task")
    assert said.startswith("The same call was made 40 s ago and")
    assert said.endswith(words)
    assert len(json.dumps(said)) < 200


@pytest.mark.parametrize("operation", ["UpdateContact", "DeleteContact", "GetContacts", "BulkDeleteContacts"])
def test_what_is_the_same_when_done_twice_is_not_guarded(operation: str) -> None:
    assert not is_guarded(catalog.operation(operation))


def test_every_write_that_is_not_idempotent_is_guarded() -> None:
    guarded = [one for name in catalog.AREAS for one in catalog.area(name).operations if is_guarded(one)]
    assert len(guarded) > 70
    assert not [one.id for one in guarded if one.effect is Effect.READ or one.idempotent]


@pytest.mark.parametrize(
    ("operation", "answer", "what"),
    [
        ("CreateTask", {"id": 5}, "task 5"),
        ("CreateContactAccountList", {"id": 5}, "contact account list 5"),
        ("CreateInboxCategory", {"id": 5}, "category 5"),
        ("AddContactNote", None, ""),
        ("CreateTask", {"id": None}, ""),
    ],
)
def test_what_was_made(operation: str, answer: Any, what: str) -> None:
    assert what_was_made(catalog.operation(operation), answer) == what
