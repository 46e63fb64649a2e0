"""The plugin: one folder that Claude Code, Codex, Cursor, Gemini CLI and others take, with a skill in it.

Formats: Agent Plugins 1.0.0 (`plugin.json`, `mcp.json`; Codex, Cursor and others), Claude Code (`.claude-plugin`,
`.mcp.json`), Gemini CLI (`gemini-extension.json`), Agent Skills (`skills/reply/SKILL.md`).
"""

from __future__ import annotations

from typing import Any

from reply_mcp import __version__
from reply_mcp.catalog.effect import Effect
from reply_mcp.server.inventory import Inventory
from reply_mcp.server.prompts import PROMPTS
from reply_mcp.server.unsupported_tools import UNSUPPORTED_JOBS
from reply_mcp.settings import Settings

NAME = "reply"
ABOUT = "Reply (reply.io) for agents: contacts, sequences, inbox, tasks and reports, with a person's consent."
SCHEMAS = "https://agent-plugins.org/schemas/1.0.0"
COMMAND = {"command": "uvx", "args": ["reply-mcp", "serve"]}
KEY = "REPLY_API_KEY"
KEY_FIELD = "In Reply: Settings, API key. Left empty, the one that `reply-mcp login` stored."
_WHAT = {
    Effect.READ: "reads",
    Effect.WRITE: "changes what one more call can put back",
    Effect.SEND: "reaches a person, or changes what is sent, when, to whom or by whom",
    Effect.SPEND: "uses up credits",
    Effect.SHARE: "lets somebody read or receive what they could not before",
    Effect.DELETE: "cannot be undone",
}


def files() -> dict[str, Any]:
    """Each generated file of the plugin by its path; those of a marketplace of one beside it."""
    common = {"name": NAME, "version": __version__, "description": ABOUT, "license": "MIT"}
    author = {"name": "reply-mcp contributors"}
    key = {"type": "string", "title": "API key", "description": KEY_FIELD, "sensitive": True}
    entry = {
        "name": NAME,
        "source": "./plugin",
        "description": ABOUT,
        "version": __version__,
        "category": "productivity",
    }
    return {
        "plugin/plugin.json": {"$schema": f"{SCHEMAS}/plugin.schema.json", **common, "author": author},
        # The open format has no place for a secret: the server finds the key that `reply-mcp login` keeps.
        "plugin/mcp.json": {
            "$schema": f"{SCHEMAS}/mcp.schema.json",
            "mcpServers": {NAME: {"type": "stdio", **COMMAND}},
        },
        "plugin/.claude-plugin/plugin.json": {
            **common,
            "author": author,
            # Left empty, it is the stored one.
            "userConfig": {"api_key": {**key, "required": False}},
        },
        "plugin/.mcp.json": {"mcpServers": {NAME: {**COMMAND, "env": {KEY: "${user_config.api_key}"}}}},
        "plugin/gemini-extension.json": {
            "name": NAME,
            "version": __version__,
            "description": ABOUT,
            "mcpServers": {NAME: COMMAND},
            "settings": [{"name": "API key", "description": key["description"], "envVar": KEY, "sensitive": True}],
        },
        ".claude-plugin/marketplace.json": {
            "name": "reply-mcp",
            "owner": author,
            "plugins": [{**entry, "category": "productivity"}],
        },
    }


def skill_parts() -> dict[str, str]:
    """The parts of the skill that come from the tools."""
    inventory = Inventory(Settings())
    effects = "\n".join(f"| `{effect}` | {what} |" for effect, what in _WHAT.items())
    return {
        "counts": f"{len(inventory.listed) + len(inventory.finders)} tools are listed; "
        f"{len(inventory.reachable) + len(inventory.finders)} can be called.",
        "effects": f"| effect | what it does |\n| --- | --- |\n{effects}",
        "cannot": "\n".join(f"- {why}" for why in UNSUPPORTED_JOBS.values()),
        "prompts": "\n".join(f"- `{prompt.name}`: {prompt.about}." for prompt in PROMPTS),
    }
