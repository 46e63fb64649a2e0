"""Eight servers, one credential, and a sandbox that spoils one request in twenty: is anybody told what is not so?

    python tests/chaos/soak.py [--calls 20000] [--servers 8] [--rate 0.05] [--seed 1]

Every server is a process of its own (`reply-mcp serve`, over stdio), and so is the sandbox. When all is called, what
the agents were told is held against what the sandbox keeps. The exit code is 1 where anything was told wrongly, a
server wrote a traceback, the protocol failed, or memory grew. The seed decides what each agent calls, and which of the
requests fail how, in the order in which they come; that order is the only thing left to chance.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.chaos.agent import FIXED, TOOLS, Agent
from tests.chaos.faults import every_fault
from tests.chaos.ledger import Held, Ledger
from tests.conftest import KEY, text_of

AT_ONCE = 3
"""Calls that one agent has under way."""
GROWTH = 1.25
"""How much larger a server may be at the end than after a quarter of the calls."""
SPARE = 8 * 1024 * 1024
ENVIRONMENT = {
    "REPLY_API_KEY": KEY,
    "REPLY_RATE_LIMITS": "none",
    "REPLY_TIMEOUT": "1",
    "REPLY_PATIENCE": "10",
    "REPLY_POLICY": "all=allow",
    "REPLY_TOOLSETS": "none",
    "REPLY_TOOLS": ",".join(TOOLS),
}


@dataclass
class Report:
    """What a soak found."""

    seconds: float
    ledger: Ledger
    writes: Counter[tuple[str, str]]
    faults: Counter[str]
    requests: int
    memory: list[tuple[int, int]] = field(default_factory=list)
    """Bytes of each server after a quarter of the calls, and at the end."""
    broken: list[str] = field(default_factory=list)
    """Tracebacks, and failures of the protocol."""

    @property
    def grown(self) -> list[tuple[int, int]]:
        return [(early, late) for early, late in self.memory if late > early * GROWTH + SPARE]

    @property
    def good(self) -> bool:
        return not (self.ledger.wrong or self.broken or self.grown)

    def table(self) -> str:
        calls = len(self.ledger.writes) + self.ledger.reads.total()
        lines = [
            f"{calls} calls, {self.requests} requests, {self.faults.total()} faults in {self.seconds:.0f} s",
            f"reads    {', '.join(f'{count} {what}' for what, count in sorted(self.ledger.reads.items()))}",
        ]
        for (claim, truth), count in sorted(self.writes.items()):
            lines.append(f"writes   {count:6} said to be {claim:8} and are {truth}")
        lines += [f"faults   {', '.join(f'{kind} {count}' for kind, count in sorted(self.faults.items()))}"]
        if self.memory:
            mega = [(early / 2**20, late / 2**20) for early, late in self.memory]
            lines.append(f"memory   {', '.join(f'{early:.0f} → {late:.0f}' for early, late in mega)} MiB")
        lines.append(f"wrong    {len(self.ledger.wrong)}; broken {len(self.broken)}; grown {len(self.grown)}")
        return "\n".join([*lines, *self.ledger.wrong[:20], *self.broken[:20]])


@contextmanager
def sandbox(database: Path, seed: int) -> Iterator[str]:
    """A sandbox in a process of its own; its address."""
    arguments = ["sandbox", "--port", "0", "--db", str(database), "--rate-limits", "none", "--seed", str(seed)]
    with subprocess.Popen(
        [sys.executable, "-m", "reply_mcp", *arguments], stdout=subprocess.PIPE, text=True, env=_environment({})
    ) as process:
        try:
            assert process.stdout is not None
            found = re.search(r"http://\S+", process.stdout.readline())
            assert found, "the sandbox did not start"
            yield found[0]
        finally:
            process.terminate()


async def soak(calls: int, servers: int, rate: float, folder: Path, *, seed: int = 1, without: str = "") -> Report:
    """Runs `calls` calls over so many servers and judges them; `without` is a kind of fault that is left out."""
    database, ledger = folder / "sandbox.db", Ledger()
    with sandbox(database, seed) as url:
        control = httpx.Client(base_url=url, timeout=30, transport=httpx.HTTPTransport(retries=9))
        logs = [folder / f"server-{number}.log" for number in range(servers)]
        async with AsyncExitStack() as stack:
            clients = [await stack.enter_async_context(_server(url, log)) for log in logs]
            right = {f"{tool} {given}": text_of(await clients[0].call_tool(tool, given)) for tool, given in FIXED}
            faults_on = [fault for fault in every_fault(rate) if fault["kind"] != without]
            control.post("/sandbox/faults", json=faults_on).raise_for_status()
            agents = [Agent(client, number, ledger, right, seed) for number, client in enumerate(clients)]
            began, memory, broken = time.monotonic(), [], []
            for share in (0.25, 0.75):
                broken += await _run(agents, round(calls * share / servers))
                memory.append(resident())
            seconds = time.monotonic() - began
            faults = _hits(control)
            requests = control.get("/sandbox/requests", params={"since": 10**9}).json()["next"]
        broken += [line for log in logs for line in _complaints(log)]
    both = [(memory[0][pid], late) for pid, late in memory[1].items() if pid in memory[0]]
    return Report(seconds, ledger, ledger.judge(Held(database)), faults, requests, both, broken)


def _server(url: str, log: Path) -> Any:
    from mcp import Client, StdioServerParameters
    from mcp.client.stdio import stdio_client

    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "reply_mcp", "serve"],
        env=_environment(
            {**ENVIRONMENT, "REPLY_BASE_URL": url, "REPLY_BUDGET_URL": f"sqlite:///{log.parent}/budget.db"}
        ),
    )
    return Client(stdio_client(server, errlog=log.open("w")))


def _environment(ours: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("REPLY_")} | ours


async def _run(agents: list[Agent], each: int) -> list[str]:
    """So many calls of each agent, some at once; what the protocol failed at."""
    broken: list[str] = []

    async def work(agent: Agent, left: list[int]) -> None:
        while left[0] > 0:
            left[0] -= 1
            try:
                await agent.act()
            except Exception as error:
                broken.append(f"protocol: {type(error).__name__}: {str(error)[:200]}")

    lanes = [(agent, left) for agent in agents for left in [[each]] for _ in range(AT_ONCE)]
    await asyncio.gather(*(work(agent, left) for agent, left in lanes))
    return broken


def _hits(control: httpx.Client) -> Counter[str]:
    """How often each kind of fault struck; they are switched off, for a refusal may meet this very request."""
    for _ in range(100):
        try:
            hits: Counter[str] = Counter()
            for fault in control.get("/sandbox/faults").json():
                hits[fault["kind"] + (f" {fault['status']}" if fault["status"] else "")] += fault["hits"]
            control.delete("/sandbox/faults").raise_for_status()
            return hits
        except httpx.TransportError:
            continue
    raise RuntimeError("the sandbox does not answer")


def _complaints(log: Path) -> list[str]:
    text = log.read_text("utf-8", "replace")
    found = re.findall(r"^.*(?:Traceback|ERROR|CRITICAL|never retrieved).*$", text, re.MULTILINE)
    return [f"{log.name}: {line}" for line in found]


def resident() -> dict[int, int]:
    """Bytes in memory of each server that this process started; empty where there is no /proc."""
    sizes = {}
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            text = status.read_text()
            ours = f"\nPPid:\t{os.getpid()}\n" in text and b"serve" in (status.parent / "cmdline").read_bytes()
            if ours and (size := re.search(r"VmRSS:\s+(\d+) kB", text)):
                sizes[int(status.parent.name)] = int(size[1]) * 1024
        except OSError:
            continue
    return sizes


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--calls", type=int, default=20_000)
    options.add_argument("--servers", type=int, default=8)
    options.add_argument("--rate", type=float, default=0.05)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        report = asyncio.run(soak(given.calls, given.servers, given.rate, Path(folder), seed=given.seed))
    print(report.table())  # noqa: T201
    return 0 if report.good else 1


if __name__ == "__main__":
    raise SystemExit(main())
