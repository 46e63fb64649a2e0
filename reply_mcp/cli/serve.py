"""`reply-mcp serve`."""

from __future__ import annotations

import argparse
import logging
import sys

from reply_mcp.cli import USAGE_ERROR
from reply_mcp.cli.arguments import http_only_flags, settings_of
from reply_mcp.settings import with_stored_key

HOST = "127.0.0.1"
PORT = 8000


def run(options: argparse.Namespace) -> int:
    """Serves MCP over stdio or HTTP until the host closes it or it is interrupted."""
    settings = settings_of(options)
    given = [
        f"--{name.replace('_', '-')}" for name in ("host", "port", "allowed_host", "workers") if getattr(options, name)
    ]
    if not options.http and (given := [*given, *http_only_flags(options)]):
        print(f"reply-mcp: {', '.join(given)}: for serve --http alone; add --http, or leave it out", file=sys.stderr)
        return USAGE_ERROR
    # Standard output belongs to the protocol.
    logging.basicConfig(
        stream=sys.stderr, level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    # At debug level these log whole requests, headers included, and whole answers: neither keys nor content get there.
    for name in ("httpx", "httpcore", "sse_starlette"):
        logging.getLogger(name).setLevel(logging.WARNING)
    from reply_mcp.server.tracing import start_tracing

    start_tracing()
    if options.http:
        # Only there do callers act by a key of the server's own.
        if settings.issuer or settings.tokens_file:
            settings = with_stored_key(settings)
        from reply_mcp.server.http.serving import serve_http

        port = PORT if options.port is None else options.port
        serve_http(settings, options.host or HOST, port, tuple(options.allowed_host), options.workers or 1)
        return 0
    import anyio

    from reply_mcp.server.stdio import serve_stdio

    anyio.run(serve_stdio, settings)
    return 0
