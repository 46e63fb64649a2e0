"""The page of `reply-mcp approve --page`: what waits for a person, on this machine alone.

Whoever opens the address with the token, which works once, gets a session; every answer needs the session and the
secret of the form. The page loads nothing and runs no script.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import html
import secrets
import socket
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request as HttpRequest
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from reply_mcp.client.stores import StoreDown
from reply_mcp.server.consent.requests import AWAY, GONE, Request, Requests

HOST = "127.0.0.1"
MOST_BYTES = 10_000
"""Of a form that is sent back."""
COOKIE = "reply-mcp-approve"
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b;"
    "background:#fff}pre{white-space:pre-wrap;overflow-wrap:anywhere;font:inherit;border-left:3px solid #767676;"
    "padding-left:1rem}button{font:inherit;padding:.4rem 1.2rem;margin-right:1rem}"
)
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
HEADERS = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class Page:
    """The page of one run.

    Attributes:
        token: opens the page once.
    """

    def __init__(self, requests: Requests) -> None:
        self._requests = requests
        self.token = secrets.token_urlsafe(32)
        self._opened = False
        self._session = secrets.token_urlsafe(32)
        self._form = secrets.token_urlsafe(32)

    def app(self) -> Starlette:
        routes = [Route("/", self._show, methods=["GET"]), Route("/answer", self._answer, methods=["POST"])]
        hosts = Middleware(TrustedHostMiddleware, allowed_hosts=[HOST, "localhost"])
        return Starlette(routes=routes, middleware=[hosts])

    async def _show(self, http: HttpRequest) -> Response:
        token = http.query_params.get("token")
        if token is not None:
            if self._opened or not _equal(token, self.token):
                return _page("This address has been used, or is not the one that was printed.", status=403)
            self._opened = True
            response = RedirectResponse("/", status_code=303, headers=HEADERS)
            response.set_cookie(COOKIE, self._session, httponly=True, samesite="strict")
            return response
        if not self._knows(http):
            return _page("Open the address that <code>reply-mcp approve --page</code> printed.", status=403)
        return await self._list()

    async def _answer(self, http: HttpRequest) -> Response:
        form = await _read_form(http)
        if not self._knows(http) or form is None or not _equal(form.get("form", ""), self._form):
            return _page("This answer did not come from the page. Nothing was kept.", status=403)
        try:
            waiting = {request.shown: request for request in await self._requests.waiting()}
            request, answer = waiting.get(form.get("request", "")), form.get("answer")
            if answer not in ("approve", "decline"):
                return _page("Neither approved nor declined. Nothing was kept.", status=400)
            if request is None or not await self._requests.answer(request, agreed=answer == "approve"):
                return await self._list(GONE)
        except StoreDown:
            return _page(AWAY, status=503)
        return await self._list(f"{request.id}: {'approved' if answer == 'approve' else 'declined'}.")

    async def _list(self, note: str = "") -> Response:
        try:
            waiting = await self._requests.waiting()
        except StoreDown:
            return _page(AWAY, status=503)
        parts = [f"<p role=status>{html.escape(note)}</p>"] if note else []
        parts += [self._question(request) for request in waiting] or ["<p>Nothing waits for a person.</p>"]
        # A page with a question stays still while it is read.
        return _page("".join(parts), refresh=not waiting)

    def _question(self, request: Request) -> str:
        return (
            f"<form method=post action=/answer><pre>{html.escape(request.describe())}</pre>"
            f'<input type=hidden name=form value="{self._form}">'
            f'<input type=hidden name=request value="{html.escape(request.shown)}">'
            "<button name=answer value=approve>Approve</button>"
            "<button name=answer value=decline>Decline</button></form>"
        )

    def _knows(self, http: HttpRequest) -> bool:
        return _equal(http.cookies.get(COOKIE, ""), self._session)


def _page(body: str, *, status: int = 200, refresh: bool = False) -> HTMLResponse:
    again = '<meta http-equiv=refresh content="3;url=/">' if refresh else ""
    return HTMLResponse(
        f"<!doctype html><html lang=en><head><meta charset=utf-8>{again}<title>Reply: what waits for you</title>"
        f"<style>{_STYLE}</style></head><body><h1>What waits for you</h1>{body}</body></html>",
        status_code=status,
        headers=HEADERS,
    )


async def _read_form(http: HttpRequest) -> dict[str, str] | None:
    """The fields of a form, each once; None where it is too long or no text."""
    body = b""
    async for chunk in http.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            return None
    try:
        return {name: values[0] for name, values in parse_qs(body.decode("ascii")).items()}
    except ValueError:
        return None


def _equal(given: str, right: str) -> bool:
    return hmac.compare_digest(given.encode(), right.encode())


async def serve_page(requests: Requests, port: int) -> None:
    """Serves until stopped, and prints the address first."""
    import uvicorn

    page = Page(requests)
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((HOST, port))
        print(f"http://{HOST}:{listening.getsockname()[1]}/?token={page.token}", flush=True)
        print("The address works once. Ctrl-C ends the page.", flush=True)
        # No access log: it would hold the token.
        config = uvicorn.Config(page.app(), log_level="warning", access_log=False)
        await uvicorn.Server(config).serve([listening])
