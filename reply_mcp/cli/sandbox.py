"""`reply-mcp sandbox`."""

from __future__ import annotations

import argparse


def run(options: argparse.Namespace) -> int:
    """Serves the embedded Reply until it is interrupted."""
    from reply_mcp.sandbox import serve

    serve(
        options.host,
        options.port,
        database=options.db,
        seed=options.seed,
        documented=options.documented,
        rate_limits=options.rate_limits,
        speed=options.speed,
    )
    return 0
