"""The plugin: every host's form of it says the same, and the skill is one that hosts take."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from reply_mcp import __version__
from reply_mcp.text.tokens import count_tokens

MANIFESTS = Path(__file__).resolve().parents[2] / "manifests"
PLUGIN = MANIFESTS / "plugin"
SKILL = PLUGIN / "skills/reply/SKILL.md"


def read(name: str) -> dict[str, Any]:
    value: dict[str, Any] = json.loads((MANIFESTS / name).read_text("utf-8"))
    return value


def test_every_form_names_the_same_server_and_version() -> None:
    forms = [read(f"plugin/{name}") for name in ("plugin.json", ".claude-plugin/plugin.json", "gemini-extension.json")]
    assert {(form["name"], form["version"]) for form in forms} == {("reply", __version__)}
    servers = [read(f"plugin/{name}")["mcpServers"] for name in ("mcp.json", ".mcp.json", "gemini-extension.json")]
    assert {(one["reply"]["command"], *one["reply"]["args"]) for one in servers} == {("uvx", "reply-mcp", "serve")}
    (listed,) = read(".claude-plugin/marketplace.json")["plugins"]
    assert (MANIFESTS / listed["source"]).resolve() == PLUGIN
    assert listed["version"] == __version__


def test_a_key_is_asked_for_as_a_secret_or_not_at_all() -> None:
    portable = read("plugin/mcp.json")
    assert portable["$schema"].rpartition("/")[0] == read("plugin/plugin.json")["$schema"].rpartition("/")[0]
    assert set(portable["mcpServers"]["reply"]) == {"type", "command", "args"}
    asked = read("plugin/.claude-plugin/plugin.json")["userConfig"]
    assert asked["api_key"]["sensitive"] is True
    assert read("plugin/.mcp.json")["mcpServers"]["reply"]["env"] == {"REPLY_API_KEY": "${user_config.api_key}"}
    (setting,) = read("plugin/gemini-extension.json")["settings"]
    assert setting["sensitive"] is True
    assert setting["envVar"] == "REPLY_API_KEY"


def test_the_skill_is_one_that_hosts_take() -> None:
    """Agent Skills: a name equal to the folder's, a description of at most 1,024 characters, a short body."""
    _, head, body = SKILL.read_text("utf-8").split("---\n", 2)
    fields = dict(line.split(": ", 1) for line in head.splitlines())
    assert fields["name"] == SKILL.parent.name
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", fields["name"])
    assert 100 < len(fields["description"]) <= 1024
    assert ": " not in fields["description"], "it would be no plain YAML text"
    assert count_tokens(body) < 2500
    assert len(body.splitlines()) < 200
