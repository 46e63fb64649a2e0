"""What an operator sees: readiness, metrics, and an access log without content."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from reply_mcp.server.http import access_log
from reply_mcp.server.http.access_log import LogFile
from tests.conftest import Sandbox, text_of
from tests.server.http.served import call, served

KEY = {"X-Api-Key": "sandbox-full-access-operated"}


async def test_metrics_and_access_log_tell_who_did_what_and_no_content(sandbox: Sandbox, tmp_path: Path) -> None:
    environment = {"REPLY_BASE_URL": sandbox.url, "REPLY_METRICS_TOKEN": "token-of-metrics"}
    reading = {"Authorization": "Bearer token-of-metrics"}
    contact = sandbox.get("/v3/contacts", top=1)["items"][0]
    with served(tmp_path, environment) as server:
        assert httpx.get(f"{server.url}/readyz").json() == {"status": "ready"}
        assert httpx.get(f"{server.url}/metrics").status_code == 401
        assert httpx.get(f"{server.url}/metrics", headers={"Authorization": "Bearer x"}).status_code == 401
        await call(server.url, KEY, "reply_search_contacts", {"email": contact["email"]})
        run = {"tool": "reply_delete_contact", "arguments": {"id": contact["id"]}}
        asked = await call(server.url, KEY, "reply_run_write", run)
        code = text_of(asked).partition('confirm="')[2][:5]
        await call(server.url, KEY, "reply_run_write", {**run, "confirm": code})
        await call(server.url, KEY, "made_up_tool", {})
        text = httpx.get(f"{server.url}/metrics", headers=reading).text
    for line in (
        'reply_mcp_calls_total{tool="reply_search_contacts",effect="read",outcome="ok"} 1',
        'reply_mcp_calls_total{tool="reply_delete_contact",effect="delete",outcome="asked"} 1',
        'reply_mcp_calls_total{tool="reply_delete_contact",effect="delete",outcome="ok"} 1',
        'reply_mcp_calls_total{tool="unknown",effect="none",outcome="error"} 1',
        'reply_mcp_agreed_total{by="code"} 1',
        "reply_mcp_call_seconds_count 4",
        "reply_mcp_reply_limited_total 0",
    ):
        assert line in text.splitlines(), text
    assert re.search(r"^reply_mcp_reply_requests_total [1-9]", text, re.MULTILINE)
    rows = [json.loads(line) for line in server.log.splitlines() if line.startswith('{"time"')]
    calls = [row for row in rows if "tool" in row]
    assert [(row["tool"], row["outcome"], row.get("consent")) for row in calls] == [
        ("reply_search_contacts", "ok", "policy"),
        ("reply_delete_contact", "asked", None),
        ("reply_delete_contact", "ok", "code"),
    ]
    assert len({row["caller"] for row in calls}) == 1
    for content in (contact["email"], code, "operated", "token-of-metrics", "made_up_tool"):
        assert content not in "".join(json.dumps(row) for row in rows), content


async def test_a_no_is_counted(sandbox: Sandbox, tmp_path: Path) -> None:
    import httpx2
    import mcp_types as types
    from mcp import Client
    from mcp.client.streamable_http import streamable_http_client

    async def declines(context: Any, params: Any) -> Any:
        return types.ElicitResult(action="decline")

    environment = {"REPLY_BASE_URL": sandbox.url, "REPLY_METRICS_TOKEN": "t" * 20}
    contact = sandbox.get("/v3/contacts", top=1)["items"][0]
    with served(tmp_path, environment) as server:
        async with (
            httpx2.AsyncClient(headers=KEY, timeout=30) as http,
            Client(
                streamable_http_client(f"{server.url}/mcp", http_client=http),
                mode="2026-07-28",
                elicitation_callback=declines,
            ) as client,
        ):
            deletion = {"tool": "reply_delete_contact", "arguments": {"id": contact["id"]}}
            await client.call_tool("reply_run_write", deletion)
        text = httpx.get(f"{server.url}/metrics", headers={"Authorization": f"Bearer {'t' * 20}"}).text
    for outcome in ("asked", "declined"):
        line = f'reply_mcp_calls_total{{tool="reply_delete_contact",effect="delete",outcome="{outcome}"}} 1'
        assert line in text.splitlines(), text


def test_metrics_are_not_served_and_nothing_is_logged_unless_set(sandbox: Sandbox, tmp_path: Path) -> None:
    with served(tmp_path, {"REPLY_BASE_URL": sandbox.url, "REPLY_ACCESS_LOG": "off"}) as server:
        assert httpx.get(f"{server.url}/metrics").status_code == 404
        httpx.post(f"{server.url}/mcp", content=b"{}")
    assert '{"time"' not in server.log


def test_it_is_not_ready_before_the_issuer_can_be_reached(sandbox: Sandbox, tmp_path: Path) -> None:
    environment = {
        "REPLY_BASE_URL": sandbox.url,
        "REPLY_API_KEY": "sandbox-master",
        "REPLY_ISSUER": "http://127.0.0.1:9",
        "REPLY_PUBLIC_URL": "https://mcp.example.com/mcp",
    }
    with served(tmp_path, environment) as server:
        assert httpx.get(f"{server.url}/readyz", timeout=30).status_code == 503
        assert httpx.get(f"{server.url}/healthz").status_code == 200
        answer = httpx.post(f"{server.url}/mcp", headers={"Authorization": "Bearer eyJ.eyJ.x"}, timeout=30)
        assert answer.status_code in (401, 503)


def test_who_does_not_read_the_access_log_stops_no_call(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(access_log, "MOST_LINES", 10)
    reading, writing = os.pipe()
    log = LogFile(writing)
    line = json.dumps({"caller": "a" * 100_000}) + "\n"  # more than a pipe takes
    taken = 200
    for _ in range(taken):
        log.write(line)
    found = lost = 0
    with os.fdopen(reading) as read:
        while found + lost < taken:
            row = json.loads(read.readline())
            found, lost = found + ("caller" in row), lost + row.get("lost_lines", 0)
    assert (found + lost, lost > 0) == (taken, True)
    # And one that cannot be written is told once.
    for _ in range(3):
        log.write(line)
    log.close()
    os.close(writing)
    assert [record.getMessage() for record in caplog.records] == ["the access log cannot be written: Broken pipe"]
