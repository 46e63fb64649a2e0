"""What a request may cost: its size, its depth, its time, and how many of a caller are answered at once.

A body is read whole before anything is made of it, by this layer alone. It stands behind the sign-in, so that who has
none sends no body at all.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field

import anyio
from anyio import to_thread
from pydantic_core import from_json
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES = 1_000_000
"""Bytes of a request's body."""
MOST_UNNAMED_BYTES = 64_000
"""Bytes of the body of a request without a key or token: enough for whatever may be asked without one."""
MOST_BYTES_IN_ALL = 48_000_000
"""Bytes of the bodies of all requests that are being read or answered."""
MOST_DEPTH = 200
"""Objects and lists within one another: what pydantic's parser takes. Others work by recursion too, without a bound of
their own, and end the process."""
MOST_CONTAINERS = 50_000
MOST_VALUES = 250_000
"""Objects and lists, and values, of a body: an import of 10,000 people has a fifth of it."""
MOST_HEADERS = 200
"""Header lines: each layer looks through them for its own."""
LARGE_BYTES = 32_000
"""Bytes from which a body is looked through off the event loop."""
BODY_SECONDS = 20.0
"""How long a body may take."""
LAST_BODY_SECONDS = 3.0
"""The same from the moment at which the server is to be stopped."""
SEND_SECONDS = 60.0
"""How long a client may take to read a part of its answer."""
SEND_SECONDS_OF_UNKNOWN = 5.0
CALLS_OF_ONE = 16
"""Requests of one caller that are answered at once."""
WAITING_OF_ONE = 48
"""Requests of one caller that wait for those."""
CALLS_IN_ALL = 500
CALLS_OF_UNKNOWN = 16
"""Requests at once of callers whose key Reply has not yet accepted. With many of them at work, each of the steps of a
call that others wait for would come after a step of every one of theirs."""
CALLS_WITHOUT_KEY = 4
"""Requests at once that name no key, and so wait for nobody."""
WAITING_OF_UNKNOWN = 284
"""Requests of theirs that wait for those: after a restart everybody is unknown at first."""
LARGE_EVERY = 0.25
"""Seconds between two large bodies of such callers: one may take 80 ms to parse, in which nothing else is done."""
RETRY_SECONDS = 1


def too_much_in(body: bytes) -> str:
    """What a JSON text has too much of; "" where it may be parsed. What is no JSON is for the protocol to say."""
    containers = body.count(b"[") + body.count(b"{")
    if containers > MOST_CONTAINERS or body.count(b",") > MOST_VALUES:
        return f"A request may have {MOST_CONTAINERS:,} objects and lists, and {MOST_VALUES:,} values."
    if containers > MOST_DEPTH:
        try:
            from_json(body, allow_inf_nan=True, cache_strings="none")
        except ValueError as error:
            if "recursion limit" in str(error):
                return f"At most {MOST_DEPTH} objects and lists may be within one another."
    return ""


def _semaphore(places: int) -> anyio.Semaphore:
    """One whose free places are taken without a turn of the event loop."""
    return anyio.Semaphore(places, fast_acquire=True)


@dataclass(frozen=True, slots=True)
class Calling:
    """Who makes a request: `key` tells callers apart, "" for who names no key; `known`: Reply has accepted them."""

    key: str
    known: bool


@dataclass(slots=True)
class _Turns:
    """The requests of one caller."""

    running: anyio.Semaphore = field(default_factory=lambda: _semaphore(CALLS_OF_ONE))
    here: int = 0


@dataclass(slots=True)
class _Place:
    """A place among those who are not known; none is needed where there is no semaphore."""

    _among: anyio.Semaphore | None

    async def take(self) -> None:
        if self._among is not None:
            await self._among.acquire()

    def give_back(self) -> None:
        """Once: what comes later has no effect."""
        among, self._among = self._among, None
        if among is not None:
            among.release()


