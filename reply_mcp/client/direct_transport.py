"""HTTP/1.1 to Reply without a proxy, right on the event loop.

httpx's own transport reaches the network through httpcore and anyio, whose pool, locks and cancel scopes take half of
what a request costs here. This one is another of httpx's transports: the same client, the same parser (h11), and a
connection that is an `asyncio.Protocol`, which anyio has nothing for.

A connection is used again only where its answer has ended, nothing came behind it, and nothing has come since; what is
cancelled, fails or is not read to its end closes it. Of a request that was begun nothing is repeated here.
"""

from __future__ import annotations

import asyncio
import contextlib
import select
import socket
import ssl
from collections.abc import AsyncIterator, Iterator
from typing import Any, cast

import anyio
import h11
import httpcore
import httpx

MOST_UNREAD = 256 * 1024
"""Bytes of an answer that wait to be read before the connection is asked to wait."""
MOST_HEAD = 100 * 1024
"""Bytes of an answer's status line and headers."""
NEXT_ADDRESS_SECONDS = 0.25
"""After which the next of a host's addresses is tried beside the one before (RFC 8305)."""


class DirectTransport(httpx.AsyncBaseTransport):
    """The connections to one host.

    Args:
        url: of that host; the path does not matter.
        tls: whom to trust, where the URL is one of https.
    """

    def __init__(self, url: httpx.URL, tls: ssl.SSLContext, limits: httpx.Limits) -> None:
        encrypted = url.scheme == "https"
        self._host = url.raw_host.decode("ascii")
        self._port = url.port or (443 if encrypted else 80)
        self._tls = tls if encrypted else None
        if self._tls is not None:
            self._tls.set_alpn_protocols(["http/1.1"])
        self._most_idle = limits.max_keepalive_connections or 0
        self._idle_seconds = limits.keepalive_expiry or 0.0
        self._places = anyio.Semaphore(limits.max_connections or 1, fast_acquire=True)
        self._idle: list[_Connection] = []
        self._busy: set[_Connection] = set()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        timeouts: dict[str, float | None] = request.extensions.get("timeout", {})
        if self._places.value:
            await self._places.acquire()
        else:
            with _limit(timeouts.get("pool"), httpx.PoolTimeout):
                await self._places.acquire()
        connection: _Connection | None = None
        try:
            connection = self._take_idle() or await self._connect(timeouts.get("connect"))
            self._busy.add(connection)
            await connection.send(request, timeouts.get("write"))
            head = await connection.head(timeouts.get("read"))
        except BaseException:
            self.end(connection, keep=False)
            raise
        body = _Body(self, connection, timeouts.get("read"))
        return httpx.Response(head.status_code, headers=head.headers.raw_items(), stream=body)

    def _take_idle(self) -> _Connection | None:
        """Of the connections that are still good the one that was used last."""
        now = asyncio.get_running_loop().time()
        while self._idle:
            connection = self._idle.pop()
            if now < connection.idle_since + self._idle_seconds and connection.is_quiet():
                return connection
            connection.abort()
        return None

    async def _connect(self, seconds: float | None) -> _Connection:
        loop, name = asyncio.get_running_loop(), self._host if self._tls else None
        try:
            with _limit(seconds, httpx.ConnectTimeout):
                reached = await _reach(self._host, self._port)
                # From here on the socket is the event loop's, which closes it where this fails.
                made = await loop.create_connection(_Connection, sock=reached, ssl=self._tls, server_hostname=name)
        except OSError as error:
            raise httpx.ConnectError("no connection") from error
        return made[1]

    def end(self, connection: _Connection | None, *, keep: bool) -> None:
        """Gives back the place of an exchange that has ended, and its connection, which may be used again or not."""
        self._places.release()
        if connection is None:
            return
        self._busy.discard(connection)
        if keep and len(self._idle) < self._most_idle:
            connection.idle_since = asyncio.get_running_loop().time()
            self._idle.append(connection)
        else:
            connection.abort()

    async def aclose(self) -> None:
        """Closes every connection; requests under way fail."""
        while self._idle:
            self._idle.pop().abort()
        for connection in self._busy:
            connection.abort()


