"""Access tokens that the issuer signed (RFC 9068)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from reply_mcp.server.http.auth.identity import LEEWAY, Identity, of_claims
from reply_mcp.server.http.auth.issuer import IssuerKeys
from reply_mcp.server.http.auth.signing_keys import ALGORITHMS

if TYPE_CHECKING:
    from jwt import PyJWK

_ACCESS_TOKEN_TYPES = ("at+jwt", "application/at+jwt")


def looks_like_jwt(token: str) -> bool:
    """Whether a token has the form of a signed one; others are opaque."""
    return token.count(".") == 2 and token.startswith("ey")


class JwtTokens:
    """Verifies the issuer's own tokens."""

    def __init__(self, issuer: str, audience: str, email_claim: str, keys: IssuerKeys) -> None:
        self._issuer = issuer
        self._audience = audience
        self._email_claim = email_claim
        self._keys = keys

    async def verify(self, token: str) -> Identity | None:
        """Whom a token stands for; None for one that is not of this issuer and for this server, or has expired.

        Raises:
            IssuerDown: where the issuer's keys cannot be read.
        """
        import jwt

        try:
            header = jwt.get_unverified_header(token)
        except jwt.PyJWTError:
            return None
        key_id, algorithm = header.get("kid"), header.get("alg")
        if algorithm not in ALGORITHMS or not isinstance(key_id, str | None):
            return None
        claims = self._claims(token, algorithm, await self._keys.get(key_id, algorithm))
        # An ID token says who somebody is, not that they let a client act for them.
        is_access = str(header.get("typ", "")).lower() in _ACCESS_TOKEN_TYPES or "scope" in claims or "scp" in claims
        return of_claims(claims, self._email_claim) if claims and is_access else None

    def _claims(self, token: str, algorithm: str, keys: Sequence[PyJWK]) -> Mapping[str, Any]:
        """What a token says that one of these keys has signed; empty where none has, or it is not valid here."""
        import jwt

        for key in keys:
            try:
                found: Mapping[str, Any] = jwt.decode(
                    token,
                    key,
                    algorithms=[algorithm],
                    audience=self._audience,
                    issuer=self._issuer,
                    leeway=LEEWAY,
                    options={"require": ["exp", "iss", "aud", "sub"]},
                )
            except jwt.InvalidSignatureError:
                continue
            except jwt.PyJWTError:
                return {}
            return found
        return {}
