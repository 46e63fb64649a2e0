"""The access log: a line of JSON for each request to `/mcp`: who called what, what came of it, and no content."""

from __future__ import annotations

import json
import logging
import os
import queue
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

import anyio
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reply_mcp.server.http.connections import send_unless_reset
from reply_mcp.server.http.facts import facts_of
from reply_mcp.server.http.metrics import Metrics

GONE = 499
"""The status of a request whose client went away before its answer."""


MOST_LINES = 10_000
"""Lines that wait to be written; beyond them they are lost, and counted."""
MOST_AT_ONCE = 100
REST_SECONDS = 0.05
"""How long lines may wait for others that are written with them: to wake a thread for each, which then takes turns with
the event loop, costs more than the lines do."""
MOST_AFTER_SECONDS = 120.0
"""How long a line waits for the end of a call whose client went away."""
END_SECONDS = 2.0
"""How long the last lines may take."""

logger = logging.getLogger(__name__)


class LogFile:
    """Writes lines to a file, from a thread of its own: whoever reads the log stops no call where they do not, and a
    full disk breaks no connection.

    Args:
        number: of the open file.
    """

    def __init__(self, number: int) -> None:
        self._number = number
        self._lines: queue.Queue[str | None] = queue.Queue(MOST_LINES)
        self._lost = 0
        self._thread: threading.Thread | None = None

    def write(self, line: str) -> None:
        """Takes a line; it does not wait."""
        if self._thread is None:
            # Not before: a process that is forked has no threads of the other.
            self._thread = threading.Thread(target=self._run, name="access log", daemon=True)
            self._thread.start()
        try:
            self._lines.put_nowait(line)
        except queue.Full:
            self._lost += 1

    def close(self) -> None:
        """Waits for the last lines, but not long."""
        if self._thread is None:
            return
        try:
            self._lines.put_nowait(None)
        except queue.Full:
            return
        self._thread.join(END_SECONDS)

    def _run(self) -> None:
        failed = ended = False
        while not ended:
            lines = [self._lines.get()]
            while len(lines) < MOST_AT_ONCE and not self._lines.empty():
                lines.append(self._lines.get())
            ended = None in lines
            text = "".join(line for line in lines if line is not None)
            if self._lost:
                lost, self._lost = self._lost, 0
                text += json.dumps({"time": _now(), "lost_lines": lost}) + "\n"
            try:
                _write_all(self._number, text.encode())
                failed = False
            except OSError as error:
                if not failed:
                    logger.error("the access log cannot be written: %s", error.strerror)
                failed = True
            if not ended and len(lines) < MOST_AT_ONCE:
                time.sleep(REST_SECONDS)


def _write_all(number: int, data: bytes) -> None:
    while data:
        data = data[os.write(number, data) :]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


class AccessLog:
    """Logs and counts each request.

    Args:
        write: takes a line; None where there is no log.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics, write: Callable[[str], object] | None) -> None:
        self._app = app
        self._metrics = metrics
        self._write = write

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        began, status, whole = time.perf_counter(), GONE, False

        async def send_noted(message: Message) -> None:
            nonlocal status, whole
            if message["type"] == "http.response.start":
                status = message["status"]
            whole = message["type"] == "http.response.body" and not message.get("more_body")
            await send_unless_reset(send, message)

        try:
            await self._app(scope, receive, send_noted)
        finally:
            seconds = time.perf_counter() - began
            await self._end(scope, status if whole else GONE, seconds)

    async def _end(self, scope: Scope, status: int, seconds: float) -> None:
        self._metrics.count_request(status)
        if status == GONE:
            # What came of its call is known when that has ended: a write under way is still answered.
            with anyio.move_on_after(MOST_AFTER_SECONDS):
                await facts_of(scope).wait_until_answered()
        if self._write is not None:
            self._write(_line(scope, status, seconds))


def _line(scope: Scope, status: int, seconds: float) -> str:
    facts = facts_of(scope)
    row = {
        "time": _now(),
        "method": scope["method"][:10],
        "status": status,
        "seconds": round(seconds, 3),
        "caller": facts.caller,
    }
    for call in facts.calls[:1]:
        row |= {"tool": call.tool, "effect": call.effect, "outcome": call.outcome, "consent": call.agreed_by}
    return json.dumps({name: value for name, value in row.items() if value != ""}) + "\n"
