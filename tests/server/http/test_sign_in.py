"""Signing in with a real issuer, by the SDK's own client: who is let in, as whom, and for what."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import anyio
import httpx
import jwt
import pytest

from tests.conftest import Sandbox, text_of
from tests.server.http.browserless import signing_in
from tests.server.http.local_issuer import OTHER_KEY, LocalIssuer, local_issuer
from tests.server.http.served import Served, call, served

MARIA, JONAS, TOM = (f"{name}@northstar-sales.com" for name in ("maria.silva", "jonas.berg", "tom.okafor"))
PUBLIC = "https://mcp.example.com/mcp"


@pytest.fixture(scope="module")
def issuer() -> Iterator[LocalIssuer]:
    with local_issuer() as one:
        yield one


@pytest.fixture(scope="module")
def server(_module_sandbox: Sandbox, issuer: LocalIssuer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One server for everybody who signs in; neither its key nor a token is in its log when it ends."""
    environment = {
        "REPLY_BASE_URL": _module_sandbox.url,
        "REPLY_API_KEY": "sandbox-master",
        "REPLY_TEAM_ID": "31007",
        "REPLY_ISSUER": issuer.url,
        "REPLY_PUBLIC_URL": PUBLIC,
        "REPLY_INTROSPECTION_URL": f"{issuer.url}/introspect",
        "REPLY_INTROSPECTION_CLIENT": "reply-mcp",
        "REPLY_INTROSPECTION_SECRET": "the-secret-of-introspection",
        "REPLY_AUDIT": str(tmp_path_factory.mktemp("audit") / "audit.jsonl"),
    }
    with served(tmp_path_factory.mktemp("signed-in"), environment) as one:
        yield one
        one.process.terminate()
        one.process.wait(60)
    for secret in ("sandbox-master", "eyJ", "the-secret-of-introspection", "opaque-"):
        assert secret not in one.log, secret


def signed_in(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def post(url: str, headers: dict[str, str], tool: str = "reply_whoami") -> httpx.Response:
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": tool, "arguments": {}}}
    accept = {"Accept": "application/json, text/event-stream", "MCP-Protocol-Version": "2025-11-25"}
    return httpx.post(f"{url}/mcp", json=body, headers=accept | headers, timeout=30)


def challenge(answer: httpx.Response) -> dict[str, str]:
    scheme, _, rest = answer.headers["WWW-Authenticate"].partition(" ")
    assert scheme == "Bearer"
    return dict(re.findall(r'(\w+)="([^"]*)"', rest))


def test_who_has_not_signed_in_is_told_where(server: Served, issuer: LocalIssuer) -> None:
    answer = post(server.url, {})
    assert answer.status_code == 401
    told = challenge(answer)
    assert "error" not in told
    assert told["scope"] == "reply:read"
    assert told["resource_metadata"] == "https://mcp.example.com/.well-known/oauth-protected-resource/mcp"
    metadata = httpx.get(f"{server.url}/.well-known/oauth-protected-resource/mcp").json()
    assert httpx.get(f"{server.url}/.well-known/oauth-protected-resource").json() == metadata
    assert metadata["resource"] == PUBLIC
    assert metadata["authorization_servers"] == [issuer.url]
    assert metadata["scopes_supported"] == ["reply:read", "reply:write", "reply:send", "reply:admin"]


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "https://other.example.com/mcp"},
        {"aud": ["https://other.example.com/mcp"]},
        {"iss": "https://other.example.com"},
        {"exp": 1_700_000_000},
        {"exp": None},
        {"aud": None},
        {"sub": None},
        {"key": OTHER_KEY},
        {"typ": "JWT", "scope": None},
    ],
    ids=lambda claims: "-".join(f"{name}" for name in claims),
)
def test_a_token_that_is_not_for_this_server_is_refused(
    server: Served, issuer: LocalIssuer, sandbox: Sandbox, claims: dict[str, Any]
) -> None:
    mark = sandbox.seen()
    answer = post(server.url, signed_in(issuer.token(PUBLIC, **claims)))
    assert answer.status_code == 401
    assert challenge(answer)["error"] == "invalid_token"
    assert sandbox.since(mark) == []


