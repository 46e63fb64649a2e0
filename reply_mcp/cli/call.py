"""`reply-mcp call TOOL key=value…`: one call, the text that an agent would see."""

from __future__ import annotations

import argparse
import json
import logging
import sys
from typing import Any

from reply_mcp.cli import settings_of
from reply_mcp.errors import WrongArguments
from reply_mcp.server.tool_calls import ToolResult
from reply_mcp.settings import Settings, shown


def run(options: argparse.Namespace) -> int:
    """Calls one tool and prints its answer; 1 where that is an error."""
    import anyio

    result = anyio.run(_call, settings_of(options), options.tool, _arguments(options))
    print(result.text, file=sys.stderr if result.is_error else sys.stdout)
    return 1 if result.is_error else 0


def _arguments(options: argparse.Namespace) -> dict[str, Any]:
    arguments: dict[str, Any] = {}
    if options.json_arguments is not None:
        try:
            arguments = json.loads(options.json_arguments)
        except ValueError as error:
            raise WrongArguments([f'--json: an object such as {{"top": 5}}; this is not JSON ({error})']) from None
        if not isinstance(arguments, dict):
            raise WrongArguments(['--json: an object such as {"top": 5}'])
    for pair in options.pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise WrongArguments([f"{shown(pair)}: arguments are key=value"])
        try:
            arguments[name] = json.loads(value)
        except ValueError:
            arguments[name] = value
    return arguments


async def _call(settings: Settings, tool: str, arguments: dict[str, Any]) -> ToolResult:
    from mcp import Client

    from reply_mcp.cli.terminal_question import answer_in_terminal
    from reply_mcp.server.stdio import local_server

    server, sessions = local_server(settings, pages=False)
    # Tools that are not listed can be called too, and the client logs a warning for each.
    logging.getLogger("client").setLevel(logging.ERROR)
    try:
        asks = answer_in_terminal if sys.stdin.isatty() else None
        async with Client(server, elicitation_callback=asks) as client:
            answer = await client.call_tool(tool, arguments)
            text = "\n".join(getattr(block, "text", "") for block in answer.content)
            return ToolResult(text, bool(answer.is_error))
    finally:
        await sessions.aclose()
