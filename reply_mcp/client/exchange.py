"""One HTTP exchange: what came, or how it was lost. Nothing is raised but cancellation."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from reply_mcp.client.retries import Lost, Received

if TYPE_CHECKING:
    import httpx

MOST_BYTES = 50 * 1024 * 1024
"""The longest answer that is read."""

log = logging.getLogger(__name__)


async def exchange(http: httpx.AsyncClient, request: httpx.Request, seconds: float) -> Received | Lost:
    """Sends once and reads the whole answer, in `seconds` at most."""
    import httpx

    partial: list[Received] = []
    try:
        async with asyncio.timeout(seconds):
            return await _read(http, request, partial)
    except (httpx.ConnectTimeout, httpx.PoolTimeout):
        return Lost("no connection in time", handed_over=False)
    except httpx.ConnectError as error:
        return Lost(_why_not_connected(error), handed_over=False)
    except (httpx.ProxyError, httpx.UnsupportedProtocol):
        return Lost("the proxy that is set does not let it through", handed_over=False)
    except (httpx.TimeoutException, TimeoutError):
        lost = Lost(f"no answer came within {seconds:.0f} s", handed_over=True)
    # Whatever else a transport throws: the request may be on its way, and the text of the error may hold the key.
    except Exception as error:
        log.debug("exchange failed: %s", type(error).__name__)
        lost = Lost("the connection broke", handed_over=True)
    if partial:
        return Received(partial[0].status, partial[0].headers, partial[0].body, broken=lost.why)
    return lost


async def _read(http: httpx.AsyncClient, request: httpx.Request, partial: list[Received]) -> Received:
    response = await http.send(request, stream=True)
    body = bytearray()
    headers = {name.lower(): value for name, value in response.headers.items()}
    try:
        partial.append(Received(response.status_code, headers))
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > MOST_BYTES:
                return Received(response.status_code, headers, b"", broken="longer than 50 MiB")
    finally:
        partial[:] = [Received(response.status_code, headers, bytes(body))]
        await response.aclose()
    return partial[0]


def _why_not_connected(error: Exception) -> str:
    text = str(error)
    if "CERTIFICATE" in text or "SSL" in text:
        return "its certificate is not trusted here"
    if any(sign in text for sign in ("getaddrinfo", "Name or service", "nodename", "name resolution")):
        return "its name is not known to this network"
    return "the connection was refused"