def test_unsigned_and_made_up_tokens_are_refused(server: Served, issuer: LocalIssuer) -> None:
    good = jwt.decode(issuer.token(PUBLIC), options={"verify_signature": False})
    unsigned = jwt.encode(good, None, algorithm="none")
    by_secret = jwt.encode(good, "a-shared-secret-of-thirty-two-bytes!", algorithm="HS256", headers={"kid": "one"})
    for token in (
        unsigned,
        by_secret,
        "garbage",
        "a.b.c",
        "eyJ.eyJ.x",
        "x" * 9000,
        "sandbox-master",
        "sandbox-full-access",
    ):
        assert post(server.url, signed_in(token)).status_code == 401, token
    assert post(server.url, {"X-Api-Key": "sandbox-full-access"}).status_code == 401


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_the_caller_acts_as_the_user_with_their_email_whatever_else_they_send(
    server: Served, issuer: LocalIssuer, mode: str
) -> None:
    headers = signed_in(issuer.token(PUBLIC, email=TOM)) | {
        "X-User-Email": JONAS,
        "X-User-Id": "70402",
        "X-Team-Id": "31012",
        "X-Api-Key": "sandbox-full-access",
    }
    text = text_of(await call(server.url, headers, "reply_whoami", {}, mode))
    assert TOM in text
    assert "31007" in text


@pytest.mark.parametrize(
    ("claims", "told"),
    [
        ({"email": "nobody@northstar-sales.com"}, "the Reply workspace of this server has no such user"),
        ({"email_verified": False}, "no verified email"),
        ({"email_verified": None}, "no verified email"),
        ({"email": None}, "no verified email"),
        ({"email": "two@a.example, three@a.example"}, "no verified email"),
        ({"email": TOM.replace("s", "ſ", 1)}, "no verified email"),
    ],
)
async def test_who_is_no_user_is_told_so_and_nothing_is_done_as_the_owner_of_the_key(
    server: Served, issuer: LocalIssuer, sandbox: Sandbox, claims: dict[str, Any], told: str
) -> None:
    mark = sandbox.seen()
    result = await call(server.url, signed_in(issuer.token(PUBLIC, **claims)), "reply_search_contacts", {})
    assert result.is_error
    assert told in text_of(result)
    assert all(row["status"] == 401 for row in sandbox.since(mark))


async def test_a_user_who_leaves_reply_is_told_so_at_the_next_call(
    server: Served, issuer: LocalIssuer, sandbox: Sandbox
) -> None:
    headers = signed_in(issuer.token(PUBLIC, email="elena.petrova@northstar-sales.com"))
    assert not (await call(server.url, headers, "reply_search_contacts", {"top": 1})).is_error
    user = next(one for one in sandbox.store.all("user") if one["firstName"] == "Elena")
    sandbox.store.delete("user", user["id"])
    try:
        result = await call(server.url, headers, "reply_search_contacts", {"top": 1})
        assert "has no such user (any more)" in text_of(result)
    finally:
        sandbox.store.put("user", user)


def test_an_opaque_token_is_asked_about(server: Served, issuer: LocalIssuer) -> None:
    facts = {"sub": "u", "aud": PUBLIC, "scope": "reply:read", "email": TOM, "email_verified": True}
    issuer.opaque |= {
        "opaque-good": facts,
        "opaque-other": {**facts, "aud": "https://other.example.com"},
        "opaque-without-audience": {**facts, "aud": None},
        "opaque-of-another-issuer": {**facts, "iss": "https://other.example.com"},
    }
    assert TOM in post(server.url, signed_in("opaque-good")).text
    for token in ("opaque-other", "opaque-without-audience", "opaque-of-another-issuer", "opaque-unknown"):
        assert post(server.url, signed_in(token)).status_code == 401, token
    asked = issuer.asked
    assert post(server.url, signed_in("opaque-good")).status_code == 200
    assert issuer.asked == asked, "an answer is good for half a minute"


@pytest.mark.parametrize(
    ("tool", "arguments", "scope"),
    [
        ("reply_create_contact", {"email": "step-up@acme.example"}, "reply:write"),
        ("reply_run_write", {"tool": "reply_delete_contact", "arguments": {"id": 1}}, "reply:admin"),
        ("reply_send_inbox_reply", {"id": 1, "channel": "email", "message": "Hello"}, "reply:send"),
    ],
)
@pytest.mark.parametrize("version", ["2025-11-25", "2026-07-28"])
def test_a_call_beyond_the_scope_is_challenged_for_it(
    server: Served,
    issuer: LocalIssuer,
    sandbox: Sandbox,
    tool: str,
    arguments: dict[str, Any],
    scope: str,
    version: str,
) -> None:
    mark = sandbox.seen()
    meta = {"io.modelcontextprotocol/protocolVersion": version, "io.modelcontextprotocol/clientCapabilities": {}}
    params = {"name": tool, "arguments": arguments, "_meta": meta}
    headers = {"Accept": "application/json, text/event-stream", "MCP-Protocol-Version": version}
    headers |= {"Mcp-Method": "tools/call", "Mcp-Name": tool} | signed_in(issuer.token(PUBLIC, "reply:read"))
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    answer = httpx.post(f"{server.url}/mcp", json=body, headers=headers, timeout=30)
    assert answer.status_code == 403, answer.text
    told = challenge(answer)
    assert told["error"] == "insufficient_scope"
    assert told["scope"].split()[-1] == scope
    assert told["resource_metadata"].startswith("https://mcp.example.com/.well-known/")
    assert all(row["method"] == "GET" for row in sandbox.since(mark))


