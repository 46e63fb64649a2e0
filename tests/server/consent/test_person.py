"""Calls that only a person lets through: `person` in the policy, and `reply-mcp approve`."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest

from reply_mcp.cli import main
from reply_mcp.cli.approve import answer_waiting
from reply_mcp.client.stores import open_stores
from reply_mcp.client.stores.shared_state import MemoryState
from reply_mcp.server.consent.page import COOKIE, MOST_PAGES, Pages
from reply_mcp.server.consent.requests import Requests
from reply_mcp.settings import parse_policy
from tests.conftest import KEY, Sandbox, connected, text_of
from tests.consent import ask, consent_for
from tests.e2e.agent import held, made
from tests.processes.command import reply_mcp
from tests.server.consent import probes
from tests.server.consent.probes import Fire, FireAll, Performing, asking

CALL = Performing(Fire(id=3))

pytestmark = pytest.mark.usefixtures("real_time")


async def answer(state: MemoryState, *, agreed: bool) -> None:
    (request,) = await Requests(state).waiting()
    assert await Requests(state).answer(request, agreed=agreed)


async def test_a_person_lets_a_call_through_once() -> None:
    state = MemoryState()
    consent = consent_for("send=person", state=state)
    text = await ask(consent, CALL)
    assert text.startswith("Not done yet. This fires probe 3.")
    assert "reply-mcp approve" in text
    assert "confirm" not in text
    await answer(state, agreed=True)
    assert await ask(consent, CALL) == ""
    assert "Not done yet" in await ask(consent, CALL), "once"


async def test_no_code_lets_it_through() -> None:
    state = MemoryState()
    code = "AAAAA"
    asking = consent_for("send=ask", state=state)
    found = re.search(r'confirm="(\w+)"', await ask(asking, CALL))
    assert found
    for confirm in (code, found[1]):
        assert "Not done yet" in await ask(consent_for("send=person", state=state), CALL, confirm)


async def test_a_person_who_declines_is_told_of_once() -> None:
    state = MemoryState()
    consent = consent_for("send=person", state=state)
    await ask(consent, CALL)
    await answer(state, agreed=False)
    assert "declined" in await ask(consent, CALL)
    assert "Not done yet" in await ask(consent, CALL)


async def test_an_approval_holds_for_what_was_shown_alone() -> None:
    state, call = MemoryState(), Performing(FireAll(id=3))
    consent = consent_for("send=person", state=state)
    await ask(consent, call)
    await answer(state, agreed=True)
    probes.people.append(4)
    try:
        assert "This reaches 4 people." in await ask(consent, call)
        assert "Not done yet" in await ask(consent, call, owner="somebody else")
    finally:
        probes.people.pop()
    assert await ask(consent, call) == "", "as it was shown"


async def test_the_same_question_waits_once() -> None:
    state = MemoryState()
    consent = consent_for("send=person", state=state)
    consent.patience = 0
    for _ in range(3):
        await ask(consent, CALL)
    assert len(await Requests(state).waiting()) == 1


async def test_a_second_call_waits_for_the_answer() -> None:
    state = MemoryState()
    consent = consent_for("send=person", state=state)
    await ask(consent, CALL)
    came: list[str] = []

    async def call_again() -> None:
        came.append(await ask(consent, CALL))

    with anyio.fail_after(60):
        async with anyio.create_task_group() as group:
            group.start_soon(call_again)
            await anyio.sleep(0.3)
            assert came == []
            await answer(state, agreed=True)
    assert came == [""]


async def test_what_waits_holds_no_owner_and_expires(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("reply_mcp.client.stores.shared_state.time.monotonic", lambda: now)
    state = MemoryState()
    consent = consent_for("send=person", state=state)
    await ask(consent, CALL, owner="the-fingerprint-of-a-key")
    assert "the-fingerprint" not in str(await state.list(""))
    (request,) = await Requests(state).waiting()
    now += 601
    assert await Requests(state).waiting() == []
    assert not await Requests(state).answer(request, agreed=True)
    assert "Not done yet" in await ask(consent, CALL, owner="the-fingerprint-of-a-key")


async def test_in_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    state = MemoryState()
    consent, requests = consent_for("send=person", state=state), Requests(state)
    assert await answer_waiting(requests, lambda _: "y", is_terminal=True) == 0
    assert "Nothing waits" in capsys.readouterr().out
    await ask(consent, CALL)
    assert await answer_waiting(requests, lambda _: "y", is_terminal=False) == 1
    assert "terminal" in capsys.readouterr().err
    assert await answer_waiting(requests, lambda _: "", is_terminal=True) == 0
    assert len(await requests.waiting()) == 1, "whoever says neither leaves it"
    assert await answer_waiting(requests, lambda _: "n", is_terminal=True) == 0
    assert "declined" in await ask(consent, CALL)
    await ask(consent, CALL)
    assert await answer_waiting(requests, lambda _: "yes", is_terminal=True) == 0
    shown = capsys.readouterr().out
    assert "This fires probe 3." in shown
    assert await ask(consent, CALL) == ""


async def test_outsiders_words_are_no_commands_to_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    state, probes_were = MemoryState(), Fire.operation.preview
    object.__setattr__(Fire.operation, "preview", asking("This fires \x1b[2J\x1b]0;x\x07\u202eprobe {id}."))
    try:
        await ask(consent_for("send=person", state=state), CALL)
    finally:
        object.__setattr__(Fire.operation, "preview", probes_were)
    await answer_waiting(Requests(state), lambda _: "", is_terminal=True)
    shown = capsys.readouterr().out
    assert "probe 3" in shown
    assert all(sign == "\n" or sign.isprintable() for sign in shown)
    assert "\u202e" not in shown


def test_memory_cannot_be_answered_from_outside(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("REPLY_BUDGET_URL", "memory:")
    assert main(["approve"]) == 2
    assert "sqlite:" in capsys.readouterr().err


async def test_a_server_and_the_command_share_the_machines_file(sandbox: Sandbox, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/state.sqlite3"
    ann = made(sandbox)
    from reply_mcp.settings import Settings

    settings = Settings(
        api_key=KEY,
        base_url=sandbox.url,
        rate_limits="none",
        budget_url=url,
        policy=parse_policy("delete=person"),
        patience=0.5,
    )
    run = {"tool": "reply_delete_contact", "arguments": {"id": ann["id"]}}
    async with connected(settings) as client:
        text = text_of(await client.call_tool("reply_run_write", run))
        assert "reply-mcp approve" in text
        assert held(sandbox, ann["email"])
        environment = {"PATH": os.environ["PATH"], "REPLY_BUDGET_URL": url, "HOME": str(tmp_path)}
        command = reply_mcp("approve")
        piped = await anyio.to_thread.run_sync(
            lambda: subprocess.run(command, env=environment, input="y\n", capture_output=True, text=True, check=False)
        )
        assert piped.returncode == 1, "an answer that is piped in is none"
        assert ann["email"] in piped.stdout
        assert KEY not in piped.stdout
        stores = open_stores(url)
        requests = Requests(stores.state())
        (request,) = await requests.waiting()
        assert await requests.answer(request, agreed=True)
        await stores.aclose()
        await client.call_tool("reply_run_write", run)
    assert not held(sandbox, ann["email"])


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals there")
async def test_an_answer_is_typed_in_a_real_terminal(tmp_path: Path) -> None:
    import pty

    url = f"sqlite:///{tmp_path}/state.sqlite3"
    stores = open_stores(url)
    consent = consent_for("send=person", state=stores.state())
    await ask(consent, CALL)
    ours, theirs = pty.openpty()
    environment = {"PATH": os.environ["PATH"], "REPLY_BUDGET_URL": url, "HOME": str(tmp_path)}
    process = subprocess.Popen(
        [sys.executable, "-m", "reply_mcp", "approve"], env=environment, stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    os.write(ours, b"y\n")
    assert await anyio.to_thread.run_sync(process.wait, 30) == 0
    os.close(ours)
    assert await ask(consent, CALL) == ""
    await stores.aclose()


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals there")
@pytest.mark.parametrize(("typed", "done"), [(b"y\n", True), (b"n\n", False), (b"\x04", False)])
async def test_a_call_that_is_typed_asks_in_the_terminal(
    sandbox: Sandbox, tmp_path: Path, typed: bytes, done: bool
) -> None:
    import pty

    ann = made(sandbox)
    ours, theirs = pty.openpty()
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "REPLY_API_KEY": KEY,
        "REPLY_BASE_URL": sandbox.url,
        "REPLY_RATE_LIMITS": "none",
        "REPLY_POLICY": "delete=person",
    }
    command = reply_mcp("call", "reply_delete_contact", f"id={ann['id']}")
    process = subprocess.Popen(
        command, env=environment, stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    os.close(theirs)
    os.write(ours, typed)
    out, err = await anyio.to_thread.run_sync(lambda: process.communicate(timeout=60))
    os.close(ours)
    assert ann["email"] in err, out
    assert (process.returncode == 0) is done, out + err
    assert bool(held(sandbox, ann["email"])) is not done


@pytest.fixture
def pages() -> tuple[Pages, MemoryState]:
    state = MemoryState()
    return Pages(Requests(state)), state


def browser(pages: Pages) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=pages.app())
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8123")


def fields_of(shown: httpx.Response) -> dict[str, str]:
    """What the form of a page sends along, whichever button is pressed."""
    return dict(re.findall(r'name=(\w+) value="([^"]+)"', shown.text))


async def test_the_page_takes_an_answer(pages: tuple[Pages, MemoryState]) -> None:
    one, state = pages
    consent = consent_for("send=person", state=state)
    await ask(consent, CALL)
    path = one.add()
    async with browser(one) as person:
        shown = await person.get(path)
        assert "This fires probe 3." in shown.text
        assert "Approve" in shown.text
        assert "Decline" in shown.text
        policy = shown.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "<script" not in shown.text
        assert not re.search(r"\b(src|href|on\w+)=", shown.text)
        answered = await person.post(path, data={**fields_of(shown), "answer": "approve"})
        assert "approved" in answered.text
        assert "Nothing waits" in answered.text
    assert await ask(consent, CALL) == ""


async def test_the_page_of_one_question_shows_that_alone(pages: tuple[Pages, MemoryState]) -> None:
    one, state = pages
    consent = consent_for("send=person", state=state)
    await ask(consent, CALL)
    (request,) = await Requests(state).waiting()
    path = one.add(request.shown)
    await ask(consent, Performing(Fire(id=77)))
    other = next(one for one in await Requests(state).waiting() if one.shown != request.shown)
    async with browser(one) as person:
        shown = await person.get(path)
        assert "probe 3." in shown.text
        assert "probe 77" not in shown.text
        fields = fields_of(shown)
        forged = await person.post(path, data={**fields, "request": other.shown, "answer": "approve"})
        assert "no longer waits" in forged.text
        assert len(await Requests(state).waiting()) == 2
        answered = await person.post(path, data={**fields, "answer": "decline"})
        assert "declined" in answered.text
        assert "close this page" in answered.text
        assert "<button" not in answered.text
        again = await person.post(path, data={**fields, "answer": "approve"})
        assert "no longer waits" in again.text, "an answer is final"
    assert "declined" in await ask(consent, CALL)


async def test_the_address_works_once_and_answers_need_the_page(pages: tuple[Pages, MemoryState]) -> None:
    one, state = pages
    consent = consent_for("send=person", state=state)
    await ask(consent, CALL)
    path = one.add()
    async with browser(one) as person:
        assert (await person.get("/")).status_code == 404
        assert (await person.get("/wrong")).status_code == 404
        assert (await person.head(path)).text == ""
        assert (await person.get(path, headers={"Sec-Purpose": "prefetch;prerender"})).text == ""
        assert (await person.get(path, headers={"Host": "evil.example"})).status_code == 400
        shown = await person.get(path)
        fields = fields_of(shown)
        assert (await person.get(path)).text == shown.text, "whoever opened it may read it again"
        assert (await person.post(path, data={**fields, "form": "x", "answer": "approve"})).status_code == 403
        assert (await person.post(path, data={"answer": "approve"})).status_code == 403
        assert (await person.post(path, data={**fields, "answer": "perhaps"})).status_code == 400
        assert (await person.post(path, data={**fields, "answer": "a" * 20_000})).status_code == 403
        assert (await person.post(one.add(), data={**fields, "answer": "approve"})).status_code == 403
        cookie = person.cookies[COOKIE]
    async with browser(one) as other:
        assert (await other.get(path)).status_code == 403, "once"
        assert (await other.post(path, data={**fields, "answer": "approve"})).status_code == 403
        other.cookies.set(COOKIE, cookie + "x")
        assert (await other.get(path)).status_code == 403
    assert len(await Requests(state).waiting()) == 1


async def test_a_page_sets_its_cookie_for_itself_alone(pages: tuple[Pages, MemoryState]) -> None:
    path = pages[0].add()
    async with browser(pages[0]) as person:
        cookie = (await person.get(path)).headers["set-cookie"]
    assert f"Path={path}" in cookie
    assert "HttpOnly" in cookie
    assert "samesite" in cookie.casefold()


async def test_pages_are_bounded(pages: tuple[Pages, MemoryState]) -> None:
    first = pages[0].add()
    last = [pages[0].add() for _ in range(MOST_PAGES)][-1]
    async with browser(pages[0]) as person:
        assert (await person.get(first)).status_code == 404
        assert (await person.get(last)).status_code == 200


async def test_the_page_shows_markup_as_text(pages: tuple[Pages, MemoryState]) -> None:
    one, state = pages
    was = Fire.operation.preview
    object.__setattr__(Fire.operation, "preview", asking('<img src=x onerror="alert(1)"></pre><b>probe {id}'))
    try:
        await ask(consent_for("send=person", state=state), CALL)
    finally:
        object.__setattr__(Fire.operation, "preview", was)
    async with browser(one) as person:
        shown = await person.get(one.add())
    assert "&lt;img src=x" in shown.text
    assert "<img" not in shown.text
    assert "<b>" not in shown.text


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[str, str]]:
    url = f"sqlite:///{tmp_path}/state.sqlite3"
    environment = {"PATH": os.environ["PATH"], "REPLY_BUDGET_URL": url, "HOME": str(tmp_path)}
    command = reply_mcp("approve", "--page")
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    yield url, process.stdout.readline().strip()
    process.terminate()
    process.wait(60)


async def test_the_page_is_served_on_this_machine(served: tuple[str, str]) -> None:
    url, address = served
    stores = open_stores(url)
    consent = consent_for("send=person", state=stores.state())
    await ask(consent, CALL)
    assert address.startswith("http://127.0.0.1:")
    async with httpx.AsyncClient(follow_redirects=True, trust_env=False) as person:
        shown: Any = None
        until = time.monotonic() + 60
        while shown is None and time.monotonic() < until:
            try:
                shown = await person.get(address)
            except httpx.TransportError:
                await anyio.sleep(0.1)
        assert "This fires probe 3." in shown.text
        answer = {**fields_of(shown), "answer": "decline"}
        assert "declined" in (await person.post(address, data=answer)).text
    assert "declined" in await ask(consent, CALL)
    await stores.aclose()
