"""`reply-mcp demo`: a salesperson's morning on sample data, with a real MCP client, and what each answer costs."""

from __future__ import annotations

import argparse
import json
import logging
import os
import re
import sys
import textwrap
from dataclasses import dataclass, field
from typing import Any

from reply_mcp.text import tokens

KEY = "sandbox-full-access"
RAW_KEY = "sandbox-full-access-raw"
"""Fetches the same answers raw, on a quota of its own, to compare tokens."""
FIRST_SHOWN, LAST_SHOWN = 9, 6
"""Lines of an answer; those between are counted."""
WIDEST_SHOWN = 130
_ID_OF_THREAD = re.compile(r"^(\d+)\s.*\bemail\b.*needs answer", re.MULTILINE)


@dataclass(frozen=True)
class Step:
    """What the person says, and the call that an agent makes of it.

    `{name}` in its arguments is a value found before; `consent` is what the person answers when they are asked.
    """

    person: str
    tool: str
    arguments: dict[str, Any] = field(default_factory=dict)
    consent: bool | None = None
    refused: bool = False


SESSION = (
    Step("What needs me this morning?", "reply_overview"),
    Step("Who is waiting for an answer?", "reply_get_inbox_emails", {"source": "unread", "top": 8}),
    Step("What does the first of them want?", "reply_get_thread", {"id": "{thread}"}),
    Step(
        "Tell them that the new invoice goes out today.",
        "reply_send_inbox_reply",
        {"id": "{thread}", "message": "Thank you. The invoice with that order number goes out today."},
        consent=True,
    ),
    Step("How did our sequences do this month?", "reply_compare_sequence_performance", {"filters": "{period}"}),
    Step(
        'Call the one for Series B companies "Autumn".',
        "reply_update_sequence",
        {"id": "Series B companies", "name": "Autumn"},
    ),
    Step("No, put the old name back.", "reply_undo"),
    Step("What does the one for Series B companies say?", "reply_get_sequence_steps", {"id": "Series B companies"}),
    Step("Start it.", "reply_start_sequence", {"id": "Series B companies"}, consent=False),
    Step(
        "(An agent's slip: it is told what would be right, and nothing is sent.)",
        "reply_search_sequences",
        {"status": "running", "nme": "Q4"},
        refused=True,
    ),
    Step(
        "Priya takes over some of my contacts. Can you do that?",
        "reply_find_tools",
        {"query": "hand contacts over to a teammate"},
    ),
)


def run(options: argparse.Namespace) -> int:
    """Drives a session against the embedded Reply and prints it; 1 where a step does not come out as it should."""
    import anyio

    from reply_mcp.sandbox import running

    # The SDK's client warns of tools that a server does not list; here they are found by search, as meant.
    logging.getLogger("client").setLevel(logging.ERROR)
    with running(seed=options.seed) as sandbox:
        return anyio.run(_session, sandbox)


class _Person:
    """The person at the host: sees each question, and answers as the step says."""

    def __init__(self) -> None:
        self.consent: bool | None = None
        self.questions: list[tuple[str, bool]] = []

    async def answer(self, context: Any, params: Any) -> Any:
        del context
        from mcp.types import ElicitResult

        agreed = bool(self.consent)
        self.questions.append((params.message, agreed))
        return ElicitResult(action="accept", content={"agree": True}) if agreed else ElicitResult(action="decline")


async def _session(sandbox: Any) -> int:
    import httpx
    from mcp import Client, StdioServerParameters

    from reply_mcp.cli.tools import listing_tokens

    # A session of its own: no setting of the person's, nothing counted or logged where their own servers do.
    own = {"REPLY_API_KEY": KEY, "REPLY_BASE_URL": sandbox.url, "REPLY_ASK": "form"}
    apart = {"REPLY_BUDGET_URL": "memory:", "REPLY_AUDIT": "off"}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("REPLY_")} | own | apart
    server = StdioServerParameters(command=sys.executable, args=["-m", "reply_mcp", "serve"], env=environment)
    print(f"An embedded Reply runs on {sandbox.url}; `reply-mcp serve` talks to it over stdio.")
    person = _Person()
    async with (
        Client(server, elicitation_callback=person.answer) as client,
        httpx.AsyncClient(base_url=sandbox.url) as raw,
    ):
        tools = (await client.list_tools()).tools
        cost = sum(listing_tokens(tool.model_dump(by_alias=True, exclude_none=True)) for tool in tools)
        print(f"An agent is shown {len(tools)} tools, {_about()}{cost} tokens; it finds the others by search.\n")
        known: dict[str, Any] = _period()
        total_ours = total_raw = 0
        wrong: list[str] = []
        for step in SESSION:
            arguments = {name: _filled(value, known) for name, value in step.arguments.items()}
            person.consent, person.questions = step.consent, []
            since = await _seen(raw)
            answer = await client.call_tool(step.tool, arguments)
            text = "\n".join(getattr(block, "text", "") for block in answer.content)
            if step.tool == "reply_get_inbox_emails" and (found := _ID_OF_THREAD.search(text)):
                known["thread"] = int(found[1])
            if bool(answer.is_error) != (step.refused or step.consent is False) or bool(person.questions) != (
                step.consent is not None
            ):
                wrong.append(f"{step.tool}: {text}")
            ours, theirs = tokens.count_tokens(text), await _raw_tokens(raw, since)
            total_ours, total_raw = total_ours + (ours if theirs else 0), total_raw + theirs
            _show(step, arguments, person.questions, text, ours, theirs)
    about = "" if tokens.counts_exactly() else " (estimated; `pip install 'reply-mcp[tokens]'` counts)"
    print(f"Together: {total_ours} tokens, where Reply's own JSON takes {total_raw}{about}.\n")
    for one in wrong:
        print(f"Not as it should be: {one}\n", file=sys.stderr)
    print(_connect())
    return 1 if wrong else 0


def _about() -> str:
    return "" if tokens.counts_exactly() else "about "


def _period() -> dict[str, dict[str, str]]:
    from datetime import UTC, datetime, timedelta

    now = datetime.now(UTC).replace(microsecond=0)
    stamp = "%Y-%m-%dT%H:%M:%SZ"
    return {"period": {"from": (now - timedelta(days=30)).strftime(stamp), "to": now.strftime(stamp)}}


def _filled(value: Any, known: dict[str, Any]) -> Any:
    if isinstance(value, str) and value.startswith("{"):
        return known.get(value[1:-1], value)
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


def _show(
    step: Step, arguments: dict[str, Any], questions: list[tuple[str, bool]], text: str, ours: int, theirs: int
) -> None:
    print(f"── {step.person}")
    print(f"> {step.tool} {json.dumps(arguments, ensure_ascii=False)}")
    for question, agreed in questions:
        print("  The host asks the person:")
        for line in question.splitlines():
            print(
                textwrap.fill(
                    line, WIDEST_SHOWN, initial_indent="  ? ", subsequent_indent="  ?   ", break_on_hyphens=False
                )
            )
        print("  The person agrees." if agreed else "  The person declines.")
    lines = text.splitlines()
    between = len(lines) - FIRST_SHOWN - LAST_SHOWN
    shown = lines if between <= 1 else [*lines[:FIRST_SHOWN], f"… {between} lines …", *lines[-LAST_SHOWN:]]
    for line in shown:
        print(f"  {line}" if len(line) <= WIDEST_SHOWN else f"  {line[: WIDEST_SHOWN - 1]}…")
    compared = f", raw JSON {_about()}{theirs}" if theirs else ""
    print(f"  [{_about()}{ours} tokens{compared}]\n")


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
