"""Several static tokens of one Reply user, each with its own policy: they share an account and what was read of it,
and none lends another what it may do."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx2
import mcp_types as types
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from reply_mcp.server.http.auth.static_tokens import StaticToken, new_token
from tests.conftest import Sandbox, text_of
from tests.e2e.agent import held, made
from tests.server.http.served import Served, call, served

MARIA = "maria.silva@northstar-sales.com"
POLICIES = {
    "free": "all=allow",
    "asks": "delete=ask",
    "person": "all=person,read=allow",
    "never": "all=deny,read=allow",
}
BLIND = {"blind": "read=deny"}


@pytest.fixture(scope="module")
def tokens() -> dict[str, tuple[str, str]]:
    """The token and the line of each."""
    found = {}
    for name, policy in (POLICIES | BLIND).items():
        token, sha256 = new_token()
        found[name] = (token, StaticToken(name, sha256, MARIA, policy).line())
    return found


@pytest.fixture(scope="module")
def server(
    _module_sandbox: Sandbox, tokens: dict[str, tuple[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("policies")
    (folder / "tokens").write_text("".join(line for _, line in tokens.values()))
    environment = {
        "REPLY_BASE_URL": _module_sandbox.url,
        "REPLY_API_KEY": "sandbox-master",
        "REPLY_TEAM_ID": "31007",
        "REPLY_TOKENS_FILE": str(folder / "tokens"),
        "REPLY_AUDIT": str(folder / "audit.jsonl"),
        "REPLY_PATIENCE": "0.1",
    }
    with served(folder, environment) as one:
        yield one


class Agents:
    """Calls with each of the tokens."""

    def __init__(self, server: Served, tokens: dict[str, tuple[str, str]]) -> None:
        self.server, self._tokens = server, tokens

    def headers(self, name: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._tokens[name][0]}"}

    async def __call__(self, name: str, tool: str, /, **arguments: Any) -> str:
        run = "reply_run_write" if re.match("reply_(delete|create|undo|update)", tool) else "reply_run_read"
        given = {"tool": tool, "arguments": arguments}
        return text_of(await call(self.server.url, self.headers(name), run, given))

    def audit(self) -> list[dict[str, Any]]:
        log = self.server.folder / "audit.jsonl"
        return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []


@pytest.fixture
def agents(server: Served, tokens: dict[str, tuple[str, str]]) -> Agents:
    return Agents(server, tokens)


async def test_a_code_counts_with_the_tokens_that_take_codes(agents: Agents, sandbox: Sandbox) -> None:
    ann = made(sandbox)
    asked = await agents("asks", "reply_delete_contact", id=ann["id"])
    code = re.search(r'confirm="(\w+)"', asked)
    assert code, asked
    person = await agents("person", "reply_delete_contact", id=ann["id"], confirm=code[1])
    assert "confirm=" not in person
    assert held(sandbox, ann["email"]), person
    assert "forbid" in await agents("never", "reply_delete_contact", id=ann["id"], confirm=code[1])
    assert held(sandbox, ann["email"])
    assert "confirm=" in await agents("asks", "reply_delete_contact", id=ann["id"])
    said = await agents("asks", "reply_delete_contact", id=ann["id"], confirm=code[1])
    assert not held(sandbox, ann["email"]), said


async def test_what_one_may_undo_another_may_not(agents: Agents, sandbox: Sandbox) -> None:
    ann = made(sandbox, title="Founder")
    said = await agents("free", "reply_update_contact", id=ann["id"], title="CTO")
    assert "Updated" in said, said
    assert "forbid" in await agents("never", "reply_undo")
    waits = await agents("person", "reply_undo")
    assert "Only a person can let this through" in waits
    assert sandbox.get(f"/v3/contacts/{ann['id']}")["title"] == "CTO"
    undone = await agents("free", "reply_undo")
    assert sandbox.get(f"/v3/contacts/{ann['id']}")["title"] == "Founder", undone


async def test_what_one_has_read_another_is_not_told(agents: Agents, sandbox: Sandbox) -> None:
    """They share a session with Reply, and names that were read in it."""
    ann = made(sandbox)
    name = sandbox.get("/v3/sequences", top=1)["items"][0]["name"]
    for token in ("free", "blind"):
        async with (
            httpx2.AsyncClient(headers=agents.headers(token), timeout=60) as http,
            Client(streamable_http_client(f"{agents.server.url}/mcp", http_client=http)) as client,
        ):
            prompts = [one.name for one in (await client.list_prompts()).prompts]
            found = await client.complete(
                types.ResourceTemplateReference(type="ref/resource", uri="reply://sequences/{id}"),
                {"name": "id", "value": ""},
            )
            tools = {one.name for one in (await client.list_tools()).tools}
        told = await agents(token, "reply_get_contact", id=ann["id"])
        listed = await agents(token, "reply_search_sequences")
        undone = await agents(token, "reply_list_changes")
        if token == "free":
            assert found.completion.values, "there is something to complete"
            assert ann["email"] in told
            assert name in listed
        else:
            assert found.completion.values == []
            for text in (told, listed, undone):
                assert "forbid" in text or "off" in text, text
                assert ann["email"] not in text
                assert name not in text
        assert tools
        assert isinstance(prompts, list)


async def test_the_audit_log_names_the_token_and_what_it_let_through(agents: Agents, sandbox: Sandbox) -> None:
    ann = made(sandbox)
    before = len(agents.audit())
    for name in ("never", "person", "asks", "free"):
        await agents(name, "reply_delete_contact", id=ann["id"])
    lines = agents.audit()[before:]
    assert [(line["who"], line["outcome"]) for line in lines] == [
        (f"{MARIA} (never)", "denied"),
        (f"{MARIA} (person)", "asked"),
        (f"{MARIA} (asks)", "asked"),
        (f"{MARIA} (free)", "done"),
    ]
    assert {line["user"] for line in lines} == {MARIA}
