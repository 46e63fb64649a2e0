"""Serving the sandbox over a real socket: for people (`serve`) and for tests (`running`)."""

from __future__ import annotations

import asyncio
import signal
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.auto import AutoHTTPProtocol

from reply_mcp.sandbox.app import create_app
from reply_mcp.sandbox.clock import Clock
from reply_mcp.sandbox.faults.injection import Faults
from reply_mcp.sandbox.faults.responses import DROP, HOLD, WRITE
from reply_mcp.sandbox.http.auth import KEYS
from reply_mcp.sandbox.request_log import RequestLog
from reply_mcp.sandbox.store import Store

# Flushed, so that whoever reads our output through a pipe learns the address at once.
_print = partial(print, flush=True)


def with_connection_access(app: ASGIApp) -> ASGIApp:
    """Give the app the extensions that drop a connection, write to it, and hold back its end.

    It must be the outermost app under uvicorn.
    """

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        # uvicorn's `send` is a method of its request cycle, which holds the transport; ASGI itself has no such thing.
        transport = getattr(getattr(send, "__self__", None), "transport", None)
        if scope["type"] == "http" and transport is not None:
            extensions = scope.setdefault("extensions", {})
            extensions[DROP] = partial(_drop, transport)
            extensions[WRITE] = transport.write
            extensions[HOLD] = partial(_hold, transport)
        await app(scope, receive, send)

    return wrapped


def _drop(transport: Any, *, reset: bool) -> None:
    connection = transport.get_extra_info("socket")
    if connection is not None and reset:
        # Lingering for no time makes closing a reset, not a polite end.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


@contextmanager
def _hold(transport: Any) -> Iterator[None]:
    """Keeps back the last, unfilled packet of what is written meanwhile, where the system can: what is written after it
    then arrives in the same one."""
    option = getattr(socket, "TCP_CORK", getattr(socket, "TCP_NOPUSH", None))
    connection = transport.get_extra_info("socket")
    if option is None or connection is None:
        yield
        return
    connection.setsockopt(socket.IPPROTO_TCP, option, 1)
    try:
        yield
    finally:
        connection.setsockopt(socket.IPPROTO_TCP, option, 0)


class ConnectionGate(asyncio.Protocol):
    """Lets a new connection in to the protocol behind it, unless a fault refuses it."""

    def __init__(self, behind: asyncio.Protocol, refuses: Callable[[], bool]) -> None:
        self._behind = behind
        self._refuses = refuses

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self._refuses():
            _drop(transport, reset=True)
            return
        transport.set_protocol(self._behind)
        self._behind.connection_made(transport)


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A sandbox that is being served at `url` (no trailing slash)."""

    url: str
    app: Starlette

    @property
    def store(self) -> Store:
        """Its documents."""
        store: Store = self.app.state.kernel.store
        return store

    @property
    def clock(self) -> Clock:
        """Its virtual time; `advance` moves it and does what became due."""
        clock: Clock = self.app.state.kernel.clock
        return clock

    @property
    def log(self) -> RequestLog:
        """The requests that came in."""
        log: RequestLog = self.app.state.kernel.log
        return log

    @property
    def faults(self) -> Faults:
        """The faults switched on."""
        faults: Faults = self.app.state.kernel.faults
        return faults

    def advance(self, seconds: float) -> None:
        """Move virtual time forward and do what became due."""
        self.app.state.kernel.advance(seconds)

    def wait_until_delivered(self) -> None:
        """Block until every webhook that became due was delivered or given up."""
        self.app.state.kernel.webhooks.wait_until_delivered()


@contextmanager
def running(host: str = "127.0.0.1", port: int = 0, **options: Any) -> Iterator[Sandbox]:
    """Serve a sandbox from a thread, on a free port by default; `options` are those of `create_app`.

    >>> with running(seed=7) as sandbox:
    ...     httpx.get(f"{sandbox.url}/v3/whoami", headers={"Authorization": "Bearer sandbox-full-access"})
    """
    app = create_app(**options)
    server, listening = _server(app, host, port)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        while not server.started:
            if not thread.is_alive():
                raise RuntimeError("the sandbox did not start")
            time.sleep(0.005)
        yield Sandbox(_url(listening), app)
    finally:
        server.should_exit = True
        thread.join(10)
        app.state.kernel.store.close()


def serve(host: str = "127.0.0.1", port: int = 8787, *, say: Callable[[str], None] = _print, **options: Any) -> None:
    """Serve a sandbox until interrupted; `say` gets the lines with its address and keys. Port 0 picks a free one."""
    app = create_app(**options)
    server, listening = _server(app, host, port)
    # uvicorn listens to it a little later; until then an interrupt would be an exception, which could come where Python
    # ignores it.
    signal.signal(signal.SIGINT, server.handle_exit)
    say(f"Reply sandbox at {_url(listening)}")
    for key, about in KEYS.items():
        say(f"  {key:44} {about}")
    server.run(sockets=[listening])
    app.state.kernel.store.close()


def _server(app: Starlette, host: str, port: int) -> tuple[uvicorn.Server, socket.socket]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Without its protocol named, asyncio leaves Nagle's algorithm on, which costs 40 ms an answer.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((host, port))
    listening.listen(2048)  # now, so that the address answers once it has been printed
    # `critical`: a truncated answer is an error to uvicorn, and here it is what was asked for.
    faults: Faults = app.state.kernel.faults
    config = uvicorn.Config(
        with_connection_access(app),
        http=lambda **given: ConnectionGate(AutoHTTPProtocol(**given), faults.refuses_connection),  # type: ignore[arg-type]
        log_level="critical",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        lifespan="off",
        # Longer than clients keep idle connections, so that none is closed while a write is on its way.
        timeout_keep_alive=75,
        timeout_graceful_shutdown=1,
    )
    return uvicorn.Server(config), listening


def _url(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
