"""The process that serves over HTTP."""

from __future__ import annotations

import signal
import socket
import sys

import uvicorn
from sse_starlette.sse import AppStatus

from reply_mcp.server.http.app import http_app
from reply_mcp.server.http.connections import Connections
from reply_mcp.settings import SettingError, Settings

DRAIN_SECONDS = 30
"""Seconds for which calls may go on after a signal to stop; then they are cut."""
BACKLOG = 2048


def serve_http(settings: Settings, host: str, port: int, allowed_hosts: tuple[str, ...] = ()) -> None:
    """Serves until stopped. The address is printed to standard error, with the port that was free for 0.

    Raises:
        SettingError: for settings that do not go together, and an address that cannot be listened on.
    """
    app = http_app(settings, host, port, allowed_hosts)
    listening = listen(host, port)
    # It would cut streams at the first signal, while uvicorn lets calls end.
    AppStatus.disable_automatic_graceful_drain()  # type: ignore[no-untyped-call]
    config = uvicorn.Config(
        app,
        http=Connections().protocol,  # type: ignore[arg-type]
        log_level=settings.log_level,
        # It would hold callers' addresses, and headers must never reach a log.
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=DRAIN_SECONDS,
        # Longer than proxies keep idle connections (nginx: 60 s), so that none is closed while a request is sent.
        timeout_keep_alive=75,
        backlog=BACKLOG,
    )
    sys.stderr.write(f"reply-mcp at {address(listening)}/mcp\n")
    # uvicorn raises the signal again when it has stopped, and for a service to be stopped is no failure.
    signal.signal(signal.SIGTERM, lambda number, frame: None)
    _Server(config).run(sockets=[listening])


class _Server(uvicorn.Server):
    """uvicorn's server, which tells the application that it is being stopped."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.config.app.state.drain()  # type: ignore[union-attr]
        await super().shutdown(sockets)


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there.

    Raises:
        SettingError: where it cannot.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Without its protocol named, asyncio leaves Nagle's algorithm on, which costs 40 ms an answer.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(BACKLOG)
    except (OSError, OverflowError) as error:
        listening.close()
        reason = error.strerror if isinstance(error, OSError) else "no such port"
        raise SettingError(f"--host {host} --port {port}: cannot be listened on ({reason})") from None
    return listening


def address(listening: socket.socket) -> str:
    """The address at which this machine reaches a socket."""
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
