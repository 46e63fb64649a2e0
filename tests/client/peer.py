"""A peer on a real socket that answers as it is told: whole answers, cut ones, resets, silence."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from reply_mcp.client.budget import MemoryBudget
from reply_mcp.client.credentials import Credential
from reply_mcp.client.http import Client

KEY = "secret-key-4711"
RESET = b"<reset>"
SILENCE = b"<silence>"


def answer(
    status: int, body: bytes | str = b"", *headers: str, kind: str = "application/json", length: int = -1
) -> bytes:
    """An HTTP answer; `length` lies about the length."""
    raw = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(raw) if length < 0 else length}"]
    lines += [f"Content-Type: {kind}"] if raw else []
    return "\r\n".join([*lines, *headers, "", ""]).encode() + raw


class Peer:
    """Answers with each of `script` in turn, the last one for ever; `seen` holds what came, head and body."""

    def __init__(self, script: list[bytes] | Callable[[bytes], bytes]) -> None:
        self.script = script
        self.seen: list[bytes] = []
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
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
                if said == RESET:
                    linger = struct.pack("ii", 1, 0)
                    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                    return
                writer.write(said)
                await writer.drain()
                declared = int(said.split(b"Content-Length: ")[1].split(b"\r\n")[0])
                if declared > len(said.split(b"\r\n\r\n", 1)[1]):
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def peer(*script: bytes, by: Callable[[bytes], bytes] | None = None) -> AsyncIterator[Peer]:
    one = Peer(by or list(script))
    server = await asyncio.start_server(one.serve, "127.0.0.1", 0)
    one.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield one
    finally:
        server.close()


@asynccontextmanager
async def client_of(url: str, *, budget: MemoryBudget | None = None, **options: float) -> AsyncIterator[Client]:
    client = Client(Credential(KEY, user_id=7), base_url=url, budget=budget or MemoryBudget(()), **options)
    try:
        yield client
    finally:
        await client.aclose()
