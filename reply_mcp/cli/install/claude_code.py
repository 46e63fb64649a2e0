"""Claude Code's own command: it rewrites its file while it runs, and what another program wrote there may be lost."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from typing import Any

SECONDS = 60


def add(name: str, entry: dict[str, Any], *, there: bool) -> bool:
    """Adds the entry for this user, in place of one that is there; False where the command cannot, and the file has to
    be written. An entry with a key is none for a command line, which every user of the machine can see."""
    return (not there or remove(name)) and _run(["mcp", "add-json", name, json.dumps(entry), "-s", "user"])


def remove(name: str) -> bool:
    """Removes the entry of this user; False where the command cannot."""
    return _run(["mcp", "remove", name, "-s", "user"])


def _run(arguments: Sequence[str]) -> bool:
    claude = shutil.which("claude")
    # A script of npm on Windows is started by an interpreter that reads quotes otherwise.
    if claude is None or (os.name == "nt" and not claude.lower().endswith(".exe")):
        return False
    try:
        done = subprocess.run([claude, *arguments], stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