class _Body(httpx.AsyncByteStream):
    """The body of an answer. When it is closed, its connection is given back."""

    def __init__(self, transport: DirectTransport, connection: _Connection, seconds: float | None) -> None:
        self._transport = transport
        self._of: _Connection | None = connection
        self._seconds = seconds

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while self._of is not None and type(event := await self._of.event(self._seconds)) is h11.Data:
            yield bytes(event.data)

    async def aclose(self) -> None:
        connection, self._of = self._of, None
        if connection is not None:
            self._transport.end(connection, keep=connection.has_ended_well())


class _Connection(asyncio.Protocol):
    """One exchange after the other."""

    def __init__(self) -> None:
        self.idle_since = 0.0
        self._transport: asyncio.Transport
        self._parser = h11.Connection(h11.CLIENT, max_incomplete_event_size=MOST_HEAD)
        self._in_exchange = False
        self._unread = 0
        self._waits: asyncio.Future[bool] | None = None
        """For bytes, or for the end of them; False where they did not come in time."""
        self._flushed: asyncio.Future[bool] | None = None
        """Done when all that was written is with the system, or, False, never will be."""
        self._ended = False
        """Whether nothing more comes."""
        self._told_end = False
        self._error: Exception | None = None
        """Why nothing more comes, where it was no proper end."""

    # What the event loop calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is none by inheritance
        # Whoever writes waits until the system has taken it all: whether it has says what may have been done.
        self._transport.set_write_buffer_limits(0)

    def data_received(self, data: bytes) -> None:
        if not self._in_exchange:
            # Nobody has asked: it would be taken for the answer to the next request.
            self.abort()
            return
        self._parser.receive_data(data)
        self._unread += len(data)
        if self._unread > MOST_UNREAD:
            self._transport.pause_reading()
        _wake(self._waits, True)

    def eof_received(self) -> None:
        self._ended = True
        _wake(self._waits, True)

    def connection_lost(self, error: Exception | None) -> None:
        self._error = self._error or error
        self._ended = True
        _wake(self._waits, True)
        _wake(self._flushed, False)

    def pause_writing(self) -> None:
        self._flushed = asyncio.get_running_loop().create_future()

    def resume_writing(self) -> None:
        _wake(self._flushed, True)
        self._flushed = None

    # An exchange

    def is_quiet(self) -> bool:
        """Whether the connection stands and nothing has come since its last answer, not even unnoticed as yet."""
        return not (self._ended or self._transport.is_closing() or _is_readable(self._transport))

    async def send(self, request: httpx.Request, seconds: float | None) -> None:
        """Writes the request, and tells the request's `trace` so, by httpcore's names. A write that fails does not end
        the exchange: the answer may have come already.

        Raises:
            httpx.WriteTimeout: where the system does not take it in time.
        """
        self._in_exchange = True
        assert isinstance(request.stream, httpx.AsyncByteStream)
        try:
            target, headers = request.url.raw_path, request.headers.raw
            parts = [self._parser.send(h11.Request(method=request.method, target=target, headers=headers))]
            async for part in request.stream:
                parts.append(self._parser.send(h11.Data(data=part)))  # noqa: PERF401
            parts.append(self._parser.send(h11.EndOfMessage()))
        except h11.LocalProtocolError as error:
            raise httpx.LocalProtocolError(str(error)) from error
        trace = request.extensions.get("trace", _no_trace)
        await trace("http11.send_request_headers.started", {"request": request})
        if not await self._write(b"".join(parts), seconds):
            # By its name for the part that comes first: half a request is none, whichever half.
            await trace("http11.send_request_headers.failed", {"exception": httpcore.WriteError()})

    async def _write(self, data: bytes, seconds: float | None) -> bool:
        """Whether the system has taken it all."""
        if self._ended or self._transport.is_closing():
            return False
        self._transport.write(data)
        if self._flushed is None:
            return not self._transport.is_closing()
        with _limit(seconds, httpx.WriteTimeout):
            return await self._flushed

    async def head(self, seconds: float | None) -> h11.Response:
        """The status and headers of the answer; `seconds` as for `event`."""
        while type(event := await self.event(seconds)) is h11.InformationalResponse:
            pass
        if type(event) is not h11.Response:
            raise httpx.RemoteProtocolError("no answer")
        return event

    async def event(self, seconds: float | None) -> Any:
        """The next part of the answer.

        Raises:
            httpx.ReadTimeout: where nothing comes in so many seconds.
            httpx.ReadError, httpx.RemoteProtocolError: where the connection breaks, or what comes is no HTTP.
        """
        while True:
            try:
                event = self._parser.next_event()
            except h11.RemoteProtocolError as error:
                raise httpx.RemoteProtocolError(str(error)) from error
            if event is not h11.NEED_DATA:
                return event
            if not self._ended:
                await self._more(seconds)
            elif self._error is not None or self._told_end:
                raise httpx.ReadError("the connection broke") from self._error
            else:
                self._told_end = True
                self._parser.receive_data(b"")

    async def _more(self, seconds: float | None) -> None:
        """Waits for bytes, or for their end."""
        if self._unread > MOST_UNREAD:
            self._transport.resume_reading()
        self._unread = 0
        loop = asyncio.get_running_loop()
        self._waits = loop.create_future()
        limit = None if seconds is None else loop.call_later(seconds, _wake, self._waits, False)
        try:
            if not await self._waits:
                raise httpx.ReadTimeout("nothing came in time")
        finally:
            self._waits = None
            if limit is not None:
                limit.cancel()

    def has_ended_well(self) -> bool:
        """Whether the exchange has come to its end, and the connection is fit for the next one: what follows an answer
        is nobody's."""
        parser = self._parser
        whole = parser.our_state is parser.their_state is h11.DONE
        if not whole or parser.trailing_data[0] or self._ended or self._transport.is_closing():
            return False
        if self._unread > MOST_UNREAD:
            self._transport.resume_reading()
        self._unread = 0
        self._in_exchange = False
        parser.start_next_cycle()
        return True

    def abort(self) -> None:
        """Closes it at once."""
        self._error = self._error or ConnectionAbortedError()
        self._transport.abort()


