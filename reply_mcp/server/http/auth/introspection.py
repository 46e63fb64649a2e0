"""Opaque access tokens: the issuer says whether one is valid, and for whom (RFC 7662)."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import anyio

from reply_mcp.server.http.auth.identity import LEEWAY, Identity, of_claims, time_in
from reply_mcp.server.http.auth.issuer import IssuerDown, ask

if TYPE_CHECKING:
    import httpx

AT_ONCE = 6
MOST_WAITING = 64
"""Questions that wait for their turn."""
_ACCESS = ("access_token", "access", "bearer")


class Introspection:
    """Asks an issuer about tokens.

    Args:
        url: of the endpoint.
        client, secret: with which this server is known there.
    """

    def __init__(
        self,
        issuer: str,
        audience: str,
        email_claim: str,
        url: str,
        client: str,
        secret: str,
        http: httpx.AsyncClient,
    ) -> None:
        self._issuer = issuer
        self._audience = audience
        self._email_claim = email_claim
        self._url = url
        self._access = (client, secret)
        self._http = http
        self._asking = {known: anyio.Semaphore(AT_ONCE) for known in (True, False)}

    async def verify(self, token: str, *, known: bool) -> Identity | None:
        """Whom a token stands for; None for one that is not active, or not for this server.

        Args:
            known: whether it was valid a while ago: made-up ones keep nobody waiting who has one.

        Raises:
            IssuerDown: where the issuer does not say.
        """
        asking = self._asking[known]
        if asking.statistics().tasks_waiting >= MOST_WAITING and not known:
            raise IssuerDown("too many tokens are being asked about")
        async with asking:
            form = {"token": token, "token_type_hint": "access_token"}
            claims = await ask(self._http, "POST", self._url, data=form, auth=self._access)
        return of_claims(claims, self._email_claim) if self._is_valid(claims) else None

    def _is_valid(self, claims: Mapping[str, Any]) -> bool:
        audience, now = claims.get("aud"), time.time()
        begins, ends = time_in(claims, "nbf"), time_in(claims, "exp")
        return (
            claims.get("active") is True
            and (audience == self._audience or (isinstance(audience, list) and self._audience in audience))
            and claims.get("iss") in (None, self._issuer)
            and (begins is None or begins <= now + LEEWAY)
            and (ends is None or ends > now - LEEWAY)
            and _is_of_access(claims.get("token_type"))
            and _is_of_access(claims.get("token_use"))
        )


def _is_of_access(kind: object) -> bool:
    """Whether that is what an issuer calls access tokens; some say of refresh tokens too that they are active."""
    return kind is None or (isinstance(kind, str) and kind.lower() in _ACCESS)
