"""Runs the protocol's conformance suite against the server with the suite's fixtures, at each version of the protocol.

    python -m tests.conformance.run build/conformance

The folder is where npm has installed `@modelcontextprotocol/conformance`, which needs Node 22. Fails where a scenario
fails that `left_out.yml` does not name, and where one passes that it names.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.chaos.quota import sandbox

VERSIONS = {"2025-11-25": ["--expected-failures", str(Path(__file__).with_name("left_out.yml"))], "2026-07-28": []}
"""The versions of the protocol, each with what is left out there; at the newest that is nothing."""


@contextmanager
def serving(reply: str, folder: str) -> Iterator[str]:
    """The address of the server, over the sandbox at `reply`."""
    environment = {**os.environ, "REPLY_BASE_URL": reply, "REPLY_ACCESS_LOG": "off", "XDG_STATE_HOME": folder}
    command = [sys.executable, "-m", "tests.conformance.server"]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    try:
        for line in process.stderr:
            if line.startswith("reply-mcp at "):
                yield line.removeprefix("reply-mcp at ").strip()
                return
        raise SystemExit("the server did not start")
    finally:
        process.terminate()
        process.communicate()


def main() -> None:
    suite = Path(sys.argv[1]).resolve() / "node_modules" / ".bin" / "conformance"
    failed = False
    with tempfile.TemporaryDirectory() as folder, sandbox("none") as reply, serving(reply, folder) as address:
        for version, left_out in VERSIONS.items():
            options = ["--suite", "all", "--spec-version", version, *left_out]
            run = subprocess.run(
                [suite, "server", "--url", address, *options], cwd=folder, capture_output=True, text=True
            )
            total = re.search(r"^Total: .*$", run.stdout, re.MULTILINE)
            print(f"{version}: {total.group() if total else 'no result'}", flush=True)  # noqa: T201
            if run.returncode or not total:
                failed = True
                print(run.stdout, run.stderr, file=sys.stderr)  # noqa: T201
    sys.exit(failed)


if __name__ == "__main__":
    main()
