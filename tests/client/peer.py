"""A peer on a real socket that answers as it is told: whole answers, cut ones, resets, silence."""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from reply_mcp.client.budget import Budget
from reply_mcp.client.credentials import Credential
from reply_mcp.client.http import Client

KEY = "secret-key-4711"
RESET = b"<reset>"
SILENCE = b"<silence>"
CLOSE = b"<close>"
Saying = bytes | Callable[[asyncio.StreamWriter], Awaitable[None]]
"""What a peer says to a request: the bytes of an answer, one of the words above, or whatever a function writes before
the connection is closed."""


def answer(
    status: int, body: bytes | str = b"", *headers: str, kind: str = "application/json", length: int = -1
) -> bytes:
    """An HTTP answer; `length` lies about the length."""
    raw = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(raw) if length < 0 else length}"]
    lines += [f"Content-Type: {kind}"] if raw else []
    return "\r\n".join([*lines, *headers, "", ""]).encode() + raw


class Peer:
    """Answers with each of `script` in turn, the last one for ever; `seen` holds what came, head and body, and
    `connections` counts those that were made."""

    def __init__(self, script: list[Saying] | Callable[[bytes], bytes]) -> None:
        self.script = script
        self.seen: list[bytes] = []
        self.connections = 0
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = next(
                    (int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
                )
                request = head + await reader.readexactly(length)
                self.seen.append(request)
                script = self.script
                said = script(request) if callable(script) else script[min(len(self.seen), len(script)) - 1]
                if said == SILENCE:
                    await reader.read()
                    return
                if said in (CLOSE, RESET) or not isinstance(said, bytes):
                    if said == RESET:
                        reset(writer)
                    elif not isinstance(said, bytes):
                        await said(writer)
                    return
                writer.write(said)
                await writer.drain()
                head, _, body = said.partition(b"\r\n\r\n")
                if b"\r\nConnection: close" in head or int(head.split(b"Content-Length: ")[1].split()[0]) > len(body):
                    return
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()


def reset(writer: asyncio.StreamWriter) -> None:
    """Makes closing a reset."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@asynccontextmanager
async def peer(
    *script: Saying, by: Callable[[bytes], bytes] | None = None, tls: ssl.SSLContext | None = None
) -> AsyncIterator[Peer]:
    one = Peer(by or list(script))
    server = await asyncio.start_server(one.serve, "127.0.0.1", 0, ssl=tls)
    port = server.sockets[0].getsockname()[1]
    one.url = f"https://localhost:{port}" if tls else f"http://127.0.0.1:{port}"
    try:
        yield one
    finally:
        server.close()


@asynccontextmanager
async def client_of(
    url: str, *, budget: Budget | None = None, user_id: int | None = None, **options: float
) -> AsyncIterator[Client]:
    client = Client(Credential(KEY, user_id, base_url=url), budget=budget or Budget(()), **options)
    try:
        yield client
    finally:
        await client.aclose()
