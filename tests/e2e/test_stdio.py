"""The real server with the SDK's client: over stdio, in both protocol eras, where what stands between them matters."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from reply_mcp.settings import Settings
from tests.conftest import KEY, Sandbox, connected, over_stdio, text_of

ERAS = ("auto", "legacy")


def environment(sandbox: Sandbox, **more: str) -> dict[str, str]:
    return {"REPLY_API_KEY": KEY, "REPLY_BASE_URL": sandbox.url, "REPLY_RATE_LIMITS": "none", **more}


@pytest.mark.parametrize("mode", ERAS)
async def test_an_agent_lists_tools_and_finds_people(sandbox: Sandbox, mode: str) -> None:
    async with over_stdio(environment(sandbox), mode=mode) as client:
        listed = await client.list_tools()
        if mode == "auto":
            assert listed.ttl_ms >= 60_000, "lists may be cached"
            assert listed.cache_scope == "private"  # a client that shows the page gets another one
        assert len(listed.tools) <= 28
        by_name = {tool.name: tool for tool in listed.tools}
        assert by_name["reply_search_contacts"].annotations.read_only_hint is True
        assert by_name["reply_start_sequence"].annotations.destructive_hint is True
        assert by_name["reply_search_contacts"].meta["reply/operation"] == "GetContacts"
        result = await client.call_tool("reply_search_contacts", {"top": 3})
        assert not result.is_error
        assert result.structured_content is None
        for contact in sandbox.get("/v3/contacts", top=3)["items"]:
            assert str(contact["id"]) in text_of(result)


@pytest.mark.parametrize("mode", ERAS)
async def test_without_a_key_it_serves_and_says_how_to_get_one(sandbox: Sandbox, mode: str) -> None:
    async with over_stdio({"REPLY_BASE_URL": sandbox.url}, mode=mode) as client:
        assert (await client.list_tools()).tools
        result = await client.call_tool("reply_search_contacts", {})
        assert result.is_error
        assert "REPLY_API_KEY" in text_of(result)
        found = await client.call_tool("reply_find_tools", {"query": "who replied"})
        assert not found.is_error


async def test_starting_a_sequence_asks_first(sandbox: Sandbox, settings_for: Callable[..., Settings]) -> None:
    sequences = sandbox.get("/v3/sequences", top=100)["items"]
    startable = [
        one["id"]
        for one in sequences
        if one["status"].lower() in ("paused", "new")
        and not one.get("isArchived")
        and any(
            str(row["statusInSequence"]).lower() == "active"
            for row in sandbox.get(f"/v3/sequences/{one['id']}/contacts", top=100)["items"]
        )
        and sandbox.get(f"/v3/sequences/{one['id']}/email-accounts")
    ]
    async with connected(settings_for(sandbox)) as client:
        mark = sandbox.seen()
        asked = await client.call_tool("reply_start_sequence", {"id": startable[0]})
        text = text_of(asked)
        assert "Not done yet" in text
        assert [row for row in sandbox.since(mark) if row["path"].endswith("/start")] == []
        code = text.partition('confirm="')[2][:5]
        done = await client.call_tool("reply_start_sequence", {"id": startable[0], "confirm": code})
        assert not done.is_error, text_of(done)
        assert sandbox.get(f"/v3/sequences/{startable[0]}")["status"].lower() == "active"


WRONG: list[tuple[str, dict[str, Any], list[str]]] = [
    (
        "reply_search_sequences",
        {"status": "running", "top": 5000, "nme": "Q4"},
        ["status", "top", "did you mean name?"],
    ),
    ("reply_get_contact", {}, ["id: required"]),
    ("reply_create_contact", {"email": "nobody"}, ["email", "firstName"]),
    ("reply_search_contacts", {"top": "many"}, ["top: a whole number"]),
    ("reply_search_contacts", {"detail": "everything"}, ["detail", "concise, full"]),
    ("reply_search_contacts", {"fields": 7}, ["fields"]),
    ("reply_run_read", {"tool": "reply_delete_contact", "arguments": {"id": 1}}, ["reply_run_write"]),
    ("reply_run_write", {"tool": "reply_delete_contcat"}, ["reply_delete_contact"]),
    ("reply_find_tools", {"area": "contcats"}, ["contacts"]),
    ("reply_run_read", {}, ["tool: required"]),
    ("reply_serach_contacts", {}, ["reply_search_contacts"]),
]


async def test_wrong_arguments_are_answered_in_one_message_and_spend_nothing(
    sandbox: Sandbox, settings_for: Callable[..., Settings]
) -> None:
    async with connected(settings_for(sandbox)) as client:
        mark = sandbox.seen()
        for tool, arguments, said in WRONG:
            result = await client.call_tool(tool, arguments)
            assert result.is_error
            assert all(part in text_of(result) for part in said), text_of(result)
        assert sandbox.since(mark) == []


async def test_any_operation_can_be_run_whether_listed_or_not(sandbox: Sandbox) -> None:
    async with over_stdio(environment(sandbox), "--toolsets", "none") as client:
        assert [tool.name for tool in (await client.list_tools()).tools] == [
            "reply_find_tools",
            "reply_run_read",
            "reply_run_write",
        ]
        result = await client.call_tool("reply_run_read", {"tool": "reply_whoami", "arguments": {}})
        assert not result.is_error, text_of(result)


async def test_read_only_has_no_writes_anywhere(sandbox: Sandbox) -> None:
    async with over_stdio(environment(sandbox, REPLY_READ_ONLY="true", REPLY_TOOLSETS="all")) as client:
        tools = (await client.list_tools()).tools
        assert all(tool.annotations.read_only_hint for tool in tools)
        result = await client.call_tool("reply_create_contact", {"email": "a@b.co", "firstName": "A"})
        assert result.is_error


def test_a_wrong_setting_stops_the_start_with_one_line() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "reply_mcp", "serve", "--toolsets", "contact"], capture_output=True, text=True
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1
    assert "contacts" in done.stderr


async def test_a_loop_under_a_budget_meets_no_429(fresh_sandbox: Any) -> None:
    sandbox = fresh_sandbox(rate_limits="25/second")
    limits = {"REPLY_RATE_LIMITS": "25/second", "REPLY_PATIENCE": "60"}
    async with over_stdio(environment(sandbox) | limits) as client:
        contact = sandbox.get("/v3/contacts", top=1)["items"][0]["id"]
        mark = sandbox.seen()
        results = [
            await client.call_tool("reply_get_contact", {"id": contact, "fields": ["email"]}) for _ in range(150)
        ]
    assert not any(result.is_error for result in results)
    rows = sandbox.since(mark)
    assert [row for row in rows if row["status"] == 429] == []
    assert len([row for row in rows if row["path"] == f"/v3/contacts/{contact}"]) == 150


async def test_the_key_is_in_nothing_that_a_run_writes(sandbox: Sandbox, tmp_path: Any) -> None:
    """Drives the raw protocol, so that every byte of both outputs can be searched."""
    key = "sandbox-full-access-s3cr3t"
    calls = [
        ("reply_search_contacts", {"top": 1}),
        ("reply_get_contact", {"id": 999999999}),
        ("reply_create_contact", {"email": "x"}),
        ("reply_find_tools", {"query": "key"}),
    ]
    messages: list[dict[str, Any]] = [
        {
            "jsonrpc": "2.0",
            "id": 0,
            "method": "initialize",
            "params": {
                "protocolVersion": "2025-06-18",
                "capabilities": {},
                "clientInfo": {"name": "t", "version": "1"},
            },
        },
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        *(
            {"jsonrpc": "2.0", "id": n, "method": "tools/call", "params": {"name": tool, "arguments": arguments}}
            for n, (tool, arguments) in enumerate(calls, 1)
        ),
    ]
    outputs = b""
    for base_url in (sandbox.url, "http://127.0.0.1:1"):
        settings = {"REPLY_API_KEY": key, "REPLY_BASE_URL": base_url, "REPLY_LOG_LEVEL": "debug", "HOME": str(tmp_path)}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "reply_mcp", "serve"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={"PATH": "/usr/bin:/bin", **settings},
        )
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b"".join(json.dumps(message).encode() + b"\n" for message in messages))
        await process.stdin.drain()
        answered: set[int] = set()
        while len(answered) < len(calls) + 1:
            line = await asyncio.wait_for(process.stdout.readline(), 60)
            outputs += line
            answered.add(json.loads(line).get("id", -1))
        process.stdin.close()
        rest, errors = await asyncio.wait_for(process.communicate(), 30)
        outputs += rest + errors
    assert b"s3cr3t" not in outputs
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert not any(b"s3cr3t" in path.read_bytes() for path in written)
