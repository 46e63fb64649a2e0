"""What one caller, or all together, may leave open: the newest stay, the oldest goes and says so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest

from reply_mcp.client.stores import open_stores
from reply_mcp.client.stores.shared_state import MemoryState, SharedState
from reply_mcp.server.consent import codes, requests
from reply_mcp.server.consent.call_consent import CallConsent
from reply_mcp.server.consent.codes import MOST_OPEN
from reply_mcp.server.consent.entry_limits import EntryLimits
from reply_mcp.server.consent.requests import MOST_WAITING, MOST_WAITING_IN_ALL, Requests
from tests.client.redis_server import redis_server
from tests.consent import ask, code_in, consent_for
from tests.server.consent.probes import Fire, Performing


def call(number: int) -> Any:
    return Performing(Fire(id=number))


@pytest.fixture(params=["memory", "sqlite", "redis"])
def state(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SharedState]:
    if request.param == "memory":
        yield MemoryState()
    elif request.param == "sqlite":
        yield open_stores(f"sqlite:///{tmp_path}/state.sqlite3").state()
    else:
        with redis_server() as server:
            yield open_stores(server.url).state()


async def test_the_oldest_goes_wherever_the_state_is(state: SharedState) -> None:
    limits = EntryLimits(state, "kind", seconds=60, of_one=3, in_all=5)

    async def add(owner: str, name: str) -> None:
        await state.put(name, f"value of {name}", 60)
        await limits.add(owner, name, f"value of {name}")

    for number in range(4):
        await add("me", f"entry:me{number}")
    assert list(await state.list("entry:")) == ["entry:me1", "entry:me2", "entry:me3"]
    for number in range(3):
        await add("you", f"entry:you{number}")
    assert list(await state.list("entry:")) == [
        "entry:me2",
        "entry:me3",
        "entry:you0",
        "entry:you1",
        "entry:you2",
    ], "five in all"


async def test_an_entry_that_was_renewed_is_not_dropped_for_its_old_place() -> None:
    state = MemoryState()
    limits = EntryLimits(state, "kind", seconds=60, of_one=2, in_all=100)
    for value in ("old", "new"):
        await state.put("entry", value, 60)
        await limits.add("me", "entry", value)
    await state.put("other", "x", 60)
    await limits.add("me", "other", "x")
    assert await state.get("entry") == "new"


async def test_the_oldest_code_of_a_caller_is_dropped_and_says_so() -> None:
    state = MemoryState()
    consent = consent_for(state=state)
    first, second = code_in(await ask(consent, call(1))), code_in(await ask(consent, call(2)))
    others = code_in(await ask(consent, call(1), owner="somebody else"))
    for number in range(3, MOST_OPEN + 2):
        await ask(consent, call(number))
    assert len(await state.list("consent:open:")) == MOST_OPEN + 1
    dropped = await ask(consent, call(1), first)
    assert "or too many questions came after it" in dropped
    assert await ask(consent, call(1), code_in(dropped)) == "", "it is asked anew"
    assert await ask(consent, call(1), others, "somebody else") == ""
    assert "does not fit" in await ask(consent, call(2), second), "that question took the next one's place"


async def test_a_question_that_is_asked_again_takes_no_further_place() -> None:
    consent = consent_for()
    first = code_in(await ask(consent, call(1)))
    for _ in range(MOST_OPEN * 2):
        await ask(consent, call(2))
    assert await ask(consent, call(1), first) == ""


async def test_all_callers_together_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codes, "MOST_OPEN_IN_ALL", 50)
    state = MemoryState()
    consent = consent_for(state=state)
    for number in range(200):
        await ask(consent, call(1), owner=f"caller {number}")
    assert len(await state.list("consent:open:")) == 50


async def test_a_person_is_not_buried_under_questions() -> None:
    state = MemoryState()
    consent = consent_for("send=person", state=state)
    for number in range(MOST_WAITING + 5):
        await ask(consent, call(number + 1))
    waiting = await Requests(state).waiting()
    assert len(waiting) == MOST_WAITING
    assert "probe 1." not in str([one.question for one in waiting])


async def test_requests_of_all_together_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests, "MOST_WAITING_IN_ALL", 30)
    assert MOST_WAITING_IN_ALL > 30
    state = MemoryState()
    consent = consent_for("send=person", state=state)
    for number in range(60):
        await ask(consent, call(1), owner=f"caller {number}")
    assert len(await Requests(state).waiting()) == 30


async def test_a_call_that_waits_is_told_that_it_was_dropped() -> None:
    state = MemoryState()
    consent = consent_for("send=person", state=state)
    consent.patience = 20
    await ask(consent, call(1))
    told: list[str] = []

    async def wait() -> None:
        told.append(await ask(CallConsent(consent), call(1)))

    with anyio.fail_after(60):
        async with anyio.create_task_group() as group:
            group.start_soon(wait)
            await anyio.sleep(0.1)
            for number in range(MOST_WAITING):
                await ask(consent, call(number + 2))
    assert "too many newer questions took its place" in told[0]
