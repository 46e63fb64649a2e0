"""`serve --http --workers`: several processes on one socket that act as one server."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from reply_mcp.server.http.workers import MOST, check_workers
from reply_mcp.settings import SettingError, load
from tests.conftest import Sandbox, text_of
from tests.server.http.served import call, served

KEY = {"X-Api-Key": "sandbox-full-access-workers"}


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def lives(pid: int) -> bool:
    return Path(f"/proc/{pid}/exe").exists()


def workers_of(server: subprocess.Popen[bytes]) -> list[int]:
    """The two that serve, once they are there: the address is printed before."""
    until(lambda: len(children_of(server.pid)) == 2)
    return children_of(server.pid)


def until(holds: Callable[[], bool]) -> None:
    for _ in range(600):
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come to that")


async def test_a_code_of_one_worker_is_taken_by_another_and_both_end_at_a_signal(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    contact = sandbox.get("/v3/contacts", top=1)["items"][0]["id"]
    run = {"tool": "reply_delete_contact", "arguments": {"id": contact}}
    with served(tmp_path, {"REPLY_BASE_URL": sandbox.url}, "--workers", "2", real=True) as server:
        one, other = workers_of(server.process)
        # Who is stopped takes no connection.
        os.kill(one, signal.SIGSTOP)
        asked = text_of(await call(server.url, KEY, "reply_run_write", run))
        os.kill(one, signal.SIGCONT)
        os.kill(other, signal.SIGSTOP)
        code = asked.partition('confirm="')[2][:5]
        done = await call(server.url, KEY, "reply_run_write", {**run, "confirm": code})
        os.kill(other, signal.SIGCONT)
        assert not done.is_error, text_of(done)

        server.process.terminate()
        assert server.process.wait(60) == 0
        assert not any(map(lives, (one, other)))
        assert "Traceback" not in server.log


PAUSES = """
import signal, socket
from reply_mcp.server.http.workers import Workers

Workers(2, signal.pause, socket.create_server(("127.0.0.1", 0))).run()
"""


def test_a_worker_that_ends_is_replaced_and_all_end_with_the_process_that_watches_them() -> None:
    watching = subprocess.Popen([sys.executable, "-c", PAUSES], stderr=subprocess.DEVNULL)
    try:
        one, other = workers_of(watching)
        os.kill(one, signal.SIGKILL)
        until(lambda: one not in workers_of(watching))
        workers = workers_of(watching)
        assert other in workers
    finally:
        watching.kill()
        watching.wait()
    until(lambda: not any(map(lives, workers)))


@pytest.mark.parametrize(
    ("workers", "environment", "why"),
    [
        (MOST + 1, {}, "--workers 65: a number from 1 to 64"),
        (2, {"REPLY_BUDGET_URL": "memory:"}, "they have to share the request budget"),
        (2, {"REPLY_METRICS_TOKEN": "a-token-of-metrics"}, "leave REPLY_METRICS_TOKEN out"),
    ],
)
def test_what_cannot_serve_as_one_does_not_start(workers: int, environment: dict[str, str], why: str) -> None:
    settings = load({}, environment)
    check_workers(1, settings)
    with pytest.raises(SettingError, match=why):
        check_workers(workers, settings)
