"""Servers that share one quota: how much of it they use, and whether Reply ever has to refuse.

    python -m tests.chaos.quota sqlite      eight servers for a minute, and an SQLite file
    python -m tests.chaos.quota redis       the same on Redis, two killed and Redis restarted in between
    python -m tests.chaos.quota foreign     four servers beside an application that takes half

Real servers over stdio, a sandbox with fixed windows in a process of its own. Prints one line of figures as JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import json
import os
import re
import signal
import subprocess
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from mcp import Client, StdioServerParameters

from tests.client.redis_server import redis_server
from tests.processes.command import reply_mcp

KEY = "sandbox-full-access"
OTHERS = "/v3/whoami"
"""What the other application asks; the servers never do here."""
Figures = dict[str, Any]


@dataclass
class Run:
    """What is to be run."""

    rates: str = "100/6seconds"
    seconds: float = 60
    servers: int = 8
    at_once: int = 4
    """Calls that each server is asked at the same time."""
    kill: int = 0
    """Servers that are killed a third of the way."""
    errors: list[str] = field(default_factory=list)

    @property
    def allowed(self) -> float:
        """Requests that the windows allow in all that time."""
        limit, seconds = (int(part) for part in re.findall(r"\d+", self.rates))
        return limit * self.seconds / seconds


@contextlib.contextmanager
def sandbox(rates: str) -> Iterator[str]:
    """The address of a sandbox in a process of its own."""
    command = reply_mcp("sandbox", "--port", "0", "--rate-limits", rates)
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        for line in process.stdout:
            found = re.search(r"Reply sandbox at (http\S+)", line)
            if found:
                yield found[1]
                return
        raise AssertionError("the sandbox did not start")
    finally:
        process.kill()
        process.wait()


def servers_running(budget: str) -> list[int]:
    """The process ids of the servers of one run: this process may have started those of others at the same time."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parent = int(entry.read_text().rpartition(")")[2].split()[1])
            own = f"REPLY_BUDGET_URL={budget}\0".encode() in (entry.parent / "environ").read_bytes()
            if parent == os.getpid() and own:
                found.append(int(entry.parent.name))
    return sorted(found)


async def _served(run: Run, url: str, budget: str, ready: asyncio.Barrier) -> None:
    """One server, asked without a pause by a real client until the time is over or the server is dead."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("REPLY_")},
        "REPLY_API_KEY": KEY,
        "REPLY_BASE_URL": url,
        "REPLY_BUDGET_URL": budget,
        "REPLY_RATE_LIMITS": run.rates,
        "REPLY_PATIENCE": "300",
    }
    program, *arguments = reply_mcp("serve")
    parameters = StdioServerParameters(command=program, args=arguments, env=environment)
    async with Client(parameters) as client:
        await client.list_tools()
        await ready.wait()
        numbers = itertools.count()

        async def ask() -> None:
            while True:
                # Each another one: identical reads at the same time would be one request.
                result = await client.call_tool("reply_search_contacts", {"top": 1, "skip": next(numbers) % 300})
                if result.is_error:
                    run.errors.append(getattr(result.content[0], "text", ""))
                    await asyncio.sleep(0.1)

        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(run.seconds):
                await asyncio.gather(*(ask() for _ in range(run.at_once)), return_exceptions=True)


async def measured(run: Run, url: str, budget: str, *beside: Callable[[], Awaitable[None]]) -> Figures:
    """Runs the servers, and what goes on beside them; what the sandbox saw meanwhile."""
    ready = asyncio.Barrier(run.servers + 1)
    tasks = [asyncio.create_task(_served(run, url, budget, ready)) for _ in range(run.servers)]
    await asyncio.wait_for(ready.wait(), 120)
    # By the sandbox's clock, which the times of its requests are of.
    began = datetime.fromisoformat(httpx.get(f"{url}/sandbox/clock").json()["now"]).timestamp()
    ends = time.monotonic() + run.seconds
    others = [asyncio.ensure_future(one()) for one in beside]
    await asyncio.sleep(run.seconds / 3)
    victims = servers_running(budget)[: run.kill]
    assert len(victims) == run.kill
    for process in victims:
        os.kill(process, signal.SIGKILL)
    await asyncio.sleep(ends - time.monotonic())
    rows = httpx.get(f"{url}/sandbox/requests", params={"since": 0}, timeout=60).json()["requests"]
    rows = [row for row in rows if row["path"].startswith("/v3/") and row["at"] < began + run.seconds]
    for task in (*tasks, *others):
        task.cancel()
    await asyncio.wait([*tasks, *others], timeout=15)
    ours = [row for row in rows if row["path"] != OTHERS]
    theirs = [row for row in rows if row["path"] == OTHERS]
    done = sum(row["status"] == 200 for row in ours)
    figures = {
        "allowed": round(run.allowed),
        "done": done,
        "share": round(done / run.allowed, 4),
        "refused_at": [round(row["at"] - began, 1) for row in ours if row["status"] == 429],
        "errors": sorted(set(run.errors))[:5],
    }
    if theirs:
        figures["others_done"] = sum(row["status"] == 200 for row in theirs)
        figures["others_refused"] = sum(row["status"] == 429 for row in theirs)
    return figures


async def on_sqlite(run: Run) -> Figures:
    with sandbox(run.rates) as url, tempfile.TemporaryDirectory() as folder:
        return await measured(run, url, f"sqlite:///{folder}/budget.db")


async def on_redis(run: Run) -> Figures:
    """Two servers are killed a third of the way, and half way Redis, which forgets all and is back a second later."""
    run.kill = 2
    with sandbox(run.rates) as url, redis_server() as redis:

        async def restart() -> None:
            await asyncio.sleep(run.seconds / 2)
            redis.stop()
            await asyncio.sleep(1)
            redis.start()

        return await measured(run, url, redis.url, restart)


async def beside_another(run: Run) -> Figures:
    """Another application takes half of the quota with the same key, evenly."""
    pause = run.seconds / (run.allowed / 2)
    with sandbox(run.rates) as url, tempfile.TemporaryDirectory() as folder:

        async def another() -> None:
            async with httpx.AsyncClient(base_url=url, headers={"Authorization": f"Bearer {KEY}"}) as http:
                at = time.monotonic()
                while True:
                    await http.get(OTHERS)
                    at += pause
                    await asyncio.sleep(max(0.0, at - time.monotonic()))

        return await measured(run, url, f"sqlite:///{folder}/budget.db", another)


RUNS = {"sqlite": on_sqlite, "redis": on_redis, "foreign": beside_another}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("kind", choices=RUNS)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--servers", type=int, default=8)
    parser.add_argument("--at-once", type=int, default=4)
    parser.add_argument("--rates", default="100/6seconds")
    given = parser.parse_args()
    run = Run(given.rates, given.seconds, given.servers, given.at_once)
    print(json.dumps(asyncio.run(RUNS[given.kind](run))))  # noqa: T201


if __name__ == "__main__":
    main()
