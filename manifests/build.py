"""Writes the manifests beside this file and the generated parts of documents, or says which are not current.

    python manifests/build.py [--check]

What they hold comes from the settings, the tools that the default profile lists and the project's own metadata, so
that none of them has to be kept up by hand.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import Field
from pathlib import Path
from typing import Any

import host_pages
import plugin

from reply_mcp import __version__
from reply_mcp.cli.tools import listing_tokens
from reply_mcp.server.consent.policy import Policy
from reply_mcp.server.definitions import tool_definitions
from reply_mcp.server.discovery import DESCRIPTIONS
from reply_mcp.server.inventory import Inventory
from reply_mcp.settings import Settings, all_settings, default_text

ROOT = Path(__file__).resolve().parent.parent
SERVER_NAME = "io.github.reply-mcp/reply-mcp"
"""The name in the MCP registry: whoever publishes there must own it."""
IMAGE = "ghcr.io/reply-mcp/reply-mcp"
TITLE = "Reply"
SUMMARY = "Reply (reply.io) for AI agents: contacts, sequences, inbox, tasks and reports, with care."
KEY_PLACEHOLDER = "your-api-key"
COMMAND = "uvx"
ARGUMENTS = ["reply-mcp", "serve"]
ASKED_FOR = ("read_only", "toolsets", "base_url")
"""The settings, besides the key, that the bundle's form shows."""


def claude_desktop() -> dict[str, Any]:
    """`claude_desktop_config.json`."""
    return {"mcpServers": {"reply": _stdio(KEY_PLACEHOLDER)}}


def claude_code() -> dict[str, Any]:
    """`.mcp.json` of a project: shared with others, so the key stays in each one's environment."""
    return {"mcpServers": {"reply": {"type": "stdio", **_stdio("${REPLY_API_KEY:-}")}}}


def claude_code_command() -> str:
    """The command that adds the server to Claude Code for oneself."""
    return f"claude mcp add reply --env REPLY_API_KEY={KEY_PLACEHOLDER} -- {COMMAND} {' '.join(ARGUMENTS)}"


def cursor() -> dict[str, Any]:
    """`~/.cursor/mcp.json`."""
    return {"mcpServers": {"reply": _stdio(KEY_PLACEHOLDER)}}


def vscode() -> dict[str, Any]:
    """`.vscode/mcp.json`: VS Code asks for the key once and keeps it as a secret."""
    question = {"type": "promptString", "id": "reply-api-key", "description": "Reply API key", "password": True}
    return {"inputs": [question], "servers": {"reply": {"type": "stdio", **_stdio("${input:reply-api-key}")}}}


def _stdio(key: str) -> dict[str, Any]:
    return {"command": COMMAND, "args": ARGUMENTS, "env": {"REPLY_API_KEY": key}}


def registry() -> dict[str, Any]:
    """`server.json` for the MCP registry, schema of 2025-12-11."""
    transport = {"type": "stdio"}
    variables = [_variable(setting) for setting in all_settings() if not setting.metadata.get("http")]
    serve = [{"type": "positional", "value": "serve"}]
    return {
        "$schema": "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json",
        "name": SERVER_NAME,
        "title": TITLE,
        "description": SUMMARY,
        "version": __version__,
        "packages": [
            {
                "registryType": "pypi",
                "identifier": "reply-mcp",
                "version": __version__,
                "runtimeHint": "uvx",
                "transport": transport,
                "packageArguments": serve,
                "environmentVariables": variables,
            },
            {
                "registryType": "oci",
                "identifier": f"{IMAGE}:{__version__}",
                "runtimeHint": "docker",
                "transport": transport,
                "packageArguments": serve,
                # A file of the host is not in the container.
                "environmentVariables": [v for v in variables if v["name"] != "REPLY_API_KEY_FILE"],
            },
        ],
        "_meta": {"io.modelcontextprotocol.registry/publisher-provided": {"tools": [name for name, _ in tools()]}},
    }


def _variable(setting: Field[Any]) -> dict[str, Any]:
    meta = setting.metadata
    formats = {"BOOL": "boolean", "FILE": "filepath", "ID": "number", "N": "number", "SECONDS": "number"}
    variable: dict[str, Any] = {
        "name": meta["env"],
        "description": _sentence(meta["help"]),
        "format": formats.get(meta["metavar"], "string"),
    }
    if shown := default_text(setting):
        variable["default"] = shown
    if setting.name == "api_key":
        # Not required: the file may hold it instead, and without one each tool says how to get a key.
        variable["isSecret"] = True
    return variable


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def bundle() -> dict[str, Any]:
    """The manifest of the MCPB bundle. The host brings uv, which brings Python and the dependencies."""
    settings = {setting.name: setting for setting in all_settings()}
    form: dict[str, Any] = {
        "api_key": {
            "type": "string",
            "title": "API key",
            "description": "In Reply: Settings, API key. It is kept as a secret and sent to nobody but Reply.",
            "sensitive": True,
            "required": True,
        }
    }
    for name in ASKED_FOR:
        default = settings[name].default
        form[name] = {
            "type": "boolean" if isinstance(default, bool) else "string",
            "title": _sentence(name.replace("_", " ").replace("url", "URL")),
            "description": _sentence(settings[name].metadata["help"]) + ".",
            "required": False,
            "default": default if isinstance(default, bool) else default_text(settings[name]),
        }
    return {
        "manifest_version": "0.4",
        "name": "reply-mcp",
        "display_name": TITLE,
        "version": __version__,
        "description": SUMMARY,
        "author": {"name": "reply-mcp contributors"},
        "license": "MIT",
        "keywords": _project()["keywords"],
        "server": {
            "type": "uv",
            "entry_point": "server.py",
            "mcp_config": {
                "command": "uv",
                "args": ["run", "--directory", "${__dirname}", "server.py"],
                "env": {settings[name].metadata["env"]: f"${{user_config.{name}}}" for name in form},
            },
        },
        "user_config": form,
        "tools": [{"name": name, "description": about} for name, about in tools()],
        # Settings list more of them, and three of these reach all the others.
        "tools_generated": True,
        "compatibility": {
            "platforms": ["darwin", "linux", "win32"],
            "runtimes": {"python": _project()["requires-python"]},
        },
    }


