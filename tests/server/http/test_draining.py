"""How a server that is stopped ends its connections: a proxy may use one whose answer did not say it was the last."""

from __future__ import annotations

from typing import Any

import anyio
import pytest
import uvicorn

from reply_mcp.server.http import serving
from reply_mcp.server.http.connections import Connections
from reply_mcp.server.http.serving import _Server, listen

REQUEST = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


class Streaming:
    """An application whose answers begin at once, and end when they may."""

    def __init__(self) -> None:
        self.state = self
        self.begun = anyio.Event()
        self.ends = anyio.Event()
        self.draining = False

    def drain(self) -> None:
        self.draining = True

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        last = [(b"connection", b"close")] if self.draining else []
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"3"), *last]})
        await send({"type": "http.response.body", "body": b"o", "more_body": True})
        self.begun.set()
        await self.ends.wait()
        await send({"type": "http.response.body", "body": b"k\n"})


async def test_a_connection_whose_answer_had_begun_may_bring_one_more_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "IDLE_SECONDS", 1.0)
    app, listening = Streaming(), listen("127.0.0.1", 0)
    config = uvicorn.Config(app, http=Connections().protocol, lifespan="off", log_level="error")  # type: ignore[arg-type]
    server = _Server(config)
    async with anyio.create_task_group() as group:
        group.start_soon(server._serve, [listening])
        async with (
            await anyio.connect_tcp(*listening.getsockname()) as used,
            await anyio.connect_tcp(*listening.getsockname()) as unused,
        ):
            await used.send(REQUEST)
            await app.begun.wait()
            server.should_exit = True
            with pytest.raises(anyio.EndOfStream):
                await unused.receive()  # it is closed after a second
            app.ends.set()
            assert await _answer(used) == (False, True)
            await used.send(REQUEST)
            assert await _answer(used) == (True, True)
            with pytest.raises(anyio.EndOfStream):
                await used.receive()


async def _answer(stream: Any) -> tuple[bool, bool]:
    """Whether the next answer says that it is the last one, and whether it came whole."""
    text = b""
    while not text.endswith(b"ok\n"):
        text += await stream.receive()
    return b"connection: close" in text.lower(), text.startswith(b"HTTP/1.1 200")
