"""The hosts: where each keeps its servers, in which form, how it can hand over a key, and what to do afterwards.

Facts are from the hosts' documentation and from their own commands, tried in an empty home.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reply_mcp.cli.install import forms
from reply_mcp.cli.install.entry import KEY, Launch
from reply_mcp.cli.install.files import Inputs
from reply_mcp.cli.install.formats import Format
from reply_mcp.cli.install.jsonc import JsonWithComments
from reply_mcp.cli.install.toml import Toml
from reply_mcp.cli.install.yaml import Yaml

KEY_INPUT = Inputs(
    "inputs", {"type": "promptString", "id": "reply-api-key", "description": "Reply API key", "password": True}
)


@dataclass(frozen=True)
class Machine:
    """Where files are: by the system's habits, and what the environment says of them."""

    home: Path = field(default_factory=Path.home)
    system: str = sys.platform
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    project: Path = field(default_factory=Path.cwd)

    def configuration(self) -> Path:
        """`~/.config`, or what stands for it."""
        return Path(self.environ.get("XDG_CONFIG_HOME") or self.home / ".config")

    def roaming(self) -> Path:
        """`%APPDATA%` of Windows."""
        return Path(self.environ.get("APPDATA") or self.home / "AppData" / "Roaming")

    def applications(self) -> Path:
        """Where desktop applications keep their folders."""
        if self.system == "darwin":
            return self.home / "Library" / "Application Support"
        return self.roaming() if self.system == "win32" else self.configuration()

    def named(self, variable: str, otherwise: Path) -> Path:
        """The folder that a variable names."""
        return Path(self.environ.get(variable) or otherwise)


@dataclass(frozen=True, eq=False)
class Host:
    """One host.

    Attributes:
        file: its configuration of this user; None where it has none that others may write.
        project: the one of a project, below its folder; empty where there is none.
        container: the names under which servers stand.
        stdio: the entry of a server that it starts; `http` of one at an address, None where it takes none in a file.
        reference: how its configuration names a variable of its environment; empty where it cannot. Where it asks for
            secrets itself, `inputs` is the question.
        commands: by which it is found on PATH; `folders` and the file's own by which it is found otherwise.
        afterwards: what the person does for it to take effect.
        logs: where it shows what a server wrote.
    """

    id: str
    title: str
    file: Callable[[Machine], Path] | None
    container: tuple[str, ...]
    stdio: Callable[[Launch, str], dict[str, Any]]
    http: Callable[[Launch, str], dict[str, Any]] | None
    afterwards: str
    logs: str
    format: Format = field(default_factory=JsonWithComments)
    project: str = ""
    reference: str = ""
    inputs: Inputs | None = None
    commands: tuple[str, ...] = ()
    folders: Callable[[Machine], tuple[Path, ...]] = lambda machine: ()
    note: str = ""

    def path(self, machine: Machine, *, project: bool) -> Path | None:
        """The file to write; None where there is none."""
        if project:
            return machine.project / self.project if self.project else None
        return self.file(machine) if self.file else None

    def is_here(self, machine: Machine) -> bool:
        """Whether it seems to be installed."""
        if any(shutil.which(command, path=machine.environ.get("PATH", "")) for command in self.commands):
            return True
        paths = self.folders(machine)
        if self.file and not paths:
            path = self.file(machine)
            # A file in the home itself says by itself that it is there; a folder of its own does too.
            paths = (path, *(() if path.parent in (machine.home, machine.configuration()) else (path.parent,)))
        return any(path.exists() for path in paths)


def _vscode_user(machine: Machine) -> Path:
    return machine.applications() / "Code" / "User"


def _opencode_file(machine: Machine) -> Path:
    folder = machine.configuration() / "opencode"
    with_comments = folder / "opencode.jsonc"
    return with_comments if with_comments.exists() else folder / "opencode.json"


def _claude_code(machine: Machine) -> Path:
    return machine.named("CLAUDE_CONFIG_DIR", machine.home) / ".claude.json"


def _zed_file(machine: Machine) -> Path:
    if machine.system == "win32":
        return machine.roaming() / "Zed" / "settings.json"
    folder = machine.home / ".config" if machine.system == "darwin" else machine.configuration()
    return folder / "zed" / "settings.json"


def _goose_file(machine: Machine) -> Path:
    if machine.system == "win32":
        return machine.roaming() / "Block" / "goose" / "config" / "config.yaml"
    return machine.home / ".config" / "goose" / "config.yaml"


