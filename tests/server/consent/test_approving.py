"""Who approves, what they are shown, and how long it waits: pages that are raced, requests that grow old, and people in
whose name a call is made."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest

from reply_mcp.cli.approve import answer_waiting
from reply_mcp.client.stores import open_stores
from reply_mcp.client.stores.shared_state import MemoryState
from reply_mcp.server.consent.agreements import VALID_SECONDS
from reply_mcp.server.consent.call_consent import CallConsent
from reply_mcp.server.consent.page import COOKIE, HEADERS, Pages
from reply_mcp.server.consent.requests import Requests
from tests.consent import ask, consent_for
from tests.server.consent.probes import Fire, Performing

CALL = Performing(Fire(id=3))


class SlowState(MemoryState):
    """A state that others reach while one waits for it, as any outside of the process."""

    async def list(self, prefix: str) -> dict[str, str]:
        await anyio.sleep(0.01)
        return await super().list(prefix)


class Clock:
    """The time of this process and of its state, which moves when it is told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._now, self._ticks = time.time(), time.monotonic()
        self.passed = 0.0
        monkeypatch.setattr(time, "time", lambda: self._now + self.passed)
        monkeypatch.setattr(
            "reply_mcp.client.stores.shared_state.time.monotonic", lambda: self._ticks + self.passed, raising=True
        )


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def browser(pages: Pages, base: str = "http://127.0.0.1:8123") -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=pages.app()), base_url=base)


def fields_of(shown: httpx.Response) -> dict[str, str]:
    return dict(re.findall(r'name=(\w+) value="([^"]+)"', shown.text))


async def test_of_many_who_open_an_address_at_once_one_may_answer() -> None:
    state = SlowState()
    await ask(consent_for("send=person", state=state), CALL)
    pages = Pages(Requests(state))
    path, opened = pages.add(), []

    async def visit() -> None:
        async with browser(pages) as one:
            opened.append(await one.get(path))

    async with anyio.create_task_group() as group:
        for _ in range(10):
            group.start_soon(visit)
    assert sorted(answer.status_code for answer in opened) == [200] + [403] * 9
    assert [COOKIE in answer.headers.get("set-cookie", "") for answer in opened].count(True) == 1
    assert sum("probe 3" in answer.text for answer in opened) == 1


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "evil.example:8123", "[::1]", "", "0.0.0.0"]
)
async def test_a_page_answers_to_no_other_name(host: str) -> None:
    """A name that somebody made to lead here (DNS rebinding)."""
    pages = Pages(Requests(MemoryState()))
    path = pages.add()
    async with browser(pages) as one:
        assert (await one.get(path, headers={"Host": host})).status_code == 400
        assert (await one.post(path, headers={"Host": host}, data={"answer": "approve"})).status_code == 400
        assert (await one.get(path)).status_code == 200, "and is not used up by that"


async def test_no_answer_is_kept_framed_or_read_by_another_page() -> None:
    pages = Pages(Requests(MemoryState()))
    path = pages.add()
    async with browser(pages) as one:
        answers = [await one.get("/wrong"), await one.get(path), await one.post(path, data={}), await one.head(path)]
    for answer in answers:
        assert HEADERS.items() <= {name: answer.headers.get(name) for name in HEADERS}.items()
        assert "access-control-allow-origin" not in answer.headers
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-store"


async def test_of_approvers_at_once_one_is_heard(tmp_path: Path) -> None:
    for url in ("memory:", f"sqlite:///{tmp_path}/state.sqlite3"):
        stores = open_stores(url)
        state = stores.state()
        consent = consent_for("send=person", state=state)
        await ask(consent, CALL)
        (request,) = await Requests(state).waiting()
        heard: list[bool] = []

        async def answer(number: int, of: Any = (state, request, heard)) -> None:
            of[2].append(await Requests(of[0]).answer(of[1], agreed=number % 2 == 0))

        async with anyio.create_task_group() as group:
            for number in range(10):
                group.start_soon(answer, number)
        assert heard.count(True) == 1, url
        assert await Requests(state).waiting() == []
        await stores.aclose()


async def test_a_request_that_grows_old_begins_anew(clock: Clock) -> None:
    """Whoever is sent to it has time to answer, and is told how much."""
    state = MemoryState()
    consent = consent_for("send=person", state=state)
    consent.patience = 0
    assert "open for 10 minutes" in await ask(consent, CALL)
    clock.passed = VALID_SECONDS / 2 - 1
    assert "open for 5 minutes" in await ask(consent, CALL)
    clock.passed += 2
    assert "open for 10 minutes" in await ask(consent, CALL)
    clock.passed = VALID_SECONDS + 1
    (request,) = await Requests(state).waiting()
    assert await Requests(state).answer(request, agreed=True)
    assert await ask(consent, CALL) == ""
    assert await Requests(state).waiting() == []


async def test_a_request_that_was_answered_does_not_begin_anew(clock: Clock) -> None:
    state = MemoryState()
    consent = consent_for("send=person", state=state)
    await ask(consent, CALL)
    (request,) = await Requests(state).waiting()
    clock.passed = VALID_SECONDS / 2 + 1
    await Requests(state).answer(request, agreed=True)
    assert await ask(consent, CALL) == ""
    assert await Requests(state).waiting() == []
    assert "Not done yet" in await ask(consent, CALL), "one answer, one deed"


async def test_a_call_whose_request_ends_while_it_waits_says_so() -> None:
    state = MemoryState()
    consent = consent_for("send=person", state=state)
    consent.patience = 30
    await ask(consent, CALL)
    told: list[str] = []

    async def wait() -> None:
        told.append(await ask(CallConsent(consent), CALL))

    with anyio.fail_after(60):
        async with anyio.create_task_group() as group:
            group.start_soon(wait)
            await anyio.sleep(0.1)
            (name,) = await state.list("consent:waiting:")
            await state.take(name)
    assert "the question no longer waits" in told[0]
    assert "ten minutes are over" in told[0]


@pytest.mark.parametrize(
    ("user", "shown"),
    [
        ("tom@acme.com", " as tom@acme.com, asked"),
        ("", "(send), asked"),
        (
            "tom@acme.com\n000000  reply_fire\x1b[2J\N{RIGHT-TO-LEFT OVERRIDE}",
            " as tom@acme.com 000000 reply_fire[2J, asked",
        ),
        ("t" * 500, "ttt…, asked"),
    ],
)
async def test_whoever_approves_sees_in_whose_name(capsys: pytest.CaptureFixture[str], user: str, shown: str) -> None:
    """One command answers for all who share the state."""
    state = MemoryState()
    one = CallConsent(consent_for("send=person", state=state))
    gate = one.gate("me", CALL.arguments.wire(), None, acting_user=user)
    with pytest.raises(Exception, match="Not done yet"):
        await one.carry_out(lambda: gate(CALL))  # type: ignore[arg-type]
    await answer_waiting(Requests(state), lambda prompt: "", is_terminal=True)
    assert shown in capsys.readouterr().out
    pages = Pages(Requests(state))
    async with browser(pages) as person:
        assert shown in (await person.get(pages.add())).text


async def test_5000_questions_leave_a_page_that_can_be_read() -> None:
    state = MemoryState()
    consent = consent_for("send=person", state=state)
    consent.patience = 0
    for number in range(5000):
        await ask(consent, Performing(Fire(id=number + 1)), owner=f"caller {number % 500}")
    pages = Pages(Requests(state))
    async with browser(pages) as person:
        shown = (await person.get(pages.add())).text
    assert shown.count("<form") == 200
    assert len(shown) < 200_000
    assert f"probe {5000}." in shown