def _project() -> dict[str, Any]:
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return project


def tools() -> Iterator[tuple[str, str]]:
    """Name and first sentence of every tool that the default profile lists, in its order."""
    inventory = Inventory(Settings())
    for entry in inventory.listed:
        yield entry.tool, " ".join(re.split(r"(?<=\.)\s", entry.about, maxsplit=1)[0].split())
    for name in inventory.finders:
        yield name, DESCRIPTIONS[name]


def manifests() -> dict[str, dict[str, Any]]:
    """Each manifest by its path under this folder."""
    return {
        "claude-desktop.json": claude_desktop(),
        "claude-code.json": claude_code(),
        "cursor.json": cursor(),
        "vscode.json": vscode(),
        "server.json": registry(),
        "mcpb/manifest.json": bundle(),
        **plugin.files(),
    }


def settings_table() -> str:
    """The table of settings, of the page on configuration."""
    rows = ["| variable | flag of `serve` | default | what it does |", "| --- | --- | --- | --- |"]
    for setting in all_settings():
        meta = setting.metadata
        flag = f"`{meta['flag']}`" if meta["flag"] else ""
        default = "send, spend, share and delete ask" if setting.name == "policy" else default_text(setting)
        shown = f"`{default}`" if default and setting.name != "policy" else default
        rows.append(f"| `{meta['env']}` | {flag} | {shown} | {meta['help']} |")
    return "\n".join(rows)


def manifest_parts() -> dict[str, str]:
    """The manifests as parts of a page."""
    return {
        "claude mcp add": f"```sh\n{claude_code_command()}\n```",
        **{name: f"```json\n{_json(value)}```" for name, value in manifests().items()},
    }


def fill(file: str, text: str, parts: Mapping[str, str]) -> str:
    """A text with its generated parts, between `<!-- generated: NAME -->` and `<!-- end -->`, made anew."""
    pieces = text.split("<!-- generated: ")
    whole = pieces[0]
    for piece in pieces[1:]:
        name, _, rest = piece.partition(" -->")
        _, end, after = rest.partition("<!-- end -->")
        if not end or name not in parts:
            raise ValueError(f"{file}: the generated part {name!r} has no end, or is none of {', '.join(parts)}")
        whole += f"<!-- generated: {name} -->\n{parts[name]}\n{end}{after}"
    return whole


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def documents() -> dict[Path, str]:
    """What each generated file should hold."""
    made = {ROOT / "manifests" / name: _json(value) for name, value in manifests().items()}
    skill = plugin.skill_parts()
    texts = {
        "README.md": {"badges": host_pages.badges("docs/images")},
        "docs/hosts.md": {**manifest_parts(), "badges": host_pages.badges("images"), "hosts": host_pages.sections()},
        "docs/troubleshooting.md": {"logs": host_pages.logs()},
        "docs/configuration.md": {"settings": settings_table()},
        "docs/limits.md": {"cannot": skill["cannot"]},
        "manifests/plugin/skills/reply/SKILL.md": skill,
    }
    made |= {ROOT / name: picture for name, picture in host_pages.badge_pictures().items()}
    made |= {ROOT / name: fill(name, (ROOT / name).read_text("utf-8"), parts) for name, parts in texts.items()}
    made[ROOT / "README.md"] = with_counts(made[ROOT / "README.md"])
    return made


def with_counts(text: str) -> str:
    """The README with the tools that are listed and their tokens, in its table of measurements."""
    for row, toolsets in (("tools listed by default", "default"), ("all tools listed", "all")):
        settings = Settings(toolsets=(toolsets,))
        tools = tool_definitions(Inventory(settings), Policy(settings.policy, settings.caps))
        tokens = sum(listing_tokens(tool.model_dump(by_alias=True, exclude_none=True)) for tool in tools)
        text, found = re.subn(rf"(?<=\| {row} \| )[^|]*(?= \|)", f"{len(tools)} tools, {tokens:,} tokens", text)
        if not found:
            raise ValueError(f"README.md: the table of measurements has no row {row!r}")
    return text


def main() -> int:
    """Writes or checks the manifests; 1 where one is not current."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; fail where something is not current")
    options = parser.parse_args()
    stale = {path: text for path, text in documents().items() if not path.exists() or path.read_text("utf-8") != text}
    for path, text in stale.items():
        name = path.relative_to(ROOT)
        if options.check:
            print(f"{name} is not current: run `make manifests`", file=sys.stderr)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(f"wrote {name}")
    return 1 if options.check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
