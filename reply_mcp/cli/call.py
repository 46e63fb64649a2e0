"""`reply-mcp call TOOL key=value…`: one call, the text that an agent would see."""

from __future__ import annotations

import argparse
import json
import logging
import re
import sys
from typing import Any

from reply_mcp.cli.arguments import secret_fault, settings_of
from reply_mcp.errors import WrongArguments
from reply_mcp.server.output_options import option_schemas
from reply_mcp.server.tool_calls import ToolResult
from reply_mcp.settings import Settings, shown


def run(options: argparse.Namespace) -> int:
    """Calls one tool and prints its answer; 1 where that is an error."""
    import anyio

    if options.help or not options.tool:
        return _help(options)
    settings = settings_of(options)
    try:
        arguments = _arguments(options)
    except WrongArguments as error:
        print(f"reply-mcp: {error}\n{_takes(settings, options.tool)}", end="", file=sys.stderr)
        return 1
    result = anyio.run(_call, settings, options.tool, arguments)
    print(result.text, file=sys.stderr if result.is_error else sys.stdout)
    if result.is_error and " to fix, nothing was sent" in result.text:
        print(_takes(settings, options.tool), end="", file=sys.stderr)
    return 1 if result.is_error else 0


def _help(options: argparse.Namespace) -> int:
    """Prints what the tool does and takes; without one, the command's own help."""
    if not options.help:
        options.usage_error("name a tool, such as reply_search_contacts; `reply-mcp tools` lists some")
    if not options.tool:
        options.show_help()
        return 0
    from reply_mcp.server.inventory import Inventory

    inventory = Inventory(settings_of(options))
    entry = inventory.find(options.tool)
    if entry is None:
        from reply_mcp.server.discovery import Discovery

        print(f"reply-mcp: {Discovery(inventory).explain_unknown(options.tool)}", file=sys.stderr)
        return 1
    print(f"{entry.tool} [{entry.effect}]\n{entry.about}\n")
    properties = entry.schema.get("properties", {}) | option_schemas(entry)
    width = max(map(len, properties), default=0)
    for name, schema in properties.items():
        required = "required" if name in entry.schema.get("required", ()) else ""
        choices = ", ".join(map(str, schema.get("items", schema).get("enum", ())))
        words = [required, str(schema.get("type", "")), schema.get("description", ""), choices]
        print(f"  {name:{width}}  {'; '.join(filter(None, words))}")
    return 0


def _takes(settings: Settings, tool: str) -> str:
    """A line on what a tool takes; empty for one that is none."""
    from reply_mcp.server.inventory import Inventory

    entry = Inventory(settings).find(tool)
    if entry is None:
        return ""
    if not entry.schema.get("properties"):
        return f"{tool} takes no arguments.\n"
    required = entry.schema.get("required", [])
    names = [f"{name} (required)" if name in required else name for name in entry.schema["properties"]]
    return f"{tool} takes {', '.join(names)}.\n"


def _arguments(options: argparse.Namespace) -> dict[str, Any]:
    """The tool's arguments: `key=value`, `--key value`, `--key=value`, or an object of JSON."""
    given = [] if options.json_arguments is None else [(options.json_arguments, "--json")]
    pairs: list[tuple[str, str]] = []
    words = [*options.pairs, *getattr(options, "flags", ())]
    while words:
        word = words.pop(0)
        if word.lstrip().startswith("{"):
            given.append((word, "the arguments"))
            continue
        name, equals, value = word.partition("=")
        if name.startswith("--") and not equals:
            # As a flag alone, it is a switch.
            value = words.pop(0) if words and not re.match(r"--|\w+=", words[0]) else "true"
        elif not equals:
            raise WrongArguments([f"{shown(word)}: arguments are key=value, --key value, or an object of JSON"])
        pairs.append((_argument(name), value))
    arguments: dict[str, Any] = {}
    for text, where in given:
        arguments |= _object(text, where)
    for name, value in pairs:
        try:
            arguments[name] = json.loads(value)
        except ValueError:
            arguments[name] = value
    return arguments


def _argument(name: str) -> str:
    """The name of an argument as it is typed: `--first-name` is firstName.

    Raises:
        WrongArguments: for the name of a secret: a command line is visible to every user of the machine.
    """
    if not name.startswith("--"):
        return name
    if fault := secret_fault(name):
        raise WrongArguments([fault])
    first, *others = name.removeprefix("--").split("-")
    return first + "".join(other[:1].upper() + other[1:] for other in others)


def _object(text: str, where: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError as error:
        raise WrongArguments([f'{where}: an object such as {{"top": 5}}; this is not JSON ({error})']) from None
    if not isinstance(found, dict):
        raise WrongArguments([f'{where}: an object such as {{"top": 5}}'])
    return found


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
