"""MCP Apps over the wire: who is told of the page, what it is told, and what its buttons do."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from mcp.client import advertise

from reply_mcp.server.apps.page import EXTENSION_ID, MIME_TYPE
from reply_mcp.server.apps.view_data import view_of as rendered_view
from reply_mcp.server.tool_calls import ToolResult
from reply_mcp.settings import Settings
from tests.conftest import KEY, Sandbox, connected, text_of

SEQUENCE = "Series B companies"
VIEW = "reply/view"
RENDERS = [advertise(EXTENSION_ID, {"mimeTypes": [MIME_TYPE]})]


@asynccontextmanager
async def client_of(sandbox: Sandbox, *, renders: bool = True, mode: str = "auto", **values: Any) -> AsyncIterator[Any]:
    settings = Settings(**{"api_key": KEY, "base_url": sandbox.url, "rate_limits": "none", **values})
    async with connected(settings, extensions=RENDERS if renders else None, mode=mode) as client:
        yield client


def view_of(result: Any) -> dict[str, Any]:
    return (result.meta or {}).get(VIEW) or {}


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_a_client_that_renders_is_told_of_the_page_and_can_read_it(sandbox: Sandbox, mode: str) -> None:
    async with client_of(sandbox, mode=mode) as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        uri = tools["reply_start_sequence"].meta["ui"]["resourceUri"]
        page = (await client.read_resource(uri)).contents[0]
    assert {name for name, tool in tools.items() if "ui" in (tool.meta or {})} >= {
        "reply_overview",
        "reply_get_inbox_emails",
        "reply_compare_sequence_performance",
        "reply_send_inbox_reply",
        "reply_run_write",
    }
    assert "ui" not in (tools["reply_search_contacts"].meta or {})
    assert tools["reply_decline_question"].meta["ui"]["visibility"] == ["app"]
    assert page.mime_type == MIME_TYPE
    assert "ui/initialize" in page.text
    # The page asks for nothing from anywhere, and puts no outsider's word into it as markup.
    assert "http://www.w3.org/2000/svg" in page.text
    assert page.text.count("http") == page.text.count("http://www.w3.org/2000/svg")
    assert not {"innerHTML", "insertAdjacentHTML", "eval(", "fetch(", "outerHTML"} & set(page.text.split())
    assert "innerHTML" not in page.text
    assert page.meta["ui"]["csp"] == {}


@pytest.mark.parametrize("values", [{"renders": False}, {"apps": False}], ids=["renders none", "switched off"])
async def test_nobody_else_is_told_anything(sandbox: Sandbox, values: dict[str, Any]) -> None:
    async with client_of(sandbox, **values) as client:
        tools = (await client.list_tools()).tools
        answer = await client.call_tool("reply_start_sequence", {"id": SEQUENCE})
        declined = await client.call_tool("reply_decline_question", {"question": "0" * 64})
    assert "reply_decline_question" not in {tool.name for tool in tools}
    assert all("ui" not in (tool.meta or {}) for tool in tools)
    assert view_of(answer) == {}
    assert declined.is_error


async def test_the_text_costs_the_same_with_the_page(sandbox: Sandbox) -> None:
    calls = [
        ("reply_overview", {}),
        ("reply_get_inbox_emails", {"source": "unread"}),
        ("reply_compare_sequence_performance", {"filters": {"dateRangePreset": "lastMonth"}}),
    ]
    async with client_of(sandbox) as one, client_of(sandbox, renders=False) as other:
        # Time stands still: the jobs that an overview tells of go on.
        for tool, arguments in calls:
            with time_machine.travel(datetime.now(UTC), tick=False):
                rich, plain = await one.call_tool(tool, arguments), await other.call_tool(tool, arguments)
            assert text_of(rich) == text_of(plain)
            assert view_of(rich)
            assert rich.structured_content is None


async def test_a_question_is_approved_by_its_button(sandbox: Sandbox) -> None:
    async with client_of(sandbox) as client:
        asked = await client.call_tool("reply_start_sequence", {"id": SEQUENCE})
        view = view_of(asked)
        assert view["kind"] == "question"
        assert view["action"] == "Start sequence"
        assert view["text"] in text_of(asked)
        assert "confirm=" not in view["text"]
        done = await client.call_tool(view["call"]["name"], view["call"]["arguments"])
    assert "is active now" in text_of(done)
    assert view_of(done)["kind"] == "text"


async def test_a_question_of_a_tool_that_was_found_goes_back_by_the_finder(sandbox: Sandbox) -> None:
    terms = {"tool": "reply_delete_task", "arguments": {"id": open_task(sandbox)}}
    async with client_of(sandbox) as client:
        view = view_of(await client.call_tool("reply_run_write", terms))
        assert view["kind"] == "question"
        assert view["action"] == "Delete task"
        done = await client.call_tool(view["call"]["name"], view["call"]["arguments"])
    assert not done.is_error
    assert "Deleted" in text_of(done)


def open_task(sandbox: Sandbox) -> int:
    rows = sandbox.http.post("/v3/tasks/filter", json={}).json()["items"]
    return int(rows[0]["id"])


async def test_what_was_declined_is_not_done_by_its_code(sandbox: Sandbox) -> None:
    async with client_of(sandbox) as client:
        view = view_of(await client.call_tool("reply_start_sequence", {"id": SEQUENCE}))
        told = await client.call_tool(view["decline"]["name"], view["decline"]["arguments"])
        later = await client.call_tool(view["call"]["name"], view["call"]["arguments"])
    assert text_of(told) == "Declined. Nothing was done."
    assert "the person was asked and declined" in text_of(later)


async def test_made_up_questions_that_are_declined_take_no_more_room_than_their_owner_has() -> None:
    from reply_mcp.client.stores.shared_state import MemoryState
    from reply_mcp.server.consent.agreements import MOST_DECLINED, Agreements

    agreements = Agreements(MemoryState())
    await agreements.decline("another's", "another")
    for number in range(MOST_DECLINED + 5):
        await agreements.decline(f"{number:064}", "one")
    kept = [number for number in range(MOST_DECLINED + 5) if await agreements.answered(f"{number:064}")]
    assert kept == list(range(5, MOST_DECLINED + 5))
    assert await agreements.answered("another's")


@pytest.mark.parametrize("question", ["", "x", "A" * 64, "0" * 65, 5, None, ["0" * 64]])
async def test_only_a_question_can_be_declined(sandbox: Sandbox, question: Any) -> None:
    async with client_of(sandbox) as client:
        told = await client.call_tool("reply_decline_question", {"question": question})
    assert told.is_error
    assert "question: " in text_of(told)


async def test_a_policy_of_person_gives_the_page_no_code(sandbox: Sandbox) -> None:
    """A button of a page is no proof of a person: nothing on the wire tells it from the model."""
    from reply_mcp.settings import parse_policy

    async with client_of(sandbox, policy=parse_policy("send=person")) as client:
        view = view_of(await client.call_tool("reply_start_sequence", {"id": SEQUENCE}))
    assert view["kind"] == "text"
    assert "confirm" not in json.dumps(view)


async def test_the_views_hold_what_the_answer_says(sandbox: Sandbox) -> None:
    async with client_of(sandbox) as client:
        overview = view_of(await client.call_tool("reply_overview", {}))
        inbox = view_of(await client.call_tool("reply_get_inbox_emails", {"source": "unread", "top": 3}))
        shown = view_of(await client.call_tool("reply_compare_sequence_performance", {}))
        before = view_of(await client.call_tool(shown["before"]["name"], shown["before"]["arguments"]))
        result = await client.call_tool("reply_triage_inbox", {})
    triage, waiting = view_of(result), text_of(result)
    total = int(waiting.split()[0])
    labels = [one["label"] for one in overview["sections"]]
    assert "Your tasks" in labels
    assert "reply_" not in json.dumps(overview)
    assert [set(row) for row in inbox["rows"]] == [{"id", "contact", "category", "state", "last", "says"}] * 3
    assert any(row["contacted"] not in ("-", "0") for row in shown["rows"])
    assert len(triage["rows"]) == 5
    for row in triage["rows"]:
        assert f"Thread {row['id']} with {row['contact']}, {row['state']}" in waiting
        assert row["says"] in waiting
    assert triage["below"] == [f"{total - 5} more not read here"]
    assert before["kind"] == "performance"
    assert before["period"] != shown["period"]


@pytest.mark.parametrize("why", ["ASKS TO BE LEFT ALONE", "contact deleted: no answer can be sent"])
def test_no_answer_is_offered_where_none_may_be_given(why: str) -> None:
    lines = [
        {"text": f"Thread {id} with Ann Lee <ann@acme.com>, {about}:", "outside": "Stop"}
        for id, about in ((1, f"Acme, {why}, 2 h ago"), (2, "Acme, interested, 2 h ago"))
    ]
    view = rendered_view(
        "reply_triage_inbox", {}, "reply_triage_inbox", ToolResult("", data={"title": "2", "lines": lines})
    )
    assert [row.get("closed", False) for row in view["rows"]] == [True, False]
