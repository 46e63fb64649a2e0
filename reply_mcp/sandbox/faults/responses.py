"""The answers that faults give: broken, endless, dropped, or none at all."""

from __future__ import annotations

import gzip
import time
from collections.abc import AsyncIterator
from contextlib import nullcontext
from email.utils import formatdate
from functools import cache

import anyio
import anyio.lowlevel
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from reply_mcp.sandbox.faults.injection import Fault
from reply_mcp.sandbox.http.problems import Problem

DROP = "reply.sandbox.drop"
"""The ASGI extension (see `serving`) that drops the connection without an answer."""
WRITE = "reply.sandbox.write"
"""The ASGI extension that writes bytes to the connection, past HTTP."""
HOLD = "reply.sandbox.hold"
"""The ASGI extension within which what is written arrives together."""

_HTML_PAGE = "<!DOCTYPE html><html><head><title>Please wait</title></head><body><h1>Please wait…</h1></body></html>"


async def faulty_response(fault: Fault, request: Request, intended: Response | None) -> Response:  # noqa: C901
    """The answer that a fault gives instead of `intended` (None where the request was not processed)."""
    body = bytes(intended.body) if intended else b'{"items":[{"id":1,"name":"Ann"}]}'
    match fault.kind:
        case "reset":
            return DroppedConnection(reset=True)
        case "close":
            return DroppedConnection(reset=False)
        case "truncate":
            return TruncatedResponse(body, intended.status_code if intended else 200)
        case "html":
            return Response(_HTML_PAGE, fault.status or 200, media_type="text/html")
        case "empty":
            return Response(None, fault.status or 200)
        case "malformed":
            return Response(body[:-1] + b",", fault.status or 200, media_type="application/json")
        case "redirect":
            return Response(None, fault.status or 302, {"Location": "https://elsewhere.example/", **fault.headers})
        case "bomb":
            return Response(_gzip_bomb(), fault.status or 200, {"Content-Encoding": "gzip"}, "application/json")
        case "endless":
            return StreamingResponse(_endless_body(b" " * 65536, 0), fault.status or 200, media_type="application/json")
        case "leftover":
            return LeftoverResponse(intended or Response(body, media_type="application/json"))
        case "trickle":
            return StreamingResponse(_endless_body(b" ", 0.05), fault.status or 200, media_type="application/json")
        case "answer":
            return JSONResponse(fault.body, fault.status or 200, fault.headers)
        case "hang":
            # Only the caller's giving up ends it.
            while (await request.receive())["type"] != "http.disconnect":
                pass
            return DroppedConnection(reset=True)
        case _:
            return Problem(fault.status or 503, headers=_retry_after(fault)).response()


def _retry_after(fault: Fault) -> dict[str, str]:
    if fault.retry_after is None:
        return {}
    at = formatdate(time.time() + fault.retry_after, usegmt=True)
    return {"Retry-After": at if fault.retry_date else str(fault.retry_after)}


@cache
def _gzip_bomb() -> bytes:
    return gzip.compress(bytes(64 * 1024 * 1024))


async def _endless_body(part: bytes, pause: float) -> AsyncIterator[bytes]:
    while True:
        yield part
        await anyio.sleep(pause)


class DroppedConnection(Response):
    """No answer: the connection is reset, or closed as if all were well."""

    def __init__(self, *, reset: bool) -> None:
        super().__init__()
        self._reset = reset

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        drop = scope.get("extensions", {}).get(DROP)
        if drop is None:
            raise ConnectionResetError("the sandbox dropped the connection")
        drop(reset=self._reset)
        # Let the server notice, so that it does not answer for us.
        await anyio.lowlevel.checkpoint()


class TruncatedResponse(Response):
    """Half a body under the length of the whole."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        whole = bytes(self.body)
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(whole)).encode())]
        await send({"type": "http.response.start", "status": self.status_code, "headers": headers})
        await send({"type": "http.response.body", "body": whole[: len(whole) // 2], "more_body": True})
        # Returning without the rest makes the server close the connection.


class LeftoverResponse(Response):
    """A right answer, followed by a whole one that no request asked for.

    The two arrive together: what arrives after the next request has left is by HTTP the answer to that one.
    """

    def __init__(self, right: Response) -> None:
        super().__init__()
        self.body, self.status_code, self.raw_headers = right.body, right.status_code, right.raw_headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        extensions = scope.get("extensions", {})
        with extensions.get(HOLD, nullcontext)():
            await super().__call__(scope, receive, send)
            if WRITE in extensions:
                stray = b'{"id":1,"items":[],"hasMore":false}'
                head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
                extensions[WRITE](head % len(stray) + stray)
