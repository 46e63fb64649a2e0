"""The README as a new user follows it: every command of it, in an empty home, against the embedded Reply."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import KEY, Sandbox
from tests.processes.command import reply_mcp

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")
_BLOCKS = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
_COMMANDS = [line.partition(" # ")[0].strip() for block in _BLOCKS for line in block.splitlines()]
BY_MAKE = {
    "make demo": "tests/cli/test_commands.py runs what it runs",
    "make test": "this suite",
    "make lint": "the checks before a change lands",
}


def run(command: str, home: Path, sandbox: Sandbox, given: str = "", **environment: str) -> Any:
    """A command of the README, with what the person types or pastes."""
    program, *arguments = shlex.split(command)
    assert program == ".venv/bin/reply-mcp"
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("REPLY_", "XDG_"))}
    # No keyring of this machine's is touched.
    own = {"HOME": str(home), "REPLY_BASE_URL": sandbox.url, "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    return subprocess.run(
        reply_mcp(*arguments),
        input=given,
        env={**kept, **own, **environment},
        capture_output=True,
        text=True,
        timeout=90,
    )


def test_every_command_of_the_readme_is_one_of_these() -> None:
    assert sorted(_COMMANDS) == sorted(
        [
            *BY_MAKE,
            ".venv/bin/reply-mcp login",
            ".venv/bin/reply-mcp install claude-code",
            ".venv/bin/reply-mcp sandbox",
            ".venv/bin/reply-mcp tools",
            ".venv/bin/reply-mcp call reply_search_contacts --help",
            ".venv/bin/reply-mcp call reply_search_contacts",
        ]
    )


def test_a_new_user_connects_a_host(sandbox: Sandbox, tmp_path: Path) -> None:
    stored = run(".venv/bin/reply-mcp login", tmp_path, sandbox, given=f"{KEY}\n")
    assert stored.returncode == 0, stored.stdout + stored.stderr
    assert KEY not in stored.stdout + stored.stderr
    installed = run(".venv/bin/reply-mcp install claude-code", tmp_path, sandbox, PATH="/usr/bin:/bin")
    assert installed.returncode == 0, installed.stdout + installed.stderr
    assert '"reply"' in (tmp_path / ".claude.json").read_text()
    assert KEY not in (tmp_path / ".claude.json").read_text()
    helped = run(".venv/bin/reply-mcp call reply_search_contacts --help", tmp_path, sandbox)
    assert helped.stdout.startswith("reply_search_contacts [read]")
    called = run(".venv/bin/reply-mcp call reply_search_contacts", tmp_path, sandbox)
    assert called.returncode == 0, called.stderr
    assert "@" in called.stdout


def test_the_tokens_that_the_readme_tells_are_those_that_the_command_counts(sandbox: Sandbox, tmp_path: Path) -> None:
    said = run(".venv/bin/reply-mcp tools", tmp_path, sandbox).stdout
    count, tokens = re.search(r"(\d+) tools listed, (\d+) tokens", said).groups()  # type: ignore[union-attr]
    assert f"{count} tools, {int(tokens):,} tokens" in README
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md"), ROOT / "manifests/plugin/skills/reply/SKILL.md"]
    listed = {found for page in pages for found in re.findall(r"(\d+) tools are listed", page.read_text("utf-8"))}
    assert listed == {count}
    whole = run(".venv/bin/reply-mcp tools --toolsets all", tmp_path, sandbox).stdout
    count, tokens = re.search(r"(\d+) tools listed, (\d+) tokens", whole).groups()  # type: ignore[union-attr]
    assert f"{count} tools, {int(tokens):,} tokens" in README


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\((?!https?:)([^)#]+)", README))))
def test_every_link_leads_somewhere(link: str) -> None:
    assert (ROOT / link).exists()