HOSTS = (
    Host(
        "claude-desktop",
        "Claude Desktop",
        lambda machine: machine.applications() / "Claude" / "claude_desktop_config.json",
        ("mcpServers",),
        forms.plain,
        None,
        "Quit Claude and start it again.",
        "`mcp-server-reply.log` in `~/Library/Logs/Claude` (macOS), `%APPDATA%\\Claude\\logs` (Windows)",
        note="A server at an address is added in its Settings, Connectors.",
    ),
    Host(
        "claude-code",
        "Claude Code",
        _claude_code,
        ("mcpServers",),
        forms.typed,
        forms.url("url", type="http"),
        "`/mcp` in a new session shows it.",
        "`claude --debug`, and `/mcp` in a session",
        project=".mcp.json",
        reference="${REPLY_API_KEY:-}",
        commands=("claude",),
    ),
    Host(
        "cursor",
        "Cursor",
        lambda machine: machine.home / ".cursor" / "mcp.json",
        ("mcpServers",),
        forms.plain,
        forms.url("url"),
        "Settings, Tools & MCP shows it.",
        "Output panel, MCP Logs",
        project=".cursor/mcp.json",
        reference="${env:REPLY_API_KEY}",
        commands=("cursor",),
    ),
    Host(
        "vscode",
        "VS Code",
        lambda machine: _vscode_user(machine) / "mcp.json",
        ("servers",),
        forms.typed,
        forms.url("url", type="http"),
        "MCP: List Servers in the command palette shows it.",
        "MCP: List Servers, reply, Show Output",
        project=".vscode/mcp.json",
        reference="${input:reply-api-key}",
        inputs=KEY_INPUT,
        commands=("code",),
    ),
    Host(
        "windsurf",
        "Windsurf",
        lambda machine: machine.home / ".codeium" / "windsurf" / "mcp_config.json",
        ("mcpServers",),
        forms.plain,
        forms.url("serverUrl"),
        "Settings, Cascade, MCP servers: refresh.",
        "the MCP servers panel of Cascade",
        commands=("windsurf",),
    ),
    Host(
        "codex",
        "Codex",
        lambda machine: machine.named("CODEX_HOME", machine.home / ".codex") / "config.toml",
        ("mcp_servers",),
        forms.codex,
        forms.codex_http,
        "`codex mcp list` shows it.",
        "`~/.codex/log/codex-tui.log`",
        format=Toml(),
        project=".codex/config.toml",
        reference=KEY,
        commands=("codex",),
    ),
    Host(
        "gemini",
        "Gemini CLI",
        lambda machine: machine.home / ".gemini" / "settings.json",
        ("mcpServers",),
        forms.plain,
        forms.url("httpUrl"),
        "`/mcp` in a session shows it; in a folder that is not trusted it stays off.",
        "`gemini --debug`, and `/mcp` in a session",
        project=".gemini/settings.json",
        reference="$REPLY_API_KEY",
        commands=("gemini",),
    ),
    Host(
        "zed",
        "Zed",
        _zed_file,
        ("context_servers",),
        forms.zed,
        forms.url("url"),
        "The Agent panel's settings show it.",
        "`zed: open log` in the command palette",
        project=".zed/settings.json",
        commands=("zed", "zeditor"),
    ),
    Host(
        "junie",
        "JetBrains Junie",
        lambda machine: machine.home / ".junie" / "mcp" / "mcp.json",
        ("mcpServers",),
        forms.plain,
        None,
        "Settings, Tools, Junie, MCP Settings shows it.",
        "Help, Show Log in the IDE",
        project=".junie/mcp/mcp.json",
        note="It takes servers that it starts alone.",
        folders=lambda machine: (machine.home / ".junie",),
    ),
    Host(
        "jetbrains",
        "JetBrains AI Assistant",
        None,
        ("mcpServers",),
        forms.plain,
        forms.url("url"),
        "Paste it in Settings, Tools, AI Assistant, Model Context Protocol: Add, As JSON.",
        "`mcp` in the folder that Help, Show Log opens",
        note="It has no file that others may write: install prints what to paste.",
    ),
    Host(
        "goose",
        "Goose",
        _goose_file,
        ("extensions",),
        forms.goose,
        forms.goose_http,
        "A new session has it.",
        "`~/.local/state/goose/logs`",
        format=Yaml(),
        reference=KEY,
        commands=("goose",),
    ),
    Host(
        "opencode",
        "opencode",
        _opencode_file,
        ("mcp",),
        forms.opencode,
        forms.url("url", type="remote", enabled=True),
        "`opencode mcp list` shows it.",
        "`~/.local/share/opencode/log`",
        project="opencode.json",
        reference="{env:REPLY_API_KEY}",
        commands=("opencode",),
    ),
    Host(
        "lm-studio",
        "LM Studio",
        lambda machine: machine.home / ".lmstudio" / "mcp.json",
        ("mcpServers",),
        forms.plain,
        forms.url("url"),
        "The Program tab shows it.",
        "the Developer tab",
        commands=("lms",),
    ),
    Host(
        "cline",
        "Cline (VS Code)",
        lambda machine: (
            _vscode_user(machine) / "globalStorage" / "saoudrizwan.claude-dev" / "settings" / "cline_mcp_settings.json"
        ),
        ("mcpServers",),
        forms.cline,
        forms.url("url", type="streamableHttp", disabled=False, autoApprove=[]),
        "Its MCP Servers panel shows it.",
        "its MCP Servers panel",
        folders=lambda machine: (_vscode_user(machine) / "globalStorage" / "saoudrizwan.claude-dev",),
    ),
    Host(
        "cline-cli",
        "Cline CLI",
        lambda machine: Path(
            machine.environ.get("CLINE_MCP_SETTINGS_PATH")
            or machine.named("CLINE_DIR", machine.home / ".cline") / "data" / "settings" / "cline_mcp_settings.json"
        ),
        ("mcpServers",),
        forms.cline,
        forms.url("url", type="streamableHttp", disabled=False, autoApprove=[]),
        "A new session has it.",
        "`~/.cline/data/logs`",
        commands=("cline",),
    ),
)
"""In the order in which they are listed."""


def hosts_named(name: str) -> list[Host]:
    """The host of an id or a title, in any case; several where the name is the beginning of theirs, as `claude` is."""
    wanted = name.strip().lower().replace(" ", "-").replace("_", "-")
    wanted = {"code": "vscode", "lmstudio": "lm-studio"}.get(wanted, wanted)
    known = {host: (host.id, host.title.lower().replace(" ", "-")) for host in HOSTS}
    exact = [host for host, names in known.items() if wanted in names]
    return exact or [host for host, (id, _) in known.items() if id.startswith(f"{wanted}-")]
