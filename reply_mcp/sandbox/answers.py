"""Answers on their way out: JSON, and the broken ones that faults ask for."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from reply_mcp.sandbox.auth import Unauthorized
from reply_mcp.sandbox.faults import Fault
from reply_mcp.sandbox.operation import Reply
from reply_mcp.sandbox.problems import Problem

ABORT = "reply.sandbox.abort"
"""The ASGI extension (see `serving`) that drops the connection without an answer."""

_PAGE = "<!DOCTYPE html><html><head><title>Please wait</title></head><body><h1>Please wait…</h1></body></html>"


def rendered(result: Any) -> Response:
    """What a handler answered as an HTTP answer."""
    reply = result if isinstance(result, Reply) else Reply(200, result)
    if reply.text is not None:
        return Response(reply.text, reply.status, dict(reply.headers), reply.media_type)
    if reply.body is None and isinstance(result, Reply):
        return Response(None, reply.status, dict(reply.headers))
    content = json.dumps(reply.body, ensure_ascii=False, separators=(",", ":"))
    return Response(content.encode(), reply.status, dict(reply.headers), "application/json")


def refused(problem: Problem) -> Response:
    """A problem as an HTTP answer; a documented 401 has no body."""
    if isinstance(problem, Unauthorized) and problem.empty:
        return Response(None, problem.status, problem.headers)
    return problem.response()


async def broken(fault: Fault, request: Request, intended: Response | None) -> Response:
    """The answer that a fault gives instead of `intended` (None where the request was not processed)."""
    match fault.kind:
        case "reset":
            return Reset()
        case "truncate":
            return Truncated(intended.body if intended else b'{"items":[{"id":1,"name":"')
        case "html":
            return Response(_PAGE, fault.status or 200, media_type="text/html")
        case "answer":
            return rendered(Reply(fault.status or 200, fault.body, fault.headers))
        case "hang":
            # Only the caller's giving up ends it.
            while (await request.receive())["type"] != "http.disconnect":
                pass
            return Reset()
        case _:
            headers = {"Retry-After": str(fault.retry_after)} if fault.retry_after is not None else None
            return Problem(fault.status or 503, headers=headers).response()


class Reset(Response):
    """No answer: the connection is dropped."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        abort = scope.get("extensions", {}).get(ABORT)
        if abort is None:
            raise ConnectionResetError("the sandbox dropped the connection")
        abort()
        # Let the server notice, so that it does not answer for us.
        await asyncio.sleep(0)


class Truncated(Response):
    """Half a body under the length of the whole."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        whole = bytes(self.body)
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(whole)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": whole[: len(whole) // 2], "more_body": True})
        # Returning without the rest makes the server close the connection.
