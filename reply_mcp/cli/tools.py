"""`reply-mcp tools`: what is served, its effect, its tokens."""

from __future__ import annotations

import argparse
import json

from reply_mcp.catalog.schema import compact
from reply_mcp.cli.arguments import settings_of
from reply_mcp.server.consent.policy import Policy
from reply_mcp.server.definitions import tool_definitions
from reply_mcp.server.inventory import Inventory
from reply_mcp.text import tokens


def run(options: argparse.Namespace) -> int:
    """Prints the tools that these settings list, with effect and tokens."""
    settings = settings_of(options)
    inventory = Inventory(settings)
    definitions = [
        tool.model_dump(by_alias=True, exclude_none=True)
        for tool in tool_definitions(inventory, Policy(settings.policy, settings.caps))
    ]
    if options.json:
        print(json.dumps(definitions, indent=1, ensure_ascii=False))
        return 0
    about = "tokens" if tokens.counts_exactly() else "≈ tokens"
    width = max((len(tool["name"]) for tool in definitions), default=4)
    print(f"{'tool':{width}}  {'toolset':10}  {'effect':6}  {about:>6}  what")
    total = 0
    for tool in definitions:
        cost = listing_tokens(tool)
        total += cost
        entry = inventory.find(tool["name"])
        area, effect = (entry.area, str(entry.effect)) if entry else ("", "")
        what = tool["description"].splitlines()[0]
        print(f"{tool['name']:{width}}  {area:10}  {effect:6}  {cost:6}  {what[:90]}")
    callable_tools = len(inventory.reachable) + len(inventory.finders)
    print(f"\n{len(definitions)} tools listed, {total} tokens; {callable_tools} can be called.")
    return 0


def listing_tokens(tool: dict[str, object]) -> int:
    """What one tool's name, description and input schema cost a model, as compact JSON."""
    return tokens.count_tokens(compact({key: tool[key] for key in ("name", "description", "inputSchema")}))
