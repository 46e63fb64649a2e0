"""The real server over Streamable HTTP: each caller its own key."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from reply_mcp.server.audit.chain import read_rows, verify
from tests.conftest import Sandbox, text_of
from tests.processes.command import reply_mcp


@pytest.fixture(scope="module")
def served(_module_sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One server for all callers, which must keep them apart; its log tells no key when it ends."""
    logged = tmp_path_factory.mktemp("served") / "log"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with logged.open("wb") as log:
        process = subprocess.Popen(
            reply_mcp("serve", "--http", "--port", str(port), "--log-level", "debug"),
            env={
                "PATH": "/usr/bin:/bin",
                "REPLY_BASE_URL": _module_sandbox.url,
                "REPLY_API_KEY": "the-operators-own-key",
                "REPLY_AUDIT": str(logged.parent / "audit.jsonl"),
            },
            stdout=log,
            stderr=log,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(1200):
            try:
                httpx.get(f"{url}/healthz")
                break
            except httpx.TransportError:
                time.sleep(0.05)
        yield url
    finally:
        process.terminate()
        process.wait(60)
    written = logged.read_bytes()
    assert b"sandbox-full-access" not in written
    assert b"operators-own" not in written
    audit = logged.parent / "audit.jsonl"
    assert verify(audit).faults == ()
    assert b"sandbox-full-access" not in audit.read_bytes()
    # Two callers asked to delete one contact: each is told from the other by a fingerprint.
    assert len({row["caller"] for row in read_rows(audit) if row["tool"] == "reply_delete_contact"}) == 2


async def call(url: str, headers: dict[str, str], tool: str, arguments: dict[str, Any], mode: str = "auto") -> Any:
    import httpx2
    from mcp import Client
    from mcp.client.streamable_http import streamable_http_client

    async with (
        httpx2.AsyncClient(headers=headers, timeout=30) as http,
        Client(streamable_http_client(f"{url}/mcp", http_client=http), mode=mode) as client,
    ):
        return await client.call_tool(tool, arguments)


@pytest.mark.parametrize("mode", ["auto", "legacy"])
@pytest.mark.parametrize("header", ["Authorization", "X-Api-Key"])
async def test_each_caller_acts_with_its_own_key(served: str, sandbox: Sandbox, mode: str, header: str) -> None:
    prefix = "Bearer " if header == "Authorization" else ""
    mark = sandbox.seen()
    for who in ("one", "two"):
        key = f"sandbox-full-access-{mode}{header}{who}"
        result = await call(served, {header: prefix + key}, "reply_search_contacts", {"top": 1}, mode)
        assert not result.is_error, text_of(result)
    assert len({row["key"] for row in sandbox.since(mark)}) == 2


async def test_a_caller_without_a_key_never_uses_the_operators(served: str, sandbox: Sandbox) -> None:
    mark = sandbox.seen()
    result = await call(served, {}, "reply_search_contacts", {"top": 1})
    assert result.is_error
    assert "Authorization" in text_of(result)
    assert sandbox.since(mark) == []


async def test_a_preview_of_one_caller_is_no_leave_for_another(served: str, sandbox: Sandbox) -> None:
    contact = sandbox.get("/v3/contacts", top=1)["items"][0]["id"]
    run = {"tool": "reply_delete_contact", "arguments": {"id": contact}}
    first = await call(served, {"X-Api-Key": "sandbox-full-access-alice"}, "reply_run_write", run)
    code = text_of(first).partition('confirm="')[2][:5]
    assert code
    stolen = {"tool": "reply_delete_contact", "arguments": {"id": contact, "confirm": code}}
    second = await call(served, {"X-Api-Key": "sandbox-full-access-bob"}, "reply_run_write", stolen)
    assert "does not fit" in text_of(second)
    assert sandbox.get(f"/v3/contacts/{contact}")["id"] == contact


def test_health_host_and_origin(served: str) -> None:
    assert httpx.get(f"{served}/healthz").json() == {"status": "ok"}
    body = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    accept = {"Accept": "application/json, text/event-stream"}
    assert httpx.post(f"{served}/mcp", json=body, headers=accept | {"Host": "evil.example"}).status_code == 421
    assert (
        httpx.post(f"{served}/mcp", json=body, headers=accept | {"Origin": "https://evil.example"}).status_code == 403
    )
