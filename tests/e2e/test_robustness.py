"""No argument, however odd, ends in a protocol error or a traceback, or spends a request if it is wrong: every tool."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from anyio.from_thread import start_blocking_portal
from hypothesis import given, settings
from hypothesis import strategies as st

from reply_mcp.catalog.index import Entry
from reply_mcp.sandbox import running
from reply_mcp.server.inventory import FINDERS
from reply_mcp.settings import Settings, parse_policy
from tests.conftest import KEY, TIMES, Sandbox, connected
from tests.e2e.fitting import JUNK, anything, fitting, replaced, schema_of, spoils
from tests.e2e.soundness import SECRET, TOOLS, Errors, few, few_for, is_read, named, sound
from tests.wording import wording_faults

Talk = Callable[..., str]


@contextmanager
def talking(sandbox: Sandbox, policy: str) -> Iterator[Callable[[str, dict[str, Any]], Any]]:
    """Calls tools through a real client in a thread of its own; gives the whole result."""
    given = Settings(
        api_key=KEY,
        base_url=sandbox.url,
        rate_limits="none",
        patience=0.5,  # jobs are handed back at once
        policy=parse_policy(policy),
        tools=SECRET,
    )
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(connected(given)) as client:
        yield lambda tool, arguments: portal.call(client.call_tool, tool, arguments)


@pytest.fixture(scope="module")
def account() -> Iterator[Sandbox]:
    """A sandbox that these tests may spoil."""
    with running(rate_limits="none", stats_rate_limits="none") as one:
        yield Sandbox(one)


@pytest.fixture(scope="module")
def talk(account: Sandbox, errors: Errors) -> Iterator[Talk]:
    """Calls a tool; the text of the answer, which was found sound."""
    with talking(account, "all=allow") as allowed, talking(account, "") as asked:

        def call(tool: str, arguments: dict[str, Any], ask: bool = False) -> str:
            return sound((asked if ask else allowed)(tool, arguments), errors)

        yield call


@pytest.mark.parametrize("entry", TOOLS, ids=named)
def test_any_argument_is_answered(account: Sandbox, talk: Talk, entry: Entry) -> None:
    """Arbitrary objects, and fitting ones with a part replaced by junk."""
    near = st.builds(replaced, fitting(entry, account), st.integers(1, 30), st.sampled_from(JUNK) | anything)
    ours = st.fixed_dictionaries({}, optional={"detail": anything, "fields": anything, "confirm": anything})
    known = st.dictionaries(st.sampled_from([*schema_of(entry)["properties"], "x"]), anything, max_size=6)

    @few_for(entry)
    @given(near.filter(lambda one: isinstance(one, dict)) | known, ours, st.booleans())
    def answered(arguments: dict[str, Any], more: dict[str, Any], ask: bool) -> None:
        mark = account.seen()
        text = talk(entry.tool, {**arguments, **(more if len(more) == 1 else {})}, ask)
        if "to fix, nothing was sent" in text.partition("\n")[0]:
            assert writes(account, mark) == []

    answered()


@pytest.mark.parametrize("entry", TOOLS, ids=named)
def test_arguments_that_fit_are_answered(account: Sandbox, talk: Talk, entry: Entry) -> None:
    @few_for(entry)
    @given(fitting(entry, account), st.booleans())
    def answered(arguments: dict[str, Any], ask: bool) -> None:
        text = talk(entry.tool, arguments, ask)
        faults = [one for one in wording_faults(text) if not one.startswith("markup:")]  # some names given have it
        assert faults == [], f"{arguments}\n{text}"

    answered()


@pytest.mark.parametrize("entry", TOOLS, ids=named)
def test_wrong_arguments_spend_no_request(account: Sandbox, talk: Talk, entry: Entry) -> None:
    """Missing, unknown, of a wrong type, out of range, of no such value: alone and together."""

    @few_for(entry)
    @given(fitting(entry, account), st.lists(st.sampled_from(spoils(entry)), min_size=1, max_size=3))
    def refused(arguments: dict[str, Any], ways: list[Any]) -> None:
        for spoil in ways:
            arguments = spoil(arguments)
        mark = account.seen()
        text = talk(entry.tool, arguments)
        assert "to fix, nothing was sent:" in text.partition("\n")[0], (arguments, text)
        assert account.since(mark) == []

    refused()


def writes(sandbox: Sandbox, mark: int) -> list[str]:
    """The changes that were asked of Reply since a mark."""
    return [row["path"] for row in sandbox.since(mark) if not is_read(row["method"], row["path"])]


@pytest.mark.parametrize("name", FINDERS)
def test_any_argument_of_the_finders_is_answered(account: Sandbox, talk: Talk, name: str) -> None:
    tools = st.sampled_from([entry.tool for entry in TOOLS])
    shape = st.fixed_dictionaries(
        {}, optional={"query": anything | tools, "detail": anything, "tool": anything | tools, "arguments": anything}
    )

    @settings(few, max_examples=40 * TIMES)
    @given(shape | st.dictionaries(st.text(), anything, max_size=3))
    def answered(arguments: dict[str, Any]) -> None:
        talk(name, arguments)

    answered()


@settings(few, max_examples=40 * TIMES)
@given(name=st.text() | st.sampled_from(["", "\x00", "reply_", "x" * 60_000, "{0}", "CreateContact"]))
def test_a_tool_that_is_not_there_is_answered(talk: Talk, name: str) -> None:
    assert talk(name, {})
