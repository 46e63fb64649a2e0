"""Which calls wait for which: no write passes between another call's look and its write."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import Any

import anyio
import pytest

from reply_mcp import catalog
from reply_mcp.catalog.arguments.validation import validate
from reply_mcp.catalog.operation import Arguments
from reply_mcp.client import leases, turns
from reply_mcp.client.stores import StoreDown
from reply_mcp.client.stores.shared_state import MemoryState
from reply_mcp.errors import NotDone
from tests.client.test_changes import Down

Made = tuple[str, dict[str, Any]]
START: Made = ("StartSequence", {"id": 9})
START_MANY: Made = ("BulkStartSequences", {"ids": [8, 9]})
ENROLL: Made = ("BulkAddContactsToSequence", {"id": 9, "contactIds": [5]})
MANY: Made = ("BulkAddContactsToSequence", {"id": 9, "contactIds": list(range(1, 3000))})
MOVE: Made = ("MoveContactToSequence", {"id": 5, "sequenceId": 9})
IMPORT: Made = ("ImportContacts", {"items": [{"email": "a@x.co", "firstName": "A"}], "options": {"sequenceId": 9}})
TEXT: Made = ("UpdateSequenceStepVariant", {"id": 9, "stepId": 2, "variantId": 3, "message": "Hi"})
HOURS: Made = ("UpdateSchedule", {"id": 801, "timezoneId": "Tokyo Standard Time"})
OFFER: Made = ("UpdateOffer", {"id": 301, "name": "Other"})
NOTE: Made = ("AddContactNote", {"id": 5, "notes": "Tea"})
OPT_OUT: Made = ("SetContactsOptedOut", {"contactIds": [5], "isOptedOut": True})
PAUSE: Made = ("PauseSequence", {"id": 9})


def arguments(made: Made) -> Arguments:
    name, given = made
    return validate(catalog.operation(name).arguments, given)


async def waits(one: Made, other: Made) -> bool:
    """Whether the second call waits while the first is under way, on the same server and on another one; and it goes on
    once that has ended."""
    state, first, second = MemoryState(), arguments(one), arguments(other)
    here, there = turns.Turns(state), turns.Turns(state)
    found = set()
    for server in (here, there):
        came, waited = anyio.Event(), []

        async def follow(server: turns.Turns = server, came: anyio.Event = came, waited: list[bool] = waited) -> None:
            async with server.take(second) as late:
                waited.append(late)
                came.set()

        async with anyio.create_task_group() as group:
            async with here.take(first):
                group.start_soon(follow)
                await anyio.wait_all_tasks_blocked()
                held = not came.is_set()
            await came.wait()
        assert not server._turns
        assert waited == [held]
        found.add(held)
    assert await state.list("turn:") == {}
    assert len(found) == 1
    return found.pop()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (START, MOVE),
        (START, IMPORT),
        (START, ENROLL),
        (START, TEXT),
        (START, HOURS),
        (START, OFFER),
        (START_MANY, MOVE),
        (START_MANY, IMPORT),
        (START_MANY, TEXT),
        (START_MANY, START),
        (ENROLL, OPT_OUT),
        (MOVE, NOTE),
    ],
    ids=lambda one: one[0],
)
async def test_what_would_outdate_a_look_waits(one: Made, other: Made) -> None:
    assert await waits(one, other)
    assert await waits(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (HOURS, OFFER),
        (HOURS, NOTE),
        (NOTE, START),
        (START, PAUSE),
        (ENROLL, PAUSE),
        (ENROLL, ("BulkAddContactsToSequence", {"id": 10, "contactIds": [6]})),
        (MANY, OPT_OUT),
        (MANY, ("StartSequence", {"id": 10})),
    ],
    ids=lambda one: one[0],
)
async def test_what_has_nothing_to_do_with_it_and_what_stops_sending_wait_for_nothing(one: Made, other: Made) -> None:
    assert not await waits(one, other)


async def test_who_starts_something_keeps_nobody_else_waiting() -> None:
    account, hours, start, offer = turns.Turns(), arguments(HOURS), arguments(START), arguments(OFFER)
    started = anyio.Event()

    async def starts() -> None:
        async with account.take(start):
            started.set()

    async with anyio.create_task_group() as group:
        async with account.take(hours):
            group.start_soon(starts)
            await anyio.wait_all_tasks_blocked()
            async with account.take(offer) as waited:
                assert not waited
            assert not started.is_set()
        await started.wait()
    assert not account._turns


async def test_many_share_a_turn_over_servers_and_a_start_waits_for_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leases, "_POLL_SECONDS", 0.001)
    state, hours, start = MemoryState(), arguments(HOURS), arguments(START)
    servers = [turns.Turns(state) for _ in range(leases.SHARERS + 1)]
    started = anyio.Event()

    async def starts() -> None:
        async with turns.Turns(state).take(start):
            started.set()

    async with anyio.create_task_group() as group:
        async with AsyncExitStack() as held:
            for number, server in enumerate(servers[:-1]):
                one = arguments((HOURS[0], {**HOURS[1], "id": number}))
                assert not await held.enter_async_context(server.take(one))
            group.start_soon(starts)
            await anyio.sleep(0.01)
            assert not started.is_set()
        await started.wait()
    async with servers[-1].take(hours) as waited:
        assert not waited
    assert await state.list("turn:") == {}


async def test_a_lease_whose_taking_was_not_answered_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Redis that hangs does what it was sent when it goes on: that ends by itself."""
    account = turns.Turns(Down())
    asked: list[str] = []

    async def down(name: str, *arguments: object) -> None:
        asked.append(name)
        raise StoreDown("away")

    monkeypatch.setattr(account, "_state", MemoryState())
    for method in ("get", "put", "add", "take"):
        monkeypatch.setattr(account._state, method, down)
    async with account.take(arguments(TEXT)):
        pass
    assert len(asked) == 1


