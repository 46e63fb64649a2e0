"""`reply-mcp demo`: the whole thing on sample data, with a real MCP client, and what each answer costs."""

from __future__ import annotations

import argparse
import json
import os
import sys
import textwrap
from dataclasses import dataclass
from typing import Any

from reply_mcp.text import tokens

KEY = "sandbox-full-access"
RAW_KEY = "sandbox-full-access-raw"
"""Fetches the same answers raw, on a quota of its own, to compare tokens."""
LONGEST_SHOWN = 22


@dataclass(frozen=True)
class Step:
    """One call of the session; `{name}` in its arguments is a value found before."""

    why: str
    tool: str
    arguments: dict[str, Any]
    confirm: bool = False


SESSION = (
    Step("Find people", "reply_search_contacts", {"top": 25}),
    Step("Read what came in", "reply_get_inbox_emails", {"source": "unread", "top": 8}),
    Step("Read one conversation", "reply_get_thread", {"id": "{thread}"}),
    Step("See the sequences", "reply_search_sequences", {}),
    Step("See what a sequence says", "reply_get_sequence_steps", {"id": "{sequence}"}),
    Step("Start one: first the preview …", "reply_start_sequence", {"id": "{sequence}"}),
    Step("… then, confirmed", "reply_start_sequence", {"id": "{sequence}"}, confirm=True),
    Step("Read its numbers", "reply_get_sequence_stats", {"id": "{active}", "filters": "{period}"}),
    Step("A wrong call costs nothing", "reply_search_sequences", {"status": "running", "nme": "Q4"}),
    Step("Find any other tool", "reply_find_tools", {"query": "give a teammate's contacts to somebody else"}),
)


def run(options: argparse.Namespace) -> int:
    """Drives a session against the embedded Reply and prints it."""
    import anyio

    from reply_mcp.sandbox import running

    with running(seed=options.seed) as sandbox:
        return anyio.run(_session, sandbox)


async def _session(sandbox: Any) -> int:
    import httpx
    from mcp import Client, StdioServerParameters

    environment = {**os.environ, "REPLY_API_KEY": KEY, "REPLY_BASE_URL": sandbox.url}
    server = StdioServerParameters(command=sys.executable, args=["-m", "reply_mcp", "serve"], env=environment)
    print(f"An embedded Reply runs on {sandbox.url}; `reply-mcp serve` talks to it over stdio.\n")
    async with Client(server) as client, httpx.AsyncClient(base_url=sandbox.url) as raw:
        tools = (await client.list_tools()).tools
        cost = sum(
            tokens.count_tokens(json.dumps([tool.name, tool.description, tool.input_schema], separators=(",", ":")))
            for tool in tools
        )
        print(f"tools/list: {len(tools)} tools, {cost} tokens.\n")
        known = await _known(raw)
        total_ours = total_raw = failed = 0
        code = ""
        for step in SESSION:
            arguments = {name: _filled(value, known) for name, value in step.arguments.items()}
            if step.confirm:
                arguments["confirm"] = code
            since = await _seen(raw)
            answer = await client.call_tool(step.tool, arguments)
            text = "\n".join(getattr(block, "text", "") for block in answer.content)
            code = text.partition('confirm="')[2][:5]
            ours, theirs = tokens.count_tokens(text), await _raw_tokens(raw, since)
            failed += bool(answer.is_error) and step.tool != "reply_search_sequences" and not code
            total_ours, total_raw = total_ours + (ours if theirs else 0), total_raw + theirs
            _show(step, arguments, text, ours, theirs)
    about = "" if tokens.counts_exactly() else " (estimated; `pip install 'reply-mcp[tokens]'` counts)"
    print(f"Together: {total_ours} tokens, where Reply's own JSON takes {total_raw}{about}.\n")
    print(_connect())
    return 1 if failed else 0


async def _known(raw: Any) -> dict[str, Any]:
    """Ids for the session, read from the sandbox itself."""
    headers = {"Authorization": f"Bearer {RAW_KEY}"}
    sequences = (await raw.get("/v3/sequences", params={"top": 100}, headers=headers)).json()["items"]
    threads = (await raw.get("/v3/inbox/threads", params={"top": 100}, headers=headers)).json()["items"]
    email = [thread for thread in threads if thread["channel"].lower() == "email" and not thread["isRead"]]
    return {
        "thread": (email or threads)[0]["id"],
        "sequence": await _startable(raw, sequences, headers),
        "active": min(
            (one for one in sequences if one["status"].lower() == "active"), key=lambda one: one["health"] != "healthy"
        )["id"],
    } | _period()


