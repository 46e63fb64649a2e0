"""The hosts themselves, in an empty home: their own list shows the server as it was installed, and as connected.

npm install --prefix build/hosts @anthropic-ai/claude-code @openai/codex @google/gemini-cli opencode-ai
HOSTS_BIN=build/hosts/node_modules/.bin pytest tests/cli/install/test_real_hosts.py
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

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


@pytest.mark.skipif(not BIN, reason="HOSTS_BIN is the folder of the hosts' commands, by npm")
@pytest.mark.parametrize("host", SHOWN)
def test_its_own_list_shows_the_server(host: str, sandbox: Sandbox, tmp_path: Path) -> None:
    home = {
        "HOME": str(tmp_path),
        "PATH": f"{Path(BIN).resolve()}{os.pathsep}{os.environ['PATH']}",
        "GEMINI_CLI_TRUST_WORKSPACE": "true",
    }

    def run(*arguments: str, given: str = "") -> str:
        done = subprocess.run(
            arguments, env=home, cwd=tmp_path, input=given, capture_output=True, text=True, timeout=SECONDS
        )
        return done.stdout + done.stderr

    ours = [sys.executable, "-m", "reply_mcp"]
    assert "Stored the key" in run(*ours, "login", "--base-url", sandbox.url, given=KEY)
    command, connected = SHOWN[host]
    run(*command)
    assert "added reply" in run(*ours, "install", host, "--set", f"REPLY_BASE_URL={sandbox.url}")
    assert connected in run(*command)
    assert "removed" in run(*ours, "install", host, "--remove")
    assert "reply-mcp" not in run(*command)
