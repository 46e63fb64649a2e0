"""Access tokens that the issuer signed (RFC 9068)."""

from __future__ import annotations

from reply_mcp.server.http.auth.identity import Identity, of_claims
from reply_mcp.server.http.auth.issuer import IssuerKeys

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures by public key alone: `none`, and those with a shared secret, are no signatures of an issuer's."""
LEEWAY = 60
"""Seconds by which the clocks of issuer and server may differ."""
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
            key_id = header.get("kid")
            if header.get("alg") not in ALGORITHMS or not isinstance(key_id, str | None):
                return None
            key = await self._keys.get(key_id)
            if key is None:
                return None
            claims = jwt.decode(
                token,
                key,
                algorithms=list(ALGORITHMS),
                audience=self._audience,
                issuer=self._issuer,
                leeway=LEEWAY,
                options={"require": ["exp", "iss", "aud", "sub"]},
            )
        except jwt.PyJWTError:
            return None
        # An ID token says who somebody is, not that they let a client act for them.
        if str(header.get("typ", "")).lower() not in _ACCESS_TOKEN_TYPES and not ("scope" in claims or "scp" in claims):
            return None
        return of_claims(claims, self._email_claim)
