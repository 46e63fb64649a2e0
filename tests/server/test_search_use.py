"""Finding tools by use: what people and agents type for jobs in every area, and what does the job."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from reply_mcp import catalog, workflows
from reply_mcp.errors import WrongArguments
from reply_mcp.server.discovery import Discovery
from reply_mcp.server.inventory import Inventory
from reply_mcp.server.search import Search
from reply_mcp.settings import load

REQUESTS = Path(__file__).with_name("search_requests.txt")
"""A request a line, `words -> ids`: operations and workflows any of which does the job."""
SHARE = 0.95
MILLISECONDS = 5.0


def requests() -> Iterator[tuple[str, frozenset[str]]]:
    """Words, and the ids of operations and workflows (or names of tools) that do the job."""
    for line in REQUESTS.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            words, _, accepted = line.partition(" -> ")
            yield words, frozenset(accepted.split())


@pytest.fixture(scope="module")
def search() -> Search:
    return Search([*catalog.entries(), *workflows.entries()])


def test_the_requests_cover_every_area() -> None:
    known = {entry.id: entry.area for entry in (*catalog.entries(), *workflows.entries())}
    asked = [accepted for _, accepted in requests()]
    assert len(asked) >= 200
    assert {known[id] for accepted in asked for id in accepted if id in known} >= set(catalog.AREAS)
    assert {id for accepted in asked for id in accepted} <= set(known)


def test_what_does_the_job_is_among_the_first_three(search: Search) -> None:
    missed = []
    for words, accepted in requests():
        found = [one.entry for one in search.find(words, 3)]
        if not any(accepted & {entry.id, entry.tool} for entry in found):
            missed.append(f"{words}: {', '.join(entry.tool or entry.id for entry in found)}")
    total = len(list(requests()))
    assert len(missed) <= total * (1 - SHARE), "\n".join([f"{len(missed)} of {total} missed", *missed])


def test_a_search_is_fast(search: Search) -> None:
    asked = [words for words, _ in requests()]
    took = []
    for words in asked:
        start = time.perf_counter()
        search.find(words, 3)
        took.append((time.perf_counter() - start) * 1000)
    assert sorted(took)[len(took) // 2] < MILLISECONDS


def test_what_takes_passwords_is_found_and_said_to_be_off() -> None:
    inventory = Inventory(load({}, {}))
    assert {entry.tool for entry in catalog.entries() if entry.secret} == set(inventory.withheld)
    discovery = Discovery(inventory)
    for query in ("add an SMTP mailbox", "reply_create_email_account"):
        found = discovery.find({"query": query})
        assert "reply_create_email_account: " in found.text
        assert "naming it in REPLY_TOOLS" in found.text
        assert "reply_create_email_account" not in str(found.data)
    with pytest.raises(WrongArguments, match="takes mailbox passwords"):
        discovery.target("reply_run_write", {"tool": "reply_create_email_account", "arguments": {}})
    named = Inventory(load({}, {"REPLY_TOOLS": "reply_create_email_account"}))
    assert "reply_create_email_account" in named.reachable