class Refused(Exception):
    """The request is not answered: an HTTP status, and what is wrong."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def with_few_headers(app: ASGIApp) -> ASGIApp:
    """The application behind a bound on the number of headers, which each layer of it would look through."""

    async def bounded(scope: Scope, receive: Receive, send: Send) -> None:
        if len(scope["headers"]) > MOST_HEADERS:
            await _refuse(Refused(431, f"A request may have {MOST_HEADERS} headers."), scope, receive, send)
        else:
            await app(scope, receive, send)

    return bounded


class Bounds:
    """Lets requests through within the bounds.

    Args:
        calling: who makes the request with this scope.
    """

    def __init__(self, app: ASGIApp, calling: Callable[[Scope], Calling]) -> None:
        self._app = app
        self._calling = calling
        self._turns: dict[str, _Turns] = {}
        self._bytes = 0
        self._calls = 0
        self._unknown_calls = 0
        self._unknown_running = _semaphore(CALLS_OF_UNKNOWN)
        self._without_key_running = _semaphore(CALLS_WITHOUT_KEY)
        self._next_large = 0.0
        self._reading: set[anyio.CancelScope] = set()
        self._draining = False

    def drain(self) -> None:
        """Waits little longer for bodies: what a proxy has sent arrives, who has sent half of theirs calls another."""
        self._draining = True
        for limit in self._reading:
            limit.deadline = min(limit.deadline, anyio.current_time() + LAST_BODY_SECONDS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        calling = self._calling(scope)
        held = [0]
        try:
            body = await self._read(scope, receive, calling, held)
            address = str((scope.get("client") or ("",))[0])
            async with self._turn(calling, address, large=len(body) > LARGE_BYTES) as done:
                seconds = SEND_SECONDS if calling.known else SEND_SECONDS_OF_UNKNOWN
                await self._answer(scope, receive, send, body, done, seconds)
        except Refused as refused:
            await _refuse(refused, scope, receive, send)
        finally:
            self._bytes -= held[0]

    async def _read(self, scope: Scope, receive: Receive, calling: Calling, held: list[int]) -> bytes:
        most = MOST_BYTES if calling.key else MOST_UNNAMED_BYTES
        too_large = Refused(413, f"A request may have {most:,} bytes.")
        announced = Headers(scope=scope).get("content-length", "")
        if announced.isascii() and announced.isdigit() and int(announced[:12]) > most:
            raise too_large
        parts: list[bytes] = []
        with anyio.move_on_after(BODY_SECONDS) as limit, self._until_drained(limit):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Refused(400, "The request ended before its body did.")
                part = message.get("body", b"")
                held[0] += len(part)
                self._bytes += len(part)
                if held[0] > most:
                    raise too_large
                if self._bytes > MOST_BYTES_IN_ALL:
                    raise Refused(503, "Too much is being sent at once; try again in a moment.")
                parts.append(part)
                if not message.get("more_body"):
                    break
        if limit.cancelled_caught and self._draining:
            raise Refused(503, "This server is being stopped.")
        if limit.cancelled_caught:
            raise Refused(408, f"A request's body has to come within {BODY_SECONDS:.0f} s.")
        body = b"".join(parts)
        wrong = await to_thread.run_sync(too_much_in, body) if len(body) > LARGE_BYTES else too_much_in(body)
        if wrong:
            raise Refused(400, wrong)
        return body

    @contextmanager
    def _until_drained(self, limit: anyio.CancelScope) -> Iterator[None]:
        self._reading.add(limit)
        try:
            yield
        finally:
            self._reading.discard(limit)

    @asynccontextmanager
    async def _turn(self, calling: Calling, address: str, *, large: bool = False) -> AsyncIterator[Callable[[], None]]:
        """Holds one of the places among the requests that are answered at once. Gives what is to be called when the
        answer is made: whoever does not read theirs takes no place from others who are not known."""
        key = calling.key or f"from {address}"
        too_many_unknown = not calling.known and self._unknown_calls >= CALLS_OF_UNKNOWN + WAITING_OF_UNKNOWN
        if self._calls >= CALLS_IN_ALL or too_many_unknown:
            raise Refused(503, "This server is busy; try again in a moment.")
        turns = self._turns.setdefault(key, _Turns())
        if turns.here >= CALLS_OF_ONE + WAITING_OF_ONE:
            raise Refused(429, f"{CALLS_OF_ONE} requests of a caller are answered at once; wait for some of yours.")
        turns.here += 1
        self._calls += 1
        self._unknown_calls += not calling.known
        try:
            async with turns.running:
                if large and not calling.known:
                    await self._pace_large()
                place = self._place_of(calling)
                await place.take()
                try:
                    yield place.give_back
                finally:
                    place.give_back()
        finally:
            turns.here -= 1
            self._calls -= 1
            self._unknown_calls -= not calling.known
            if not turns.here:
                self._turns.pop(key, None)

    def _place_of(self, calling: Calling) -> _Place:
        if calling.known:
            return _Place(None)
        return _Place(self._unknown_running if calling.key else self._without_key_running)

    async def _pace_large(self) -> None:
        """Waits until another large body of an unknown caller may be parsed."""
        now = anyio.current_time()
        begins = max(now, self._next_large)
        self._next_large = begins + LARGE_EVERY
        await anyio.sleep(begins - now)

    async def _answer(
        self, scope: Scope, receive: Receive, send: Send, body: bytes, done: Callable[[], None], seconds: float
    ) -> None:
        """Hands the body on; a client that stops reading its answer ends the call."""
        replayed = False

        async def receive_body() -> Message:
            nonlocal replayed
            if replayed:
                return await receive()
            replayed = True
            return {"type": "http.request", "body": body, "more_body": False}

        with anyio.CancelScope() as call:

            async def send_in_time(message: Message) -> None:
                if message["type"] == "http.response.body" and not message.get("more_body"):
                    done()
                with anyio.move_on_after(seconds) as limit:
                    await send(message)
                if limit.cancelled_caught:
                    call.cancel()

            await self._app(scope, receive_body, send_in_time)


async def _refuse(refused: Refused, scope: Scope, receive: Receive, send: Send) -> None:
    # The rest of a body is not read, so the connection cannot be used again.
    headers = {"Connection": "close"} if refused.status in (400, 408, 413, 431) else {"Retry-After": str(RETRY_SECONDS)}
    error = {"jsonrpc": "2.0", "id": None, "error": {"code": -32600, "message": str(refused)}}
    await Response(json.dumps(error), refused.status, headers, "application/json")(scope, receive, send)
