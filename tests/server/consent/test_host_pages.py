"""Pages that a host opens for the person (elicitation in URL mode), in both protocol eras.

The browser is an HTTP client; the server finds the answer out by itself and goes on in the same call.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import httpx
import mcp_types as types
import pytest
from mcp import Client

from reply_mcp.client.stores.shared_state import MemoryState
from reply_mcp.server.consent import asking
from reply_mcp.server.consent.requests import Requests
from reply_mcp.server.stdio import local_server
from reply_mcp.settings import Settings, parse_policy
from tests.conftest import KEY, Sandbox, over_stdio, text_of
from tests.e2e.agent import held, made

ERAS = pytest.mark.parametrize("era", ["legacy", "2026-07-28"])
OPENED = types.ElicitResult(action="accept")


class Browser:
    """A host that opens pages, and the person in front of it. `press` is the button; None opens the page and leaves it,
    as does whoever has pressed it `presses` times. It is pressed `after` so many seconds, or that event; `opens` is
    what the host answers, before anything was pressed."""

    def __init__(
        self,
        press: str | None = "approve",
        opens: types.ElicitResult = OPENED,
        after: float | anyio.Event = 0.2,
        presses: int = 100,
    ) -> None:
        self.press, self.opens, self.after, self.presses = press, opens, after, presses
        self.messages: list[str] = []
        self.urls: list[str] = []
        self.shown: list[str] = []
        self.completed: list[str] = []
        self.answered = anyio.Event()
        self.group: anyio.abc.TaskGroup | None = None

    async def __call__(self, context: Any, params: Any) -> Any:
        assert isinstance(params, types.ElicitRequestURLParams), "a form may be answered by a hook"
        self.messages.append(params.message)
        self.urls.append(params.url)
        if self.opens.action == "accept" and self.group is not None:
            self.group.start_soon(self.visit, params.url)
        return self.opens

    async def visit(self, url: str) -> None:
        async with httpx.AsyncClient(trust_env=False) as http:
            page = await http.get(url)
            self.shown.append(page.text)
            if self.press is not None and self.presses > 0:
                self.presses -= 1
                await (self.after.wait() if isinstance(self.after, anyio.Event) else anyio.sleep(self.after))
                fields = dict(re.findall(r'name=(\w+) value="([^"]+)"', page.text))
                answered = await http.post(url, data={**fields, "answer": self.press})
                assert answered.status_code == 200
                self.answered.set()

    async def opened(self) -> None:
        """Waits until the page is shown."""
        with anyio.fail_after(30):
            while not self.shown:
                await anyio.sleep(0.05)

    async def on_message(self, message: Any) -> None:
        if isinstance(message, types.ElicitCompleteNotification):
            self.completed.append(message.params.elicitation_id)


@asynccontextmanager
async def in_stdio(sandbox: Sandbox, era: str, browser: Browser, **environment: str) -> AsyncIterator[Any]:
    """A client of a real server over stdio that lets nothing be deleted without a person."""
    values = {
        "REPLY_API_KEY": KEY,
        "REPLY_BASE_URL": sandbox.url,
        "REPLY_RATE_LIMITS": "none",
        "REPLY_POLICY": "delete=person",
        **environment,
    }
    async with anyio.create_task_group() as group:
        browser.group = group
        async with over_stdio(
            values, mode=era, elicitation_callback=browser, message_handler=browser.on_message
        ) as client:
            yield client
        group.cancel_scope.cancel()


@asynccontextmanager
async def in_process(sandbox: Sandbox, era: str, browser: Browser, **values: Any) -> AsyncIterator[Any]:
    settings = Settings(
        **{
            "api_key": KEY,
            "base_url": sandbox.url,
            "rate_limits": "none",
            "policy": parse_policy("delete=person"),
            **values,
        }
    )
    server, sessions = local_server(settings)
    async with anyio.create_task_group() as group:
        browser.group = group
        try:
            async with Client(
                server, mode=era, elicitation_callback=browser, message_handler=getattr(browser, "on_message", None)
            ) as client:
                yield client
        finally:
            await sessions.aclose()
        group.cancel_scope.cancel()


async def delete(client: Any, contact: dict[str, Any], **more: Any) -> str:
    run = {"tool": "reply_delete_contact", "arguments": {"id": contact["id"]}}
    return text_of(await client.call_tool("reply_run_write", run, **more))


def there(sandbox: Sandbox, contact: dict[str, Any]) -> bool:
    return bool(held(sandbox, contact["email"]))


@ERAS
async def test_a_person_agrees_on_the_page_and_the_call_goes_on(sandbox: Sandbox, era: str) -> None:
    ann, browser = made(sandbox), Browser()
    async with in_stdio(sandbox, era, browser) as client:
        text = await delete(client, ann)
    assert not there(sandbox, ann), text
    assert text.startswith("Deleted")
    assert len(browser.urls) == 1
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/[\w-]{43}", browser.urls[0])
    assert browser.urls[0] not in text
    assert ann["email"] in browser.messages[0]
    assert ann["email"] in browser.shown[0].replace("&lt;", "<"), "one look shows the same question"
    assert len(browser.completed) == (1 if era == "legacy" else 0)


@ERAS
async def test_a_person_declines_on_the_page(sandbox: Sandbox, era: str) -> None:
    ann, browser = made(sandbox), Browser("decline")
    async with in_process(sandbox, era, browser) as client:
        text = await delete(client, ann)
    assert "declined" in text
    assert "Do not call this again" in text
    assert there(sandbox, ann)


@ERAS
@pytest.mark.parametrize(("action", "says"), [("decline", "declined"), ("cancel", "closed the question")])
async def test_a_page_that_is_not_opened_is_no_yes(sandbox: Sandbox, era: str, action: Any, says: str) -> None:
    ann, browser = made(sandbox), Browser(opens=types.ElicitResult(action=action, content={"agree": True}))
    async with in_process(sandbox, era, browser) as client:
        text = await delete(client, ann)
    assert says in text
    assert browser.shown == []
    assert there(sandbox, ann)


@ERAS
async def test_what_the_host_says_with_it_is_no_answer(
    sandbox: Sandbox, era: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hook that accepts whatever it is asked, with a form's content, has only opened the page."""
    monkeypatch.setattr(asking, "ANSWER_SECONDS", 0.5)
    ann = made(sandbox)
    browser = Browser(None, opens=types.ElicitResult(action="accept", content={"agree": True}))
    async with in_process(sandbox, era, browser) as client:
        text = await delete(client, ann)
    assert "nobody has answered on the page" in text
    assert there(sandbox, ann)


