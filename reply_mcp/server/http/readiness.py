"""Whether a server takes requests, and how it says with its last answers that it takes no more."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reply_mcp.server.http.auth.issuer import IssuerDown
from reply_mcp.server.http.auth.verifier import Verifier


class Readiness:
    """Whether requests may be sent here. A store that is away is no reason against it: calls go on without it."""

    def __init__(self, verifier: Verifier | None) -> None:
        self._verifier = verifier
        self.draining = False

    async def answer(self, request: Request) -> JSONResponse:
        """200, or 503 with why not."""
        if self.draining:
            return JSONResponse({"status": "stopping"}, 503)
        try:
            if self._verifier is not None:
                await self._verifier.prepare()
        except IssuerDown as down:
            return JSONResponse({"status": "nobody can sign in", "reason": str(down)}, 503)
        return JSONResponse({"status": "ready"})


class LastAnswers:
    """Says with each answer of a server that is being stopped that no further request is taken on its connection."""

    def __init__(self, app: ASGIApp, readiness: Readiness) -> None:
        self._app = app
        self._readiness = readiness

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_last(message: Message) -> None:
            if message["type"] == "http.response.start" and self._readiness.draining:
                others = [header for header in message.get("headers", ()) if header[0].lower() != b"connection"]
                message = {**message, "headers": [*others, (b"connection", b"close")]}
            await send(message)

        await self._app(scope, receive, send_last)