def test_a_token_without_any_scope_is_challenged_for_the_first(server: Served, issuer: LocalIssuer) -> None:
    answer = post(server.url, signed_in(issuer.token(PUBLIC, "openid profile")))
    assert answer.status_code == 403
    assert challenge(answer)["scope"] == "reply:read"


async def test_an_effect_that_shows_only_in_the_account_is_challenged_too(
    server: Served, issuer: LocalIssuer, sandbox: Sandbox
) -> None:
    """Enrolling is a write into a paused sequence, and sends in an active one."""
    active = next(one for one in sandbox.get("/v3/sequences", top=100)["items"] if one["status"] == "active")
    person = {"email": "step-up@new.example", "firstName": "New"}
    contact = sandbox.http.post("/v3/contacts", json=person).json()["id"]
    arguments = {"sequence": active["id"], "contacts": [contact]}
    headers = {"Accept": "application/json, text/event-stream", "MCP-Protocol-Version": "2025-11-25"}
    body = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": {"name": "reply_enroll_contacts", "arguments": arguments},
    }
    token = signed_in(issuer.token(PUBLIC, "reply:write"))
    answer = httpx.post(f"{server.url}/mcp", json=body, headers=headers | token, timeout=30)
    assert answer.status_code == 403, answer.text
    assert challenge(answer)["scope"].split()[-1] in ("reply:send", "reply:admin")


async def test_the_sdks_own_client_signs_in_and_steps_up(
    sandbox: Sandbox, issuer: LocalIssuer, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """401, metadata, registration, PKCE, token, call; 403, a token with more, the call again."""
    import socket

    import httpx2
    from mcp import Client
    from mcp.client.streamable_http import streamable_http_client

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    environment = {
        "REPLY_BASE_URL": sandbox.url,
        "REPLY_API_KEY": "sandbox-master",
        "REPLY_TEAM_ID": "31007",
        "REPLY_ISSUER": issuer.url,
        "REPLY_PUBLIC_URL": f"{url}/mcp",
    }
    for mode in ("auto", "legacy"):
        provider, landed = signing_in(url, issuer)
        with served(tmp_path_factory.mktemp("flow"), environment, "--port", str(port)) as server:
            async with (
                httpx2.AsyncClient(auth=provider, timeout=30) as http,
                Client(streamable_http_client(f"{server.url}/mcp", http_client=http), mode=mode) as client,
            ):
                who = await client.call_tool("reply_whoami", {})
                assert MARIA in text_of(who)
                assert len(landed) == 1
                made = await client.call_tool(
                    "reply_create_contact", {"email": f"flow-{mode}@acme.example", "firstName": "A"}
                )
                assert "Created" in text_of(made)
                assert len(landed) == 2, "asked for more once"
                await client.call_tool(
                    "reply_create_contact", {"email": f"flow2-{mode}@acme.example", "firstName": "A"}
                )
                assert len(landed) == 2


async def test_three_tenants_at_once_are_never_mixed(server: Served, issuer: LocalIssuer) -> None:
    people = (MARIA, JONAS, TOM)
    headers = {
        email: signed_in(issuer.token(PUBLIC, email=email, sub=email))
        | {"Accept": "application/json, text/event-stream", "MCP-Protocol-Version": "2025-11-25"}
        for email in people
    }
    mixed: list[str] = []

    async def calls(http: httpx.AsyncClient, email: str, times: int) -> None:
        for number in range(times):
            body = {
                "jsonrpc": "2.0",
                "id": number,
                "method": "tools/call",
                "params": {"name": "reply_whoami", "arguments": {}},
            }
            answer = await http.post(f"{server.url}/mcp", json=body, headers=headers[email])
            if email not in answer.text or any(other in answer.text for other in people if other != email):
                mixed.append(f"{email}: {answer.status_code} {answer.text[:200]}")

    async with httpx.AsyncClient(timeout=120) as http, anyio.create_task_group() as group:
        for email in people:
            for _ in range(6):
                group.start_soon(calls, http, email, 50)
    assert mixed == []
