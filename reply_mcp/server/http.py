"""Serving many over Streamable HTTP: each caller sends its own Reply key, which is neither stored nor logged.

The server's own key is never used here: a caller without a key gets an error that says how to send one.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from mcp.server.transport_security import TransportSecuritySettings
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from reply_mcp.client.credentials import Credential
from reply_mcp.errors import MissingApiKey, ReplyError, WrongArguments
from reply_mcp.server.context import Caller, Context
from reply_mcp.server.server import build_server
from reply_mcp.server.sessions import Sessions
from reply_mcp.settings import Settings

LOOPBACK = ("127.0.0.1", "localhost", "::1")
NO_KEY = (
    "This request carries no Reply API key. The person can create one in Reply (Settings, API key) and have the MCP "
    "client send it with every request as `Authorization: Bearer <key>` (or `X-Api-Key: <key>`)."
)


def credential_from(headers: Any) -> Credential:
    """The caller's credential from its HTTP headers: the key, and whom it acts for.

    Raises:
        MissingApiKey: where no key came.
        WrongArguments: where a header that names a user or team is not a number.
    """
    scheme, _, token = headers.get("authorization", "").partition(" ")
    key = token.strip() if scheme.lower() == "bearer" else ""
    key = key or headers.get("x-api-key", "").strip()
    if not key:
        raise MissingApiKey(NO_KEY)
    return Credential(
        key,
        user_id=_number(headers, "x-user-id"),
        user_email=headers.get("x-user-email", "").strip() or None,
        team_id=_number(headers, "x-team-id"),
    )


def _number(headers: Any, name: str) -> int | None:
    value = headers.get(name, "").strip()
    if value and not (value.isascii() and value.isdigit() and len(value) < 20):
        raise WrongArguments([f"header {name}: a whole number, got {value[:20]!r}"])
    return int(value) if value else None


def http_app(settings: Settings, host: str, port: int, allowed_hosts: tuple[str, ...] = ()) -> Starlette:
    """The ASGI application: `/mcp` and `/healthz`.

    Args:
        allowed_hosts: further values of the Host header that are served, such as `mcp.example.com`; needed when
            `host` is not a loopback address.
    """
    sessions = Sessions(settings, local=False)

    async def find_caller(context: Context) -> Caller:
        credential = credential_from(context.request.headers if context.request is not None else {})
        return Caller(await sessions.of(credential), credential.fingerprint())

    def principal(context: Context) -> str | None:
        try:
            return credential_from(context.request.headers if context.request is not None else {}).fingerprint()
        except ReplyError:
            return None  # the call itself says what is wrong with its key

    server = build_server(settings, find_caller, state=sessions.state(), principal=principal)

    async def healthz(request: Request) -> JSONResponse:
        return JSONResponse({"status": "ok"})

    app = server.streamable_http_app(
        stateless_http=True,
        json_response=True,
        host=host,
        transport_security=_security(host, port, allowed_hosts),
        custom_starlette_routes=[Route("/healthz", healthz)],
    )
    inner = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(application: Starlette) -> AsyncIterator[Any]:
        async with inner(application) as state:
            try:
                yield state
            finally:
                await sessions.aclose()

    app.router.lifespan_context = lifespan
    return app


def _security(host: str, port: int, allowed_hosts: tuple[str, ...]) -> TransportSecuritySettings:
    names = [*LOOPBACK[:2], "[::1]", *allowed_hosts] + ([] if host in (*LOOPBACK, "0.0.0.0", "::") else [host])
    hosts = [form for name in names for form in (name, f"{name}:*")]
    origins = [f"{scheme}://{form}" for form in hosts for scheme in ("http", "https")]
    return TransportSecuritySettings(enable_dns_rebinding_protection=True, allowed_hosts=hosts, allowed_origins=origins)


def serve_http(settings: Settings, host: str, port: int, allowed_hosts: tuple[str, ...] = ()) -> None:
    """Serves until stopped."""
    import uvicorn

    app = http_app(settings, host, port, allowed_hosts)
    # No access log: it would hold callers' addresses, and headers must never reach a log.
    uvicorn.run(app, host=host, port=port, log_level=settings.log_level, access_log=False)
