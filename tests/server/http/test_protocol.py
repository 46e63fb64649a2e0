"""The protocol over HTTP in both eras: progress, keep-alive, calls that end with their client, paths, origins."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import anyio
import httpx
import pytest

from tests.conftest import Sandbox, text_of
from tests.server.http.served import Served, call, served

PAGE = "https://inspector.example.com"
KEY = {"X-Api-Key": "sandbox-full-access"}
ACCEPT = {"Accept": "application/json, text/event-stream"}
VERSIONS = ["2025-11-25", "2026-07-28"]


@pytest.fixture(scope="module")
def server(_module_sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    environment = {
        "REPLY_BASE_URL": _module_sandbox.url,
        "REPLY_ALLOWED_ORIGINS": PAGE,
        "REPLY_PUBLIC_URL": "https://mcp.example.com/mcp",
    }
    with served(tmp_path_factory.mktemp("protocol"), environment) as one:
        yield one


def request(tool: str, arguments: dict[str, Any], version: str) -> dict[str, Any]:
    """What httpx wants for one call of a tool."""
    meta = {"io.modelcontextprotocol/protocolVersion": version, "io.modelcontextprotocol/clientCapabilities": {}}
    params = {"name": tool, "arguments": arguments, "_meta": meta}
    headers = {"MCP-Protocol-Version": version, "Mcp-Method": "tools/call", "Mcp-Name": tool}
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    return {"json": body, "headers": ACCEPT | KEY | headers, "timeout": 60}


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_a_call_that_waits_says_that_it_goes_on(server: Served, sandbox: Sandbox, mode: str) -> None:
    told: list[str] = []

    async def on_progress(progress: float, total: float | None, message: str | None) -> None:
        told.append(message or "")

    sandbox.fault(kind="latency", seconds=6.5, match="GET /v3/contacts*", times=1)
    arguments = {"email": "nobody@acme.example"}
    result = await call(server.url, KEY, "reply_search_contacts", arguments, mode, progress_callback=on_progress)
    assert not result.is_error, text_of(result)
    assert any("Waiting for Reply" in message for message in told), told


async def test_a_silent_call_keeps_its_connection_alive(server: Served, sandbox: Sandbox) -> None:
    sandbox.fault(kind="latency", seconds=17, match="GET /v3/contacts*", times=2)
    pings = {}

    async def one(version: str) -> None:
        arguments = {"email": f"nobody-{version}@acme.example"}
        async with httpx.AsyncClient() as http:
            asked = request("reply_search_contacts", arguments, version)
            async with http.stream("POST", f"{server.url}/mcp", **asked) as answer:
                pings[version] = [line async for line in answer.aiter_lines() if line.startswith(":")]

    async with anyio.create_task_group() as group:
        for version in VERSIONS:
            group.start_soon(one, version)
    assert all(pings[version] for version in VERSIONS), pings


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("accept", ["application/json, text/event-stream", "application/json"])
async def test_a_call_whose_client_has_gone_makes_no_more_requests(
    server: Served, fresh_sandbox: Callable[..., Sandbox], tmp_path: Any, version: str, accept: str
) -> None:
    sandbox = fresh_sandbox()
    with served(tmp_path, {"REPLY_BASE_URL": sandbox.url}) as one:
        contacts = [row["id"] for row in sandbox.get("/v3/contacts", top=200)["items"]]
        sandbox.fault(kind="latency", seconds=0.4, match="*", times=None)
        asked = request(
            "reply_run_read", {"tool": "reply_contact_brief", "arguments": {"contact": contacts[0]}}, version
        )
        asked["headers"] |= {"Accept": accept, "Mcp-Name": "reply_run_read"}
        mark = sandbox.seen()
        async with httpx.AsyncClient() as http:
            with pytest.raises(httpx.ReadTimeout):
                await http.post(f"{one.url}/mcp", **(asked | {"timeout": 0.9}))
        await anyio.sleep(0.3)
        made = len(sandbox.since(mark))
        await anyio.sleep(2.5)
        assert len(sandbox.since(mark)) <= made + 1
        whole = await call(one.url, KEY, "reply_contact_brief", {"contact": contacts[0]})
        assert not whole.is_error


async def test_a_write_whose_client_has_gone_is_ended_and_logged(sandbox: Sandbox, tmp_path: Any) -> None:
    """Whether it was done is known all the same; without that, the log could only say that it may have been."""
    log = tmp_path / "audit.jsonl"
    sandbox.fault(kind="latency", seconds=2, match="POST /v3/contact-accounts", times=None)
    mark = sandbox.seen()
    with served(tmp_path, {"REPLY_BASE_URL": sandbox.url, "REPLY_AUDIT": str(log)}) as one:

        async def leave(version: str, accept: str) -> None:
            name = f"Left {version} {accept}"
            made = {"tool": "reply_create_company", "arguments": {"name": name}}
            asked = request("reply_run_write", made, version)
            asked["headers"] |= {"Accept": accept, "Mcp-Name": "reply_run_write"}
            async with httpx.AsyncClient() as http, anyio.create_task_group() as group:
                group.start_soon(lambda: http.post(f"{one.url}/mcp", **(asked | {"timeout": 60})))
                with anyio.fail_after(60):  # it goes while Reply has the request
                    while not any((row["body"] or {}).get("name") == name for row in sandbox.since(mark)):
                        await anyio.sleep(0.01)
                group.cancel_scope.cancel()

        async with anyio.create_task_group() as group:
            for version in VERSIONS:
                for accept in ("application/json, text/event-stream", "application/json"):
                    group.start_soon(leave, version, accept)
        with anyio.fail_after(60):
            while not log.exists() or len(log.read_text().splitlines()) < 4:
                await anyio.sleep(0.1)
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    companies = sandbox.get("/v3/contact-accounts", top=200)["items"]
    made = sorted(company["id"] for company in companies if company["name"].startswith("Left "))
    assert len(made) == 4
    assert [line["outcome"] for line in lines] == ["done"] * 4
    assert sorted(line["made"]["id"] for line in lines) == made
    rows = [json.loads(line) for line in one.log.splitlines() if line.startswith("{")]
    assert [(row["tool"], row["outcome"]) for row in rows] == [("reply_create_company", "ok")] * 4
    assert {row["status"] for row in rows} <= {200, 499}
    assert sum(row["status"] == 499 for row in rows) >= 3, "whoever took a stream of the newest version was not missed"


def test_paths_and_methods(server: Served) -> None:
    asked = request("reply_find_tools", {"query": "contacts"}, "2025-11-25")
    for path in ("/mcp", "/mcp/"):
        assert httpx.post(f"{server.url}{path}", **asked).status_code == 200, path
        for method in ("GET", "DELETE", "PUT"):
            answer = httpx.request(method, f"{server.url}{path}", headers=ACCEPT | KEY)
            assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert httpx.get(f"{server.url}/").status_code == 404


def test_a_client_that_takes_no_stream_gets_json(server: Served) -> None:
    for version in VERSIONS:
        asked = request("reply_find_tools", {"query": "contacts"}, version)
        asked["headers"] |= {"Accept": "application/json"}
        answer = httpx.post(f"{server.url}/mcp", **asked)
        assert answer.headers["Content-Type"] == "application/json"
        assert answer.json()["result"]["content"]


def test_pages_and_hosts_are_those_that_the_settings_name(server: Served) -> None:
    asked = request("reply_find_tools", {"query": "contacts"}, "2025-11-25")

    def status(**headers: str) -> httpx.Response:
        return httpx.post(f"{server.url}/mcp", **{**asked, "headers": {**asked["headers"], **headers}})

    good = status(Origin=PAGE)
    assert good.status_code == 200
    assert good.headers["Access-Control-Allow-Origin"] == PAGE
    assert status(Origin="https://evil.example.com").status_code == 403
    assert status(Host="mcp.example.com").status_code == 200
    assert status(Host="evil.example.com").status_code == 421
    preflight = {
        "Origin": PAGE,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization, mcp-protocol-version",
    }
    allowed = httpx.options(f"{server.url}/mcp", headers=preflight)
    assert allowed.status_code == 200
    assert "authorization" in allowed.headers["Access-Control-Allow-Headers"].lower()
    refused = httpx.options(f"{server.url}/mcp", headers=preflight | {"Origin": "https://evil.example.com"})
    assert refused.status_code == 400


async def test_a_request_narrows_what_it_sees(server: Served) -> None:
    import httpx2
    from mcp import Client
    from mcp.client.streamable_http import streamable_http_client

    for mode in ("auto", "legacy"):
        headers = KEY | {"X-MCP-Readonly": "true", "X-MCP-Toolsets": "contacts"}
        async with (
            httpx2.AsyncClient(headers=headers, timeout=30) as http,
            Client(streamable_http_client(f"{server.url}/mcp", http_client=http), mode=mode) as client,
        ):
            listed = {tool.name for tool in (await client.list_tools()).tools}
            assert "reply_search_contacts" in listed
            assert not listed & {"reply_create_contact", "reply_run_write", "reply_get_thread"}
            refused = await client.call_tool("reply_create_contact", {"email": "a@acme.example", "firstName": "A"})
            assert "X-MCP headers" in text_of(refused)
            templates = (await client.list_resource_templates()).resource_templates
            assert [one.uri_template for one in templates] == ["reply://contacts/{id}"]
    wrong = request("reply_find_tools", {"query": "contacts"}, "2025-11-25")
    wrong["headers"] |= {"X-MCP-Toolsets": "contcats"}
    answer = httpx.post(f"{server.url}/mcp", **wrong)
    assert answer.status_code == 400
    assert "did you mean contacts" in json.dumps(answer.json())


async def test_completions_follow_the_policy_of_reads(sandbox: Sandbox, tmp_path: Any) -> None:
    complete = {
        "ref": {"type": "ref/resource", "uri": "reply://sequences/{id}"},
        "argument": {"name": "id", "value": ""},
    }
    body = {"jsonrpc": "2.0", "id": 1, "method": "completion/complete", "params": complete}
    headers = ACCEPT | KEY | {"MCP-Protocol-Version": "2025-11-25", "Accept": "application/json"}
    for policy, some in (("read=allow", True), ("read=ask", False), ("read=deny", False)):
        mark = sandbox.seen()
        with served(tmp_path, {"REPLY_BASE_URL": sandbox.url, "REPLY_POLICY": policy}) as one:
            answer = httpx.post(f"{one.url}/mcp", json=body, headers=headers, timeout=30).json()
        assert bool(answer["result"]["completion"]["values"]) is some, policy
        assert bool(sandbox.since(mark)) is some


def test_it_stops_at_a_signal_with_requests_left_half_open(sandbox: Sandbox, tmp_path: Any) -> None:
    import socket

    with served(tmp_path, {"REPLY_BASE_URL": sandbox.url}) as one:
        address = ("127.0.0.1", int(one.url.rpartition(":")[2]))
        head = b"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Api-Key: k\r\n"
        with socket.create_connection(address) as headers, socket.create_connection(address) as body:
            headers.sendall(head)
            body.sendall(head + b"Content-Length: 100\r\n\r\n{")
            time.sleep(0.3)
            began = time.monotonic()
            one.process.terminate()
            assert one.process.wait(60) == 0
            assert time.monotonic() - began < 10
    assert "Traceback" not in one.log
