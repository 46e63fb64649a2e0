"""A rolling restart under load: two replicas behind nginx, each stopped and started in turn while people call.

    python -m tests.deployment.rolling_restart --callers 200 --seconds 60

Callers make companies, read them, and delete them with a code that they get before a restart and use after it.
Prints figures as JSON, of half the time in peace and then of the restarts: calls that were lost (no answer, or an
error), writes that arrived twice, void consents.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import re
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.chaos.quota import sandbox
from tests.consent import code_in
from tests.deployment.services import REPLICAS, Services, services

Figures = dict[str, Any]
PASS_THROUGH: dict[str, str | None] = dict.fromkeys(("REPLY_ISSUER", "REPLY_TEAM_ID", "REPLY_API_KEY_FILE"), None)
SLOW = {"kind": "latency", "seconds": 2.0, "match": "GET /v3/contact-accounts*", "rate": 0.05, "times": None}


@dataclass
class Run:
    """What is to be run, and what came of it."""

    url: str
    callers: int
    seconds: float
    pause: float = 2.0
    """Seconds that a caller waits between two calls, on average."""
    name: str = "Rolling"
    """What the companies are called."""
    headers: Callable[[int], dict[str, str]] = lambda number: {"X-Api-Key": f"sandbox-full-access-{number}"}
    """How a caller says who it is."""
    took: list[float] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    void: list[str] = field(default_factory=list)
    ended: Counter[str] = field(default_factory=Counter)


class Caller:
    """One that calls with a key of its own: as JSON, or as a stream."""

    def __init__(self, run: Run, http: httpx.AsyncClient, number: int) -> None:
        self._run = run
        self._http = http
        self._number = number
        accept = "application/json" if number % 2 else "application/json, text/event-stream"
        self._headers = {
            "Accept": accept,
            "MCP-Protocol-Version": "2025-11-25",
            **run.headers(number),
        }

    async def call(self, tool: str, arguments: dict[str, Any]) -> str | None:
        """The answer's text; None where the call was lost, which is noted."""
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": tool, "arguments": arguments}}
        began, came = time.monotonic(), ""
        try:
            answer = await self._http.post(f"{self._run.url}/mcp", json=body, headers=self._headers)
            text = answer.text
            came = f"{answer.status_code} {text[:300]!r}"
            if "text/event-stream" in answer.headers.get("content-type", ""):
                *_, text = [line[6:] for line in text.splitlines() if line.startswith("data: {")]
            result = json.loads(text)["result"]
            said = str(result["content"][0]["text"])
            if result.get("isError"):
                self._run.lost.append(f"{tool}: {said[:200]}")
                return None
        except (httpx.HTTPError, ValueError, KeyError) as error:
            self._run.lost.append(f"{tool}: {type(error).__name__} {error} {came}"[:500])
            return None
        self._run.took.append(time.monotonic() - began)
        return said

    async def go_on(self) -> None:
        """Calls until the time is over."""
        until = time.monotonic() + self._run.seconds
        await asyncio.sleep(random.uniform(0, self._run.pause))
        round_number = 0
        while time.monotonic() < until:
            round_number += 1
            name = f"{self._run.name} {self._number}-{round_number}"
            made = await self._write("reply_create_company", {"name": name})
            await self._rest()
            if made is None:
                continue
            company = {"id": int(re.findall(r"\d{3,}", made)[0])}
            await self.call("reply_run_read", {"tool": "reply_get_company", "arguments": company})
            asked = await self._write("reply_delete_company", company)
            await self._rest()
            if asked is not None:
                done = await self._write("reply_delete_company", {**company, "confirm": code_in(asked)})
                if done is not None and "confirm" in done:
                    self._run.void.append(done[:200])

    async def _write(self, tool: str, arguments: dict[str, Any]) -> str | None:
        said = await self.call("reply_run_write", {"tool": tool, "arguments": arguments})
        self._run.ended[tool] += said is not None
        return said

    async def _rest(self) -> None:
        await asyncio.sleep(random.uniform(0, 2 * self._run.pause))


