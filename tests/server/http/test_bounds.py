"""What a request may cost, seen from a socket: sizes, depths, times, and how many at once."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from typing import Any

import anyio
import httpx
import pytest

from reply_mcp.server.http import bounds
from reply_mcp.server.http.bounds import Bounds, Calling, too_much_in
from reply_mcp.server.http.connections import HEADER_SECONDS, Connections
from reply_mcp.server.tool_handlers import MOST_ARGUMENTS
from tests.conftest import Sandbox
from tests.server.http.served import Served, served

ACCEPT = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}


@pytest.fixture(scope="module")
def server(_module_sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    environment = {"REPLY_BASE_URL": _module_sandbox.url, "REPLY_BUDGET_URL": "memory:", "REPLY_AUDIT": "off"}
    with served(tmp_path_factory.mktemp("bounded"), environment) as one:
        yield one
        assert one.process.poll() is None, one.log[-2000:]


def post(server: Served, body: bytes, **headers: str) -> httpx.Response:
    return httpx.post(f"{server.url}/mcp", content=body, headers=ACCEPT | headers, timeout=30)


def is_alive(server: Served) -> bool:
    return httpx.get(f"{server.url}/healthz", timeout=10).status_code == 200


@pytest.mark.parametrize("version", ["2025-11-25", "2026-07-28"])
@pytest.mark.parametrize("depth", [100, 190, 300, 900, 1000, 3000, 100_000])
@pytest.mark.parametrize("brackets", [("[", "]"), ('{"a":', "}")])
def test_no_depth_ends_the_process(server: Served, version: str, depth: int, brackets: tuple[str, str]) -> None:
    meta = {"io.modelcontextprotocol/protocolVersion": version, "io.modelcontextprotocol/clientCapabilities": {}}
    params = {"name": "reply_find_tools", "arguments": {"query": "DEEP"}, "_meta": meta}
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params})
    body = body.replace('"DEEP"', brackets[0] * depth + "1" + brackets[1] * depth)
    headers = {"MCP-Protocol-Version": version, "Mcp-Method": "tools/call", "Mcp-Name": "reply_find_tools"}
    answer = post(server, body.encode(), **headers, **{"X-Api-Key": "k"})
    assert answer.status_code < 500
    assert is_alive(server)


def test_what_a_body_may_have() -> None:
    assert too_much_in(b"[" * 200 + b"]" * 200) == ""
    assert "within one another" in too_much_in(b"[" * 202 + b"]" * 202)
    assert "within one another" in too_much_in(b'{"a":' * 500 + b"1" + b"}" * 500)
    assert too_much_in(b'{"a": "' + b"[" * 900 + b'"}') == "", "in a text they are no brackets"
    assert "50,000" in too_much_in(b"[" + b"[]," * 50_000 + b"[]]")
    rows = [{"email": f"{number}@acme.example", "firstName": "A", "lastName": "B"} for number in range(10_000)]
    assert too_much_in(json.dumps({"items": rows}).encode()) == "", "an import of 10,000 people"


def test_more_arguments_than_any_tool_takes_are_not_looked_at(server: Served) -> None:
    arguments = {f"a{number}": number for number in range(MOST_ARGUMENTS + 1)}
    params = {"name": "reply_find_tools", "arguments": arguments}
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    said = post(server, json.dumps(body).encode(), **{"X-Api-Key": "k"}).text
    assert f"501 arguments: no tool takes more than {MOST_ARGUMENTS}" in said


def test_a_body_has_a_size_with_and_without_a_length(server: Served) -> None:
    def parts(size: int) -> Iterator[bytes]:
        for _ in range(size // 10_000):
            yield b" " * 10_000

    for headers, most in (({"X-Api-Key": "k"}, bounds.MOST_BYTES), ({}, bounds.MOST_UNNAMED_BYTES)):
        assert post(server, b" " * (most + 1), **headers).status_code == 413
        chunked = httpx.post(f"{server.url}/mcp", content=parts(2 * most), headers=ACCEPT | headers, timeout=30)
        assert chunked.status_code == 413
    assert is_alive(server)


@pytest.mark.parametrize("end", [b"", b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n"])
def test_headers_and_trailers_have_a_size(server: Served, end: bytes) -> None:
    """Whichever parser reads them: without its bound, httptools keeps all that comes."""
    with socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2])), 30) as connection:
        connection.sendall(b"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\n" + end)
        with pytest.raises((ConnectionResetError, BrokenPipeError)):
            connection.sendall((b"X: " + b"a" * 65_000 + b"\r\n") * 500)
    assert is_alive(server)


def test_headers_have_a_number(server: Served) -> None:
    def answered(number: int) -> httpx.Response:
        headers = [("Accept", "application/json"), *[("X-Some", "a")] * number]
        return httpx.post(f"{server.url}/mcp", json={}, headers=headers, timeout=30)

    assert answered(bounds.MOST_HEADERS + 1).status_code == 431
    assert answered(bounds.MOST_HEADERS - 20).status_code == 400, "a body that is no request"


def test_whoever_drips_makes_room_before_others() -> None:
    class Open:
        """A connection, whose transport it is too."""

        def __init__(self) -> None:
            self.transport, self.aborted = self, False

        def abort(self) -> None:
            self.aborted = True

    connections = Connections(most=4)
    idle, first, second, busy = (Open() for _ in range(4))
    given: Any = (idle, first, second, busy)
    for one in given:
        connections.receive(one)
    connections.wait(given[0])
    connections.work(given[3])
    connections.receive(given[1])  # another drop keeps its place
    for expected in (first, second, idle):
        assert connections.make_room()
        assert expected.aborted
        assert sum(one.aborted for one in given) == (first, second, idle).index(expected) + 1
        newcomer: Any = Open()
        connections.work(newcomer)
    assert not busy.aborted
    assert not connections.make_room()


def test_a_request_that_is_not_sent_to_its_end_is_ended(server: Served) -> None:
    address = ("127.0.0.1", int(server.url.rpartition(":")[2]))
    half = b"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    began = time.monotonic()
    with socket.create_connection(address) as headers, socket.create_connection(address) as silent:
        headers.sendall(half)
        silent.settimeout(HEADER_SECONDS + 60)
        headers.settimeout(HEADER_SECONDS + 60)
        for connection in (silent, headers):
            assert is_closed(connection)
    assert time.monotonic() - began < HEADER_SECONDS + 60


def is_closed(connection: socket.socket) -> bool:
    """Whether the other end closes it, within the connection's timeout, without a word."""
    try:
        return connection.recv(100) == b""
    except ConnectionResetError:
        return True


