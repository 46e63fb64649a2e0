"""The ASGI application: `/mcp`, what is needed to sign in, and `/healthz`."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import anyio
from anyio import to_thread
from mcp.server.context import CallNext, HandlerResult
from mcp.server.lowlevel import Server
from mcp.server.transport_security import TransportSecuritySettings
from starlette.applications import Starlette
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from reply_mcp.client.session import Session
from reply_mcp.server.context import Context
from reply_mcp.server.http.access_log import AccessLog, LogFile
from reply_mcp.server.http.auth.sign_in import SignIn, metadata_routes, public_host, public_path
from reply_mcp.server.http.auth.team import Team, TeamSession
from reply_mcp.server.http.auth.verifier import Verifier
from reply_mcp.server.http.bounds import Bounds, with_few_headers
from reply_mcp.server.http.callers import PassThrough
from reply_mcp.server.http.combinations import check_combination
from reply_mcp.server.http.endpoint import McpEndpoint
from reply_mcp.server.http.facts import facts_in
from reply_mcp.server.http.metrics import Metrics
from reply_mcp.server.http.narrowing import Narrowing
from reply_mcp.server.http.readiness import LastAnswers, Readiness
from reply_mcp.server.restriction import Restriction
from reply_mcp.server.server import build_server
from reply_mcp.server.sessions import Sessions
from reply_mcp.server.tool_handlers import CallReport
from reply_mcp.settings import Settings

logger = logging.getLogger(__name__)

STANDARD_OUTPUT = 1
ANEW_AFTER_SECONDS = 5.0
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def http_app(settings: Settings, host: str, port: int, allowed_hosts: tuple[str, ...] = ()) -> Starlette:
    """The ASGI application of these settings; its `state.drain` is called when it is about to be stopped.

    Args:
        allowed_hosts: further values of the Host header that are served, such as `mcp.example.com`; needed when
            `host` is not a loopback address and no public address is set.

    Raises:
        SettingError: for settings that do not go together.
    """
    check_combination(settings)
    signs_in = bool(settings.issuer or settings.tokens_file)
    sessions = Sessions(settings, local=False, opened=TeamSession if signs_in else Session)
    callers = Team(settings, sessions) if signs_in else PassThrough(settings, sessions)
    verifier = Verifier(settings) if signs_in else None
    metrics, readiness = Metrics(sessions, settings.metrics_token), Readiness(verifier)
    endpoint = McpEndpoint(_mcp_server(settings, sessions, callers, metrics), _security(settings, host, allowed_hosts))
    bounds = Bounds(Narrowing(endpoint), callers.calling)
    mcp: ASGIApp = bounds if verifier is None else SignIn(bounds, settings, verifier)
    mcp = LastAnswers(_with_cors(mcp, settings), readiness)
    log = LogFile(STANDARD_OUTPUT) if settings.access_log else None
    mcp = AccessLog(with_few_headers(mcp), metrics, log.write if log is not None else None)
    app = Starlette(
        routes=[
            *(Route(path + end, mcp) for path in dict.fromkeys(("/mcp", public_path(settings))) for end in ("", "/")),
            Route("/healthz", _healthz),
            Route("/readyz", readiness.answer),
            Route("/metrics", metrics.answer),
            *metadata_routes(settings),
        ],
        lifespan=partial(_lifespan, endpoint, sessions, verifier, log),
    )
    app.router.redirect_slashes = False

    def drain() -> None:
        readiness.draining = True
        bounds.drain()

    app.state.drain = drain
    return app


def _mcp_server(settings: Settings, sessions: Sessions, callers: Team | PassThrough, metrics: Metrics) -> Server[Any]:
    def note_call(context: Context, report: CallReport) -> None:
        facts_in(context).calls.append(report)
        metrics.count_call(report)

    async def note_answering(ctx: Context, call_next: CallNext) -> HandlerResult:
        with facts_in(ctx).answering():
            return await call_next(ctx)

    server = build_server(
        settings,
        callers.find_caller,
        state=sessions.state(),
        principal=callers.principal,
        restriction_of=_restriction_of,
        on_call=note_call,
    )
    server.middleware.insert(0, note_answering)
    return server


def _with_cors(app: ASGIApp, settings: Settings) -> ASGIApp:
    if not settings.allowed_origins:
        return app
    return CORSMiddleware(
        app,
        allow_origins=settings.allowed_origins,
        # The others are answered with 405, which clients understand; a preflight that fails looks like an outage.
        allow_methods=["POST", "GET", "DELETE"],
        allow_headers=["*"],
        expose_headers=["WWW-Authenticate", "Retry-After"],
    )


@asynccontextmanager
async def _lifespan(
    endpoint: McpEndpoint, sessions: Sessions, verifier: Verifier | None, log: LogFile | None, app: Starlette
) -> AsyncIterator[None]:
    try:
        async with endpoint.running(), anyio.create_task_group() as group:
            group.start_soon(_kept_up, sessions.tend)
            if verifier is not None:
                group.start_soon(_kept_up, verifier.tend)
            yield
            group.cancel_scope.cancel()
    finally:
        with anyio.CancelScope(shield=True):
            await sessions.aclose()
            if verifier is not None:
                await verifier.aclose()
            if log is not None:
                await to_thread.run_sync(log.close)


async def _kept_up(tend: Callable[[], Awaitable[None]]) -> None:
    """Runs what goes on beside the requests, and anew where it fails: with it, whatever answers them would end, in a
    process that goes on."""
    while True:
        try:
            # It returns where there is nothing to tend, as of keys without an issuer.
            return await tend()
        except Exception:
            logger.exception("what tends the server failed; it begins anew")
            await anyio.sleep(ANEW_AFTER_SECONDS)


async def _healthz(request: Request) -> JSONResponse:
    return JSONResponse({"status": "ok"})


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
