"""Ceilings, beyond which what is allowed asks."""

from __future__ import annotations

from collections.abc import Iterator

import anyio
import pytest

from reply_mcp.client.stores.shared_state import MemoryState
from tests.consent import ask, code_in, consent_for
from tests.server.consent import probes
from tests.server.consent.probes import DeleteProbe, Fire, FireAll, Maybe, Performing


@pytest.fixture
def ten_people() -> Iterator[None]:
    probes.people[:] = list(range(10))
    yield
    probes.people[:] = [1, 2, 3]


async def test_calls_are_counted_where_nothing_says_how_many() -> None:
    consent = consent_for("all=allow", "send=2/day")
    call = Performing(Fire(id=3))
    assert [await ask(consent, call) for _ in range(2)] == ["", ""]
    asks = await ask(consent, call)
    assert "More than the 2 a day that this server's settings allow for send (REPLY_CAPS). This fires probe 3." in asks
    assert await ask(consent, call, code_in(asks)) == "", "a person may go beyond it"
    assert "More than" in await ask(consent, call)
    assert await ask(consent, Performing(DeleteProbe(id=3))) == "", "another effect"
    assert await ask(consent, call, owner="somebody else") == "", "another credential"


@pytest.mark.usefixtures("ten_people")
async def test_people_are_counted_where_the_question_says_how_many() -> None:
    consent = consent_for("all=allow", "send=25/day")
    call = Performing(FireAll(id=3))
    assert [await ask(consent, call) for _ in range(2)] == ["", ""]
    assert "This reaches 10 people." in await ask(consent, call), "20 of 25, and 10 more"
    assert await ask(consent, Performing(Fire(id=3))) == "", "one more has room: what was asked about was not counted"


async def test_a_milder_effect_is_not_counted() -> None:
    consent = consent_for("all=allow", "send=1/day")
    assert [await ask(consent, Performing(Maybe(id=1))) for _ in range(3)] == ["", "", ""]


async def test_what_a_person_agreed_to_counts_too() -> None:
    state = MemoryState()
    asking = consent_for("", "send=1/hour", state=state)
    call = Performing(Fire(id=3))
    first = await ask(asking, call)
    assert "More than" not in first
    assert await ask(asking, call, code_in(first)) == ""
    assert "More than the 1 an hour" in await ask(asking, call)
    assert "More than" in await ask(consent_for("all=allow", "send=1/hour", state=state), call), "shared"


async def test_servers_pass_no_ceiling_together() -> None:
    state = MemoryState()
    call = Performing(Fire(id=3))
    came: list[str] = []

    async def use() -> None:
        came.append(await ask(consent_for("all=allow", "send=5/day", state=state), call))

    async with anyio.create_task_group() as group:
        for _ in range(12):
            group.start_soon(use)
    assert came.count("") == 5


async def test_it_opens_again_when_the_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("reply_mcp.client.stores.shared_state.time.monotonic", lambda: now)
    consent, call = consent_for("all=allow", "send=1/hour"), Performing(Fire(id=3))
    assert await ask(consent, call) == ""
    now += 3599
    assert await ask(consent, call) != ""
    now += 2
    assert await ask(consent, call) == ""


async def test_a_person_is_asked_and_no_code_given_where_the_policy_says_person() -> None:
    text = await ask(consent_for("send=person", "send=0/day"), Performing(Fire(id=3)))
    assert "More than the 0 a day" in text
    assert "confirm" not in text
