"""Callers that call one tool again and again: `load.py PORT TOOL CALLERS SECONDS VERSION`.

Each has a connection and a key of its own, and calls anew as soon as its answer is there. Prints as JSON the seconds
that the answers took, and those that were no answer.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

HEADER_END = b"\r\n\r\n"


def request(port: int, tool: str, number: int, version: str) -> bytes:
    """A call, as it goes over the wire."""
    meta = {"io.modelcontextprotocol/protocolVersion": version, "io.modelcontextprotocol/clientCapabilities": {}}
    params = {"name": tool, "arguments": {"top": 25}, "_meta": meta}
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}).encode()
    head = (
        f"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        f"Accept: application/json, text/event-stream\r\nAuthorization: Bearer sandbox-full-access-{number}\r\n"
        f"MCP-Protocol-Version: {version}\r\nMcp-Method: tools/call\r\nMcp-Name: {tool}\r\n\r\n"
    )
    return head.encode() + body


async def answer(reader: asyncio.StreamReader) -> bytes:
    """The next answer of a connection, its body as it came."""
    head = (await reader.readuntil(HEADER_END)).lower()
    if b"content-length: " in head:
        length = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0])
        return head + await reader.readexactly(length)
    return head + await reader.readuntil(b"\r\n0\r\n\r\n")


async def calling(port: int, call: bytes, until: float, took: list[float], failed: list[str]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 22)
    while (began := time.perf_counter()) < until:
        writer.write(call)
        came = await answer(reader)
        took.append(time.perf_counter() - began)
        if not came.startswith(b"http/1.1 200") or b"@" not in came or b'"isError":true' in came:
            failed.append(came.decode(errors="replace")[:500])
            break
    writer.close()


async def main(port: int, tool: str, callers: int, seconds: float, version: str) -> None:
    took: list[float] = []
    failed: list[str] = []
    until = time.perf_counter() + seconds
    calls = (request(port, tool, number, version) for number in range(callers))
    await asyncio.gather(*(calling(port, call, until, took, failed) for call in calls))
    print(json.dumps({"took": took, "failed": failed}))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), float(sys.argv[4]), sys.argv[5]))
