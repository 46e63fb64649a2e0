"""The real server over HTTP, in a process of its own, and a real client of it."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.processes.command import REAL, reply_mcp


@dataclass
class Served:
    """A server that runs. `folder` is what it was started with."""

    url: str
    process: subprocess.Popen[bytes]
    _log: Path = field(repr=False)

    @property
    def folder(self) -> Path:
        return self._log.parent

    @property
    def log(self) -> str:
        """Everything that it wrote, once it has ended: a server that runs holds lines back for a moment."""
        assert self.process.poll() is not None, "the log is whole when the server has ended"
        return self._log.read_text("utf-8", "replace")


@contextmanager
def served(folder: Path, environment: Mapping[str, str], *arguments: str, real: bool = False) -> Iterator[Served]:
    """`reply-mcp serve --http` on a free port, or the one among the arguments; `real` where the process itself is
    measured."""
    log = folder / f"log-{time.monotonic_ns()}"
    state = {"XDG_STATE_HOME": str(folder / "state"), "PATH": "/usr/bin:/bin", "REPLY_RATE_LIMITS": "none"}
    command = ("serve", "--http", "--port", "0", "--log-level", "debug", *arguments)
    coverage = {name: value for name, value in os.environ.items() if name.startswith("COVERAGE")}
    with log.open("wb") as written:
        process = subprocess.Popen(
            [*REAL, *command] if real else reply_mcp(*command),
            env={**coverage, **state, **environment},
            stdout=written,
            stderr=written,
        )
    try:
        yield Served(_address(process, log), process, log)
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(60)


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    """The address that it prints once it listens."""
    for _ in range(1200):
        for line in log.read_text("utf-8", "replace").splitlines():
            if line.startswith("reply-mcp at "):
                return line.removeprefix("reply-mcp at ").removesuffix("/mcp")
        if process.poll() is not None:
            break
        time.sleep(0.05)
    raise RuntimeError(f"the server did not start: {log.read_text('utf-8', 'replace')}")


async def call(
    url: str,
    headers: dict[str, str],
    tool: str,
    arguments: dict[str, Any],
    mode: str = "auto",
    *,
    program: Any = None,
    **options: Any,
) -> Any:
    """The result of one call of a tool, by a client of its own, which says that it is this `program`."""
    import httpx2
    from mcp import Client
    from mcp.client.streamable_http import streamable_http_client

    async with (
        httpx2.AsyncClient(headers=headers, timeout=60) as http,
        Client(streamable_http_client(f"{url}/mcp", http_client=http), mode=mode, client_info=program) as client,
    ):
        return await client.call_tool(tool, arguments, **options)
