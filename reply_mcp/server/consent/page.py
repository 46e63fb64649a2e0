"""Pages on this machine where a person answers what waits: all of it (`reply-mcp approve --page`), or one question that
the host opens (elicitation in URL mode).

The address of a page holds a secret and works once: the browser that opens it first gets a cookie for that page, and
every answer needs the cookie and the secret of the form. A page loads nothing and runs no script. Agents never read an
address: it goes to the host, or to the terminal of the command.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import html
import secrets
import socket
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs

import anyio
from anyio.abc import TaskGroup, TaskStatus
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request as HttpRequest
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from reply_mcp.client.stores import StoreDown
from reply_mcp.server.consent.requests import AWAY, GONE, Request, Requests
from reply_mcp.settings import SettingError

HOST = "127.0.0.1"
MOST_BYTES = 10_000
"""Of a form that is sent back."""
MOST_PAGES = 200
"""Pages that can be open; a new one beyond them closes the oldest."""
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
    "Cross-Origin-Opener-Policy": "same-origin",
}
DONE = "You can close this page and go back to where you were asked."


def _secret() -> str:
    return secrets.token_urlsafe(32)


@dataclass
class _Opened:
    """One page.

    Attributes:
        shown: the digest of the one question on it; None for all that waits.
        cookie: what the browser that opened it brings along.
        form: the secret of its forms.
        used: whether its address has been opened.
    """

    shown: str | None
    cookie: str = field(default_factory=_secret)
    form: str = field(default_factory=_secret)
    used: bool = False


class Pages:
    """The pages of one process."""

    def __init__(self, requests: Requests) -> None:
        self._requests = requests
        self._pages: OrderedDict[str, _Opened] = OrderedDict()

    def add(self, shown: str | None = None) -> str:
        """A new page for one question, or for all that waits; gives its path."""
        token = _secret()
        self._pages[token] = _Opened(shown)
        if len(self._pages) > MOST_PAGES:
            self._pages.popitem(last=False)
        return f"/{token}"

    def app(self) -> Starlette:
        routes = [
            Route("/{token}", self._show, methods=["GET"]),
            Route("/{token}", self._answer, methods=["POST"]),
        ]
        hosts = Middleware(TrustedHostMiddleware, allowed_hosts=[HOST, "localhost"])
        return Starlette(routes=routes, middleware=[hosts])

    async def _show(self, http: HttpRequest) -> Response:
        if http.method == "HEAD" or "prefetch" in http.headers.get("sec-purpose", ""):
            return Response(status_code=204, headers=HEADERS)  # a look ahead must not use the address up
        page = self._pages.get(http.path_params["token"])
        if page is None:
            return _render("There is no such page here, or it is no longer open.", status=404)
        if page.used and not _brings_cookie(http, page):
            return _render("This address has been opened before and works once.", status=403)
        first, page.used = not page.used, True  # at once: of two that come together one is the first
        response = await self._list(page)
        if first:
            # For this page alone: cookies of this host are shared by all its ports.
            response.set_cookie(COOKIE, page.cookie, path=http.url.path, httponly=True, samesite="lax")
        return response

    async def _answer(self, http: HttpRequest) -> Response:
        page, form = self._pages.get(http.path_params["token"]), await _read_form(http)
        if page is None or form is None or not _brings_cookie(http, page) or not _equal(form.get("form"), page.form):
            return _render("This answer did not come from the page. Nothing was kept.", status=403)
        answer = form.get("answer")
        if answer not in ("approve", "decline"):
            return _render("Neither approved nor declined. Nothing was kept.", status=400)
        try:
            request = next((one for one in await self._on(page) if one.shown == form.get("request")), None)
            if request is None or not await self._requests.answer(request, agreed=answer == "approve"):
                return await self._list(page, GONE)
        except StoreDown:
            return _render(AWAY, status=503)
        return await self._list(page, f"{request.id}: {'approved' if answer == 'approve' else 'declined'}.")

    async def _on(self, page: _Opened) -> list[Request]:
        """What waits and stands on this page."""
        if page.shown is None:
            return await self._requests.waiting()
        found = await self._requests.find(page.shown)
        return [] if found is None else [found]

    async def _list(self, page: _Opened, note: str = "") -> Response:
        try:
            waiting = await self._on(page)
        except StoreDown:
            return _render(AWAY, status=503)
        parts = [f"<p role=status>{html.escape(note)}</p>"] if note else []
        parts += [_question(request, page.form) for request in waiting]
        if not waiting:
            parts.append(
                "<p>Nothing waits for a person.</p>" if page.shown is None else f"<p>{DONE if note else GONE}</p>"
            )
        # A page with a question stays still while it is read.
        return _render("".join(parts), refresh=page.shown is None and not waiting)


def _question(request: Request, form: str) -> str:
    return (
        f"<form method=post><pre>{html.escape(request.describe())}</pre>"
        f'<input type=hidden name=form value="{form}">'
        f'<input type=hidden name=request value="{html.escape(request.shown)}">'
        "<button name=answer value=approve>Approve</button>"
        "<button name=answer value=decline>Decline</button></form>"
    )


def _render(body: str, *, status: int = 200, refresh: bool = False) -> HTMLResponse:
    again = "<meta http-equiv=refresh content=3>" if refresh else ""
    return HTMLResponse(
        f"<!doctype html><html lang=en><head><meta charset=utf-8>{again}<title>Reply: what waits for you</title>"
        '<meta name=viewport content="width=device-width">'
        f"<style>{_STYLE}</style></head><body><main><h1>What waits for you</h1>{body}</main></body></html>",
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


def _brings_cookie(http: HttpRequest, page: _Opened) -> bool:
    return _equal(http.cookies.get(COOKIE), page.cookie)


def _equal(given: str | None, right: str) -> bool:
    return given is not None and hmac.compare_digest(given.encode(), right.encode())


@contextmanager
def listening(port: int = 0) -> Iterator[socket.socket]:
    """A socket of this machine alone; port 0 is a free one.

    Raises:
        SettingError: where it cannot listen.
    """
    with socket.socket() as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            one.bind((HOST, port))
        except (OSError, OverflowError) as error:
            reason = error.strerror if isinstance(error, OSError) else "no such port"
            raise SettingError(f"--port {port}: cannot be listened on ({reason})") from None
        yield one


class LocalPages:
    """Pages that a server shows beside its work, while `running`. Nothing listens before the first is opened."""

    def __init__(self, requests: Requests) -> None:
        self._pages = Pages(requests)
        self._running: _Running | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Within this, pages can be opened; what is open is closed after it."""
        async with anyio.create_task_group() as group:
            self._running = _Running(group)
            try:
                yield
            finally:
                self._running.ending.set()
                self._running = None

    async def open(self, shown: str) -> str | None:
        """The address of a new page for this question, for its first reader; None where no page can be shown."""
        running = self._running
        if running is None:
            return None
        async with running.opening:
            if running.port is None:
                try:
                    running.port = await running.group.start(self._serve, running.ending)
                except OSError:
                    return None
        return f"http://{HOST}:{running.port}{self._pages.add(shown)}"

    async def _serve(self, ending: anyio.Event, *, task_status: TaskStatus[int]) -> None:
        """Serves until `ending`, in the background; gives the port."""
        import uvicorn

        with listening() as port:
            # No access log: it would hold the secrets of the addresses.
            config = uvicorn.Config(
                self._pages.app(), log_level="critical", access_log=False, lifespan="off", server_header=False
            )
            server = uvicorn.Server(config)
            server.capture_signals = _no_signals  # type: ignore[method-assign]  # they are the host's
            async with anyio.create_task_group() as group:
                group.start_soon(server.serve, [port])
                port.listen()
                task_status.started(port.getsockname()[1])
                await ending.wait()
                # Nobody waits for a browser that keeps its connection open.
                server.should_exit = server.force_exit = True


@dataclass
class _Running:
    """Pages while they are served.

    Attributes:
        ending: set when they are to be closed.
        port: where they are; None before the first.
    """

    group: TaskGroup
    ending: anyio.Event = field(default_factory=anyio.Event)
    opening: anyio.Lock = field(default_factory=anyio.Lock)
    port: int | None = None


@contextmanager
def _no_signals() -> Iterator[None]:
    yield
