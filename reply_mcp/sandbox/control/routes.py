"""The sandbox's own controls, outside /v3: the clock, the log of requests, faults, rate windows."""

from __future__ import annotations

import json
import time
from collections import deque
from dataclasses import asdict
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from reply_mcp.sandbox.http.problems import Problem, invalid

if TYPE_CHECKING:
    from reply_mcp.sandbox.app import Kernel

KEPT = 10_000


class RequestLog:
    """The last requests, numbered from 1."""

    def __init__(self) -> None:
        self._entries: deque[dict[str, Any]] = deque(maxlen=KEPT)
        self._last = 0

    def add(self, request: Request, body: bytes) -> dict[str, Any]:
        """Note a request; its status is filled in when it is answered. Of the key only the end is kept."""
        self._last += 1
        entry = {
            "n": self._last,
            "at": time.time(),
            "method": request.method,
            "path": request.url.path,
            "query": dict(request.query_params),
            "body": _readable(body),
            "status": None,
            "key": request.headers.get("authorization", "")[-8:],
        }
        self._entries.append(entry)
        return entry

    def since(self, number: int = 0) -> list[dict[str, Any]]:
        """The entries after `number`, oldest first."""
        later = list(takewhile(lambda entry: entry["n"] > number, reversed(self._entries)))
        return later[::-1]

    @property
    def last(self) -> int:
        """The number of the latest entry."""
        return self._last


def _readable(body: bytes) -> Any:
    if not body:
        return None
    try:
        return json.loads(body)
    except ValueError:
        return body.decode("utf-8", "replace")


def control_routes(kernel: Kernel) -> list[Route]:
    """`/sandbox/clock`, `/sandbox/requests`, `/sandbox/faults` and `/sandbox/limits`."""

    async def clock(request: Request) -> Response:
        if request.method == "POST":
            wanted = _readable(await request.body())
            seconds = wanted.get("advance") if isinstance(wanted, dict) else None
            if not isinstance(seconds, int | float) or seconds < 0:
                return invalid(("/advance", "A number of seconds, 0 or more, is required.")).response()
            kernel.advance(float(seconds))
        now = kernel.clock
        return JSONResponse({"now": now.iso(), "offset": now.offset, "speed": now.speed})

    async def requests(request: Request) -> Response:
        since = request.query_params.get("since", "0")
        rows = kernel.log.since(int(since) if since.isdigit() else 0)
        return JSONResponse({"requests": rows, "next": kernel.log.last})

    async def faults(request: Request) -> Response:
        if request.method == "DELETE":
            kernel.faults.clear()
            return Response(status_code=204)
        if request.method == "GET":
            return JSONResponse([asdict(fault) for fault in kernel.faults.all()])
        try:
            kernel.faults.add(_readable(await request.body()))
        except Problem as problem:
            return problem.response()
        return Response(status_code=204)

    async def limits(request: Request) -> Response:
        kernel.limits.reset()
        return Response(status_code=204)

    return [
        Route("/sandbox/clock", clock, methods=["GET", "POST"]),
        Route("/sandbox/requests", requests, methods=["GET"]),
        Route("/sandbox/faults", faults, methods=["GET", "POST", "DELETE"]),
        Route("/sandbox/limits", limits, methods=["DELETE"]),
    ]
