"""What honest callers notice of attacks, and what the server's memory does: a phase in peace, one for each attack, and
one after them.

    python -m tests.server.http.hostile_load --seconds 15

Prints figures as JSON: for each phase calls, errors, p50 and p99 in seconds, the most memory in MB, and the part of one
core that the server took.
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

    def figures(self) -> dict[str, Any]:
        took = sorted(self.took)
        return {
            "calls": len(took),
            "errors": self.errors[:3],
            "p50": round(statistics.median(took), 3),
            "p99": round(took[int(len(took) * 0.99)], 3),
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


async def phase_of(server: Served, seconds: float, *attacks: str, callers: int = 8, pause: float = 0.1) -> Phase:
    """A phase of so many seconds, under these attacks or in peace."""
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
    phase.cpu = (cpu_seconds_of(server) - cpu) / (time.monotonic() - began)
    for task in tasks:
        task.cancel()
    with suppress(asyncio.CancelledError):
        await asyncio.gather(*tasks)
    for process in attacking:
        process.wait(30)
    return phase


async def measured(server: Served, seconds: float, settle: float = SETTLE_SECONDS) -> Figures:
    """The figures of all phases."""
    await phase_of(server, 1)  # what is loaded when it is first used
    figures = {"before": (await phase_of(server, seconds)).figures()}
    for attack in ATTACKS:
        figures[attack] = (await phase_of(server, seconds, attack)).figures()
    await asyncio.sleep(settle)
    figures["after"] = (await phase_of(server, min(seconds, 3))).figures()
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--seconds", type=float, default=15)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sandbox("none") as reply:
        environment = {"REPLY_BASE_URL": reply, "REPLY_BUDGET_URL": "memory:", "REPLY_ACCESS_LOG": "off"}
        with served(Path(folder), environment, "--log-level", "warning", real=True) as server:
            figures = asyncio.run(measured(server, given.seconds))
    for name, row in figures.items():
        print(json.dumps({"phase": name, **row}))  # noqa: T201


if __name__ == "__main__":
    main()
