"""Consent across servers: given on one, used on another, and after a restart; two real servers on one Redis."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import mcp_types as types
import pytest
from mcp import Client
from mcp.shared.exceptions import MCPError

from reply_mcp.client.stores import open_stores
from reply_mcp.server.consent.requests import Requests
from tests.client.redis_server import RedisServer, redis_server
from tests.conftest import KEY, Sandbox, text_of
from tests.consent import SEAL_KEY, code_in
from tests.e2e.agent import held, made
from tests.processes.command import reply_mcp

YES = types.ElicitResult(action="accept", content={"agree": True})
EXPIRED = "does not fit"
USED = "has been used"
GONE = "there is no contact"


class Replica:
    """One `reply-mcp serve --http` in a process of its own."""

    def __init__(self, sandbox: Sandbox, redis: RedisServer, **environment: str) -> None:
        self._environment = {
            "PATH": "/usr/bin:/bin",
            "REPLY_BASE_URL": sandbox.url,
            "REPLY_BUDGET_URL": redis.url,
            "REPLY_SEAL_KEYS": SEAL_KEY,
            "REPLY_RATE_LIMITS": "none",
            **environment,
        }
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = reply_mcp("serve", "--http", "--port", str(self.port))
        self._process = subprocess.Popen(command, env=self._environment)
        for _ in range(1200):
            try:
                httpx.get(f"http://127.0.0.1:{self.port}/healthz", trust_env=False)
                return
            except httpx.TransportError:
                time.sleep(0.05)
        raise AssertionError("the server did not start")

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(60)
            self._process = None

    def restart(self) -> None:
        self.stop()
        self.start()

    @asynccontextmanager
    async def client(self, mode: str = "auto", key: str = KEY, **host: Any) -> AsyncIterator[Any]:
        import httpx2
        from mcp.client.streamable_http import streamable_http_client

        async with (
            httpx2.AsyncClient(headers={"Authorization": f"Bearer {key}"}, timeout=30) as http,
            Client(
                streamable_http_client(f"http://127.0.0.1:{self.port}/mcp", http_client=http), mode=mode, **host
            ) as client,
        ):
            yield client

    async def delete(self, contact: dict[str, Any], mode: str = "auto", **more: Any) -> str:
        async with self.client(mode) as client:
            return text_of(await client.call_tool("reply_run_write", deletion(contact, **more)))


def deletion(contact: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"tool": "reply_delete_contact", "arguments": {"id": contact["id"], **more}}


@pytest.fixture(scope="module")
def redis() -> Iterator[RedisServer]:
    with redis_server() as one:
        yield one


@pytest.fixture(scope="module")
def replicas(_module_sandbox: Sandbox, redis: RedisServer) -> Iterator[tuple[Replica, Replica, Replica]]:
    """Two with one key, and a stranger with another."""
    found = (
        Replica(_module_sandbox, redis),
        Replica(_module_sandbox, redis, REPLY_SEAL_KEYS=f"{'n' * 40},{SEAL_KEY}"),
        Replica(_module_sandbox, redis, REPLY_SEAL_KEYS="s" * 40),
    )
    try:
        for one in found:
            one.start()
        yield found
    finally:
        for one in found:
            one.stop()


@pytest.mark.parametrize("era", ["legacy", "2026-07-28"])
async def test_a_code_is_used_where_it_was_not_given_and_once(
    sandbox: Sandbox, replicas: tuple[Replica, Replica, Replica], era: str
) -> None:
    one, two, stranger = replicas
    ann = made(sandbox)
    code = code_in(await one.delete(ann, era))
    assert code_in(await one.delete(ann, era)) == code
    assert EXPIRED in await stranger.delete(ann, era, confirm=code)
    code = code_in(await one.delete(ann, era))
    await two.delete(ann, era, confirm=code)
    assert not held(sandbox, ann["email"])
    again = await one.delete(ann, era, confirm=code)
    assert EXPIRED in again or GONE in again


async def test_a_code_holds_after_a_restart(sandbox: Sandbox, replicas: tuple[Replica, Replica, Replica]) -> None:
    one, _, _ = replicas
    ann = made(sandbox)
    code = code_in(await one.delete(ann))
    one.restart()
    await one.delete(ann, confirm=code)
    assert not held(sandbox, ann["email"])


async def rounds(client: Any, contact: dict[str, Any], state: str | None = None) -> Any:
    return await client.session.call_tool(
        "reply_run_write",
        deletion(contact),
        input_responses=None if state is None else {"consent": YES},
        request_state=state,
        allow_input_required=True,
    )


async def nobody(context: Any, params: Any) -> Any:
    raise AssertionError("the rounds are made by hand")


async def test_a_question_is_answered_where_it_was_not_asked(
    sandbox: Sandbox, replicas: tuple[Replica, Replica, Replica]
) -> None:
    one, two, stranger = replicas
    ann = made(sandbox)
    async with one.client(elicitation_callback=nobody) as client:
        asked = await rounds(client, ann)
    assert isinstance(asked, types.InputRequiredResult)
    one.restart()
    async with stranger.client(elicitation_callback=nobody) as client:
        with pytest.raises(MCPError, match="requestState"):
            await rounds(client, ann, asked.request_state)
    async with two.client(key=f"{KEY}-another", elicitation_callback=nobody) as client:
        with pytest.raises(MCPError, match="requestState"):
            await rounds(client, ann, asked.request_state)
    assert held(sandbox, ann["email"])
    async with two.client(elicitation_callback=nobody) as client:
        await rounds(client, ann, asked.request_state)
    assert not held(sandbox, ann["email"])
    async with one.client(elicitation_callback=nobody) as client:
        assert GONE in text_of(await rounds(client, ann, asked.request_state))


async def test_an_answer_counts_once_whichever_replica_takes_it(
    sandbox: Sandbox, replicas: tuple[Replica, Replica, Replica]
) -> None:
    """Tried on a contact that came back: of one that is gone the call says so first."""
    one, two, _ = replicas
    ann = made(sandbox)
    kept = sandbox.store.get("contact", ann["id"])
    assert kept is not None
    async with one.client(elicitation_callback=nobody) as client:
        asked = await rounds(client, ann)
        await rounds(client, ann, asked.request_state)
    assert not held(sandbox, ann["email"])
    sandbox.store.put("contact", kept)
    async with two.client(elicitation_callback=nobody) as client:
        assert USED in text_of(await rounds(client, ann, asked.request_state))
    assert held(sandbox, ann["email"])
    code = code_in(await one.delete(ann))
    await one.delete(ann, confirm=code)
    assert not held(sandbox, ann["email"])
    sandbox.store.put("contact", kept)
    assert EXPIRED in await two.delete(ann, confirm=code)
    assert held(sandbox, ann["email"])


async def test_without_a_setting_replicas_share_a_key_in_redis(sandbox: Sandbox, redis: RedisServer) -> None:
    one, two = (Replica(sandbox, redis, REPLY_SEAL_KEYS="") for _ in range(2))
    ann, ben = made(sandbox), made(sandbox)
    try:
        one.start()
        two.start()
        await two.delete(ann, confirm=code_in(await one.delete(ann)))
        async with one.client(elicitation_callback=nobody) as client:
            asked = await rounds(client, ben)
        one.restart()
        async with two.client(elicitation_callback=nobody) as client:
            await rounds(client, ben, asked.request_state)
    finally:
        one.stop()
        two.stop()
    assert not held(sandbox, ann["email"])
    assert not held(sandbox, ben["email"])


async def test_over_http_the_host_asks_from_2026_on(
    sandbox: Sandbox, replicas: tuple[Replica, Replica, Replica]
) -> None:
    asked: list[str] = []

    async def agrees(context: Any, params: Any) -> Any:
        asked.append(params.message)
        return YES

    ann, ben = made(sandbox), made(sandbox)
    async with replicas[0].client("2026-07-28", elicitation_callback=agrees) as client:
        await client.call_tool("reply_run_write", deletion(ann))
    assert len(asked) == 1
    assert not held(sandbox, ann["email"])
    # Without a session there is no way back to an older host.
    async with replicas[0].client("legacy", elicitation_callback=agrees) as client:
        assert code_in(text_of(await client.call_tool("reply_run_write", deletion(ben))))
    assert len(asked) == 1
    assert held(sandbox, ben["email"])


async def test_where_redis_is_away_nothing_is_done(
    sandbox: Sandbox, redis: RedisServer, replicas: tuple[Replica, Replica, Replica]
) -> None:
    one, _, _ = replicas
    ann = made(sandbox)
    code = code_in(await one.delete(ann))
    redis.stop()
    try:
        assert "REPLY_BUDGET_URL" in await one.delete(ann, confirm=code)
        assert "REPLY_BUDGET_URL" in await one.delete(ann)
    finally:
        redis.start()
    assert held(sandbox, ann["email"])
    assert EXPIRED in await one.delete(ann, confirm=code), "what Redis forgot is asked anew"


async def test_a_person_approves_on_one_machine_what_two_replicas_ask(sandbox: Sandbox, redis: RedisServer) -> None:
    """`reply-mcp approve` reads what waits from the store that all share, wherever it was asked and is called again."""
    one, two = (Replica(sandbox, redis, REPLY_POLICY="delete=person") for _ in range(2))
    ann = made(sandbox)
    try:
        one.start()
        two.start()
        assert "reply-mcp approve" in await one.delete(ann)
        assert held(sandbox, ann["email"])
        stores = open_stores(redis.url)
        requests = Requests(stores.state())
        (waits,) = [request for request in await requests.waiting() if ann["email"] in request.question]
        assert await requests.answer(waits, agreed=True)
        await stores.aclose()
        assert "Deleted" in await two.delete(ann)
    finally:
        one.stop()
        two.stop()
    assert not held(sandbox, ann["email"])