@ERAS
async def test_a_page_that_is_answered_after_the_call_gave_up_counts_for_the_next_one(
    sandbox: Sandbox, era: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "ANSWER_SECONDS", 0.4)
    given_up = anyio.Event()
    ann, browser = made(sandbox), Browser(after=given_up)
    async with in_process(sandbox, era, browser) as client:
        assert "call again with the same arguments" in await delete(client, ann)
        assert there(sandbox, ann)
        given_up.set()
        with anyio.fail_after(60):
            await browser.answered.wait()
        await anyio.sleep(0.3)
        assert there(sandbox, ann), "nothing is done without a call"
        text = await delete(client, ann)
        assert not there(sandbox, ann), text
    assert len(browser.urls) == 1, "nobody is asked again"


@ERAS
async def test_a_call_is_cancelled_while_the_page_is_open(sandbox: Sandbox, era: str) -> None:
    ann, browser = made(sandbox), Browser(None)
    async with in_process(sandbox, era, browser) as client:
        async with anyio.create_task_group() as group:
            group.start_soon(delete, client, ann)
            await browser.opened()
            group.cancel_scope.cancel()
        assert there(sandbox, ann)
        browser.press, browser.after = "decline", 0
        assert "declined" in await delete(client, ann), "the server goes on"
    assert there(sandbox, ann)