async def _no_trace(event: str, info: dict[str, Any]) -> None:
    pass


def _wake(waiting: asyncio.Future[bool] | None, how: bool) -> None:
    if waiting is not None and not waiting.done():
        waiting.set_result(how)


def _is_readable(transport: asyncio.Transport) -> bool:
    number = transport.get_extra_info("socket").fileno()
    if not hasattr(select, "poll"):
        return bool(select.select([number], [], [], 0)[0])
    poll = select.poll()
    poll.register(number, select.POLLIN)
    return bool(poll.poll(0))


@contextlib.contextmanager
def _limit(seconds: float | None, error: type[httpx.TimeoutException]) -> Iterator[None]:
    try:
        with anyio.fail_after(seconds):
            yield
    except TimeoutError:
        raise error("not in time") from None


async def _reach(host: str, port: int) -> socket.socket:
    """A socket that is connected to the first of the host's addresses that answers.

    Raises:
        OSError: where none does, from what each of them said.
    """
    protocol = socket.IPPROTO_TCP
    found = await anyio.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=protocol)
    reached: list[socket.socket] = []
    errors: list[OSError] = []

    async def attempt(family: int, address: Any, ended: anyio.Event) -> None:
        try:
            reached.append(await _connected(family, address))
            group.cancel_scope.cancel()
        except OSError as error:
            errors.append(error)
        finally:
            ended.set()

    try:
        async with anyio.create_task_group() as group:
            for family, address in _alternating([(one[0], one[-1]) for one in found]):
                ended = anyio.Event()
                group.start_soon(attempt, family, address, ended)
                with anyio.move_on_after(NEXT_ADDRESS_SECONDS):
                    await ended.wait()
        if not reached:
            raise OSError("no address answers") from ExceptionGroup("of each address", errors)
    except BaseException:
        for one in reached:
            one.close()
        raise
    for other in reached[1:]:
        other.close()
    return reached[0]


def _alternating(addresses: list[tuple[int, Any]]) -> list[tuple[int, Any]]:
    """The addresses in their order, but the second of another family than the first: what a whole family lacks is a
    way."""
    other = next((one for one in addresses if one[0] != addresses[0][0]), None)
    if other is None:
        return addresses
    rest = [one for one in addresses[1:] if one is not other]
    return [addresses[0], other, *rest]


async def _connected(family: int, address: Any) -> socket.socket:
    one = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        one.setblocking(False)
        await asyncio.get_running_loop().sock_connect(one, address)
    except BaseException:
        one.close()
        raise
    return one
