"""Outsiders' words reach no text raw: hostile ones in every field of every answer, through every tool."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from anyio.from_thread import start_blocking_portal
from hypothesis import given
from hypothesis import strategies as st
from mcp.shared.exceptions import MCPError

from reply_mcp.catalog.index import Entry
from reply_mcp.catalog.operation import Effect
from reply_mcp.sandbox import running
from reply_mcp.settings import Settings, parse_policy
from tests.client.peer import answer, peer
from tests.conftest import KEY, Sandbox, text_of
from tests.e2e import answer_cases
from tests.e2e.fitting import fitting
from tests.e2e.hostile_words import FIELDS, PAYLOADS, Poison, faults_of
from tests.e2e.soundness import TIMES, TOOLS, few_for, named
from tests.undo import changes_undone


def some(first: int, count: int) -> list[str]:
    """So many of the payloads, from the `first` on, others for each tool; all of them where `TEST_TIMES` is large."""
    step = max(1, len(PAYLOADS) // (count * TIMES))
    return [one for one in PAYLOADS[first % step :: step] if "\ud83d" not in one]  # which no client can send


class Poisoned:
    """A sandbox behind a peer that poisons its answers."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.poison = Poison()
        self.calls = 0
        self._http = httpx.Client(base_url=sandbox.url, timeout=30)

    def __call__(self, request: bytes) -> bytes:
        head, _, body = request.partition(b"\r\n\r\n")
        method, target, _ = head.split(b"\r\n")[0].decode("latin-1").split(" ", 2)
        kind = next(
            (line[13:].strip() for line in head.split(b"\r\n") if line.lower().startswith(b"content-type:")), b""
        )
        headers = {"Authorization": f"Bearer {KEY}", "Content-Type": kind.decode() or "application/json"}
        true = self._http.request(method, target, content=body, headers=headers)
        kind_of_answer = true.headers.get("content-type", "application/json")
        return answer(true.status_code, self.poison.body(true.content), kind=kind_of_answer)


Call = Callable[..., Any]
OWN_WORDS = {
    "reply_get_sequence": "its steps' texts",
    "reply_get_sequence_steps": "their texts",
    "reply_get_sequence_step": "its texts",
    "reply_get_thread": "messages that we sent, which stand outside of the fences",
    "reply_get_inbox_thread": "the same",
    "reply_list_thread_messages": "the same",
    "reply_get_task": "what is to be done, in the words of who made the task",
}
"""Tools that show texts of the account's own people line by line, and which."""
NAMED = (("reply_get_sequence", "id"), ("reply_get_list", "id"), ("reply_contact_brief", "contact"))


@asynccontextmanager
async def serving(poisoned: Poisoned, policy: str) -> AsyncIterator[Any]:
    from tests.conftest import connected

    async with peer(by=poisoned) as one:
        settings = Settings(
            api_key=KEY,
            base_url=one.url,
            rate_limits="none",
            policy=parse_policy(policy),
            toolsets=("all",),
            patience=0.2,
        )
        async with connected(settings) as client:
            yield client


class Stage:
    def __init__(self, poisoned: Poisoned, call: Call, portal: Any, client: Any) -> None:
        self.poisoned, self.call, self.portal, self.client = poisoned, call, portal, client
        self.sandbox = poisoned.sandbox


@pytest.fixture
def stage(_stage: Stage) -> Iterator[Stage]:
    with changes_undone(_stage.sandbox.app.state.kernel):
        yield _stage


@pytest.fixture(scope="module")
def _stage() -> Iterator[Stage]:
    with running(rate_limits="none", stats_rate_limits="none") as one, start_blocking_portal() as portal:
        poisoned = Poisoned(Sandbox(one))
        with (
            portal.wrap_async_context_manager(serving(poisoned, "all=allow")) as allowed,
            portal.wrap_async_context_manager(serving(poisoned, "write=ask")) as asked,
        ):

            async def call(tool: str, arguments: dict[str, Any], ask: bool) -> Any:
                runner = {"tool": tool, "arguments": arguments}
                return await (asked if ask else allowed).call_tool("reply_run_write", runner)

            yield Stage(poisoned, lambda *given: portal.call(call, *given), portal, allowed)


def test_the_corpus_is_large_and_would_be_seen() -> None:
    assert len(set(PAYLOADS)) >= 40
    assert len(FIELDS) >= 40
    unseen = [one for one in PAYLOADS if not faults_of(f"There is {one} here.")]
    # Harmless within a line; they are here for what HTML makes of them, and for their length.
    assert all(len(one) == 5000 or "confirm:" in one for one in unseen), unseen


@pytest.mark.parametrize("entry", TOOLS, ids=named)
def test_no_tool_lets_them_through(stage: Stage, entry: Entry) -> None:
    cases = {**answer_cases.READS, **answer_cases.WRITES}
    stage.poisoned.poison = Poison(7 * TOOLS.index(entry))  # whatever came before, other ones for each tool

    def check(arguments: dict[str, Any], ask: bool) -> None:
        quoted = arguments.get("detail") == "full"
        text = text_of(stage.call(entry.tool, arguments, ask))
        assert faults_of(text, quoted=quoted, own_words=entry.tool in OWN_WORDS) == [], text[:3000]
        assert "failed inside reply-mcp" not in text

    if entry.tool in cases:
        for ask in (True, False):
            check(cases[entry.tool](stage.sandbox), ask)
    for payload in some(TOOLS.index(entry), 2):
        words = [name for name, one in entry.schema.get("properties", {}).items() if one.get("type") != "boolean"]
        if words:
            check(dict.fromkeys(words[:3], payload) | {payload: 1}, True)

    details = st.sampled_from([{}, {}, {"detail": "full"}]) if entry.effect is Effect.READ else st.just({})

    @few_for(entry)
    @given(fitting(entry, stage.sandbox), details)
    def checked(arguments: dict[str, Any], more: dict[str, Any]) -> None:
        check({**arguments, **more}, True)
        check({**arguments, **more}, False)

    checked()


def test_names_that_nothing_has_and_their_nearest(stage: Stage) -> None:
    for payload in some(0, 15):
        for tool, argument in (
            ("reply_get_sequence", "id"),
            ("reply_get_list", "id"),
            ("reply_contact_brief", "contact"),
        ):
            text = text_of(stage.call(tool, {argument: payload}, False))
            assert faults_of(text) == [], text


def test_finders_completions_and_resources(stage: Stage) -> None:
    client = stage.client

    async def texts(payload: str) -> list[str]:
        from mcp_types import ResourceTemplateReference

        found = [
            text_of(await client.call_tool("reply_find_tools", {"query": payload[:200]})),
            text_of(await client.call_tool("reply_run_read", {"tool": payload, "arguments": {}})),
            text_of(await client.call_tool("reply_run_read", {"tool": "reply_whoami", payload: {}})),
            text_of(await client.call_tool(payload, {})),
        ]
        for uri in ("reply://sequences/{id}", "reply://lists/{id}"):
            reference = ResourceTemplateReference(uri=uri)
            completed = await client.complete(reference, {"name": "id", "value": ""})
            found += completed.completion.values
        for uri in ("reply://me", f"reply://sequences/{payload}", f"reply://guide/{payload}", f"x:{payload}"):
            try:
                found += [one.text for one in (await client.read_resource(uri)).contents]
            except MCPError as error:
                found.append(error.error.message)
        return found

    for payload in some(1, 15):
        if "\ud83d" in payload:
            continue  # half a sign, which the client itself cannot send
        for text in stage.portal.call(texts, payload):
            assert faults_of(text) == [], text
