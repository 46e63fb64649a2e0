"""How far a request got before it failed: what may have been done, and what surely was not."""

from __future__ import annotations

import asyncio
from typing import Any

import httpcore
import httpx
import pytest

from reply_mcp.catalog.operation import Request
from reply_mcp.client.transport import Sending
from reply_mcp.errors import ApiError, OutcomeUnknown, Unreachable
from tests.client.peer import answer, client_of, reset

BODY = httpx.Request("POST", "http://a.example", json={"email": "a@b.co"})
BARE = httpx.Request("DELETE", "http://a.example")
BROKEN, LATE = httpcore.WriteError(), httpcore.WriteTimeout()


class Asked:
    """What the connection says that it is asked for."""

    def __init__(self, method: bytes) -> None:
        self.method = method


@pytest.mark.parametrize(
    ("request_", "failed", "handed_over"),
    [
        (BODY, None, True),
        (BODY, ("http11.send_request_headers.failed", BROKEN), False),
        (BARE, ("http11.send_request_headers.failed", BROKEN), False),
        (BODY, ("http11.send_request_body.failed", BROKEN), False),
        (BODY, ("http11.send_request_body.failed", LATE), True),
        (BARE, ("http11.send_request_headers.failed", LATE), True),
        # Nothing follows its headers: it was whole.
        (BARE, ("http11.send_request_body.failed", BROKEN), True),
        (BODY, ("http11.receive_response_headers.failed", httpcore.ReadError()), True),
    ],
)
async def test_half_a_request_is_none(request_: httpx.Request, failed: Any, handed_over: bool) -> None:
    sending = Sending(request_)
    tell = request_.extensions["trace"]
    await tell("connection.connect_tcp.started", {})
    await tell("http11.send_request_headers.started", {"request": Asked(b"CONNECT")})
    assert not sending.handed_over
    await tell("http11.send_request_headers.started", {"request": Asked(request_.method.encode())})
    assert sending.handed_over
    if failed:
        await tell(failed[0], {"exception": failed[1]})
    assert sending.handed_over is handed_over


async def test_reset_as_soon_as_it_is_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    """When the reset is noticed is a matter of chance; each way of telling it is true."""
    monkeypatch.setattr("reply_mcp.client.http.backoff", lambda attempt: 0.0)

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        reset(writer)
        writer.close()

    server = await asyncio.start_server(refuse, "127.0.0.1", 0)
    async with server, client_of(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}") as client:
        for size in (1, 100_000, 5_000_000):
            with pytest.raises((OutcomeUnknown, Unreachable)) as caught:
                await client.send(Request("POST", "/v3/contacts", body={"notes": "x" * size}, safe=False))
            undone = isinstance(caught.value, Unreachable)
            assert ("Nothing was done" in str(caught.value)) is undone
            assert ("may have been done" in str(caught.value)) is not undone


async def test_an_answer_that_comes_before_the_request_is_through_counts() -> None:
    """A server may refuse a large body by its headers, and close."""

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        while await reader.read(65536):
            pass
        writer.close()

    server = await asyncio.start_server(refuse, "127.0.0.1", 0)
    async with server, client_of(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}") as client:
        with pytest.raises(ApiError, match=r"413: .* Nothing was changed"):
            await client.send(Request("POST", "/v3/contacts", body={"notes": "x" * 5_000_000}, safe=False))


@pytest.mark.parametrize(
    "first",
    [
        answer(200, '{"id": 5}') + answer(200, '{"id": 666}'),
        answer(200, '{"id": 5}') + b"\r\n\r\nstray",
        b'HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{"id": 5}\r\n0\r\n\r\n' + answer(200, '{"id": 666}'),
        b"HTTP/1.1 204 X\r\n\r\n" + answer(200, '{"id": 666}'),
    ],
    ids=["an answer", "a line", "behind chunks", "a body behind 204"],
)
async def test_bytes_behind_an_answer_are_nobodys(first: bytes) -> None:
    connections = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        said = first if connections == 1 else answer(200, '{"id": 7}')
        try:
            while True:
                await reader.readuntil(b"\r\n\r\n")
                writer.write(said)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server, client_of(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}") as client:
        one = await client.send(Request("GET", "/v3/contacts/5"))
        other = await client.send(Request("GET", "/v3/contacts/7"))
        again = await client.send(Request("GET", "/v3/contacts/7"))
    assert one.data == (None if b" 204 " in first[:16] else {"id": 5})
    assert (other.data, again.data) == ({"id": 7}, {"id": 7})
    assert connections == 2, "a clean connection is kept"


async def test_bytes_that_come_later_are_nobodys() -> None:
    connections = 0
    answered, more = asyncio.Event(), asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        first = connections == 1
        try:
            while True:
                await reader.readuntil(b"\r\n\r\n")
                writer.write(answer(200, '{"id": 5}' if first else '{"id": 7}'))
                await writer.drain()
                await answered.wait()
                writer.write(answer(200, '{"id": 666}') if first else b"")
                await writer.drain()
                more.set()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server, client_of(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}") as client:
        assert (await client.send(Request("GET", "/v3/contacts/5"))).data == {"id": 5}
        answered.set()
        await asyncio.wait_for(more.wait(), 60)
        await asyncio.sleep(0.1)
        assert (await client.send(Request("GET", "/v3/contacts/7"))).data == {"id": 7}
