"""Calls a second, p50, p99 and CPU per call at 1, 20 and 200 callers, of servers on one stub of Reply.

    python -m tests.benchmarks.throughput --seconds 2 --rounds 5

They are this one (`ours`), the SDK's low-level server with one request per call, on the event loop and HTTP parser that
ours uses (`bare`) and, where that is the extra `fast`, on those that the SDK brings (`bare, plain`), and, where
`PEERS_PYTHON` names an environment that has fastmcp, `FastMCP.from_openapi` on the exported catalog (`generated`). They
take turns, so that a busy moment of the machine meets them all; what counts is the ratio of two numbers of one round,
of which the median is printed. Where other work shares the cores, CPU per call is the number to read: it leaves out the
time in which the server waits for a core.
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
from importlib.util import find_spec
from pathlib import Path

import httpx

from tests.chaos.quota import sandbox

HERE = Path(__file__).parent
KEY = "sandbox-full-access"
PATHS = ("/v3/contacts", "/v3/custom-fields")
"""What is read for a page of contacts: those, and once a minute the titles of their custom fields."""
PLAIN = "bare, plain"
LEAST_OF = {"bare": 0.9, PLAIN: 0.9, "generated": 1.3}
"""Calls a second, as a part of those of each."""


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
        return cpu_seconds(self.process.pid)

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


def cpu_seconds(pid: int) -> float:
    """What the threads of a process have taken so far."""
    threads = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1e9


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
    bare = [sys.executable, str(HERE / "bare_server.py")]
    commands = {"bare": ("contacts", bare), "ours": ("reply_search_contacts", serve)}
    if find_spec("httptools") or find_spec("uvloop"):
        commands[PLAIN] = ("contacts", bare)
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
            if name == PLAIN:
                own["BENCH_PLAIN"] = "yes"
            process = stack.enter_context(started([*command, str(port)], port, own))
            running.append(Target(name, tool, port, process))
        yield running


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--rounds", type=int, default=5)
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
            for peer, least in LEAST_OF.items():
                if peer in found:
                    rate, cpu = (
                        median_ratio(getattr(found["ours"], what), getattr(found[peer], what))
                        for what in ("rates", "cpu")
                    )
                    measured = f"{rate:.2f} × the calls a second, {cpu:.2f} × the CPU"
                    print(f"{f'{callers} callers, ours beside {peer}':58} {measured:42} ≥ {least} × the calls")


def median_ratio(ours: list[float], theirs: list[float]) -> float:
    """Of the two numbers of each round."""
    return statistics.median(one / other for one, other in zip(ours, theirs, strict=True))


if __name__ == "__main__":
    main()
