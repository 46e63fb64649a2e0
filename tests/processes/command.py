"""How tests start `reply-mcp` in a process of its own.

Four fifths of the time of such a process are spent importing. So the processes of most tests are forked from one that
has imported everything (`fork_server`), the same for all workers of a run; what a test holds is a stand-in of a few
milliseconds (`stand_in`), whose streams, environment, folder, signals and exit status are the server's. Where that
would make a difference a test starts `REAL` instead: it reads what the interpreter takes from its environment, has a
terminal, measures memory, or is about the start itself.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import socket
import subprocess
import sys
import uuid
from functools import cache
from pathlib import Path

REAL = (sys.executable, "-m", "reply_mcp")
HERE = Path(__file__).resolve().parent


def reply_mcp(*arguments: str) -> list[str]:
    """The command line that starts `reply-mcp` with these arguments.

    Under coverage, which measures processes from their start, and where sockets have no abstract names, it is `REAL`.
    """
    measured = any(name.startswith("COVERAGE") for name in os.environ)
    if sys.platform != "linux" or measured or os.environ.get("TEST_PROCESSES") == "real":
        return [*REAL, *arguments]
    return [sys.executable, "-I", "-S", str(HERE / "stand_in.py"), _fork_server(), *arguments]


@cache
def _fork_server() -> str:
    """The name of the run's fork server, which is started where none is; it ends with the last that holds it."""
    name = f"reply-mcp-tests-{os.environ.get('PYTEST_XDIST_TESTRUNUID') or uuid.uuid4().hex}"
    link = socket.socket(socket.AF_UNIX)
    started = None
    try:
        link.connect(f"\0{name}")
    except ConnectionRefusedError:
        # Another worker may do the same: of two servers the second finds the name taken, and ends.
        started = subprocess.Popen(
            [sys.executable, "-m", "tests.processes.fork_server", name],
            cwd=HERE.parents[1],
            env={key: value for key, value in os.environ.items() if not key.startswith("REPLY_")},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        assert started.stdout is not None
        started.stdout.readline()
        link.connect(f"\0{name}")
    link.sendall(bytes(4))
    atexit.register(_let_go, link, started)
    return name


def _let_go(link: socket.socket, started: subprocess.Popen[bytes] | None) -> None:
    link.close()
    if started is not None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            started.wait(5)
