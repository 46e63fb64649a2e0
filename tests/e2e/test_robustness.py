"""No argument and no answer of the API, however odd, ends in a protocol error or a traceback: every tool, real client."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from anyio.from_thread import start_blocking_portal
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reply_mcp.catalog.index import Entry
from reply_mcp.sandbox import running
from reply_mcp.server.inventory import FINDERS, every_entry
from reply_mcp.settings import Settings, parse_policy
from tests.conftest import KEY, Sandbox, connected, text_of
from tests.e2e.fitting import JUNK, anything, fitting, replaced, schema_of, spoils

Talk = Callable[[str, dict[str, Any]], str]

TOOLS = [entry for entry in every_entry() if entry.tool]
LONGEST = 60_000
few = settings(
    max_examples=4,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


class Errors(logging.Handler):
    """Keeps what was logged as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)

    def told(self) -> list[str]:
        """What was logged since the last look."""
        formatter = logging.Formatter()
        told, self.records = [formatter.format(one) for one in self.records], []
        return told


@contextmanager
def talking(given: Settings) -> Iterator[Callable[[str, dict[str, Any]], Any]]:
    """Calls tools through a real client in a thread of its own; gives the whole result."""
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(connected(given)) as client:
        yield lambda tool, arguments: portal.call(client.call_tool, tool, arguments)


@pytest.fixture(scope="module")
def account() -> Iterator[Sandbox]:
    """A sandbox that these tests may spoil."""
    with running(rate_limits="none", stats_rate_limits="none") as one:
        yield Sandbox(one)


@pytest.fixture(scope="module")
def errors() -> Iterator[Errors]:
    handler = Errors()
    logging.getLogger().addHandler(handler)
    yield handler
    logging.getLogger().removeHandler(handler)


@pytest.fixture(scope="module", params=["all=allow", ""], ids=["allowed", "asked"])
def talk(request: pytest.FixtureRequest, account: Sandbox, errors: Errors) -> Iterator[Talk]:
    """Calls a tool; the text of the answer, which was found sound."""
    policy = parse_policy(request.param)
    with talking(Settings(api_key=KEY, base_url=account.url, rate_limits="none", policy=policy)) as call:
        yield lambda tool, arguments: sound(call(tool, arguments), errors)


def sound(result: Any, errors: Errors) -> str:
    """What every answer is: text that can be sent and read, with nothing broken behind it."""
    text = text_of(result)
    assert errors.told() == []
    assert text.strip()
    assert "failed inside reply-mcp" not in text
    assert len(text) <= LONGEST
    result.model_dump_json(by_alias=True).encode()
    return text


def named(entry: Entry) -> str:
    return entry.tool


@pytest.mark.parametrize("entry", TOOLS, ids=named)
def test_any_argument_is_answered(account: Sandbox, talk: Talk, entry: Entry) -> None:
    """Arbitrary objects, and fitting ones with a part replaced by junk."""
    near = st.builds(replaced, fitting(entry, account), st.integers(1, 30), st.sampled_from(JUNK) | anything)
    ours = st.fixed_dictionaries({}, optional={"detail": anything, "fields": anything, "confirm": anything})
    known = st.dictionaries(st.sampled_from([*schema_of(entry)["properties"], "x"]), anything, max_size=6)

    @few
    @given(near.filter(lambda one: isinstance(one, dict)) | known, ours)
    def answered(arguments: dict[str, Any], more: dict[str, Any]) -> None:
        mark = account.seen()
        text = talk(entry.tool, {**arguments, **(more if len(more) == 1 else {})})
        if "to fix, nothing was sent" in text.partition("\n")[0]:
            assert writes(account, mark) == []

    answered()


@pytest.mark.parametrize("entry", TOOLS, ids=named)
def test_arguments_that_fit_are_answered(account: Sandbox, talk: Talk, entry: Entry) -> None:
    @few
    @given(fitting(entry, account))
    def answered(arguments: dict[str, Any]) -> None:
        talk(entry.tool, arguments)

    answered()


@pytest.mark.parametrize("entry", TOOLS, ids=named)
def test_wrong_arguments_spend_no_request(account: Sandbox, talk: Talk, entry: Entry) -> None:
    """Missing, unknown, of a wrong type, out of range, of no such value: alone and together."""

    @few
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
    reads = ("/filter", "/lookup", "/stats", "/state", "/count", "/preview")
    return [
        row["path"]
        for row in sandbox.since(mark)
        if row["method"] != "GET" and not row["path"].endswith(reads) and "/reporting/" not in row["path"]
    ]


@pytest.mark.parametrize("name", FINDERS)
def test_any_argument_of_the_finders_is_answered(account: Sandbox, talk: Talk, name: str) -> None:
    tools = st.sampled_from([entry.tool for entry in TOOLS])
    shape = st.fixed_dictionaries(
        {}, optional={"query": anything | tools, "detail": anything, "tool": anything | tools, "arguments": anything}
    )

    @settings(few, max_examples=60)
    @given(shape | st.dictionaries(st.text(), anything, max_size=3))
    def answered(arguments: dict[str, Any]) -> None:
        talk(name, arguments)

    answered()


@settings(few, max_examples=60)
@given(name=st.text(st.characters(exclude_categories=())) | st.sampled_from([one for one in JUNK if type(one) is str]))
def test_a_tool_that_is_not_there_is_answered(talk: Talk, name: str) -> None:
    assert talk(name, {})
