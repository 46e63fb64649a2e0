"""The access log: a line of JSON for each request to `/mcp`: who called what, what came of it, and no content."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reply_mcp.server.http.connections import send_unless_reset
from reply_mcp.server.http.facts import facts_of
from reply_mcp.server.http.metrics import Metrics

GONE = 499
"""The status of a request whose client went away before its answer."""


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
        began, status = time.perf_counter(), GONE

        async def send_noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send_unless_reset(send, message)

        try:
            await self._app(scope, receive, send_noted)
        finally:
            self._metrics.count_request(status)
            if self._write is not None:
                self._write(_line(scope, status, time.perf_counter() - began))


def _line(scope: Scope, status: int, seconds: float) -> str:
    facts = facts_of(scope)
    row = {
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "method": scope["method"][:10],
        "status": status,
        "seconds": round(seconds, 3),
        "caller": facts.caller,
    }
    for call in facts.calls[:1]:
        row |= {"tool": call.tool, "effect": call.effect, "outcome": call.outcome, "consent": call.agreed_by}
    return json.dumps({name: value for name, value in row.items() if value != ""}) + "\n"
