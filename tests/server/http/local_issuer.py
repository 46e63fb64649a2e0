"""A real OAuth 2.1 issuer on a socket: the SDK's own authorization server, whose access tokens are signed by RS256."""

from __future__ import annotations

import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from typing import Any

import jwt
import time_machine
import uvicorn
from cryptography.hazmat.primitives.asymmetric import rsa
from mcp.server.auth.provider import AccessToken, AuthorizationCode, AuthorizationParams, construct_redirect_uri
from mcp.server.auth.routes import create_auth_routes
from mcp.server.auth.settings import ClientRegistrationOptions
from mcp.shared.auth import OAuthClientInformationFull, OAuthToken
from pydantic import AnyHttpUrl, TypeAdapter
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

SCOPES = ["reply:read", "reply:write", "reply:send", "reply:admin"]
PAGE = """<!doctype html><title>Sign in</title><h1>Sign in</h1><p>An application asks for:</p><ul>ITEMS</ul>
<form method="post"><label>Email <input name="email"></label>
<button name="answer" value="yes">Sign in</button><button name="answer" value="no">Cancel</button></form>"""
_URL = TypeAdapter(AnyHttpUrl, config={"url_preserve_empty_path": True})
_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def real_time() -> float:
    """The time of the servers, which are processes of their own; tests have another."""
    travels = time_machine.escape_hatch.is_travelling()
    return time_machine.escape_hatch.time.time() if travels else time.time()