async def test_a_turn_that_the_state_has_lost_is_held_again() -> None:
    state = MemoryState()
    lease = leases.Lease(state, "turn:x")
    await lease.acquire()
    (name,) = await state.list("turn:")
    await state.take(name)
    await lease.extend()
    assert await state.list("turn:"), "others wait again"
    await state.put(name, "another call's", 60)
    await lease.extend()
    await lease.release()
    assert await state.get(name) == "another call's"


async def test_a_turn_that_another_program_occupies_is_taken() -> None:
    """What is no text, which the state gives as an empty one, need not end."""
    state = MemoryState()
    account, text = turns.Turns(state), arguments(TEXT)
    for thing in turns.claims_of(text):
        for place in ("", *(f":{number}" for number in range(leases.SHARERS))):
            await state.put(f"{account._name(thing)}{place}", "", 3600)
    with anyio.fail_after(20):
        async with account.take(text), turns.Turns(state).take(arguments(NOTE)):
            pass


async def test_what_a_call_raises_is_raised_as_it_is() -> None:
    with pytest.raises(NotDone, match="as it is"):
        async with turns.Turns().take(arguments(TEXT)):
            raise NotDone("as it is")


async def test_where_the_state_is_away_calls_take_turns_on_their_server_alone() -> None:
    account, text = turns.Turns(Down()), arguments(TEXT)
    second = anyio.Event()

    async def follow() -> None:
        async with account.take(text):
            second.set()

    async with anyio.create_task_group() as group:
        async with account.take(text):
            group.start_soon(follow)
            await anyio.wait_all_tasks_blocked()
            assert not second.is_set()
        await second.wait()


async def test_a_call_that_is_cancelled_while_it_waits_leaves_the_turn() -> None:
    account, text = turns.Turns(), arguments(TEXT)

    async def second() -> None:
        async with account.take(text):
            raise AssertionError("two at once")

    async with account.take(text), anyio.create_task_group() as group:
        group.start_soon(second)
        await anyio.wait_all_tasks_blocked()
        group.cancel_scope.cancel()
    async with account.take(text) as waited:
        assert not waited
    assert not account._turns
