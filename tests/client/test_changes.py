"""What is kept of a caller's changes: for the caller alone, for a while, and no more than so much."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import anyio.lowlevel
import pytest
import time_machine

from reply_mcp.catalog.changes import Change, Inverse, Step
from reply_mcp.client import changes
from reply_mcp.client.changes import MOST, OTHER_VERSION, TOO_LARGE, KeptChanges
from reply_mcp.client.credentials import Credential
from reply_mcp.client.leases import SECONDS, Lease
from reply_mcp.client.stores import StoreDown, open_stores, shared_state
from reply_mcp.client.stores.shared_state import MemoryState, SharedState
from reply_mcp.errors import NotDone

HERS, HIS = Credential("key-of-maria"), Credential("key-of-jonas")
NAME = Inverse((Step("UpdateContact", {"id": 5, "lastName": "Müller-Lüdenscheidt"}, "contact 5 has its name again"),))


def kept(state: SharedState, credential: Credential = HERS, seconds: float = 60.0) -> KeptChanges:
    return KeptChanges(state, credential, seconds)


async def test_a_change_comes_back_as_it_was() -> None:
    state = MemoryState()
    look = ("GetContactById", {"id": 5})
    step = Step("DeleteContact", {"id": 5}, "deleted", {"email": None}, {"email": "a@b.co"}, look, whole=True)
    made = await kept(state).add("reply_create_contact", "id 5", Inverse((step,), "A trace."), undoes=3)
    assert made is not None
    assert await kept(state).find(made.id) == made
    assert [one async for one in kept(state).newest()] == [made]


async def test_nobody_else_reads_it() -> None:
    state = MemoryState()
    made = await kept(state).add("reply_update_contact", "id 5", NAME)
    assert made is not None
    assert await kept(state, HIS).find(made.id) is None
    for other in (
        Credential(HERS.key, user_id=7),
        Credential(HERS.key, user_email="jonas@acme.com"),
        Credential(HERS.key, team_id=7),
    ):
        assert [one async for one in kept(state, other).newest()] == []
    held = json.dumps(await state.list(""))
    for word in ("Lüdenscheidt", "UpdateContact", "reply_update_contact", HERS.key, HERS.fingerprint()):
        assert word not in held


async def test_an_address_is_the_same_in_any_case() -> None:
    state = MemoryState()
    made = await kept(state, Credential(HERS.key, user_email="Maria@acme.com")).add("reply_update_contact", "", NAME)
    assert [one async for one in kept(state, Credential(HERS.key, user_email="maria@ACME.com")).newest()] == [made]


async def test_an_entry_under_another_name_opens_nothing() -> None:
    state = MemoryState()
    made = await kept(state).add("reply_update_contact", "id 5", NAME)
    assert made is not None
    (name, value), *_ = [(key, one) for key, one in (await state.list("change:")).items() if key.endswith(":1")]
    await state.put(f"{name[:-1]}2", value, 60)
    assert await kept(state).find(2) is None
    await state.put(name, value[:-8] + "AAAAAAA=", 60)
    assert await kept(state).find(1) is None


async def test_it_expires(monkeypatch: pytest.MonkeyPatch) -> None:
    state, passed = MemoryState(), [0.0]
    began = changes.time.monotonic()
    monkeypatch.setattr("reply_mcp.client.stores.shared_state.time.monotonic", lambda: began + passed[0])
    await kept(state).add("reply_update_contact", "id 5", NAME)
    passed[0] = 59.0
    assert len([one async for one in kept(state).newest()]) == 1
    passed[0] = 61.0
    assert [one async for one in kept(state).newest()] == []


async def test_of_too_many_the_oldest_go() -> None:
    state = MemoryState()
    for _ in range(MOST + 3):
        await kept(state).add("reply_update_contact", "id 5", NAME)
    found = [one.id async for one in kept(state).newest()]
    assert found == list(range(MOST + 3, 3, -1))
    assert len(await state.list("change:")) == MOST + 1  # and their number


async def test_one_that_is_too_large_is_kept_without_what_puts_it_back() -> None:
    state, huge = MemoryState(), Random(7).randbytes(100_000).hex()
    made = await kept(state).add("reply_update_email_template", "id 5", Inverse((Step("X", {"body": huge}, "…"),)))
    assert made is not None
    assert (made.inverse.steps, made.why_not) == ((), TOO_LARGE)
    assert await kept(state).find(made.id) == made


async def test_two_processes_share_it_and_it_outlives_them(tmp_path: Path) -> None:
    url = f"sqlite://{tmp_path}/budget.sqlite3"
    one, other = open_stores(url), open_stores(url)
    made = await kept(one.state()).add("reply_update_contact", "id 5", NAME)
    assert made is not None
    assert await kept(other.state()).find(made.id) == made
    await one.aclose()
    await other.aclose()
    anew = open_stores(url)
    assert [found async for found in kept(anew.state()).newest()] == [made]
    await anew.aclose()
    content = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert "Lüdenscheidt".encode() not in content


class Down(MemoryState):
    """A state that cannot be reached."""

    def __getattribute__(self, name: str) -> Callable[..., Any]:
        async def down(*arguments: Any) -> Any:
            raise StoreDown("away")

        return down


async def test_where_they_cannot_be_reached_nothing_is_kept_and_it_is_said() -> None:
    assert await kept(Down()).add("reply_update_contact", "id 5", NAME) is None
    with pytest.raises(NotDone, match="cannot be read now"):
        await kept(Down()).find(1)
    with pytest.raises(NotDone, match="cannot be read now"):
        [one async for one in kept(Down()).newest()]


async def test_a_state_that_has_lost_the_count_gives_no_id_twice() -> None:
    state = MemoryState()
    first = [await kept(state).add("reply_update_contact", f"id {number}", NAME) for number in range(3)]
    await state.take(f"{kept(state)._prefix}count")
    another = await kept(state).add("reply_update_contact", "id 9", NAME)
    assert another is not None
    assert another.id == 4
    assert [await kept(state).find(id) for id in (1, 2, 3)] == first


async def test_a_change_that_another_holds_is_waited_for_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "WAIT_SECONDS", 0.05)
    state = MemoryState()
    async with kept(state).turn(3):
        with pytest.raises(NotDone, match=r"another call is undoing change 3.* in a minute"):
            async with kept(state).turn(3):
                raise AssertionError("two at once")
        async with kept(state).turn(4), kept(state, HIS).turn(3):
            pass
    async with kept(state).turn(3):
        pass


async def test_the_turn_of_a_server_that_ended_runs_out_and_is_left_to_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    state, passed = MemoryState(), [0.0]
    began = changes.time.monotonic()
    monkeypatch.setattr("reply_mcp.client.stores.shared_state.time.monotonic", lambda: began + passed[0])
    made = await kept(state).add("reply_update_contact", "id 5", NAME)
    assert made is not None
    name = kept(state)._turn_name(made.id)
    async with kept(state).turn(made.id):  # one that goes on holds it
        for passed[0] in range(60):
            for _ in range(10):
                await anyio.lowlevel.checkpoint()
            assert await state.get(name)
    ended = Lease(state, name)
    await ended.acquire()
    passed[0] += SECONDS + 1
    async with kept(state).turn(made.id):
        await ended.release()
        assert await state.get(name)
    assert await state.get(name) is None


async def test_in_memory_the_changes_of_many_callers_are_bounded_in_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest go first, whoever made them; small facts, such as used confirmations, stay."""
    monkeypatch.setattr(shared_state, "MOST_BYTES_IN_MEMORY", 100_000)
    state, long = MemoryState(), Inverse((Step("UpdateContact", {"body": Random(7).randbytes(5_000).hex()}, "…"),))
    await state.put("consent:round:1", "used", 5)
    callers = [kept(state, Credential(f"key-{number}")) for number in range(30)]
    for caller in callers:
        assert await caller.add("reply_update_email_template", "id 5", long)
    found = [await caller.find(1) is not None for caller in callers]
    assert found == sorted(found)
    assert 5 < sum(found) < 25
    assert sum(map(len, (await state.list("change:")).values())) < 100_000
    assert await state.get("consent:round:1") == "used"
    last = await callers[-1].find(1)
    assert last is not None
    for _ in range(50):  # an entry that is written again takes no more room
        await callers[-1].put(last)
    assert [await caller.find(1) is not None for caller in callers] == found
    for caller in callers:
        await state.take(f"{caller._prefix}1")
    assert state._bytes == 0


