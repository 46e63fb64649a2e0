"""Stands in for Reply at next to no cost: `reply_stub.py PORT ANSWERS`, a file with a JSON body for each path."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path


class Stub(asyncio.Protocol):
    """A connection of which each request, none of which has a body, is answered."""

    answers: dict[bytes, bytes]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._come = b""

    def data_received(self, data: bytes) -> None:
        *whole, self._come = (self._come + data).split(b"\r\n\r\n")
        for head in whole:
            path = head.split(b" ", 2)[1].partition(b"?")[0]
            self._transport.write(self.answers[path])


def response(body: bytes) -> bytes:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def main(port: int, bodies: dict[str, str]) -> None:
    Stub.answers = {path.encode(): response(body.encode()) for path, body in bodies.items()}
    server = await asyncio.get_running_loop().create_server(Stub, "127.0.0.1", port, backlog=1000)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text())))
