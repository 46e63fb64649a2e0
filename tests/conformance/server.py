"""The server over HTTP with the tools, resources and prompts that the protocol's conformance suite asks for beside its
own: `python -m tests.conformance.server`, configured as `reply-mcp serve --http` is. Each request acts by one key.

Whatever stands around a handler is the server's own: bounds, transport, middleware, the seal of what a client hands
back, names and schemas that are compared with headers, what may leave in an error.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any
from unittest import mock

from mcp.server.lowlevel import Server
from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

from reply_mcp.server.http import app, serving
from reply_mcp.settings import load
from tests.conformance import prompts, resources, tools

KEY = b"sandbox-full-access"


class WithKey:
    """The suite sends no key of its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope = {**scope, "headers": [*scope["headers"], (b"x-api-key", KEY)]}
        await self._app(scope, receive, send)


def with_fixtures(build: Callable[..., Server[Any]]) -> Callable[..., Server[Any]]:
    """`build_server`, whose server has the suite's fixtures too."""

    def build_with_fixtures(*given: Any, **named: Any) -> Server[Any]:
        server = build(*given, **named)
        for fixtures in (tools, resources, prompts):
            fixtures.add_to(server)
        return server

    return build_with_fixtures


def with_key(make: Callable[..., Starlette]) -> Callable[..., Starlette]:
    """`http_app`, whose requests act by the key."""

    def make_with_key(*given: Any, **named: Any) -> Starlette:
        made = make(*given, **named)
        made.add_middleware(WithKey)
        return made

    return make_with_key


def main() -> None:
    with (
        mock.patch.object(app, "build_server", with_fixtures(app.build_server)),
        mock.patch.object(serving, "http_app", with_key(serving.http_app)),
    ):
        serving.serve_http(load({}), "127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 0)


if __name__ == "__main__":
    main()
