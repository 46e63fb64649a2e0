"""Tools as `tools/list` sends them."""

from __future__ import annotations

from collections.abc import Mapping

import mcp_types as types

from reply_mcp.catalog.index import Entry
from reply_mcp.catalog.operation import Effect
from reply_mcp.server.consent.policy import Policy
from reply_mcp.server.discovery import DESCRIPTIONS, SCHEMAS
from reply_mcp.server.inventory import Inventory
from reply_mcp.server.output_options import option_schemas

MOST_READ = 60
"""How many tools a model reads; a longer list is searched by its host, so its descriptions carry what people say."""


def title_of(tool: str) -> str:
    """The tool's name as people read it: `List LinkedIn accounts`."""
    words = tool.removeprefix("reply_").split("_")
    text = " ".join(_PROPER.get(word, word) for word in words)
    return text[:1].upper() + text[1:]


_PROPER = {
    "ai": "AI",
    "sdr": "SDR",
    "linkedin": "LinkedIn",
    "inmail": "InMail",
    "gmail": "Gmail",
    "office365": "Office 365",
    "smtp": "SMTP",
    "imap": "IMAP",
}


def tool_definitions(inventory: Inventory, policy: Policy) -> list[types.Tool]:
    """The listed tools of a run and its finders, in a fixed order."""
    keywords: Mapping[str, str] = {}
    if len(inventory.listed) > MOST_READ:
        from reply_mcp.server.search.index import read_index

        keywords = read_index().keywords
    tools = [tool_definition(entry, policy, keywords.get(entry.id, "")) for entry in inventory.listed]
    for tool in tools:
        tool.description = f"{tool.description}{inventory.note_of_off(tool.description or '')}"
    return tools + [finder_definition(name) for name in inventory.finders]


def tool_definition(entry: Entry, policy: Policy, keywords: str = "") -> types.Tool:
    """The tool of one operation or workflow; `keywords` are what people ask for it with."""
    schema = {**entry.schema, "properties": entry.schema["properties"] | option_schemas(entry, policy)}
    about = entry.about
    if entry.cut:
        about += "\nSchema: reply_find_tools."
    if keywords:
        about += f"\nKeywords: {keywords}."
    return types.Tool(
        name=entry.tool,
        title=title_of(entry.tool),
        description=about,
        input_schema=schema,
        annotations=types.ToolAnnotations(
            read_only_hint=entry.effect is Effect.READ,
            destructive_hint=entry.effect not in (Effect.READ, Effect.WRITE) or entry.effect_varies,
            idempotent_hint=entry.idempotent,
            open_world_hint=True,
        ),
        _meta={"reply/operation": entry.id if entry.method else list(entry.operations)},
    )


def finder_definition(name: str) -> types.Tool:
    """One of the three tools that reach every other one."""
    reads, within = name != "reply_run_write", name == "reply_find_tools"
    return types.Tool(
        name=name,
        title=title_of(name),
        description=DESCRIPTIONS[name],
        input_schema=SCHEMAS[name],
        annotations=types.ToolAnnotations(
            read_only_hint=reads, destructive_hint=not reads, idempotent_hint=reads, open_world_hint=not within
        ),
    )
