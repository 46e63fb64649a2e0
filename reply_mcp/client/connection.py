"""How connections to Reply are opened: how many, for how long, whom they trust, and through which proxy.

The key goes to the host of `REPLY_BASE_URL` and to no other: redirects are not followed, a proxy's CONNECT carries
nothing of ours, cookies are not kept, and a loopback address is never asked through a proxy.
"""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from reply_mcp.errors import Unreachable
from reply_mcp.settings import is_loopback

if TYPE_CHECKING:
    import ssl

    import httpx

MOST_CONNECTIONS = 50
MOST_IDLE = 20
KEEPALIVE_SECONDS = 15.0
"""Shorter than servers and proxies keep an idle connection: a write must not meet one that is being closed."""
CONNECT_SECONDS = 10.0


def opened(
    base_url: str,
    headers: Mapping[str, str],
    *,
    timeout: float,
    transport: httpx.AsyncBaseTransport | None = None,
) -> httpx.AsyncClient:
    """A client of one host; it connects when it is first used.

    Args:
        timeout: seconds for one answer to begin and between its parts; connecting takes `CONNECT_SECONDS` at most.
        transport: stands in for the network in tests.

    Raises:
        Unreachable: where the environment names a proxy or certificates that cannot be used.
    """
    # Here and not above: importing these takes as long as the rest of the start.
    import httpx

    seconds = math.ceil(timeout * 1000) / 1000
    try:
        return httpx.AsyncClient(
            base_url=base_url,
            # Gzip alone, whatever is installed: what else httpx could unpack has no bound on its size.
            headers={"Accept": "application/json", "Accept-Encoding": "gzip", **headers},
            timeout=httpx.Timeout(seconds, connect=min(seconds, CONNECT_SECONDS)),
            limits=httpx.Limits(
                max_connections=MOST_CONNECTIONS,
                max_keepalive_connections=MOST_IDLE,
                keepalive_expiry=KEEPALIVE_SECONDS,
            ),
            follow_redirects=False,
            verify=trusted(urlsplit(base_url).scheme == "https"),
            trust_env=not is_loopback(urlsplit(base_url).hostname or ""),
            transport=transport,
        )
    except OSError as error:
        raise Unreachable(
            "Nothing was sent: the certificates of SSL_CERT_FILE or SSL_CERT_DIR cannot be used "
            f"({error.strerror or type(error).__name__}). The person can correct them and restart."
        ) from None
    # Without the cause: a proxy's address may hold its password.
    except (ImportError, ValueError, TypeError, httpx.InvalidURL):
        raise Unreachable(
            "Nothing was sent: the proxy in HTTPS_PROXY, HTTP_PROXY or ALL_PROXY cannot be used; it takes an address "
            "such as http://proxy.example:3128 (socks5:// needs the package socksio). The person can correct it and "
            "restart."
        ) from None


def trusted(encrypted: bool = True) -> ssl.SSLContext:
    """Whom TLS trusts: the certificates that the environment names, else those of the operating system.

    Raises:
        OSError: where those that the environment names cannot be read.
    """
    return _trust(encrypted, *_own_certificates())


def _own_certificates() -> tuple[str | None, str | None]:
    return os.environ.get("SSL_CERT_FILE") or None, os.environ.get("SSL_CERT_DIR") or None


@cache
def _trust(encrypted: bool, file: str | None, folder: str | None) -> ssl.SSLContext:
    """As `trusted`. Kept, since reading them takes 50 ms; nothing is read where connections are not encrypted."""
    import ssl

    if not encrypted:
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if file or folder:
        return ssl.create_default_context(cafile=file, capath=folder)
    if sys.platform not in {"win32", "darwin"}:
        # What OpenSSL reads by default is the system's store here; `truststore` would read it for every connection.
        context = ssl.create_default_context()
        if context.cert_store_stats()["x509_ca"]:
            return context
    import truststore

    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