async def _count_writes(url: str, over: asyncio.Event, seen: Counter[str]) -> None:
    """Counts the writes that arrive from now on, until half a second after the calls are over."""
    last = httpx.get(f"{url}/sandbox/requests", timeout=60).json()["next"]
    # A connection each time: the sandbox closes idle ones, perhaps in the moment in which it is asked.
    async with httpx.AsyncClient(limits=httpx.Limits(max_keepalive_connections=0)) as http:
        ended = False
        while not ended:
            ended = over.is_set()
            await asyncio.sleep(0.5)
            log = (await http.get(f"{url}/sandbox/requests", params={"since": last}, timeout=60)).json()
            last = log["next"]
            for row in log["requests"]:
                if row["method"] == "POST" and row["path"] == "/v3/contact-accounts":
                    seen[str(row["body"]["name"])] += 1
                elif row["method"] == "DELETE" and row["path"].startswith("/v3/contact-accounts/"):
                    seen[row["path"]] += 1


async def _restarts(up: Services, seconds: float, times: int) -> list[float]:
    """Stops and starts a replica after the other, evenly spread over the time; how long each took to end."""
    stopping = []
    for number in range(times):
        await asyncio.sleep(seconds / (times + 1) / 2)
        name, began = REPLICAS[number % 2], time.monotonic()
        assert await asyncio.to_thread(up.stop, name) == 0, up.log(name)[-2000:]
        stopping.append(round(time.monotonic() - began, 2))
        await asyncio.to_thread(up.start, name)
        await asyncio.sleep(seconds / (times + 1) / 2)
    return stopping


async def measured(up: Services, reply: str, run: Run, restarts: int = 2) -> Figures:
    """The figures of one run against services that are up, on a sandbox at `reply`."""
    seen: Counter[str] = Counter()
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=run.callers)
    async with httpx.AsyncClient(limits=limits, timeout=60, trust_env=False) as http:
        callers = [Caller(run, http, number) for number in range(run.callers)]
        calling = asyncio.gather(*(caller.go_on() for caller in callers))
        over = asyncio.Event()
        counting = asyncio.create_task(_count_writes(reply, over, seen))
        stopping = await _restarts(up, run.seconds, restarts)
        await calling
        over.set()
        await counting
    took = sorted(run.took)
    return {
        "calls": len(took),
        "a_second": round(len(took) / run.seconds, 1),
        "p50": round(statistics.median(took), 3),
        "p99": round(took[int(len(took) * 0.99)], 3),
        "lost": run.lost,
        "doubled": [name for name, times in seen.items() if times > 1],
        "never_arrived": run.ended["reply_create_company"] - sum(not name.startswith("/") for name in seen),
        "consents": sum(name.startswith("/") for name in seen),
        "void": run.void,
        "stopped_within": stopping,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--callers", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--pause", type=float, default=4, help="seconds between two calls of a caller, on average")
    parser.add_argument("--restarts", type=int, default=4)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sandbox("none") as reply:
        more = {"REPLY_BASE_URL": reply, "REPLY_RATE_LIMITS": "none", **PASS_THROUGH}
        httpx.post(f"{reply}/sandbox/faults", json=SLOW).raise_for_status()
        with services(Path(folder), {"REPLY_ISSUER": "https://login.example.com"}, more) as up:
            peace = Run(up.url, given.callers, given.seconds / 2, given.pause, name="Peace")
            runs = {
                "peace": asyncio.run(measured(up, reply, peace, 0)),
                "restarts": asyncio.run(
                    measured(up, reply, Run(up.url, given.callers, given.seconds, given.pause), given.restarts)
                ),
            }
    print(json.dumps(runs))  # noqa: T201
    wrong = ("lost", "doubled", "void", "never_arrived")
    sys.exit(any(figures[what] for figures in runs.values() for what in wrong))


if __name__ == "__main__":
    main()
