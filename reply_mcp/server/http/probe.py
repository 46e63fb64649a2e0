"""Asks the server in this container whether it is well: `python -m reply_mcp.server.http.probe [/readyz]`.

Ends with status 0 where it is, or where the container serves over stdio and nothing listens.
"""

from __future__ import annotations

import http.client
import sys
from collections.abc import Sequence
from pathlib import Path

SECONDS = 4.0
PORT = 8000


def port_of(command: Sequence[str]) -> int | None:
    """The port at which a server with this command line listens; None where it serves over stdio."""
    if "--http" not in command:
        return None
    for number, word in enumerate(command):
        name, equals, value = word.partition("=")
        if name == "--port":
            return int(value if equals else command[number + 1])
    return PORT


def is_well(port: int, path: str) -> bool:
    """Whether the server at that port of this machine answers a path with 200."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def main() -> int:
    """The exit status: 0 where it is well, 1 where it is not."""
    command = Path("/proc/1/cmdline").read_bytes().decode(errors="replace").rstrip("\0").split("\0")
    port = port_of(command)
    return 0 if port is None or is_well(port, sys.argv[1] if len(sys.argv) > 1 else "/healthz") else 1


if __name__ == "__main__":
    sys.exit(main())
