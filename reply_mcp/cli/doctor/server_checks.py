"""The server itself, started as a host starts it."""

from __future__ import annotations

import os
import sys
import tempfile
import time

from reply_mcp.cli.doctor.findings import Finding

_SECONDS = 40.0


async def check_server() -> Finding:
    """Starts `serve` over stdio, says hello and lists the tools."""
    import anyio
    from mcp import Client, StdioServerParameters
    from mcp.client.stdio import stdio_client

    server = StdioServerParameters(command=sys.executable, args=["-m", "reply_mcp", "serve"], env=dict(os.environ))
    began = time.monotonic()
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as said:
        try:
            with anyio.fail_after(_SECONDS):
                async with Client(stdio_client(server, errlog=said)) as client:
                    tools = len((await client.list_tools()).tools)
        # Whatever the client makes of a server that does not start.
        except Exception as error:
            said.seek(0)
            last = next((line.strip() for line in reversed(said.readlines()) if line.strip()), type(error).__name__)
            return Finding(
                "server", "fault", f"`reply-mcp serve` does not start: {last.removeprefix('reply-mcp: ')[:300]}"
            )
    took = time.monotonic() - began
    return Finding("server", "ok", f"`reply-mcp serve` lists {tools} tools in {took:.1f} s")
