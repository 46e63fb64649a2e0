"""The hosts themselves, in an empty home: their own list shows the server as it was installed, and as connected, and a
model in one of them calls a tool. `make hosts` installs them and runs this."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.install.scripted_model import scripted_model
from tests.conftest import KEY, Sandbox

BIN = os.environ.get("HOSTS_BIN", "")
SECONDS = 120
SHOWN = {
    "claude-code": (("claude", "mcp", "list"), "reply-mcp serve - ✔ Connected"),
    # It starts no server for its list.
    "codex": (("codex", "mcp", "list"), "enabled"),
    "gemini": (("gemini", "mcp", "list"), "(stdio) - Connected"),
    "opencode": (("opencode", "mcp", "list"), "✓ reply"),
}


OURS = [sys.executable, "-m", "reply_mcp"]
needs_hosts = pytest.mark.skipif(not BIN, reason="HOSTS_BIN is the folder of the hosts' commands, by npm")


class Home:
    """An empty home with the hosts on its path."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.environ = {
            "HOME": str(path),
            "PATH": f"{Path(BIN).resolve()}{os.pathsep}{os.environ['PATH']}",
            "GEMINI_CLI_TRUST_WORKSPACE": "true",
        }

    def run(self, *arguments: str, given: str = "", **environ: str) -> str:
        done = subprocess.run(
            arguments,
            env={**self.environ, **environ},
            cwd=self.path,
            input=given,
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
        return done.stdout + done.stderr

    def install(self, host: str, sandbox: Sandbox) -> None:
        assert "Stored the key" in self.run(*OURS, "login", "--base-url", sandbox.url, given=KEY)
        assert "added reply" in self.run(*OURS, "install", host, "--set", f"REPLY_BASE_URL={sandbox.url}")


@needs_hosts
@pytest.mark.parametrize("host", SHOWN)
def test_its_own_list_shows_the_server(host: str, sandbox: Sandbox, tmp_path: Path) -> None:
    home = Home(tmp_path)
    command, connected = SHOWN[host]
    home.run(*command)
    home.install(host, sandbox)
    assert connected in home.run(*command)
    assert "removed" in home.run(*OURS, "install", host, "--remove")
    assert "reply-mcp" not in home.run(*command)


@needs_hosts
def test_a_model_in_claude_code_calls_a_tool(sandbox: Sandbox, tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.install("claude-code", sandbox)
    with scripted_model() as model:
        said = home.run(
            *("claude", "-p", "Who replied?", "--allowedTools", "mcp__reply__reply_find_tools"),
            ANTHROPIC_BASE_URL=model,
            ANTHROPIC_API_KEY="none",
            # The tools are in the first request, which waits for the server.
            ENABLE_TOOL_SEARCH="false",
            MCP_CONNECTION_NONBLOCKING="false",
        )
    assert "The tool answered: " in said
    assert "reply_get_inbox_emails" in said, said
