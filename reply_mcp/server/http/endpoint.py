"""`/mcp`: the SDK's Streamable HTTP transport, without sessions.

A client that takes a stream gets one where the call has something to tell before its end: progress, or a comment every
15 s that keeps proxies from closing the connection. Others get their answer as JSON. Either way a client that goes away
ends its call.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import anyio
from mcp.server.lowlevel import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from reply_mcp.server.http.bounds import MOST_BYTES


class McpEndpoint:
    """The ASGI application of one path."""

    def __init__(self, server: Server[Any], security: TransportSecuritySettings) -> None:
        self._streaming, self._json = (
            StreamableHTTPSessionManager(
                app=server,
                stateless=True,
                json_response=json,
                security_settings=security,
                max_request_body_size=MOST_BYTES,
            )
            for json in (False, True)
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Requests are answered within this."""
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self._streaming.run())
            await stack.enter_async_context(self._json.run())
            yield

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "POST":
            # A stream of its own would carry nothing, since there are no sessions, and hold a connection for ever.
            await Response(status_code=405, headers={"Allow": "POST"})(scope, receive, send)
        elif "text/event-stream" in Headers(scope=scope).get("accept", ""):
            await self._streaming.handle_request(scope, receive, send)
        else:
            await _until_disconnect(self._json, scope, receive, send)


async def _until_disconnect(manager: StreamableHTTPSessionManager, scope: Scope, receive: Receive, send: Send) -> None:
    """Answers in one piece; a client that goes away before ends the call."""
    body_read = anyio.Event()

    async def receive_body() -> Message:
        message = await receive()
        if message["type"] != "http.request" or not message.get("more_body"):
            body_read.set()
        return message

    async with anyio.create_task_group() as group:

        async def watch() -> None:
            await body_read.wait()
            while (await receive())["type"] != "http.disconnect":
                pass
            group.cancel_scope.cancel()

        group.start_soon(watch)
        await manager.handle_request(scope, receive_body, send)
        group.cancel_scope.cancel()
