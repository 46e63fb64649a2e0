"""What every failure comes to, for reads and for writes: the table of docs/reliability.md, row by row.

Each row meets a real socket. What counts is how many requests arrived, which error the caller got, and that its text
is true: a write that may have been done is called so with the read that settles it, and no other is.
"""

from __future__ import annotations

import asyncio
import gzip
import re
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from email.utils import formatdate
from functools import cache
from pathlib import Path
from typing import Any

import anyio
import pytest

from reply_mcp.catalog.operation import Request
from reply_mcp.client.http import Client
from reply_mcp.client.outcomes import TRIES, Answer
from reply_mcp.errors import ApiError, OutcomeUnknown, RateLimited, ReplyError, Unreachable, Unreadable
from tests.client.certificate import self_signed
from tests.client.peer import CLOSE, KEY, RESET, SILENCE, Saying, answer, client_of, peer

BIG = "x" * 8_000_000
READS = (
    Request("GET", "/v3/contacts/5", answer="record"),
    Request("POST", "/v3/contacts/filter", body={}, answer="record"),
)
WRITES = (
    Request("POST", "/v3/contacts", body={"email": "a@b.co"}, safe=False, answer="record"),
    Request("DELETE", "/v3/contacts/5", safe=False, answer="record"),
)
SETTLE = 'reply_search_contacts {"email": "a@b.co"}'
GOOD = answer(200, '{"id": 5}')
PAGE = "<!DOCTYPE html><html><body><h1>Please wait…</h1></body></html>"


@dataclass(frozen=True)
class Outcome:
    """What a request comes to: the words of the table, how often it arrives, and the error (None: an answer)."""

    words: str
    arrives: int
    error: type[ReplyError] | None
    has: str = ""


UNREACHABLE = Outcome("tried 3 times, then *unreachable*", 0, Unreachable, "Nothing was done")
NO_ANSWER = Outcome("tried 3 times, then *unreachable*", TRIES, Unreachable, "It was only a read")
UNREADABLE = Outcome("tried 3 times, then *unreadable*", TRIES, Unreadable, "Try again in a minute")
REFUSED_LATE = Outcome("tried 3 times, then *refused*", TRIES, ApiError)
UNPROCESSED = Outcome("tried 3 times, then *refused*: nothing was done", TRIES, ApiError)
REFUSED = Outcome("*refused* at once", 1, ApiError)
UNDONE = Outcome("*refused* at once: nothing was done", 1, ApiError)
UNKNOWN = Outcome("sent once: *unknown*", 1, OutcomeUnknown)
WAITED = Outcome("waited for and sent again", 2, None)
BUSY = Outcome("*busy* at once, with the time to come back", 1, RateLimited, "retry after")
ANSWERED = Outcome("answered", 1, None)
ANSWERED_AGAIN = Outcome("answered, on a new connection", 2, None)


@dataclass
class Scene:
    """Where requests go, how many came, and what is done beforehand."""

    url: str
    arrived: Callable[[], int] = lambda: 0
    before: Callable[[Client], Awaitable[Any]] | None = None


Making = Callable[[pytest.MonkeyPatch, Path], Any]


@dataclass(frozen=True)
class Row:
    """A failure, how it is made, and what it comes to."""

    what: str
    made: Making
    read: Outcome
    write: Outcome
    waits: bool = False
    """Whether it comes of nothing coming in time: only then is the time short."""


def saying(*script: Saying) -> Making:
    """A peer that answers so."""

    @asynccontextmanager
    async def made(monkeypatch: pytest.MonkeyPatch, folder: Path) -> AsyncIterator[Scene]:
        async with peer(*script) as one:
            yield Scene(one.url, lambda: len(one.seen))

    return made


def raw(data: bytes) -> Saying:
    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()

    return write


def for_ever(part: bytes, pause: float) -> Saying:
    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n")
        while True:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(pause)

    return write


@asynccontextmanager
async def closed_port(monkeypatch: pytest.MonkeyPatch, folder: Path) -> AsyncIterator[Scene]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield Scene(f"http://127.0.0.1:{taken.getsockname()[1]}")