class LocalIssuer:
    """The issuer at `url`, at which everybody signs in as `email`; where it `asks`, as whom they say on its page."""

    def __init__(self, url: str, asks: bool = False) -> None:
        self.url = url
        self._asks = asks
        self._waiting: dict[str, tuple[str, AuthorizationCode]] = {}
        self.email = "maria.silva@northstar-sales.com"
        self.opaque: dict[str, dict[str, Any]] = {}
        self.down = False
        self.asked = 0
        self._clients: dict[str, OAuthClientInformationFull] = {}
        self._codes: dict[str, AuthorizationCode] = {}

    def token(
        self, audience: str, scope: str = "reply:read", *, key: Any = _KEY, typ: str = "at+jwt", **claims: Any
    ) -> str:
        """A token, with these claims in place of the usual ones; None leaves one out."""
        now = int(real_time())
        usual = {
            "iss": self.url,
            "aud": audience,
            "sub": "user-1",
            "iat": now,
            "exp": now + 600,
            "scope": scope,
            "email": self.email,
            "email_verified": True,
        }
        kept = {name: value for name, value in (usual | claims).items() if value is not None}
        return jwt.encode(kept, key, algorithm="RS256", headers={"kid": "one", "typ": typ})

    def app(self) -> Starlette:
        routes = create_auth_routes(
            self,  # type: ignore[arg-type]
            _URL.validate_python(self.url),
            client_registration_options=ClientRegistrationOptions(enabled=True, valid_scopes=SCOPES),
        )

        async def jwks(request: Request) -> JSONResponse:
            self.asked += 1
            public = jwt.algorithms.RSAAlgorithm.to_jwk(_KEY.public_key(), as_dict=True)
            return JSONResponse({"keys": [{**public, "kid": "one", "use": "sig", "alg": "RS256"}]})

        async def introspect(request: Request) -> JSONResponse:
            self.asked += 1
            assert request.headers["authorization"].startswith("Basic ")
            token = str((await request.form())["token"])
            return JSONResponse({"active": True, **self.opaque[token]} if token in self.opaque else {"active": False})

        async def metadata(request: Request) -> JSONResponse:
            facts = {"issuer": self.url, "jwks_uri": f"{self.url}/jwks.json", "response_types_supported": ["code"]}
            endpoints = {name: f"{self.url}/{path}" for name, path in _ENDPOINTS.items()}
            methods = {"code_challenge_methods_supported": ["S256"], "scopes_supported": SCOPES}
            return JSONResponse(facts | endpoints | methods)

        async def signed_in(request: Request) -> PlainTextResponse:
            return PlainTextResponse(f"signed in with {request.query_params.get('code', 'nothing')[:4]}")

        async def page(request: Request) -> Response:
            redirect, code = self._waiting[request.path_params["name"]]
            if request.method == "GET":
                return HTMLResponse(PAGE.replace("ITEMS", "".join(f"<li>{escape(one)}</li>" for one in code.scopes)))
            form = await request.form()
            if form.get("answer") != "yes":
                denied = construct_redirect_uri(redirect.partition("?")[0], error="access_denied", iss=self.url)
                return RedirectResponse(f"{denied}&state={redirect.partition('state=')[2].partition('&')[0]}", 302)
            self._codes[code.code] = code.model_copy(update={"subject": str(form["email"])})
            return RedirectResponse(redirect, 302)

        extra = [
            Route("/sign-in/{name}", page, methods=["GET", "POST"]),
            Route("/.well-known/oauth-authorization-server", metadata),
            Route("/jwks.json", jwks),
            Route("/introspect", introspect, methods=["POST"]),
            Route("/callback", signed_in),
        ]
        return Starlette(routes=[*extra, *routes])

    # The SDK's provider of an authorization server.

    async def get_client(self, client_id: str) -> OAuthClientInformationFull | None:
        return self._clients.get(client_id)

    async def register_client(self, client_info: OAuthClientInformationFull) -> None:
        client_info.scope = " ".join(SCOPES)  # it may ask for more later
        self._clients[str(client_info.client_id)] = client_info

    async def authorize(self, client: OAuthClientInformationFull, params: AuthorizationParams) -> str:
        code = AuthorizationCode(
            code=secrets.token_urlsafe(24),
            scopes=params.scopes or [],
            expires_at=time.time() + 60,
            client_id=str(client.client_id),
            code_challenge=params.code_challenge,
            redirect_uri=params.redirect_uri,
            redirect_uri_provided_explicitly=params.redirect_uri_provided_explicitly,
            resource=params.resource,
            subject="user-1",
        )
        redirect = construct_redirect_uri(str(params.redirect_uri), code=code.code, state=params.state, iss=self.url)
        if self._asks:
            name = secrets.token_urlsafe(12)
            self._waiting[name] = (redirect, code)
            return f"{self.url}/sign-in/{name}"
        self._codes[code.code] = code
        return redirect

    async def load_authorization_code(
        self, client: OAuthClientInformationFull, authorization_code: str
    ) -> AuthorizationCode | None:
        return self._codes.get(authorization_code)

    async def exchange_authorization_code(
        self, client: OAuthClientInformationFull, authorization_code: AuthorizationCode
    ) -> OAuthToken:
        del self._codes[authorization_code.code]
        scope = " ".join(authorization_code.scopes)
        who = {"email": authorization_code.subject, "sub": authorization_code.subject} if self._asks else {}
        token = self.token(str(authorization_code.resource), scope, client_id=client.client_id, **who)
        return OAuthToken(access_token=token, expires_in=600, scope=scope)

    async def load_refresh_token(self, client: OAuthClientInformationFull, refresh_token: str) -> None:
        return None

    async def load_access_token(self, token: str) -> AccessToken | None:
        return None


_ENDPOINTS = {
    "authorization_endpoint": "authorize",
    "token_endpoint": "token",
    "registration_endpoint": "register",
    "introspection_endpoint": "introspect",
}


@contextmanager
def local_issuer(asks: bool = False) -> Iterator[LocalIssuer]:
    """An issuer that is served from a thread."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    issuer = LocalIssuer(f"http://127.0.0.1:{listening.getsockname()[1]}", asks)
    server = uvicorn.Server(uvicorn.Config(issuer.app(), log_level="critical", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        yield issuer
    finally:
        server.should_exit = True
        thread.join(10)
