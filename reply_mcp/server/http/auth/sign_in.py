"""The ASGI layer that lets signed-in callers through, and tells others how to sign in.

Implements the resource server of MCP's authorization: a challenge for who has no valid token (RFC 6750), one for who
lacks a scope (step-up), and the metadata of this resource (RFC 9728).
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from mcp.server.auth.routes import build_resource_metadata_url, create_protected_resource_routes
from pydantic import AnyHttpUrl, TypeAdapter
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reply_mcp.server.http.auth.issuer import IssuerDown, logger
from reply_mcp.server.http.auth.scopes import READ, SCOPES, up_to
from reply_mcp.server.http.auth.verifier import Verifier
from reply_mcp.server.http.facts import facts_of
from reply_mcp.settings import Settings

_URL = TypeAdapter(AnyHttpUrl, config={"url_preserve_empty_path": True})
_METADATA = "/.well-known/oauth-protected-resource"
RETRY_SECONDS = 10


def metadata_routes(settings: Settings) -> list[Route]:
    """The routes of the protected-resource metadata; none where callers do not sign in with an issuer.

    It is at the path that the resource's own makes, to which the challenge leads, and at the root, where clients look
    that saw no challenge.
    """
    if not settings.issuer:
        return []
    (route,) = create_protected_resource_routes(
        _URL.validate_python(settings.public_url),
        [_URL.validate_python(settings.issuer)],
        scopes_supported=list(SCOPES),
        resource_name="Reply",
    )
    return [Route(path, route.endpoint, methods=["GET", "OPTIONS"]) for path in dict.fromkeys((route.path, _METADATA))]


class SignIn:
    """Lets requests with a valid token through, and notes who they are of.

    Args:
        app: what answers them.
    """

    def __init__(self, app: ASGIApp, settings: Settings, verifier: Verifier) -> None:
        self._app = app
        self._verifier = verifier
        self._metadata = (
            str(build_resource_metadata_url(_URL.validate_python(settings.public_url))) if settings.issuer else ""
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        token = bearer_token(Headers(scope=scope).get("authorization", ""))
        try:
            identity = await self._verifier.verify(token) if token else None
        except IssuerDown as down:
            logger.warning("nobody can sign in: %s", down)
            headers = {"Retry-After": str(RETRY_SECONDS)}
            body = {"error": "temporarily_unavailable", "error_description": "The issuer of tokens does not answer."}
            await JSONResponse(body, 503, headers)(scope, receive, send)
            return
        if identity is None:
            # Without a token there is no error yet, as RFC 6750 has it.
            await self._challenge(scope, receive, send, 401, "invalid_token" if token else "", READ)
            return
        facts = facts_of(scope)
        facts.identity, facts.caller = identity, identity.who
        if READ not in identity.scopes:
            await self._challenge(scope, receive, send, 403, "insufficient_scope", READ)
            return
        await self._app(scope, receive, self._stepping_up(scope, receive, send))

    def _stepping_up(self, scope: Scope, receive: Receive, send: Send) -> Send:
        """`send`, which holds the beginning of the answer until its body begins, and challenges in its place where the
        call turned out to need a scope that the token lacks. An answer that is a stream by then goes on."""
        facts = facts_of(scope)
        held: Message | None = None
        challenged = False

        async def send_or_challenge(message: Message) -> None:
            nonlocal held, challenged
            if challenged:
                return
            if message["type"] == "http.response.start":
                held = message
                return
            if held is not None:
                if facts.needed_scope and held["status"] == 200:
                    challenged = True
                    await self._challenge(scope, receive, send, 403, "insufficient_scope", facts.needed_scope)
                    return
                await send(held)
                held = None
            await send(message)

        return send_or_challenge

    async def _challenge(
        self, scope: Scope, receive: Receive, send: Send, status: int, error: str, needed: str
    ) -> None:
        texts = {
            "": "Sign in first.",
            "invalid_token": "This token is not valid here: expired, revoked, or for another server.",
            "insufficient_scope": f"This needs the scope {needed}.",
        }
        members = {"error": error, "error_description": texts[error] if error else "", "scope": up_to(needed)}
        if self._metadata:
            members["resource_metadata"] = self._metadata
        challenge = ", ".join(f'{name}="{value}"' for name, value in members.items() if value)
        body: dict[str, Any] = {"error": error or "unauthorized", "error_description": texts[error]}
        await JSONResponse(body, status, {"WWW-Authenticate": f"Bearer {challenge}"})(scope, receive, send)


def bearer_token(header: str) -> str:
    """The token of an Authorization header; "" where it holds none."""
    scheme, _, token = header.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def public_path(settings: Settings) -> str:
    """The path at which clients reach `/mcp`: another one behind a proxy that serves more than this server."""
    return urlsplit(settings.public_url).path.rstrip("/") or "/mcp"


def public_host(settings: Settings) -> str:
    """The Host header under which clients reach this server; "" where that is not set."""
    return urlsplit(settings.public_url).netloc
