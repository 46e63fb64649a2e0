"""Measures the server against a bare SDK server and a generated one, in one run, and prints one table.

    make bench

Tokens are o200k. Times are medians; what counts is the ratio of two numbers of the same run. The generated server
(`FastMCP.from_openapi` on `reply-mcp catalog export`) runs in the environment that `PEERS_PYTHON` names; without it its
rows are left out and said to be.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
import bpe_openai
import httpx
from mcp import Client, StdioServerParameters

from tests.benchmarks.throughput.__main__ import cpu_seconds

HERE = Path(__file__).parent
KEY = "sandbox-full-access"
CALLS = int(os.environ.get("BENCH_CALLS", "200"))
STARTS = int(os.environ.get("BENCH_STARTS", "7"))
ENCODING = bpe_openai.get_encoding("o200k_base")
PROCESSES = {"bare": "bare_server.py", "own": "reply_mcp serve", "generated": "generated_server.py"}
"""What the command line of each server's process holds."""
ROWS: list[tuple[str, str, str]] = []


def tokens(text: str) -> int:
    return len(ENCODING.encode(text))


def row(what: str, measured: str, bound: str = "") -> None:
    ROWS.append((what, measured, bound))
    print(f"{what:58} {measured:42} {bound}", flush=True)


@dataclass(frozen=True)
class Peer:
    """A server to start: its command and its environment."""

    name: str
    command: str
    arguments: tuple[str, ...]
    environment: dict[str, str]

    def parameters(self) -> StdioServerParameters:
        return StdioServerParameters(command=self.command, args=list(self.arguments), env=self.environment)


@asynccontextmanager
async def session(peer: Peer) -> AsyncIterator[Any]:
    async with Client(peer.parameters()) as client:
        yield client


def listing_tokens(listed: Any) -> int:
    return sum(
        tokens(
            json.dumps(
                {"name": tool.name, "description": tool.description, "inputSchema": tool.input_schema},
                separators=(",", ":"),
                ensure_ascii=False,
            )
        )
        for tool in listed.tools
    )


async def start_seconds(peer: Peer) -> float:
    """Time from the start of the process to the answer of the first tools/list."""
    began = time.perf_counter()
    async with session(peer) as client:
        await client.list_tools()
        return time.perf_counter() - began


async def medians(measures: dict[str, Callable[[], Awaitable[float]]], rounds: int) -> dict[str, float]:
    """The median of each measure. They take turns, so that a busy moment of the machine meets them all."""
    taken: dict[str, list[float]] = {name: [] for name in measures}
    for _ in range(rounds):
        for name, measure in measures.items():
            taken[name].append(await measure())
    return {name: statistics.median(times) for name, times in taken.items()}


def timed(call: Callable[[], Awaitable[Any]]) -> Callable[[], Awaitable[float]]:
    """Milliseconds of one call."""

    async def measure() -> float:
        began = time.perf_counter()
        await call()
        return (time.perf_counter() - began) * 1000

    return measure


