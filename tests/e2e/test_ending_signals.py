"""A server over stdio that is told to end while a write is under way: the write ends, and is known afterwards."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import KEY, Sandbox
from tests.e2e.agent import made
from tests.processes.command import reply_mcp


class Served:
    """`reply-mcp serve`, spoken to a line at a time."""

    def __init__(self, sandbox: Sandbox, folder: Path) -> None:
        own = {name: value for name, value in os.environ.items() if not name.startswith("REPLY_")}
        given = {"REPLY_API_KEY": KEY, "REPLY_BASE_URL": sandbox.url, "REPLY_RATE_LIMITS": "none"}
        self.process = subprocess.Popen(
            reply_mcp("serve"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**own, **given, "HOME": str(folder), "XDG_STATE_HOME": str(folder)},
        )
        hello = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}
        self.ask("initialize", hello)
        self.read()
        self._send({"jsonrpc": "2.0", "method": "notifications/initialized"})

    def _send(self, message: dict[str, Any]) -> None:
        assert self.process.stdin
        self.process.stdin.write(json.dumps(message) + "\n")
        self.process.stdin.flush()

    def ask(self, method: str, params: dict[str, Any]) -> None:
        self._send({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})

    def read(self) -> dict[str, Any]:
        assert self.process.stdout
        found: dict[str, Any] = json.loads(self.process.stdout.readline())
        return found

    def call(self, tool: str, /, **arguments: Any) -> str:
        self.ask("tools/call", {"name": tool, "arguments": arguments})
        return str(self.read()["result"]["content"][0]["text"])

    def __enter__(self) -> Served:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()


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
    with Served(sandbox, tmp_path) as server:
        server.ask("tools/call", {"name": "reply_run_write", "arguments": write})
        until = time.monotonic() + 30
        while not any(row["method"] == "POST" for row in sandbox.since(mark)):
            assert time.monotonic() < until
            time.sleep(0.01)
        for number in signals:
            server.process.send_signal(number)
            time.sleep(0.1)
        assert server.process.wait(30) == 128 + signals[0]
        assert server.process.stderr
        assert "Traceback" not in server.process.stderr.read()
    sandbox.no_faults()
    rows = [json.loads(line) for line in (tmp_path / "reply-mcp" / "audit.jsonl").read_text("utf-8").splitlines()]
    assert [row["outcome"] for row in rows if row.get("tool") == "reply_create_task"][-1] == "done"
    with Served(sandbox, tmp_path) as server:
        assert f"contactId {contact}: can be undone" in server.call("reply_list_changes")
        assert "The same call was made" in server.call("reply_run_write", **write)
    assert sum(row["method"] == "POST" and row["path"] == "/v3/tasks" for row in sandbox.since(mark)) == 1


def test_a_server_that_does_nothing_ends_at_once(sandbox: Sandbox, tmp_path: Path) -> None:
    with Served(sandbox, tmp_path) as server:
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(10) == 128 + signal.SIGTERM
