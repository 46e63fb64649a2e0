"""The ASGI application: `/mcp`, what is needed to sign in, and `/healthz`."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
from mcp.server.transport_security import TransportSecuritySettings
from starlette.applications import Starlette
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reply_mcp.client.session import Session
from reply_mcp.server.context import Context
from reply_mcp.server.http.access_log import AccessLog
from reply_mcp.server.http.auth.issuer import IssuerDown
from reply_mcp.server.http.auth.sign_in import SignIn, metadata_routes, public_host
from reply_mcp.server.http.auth.team import Team, TeamSession
from reply_mcp.server.http.auth.verifier import Verifier
from reply_mcp.server.http.bounds import Bounds
from reply_mcp.server.http.callers import PassThrough
from reply_mcp.server.http.combinations import check_combination
from reply_mcp.server.http.endpoint import McpEndpoint
from reply_mcp.server.http.facts import facts_in
from reply_mcp.server.http.metrics import Metrics
from reply_mcp.server.http.narrowing import Narrowing
from reply_mcp.server.restriction import Restriction
from reply_mcp.server.server import build_server
from reply_mcp.server.sessions import Sessions
from reply_mcp.server.tool_handlers import CallReport
from reply_mcp.settings import Settings

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def http_app(settings: Settings, host: str, port: int, allowed_hosts: tuple[str, ...] = ()) -> Starlette:
    """The ASGI application of these settings.

    Args:
        allowed_hosts: further values of the Host header that are served, such as `mcp.example.com`; needed when
            `host` is not a loopback address and no public address is set.

    Raises:
        SettingError: for settings that do not go together.
    """
    check_combination(settings)
    signs_in = bool(settings.issuer or settings.tokens_file)
    sessions = Sessions(settings, local=False, opened=TeamSession if signs_in else Session)
    callers = Team(settings, sessions) if signs_in else PassThrough(sessions)
    metrics = Metrics(sessions, settings.metrics_token)

    def note_call(context: Context, report: CallReport) -> None:
        facts_in(context).calls.append(report)
        metrics.count_call(report)

    server = build_server(
        settings,
        callers.find_caller,
        state=sessions.state(),
        principal=callers.principal,
        restriction_of=_restriction_of,
        on_call=note_call,
    )
    endpoint = McpEndpoint(server, _security(settings, host, allowed_hosts))
    verifier = Verifier(settings) if signs_in else None
    bounded = Bounds(Narrowing(endpoint), callers.calling)
    mcp: ASGIApp = bounded if verifier is None else SignIn(bounded, settings, verifier)
    if settings.allowed_origins:
        mcp = CORSMiddleware(
            mcp,
            allow_origins=settings.allowed_origins,
            allow_methods=["POST"],
            allow_headers=["*"],
            expose_headers=["WWW-Authenticate", "Retry-After"],
        )

    readiness = Readiness(verifier)
    mcp = AccessLog(LastAnswers(mcp, readiness), metrics, _write if settings.access_log else None)

    async def healthz(request: Request) -> JSONResponse:
        return JSONResponse({"status": "ok"})

    @asynccontextmanager
    async def lifespan(application: Starlette) -> AsyncIterator[None]:
        try:
            async with endpoint.running(), anyio.create_task_group() as group:
                group.start_soon(sessions.tend)
                yield
                group.cancel_scope.cancel()
        finally:
            with anyio.CancelScope(shield=True):
                await sessions.aclose()
                if verifier is not None:
                    await verifier.aclose()

    app = Starlette(
        routes=[
            Route("/mcp", mcp),
            Route("/mcp/", mcp),
            Route("/healthz", healthz),
            Route("/readyz", readiness.answer),
            Route("/metrics", metrics.answer),
            *metadata_routes(settings),
        ],
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False

    def drain() -> None:
        readiness.draining = True
        bounded.drain()

    app.state.drain = drain
    return app


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


def _write(line: str) -> None:
    sys.stdout.write(line)
    sys.stdout.flush()


def _restriction_of(context: Context) -> Restriction:
    facts = facts_in(context)
    return facts.restriction.with_policy(facts.identity.policy if facts.identity is not None else None)


def _security(settings: Settings, host: str, allowed_hosts: tuple[str, ...]) -> TransportSecuritySettings:
    public = public_host(settings)
    names = [*LOOPBACK[:2], "[::1]", *allowed_hosts] + ([] if host in (*LOOPBACK, "0.0.0.0", "::") else [host])
    hosts = [form for name in names for form in (name, f"{name}:*")] + ([public] if public else [])
    origins = [f"{scheme}://{form}" for form in hosts for scheme in ("http", "https")]
    return TransportSecuritySettings(
        enable_dns_rebinding_protection=True,
        allowed_hosts=hosts,
        allowed_origins=[*origins, *settings.allowed_origins],
    )