def process_of(pattern: str) -> Path:
    """The one process of ours, in /proc, whose command line holds `pattern`."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            parent = int((process / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if pattern in command and parent == os.getpid():
            return process
    raise SystemExit(f"no process runs {pattern}")


def resident_mib(process: Path) -> float:
    """Its proportional memory."""
    lines = (process / "smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def text_of(result: Any) -> str:
    return "\n".join(getattr(block, "text", "") for block in result.content)


@asynccontextmanager
async def sandbox() -> AsyncIterator[str]:
    """The embedded Reply in a process of its own, without limits."""
    command = [sys.executable, "-u", "-m", "reply_mcp", "sandbox", "--port", "0", "--rate-limits", "none"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        url = ""
        for line in process.stdout:
            url = next((word.rstrip("/.,") for word in line.split() if word.startswith("http://")), "")
            if url:
                break
        async with httpx.AsyncClient() as client:
            for _ in range(100):
                try:
                    await client.get(url + "/v3/whoami")
                    break
                except httpx.TransportError:
                    await anyio.sleep(0.05)
        yield url
    finally:
        process.terminate()
        process.wait()


async def measure_listing(ours: Peer, generated: Peer | None, bare: Peer) -> None:
    for toolsets, bound in (("default", "≤ 4,500, ≤ 28 tools"), ("all", ""), ("none", "≤ 900")):
        peer = Peer(ours.name, ours.command, (*ours.arguments, "--toolsets", toolsets), ours.environment)
        async with session(peer) as client:
            listed = await client.list_tools()
        row(f"tools/list, {toolsets}", f"{len(listed.tools)} tools, {listing_tokens(listed):,} tokens", bound)
    if generated is not None:
        async with session(generated) as client:
            listed = await client.list_tools()
        row(
            "tools/list, generated from the same catalog",
            f"{len(listed.tools)} tools, {listing_tokens(listed):,} tokens",
        )


async def measure_start(ours: Peer, generated: Peer | None, bare: Peer) -> None:
    peers = [bare, ours] + ([generated] if generated else [])
    for peer in peers:
        await start_seconds(peer)  # compiles what was not compiled yet
    found = await medians({peer.name: (lambda peer=peer: start_seconds(peer)) for peer in peers}, STARTS)
    floor = found["bare"]
    row("start to first tools/list, bare SDK server", f"{floor:.2f} s")
    row(
        "start to first tools/list, reply-mcp",
        f"{found['reply-mcp']:.2f} s = {found['reply-mcp'] / floor:.2f} × bare",
        "≤ 1.25 ×",
    )
    if generated is not None:
        row(
            "start to first tools/list, generated",
            f"{found['generated']:.2f} s = {found['generated'] / floor:.2f} × bare",
        )


async def measure_calls(url: str, ours: Peer, generated: Peer | None, bare: Peer) -> None:
    direct = httpx.AsyncClient(base_url=url, headers={"Authorization": f"Bearer {KEY}"})

    fetched: list[float] = []

    async def fetch() -> Any:
        began = time.thread_time()
        answer = (await direct.get("/v3/contacts", params={"top": 25})).json()
        fetched.append((time.thread_time() - began) * 1000)
        return answer

    async with AsyncExitStack() as stack:
        await stack.enter_async_context(direct)
        echo = await stack.enter_async_context(session(bare))
        own = await stack.enter_async_context(session(ours))
        measures = {
            "echo": timed(lambda: echo.call_tool("echo", {"text": "hello"})),
            "http": timed(fetch),
            "own": timed(lambda: own.call_tool("reply_search_contacts", {"top": 25})),
        }
        await echo.list_tools()
        await own.list_tools()
        if generated is not None:
            other = await stack.enter_async_context(session(generated))
            await other.list_tools()
            measures["generated"] = timed(lambda: other.call_tool("GetContacts", {"top": 25}))
        await medians(measures, 10)
        processes = {
            name: process_of(pattern) for name, pattern in PROCESSES.items() if name != "generated" or generated
        }
        before = {name: cpu_seconds(int(process.name)) for name, process in processes.items()}
        found = await medians(measures, CALLS)
        cpu = {
            name: (cpu_seconds(int(process.name)) - before[name]) * 1000 / CALLS for name, process in processes.items()
        }
        memory = {name: resident_mib(process) for name, process in processes.items()}
    floor = found["echo"] + found["http"]
    row("a call: bare SDK echo + direct httpx request", f"{found['echo']:.2f} + {found['http']:.2f} = {floor:.2f} ms")
    row(
        "a call: reply-mcp over stdio, 25 contacts",
        f"{found['own']:.2f} ms = {found['own'] / floor:.2f} × that",
        "≤ 1.5 ×",
    )
    request = statistics.median(fetched)
    least_cpu = cpu["bare"] + request
    row(
        "CPU of a call: bare SDK echo + direct httpx request",
        f"{cpu['bare']:.2f} + {request:.2f} = {least_cpu:.2f} ms",
    )
    row("CPU of a call: reply-mcp over stdio", f"{cpu['own']:.2f} ms = {cpu['own'] / least_cpu:.2f} × that")
    if generated is not None:
        slower = found["generated"] / found["own"]
        row("a call: generated server, 25 contacts", f"{found['generated']:.2f} ms = {slower:.1f} × reply-mcp", "≥ 3 ×")
    least = memory["bare"]
    row("memory after the calls, bare SDK server", f"{least:.0f} MiB")
    row("memory after the calls, reply-mcp", f"{memory['own']:.0f} MiB = {memory['own'] / least:.2f} × bare", "≤ 1.3 ×")
    if generated is not None:
        row(
            "memory after the calls, generated",
            f"{memory['generated']:.0f} MiB = {memory['generated'] / least:.2f} × bare",
        )


async def measure_results(url: str, ours: Peer) -> None:
    """Ten typical answers against the JSON that Reply sends for them."""
    headers = {"Authorization": f"Bearer {KEY}-raw"}
    async with session(ours) as client, httpx.AsyncClient(base_url=url, headers=headers, timeout=60) as raw:
        sequences = (await raw.get("/v3/sequences", params={"top": 100})).json()["items"]
        active = next(one["id"] for one in sequences if one["status"].lower() == "active")
        threads = (await raw.get("/v3/inbox/threads", params={"top": 100})).json()["items"]
        counts = {
            one["id"]: len(
                (await raw.get(f"/v3/inbox/threads/{one['id']}/messages", params={"top": 100})).json()["items"]
            )
            for one in threads
            if one["channel"].lower() == "email"
        }
        longest = max(counts, key=lambda id: counts[id])
        contact = (await raw.get("/v3/contacts", params={"top": 1})).json()["items"][0]["id"]
        period = {"from": "2020-01-01T00:00:00Z", "to": "2040-01-01T00:00:00Z"}
        cases: list[tuple[str, str, dict[str, Any], str]] = [
            ("25 contacts", "reply_search_contacts", {"top": 25}, "≤ 1,100 tokens"),
            ("one contact", "reply_get_contact", {"id": contact}, ""),
            ("a contact's activities", "reply_get_contact_activity", {"id": contact}, ""),
            ("contact lists", "reply_search_lists", {}, ""),
            ("sequences", "reply_search_sequences", {}, ""),
            ("the steps of a sequence", "reply_get_sequence_steps", {"id": active}, ""),
            ("numbers of a sequence", "reply_get_sequence_stats", {"id": active, "filters": period}, ""),
            ("25 inbox threads", "reply_get_inbox_emails", {"top": 25}, ""),
            (f"a thread of {counts[longest]} HTML messages", "reply_get_thread", {"id": longest}, "≤ 20 %"),
            ("tasks", "reply_list_my_tasks", {}, ""),
        ]
        shares = []
        for name, tool, arguments, bound in cases:
            mark = (await raw.get("/sandbox/requests")).json()["next"]
            result = await client.call_tool(tool, arguments)
            if result.is_error:
                row(name, f"failed: {text_of(result)[:80]}", bound)
                continue
            asked = (await raw.get("/sandbox/requests", params={"since": mark})).json()["requests"]
            theirs = 0
            for one in asked:
                if one["path"].startswith("/v3/") and not str(one["key"]).endswith("raw"):
                    again = await raw.request(one["method"], one["path"], params=one["query"], json=one["body"])
                    theirs += tokens(again.text)
            own = tokens(text_of(result))
            shares.append(own / theirs)
            row(name, f"{own:,} of {theirs:,} raw tokens = {own / theirs:.0%}", bound)
        if shares:
            row("ten typical answers, median", f"{statistics.median(shares):.0%} of the raw tokens")


def measure_search() -> None:
    """Searching as `reply_find_tools` does, in this process: the first search builds the index."""
    from reply_mcp.server.inventory import every_entry
    from reply_mcp.server.search import Search
    from reply_mcp.server.search.building import requests

    entries = every_entry()
    begun = time.perf_counter()
    search = Search(entries)
    search.matches("replies of this week")
    first = time.perf_counter() - begun
    took = []
    for words, _ in requests():
        begun = time.perf_counter()
        search.matches(words)
        took.append(time.perf_counter() - begun)
    median, slowest = statistics.median(took), statistics.quantiles(took, n=100)[98]
    row(
        f"a search, of {len(took):,} requests",
        f"{median * 1000:.1f} ms median, {slowest * 1000:.1f} ms p99, the first {first * 1000:.0f} ms",
        "median ≤ 20 ms, the first ≤ 80 ms",
    )


def measure_budget(folder: Path) -> None:
    """Asking the request budget for a slot, and giving it back: alone, and with eight processes at it."""
    sqlite = f"sqlite:///{folder}/bench.db"
    for name, url, processes, pause, bound in (
        ("in memory", "memory:", 1, 0.0, "≤ 0.05 ms"),
        ("SQLite, one process", sqlite, 1, 0.0, ""),
        ("SQLite, 8 processes, a call of 20 ms between", sqlite, 8, 0.02, "≤ 1 ms"),
        ("SQLite, 8 processes, without a pause", sqlite, 8, 0.0, "≤ 1 ms"),
    ):
        command = [sys.executable, str(HERE / "budget_worker.py"), url, "400", str(pause)]
        running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(processes)]
        medians = [[float(part) for part in process.communicate()[0].split()] for process in running]
        asked, given = (statistics.median(column) for column in zip(*medians, strict=True))
        row(f"budget check, {name}", f"{asked:.3f} ms to get, {given:.3f} ms to give back", bound)


async def main() -> None:
    base = {name: value for name, value in os.environ.items() if not name.startswith("REPLY_")}
    async with sandbox() as url:
        with tempfile.TemporaryDirectory() as folder:
            # The budget is where it is by default, in SQLite, and counts; its windows are too wide to be met.
            environment = {
                **base,
                "REPLY_API_KEY": KEY,
                "REPLY_BASE_URL": url,
                "REPLY_RATE_LIMITS": "1000000/minute,9000000/hour",
                "XDG_STATE_HOME": folder,
            }
            ours = Peer("reply-mcp", sys.executable, ("-m", "reply_mcp", "serve"), environment)
            bare = Peer("bare", sys.executable, (str(HERE / "bare_server.py"),), base)
            generated = None
            if python := os.environ.get("PEERS_PYTHON"):
                export = Path(folder) / "openapi.json"
                command = [sys.executable, "-m", "reply_mcp", "catalog", "export"]
                export.write_text(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
                generated = Peer("generated", python, (str(HERE / "generated_server.py"), str(export)), environment)
            else:
                print("PEERS_PYTHON is not set: the generated server is left out (`make bench` sets it)")
            await measure_listing(ours, generated, bare)
            await measure_results(url, ours)
            measure_search()
            measure_budget(Path(folder))
            await measure_start(ours, generated, bare)
            await measure_calls(url, ours, generated, bare)


if __name__ == "__main__":
    anyio.run(main)