@ERAS
async def test_a_host_that_dies_while_the_page_is_open(sandbox: Sandbox, era: str) -> None:
    ann, browser = made(sandbox), Browser(None)
    async with in_stdio(sandbox, era, browser) as client, anyio.create_task_group() as group:
        group.start_soon(delete, client, ann)
        await browser.opened()
        group.cancel_scope.cancel()
    assert there(sandbox, ann)
    async with httpx.AsyncClient(trust_env=False) as http:
        with pytest.raises(httpx.TransportError):
            await http.get(browser.urls[0])


@ERAS
async def test_progress_tells_that_the_call_waits(sandbox: Sandbox, era: str) -> None:
    ann, browser = made(sandbox), Browser(after=1.5)
    told: list[str] = []

    async def progress(progress: float, total: float | None, message: str | None) -> None:
        told.append(message or "")

    async with in_process(sandbox, era, browser) as client:
        await delete(client, ann, progress_callback=progress)
    assert any("on the page" in one for one in told)
    assert not there(sandbox, ann)


@ERAS
async def test_what_changes_while_the_page_is_open_is_asked_anew(sandbox: Sandbox, era: str) -> None:
    ann, browser = made(sandbox, firstName="Ann"), Browser(after=0.5)
    visit = browser.visit

    async def visit_and_rename(url: str) -> None:
        if len(browser.urls) == 1:
            sandbox.http.patch(f"/v3/contacts/{ann['id']}", json={"firstName": "Bella"})
        await visit(url)

    browser.visit = visit_and_rename  # type: ignore[method-assign]
    async with in_process(sandbox, era, browser) as client:
        await delete(client, ann)
    assert len(browser.messages) == 2
    assert "Bella" not in browser.messages[0]
    assert browser.messages[1].startswith("What this would do has changed")
    assert "Bella" in browser.messages[1]
    assert not there(sandbox, ann)


@ERAS
async def test_two_calls_at_once_and_one_answer_are_one_deed(sandbox: Sandbox, era: str) -> None:
    ann, browser = made(sandbox), Browser(presses=1)
    texts: list[str] = []
    async with in_process(sandbox, era, browser) as client:

        async def call() -> None:
            texts.append(await delete(client, ann))

        mark = sandbox.seen()
        async with anyio.create_task_group() as group:
            group.start_soon(call)
            group.start_soon(call)
            with anyio.fail_after(30):
                while not texts:
                    await anyio.sleep(0.1)
            await anyio.sleep(1.5)
            group.cancel_scope.cancel()
    deleted = [row for row in sandbox.since(mark) if row["method"] == "DELETE"]
    assert len(deleted) == 1, texts
    assert not there(sandbox, ann)


async def test_a_setting_keeps_pages_closed(sandbox: Sandbox) -> None:
    ann = made(sandbox)
    forms: list[Any] = []

    async def form(context: Any, params: Any) -> Any:
        forms.append(params)
        return types.ElicitResult(action="decline")

    async with in_process(sandbox, "legacy", form, ask="form") as client:  # type: ignore[arg-type]
        await delete(client, ann)
    assert isinstance(forms[0], types.ElicitRequestFormParams)
    async with in_process(sandbox, "legacy", form, ask="code") as client:  # type: ignore[arg-type]
        assert "reply-mcp approve" in await delete(client, ann)
    assert len(forms) == 1


async def test_nothing_listens_before_a_page_is_opened() -> None:
    from reply_mcp.server.consent.page import LocalPages

    pages = LocalPages(Requests(MemoryState()))
    assert await pages.open("digest") is None, "not running"
    async with pages.running():
        first, second = await pages.open("one"), await pages.open("two")
        assert first is not None
        assert second is not None
        assert first.rpartition("/")[0] == second.rpartition("/")[0]
        async with httpx.AsyncClient(trust_env=False) as http:
            assert (await http.get(first)).status_code == 200
    assert await pages.open("three") is None
