"""What somebody without manners may send to a server: each attack goes on from a process of its own.

python -m tests.server.http.attacks NAME PORT SECONDS
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from collections.abc import Awaitable, Callable, Iterable

Attack = Callable[[int], Awaitable[None]]


def request(body: bytes | None, *headers: str, length: int | None = None) -> bytes:
    """A request, or its head where there is no body."""
    size = len(body or b"") if length is None else length
    lines = [
        "POST /mcp HTTP/1.1",
        "Host: 127.0.0.1",
        "Content-Type: application/json",
        "Accept: application/json",
        "MCP-Protocol-Version: 2025-11-25",
        *([] if size < 0 else [f"Content-Length: {size}"]),
        *headers,
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + (body or b"")


def call(tool: str, arguments: str = "{}") -> bytes:
    head = json.dumps(
        {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": tool, "arguments": "HERE"}}
    )
    return head.replace('"HERE"', arguments).encode()


async def sent(port: int, parts: Iterable[bytes], pause: float = 0.0, patience: float = 5.0) -> None:
    """Sends the parts over a connection of its own, and reads what comes for so many seconds."""
    with contextlib.suppress(OSError, TimeoutError):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            async with asyncio.timeout(patience):
                for part in parts:
                    writer.write(part)
                    await writer.drain()
                    await asyncio.sleep(pause)
                while await reader.read(65536):
                    pass
        finally:
            writer.close()


async def at_once(port: int, number: int, pace: float, one: Callable[[int], Awaitable[None]]) -> None:
    """So many at a time, each begun `pace` seconds after the last at the earliest, for ever."""
    count = 0
    running: set[asyncio.Task[None]] = set()
    while True:
        while len(running) < number:
            running.add(asyncio.ensure_future(one(count)))
            count += 1
            await asyncio.sleep(pace)
        _, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)


async def deep_json(port: int) -> None:
    """Brackets within brackets: 3 KB without a key, and 900 KB with one."""
    small, large = (call("reply_find_tools", "[" * depth + "]" * depth) for depth in (1500, 450_000))

    async def one(number: int) -> None:
        await sent(port, [request(large, "X-Api-Key: k") if number % 2 else request(small)])

    await at_once(port, 8, 0.05, one)


async def wide_json(port: int) -> None:
    """As many values as a body may have, for a tool that wants none of them."""
    body = call("reply_find_tools", json.dumps({f"a{number}": 1 for number in range(60_000)}))
    await at_once(port, 4, 0.2, lambda number: sent(port, [request(body, f"X-Api-Key: k{number % 7}")]))


async def half_headers(port: int) -> None:
    """Requests that are never sent to the end of their headers."""
    await at_once(port, 800, 0.005, lambda number: sent(port, [request(None)[:60]], patience=60))


async def long_headers(port: int) -> None:
    """Headers without an end."""
    lines = b"".join(b"X-%d: %s\r\n" % (number, b"a" * 500) for number in range(1000))

    def parts() -> Iterable[bytes]:
        yield request(None)[:-2]
        yield from [lines] * 200

    await at_once(port, 10, 0.05, lambda number: sent(port, parts()))


async def slow_bodies(port: int) -> None:
    """Bodies that drip."""

    def drops() -> Iterable[bytes]:
        yield request(None, "X-Api-Key: k", length=1000)
        yield from [b" "] * 1000

    await at_once(port, 300, 0.01, lambda number: sent(port, drops(), pause=0.5, patience=60))


async def large_bodies(port: int) -> None:
    """100 MB, announced or in chunks."""
    chunk = b"10000\r\n" + b" " * 65536 + b"\r\n"

    def parts(number: int) -> Iterable[bytes]:
        key = "X-Api-Key: k"
        if number % 2:
            yield request(None, key, length=100_000_000)
            yield from [b" " * 65536] * 1526
        else:
            yield request(None, key, "Transfer-Encoding: chunked", length=-1)
            yield from [chunk] * 1526

    await at_once(port, 10, 0.05, lambda number: sent(port, parts(number)))


async def made_up_keys(port: int) -> None:
    """A key of its own with each request."""
    body = call("reply_whoami")
    await at_once(port, 50, 0.01, lambda number: sent(port, [request(body, f"X-Api-Key: made-up-{number}")]))


async def unread_answers(port: int) -> None:
    """Long answers that nobody reads, one after the other on each connection."""
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}).encode()

    async def one(number: int) -> None:
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", port, limit=1)
            writer.write(request(body) * 50)
            await asyncio.sleep(20)
            writer.close()

    await at_once(port, 60, 0.1, one)


async def long_lists(port: int) -> None:
    """Headers and arguments with names that there are not."""
    names = ",".join(f"no_such_tool_{number}" for number in range(1000))
    await at_once(
        port, 4, 0.05, lambda number: sent(port, [request(call(names[:5000]), f"X-MCP-Tools: {names[:15_000]}")])
    )


ATTACKS: dict[str, Attack] = {
    one.__name__: one
    for one in (
        deep_json,
        wide_json,
        half_headers,
        long_headers,
        slow_bodies,
        large_bodies,
        made_up_keys,
        unread_answers,
        long_lists,
    )
}


async def main(name: str, port: int, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await ATTACKS[name](port)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])))
