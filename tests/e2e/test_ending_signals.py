"""A server over stdio that is told to end while a write is under way: the write ends, and is known afterwards."""

from __future__ import annotations

import json
import signal
import time
from pathlib import Path

import pytest

from tests.conftest import Sandbox
from tests.e2e.agent import made
from tests.processes.stdio_host import StdioHost


@pytest.mark.parametrize(
    "signals", [[signal.SIGINT], [signal.SIGTERM], [signal.SIGINT, signal.SIGTERM]], ids=["int", "term", "int, term"]
)
def test_a_write_under_way_is_ended_and_known(sandbox: Sandbox, tmp_path: Path, signals: list[signal.Signals]) -> None:
    """Hosts send both, one soon after the other."""
    contact = made(sandbox)["id"]
    task = {"contactId": contact, "taskType": "call", "startAt": "2027-01-01", "dueTo": "2027-01-02"}
    write = {"tool": "reply_create_task", "arguments": {**task, "template": {"body": "Ask for the form"}}}
    mark = sandbox.seen()
    sandbox.fault(kind="latency", seconds=1, match="POST /v3/tasks")
    with StdioHost(sandbox, tmp_path) as server:
        server.call("reply_run_write", **write)
        until = time.monotonic() + 30
        while not any(row["method"] == "POST" for row in sandbox.since(mark)):
            assert time.monotonic() < until
            time.sleep(0.01)
        for number in signals:
            server.process.send_signal(number)
            time.sleep(0.1)
        assert server.process.wait(30) == 128 + signals[0]
        assert "Traceback" not in server.errors()
    sandbox.no_faults()
    rows = [json.loads(line) for line in (tmp_path / "reply-mcp" / "audit.jsonl").read_text("utf-8").splitlines()]
    assert [row["outcome"] for row in rows if row.get("tool") == "reply_create_task"][-1] == "done"
    with StdioHost(sandbox, tmp_path) as server:
        assert f"contactId {contact}: can be undone" in server.text(server.call("reply_list_changes"))
        assert "The same call was made" in server.text(server.call("reply_run_write", **write))
    assert sum(row["method"] == "POST" and row["path"] == "/v3/tasks" for row in sandbox.since(mark)) == 1


def test_a_server_that_does_nothing_ends_at_once(sandbox: Sandbox, tmp_path: Path) -> None:
    with StdioHost(sandbox, tmp_path) as server:
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(10) == 128 + signal.SIGTERM
