"""Every list, read on as its header says: the header agrees with the rows, and nobody is lost or shown twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from reply_mcp.sandbox import running
from reply_mcp.server.inventory import every_entry
from tests.conftest import Sandbox, text_of
from tests.e2e.agent import Agent, agent_of
from tests.e2e.answer_cases import REPORTED, first, member

PAGED = {entry.tool: entry for entry in every_entry() if entry.tool and "skip" in entry.schema.get("properties", {})}
_HEAD = re.compile(r"^\D+ (\d+)–(\d+)(?:, more: skip=(\d+))?(?=[;.]|$)", re.MULTILINE)
_ROWS = 24
"""Rows of each list that are compared."""
REPORTS = ("GetEmailsList", "GetCallsList", "GetTasksList", "GetLinkedInList", "GetMeetingsList")


@pytest.fixture(scope="module")
def account() -> Iterator[Sandbox]:
    with running(rate_limits="none") as one:
        yield Sandbox(one)


def given(tool: str, account: Sandbox) -> dict[str, Any]:
    """What a list cannot be read without."""
    entry = PAGED[tool]
    thread, someone = account.store.all("thread")[0], member(account)
    ids = {
        "GetContactActivities": someone["_contactId"],
        "GetContactInboxThreads": thread["_contactId"],
        "ListInboxThreadMessages": thread["id"],
        "GetFolderSequences": account.get("/v3/sequence-folders")[0]["id"],
        "GetSequenceContacts": someone["_sequenceId"],
        "GetSequenceContactsState": someone["_sequenceId"],
        "GetContactAccountContacts": account.get("/v3/contact-accounts", top=1)["items"][0]["id"],
        "GetWebhookLogs": first(account, "webhook"),
    }
    arguments: dict[str, Any] = {"id": ids[entry.id]} if entry.id in ids else {}
    if "knowledgeBaseId" in entry.schema.get("required", ()):
        arguments["knowledgeBaseId"] = first(account, "knowledgeBase")
    return arguments | (REPORTED if entry.id in REPORTS else {})


def parts_of(row: dict[str, str], shared: dict[str, str]) -> frozenset[str]:
    """What a row says, whichever of its columns say the same in every row of its page."""
    said = {part for value in {**shared, **row}.values() for part in str(value).split(", ")}
    return frozenset(said - {"-"})


class Reader:
    """Reads a list, and compares each page with its header."""

    def __init__(self, agent: Agent, tool: str, arguments: dict[str, Any]) -> None:
        self.agent, self.tool, self.arguments = agent, tool, arguments

    async def page(self, skip: int, **options: Any) -> tuple[list[Any], int | None]:
        """The rows of a page, and where the next one begins."""
        call = {**self.arguments, **options, **({"skip": skip} if skip else {})}
        result = await self.agent.client.call_tool(self.tool, call)
        text = text_of(result)
        assert not result.is_error, text
        data = result.structured_content["result"]
        rows = data.get("rows") or data.get("messages") or []
        head = _HEAD.search(text.split("\n", 1)[0])
        if not rows:
            assert head is None
            return [], None
        if head is None:  # a conversation that is whole, of which nothing needs saying
            assert "messages" in data, text
            assert skip == 0
            assert "did not fit" not in text
            return rows, None
        start, end, more = int(head[1]), int(head[2]), int(head[3]) if head[3] else None
        assert end - start + 1 == len(rows), text
        if "messages" not in data:
            assert start == skip + 1, text
            assert more in (None, end), text
            assert ("did not fit" in text) <= (more is not None), text
        shared = data.get("all", {})
        return [parts_of(row, shared) if isinstance(row, dict) else row for row in rows], more

    async def follow(self, **options: Any) -> list[Any]:
        """The rows of page after page, as each header says how it goes on."""
        rows, skip = await self.page(0, **options)
        while skip is not None and len(rows) < _ROWS:
            more, following = await self.page(skip, **options)
            assert following is None or following > skip
            rows, skip = rows + more, following
        return rows


@pytest.mark.parametrize("tool", PAGED)
async def test_pages_together_are_the_list(account: Sandbox, tool: str) -> None:
    arguments = given(tool, account)
    async with agent_of(account, toolsets=("all",), structured=True, max_tokens=20_000) as agent:
        reader = Reader(agent, tool, arguments)
        whole, _ = await reader.page(0, top=_ROWS)
        assert (await reader.follow(top=7))[:_ROWS] == whole
        beyond, more = await reader.page(100_000)
        assert (beyond, more) == ([], None)
    async with agent_of(account, toolsets=("all",), structured=True, max_tokens=400) as agent:
        reader = Reader(agent, tool, arguments)
        assert (await reader.follow(all=True))[:_ROWS] == whole


@pytest.mark.parametrize("options", [{}, {"detail": "full"}, {"all": True}], ids=str)
async def test_rows_that_are_left_out_move_no_page(account: Sandbox, options: dict[str, Any]) -> None:
    """Reply sends threads of other contacts than those asked for, a page without any of theirs among them."""
    rows = account.get("/v3/inbox/threads", top=200)["items"]
    contact = rows[0]["contact"]["id"]
    theirs = [row for row in rows if row["contact"]["id"] == contact]
    others = [row for row in rows if row["contact"]["id"] != contact]
    pages = [[others[0], theirs[0], others[1]], others[2:5], [others[5], theirs[0] | {"id": 412_999_999}]]
    whole = options.get("all", False)
    if whole:  # then each page begins with the last row of the one before
        pages = [pages[0], [others[1], *pages[1]], [others[4], *pages[2]]]
    last_is_ours: dict[str, Any] = {"items": [], "hasMore": False}  # asked for after each page with rows
    answers = [{"items": page, "hasMore": page is not pages[2]} for page in pages]
    for body in (answers[0], last_is_ours, answers[1], answers[2], last_is_ours):
        account.fault(kind="answer", match="POST /v3/inbox/threads/filter", body=body)
    found, skips = [], []
    async with agent_of(account) as agent:
        skip: int | None = 0
        while skip is not None:
            mark = account.seen()
            said = await agent("reply_get_inbox_emails", contactIds=[contact], top=3, skip=skip, **options)
            found += [id for id in (theirs[0]["id"], 412_999_999) if str(id) in said]
            requests = [row["query"] | (row["body"] or {}) for row in account.since(mark)]
            listed = [one for one in requests if str(one.get("top")) in ("3", "4") and "source" not in one]
            skips += [int(one.get("skip", 0)) for one in listed]
            more = re.search(r"more: skip=(\d+)", said.text)
            skip = int(more[1]) if more else None
    account.no_faults()
    assert found == [theirs[0]["id"], 412_999_999]
    assert skips == ([0, 2, 5] if whole else [0, 3, 6])