async def _startable(raw: Any, sequences: list[dict[str, Any]], headers: dict[str, str]) -> int:
    """A paused or new sequence that has people, steps and a mailbox, so that starting it does something."""
    for one in sequences:
        if one["status"].lower() in ("paused", "new") and not one.get("isArchived"):
            people = (await raw.get(f"/v3/sequences/{one['id']}/contacts", headers=headers)).json().get("items")
            boxes = (await raw.get(f"/v3/sequences/{one['id']}/email-accounts", headers=headers)).json()
            steps = (await raw.get(f"/v3/sequences/{one['id']}/steps", headers=headers)).json()
            if people and steps and (boxes.get("items") if isinstance(boxes, dict) else boxes):
                return int(one["id"])
    return int(sequences[0]["id"])


def _period() -> dict[str, dict[str, str]]:
    from datetime import UTC, datetime, timedelta

    now = datetime.now(UTC).replace(microsecond=0)
    stamp = "%Y-%m-%dT%H:%M:%SZ"
    return {"period": {"from": (now - timedelta(days=30)).strftime(stamp), "to": now.strftime(stamp)}}


def _filled(value: Any, known: dict[str, Any]) -> Any:
    if isinstance(value, str) and value.startswith("{"):
        return known[value[1:-1]]
    return value


async def _seen(raw: Any) -> int:
    """How many requests the sandbox has seen."""
    rows = (await raw.get("/sandbox/requests")).json()
    return int(rows["next"])


async def _raw_tokens(raw: Any, since: int) -> int:
    """Tokens of Reply's own answers to the reads that the call made."""
    rows = (await raw.get("/sandbox/requests", params={"since": since})).json()["requests"]
    total = 0
    for row in rows:
        reads = row["method"] == "GET" or row["path"].endswith(("/filter", "/stats", "/overview"))
        if not row["path"].startswith("/v3/") or not reads:
            continue
        answer = await raw.request(
            row["method"],
            row["path"],
            params=row["query"],
            json=row["body"],
            headers={"Authorization": f"Bearer {RAW_KEY}"},
        )
        total += tokens.count_tokens(answer.text)
    return total


def _show(step: Step, arguments: dict[str, Any], text: str, ours: int, theirs: int) -> None:
    print(f"── {step.why}")
    print(f"> {step.tool} {json.dumps(arguments, ensure_ascii=False)}")
    lines = text.splitlines()
    for line in lines[:LONGEST_SHOWN]:
        print(f"  {line}" if len(line) <= 150 else f"  {line[:149]}…")
    if len(lines) > LONGEST_SHOWN:
        print(f"  … {len(lines) - LONGEST_SHOWN} more lines")
    about = "" if tokens.counts_exactly() else "≈"
    compared = f", raw JSON {about}{theirs}" if theirs else ""
    print(f"  [{about}{ours} tokens{compared}]\n")


def _connect() -> str:
    """How to connect one's own client to the sandbox, to go on from here."""
    command = [sys.executable, "-m", "reply_mcp", "serve"]
    sandbox = {"REPLY_API_KEY": KEY, "REPLY_BASE_URL": "http://127.0.0.1:8787"}
    entry = {"mcpServers": {"reply": {"command": command[0], "args": command[1:], "env": sandbox}}}
    flags = " ".join(f"-e {name}={value}" for name, value in sandbox.items())
    configuration = textwrap.indent(json.dumps(entry, indent=2), "    ")
    return (
        "To go on with your own client, leave the embedded Reply running in a terminal:\n"
        f"    {sys.executable} -m reply_mcp sandbox\n"
        "Claude Code:\n"
        f"    claude mcp add reply {flags} -- {' '.join(command)}\n"
        "Claude Desktop (Settings, Developer, Edit Config) and Cursor (~/.cursor/mcp.json):\n"
        f"{configuration}\n"
        "With a real account: your key as REPLY_API_KEY, and no REPLY_BASE_URL."
    )
