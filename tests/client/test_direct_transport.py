"""Connections to Reply that no proxy stands between: when one is used again, and what ends it."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest

from reply_mcp.catalog.operation import Request
from reply_mcp.client import connection, direct_transport
from reply_mcp.client.direct_transport import DirectTransport
from reply_mcp.client.outcomes import NoResponse, RawResponse
from reply_mcp.client.transport import exchange
from reply_mcp.errors import Unreadable
from tests.client.certificate import self_signed
from tests.client.peer import CLOSE, SILENCE, Peer, answer, client_of, peer, reset

GOOD = answer(200, '{"id": 5}')
READ = Request("GET", "/v3/contacts/5")


@asynccontextmanager
async def http_of(one: Peer, *, seconds: float = 30, **limits: Any) -> AsyncIterator[httpx.AsyncClient]:
    """A client with this transport alone."""
    given = httpx.Limits(**{"max_connections": 9, "max_keepalive_connections": 9, "keepalive_expiry": 9, **limits})
    transport = DirectTransport(httpx.URL(one.url), connection.trusted(False), given)
    async with httpx.AsyncClient(base_url=one.url, transport=transport, timeout=seconds) as http:
        yield http


async def ask(http: httpx.AsyncClient, seconds: float = 30, **given: Any) -> RawResponse | NoResponse:
    return await exchange(http, http.build_request("GET", "/v3/contacts/5", **given), seconds)


def transport_of(http: httpx.AsyncClient) -> DirectTransport:
    found = http._transport
    assert isinstance(found, DirectTransport)
    return found


async def test_it_is_used_unless_a_proxy_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    direct = connection.opened("https://reply.example", {}, timeout=3)
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    proxied = connection.opened("https://reply.example", {}, timeout=3)
    monkeypatch.setenv("NO_PROXY", "reply.example")
    excepted = connection.opened("https://reply.example", {}, timeout=3)
    found = [type(one._transport_for_url(one.base_url)) for one in (direct, proxied, excepted)]
    assert found == [DirectTransport, httpx.AsyncHTTPTransport, DirectTransport]


async def test_one_connection_serves_one_request_after_the_other() -> None:
    async with peer(GOOD) as one, http_of(one) as http:
        for _ in range(5):
            assert isinstance(await ask(http), RawResponse)
    assert (len(one.seen), one.connections) == (5, 1)


async def test_a_request_arrives_as_it_was_made() -> None:
    async with peer(GOOD) as one, http_of(one) as http:
        files = {"file": ("a.csv", b"x" * 300_000, "text/csv")}
        made = http.build_request("POST", "/v3/contacts?a=1&b=%20", files=files, headers={"X-Key": "k"})
        found = await exchange(http, made, 30)
        assert isinstance(found, RawResponse)
    head, _, body = one.seen[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /v3/contacts?a=1&b=%20 HTTP/1.1\r\n")
    assert b"\r\nX-Key: k" in head
    assert body.count(b"x" * 300_000) == 1


async def test_no_more_connections_than_allowed() -> None:
    async with peer(GOOD) as one, http_of(one, max_connections=2) as http:
        async with anyio.create_task_group() as group:
            for _ in range(12):
                group.start_soon(ask, http)
        assert (len(one.seen), one.connections) == (12, 2)


async def test_who_finds_no_place_in_time_has_sent_nothing() -> None:
    async with peer(GOOD) as one, http_of(one, max_connections=1, seconds=0.2) as http:
        async with http.stream("GET", "/v3/contacts/1"):
            assert await ask(http) == NoResponse("no connection in time", handed_over=False)
        assert len(one.seen) == 1
        assert isinstance(await ask(http), RawResponse)


async def test_few_connections_stay_and_not_for_long() -> None:
    async with peer(GOOD) as one, http_of(one, max_keepalive_connections=2, keepalive_expiry=0.2) as http:
        async with anyio.create_task_group() as group:
            for _ in range(6):
                group.start_soon(ask, http)
        assert len(transport_of(http)._idle) == 2
        before = one.connections
        await anyio.sleep(0.3)
        assert isinstance(await ask(http), RawResponse)
        assert one.connections == before + 1
        assert len(transport_of(http)._idle) == 1


async def test_what_the_other_side_has_closed_is_not_used_and_not_kept_open() -> None:
    async def close_after(writer: asyncio.StreamWriter) -> None:
        writer.write(GOOD)
        await writer.drain()

    async with peer(close_after, GOOD) as one, http_of(one) as http:
        assert isinstance(await ask(http), RawResponse)
        await anyio.sleep(0.1)
        (idle,) = transport_of(http)._idle
        assert idle._transport.is_closing(), "it would stay in CLOSE_WAIT"
        assert isinstance(await ask(http), RawResponse)
        assert one.connections == 2


async def test_a_cancelled_request_ends_its_connection() -> None:
    async with peer(SILENCE, GOOD) as one, http_of(one, max_connections=1) as http:
        with anyio.move_on_after(0.1):
            await ask(http)
        assert isinstance(await ask(http), RawResponse)
        assert one.connections == 2


async def test_an_answer_that_is_not_read_to_its_end_ends_its_connection() -> None:
    async with peer(answer(200, "x" * 2_000_000), GOOD) as one, http_of(one, max_connections=1) as http:
        async with http.stream("GET", "/v3/contacts/5") as response:
            assert response.status_code == 200
        assert isinstance(await ask(http), RawResponse)
        assert one.connections == 2


async def test_closing_ends_what_is_under_way() -> None:
    async with peer(SILENCE) as one, http_of(one) as http:
        found: list[RawResponse | NoResponse] = []

        async def asking() -> None:
            found.append(await ask(http))

        async with anyio.create_task_group() as group:
            group.start_soon(asking)
            while not one.seen:
                await anyio.sleep(0.01)
            await transport_of(http).aclose()
        assert found == [NoResponse("the connection broke", handed_over=True)]


async def test_an_answer_is_not_read_ahead_of_who_reads_it() -> None:
    size = 30_000_000
    async with peer(answer(200, "x" * size)) as one, http_of(one) as http, http.stream("GET", "/v3/x") as response:
        await anyio.sleep(0.3)
        (under_way,) = transport_of(http)._busy
        # A read of the event loop takes 256 KB at most.
        assert under_way._unread <= 2 * direct_transport.MOST_UNREAD
        assert sum([len(part) async for part in response.aiter_raw()]) == size


async def test_an_answer_without_a_length_ends_with_its_connection_and_not_with_a_reset() -> None:
    async def whole(writer: asyncio.StreamWriter) -> None:
        writer.write(b'HTTP/1.1 200 X\r\n\r\n{"id": 5}')
        await writer.drain()

    async def torn(writer: asyncio.StreamWriter) -> None:
        await whole(writer)
        await anyio.sleep(0.1)
        reset(writer)

    async with peer(whole, torn) as one, http_of(one) as http:
        first, second = await ask(http), await ask(http)
    assert isinstance(first, RawResponse)
    assert isinstance(second, RawResponse)
    assert (first.body, first.broken) == (b'{"id": 5}', "")
    assert second.broken == "the connection broke"


async def test_what_comes_before_the_answer_is_none() -> None:
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"
    async with peer(hints + GOOD) as one:
        # The peer finds no length in the first head, so it says no more than this.
        one.script = lambda request: hints + GOOD.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
        async with http_of(one) as http:
            found = await ask(http)
    assert isinstance(found, RawResponse)
    assert (found.status, found.body) == (200, b'{"id": 5}')


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 200 X\r\nX-Long: " + b"x" * 200_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 X\r\nContent-Length: 5\r\nContent-Length: 9\r\n\r\n{}",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
    ],
    ids=["a head without end", "two lengths", "another protocol", "no HTTP"],
)
async def test_what_is_no_http_is_no_answer(said: bytes) -> None:
    async def say(writer: asyncio.StreamWriter) -> None:
        writer.write(said)
        await writer.drain()

    async with peer(say) as one, http_of(one) as http:
        assert await ask(http) == NoResponse("the connection broke", handed_over=True)
        assert not transport_of(http)._idle


async def test_where_an_address_is_silent_the_next_one_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[str] = []
    connected = direct_transport._connected

    async def reach_some(family: int, address: Any) -> socket.socket:
        if address[0] != "127.0.0.1":
            try:
                await anyio.sleep_forever()
            finally:
                ended.append(address[0])
        return await connected(family, address)

    async def found(host: str, port: int, **_: object) -> list[Any]:
        hosts = [(socket.AF_INET6, "fd00::1"), (socket.AF_INET6, "fd00::2"), (socket.AF_INET, "127.0.0.1")]
        return [(family, socket.SOCK_STREAM, 6, "", (host, port)) for family, host in hosts]

    monkeypatch.setattr(direct_transport, "_connected", reach_some)
    monkeypatch.setattr(anyio, "getaddrinfo", found)
    monkeypatch.setattr(direct_transport, "NEXT_ADDRESS_SECONDS", 0.05)
    async with peer(GOOD) as one, http_of(one) as http:
        assert isinstance(await ask(http), RawResponse)
    assert ended == ["fd00::1"], "the other family comes before the rest of the first one"


async def test_a_connection_that_takes_too_long_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(family: int, address: Any) -> socket.socket:
        await anyio.sleep_forever()
        raise AssertionError

    monkeypatch.setattr(direct_transport, "_connected", never)
    async with peer(GOOD) as one, http_of(one, seconds=0.1) as http:
        assert await ask(http) == NoResponse("no connection in time", handed_over=False)
        monkeypatch.undo()
        assert isinstance(await ask(http), RawResponse), "its place was given back"


async def test_places_are_given_back_whatever_happens() -> None:
    async with peer(CLOSE, SILENCE, answer(500), GOOD) as one, http_of(one, max_connections=1, seconds=0.2) as http:
        found = [await ask(http) for _ in range(4)]
    assert [isinstance(answer, RawResponse) for answer in found] == [False, False, True, True]


def test_on_the_other_event_loop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    uvloop = pytest.importorskip("uvloop")
    tls, certificate = self_signed(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))

    async def calls(served: ssl.SSLContext | None) -> None:
        async with peer(GOOD, GOOD, answer(200, "{"), tls=served) as one, client_of(one.url) as client:
            assert type(asyncio.get_running_loop()).__module__.startswith("uvloop")
            for _ in range(2):
                assert (await client.send(READ)).data == {"id": 5}
            assert one.connections == 1
            with pytest.raises(Unreadable):
                await client.send(READ)

    monkeypatch.setattr("reply_mcp.client.http.backoff", lambda attempt: 0.0)
    for served in (None, tls):
        uvloop.run(calls(served))
