"""Claude Code's own command: it rewrites its file while it runs, and what another program wrote there may be lost."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from typing import Any

SECONDS = 60


class CommandFailed(Exception):
    """The command did not do it. The message is its first line, which shows no entry."""


def command() -> str | None:
    """The path of `claude`; None where it is not on PATH."""
    return shutil.which("claude")


def add(name: str, entry: dict[str, Any], *, there: bool) -> None:
    """Adds the entry for this user, in place of one that is there. It goes over standard input, since a command line
    is visible to every user of the machine.

    Raises:
        CommandFailed: where it was not added.
    """
    if there:
        remove(name)
    _run(["mcp", "add-json", name, "-", "-s", "user"], json.dumps(entry))


def remove(name: str) -> None:
    """Removes the entry of this user.

    Raises:
        CommandFailed: where it was not removed.
    """
    _run(["mcp", "remove", name, "-s", "user"])


def _run(arguments: Sequence[str], given: str = "") -> None:
    claude = command()
    if claude is None:
        raise CommandFailed("claude is not on PATH")
    # A script of npm on Windows is started by its interpreter.
    line = (
        ["cmd", "/c", claude, *arguments]
        if os.name == "nt" and not claude.lower().endswith(".exe")
        else [claude, *arguments]
    )
    try:
        done = subprocess.run(
            line, input=given, capture_output=True, text=True, encoding="utf-8", errors="replace", timeout=SECONDS
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CommandFailed(f"claude mcp {arguments[1]}: {type(error).__name__}") from None
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise CommandFailed(
            f"claude mcp {arguments[1]}: {said[0][:200] if said and given not in said[0] else 'failed'}"
        )
