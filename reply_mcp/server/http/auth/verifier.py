"""Whom a token stands for, whatever kind it is; what was found is kept for a moment."""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

import anyio

from reply_mcp.server.http.auth.identity import Identity
from reply_mcp.server.http.auth.introspection import Introspection
from reply_mcp.server.http.auth.issuer import IssuerKeys, http_client
from reply_mcp.server.http.auth.jwt_tokens import JwtTokens, looks_like_jwt
from reply_mcp.server.http.auth.static_tokens import StaticTokens
from reply_mcp.settings import SettingError, Settings

if TYPE_CHECKING:
    import httpx

KEPT_FOR = 30.0
"""Seconds for which an answer is good: so long may a token be taken that was revoked."""
MOST_KEPT = 4096
LONGEST = 8192
"""Characters of a token."""


class Verifier:
    """Verifies the tokens of these settings.

    Raises:
        SettingError: where the file of static tokens cannot be used.
    """

    def __init__(self, settings: Settings) -> None:
        self._http: httpx.AsyncClient | None = None
        self._static = _static_tokens(settings)
        self._jwt: JwtTokens | None = None
        self._opaque: Introspection | None = None
        self._keys: IssuerKeys | None = None
        self._turns: WeakValueDictionary[bytes, anyio.Lock] = WeakValueDictionary()
        # Valid ones alone: made-up tokens push nobody out.
        self._kept: OrderedDict[bytes, tuple[Identity, float]] = OrderedDict()
        if settings.issuer:
            self._http = http_client()
            audience, claim = settings.audience or settings.public_url, settings.email_claim
            self._keys = IssuerKeys(settings.issuer, settings.jwks_url, self._http)
            self._jwt = JwtTokens(settings.issuer, audience, claim, self._keys)
            if settings.introspection_url:
                self._opaque = Introspection(
                    settings.issuer,
                    audience,
                    claim,
                    settings.introspection_url,
                    settings.introspection_client,
                    settings.introspection_secret,
                    self._http,
                )

    async def verify(self, token: str) -> Identity | None:
        """Whom a token stands for; None for one that is not valid here.

        Raises:
            IssuerDown: where only the issuer could say, and does not.
        """
        if not token or len(token) > LONGEST or not token.isascii():
            return None
        found = self._static.verify(token) if self._static is not None else None
        if found is not None:
            return found
        key = hashlib.sha256(token.encode()).digest()
        turn = self._turns.setdefault(key, anyio.Lock())
        # Whoever calls several times at once with a token asks about it once.
        async with turn:
            kept = self._kept.get(key)
            if kept is not None and time.time() < kept[1]:
                return kept[0]
            found = await self._ask(token, known=kept is not None)
            self._keep(key, found)
            return found

    def _keep(self, key: bytes, found: Identity | None) -> None:
        if found is None:
            self._kept.pop(key, None)
            return
        until = time.time() + KEPT_FOR
        self._kept[key] = (found, until if found.expires is None else min(until, found.expires))
        self._kept.move_to_end(key)
        if len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)

    async def prepare(self) -> None:
        """Reads what the issuer publishes, so that the first caller need not wait for it.

        Raises:
            IssuerDown
        """
        if self._keys is not None and self._opaque is None:
            await self._keys.read()

    async def tend(self) -> None:
        """Keeps what the issuer publishes fresh, until it is cancelled."""
        if self._keys is not None:
            await self._keys.tend()

    async def aclose(self) -> None:
        if self._http is not None:
            await self._http.aclose()

    async def _ask(self, token: str, *, known: bool) -> Identity | None:
        if self._jwt is not None and (looks_like_jwt(token) or self._opaque is None):
            found = await self._jwt.verify(token)
            if found is not None or self._opaque is None:
                return found
        # Some issuers' opaque tokens look like signed ones.
        return await self._opaque.verify(token, known=known) if self._opaque is not None else None


def _static_tokens(settings: Settings) -> StaticTokens | None:
    if not settings.tokens_file:
        return None
    try:
        return StaticTokens(settings.tokens_file)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise SettingError(
            f"REPLY_TOKENS_FILE: that file cannot be used ({reason or type(error).__name__}); `reply-mcp token add` "
            "makes one"
        ) from None
