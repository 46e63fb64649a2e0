"""The sandbox's own controls, outside /v3: the clock, the log of requests, the outbox, faults, rate windows."""

from __future__ import annotations

from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from reply_mcp.sandbox.http.problems import Problem, invalid
from reply_mcp.sandbox.kernel import Kernel
from reply_mcp.sandbox.records.outbox import comparable
from reply_mcp.sandbox.request_log import read_text_or_json


def control_routes(kernel: Kernel) -> list[Route]:
    """`/sandbox/clock`, `/sandbox/requests`, `/sandbox/outbox`, `/sandbox/faults` and `/sandbox/limits`.

    `/sandbox/outbox` answers what left the account (see `records.outbox`) after the entry numbered `since`.
    """

    async def clock(request: Request) -> Response:
        if request.method == "POST":
            wanted = read_text_or_json(await request.body())
            seconds = wanted.get("advance") if isinstance(wanted, dict) else None
            if not isinstance(seconds, int | float) or seconds < 0:
                return invalid(("/advance", "A number of seconds, 0 or more, is required.")).response()
            kernel.advance(float(seconds))
        now = kernel.clock
        return JSONResponse({"now": now.iso(), "offset": now.offset, "speed": now.speed})

    async def requests(request: Request) -> Response:
        rows = kernel.log.since(_since(request))
        return JSONResponse({"requests": rows, "next": kernel.log.last})

    async def faults(request: Request) -> Response:
        if request.method == "DELETE":
            kernel.faults.clear()
            return Response(status_code=204)
        if request.method == "GET":
            return JSONResponse([asdict(fault) for fault in kernel.faults.all()])
        try:
            kernel.faults.add(read_text_or_json(await request.body()))
        except Problem as problem:
            return problem.response()
        return Response(status_code=204)

    async def outbox(request: Request) -> Response:
        first = _since(request)
        rows = [entry for entry in kernel.store.all("outbox") if entry["id"] > first]
        last = rows[-1]["id"] if rows else first
        if request.query_params.get("comparable") == "true":
            rows = [comparable(entry) for entry in rows]
        return JSONResponse({"outbox": rows, "next": last})

    async def limits(request: Request) -> Response:
        kernel.limits.reset()
        return Response(status_code=204)

    return [
        Route("/sandbox/clock", clock, methods=["GET", "POST"]),
        Route("/sandbox/requests", requests, methods=["GET"]),
        Route("/sandbox/outbox", outbox, methods=["GET"]),
        Route("/sandbox/faults", faults, methods=["GET", "POST", "DELETE"]),
        Route("/sandbox/limits", limits, methods=["DELETE"]),
    ]


def _since(request: Request) -> int:
    """The number after which entries are asked for."""
    given = request.query_params.get("since", "0")
    return int(given) if given.isdigit() else 0