@asynccontextmanager
async def no_such_name(monkeypatch: pytest.MonkeyPatch, folder: Path) -> AsyncIterator[Scene]:
    def getaddrinfo(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    yield Scene("http://reply.invalid")


@asynccontextmanager
async def never_accepted(monkeypatch: pytest.MonkeyPatch, folder: Path) -> AsyncIterator[Scene]:
    """A queue of connections that is full: the next ones are neither taken nor refused."""
    waiting = []
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for _ in range(4):
            one = socket.socket()
            one.setblocking(False)
            one.connect_ex(full.getsockname())
            waiting.append(one)
        yield Scene(f"http://127.0.0.1:{full.getsockname()[1]}")
    for one in waiting:
        one.close()


@asynccontextmanager
async def all_busy(monkeypatch: pytest.MonkeyPatch, folder: Path) -> AsyncIterator[Scene]:
    """One connection is allowed, and something else has it."""
    monkeypatch.setattr("reply_mcp.client.connection.MOST_CONNECTIONS", 1)
    others: list[asyncio.Task[Any]] = []

    async def take(client: Client) -> None:
        async def hold() -> None:
            async with client._open().stream("GET", "/hold", timeout=60):
                pass

        others.append(asyncio.create_task(hold()))
        while not one.seen:
            await asyncio.sleep(0.01)

    async with peer(SILENCE) as one:
        yield Scene(one.url, lambda: len(one.seen) - len(others), take)
        for other in others:
            other.cancel()
        await asyncio.gather(*others, return_exceptions=True)


@asynccontextmanager
async def untrusted(monkeypatch: pytest.MonkeyPatch, folder: Path) -> AsyncIterator[Scene]:
    tls, _ = self_signed(folder)
    async with peer(GOOD, tls=tls) as one:
        yield Scene(one.url, lambda: len(one.seen))


@asynccontextmanager
async def no_tls(monkeypatch: pytest.MonkeyPatch, folder: Path) -> AsyncIterator[Scene]:
    server = await asyncio.start_server(_answer_anything, "127.0.0.1", 0)
    async with server:
        yield Scene(f"https://localhost:{server.sockets[0].getsockname()[1]}")


async def _answer_anything(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(10)
    writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
    writer.close()


@asynccontextmanager
async def silent_tls(monkeypatch: pytest.MonkeyPatch, folder: Path) -> AsyncIterator[Scene]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(50)
        yield Scene(f"https://localhost:{listening.getsockname()[1]}")


@asynccontextmanager
async def behind_proxy(monkeypatch: pytest.MonkeyPatch, says: bytes) -> AsyncIterator[Scene]:
    async with peer(says) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        yield Scene("https://reply.invalid", lambda: sum(not one.startswith(b"CONNECT ") for one in proxy.seen))


def tunnel_refused(monkeypatch: pytest.MonkeyPatch, folder: Path) -> AbstractAsyncContextManager[Scene]:
    return behind_proxy(monkeypatch, answer(407, "", "Proxy-Authenticate: Basic", "Connection: close"))


def tunnel_broken(monkeypatch: pytest.MonkeyPatch, folder: Path) -> AbstractAsyncContextManager[Scene]:
    return behind_proxy(monkeypatch, CLOSE)


@asynccontextmanager
async def closed_while_idle(monkeypatch: pytest.MonkeyPatch, folder: Path) -> AsyncIterator[Scene]:
    # `Connection: close` is not said: that it closes is not known before.
    async def first(writer: asyncio.StreamWriter) -> None:
        writer.write(GOOD)
        await writer.drain()

    async def look(client: Client) -> None:
        await client.send(READS[0])
        await asyncio.sleep(0.05)

    async with peer(first, GOOD) as one:
        yield Scene(one.url, lambda: len(one.seen), look)


def closing_as_it_arrives(*, by_reset: bool) -> Making:
    """A kept connection that ends in the moment in which the next request comes."""

    @asynccontextmanager
    async def made(monkeypatch: pytest.MonkeyPatch, folder: Path) -> AsyncIterator[Scene]:
        async with peer(GOOD, RESET if by_reset else CLOSE) as one:
            yield Scene(one.url, lambda: len(one.seen) - 1, lambda client: client.send(READS[0]))

    return made


async def limited_until(writer: asyncio.StreamWriter) -> None:
    writer.write(answer(429, LIMITED, f"Retry-After: {formatdate(time.time() + 1, usegmt=True)}"))


async def bomb(writer: asyncio.StreamWriter) -> None:
    writer.write(answer(200, packed(), "Content-Encoding: gzip"))
    await writer.drain()


@cache
def packed() -> bytes:
    return gzip.compress(bytes(60 * 1024 * 1024), 1)


LIMITED = '{"title":"Too Many Requests","status":429}'
BUSINESS = '{"code":"directLinkedIn.dailyLimit","detail":"Daily invites used up","status":429}'
PROBLEM = '{"title":"Bad Request","status":400,"detail":"No."}'
FAILED = '{"code":"inboxThread.threadSendFailed","detail":"The mailbox refused","status":502}'

ROWS = (
    # Before anything is sent
    Row("The connection is refused", closed_port, UNREACHABLE, UNREACHABLE),
    Row("The host's name is not found", no_such_name, UNREACHABLE, UNREACHABLE),
    Row("No connection within 10 s", never_accepted, UNREACHABLE, UNREACHABLE, waits=True),
    Row("All 50 connections stay taken", all_busy, UNREACHABLE, UNREACHABLE, waits=True),
    Row("The certificate is not trusted", untrusted, UNREACHABLE, UNREACHABLE),
    Row("No TLS is spoken there", no_tls, UNREACHABLE, UNREACHABLE),
    Row("The TLS handshake is never answered", silent_tls, UNREACHABLE, UNREACHABLE, waits=True),
    Row("The proxy refuses the tunnel", tunnel_refused, UNREACHABLE, UNREACHABLE),
    Row("The proxy closes without making the tunnel", tunnel_broken, UNREACHABLE, UNREACHABLE),
    # No answer
    Row("A kept connection was closed while idle", closed_while_idle, ANSWERED_AGAIN, ANSWERED_AGAIN),
    Row("A kept connection closes as the request arrives", closing_as_it_arrives(by_reset=False), NO_ANSWER, UNKNOWN),
    Row("A kept connection is reset as the request arrives", closing_as_it_arrives(by_reset=True), NO_ANSWER, UNKNOWN),
    Row("Closed after the request", saying(CLOSE), NO_ANSWER, UNKNOWN),
    Row("Reset after the request", saying(RESET), NO_ANSWER, UNKNOWN),
    Row("No answer within `REPLY_TIMEOUT`", saying(SILENCE), NO_ANSWER, UNKNOWN, waits=True),
    Row("Headers of more than 100 KB", saying(raw(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 120_000)), NO_ANSWER, UNKNOWN),
    Row("Something that is not HTTP", saying(raw(b"SSH-2.0-OpenSSH_9.9\r\n")), NO_ANSWER, UNKNOWN),
    # Half an answer
    Row("The body is cut short", saying(answer(200, '{"id": 5', length=400)), UNREADABLE, UNKNOWN),
    Row("The body is not JSON", saying(answer(200, '{"id": ')), UNREADABLE, UNKNOWN),
    Row("JSON nested 100,000 deep", saying(answer(200, "[" * 100_000)), UNREADABLE, UNKNOWN),
    Row("200 with a web page of a proxy", saying(answer(200, PAGE, kind="text/html")), UNREADABLE, UNKNOWN),
    Row("200 or 201 with nothing", saying(answer(200)), UNREADABLE, UNKNOWN),
    Row("204 or 205 where v3 documents an answer", saying(answer(204)), UNREADABLE, UNKNOWN),
    Row("200 with another kind of answer, or an error's body", saying(answer(200, PROBLEM)), UNREADABLE, UNKNOWN),
    Row(
        "Gzip that unpacks to more than 50 MiB",
        saying(bomb),
        UNREADABLE,
        UNKNOWN,
    ),
    Row("Called gzip and is none", saying(answer(200, '{"id": 5}', "Content-Encoding: gzip")), UNREADABLE, UNKNOWN),
    Row(
        "Gzip that ends in the middle",
        saying(answer(200, gzip.compress(b'{"id": 5}')[:-9], "Content-Encoding: gzip")),
        UNREADABLE,
        UNKNOWN,
    ),
    Row(
        "Packed as was not asked for (br, zstd)",
        saying(answer(200, "\x0b\x02\x80{}\x03", "Content-Encoding: br")),
        UNREADABLE,
        UNKNOWN,
    ),
    Row("A body without end", saying(for_ever(b" " * 262_144, 0)), UNREADABLE, UNKNOWN),
    Row("A body that drips on and on", saying(for_ever(b" ", 0.05)), UNREADABLE, UNKNOWN, waits=True),
    Row("100 or 103 before the answer", saying(b"HTTP/1.1 103 Early Hints\r\n\r\n" + GOOD), ANSWERED, ANSWERED),
    Row("101 Switching Protocols", saying(raw(b"HTTP/1.1 101 X\r\nUpgrade: x\r\n\r\n")), NO_ANSWER, UNKNOWN),
    # Statuses
    Row("301, 307 or 308", saying(answer(308, "", "Location: https://login.example/")), REFUSED, UNDONE),
    Row("302 or 303", saying(answer(302, "", "Location: https://login.example/")), REFUSED, UNKNOWN),
    Row("400, 401, 403, 404, 409, 413 or 422", saying(answer(409, '{"code":"x.y"}')), REFUSED, UNDONE),
    Row("403 with a web page of a proxy", saying(answer(403, PAGE, kind="text/html")), REFUSED, UNDONE),
    Row("408", saying(answer(408)), REFUSED_LATE, UNKNOWN),
    Row("425", saying(answer(425)), REFUSED_LATE, UNPROCESSED),
    Row("429 with `Retry-After` in seconds", saying(answer(429, LIMITED, "Retry-After: 0.1"), GOOD), WAITED, WAITED),
    Row("429 with `Retry-After` as a date", saying(limited_until, GOOD), WAITED, WAITED),
    Row("429 without `Retry-After`", saying(answer(429, LIMITED), GOOD), WAITED, WAITED),
    Row("429 for longer than `REPLY_PATIENCE`", saying(answer(429, LIMITED, "Retry-After: 600")), BUSY, BUSY),
    Row("429 with a code of its own (LinkedIn's limits)", saying(answer(429, BUSINESS)), REFUSED, UNDONE),
    Row("500", saying(answer(500)), REFUSED_LATE, UNKNOWN),
    Row("502, also of a proxy", saying(answer(502, PAGE, kind="text/html")), REFUSED_LATE, UNKNOWN),
    Row("503", saying(answer(503, '{"title":"Down"}')), REFUSED_LATE, UNKNOWN),
    Row("504", saying(answer(504)), REFUSED_LATE, UNKNOWN),
    Row("499 and others that are not registered", saying(answer(499)), REFUSED_LATE, UNKNOWN),
    Row("501, 505 and others from 500", saying(answer(501)), REFUSED, UNKNOWN),
    Row("5xx whose code ends in `Failed`", saying(answer(502, FAILED)), REFUSED, UNDONE),
)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reply_mcp.client.http.backoff", lambda attempt: 0.001 * attempt)


CASES = [(row, request) for row in ROWS for request in (*READS, *WRITES)]


@pytest.mark.parametrize(
    ("row", "request_"), CASES, ids=[f"{row.what}-{request.method}-{request.safe}" for row, request in CASES]
)
async def test_each_failure_comes_to_what_the_table_says(
    row: Row, request_: Request, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    expected = row.read if request_.safe else row.write
    monkeypatch.setattr("reply_mcp.client.http.CONNECT_SECONDS", 0.3 if row.waits else 60)
    timeout = 0.25 if row.waits else 60
    async with row.made(monkeypatch, tmp_path) as scene, client_of(scene.url, timeout=timeout, patience=60) as client:
        if scene.before:
            await scene.before(client)
        came, text = await outcome(client, request_)
        assert came is expected.error, text
        # The peer may be slower than the client is patient: what was sent arrives all the same.
        with anyio.move_on_after(10):
            while scene.arrived() < expected.arrives:
                await anyio.sleep(0.01)
        assert scene.arrived() == expected.arrives, text
    assert KEY not in text
    assert expected.has in text
    assert ("may have been done" in text) is (expected.error is OutcomeUnknown)
    if expected.error is OutcomeUnknown:
        assert SETTLE in text
        assert "Nothing was" not in text
    if request_.safe and expected.error:
        assert "not send it again" not in text


async def outcome(client: Client, request: Request) -> tuple[type[ReplyError] | None, str]:
    """The kind of error and its text; (None, "") for an answer."""
    try:
        got = await client.send(request, verify_with=None if request.safe else SETTLE)
    except ReplyError as error:
        return type(error), str(error)
    assert isinstance(got, Answer)
    return None, ""


def test_the_documentation_has_the_same_table() -> None:
    text = (Path(__file__).parents[2] / "docs" / "reliability.md").read_text("utf-8")
    cells = re.findall(r"^\| (.+?) *\| (.+?) *\| (.+?) *\|$", text, re.MULTILINE)
    told = [row for row in cells if not row[1].startswith(("-", "A read"))]
    assert told == [(row.what, row.read.words, row.write.words) for row in ROWS]


async def test_half_a_character_in_an_answer_is_replaced_since_it_cannot_go_back() -> None:
    body = r'{"id": 7, "title": "half \ud83d", "name": "whole \ud83d\ude00"}'
    async with peer(answer(200, body)) as one, client_of(one.url) as client:
        got = await client.send(Request("GET", "/v3/contacts/7"))
    assert got.data == {"id": 7, "title": "half \ufffd", "name": "whole 😀"}


async def test_an_object_in_a_list_of_one_is_the_object() -> None:
    """Some reports come so; read as no object, the statuses of somebody who opted out would say nothing of it."""
    asked = Request("GET", "/v3/contacts/5/statuses", answer=["contactId", "isOptedOut"])
    async with peer(answer(200, '[{"contactId": 5, "isOptedOut": true}]')) as one, client_of(one.url) as client:
        got = await client.send(asked)
    assert got.data == {"contactId": 5, "isOptedOut": True}
