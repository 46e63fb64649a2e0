"""The SDK's own client that signs in at a local issuer, with nobody at a browser."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from mcp.client.auth import OAuthClientProvider
from mcp.shared.auth import AuthorizationCodeResult, OAuthClientMetadata

from tests.server.http.local_issuer import LocalIssuer


def signing_in(url: str, issuer: LocalIssuer) -> tuple[OAuthClientProvider, list[str]]:
    """The client's authentication for the server at `url`; each sign-in ends at an
    address in the list."""
    landed: list[str] = []

    async def redirect(address: str) -> None:
        async with httpx.AsyncClient() as browser:
            landed.append((await browser.get(address)).headers["location"])

    async def callback() -> AuthorizationCodeResult:
        query = {name: values[0] for name, values in parse_qs(urlsplit(landed[-1]).query).items()}
        return AuthorizationCodeResult(code=query["code"], state=query.get("state"), iss=query.get("iss"))

    metadata = OAuthClientMetadata.model_validate({"redirect_uris": [f"{issuer.url}/callback"], "client_name": "test"})
    return OAuthClientProvider(f"{url}/mcp", metadata, _Memory(), redirect, callback), landed  # type: ignore[arg-type]


class _Memory:
    """A client's storage."""

    tokens: Any = None
    client: Any = None

    async def get_tokens(self) -> Any:
        return self.tokens

    async def set_tokens(self, tokens: Any) -> None:
        self.tokens = tokens

    async def get_client_info(self) -> Any:
        return self.client

    async def set_client_info(self, client_info: Any) -> None:
        self.client = client_info
