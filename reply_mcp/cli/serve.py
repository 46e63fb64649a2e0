"""`reply-mcp serve`."""

from __future__ import annotations

import argparse
import logging
import sys

from reply_mcp.cli import settings_of
from reply_mcp.settings import with_stored_key


def run(options: argparse.Namespace) -> int:
    """Serves MCP over stdio or HTTP until the host closes it or it is interrupted."""
    settings = settings_of(options)
    # Standard output belongs to the protocol.
    logging.basicConfig(
        stream=sys.stderr, level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    # These log whole requests at debug level, headers included; a key must never get there.
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
    from reply_mcp.server.tracing import start_tracing

    start_tracing()
    if options.http:
        # Only there do callers act by a key of the server's own.
        if settings.issuer or settings.tokens_file:
            settings = with_stored_key(settings)
        from reply_mcp.server.http.serving import serve_http

        serve_http(settings, options.host, options.port, tuple(options.allowed_host))
        return 0
    import anyio

    from reply_mcp.server.stdio import serve_stdio

    anyio.run(serve_stdio, settings)
    return 0
