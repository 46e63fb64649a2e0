"""A host that speaks the wire of `reply-mcp serve` itself, a message a line: what the SDK's client does not send, and
signals while a call is under way."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.conftest import KEY, Sandbox
from tests.processes.command import reply_mcp


class StdioHost:
    """A server of its own, and this end of it; as a context manager, the server ends with it.

    Args:
        folder: the home of the server's user.
        capabilities: what the host says that it can do.
    """

    def __init__(self, sandbox: Sandbox, folder: Path, **capabilities: Any) -> None:
        own = {name: value for name, value in os.environ.items() if not name.startswith("REPLY_")}
        given = {"REPLY_API_KEY": KEY, "REPLY_BASE_URL": sandbox.url, "REPLY_RATE_LIMITS": "none"}
        self._errors = folder / "stderr.txt"
        with self._errors.open("wb") as errors:
            self.process = subprocess.Popen(
                reply_mcp("serve"),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env={**own, **given, "HOME": str(folder), "XDG_STATE_HOME": str(folder)},
            )
        self._came: queue.Queue[Any] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._number = 0
        client = {"name": "host", "version": "1"}
        begin = {"protocolVersion": "2025-11-25", "capabilities": capabilities, "clientInfo": client}
        assert self.answer(self.ask("initialize", begin)) is not None
        self.send({"jsonrpc": "2.0", "method": "notifications/initialized"})

    def __enter__(self) -> StdioHost:
        return self

    def __exit__(self, *_: object) -> None:
        with self.process:
            self.process.kill()
            self._reader.join()

    def send(self, message: Any) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(message).encode() + b"\n")
        self.process.stdin.flush()

    def ask(self, method: str, params: dict[str, Any]) -> int:
        """Sends a request; gives its number."""
        self._number += 1
        self.send({"jsonrpc": "2.0", "id": self._number, "method": method, "params": params})
        return self._number

    def call(self, tool: str, /, **arguments: Any) -> int:
        """Calls a tool; gives the number of the call."""
        return self.ask("tools/call", {"name": tool, "arguments": arguments})

    def answer(self, number: int, seconds: float = 60) -> Any:
        """The answer to a request; None where it does not come in time."""
        return self._next(lambda message: message.get("id") == number and "method" not in message, seconds)

    def text(self, number: int) -> str:
        """What a call answers."""
        return str(self.answer(number)["result"]["content"][0]["text"])

    def question(self) -> Any:
        """The id of the next question to the person."""
        return self._next(lambda message: message.get("method") == "elicitation/create", 60)["id"]

    def say(self, question: Any, answer: Any) -> None:
        """Answers a question."""
        self.send({"jsonrpc": "2.0", "id": question, "result": answer})

    def errors(self) -> str:
        """What the server wrote to standard error so far."""
        return self._errors.read_text("utf-8")

    def _read(self) -> None:
        for line in self.process.stdout or ():
            self._came.put(json.loads(line))

    def _next(self, wanted: Callable[[Any], bool], seconds: float) -> Any:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            try:
                message = self._came.get(timeout=left)
            except queue.Empty:
                break
            if wanted(message):
                return message
        return None
