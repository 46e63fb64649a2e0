"""What an issuer publishes: its metadata (RFC 8414, or OpenID Connect Discovery) and its keys."""

from __future__ import annotations

import contextlib
import json
import logging
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import anyio

from reply_mcp.server.http.auth.signing_keys import Keys, signing_keys

if TYPE_CHECKING:
    import httpx
    from jwt import PyJWK

logger = logging.getLogger(__name__)

SECONDS = 5.0
"""How long the issuer may take for an answer."""
MOST_BYTES = 512 * 1024
UNPACKED = {"Accept-Encoding": "identity"}
"""A packed answer may be a thousand times as long as what was received of it."""
MOST_CONNECTIONS = 16
FRESH_FOR = 300.0
"""Seconds after which the keys are read anew: so long may one that was withdrawn be taken."""
STALE_FOR = 3600.0
"""Seconds for which known keys are taken while the issuer cannot be reached."""
TEND_EVERY = 5.0
PAUSE = 10.0
"""Seconds between the end of a reading of the keys and the next one: tokens with made-up key ids must not flood the
issuer, and those that came during one wait for no other."""


class IssuerDown(Exception):
    """The issuer does not answer, or not as it should. The message says what, without a secret."""


def http_client() -> httpx.AsyncClient:
    """A client for talking to an issuer."""
    import httpx

    limits = httpx.Limits(max_connections=MOST_CONNECTIONS)
    return httpx.AsyncClient(timeout=SECONDS, follow_redirects=False, limits=limits, headers=UNPACKED)


async def ask(http: httpx.AsyncClient, method: str, url: str, **options: Any) -> Mapping[str, Any]:
    """The JSON object that an address of the issuer answers with.

    Raises:
        IssuerDown: where it does not.
    """
    import httpx

    where = urlsplit(url).netloc
    try:
        with anyio.fail_after(2 * SECONDS):
            async with http.stream(method, url, **options) as answer:
                body = await _body(answer, where)
    except (httpx.HTTPError, httpx.InvalidURL, OSError, TimeoutError) as error:
        raise IssuerDown(f"{where} cannot be reached ({type(error).__name__})") from None
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        found = None
    if answer.status_code != 200 or not isinstance(found, dict):
        raise IssuerDown(f"{where} answers {answer.status_code} in place of a JSON object")
    return found


async def _body(answer: httpx.Response, where: str) -> bytes:
    if answer.headers.get("Content-Encoding", "identity") != "identity":
        raise IssuerDown(f"{where} packs its answers, which it was asked not to")
    body = b""
    async for part in answer.aiter_bytes():
        body += part
        if len(body) > MOST_BYTES:
            raise IssuerDown(f"{where} answers with more than {MOST_BYTES} bytes")
    return body


class IssuerKeys:
    """The keys with which an issuer signs, read when they are first needed, and anew by `tend`: who has a token that a
    known key signed waits for nothing.

    Args:
        jwks_url: where they are; "" finds it in the issuer's metadata.
    """

    def __init__(self, issuer: str, jwks_url: str, http: httpx.AsyncClient) -> None:
        self._issuer = issuer
        self._url = jwks_url
        self._http = http
        self._keys: Keys = {}
        self._read_at = self._tried_at = -STALE_FOR
        self._reading = anyio.Lock()

    async def get(self, key_id: str | None, algorithm: str) -> list[PyJWK]:
        """The keys of this id, of which one has signed; where a token names none, those without one, or the only one.

        Raises:
            IssuerDown: where the keys were never read, or not for `STALE_FOR` seconds.
        """
        if not self._find(key_id, algorithm):
            await self._read()
        return self._find(key_id, algorithm)

    async def tend(self) -> None:
        """Reads the keys anew, until it is cancelled, when they are no longer fresh."""
        while True:
            await anyio.sleep(TEND_EVERY)
            if self._keys and time.monotonic() - self._read_at > FRESH_FOR:
                with contextlib.suppress(IssuerDown):
                    await self._read()

    async def read(self) -> None:
        """Reads the keys, if they are not known.

        Raises:
            IssuerDown
        """
        if not self._keys:
            await self._read()

    def _find(self, key_id: str | None, algorithm: str) -> list[PyJWK]:
        ids = {id for id, _ in self._keys}
        if key_id is None and len(ids) == 1:
            (key_id,) = ids
        return self._keys.get((key_id, algorithm), [])

    async def _read(self) -> None:
        async with self._reading:
            now = time.monotonic()
            if now - self._tried_at < PAUSE:
                if not self._keys:
                    raise IssuerDown("the issuer's keys could not be read a moment ago")
                return
            try:
                self._keys = await self._fetched()
                self._read_at = now
            except IssuerDown as down:
                if now - self._read_at > STALE_FOR:
                    self._keys = {}
                    raise
                logger.warning("the issuer's keys cannot be read (%s): those that are known are taken", down)
            finally:
                self._tried_at = time.monotonic()

    async def _fetched(self) -> Keys:
        if not self._url:
            metadata = await issuer_metadata(self._issuer, self._http)
            url = str(metadata.get("jwks_uri") or "")
            # Keys that came unencrypted may be anybody's, unless the issuer itself is reached so: on this machine.
            if not url.startswith(("https://", f"{urlsplit(self._issuer).scheme}://")):
                raise IssuerDown("the issuer's metadata name no jwks_uri over https; REPLY_JWKS_URL can")
            self._url = url
        keys = signing_keys(await ask(self._http, "GET", self._url))
        if not keys:
            raise IssuerDown("what is at the issuer's jwks_uri are no keys that it signs with")
        return keys


async def issuer_metadata(issuer: str, http: httpx.AsyncClient) -> Mapping[str, Any]:
    """The metadata that an issuer publishes about itself.

    Raises:
        IssuerDown: where it publishes none, or those of another issuer.
    """
    parts = urlsplit(issuer)
    base, path = f"{parts.scheme}://{parts.netloc}", parts.path.rstrip("/")
    problem = IssuerDown("the issuer publishes no metadata")
    for url in (
        f"{base}/.well-known/oauth-authorization-server{path}",
        f"{base}{path}/.well-known/openid-configuration",
        f"{base}/.well-known/openid-configuration{path}",
    ):
        try:
            found = await ask(http, "GET", url)
        except IssuerDown as down:
            problem = down
            continue
        if found.get("issuer") == issuer:
            return found
        problem = IssuerDown(f"the metadata at {url} are those of another issuer")
    raise problem
