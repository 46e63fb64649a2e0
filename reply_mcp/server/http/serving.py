"""The process that serves over HTTP."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import signal
import socket
import sys

import anyio
import anyio.lowlevel
import uvicorn
from sse_starlette.sse import AppStatus

from reply_mcp.server.http.app import http_app
from reply_mcp.server.http.connections import Connections
from reply_mcp.server.http.workers import STOPS, Workers, check_workers
from reply_mcp.server.stdio import ENDED_BY
from reply_mcp.settings import SettingError, Settings

DRAIN_SECONDS = 30
"""Seconds for which calls may go on after a signal to stop; then they are cut."""
IDLE_SECONDS = 5.0
"""Seconds for which a connection without a request may then still bring one: a busy proxy takes a while to use all that
it keeps, and closes each that it has used. An answer that had begun before could not say that it was the last."""
BACKLOG = 2048


def serve_http(settings: Settings, host: str, port: int, allowed_hosts: tuple[str, ...] = (), workers: int = 1) -> None:
    """Serves until stopped, by so many processes. The address is printed to standard error, with the port that was free
    for 0.

    Raises:
        SettingError: for settings that do not go together, and an address that cannot be listened on.
    """
    check_workers(workers, settings)
    app = http_app(settings, host, port, allowed_hosts)
    listening = listen(host, port)
    # It would cut streams at the first signal, while uvicorn lets calls end.
    AppStatus.disable_automatic_graceful_drain()  # type: ignore[no-untyped-call]
    config = uvicorn.Config(
        app,
        http=Connections().protocol,  # type: ignore[arg-type]
        # There are none here; with a library for them an upgrade would take its connection out of the bounds.
        ws="none",
        log_level=settings.log_level,
        # It would hold callers' addresses, and headers must never reach a log.
        access_log=False,
        server_header=False,
        # What goes on after `DRAIN_SECONDS` is cut.
        timeout_graceful_shutdown=1,
        # Longer than proxies keep idle connections (nginx: 60 s), so that none is closed while a request is sent.
        timeout_keep_alive=75,
        backlog=BACKLOG,
    )
    # Nothing has to end yet, and as an exception the interrupt could come where Python ignores it.
    signal.signal(signal.SIGINT, lambda number, frame: os._exit(ENDED_BY + number))
    sys.stderr.write(f"reply-mcp at {address(listening)}/mcp\n")

    def serve() -> None:
        server = _Server(config)
        # uvicorn listens to signals a little later, and raises them again when it has stopped: none is lost, and for a
        # service to be stopped is no failure.
        for number in STOPS:
            signal.signal(number, server.handle_exit)
        # What is loaded by now stays for good. Looked through with the rest, it stops every caller for 40 ms at a time.
        gc.freeze()
        server.run(sockets=[listening])

    if workers == 1:
        serve()
    else:
        Workers(workers, serve, listening).run()


class _Server(uvicorn.Server):
    """uvicorn's server, whose end loses no request that a proxy has already sent.

    uvicorn closes idle connections at once. A proxy that sends a request on one in that moment cannot know whether it
    was done, and so answers 502. Here an idle connection may bring one more request, whose answer says that it was the
    last (`app.state.drain`).
    """

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.config.app.state.drain()  # type: ignore[union-attr]
        await self._stop_listening(sockets or [])
        state = self.server_state
        for connection in list(state.connections):
            connection.drain(IDLE_SECONDS)  # type: ignore[union-attr]
        with anyio.move_on_after(DRAIN_SECONDS):
            # uvicorn has sets of them and no event.
            while (state.connections or state.tasks) and not self.force_exit:  # noqa: ASYNC110
                await anyio.sleep(0.05)
        await super().shutdown(sockets)

    async def _stop_listening(self, sockets: list[socket.socket]) -> None:
        """Takes the connections that wait to be accepted, and no more: closing would reset them."""
        loop = asyncio.get_running_loop()

        def protocol() -> asyncio.Protocol:
            return self.config.http_protocol_class(  # type: ignore[call-arg]
                config=self.config, server_state=self.server_state, app_state=self.lifespan.state
            )

        # The event loop closes its own now or, uvloop, in its next step. Until these are closed too, nobody is turned
        # away.
        ours = [listening.dup() for listening in sockets]
        for server in self.servers:
            server.close()
        await anyio.lowlevel.checkpoint()
        accepted = []
        for listening in ours:
            listening.setblocking(False)
            with contextlib.suppress(OSError):
                while True:
                    accepted.append(listening.accept()[0])
            listening.close()
        async with anyio.create_task_group() as group:
            for connection in accepted:
                connection.setblocking(False)
                group.start_soon(loop.connect_accepted_socket, protocol, connection)


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