async def test_a_change_of_a_newer_version_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of facts that this version does not know some may say what not to send."""
    state = MemoryState()
    for row in (
        {"inverse": {"steps": [{**asdict(NAME.steps[0]), "unless": {"title": "CEO"}}], "remains": ""}},
        {"inverse": {**asdict(NAME), "first": "ask"}},
        {"inverse": asdict(NAME), "agreed": True},
    ):
        newer = Change(1, 5.0, "reply_update_contact", "id 5", Inverse(()))
        monkeypatch.setattr(changes, "asdict", lambda change, row=row: asdict(change) | row)
        await kept(state, seconds=changes.time.time()).put(newer)
        found = await kept(state).find(1)
        assert found is not None
        assert (found.tool, found.inverse.steps, found.why_not) == ("reply_update_contact", (), OTHER_VERSION)


@pytest.mark.parametrize("held", ["", "AAAA", "é", "{}", "A" * 16, "A" * 4000])
async def test_what_is_broken_is_no_change(held: str) -> None:
    state = MemoryState()
    await kept(state).add("reply_update_contact", "id 5", NAME)
    (name,) = [one for one in await state.list("change:") if one.endswith(":1")]
    await state.put(name, held, 60)
    assert await kept(state).find(1) is None
    assert [one async for one in kept(state).newest()] == []


@pytest.mark.parametrize("hours", [-48, 48])
async def test_a_clock_that_was_set_neither_keeps_longer_nor_opens_what_is_undone(tmp_path: Path, hours: int) -> None:
    stores = open_stores(f"sqlite://{tmp_path}/state.sqlite3")
    for state in (MemoryState(), stores.state()):
        made = await kept(state, seconds=3600).add("reply_update_contact", "id 5", NAME)
        assert made is not None
        with time_machine.travel(datetime.now(UTC) + timedelta(hours=hours)):
            await kept(state, seconds=3600).put(replace(made, undone_by=2))
            found = await kept(state).find(1)
            assert found is None or found.undone_by == 2
        with time_machine.travel(datetime.now(UTC) + timedelta(hours=1, minutes=1)):
            assert isinstance(state, MemoryState) or await kept(state).find(1) is None
    await stores.aclose()
