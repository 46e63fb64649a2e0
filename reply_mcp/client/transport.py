"""One HTTP exchange: what came, or how it was lost. Nothing is raised but cancellation."""

from __future__ import annotations

import logging
import socket
import ssl
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import anyio

from reply_mcp.client.outcomes import NoResponse, RawResponse

if TYPE_CHECKING:
    import httpx

MOST_BYTES = 50 * 1024 * 1024
"""The longest answer that is read, unpacked."""

log = logging.getLogger(__name__)


async def exchange(http: httpx.AsyncClient, request: httpx.Request, seconds: float) -> RawResponse | NoResponse:
    """Sends once and reads the whole answer, in `seconds` at most."""
    import httpx

    sending = Sending(request)
    partial: list[RawResponse] = []
    try:
        with anyio.fail_after(seconds):
            return await _read(http, request, partial)
    except (httpx.TimeoutException, TimeoutError) as error:
        patience = http.timeout.read if isinstance(error, httpx.TimeoutException) else seconds
        why = f"no answer came within {patience:g} s" if sending.handed_over else "no connection in time"
    except (httpx.ProxyError, httpx.UnsupportedProtocol):
        why = "the proxy that is set does not let it through"
    # Whatever else a transport throws: the request may be on its way, and the text of the error may hold the key.
    except Exception as error:
        log.debug("exchange failed: %s", type(error).__name__)
        broke = (
            "the connection broke" if sending.handed_over else "the connection broke before the whole request was out"
        )
        why = broke if sending.begun else _why_not_connected(error)
    if partial:
        return RawResponse(partial[0].status, partial[0].headers, partial[0].body, broken=why)
    return NoResponse(why, handed_over=sending.handed_over)


class Sending:
    """How far a request got, as the connection tells (httpcore's `trace` extension).

    Nobody does half a request: one whose writing failed before its end was surely not done. Where a write *timed out*
    that is not certain, since all of it may have left this machine meanwhile. A transport that tells nothing is taken
    to have sent nothing: one that stands in for the network must tell what httpx's own does.
    """

    def __init__(self, request: httpx.Request) -> None:
        self.begun = False
        self._cut = False
        self._has_body = request.headers.get("content-length", "0") != "0"
        request.extensions["trace"] = self._trace

    @property
    def handed_over(self) -> bool:
        """Whether the whole request may have reached the other side."""
        return self.begun and not self._cut

    async def _trace(self, event: str, info: dict[str, Any]) -> None:
        step = event.rpartition("http11.")[2]
        if step == "send_request_headers.started":
            # Asking a proxy for a tunnel is not the request yet.
            self.begun = info["request"].method != b"CONNECT"
        elif self.begun and step in {"send_request_headers.failed", "send_request_body.failed"}:
            import httpcore

            failed = isinstance(info["exception"], httpcore.WriteError)
            self._cut = failed and (self._has_body or step.startswith("send_request_headers"))


async def _read(http: httpx.AsyncClient, request: httpx.Request, partial: list[RawResponse]) -> RawResponse:
    import httpx

    # Not by `http.send`: its layers are for cookies, redirects and sign-in, none of which there is here, and they take
    # a fifth of the exchange. Which of the client's transports it is, a proxy's or none, only the client knows.
    request.extensions["timeout"] = http.timeout.as_dict()
    response = await http._transport_for_url(request.url).handle_async_request(request)
    assert isinstance(response.stream, httpx.AsyncByteStream)
    body = bytearray()
    headers = {name.lower(): value for name, value in response.headers.items()}
    try:
        partial.append(RawResponse(response.status_code, headers))
        unpacking = Unpacking(headers.get("content-encoding", ""))
        async for chunk in response.stream:
            for part in unpacking.parts(chunk):
                body += part
                if len(body) > MOST_BYTES:
                    return RawResponse(response.status_code, headers, b"", broken="longer than 50 MiB")
        unpacking.end()
    except zlib.error:
        return RawResponse(response.status_code, headers, bytes(body), broken="packed in a way that cannot be read")
    finally:
        partial[:] = [RawResponse(response.status_code, headers, bytes(body))]
        if _has_bytes_left(response):
            # What follows an answer is nobody's: kept, the next request on this connection would take it for its own.
            await response.extensions["network_stream"].aclose()
        await response.aclose()
    return partial[0]


def _has_bytes_left(response: httpx.Response) -> bool:
    """Whether more came than the answer: its parser keeps that for the next one.

    What has not been read yet is seen by the pool, which does not use an idle connection on which something waits.
    Neither httpx nor httpcore shows its parser; where they are built otherwise, nothing is seen here, and the test of
    this says so.
    """
    stream: Any = response.stream
    while stream is not None and not hasattr(stream, "_connection"):
        stream = getattr(stream, "_httpcore_stream", None) or getattr(stream, "_stream", None)
    parser = getattr(getattr(stream, "_connection", None), "_h11_state", None)
    return parser is not None and bool(parser.trailing_data[0])


class Unpacking:
    """Gzip to bytes, a little at a time: a few kilobytes may stand for gigabytes.

    Raises:
        zlib.error: for what is not packed as it says, or in another way than was asked for.
    """

    STEP = 256 * 1024

    def __init__(self, encoding: str) -> None:
        self._encoding = encoding.strip().lower()
        if self._encoding not in {"", "identity", "gzip", "x-gzip", "deflate"}:
            raise zlib.error(f"{encoding[:40]} was not asked for")
        self._packed = self._encoding not in {"", "identity"}
        self._begun = False
        self._unpack = self._new()

    def parts(self, chunk: bytes) -> Iterator[bytes]:
        """What a chunk stands for."""
        if not self._packed:
            yield chunk
            return
        more = bool(chunk)
        while more:
            if self._unpack.eof:
                # Gzip may be several files in a row.
                self._unpack = self._new()
            self._begun = True
            part = self._unpack.decompress(chunk, self.STEP)
            yield part
            chunk = self._unpack.unconsumed_tail or self._unpack.unused_data
            # All may have been taken in, and not all given out.
            more = bool(chunk) or (len(part) == self.STEP and not self._unpack.eof)

    def end(self) -> None:
        """Nothing follows. An end in the middle is an error, which a plain body shows only in its length."""
        if self._begun and not self._unpack.eof:
            raise zlib.error("it ends in the middle")

    @staticmethod
    def _new() -> Any:
        return zlib.decompressobj(zlib.MAX_WBITS | 32)


def _why_not_connected(error: BaseException) -> str:
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"its certificate is not trusted here ({cause.verify_message})"
        if isinstance(cause, ssl.SSLError):
            return "it does not speak TLS as it should"
        if isinstance(cause, socket.gaierror):
            return "its name is not known to this network"
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return "the connection was refused"
    return "no connection could be made"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        if isinstance(error, BaseExceptionGroup):
            for one in error.exceptions:
                yield from _causes(one)
        error = error.__cause__ or error.__context__
