"""Starts an embedded Reply and drives the page in Chromium: `python run.py FOLDER`, with the packages in it."""

from __future__ import annotations

import subprocess
import sys

from reply_mcp.sandbox import running


def main() -> int:
    """The driver's exit code."""
    with running() as sandbox:
        command = ["node", "drive.mjs", sandbox.url, sys.executable, "-m", "reply_mcp", "serve"]
        return subprocess.run(command, cwd=sys.argv[1], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