@pytest.mark.parametrize("known", [True, False])
async def test_large_bodies_of_unknown_callers_begin_one_after_the_other(
    known: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if known:  # as long as no machine takes for four bodies by itself
        monkeypatch.setattr(bounds, "LARGE_EVERY", 20.0)
    begun: list[float] = []

    async def note(scope: Any, receive: Any, send: Any) -> None:
        begun.append(anyio.current_time())

    async def large() -> Any:
        return {"type": "http.request", "body": b" " * (bounds.LARGE_BYTES + 1)}

    bounded = Bounds(note, lambda scope: Calling("k", known=known))
    async with anyio.create_task_group() as group:
        for _ in range(4):
            group.start_soon(lambda: answered(bounded, receive=large))
    apart = begun[-1] - begun[0] >= 3 * bounds.LARGE_EVERY * 0.9
    assert apart is not known


async def test_who_does_not_read_an_answer_takes_no_place_from_others_who_are_not_known() -> None:
    async def answer(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"x"})

    async def unread(message: Any) -> None:
        if message["type"] == "http.response.body":
            blocked.append(message)
            await anyio.sleep_forever()

    blocked: list[Any] = []
    numbers = iter(range(1000))
    bounded = Bounds(answer, lambda scope: Calling(f"made-up-{next(numbers)}", known=False))
    async with anyio.create_task_group() as group:
        for _ in range(bounds.CALLS_OF_UNKNOWN):
            group.start_soon(bounded, dict(SCOPE), whole_body, unread)
        await anyio.wait_all_tasks_blocked()
        assert len(blocked) == bounds.CALLS_OF_UNKNOWN
        with anyio.fail_after(60):
            assert (await answered(bounded))[0]["status"] == 200
        group.cancel_scope.cancel()


async def test_a_body_has_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "BODY_SECONDS", 0.1)

    async def never() -> Any:
        await anyio.sleep_forever()

    sent = await answered(Bounds(hang, lambda scope: Calling("k", known=True)), receive=never)
    assert sent[0]["status"] == 408


async def test_a_client_that_does_not_read_its_answer_ends_its_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "SEND_SECONDS", 0.1)
    ended = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        try:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await anyio.sleep_forever()
        finally:
            ended.append(True)

    async def stuck(message: Any) -> None:
        await anyio.sleep_forever()

    with anyio.fail_after(60):
        await Bounds(app, lambda scope: Calling("k", known=True))(SCOPE, whole_body, stuck)
    assert ended == [True]


async def test_calls_of_one_and_of_all_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "CALLS_OF_UNKNOWN", 20)
    monkeypatch.setattr(bounds, "WAITING_OF_UNKNOWN", 10)
    go = anyio.Event()
    under_way = peak = 0

    async def app(scope: Any, receive: Any, send: Any) -> None:
        nonlocal under_way, peak
        under_way += 1
        peak = max(peak, under_way)
        await go.wait()
        under_way -= 1
        await send({"type": "http.response.start", "status": 200, "headers": []})

    caller = Calling("one", known=True)
    bounded = Bounds(app, lambda scope: caller)
    statuses: list[int] = []

    async def one(calling: Calling) -> None:
        nonlocal caller
        caller = calling
        statuses.append((await answered(bounded))[0]["status"])

    async with anyio.create_task_group() as group:
        for _ in range(70):
            group.start_soon(one, Calling("one", known=True))
        await anyio.wait_all_tasks_blocked()
        assert peak == bounds.CALLS_OF_ONE
        assert statuses == [429] * 6
        for number in range(40):
            group.start_soon(one, Calling(f"made-up-{number}", known=False))
        await anyio.wait_all_tasks_blocked()
        assert statuses.count(503) == 10
        assert under_way == bounds.CALLS_OF_ONE + 20
        group.start_soon(one, Calling("another", known=True))
        await anyio.wait_all_tasks_blocked()
        go.set()
    assert statuses.count(200) == 64 + 30 + 1
    assert bounded._turns == {}
    assert (bounded._calls, bounded._unknown_calls, bounded._bytes) == (0, 0, 0)


SCOPE: dict[str, Any] = {"type": "http", "method": "POST", "path": "/mcp", "headers": [], "client": ("10.0.0.1", 1)}


async def whole_body() -> Any:
    return {"type": "http.request", "body": b"{}", "more_body": False}


async def hang(scope: Any, receive: Any, send: Any) -> None:
    await anyio.sleep_forever()


async def answered(app: Any, receive: Any = whole_body) -> list[Any]:
    """What an application sends for a POST."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    await app(dict(SCOPE), receive, send)
    return sent
