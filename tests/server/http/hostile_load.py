"""What honest callers notice of attacks, and what the server's memory does.

    python -m tests.server.http.hostile_load --seconds 12 --rounds 3

Peace and each attack take turns, a few seconds each, so that whatever else the machine does meets both. Prints figures
as JSON: for each attack calls, errors, p50 and p99 in seconds, those of the peace between, how many times as long
the slowest hundredth took (`times`), the most memory in MB, and the part of one core that the server took. Ends with 1
where a call failed, the slowest hundredth took more than twice as long, or memory rose by more than `MOST_MEMORY`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.chaos.quota import sandbox
from tests.server.http.attacks import ATTACKS
from tests.server.http.served import Served, served

Figures = dict[str, dict[str, Any]]
SETTLE_SECONDS = 30.0
"""Seconds after which what was kept of those who attacked has gone: keys that Reply has not accepted go after 20."""
GIVE_UP_SECONDS = 60.0
MOST_TIMES = 2.0
"""How many times as long as in peace the slowest hundredth may take."""
MOST_MEMORY = 100.0
"""MB more than before."""
BODY = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "tools/call",
    "params": {"name": "reply_search_contacts", "arguments": {"email": "nobody@acme.example"}},
}


@dataclass
class Phase:
    """What honest callers and the server's memory came to meanwhile."""

    took: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    memory: float = 0.0
    cpu: float = 0.0
    """The part of one core that the server took."""
    _phases: int = 1

    @property
    def p99(self) -> float:
        return sorted(self.took)[int(len(self.took) * 0.99)]

    def add(self, other: Phase) -> None:
        """Takes another phase of the same kind, as long as those before, into this one."""
        phases = self._phases + other._phases
        self.cpu = (self.cpu * self._phases + other.cpu * other._phases) / phases
        self.took += other.took
        self.errors += other.errors
        self.memory = max(self.memory, other.memory)
        self._phases = phases

    def figures(self) -> dict[str, Any]:
        return {
            "calls": len(self.took),
            "errors": self.errors[:3],
            "p50": round(statistics.median(self.took), 3),
            "p99": round(self.p99, 3),
            "memory": round(self.memory, 1),
            "cpu": round(self.cpu, 2),
        }


def memory_of(server: Served) -> float:
    """MB that the server holds now."""
    text = Path(f"/proc/{server.process.pid}/status").read_text()
    return next(int(line.split()[1]) for line in text.splitlines() if line.startswith("VmRSS")) / 1000


def cpu_seconds_of(server: Served) -> float:
    """Seconds of a core that the server has taken so far."""
    parts = Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")


async def _honest(server: Served, number: int, phase: Phase, pause: float) -> None:
    headers = {
        "X-Api-Key": f"sandbox-full-access-honest-{number}",
        "Accept": "application/json",
        "MCP-Protocol-Version": "2025-11-25",
    }
    async with httpx.AsyncClient(timeout=30, trust_env=False) as http:
        while True:
            began = time.monotonic()
            try:
                answer = await http.post(f"{server.url}/mcp", json=BODY, headers=headers)
                if "No contact matches" not in answer.text:
                    phase.errors.append(answer.text[:200])
                phase.took.append(time.monotonic() - began)
            except httpx.HTTPError as error:
                phase.errors.append(type(error).__name__)
            await asyncio.sleep(pause)


async def _memory(server: Served, phase: Phase) -> None:
    while True:
        phase.memory = max(phase.memory, memory_of(server))
        await asyncio.sleep(0.05)


async def phase_of(
    server: Served, seconds: float, *attacks: str, callers: int = 8, pause: float = 0.1, least: int = 0
) -> Phase:
    """A phase of so many seconds, under these attacks or in peace; on a slow machine longer, until so many calls at
    least are answered."""
    phase, port = Phase(), server.url.rpartition(":")[2]
    attacking = [
        subprocess.Popen(
            ["nice", "-n", "10", sys.executable, "-m", "tests.server.http.attacks", attack, port, str(seconds + 1)]
        )
        for attack in attacks
    ]
    if attacks:
        await asyncio.sleep(1)
    tasks = [asyncio.create_task(_honest(server, number, phase, pause)) for number in range(callers)]
    tasks.append(asyncio.create_task(_memory(server, phase)))
    cpu, began = cpu_seconds_of(server), time.monotonic()
    await asyncio.sleep(seconds)
    async with asyncio.timeout(GIVE_UP_SECONDS):
        while len(phase.took) < least:
            await asyncio.sleep(0.05)
    phase.cpu = (cpu_seconds_of(server) - cpu) / (time.monotonic() - began)
    for task in tasks:
        task.cancel()
    with suppress(asyncio.CancelledError):
        await asyncio.gather(*tasks)
    for process in attacking:
        process.wait(30)
    return phase


async def measured(server: Served, seconds: float, rounds: int, settle: float = SETTLE_SECONDS) -> Figures:
    """The figures of all attacks, each beside the peace between its rounds."""
    await phase_of(server, 1)  # what is loaded when it is first used
    figures = {"before": (await phase_of(server, seconds / rounds)).figures()}
    for attack in ATTACKS:
        peace, attacked = Phase(_phases=0), Phase(_phases=0)
        for _ in range(rounds):
            peace.add(await phase_of(server, seconds / rounds))
            attacked.add(await phase_of(server, seconds / rounds, attack))
        between = {"p50 in peace": round(statistics.median(peace.took), 3), "p99 in peace": round(peace.p99, 3)}
        figures[attack] = {**attacked.figures(), **between, "times": round(attacked.p99 / peace.p99, 2)}
    await asyncio.sleep(settle)
    figures["after"] = (await phase_of(server, min(seconds, 3))).figures()
    return figures


def broken_by(figures: Figures) -> list[str]:
    """The phases in which more happened than attacks may cause."""
    most = figures["before"]["memory"] + MOST_MEMORY
    return [
        name
        for name, row in figures.items()
        if row["errors"] or row.get("times", 0) > MOST_TIMES or row["memory"] > most
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--seconds", type=float, default=12, help="of each attack, and of the peace between")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sandbox("none") as reply:
        environment = {"REPLY_BASE_URL": reply, "REPLY_BUDGET_URL": "memory:", "REPLY_ACCESS_LOG": "off"}
        with served(Path(folder), environment, "--log-level", "warning", real=True) as server:
            figures = asyncio.run(measured(server, given.seconds, given.rounds))
    for name, row in figures.items():
        print(json.dumps({"phase": name, **row}))  # noqa: T201
    return 1 if broken_by(figures) else 0


if __name__ == "__main__":
    sys.exit(main())
