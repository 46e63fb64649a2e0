"""Calls a second, p50, p99 and CPU per call at 1, 20 and 200 callers, of three servers on one stub of Reply.

    python -m tests.benchmarks.throughput --seconds 4 --rounds 3

The three are the SDK's low-level server with one request per call (`bare`), this one (`ours`), and, where
`PEERS_PYTHON` names an environment that has fastmcp, `FastMCP.from_openapi` on the exported catalog (`generated`). They
take turns, so that a busy moment of the machine meets them all; what counts is the ratio of two numbers of one run.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.chaos.quota import sandbox

HERE = Path(__file__).parent
KEY = "sandbox-full-access"
PATHS = ("/v3/contacts", "/v3/custom-fields")
"""What is read for a page of contacts: those, and once a minute the titles of their custom fields."""
TICKS = os.sysconf("SC_CLK_TCK")
LEAST_OF_BARE = 0.9
LEAST_OF_GENERATED = 1.3


@dataclass
class Measured:
    """What the rounds at one number of callers came to: milliseconds, and calls a second of each round."""

    took: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def text(self) -> str:
        took = sorted(self.took)
        return (
            f"{statistics.median(self.rates):.0f} calls/s, p50 {took[len(took) // 2]:.1f} ms, "
            f"p99 {took[int(len(took) * 0.99)]:.1f} ms, {statistics.median(self.cpu):.2f} ms CPU per call"
        )


@dataclass
class Target:
    """A server that runs."""

    name: str
    tool: str
    port: int
    process: subprocess.Popen[bytes]

    def cpu_seconds(self) -> float:
        parts = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(parts[11]) + int(parts[12])) / TICKS

    def load(self, callers: int, seconds: float, version: str, into: Measured) -> None:
        """Lets so many callers call for so long. Raises RuntimeError where a call failed."""
        command = [
            sys.executable,
            str(HERE / "load.py"),
            str(self.port),
            self.tool,
            str(callers),
            str(seconds),
            version,
        ]
        before, began = self.cpu_seconds(), time.perf_counter()
        found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        if found["failed"]:
            raise RuntimeError(f"{self.name}, {len(found['failed'])} calls failed: {found['failed'][0]}")
        calls = len(found["took"])
        into.took += [seconds * 1000 for seconds in found["took"]]
        into.rates.append(calls / (time.perf_counter() - began))
        into.cpu.append((self.cpu_seconds() - before) * 1000 / calls)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


@contextmanager
def started(command: list[str], port: int, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """The process, once it listens."""
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        else:
            raise RuntimeError(f"{command} does not listen")
        yield process
    finally:
        process.terminate()
        process.wait()


@contextmanager
def targets(folder: Path) -> Iterator[list[Target]]:
    """The servers, on one stub."""
    answers = folder / "answers.json"
    with sandbox("none") as url, httpx.Client(base_url=url, headers={"Authorization": f"Bearer {KEY}"}) as client:
        found = {path: client.get(path, params={"top": 25}).raise_for_status().text for path in PATHS}
    answers.write_text(json.dumps(found))
    base = {name: value for name, value in os.environ.items() if not name.startswith("REPLY_")}
    stub = free_port()
    environment = {
        **base,
        "REPLY_API_KEY": KEY,
        "REPLY_BASE_URL": f"http://127.0.0.1:{stub}",
        # The budget is where it is by default, in SQLite, and counts; its windows are too wide to be met.
        "REPLY_RATE_LIMITS": "1000000/minute,9000000/hour",
        "XDG_STATE_HOME": str(folder),
    }
    serve = [sys.executable, "-m", "reply_mcp", "serve", "--http", "--log-level", "warning", "--port"]
    commands = {
        "bare": ("contacts", [sys.executable, str(HERE / "bare_server.py")]),
        "ours": ("reply_search_contacts", serve),
    }
    if python := os.environ.get("PEERS_PYTHON"):
        document = folder / "openapi.json"
        command = [sys.executable, "-m", "reply_mcp", "catalog", "export"]
        document.write_bytes(subprocess.run(command, check=True, capture_output=True).stdout)
        commands["generated"] = ("GetContacts", [python, str(HERE.parent / "generated_server.py"), str(document)])
    else:
        print("PEERS_PYTHON is not set: the generated server is left out (`make bench` sets it)")
    with ExitStack() as stack:
        stack.enter_context(started([sys.executable, str(HERE / "reply_stub.py"), str(stub), str(answers)], stub, base))
        running = []
        for name, (tool, command) in commands.items():
            port = free_port()
            # A key in the environment would be the operator's, which this server takes no callers with.
            own = {key: value for key, value in environment.items() if name != "ours" or key != "REPLY_API_KEY"}
            process = stack.enter_context(started([*command, str(port)], port, own))
            running.append(Target(name, tool, port, process))
        yield running


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--callers", type=int, nargs="*", default=[1, 20, 200])
    parser.add_argument("--version", default="2026-07-28", help="of the protocol")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, targets(Path(folder)) as running:
        for callers in given.callers:
            for target in running:
                target.load(callers, 1, given.version, Measured())  # what is loaded when it is first used
            found = {target.name: Measured() for target in running}
            for _ in range(given.rounds):
                for target in running:
                    target.load(callers, given.seconds, given.version, found[target.name])
            for name, measured in found.items():
                print(f"{f'{callers} callers, {name}':58} {measured.text()}", flush=True)
            for peer, least in (("bare", LEAST_OF_BARE), ("generated", LEAST_OF_GENERATED)):
                if peer in found:
                    rounds = zip(found["ours"].rates, found[peer].rates, strict=True)
                    ratio = statistics.median(ours / theirs for ours, theirs in rounds)
                    print(f"{f'{callers} callers, calls a second':58} {f'{ratio:.2f} × {peer}':42} ≥ {least} ×")


if __name__ == "__main__":
    main()
