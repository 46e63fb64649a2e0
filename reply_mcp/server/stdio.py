"""Serving one person over standard input and output."""

from __future__ import annotations

from mcp.server.stdio import stdio_server

from reply_mcp.client.session import Session
from reply_mcp.errors import MissingApiKey
from reply_mcp.server.accounts import Sessions, credential_of
from reply_mcp.server.server import Context, ToolServer
from reply_mcp.settings import Settings


def surface_of(settings: Settings) -> tuple[ToolServer, Sessions]:
    """The surface for the one credential of the settings."""
    accounts = Sessions(settings, local=True)
    credential = credential_of(settings)

    async def account_of(context: Context) -> tuple[Session | None, str]:
        if settings.key_problem:
            raise MissingApiKey(
                f"{settings.key_problem} The person can copy the key from Reply (Settings, API key), correct it in "
                "this server's configuration and restart it."
            )
        if credential is None:
            return None, ""
        return await accounts.of(credential), "self"

    return ToolServer(settings, account_of), accounts


async def serve_stdio(settings: Settings) -> None:
    """Serves until the client closes the stream."""
    surface, accounts = surface_of(settings)
    server = surface.server()
    try:
        async with stdio_server() as (read, write):
            await server.run(read, write, server.create_initialization_options())
    finally:
        await accounts.aclose()
