"""A client that goes after the yes: what its call did is known, and what it had taken for nothing is free again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import anyio
import httpx2
import mcp_types as types
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from tests.conftest import Sandbox, text_of
from tests.e2e.agent import held, made
from tests.server.http.served import Served, call, served

KEY = {"X-Api-Key": "sandbox-full-access"}
ERAS = pytest.mark.parametrize("era", ["legacy", "2026-07-28"])
TRY_LATER = {"kind": "status", "status": 425, "retry_after": 20}
"""Reply has refused it before it did anything; the call waits for its next try."""


class Person:
    """Agrees to everything."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def __call__(self, context: Any, params: types.ElicitRequestParams) -> types.ElicitResult:
        self.asked.append(params.message)
        return types.ElicitResult(action="accept", content={"agree": True})


async def leave(
    server: Served, sandbox: Sandbox, run: dict[str, Any], write: str, era: str, person: Person | None = None
) -> None:
    """Makes a call, and goes while Reply has its `write` (`METHOD /path`), or has just refused it."""
    mark = sandbox.seen()
    with anyio.fail_after(60):
        async with anyio.create_task_group() as group, httpx2.AsyncClient(headers=KEY, timeout=60) as http:
            transport = streamable_http_client(f"{server.url}/mcp", http_client=http)
            async with Client(transport, mode=era, elicitation_callback=person) as client:
                group.start_soon(client.call_tool, "reply_run_write", run)
                while not any(f"{row['method']} {row['path']}" == write for row in sandbox.since(mark)):
                    await anyio.sleep(0.02)
                await anyio.sleep(0.3)
                group.cancel_scope.cancel()


async def outcomes_in(log: Path, number: int) -> list[str]:
    """The outcomes in an audit log, once there are so many."""
    with anyio.fail_after(60):
        while not log.exists() or len(log.read_text().splitlines()) < number:
            await anyio.sleep(0.05)
    return [json.loads(line)["outcome"] for line in log.read_text().splitlines()]


@ERAS
async def test_a_write_that_had_not_left_is_no_repeat_and_uses_up_no_ceiling(
    sandbox: Sandbox, tmp_path: Path, era: str
) -> None:
    log = tmp_path / "audit.jsonl"
    limits = {"REPLY_AUDIT": str(log), "REPLY_POLICY": "all=allow", "REPLY_CAPS": "write=1/day"}
    run = {"tool": "reply_create_company", "arguments": {"name": f"Gone {era}"}}
    with served(tmp_path, {"REPLY_BASE_URL": sandbox.url, **limits}) as server:
        sandbox.fault(**TRY_LATER, match="POST /v3/contact-accounts")
        await leave(server, sandbox, run, "POST /v3/contact-accounts", era)
        assert await outcomes_in(log, 1) == ["not done"]
        sandbox.no_faults()
        again = text_of(await call(server.url, KEY, "reply_run_write", run))
        assert "Created" in again, again
        third = text_of(await call(server.url, KEY, "reply_run_write", run))
        assert "More than the 1" in third
        assert "The same call was made" in third
    companies = sandbox.get("/v3/contact-accounts", top=200)["items"]
    assert [company["name"] for company in companies].count(f"Gone {era}") == 1


@pytest.mark.parametrize(("era", "by"), [("legacy", "code"), ("2026-07-28", "code"), ("2026-07-28", "host")])
async def test_a_person_is_asked_anew_after_a_call_that_was_cancelled(
    sandbox: Sandbox, tmp_path: Path, era: str, by: str
) -> None:
    """Perhaps it was they who stopped it."""
    log, contact, person = tmp_path / "audit.jsonl", made(sandbox), Person()
    deletion = f"DELETE /v3/contacts/{contact['id']}"
    run: dict[str, Any] = {"tool": "reply_delete_contact", "arguments": {"id": contact["id"]}}
    with served(tmp_path, {"REPLY_BASE_URL": sandbox.url, "REPLY_AUDIT": str(log)}) as server:
        if by == "code":
            asked = text_of(await call(server.url, KEY, "reply_run_write", run))
            run = {**run, "confirm": asked.partition('confirm="')[2][:5]}
        sandbox.fault(**TRY_LATER, match=deletion)
        await leave(server, sandbox, run, deletion, era, person)
        assert await outcomes_in(log, 2) == ["asked", "not done"]
        assert len(person.asked) == (by == "host")
        sandbox.no_faults()
        mark = sandbox.seen()
        again = text_of(await call(server.url, KEY, "reply_run_write", run))
        assert 'confirm="' in again
    assert not [row for row in sandbox.since(mark) if row["method"] == "DELETE"]
    assert held(sandbox, contact["email"])


@ERAS
@pytest.mark.parametrize(
    ("fault", "outcome", "told"),
    [
        ({"kind": "latency", "seconds": 2}, "done", "and was done: contact account "),
        ({"kind": "hang", "when": "after"}, "unknown", "may have been done: its answer was lost"),
    ],
    ids=["done", "lost"],
)
async def test_a_repeat_is_told_what_came_of_it(
    sandbox: Sandbox, tmp_path: Path, era: str, fault: dict[str, Any], outcome: str, told: str
) -> None:
    log, name = tmp_path / "audit.jsonl", f"Told {era} {outcome}"
    run = {"tool": "reply_create_company", "arguments": {"name": name}}
    environment = {"REPLY_BASE_URL": sandbox.url, "REPLY_AUDIT": str(log), "REPLY_TIMEOUT": "3"}
    with served(tmp_path, environment) as server:
        sandbox.fault(**fault, match="POST /v3/contact-accounts")
        await leave(server, sandbox, run, "POST /v3/contact-accounts", era)
        assert await outcomes_in(log, 1) == [outcome]
        sandbox.no_faults()
        assert told in text_of(await call(server.url, KEY, "reply_run_write", run))
    companies = sandbox.get("/v3/contact-accounts", top=200)["items"]
    assert [company["name"] for company in companies].count(name) == 1
