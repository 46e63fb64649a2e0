"""Serving one person over standard input and output."""

from __future__ import annotations

import os
import re
import signal
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from io import TextIOWrapper
from typing import Any

import anyio
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server

from reply_mcp.server.context import Caller, Context
from reply_mcp.server.local_key import LocalKey
from reply_mcp.server.server import build_server
from reply_mcp.server.sessions import Sessions
from reply_mcp.settings import Settings
from reply_mcp.text.times import MACHINE

CLOSE_SECONDS = 3.0
"""How long connections may take to close when a signal ends the process."""
ENDING = (signal.SIGINT, signal.SIGTERM)
ENDED_BY = 128
"""With the number of the signal the exit status of a process that it ended."""
_ESCAPES = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)", re.DOTALL
)
"""Every escape of a JSON text: whole surrogate pairs, halves of one (the group), any other."""
_CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f]")
"""Not allowed within a JSON text's strings, and between them space at most; a line's end stays."""


class RequestLines(TextIOWrapper):
    """Requests a line each. What no JSON parser takes, and hosts send all the same, is repaired: a byte order mark
    goes, half of a surrogate pair becomes U+FFFD, and a control character that is not escaped a space; a request with
    any of them would never be answered."""

    def readline(self, size: int = -1, /) -> str:  # type: ignore[override]
        return readable_line(super().readline(size))

    def close(self) -> None:
        """Leaves the stream below open, which is the process's own."""
        if not self.closed:
            self.detach()


def readable_line(line: str) -> str:
    """A line of JSON without byte order mark, control characters and halves of surrogate pairs."""
    line = _CONTROLS.sub(" ", line.removeprefix("\ufeff"))
    if "\\ud" not in line and "\\uD" not in line:
        return line
    return _ESCAPES.sub(lambda match: r"\ufffd" if match[1] else match[0], line)


def local_server(settings: Settings, *, pages: bool = True) -> tuple[Server[Any], Sessions]:
    """A server for the one credential of the settings, and the sessions to close after it.

    Args:
        pages: whether the host can open pages of this machine, on which the person answers.
    """
    settings = settings if settings.time_zone else replace(settings, time_zone=MACHINE)
    sessions = Sessions(settings, local=True)
    key = LocalKey(settings)

    async def find_caller(context: Context) -> Caller:
        credential = await key.credential()
        return Caller(None, "") if credential is None else Caller(await sessions.of(credential), key.fingerprint())

    server = build_server(
        settings, find_caller, state=sessions.state(), principal=lambda context: key.fingerprint(), pages=pages
    )
    return server, sessions


async def serve_stdio(settings: Settings) -> None:
    """Serves until the client closes the stream, or a signal ends the process."""
    server, sessions = local_server(settings)
    lines = anyio.wrap_file(RequestLines(sys.stdin.buffer, encoding="utf-8", errors="replace", newline="\n"))
    serving, served = anyio.CancelScope(), anyio.Event()

    async def end() -> None:
        serving.cancel()
        with anyio.move_on_after(settings.timeout):
            await served.wait()
        with anyio.move_on_after(CLOSE_SECONDS):
            await sessions.aclose()

    async with anyio.create_task_group() as group:
        group.start_soon(_end_on_signal, end)
        try:
            async with stdio_server(stdin=lines) as (read, write):
                with serving:
                    await server.run(read, write, server.create_initialization_options())
                served.set()
        finally:
            with anyio.CancelScope(shield=True):
                await sessions.aclose()
        group.cancel_scope.cancel()


async def _exit_at_interrupt(signals: AsyncIterator[int]) -> None:
    async for number in signals:
        if number == signal.SIGINT:  # hosts that end a server send one signal after the other
            os._exit(ENDED_BY + number)


async def _end_on_signal(end: Callable[[], Awaitable[None]]) -> None:
    """Ends the process at Ctrl-C, or when it is told to end, once `end` is done: a write that was begun is ended and
    kept, so that it can be known, undone and not made twice. A second Ctrl-C does not wait.

    By `os._exit`, since the thread that waits for input cannot be stopped, and would hold it up.
    """
    try:
        with anyio.open_signal_receiver(*ENDING) as signals:
            first = await anext(signals)
            async with anyio.create_task_group() as group:
                group.start_soon(_exit_at_interrupt, signals)
                await end()
                os._exit(ENDED_BY + first)
    except (NotImplementedError, ValueError, RuntimeError):
        # Windows has no such receiver, nor has a thread that is not the main one.
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, lambda number, frame: os._exit(ENDED_BY + number))
