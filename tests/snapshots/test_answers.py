"""What agents read: lists, cards, writes, bulk results, questions and errors, each as a file to be read in review.

Each call is made in a sandbox of one seed and at one moment, in which it is the first, so that its answer is the same
every time.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from reply_mcp.catalog.operation import Effect
from reply_mcp.sandbox import running
from reply_mcp.sandbox.simulation.events import record_event
from reply_mcp.server.inventory import every_entry
from tests.conftest import Sandbox
from tests.e2e.answer_cases import NOTHING, READS, REFUSED, WRITES, Case, settings_of
from tests.e2e.correspondence import said
from tests.snapshots.files import check, check_none_stale
from tests.undo import changes_undone

NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
ENTRIES = {entry.tool: entry for entry in every_entry() if entry.tool}
HARMFUL = [tool for tool in WRITES if ENTRIES[tool].effect in (Effect.SEND, Effect.SPEND, Effect.DELETE)]

WRONG: dict[str, tuple[str, dict[str, Any]]] = {
    "several-arguments": ("reply_search_sequences", {"status": "running", "top": 5000, "nme": "Q4"}),
    "missing": ("reply_create_task", {"taskType": "call"}),
    "nested": ("reply_create_sequence", {"name": "Q4", "steps": [{"type": "Email", "delay": "soon"}]}),
    "unknown-tool": ("reply_send_fax", {}),
    "unknown-name": ("reply_get_sequence", {"id": "no such sequence"}),
    "two-of-one-name": ("reply_contact_brief", {"contact": "Ann"}),
}
"""Calls that cannot be made as they are."""
FINDS = ("stop emailing everyone at acme.com", "who replied this week", "merge two contacts", "book a flight")


def _cases() -> dict[str, tuple[str, Case, str]]:
    """Each snapshot: the tool, the case, and the policy it is called under."""
    cases: dict[str, tuple[str, Case, str]] = {}
    for tool, case in (READS | WRITES).items():
        cases[tool] = (tool, case, "all=allow")
    for tool in HARMFUL:
        cases[f"{tool}.question"] = (tool, WRITES[tool], "")
    for tool, arguments in NOTHING.items():
        cases[f"{tool}.nothing"] = (tool, lambda sandbox, arguments=arguments: arguments, "all=allow")
    for number, (tool, case, _) in enumerate(REFUSED, 1):
        cases[f"{tool}.refused-{number}"] = (tool, case, "all=allow")
    for name, (tool, arguments) in WRONG.items():
        cases[f"wrong.{name}"] = (tool, lambda sandbox, arguments=arguments: arguments, "all=allow")
    for query in FINDS:
        name = f"find.{query.replace(' ', '-').replace('.', '-')}"
        cases[name] = ("reply_find_tools", lambda sandbox, query=query: {"query": query}, "")
    return cases


CASES = _cases()


@pytest.fixture(scope="module")
def _account() -> Iterator[Sandbox]:
    """A sandbox at the moment `NOW`, in which four people were called yesterday."""
    with time_machine.travel(NOW, tick=False), running(rate_limits="none", stats_rate_limits="none") as one:
        sandbox = Sandbox(one)
        for number, contact in enumerate(sandbox.store.all("contact")[:4]):
            at = NOW - timedelta(days=1, hours=number)
            more: dict[str, Any] = {"resolution": "positive" if number else "negative", "duration": 80 + number}
            record_event(sandbox.store, "called", at, contact, channel="call", **more)
        yield sandbox


@pytest.fixture
def account(_account: Sandbox) -> Iterator[Sandbox]:
    """The same sandbox for each answer: what one changes is undone after it."""
    with changes_undone(_account.app.state.kernel):
        yield _account


@pytest.mark.parametrize("name", CASES)
async def test_an_answer_is_as_reviewed(account: Sandbox, name: str) -> None:
    tool, case, policy = CASES[name]
    arguments = case(account)
    entry = ENTRIES.get(tool)
    call, given = tool, arguments
    if entry is not None:
        call = "reply_run_read" if entry.effect is Effect.READ else "reply_run_write"
        given = {"tool": tool, "arguments": arguments}
    text, is_error = await said(settings_of(account, policy), call, given)
    head = f"> {tool} {json.dumps(arguments, ensure_ascii=False)}"
    # The code of a question is random.
    check(f"answers/{name}.txt", f"{head}\n{'[error] ' if is_error else ''}{_without_code(text)}")


def _without_code(text: str) -> str:
    return re.sub(r'confirm="[A-Z2-9]{4,6}"', 'confirm="K7QDX"', text)


def test_every_snapshot_is_of_an_answer() -> None:
    check_none_stale("answers", (f"{name}.txt" for name in CASES))
