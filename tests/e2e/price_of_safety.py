"""What safety costs: the requests and tokens of each question and of the call that was agreed to, and those of the same
calls before questions told what they tell now. Writes the table of `docs/safety.md`:

    python -m tests.e2e.price_of_safety
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import anyio

from reply_mcp.settings import Settings, parse_policy
from tests.conftest import KEY, Sandbox, connected, text_of
from tests.e2e.effect_cases import CASES
from tests.e2e.question_cases import ALWAYS_ASK, Asking
from tests.tokens import count_tokens
from tests.undo import changes_undone

ALL = {**CASES, **ALWAYS_ASK}
PAGE = Path(__file__).parents[2] / "docs" / "safety.md"
BEFORE = Path(__file__).with_name("price_before.json")
"""By tool, for each of its cases, as an earlier version answered: whether it asked, the requests and tokens of the
question (of the call where it did not ask), and those of the call that was agreed to."""
_BEGIN, _END = "<!-- price: begin -->\n", "<!-- price: end -->\n"
CHECKS = {
    "people": r"/sequences/\d+/contacts(/\d+)?$",
    "blacklist": r"/contact-blacklist-rules/",
    "conversations": r"/inbox/threads/filter$",
    "bounces": r"/reporting/emails$",
    "other sequences": r"/contacts/\d+/statuses$",
    "senders": r"/(email|linkedin)-accounts",
    "hours": r"/schedules/",
    "next message": r"/preview$",
    "settings": r"/v3/settings$",
}
"""What a question reads beside the thing itself, by the path."""
_ITSELF = "the thing itself"
_CODE = re.compile(r'confirm="(\w+)"')
"""Drawn anew for each question, so that its tokens are counted as those of another one."""


@dataclass(frozen=True)
class Cost:
    requests: int
    tokens: int

    def __str__(self) -> str:
        return f"{self.requests}, {self.tokens}"


@dataclass(frozen=True)
class Price:
    """One case of a tool: its question, and the call that was agreed to."""

    case: int
    question: Cost
    call: Cost
    asked: str
    done: str
    read: tuple[str, ...]


@contextmanager
def asking_world() -> Iterator[Asking]:
    from reply_mcp.sandbox import running

    options: dict[str, Any] = {"rate_limits": "none", "stats_rate_limits": "none", "speed": 0}
    with running(seed=5, start=datetime(2026, 3, 4, 15, tzinfo=UTC), **options) as one:
        yield Asking(Sandbox(one))


async def measure(tool: str, world: Asking) -> list[Price]:
    """Each of the tool's cases about which a person is asked."""
    found = []
    policy = parse_policy("send=ask,spend=ask,share=ask,delete=ask")
    settings = Settings(api_key=KEY, base_url=world.sandbox.url, rate_limits="none", patience=0.5, policy=policy)
    for number, case in enumerate(ALL[tool]):
        with changes_undone(world.sandbox.app.state.kernel):
            given = {"tool": tool, "arguments": case(world)}
            async with connected(settings) as client:
                # Reply has taken the key: the first question of one that is new asks that too.
                await client.call_tool("reply_run_read", {"tool": "reply_list_tasks", "arguments": {"limit": 1}})
                asked, question, read = await _cost(client, world, given)
                code = _CODE.search(asked)
                if code is None:
                    continue
                agreed = {**given, "arguments": {**given["arguments"], "confirm": code[1]}}
                done, call, _ = await _cost(client, world, agreed)
                found.append(Price(number, question, call, asked, done, read))
    return found


async def _cost(client: Any, world: Asking, given: dict[str, Any]) -> tuple[str, Cost, tuple[str, ...]]:
    """The answer, what it cost, and the paths of its requests."""
    mark = world.sandbox.seen()
    text = text_of(await client.call_tool("reply_run_write", given))
    paths = tuple(str(one["path"]) for one in world.sandbox.since(mark))
    return text, Cost(len(paths), count_tokens(_CODE.sub('confirm="AAAAA"', text))), paths


def _dearest(prices: list[Price]) -> Price:
    return max(prices, key=lambda one: (one.question.requests, -one.case))


def row_of_checks(tool: str, prices: list[Price]) -> str:
    """The tool's line of what its question reads, of the case that costs most."""
    reads = _dearest(prices).read
    kinds = [next((kind for kind, path in CHECKS.items() if re.search(path, one)), _ITSELF) for one in reads]
    counts = (kinds.count(kind) or "" for kind in (_ITSELF, *CHECKS))
    return " | ".join((f"| `{tool}`", *map(str, counts))) + " |"


def row(tool: str, prices: list[Price]) -> str:
    """The tool's line of the table, of the case whose question costs most."""
    dearest = _dearest(prices)
    cases = json.loads(BEFORE.read_text("utf-8")).get(tool, [])
    asked, *numbers = cases[dearest.case] if dearest.case < len(cases) else (False, None, None, None, None)
    if asked:
        question, call = Cost(*numbers[:2]), Cost(*numbers[2:])
        before = f"{question} | {call}"
    else:
        before = f"none | {Cost(*numbers[:2]) if numbers[0] is not None else 'none'}"
    return f"| `{tool}` | {before} | {dearest.question} | {dearest.call} |"


def summary(rows: list[str]) -> str:
    """How many of the questions that an earlier version asked too cost at most two requests more."""
    more = [one for one in map(_more, rows) if one is not None]
    near = sum(one <= 2 for one in more)
    return (
        f"{len(rows)} tools ask. Of the {len(more)} that asked before, {near} cost at most two requests more than "
        f"then, {sum(one <= 0 for one in more)} of them none; the other {len(more) - near} all reach people."
    )


def _more(row: str) -> int | None:
    """How many requests more a question costs than before; None where there was none."""
    costs = [int(cell.split(",")[0]) for cell in row.split(" | ")[1::2] if "," in cell]
    return costs[1] - costs[0] if len(costs) == 2 else None


def rows_of_page() -> dict[str, list[str]]:
    """The lines of the tables as `docs/safety.md` has them, by tool: its costs, and what its question reads if that is
    there."""
    _, _, rest = PAGE.read_text("utf-8").partition(_BEGIN)
    lines: dict[str, list[str]] = {}
    for line in rest.partition(_END)[0].splitlines():
        if line.startswith("| `"):
            lines.setdefault(line.split("`")[1], []).append(line)
    return lines


def costs_of(line: str) -> list[Cost]:
    """The costs of a line of the table, in its order."""
    return [Cost(*map(int, cell.split(", "))) for cell in line.strip("| ").split(" | ")[1:] if "," in cell]


def write(rows: list[str], checks: dict[str, str]) -> None:
    """Puts these lines into the page, and of the checks those of questions that cost over two requests more."""
    text = PAGE.read_text("utf-8")
    head, _, rest = text.partition(_BEGIN)
    table = [
        summary(rows),
        "",
        "| tool | question before | call before | question now | agreed call now |",
        "| --- | --- | --- | --- | --- |",
        *rows,
        "",
        "What those that cost over two requests more read before they ask, in requests:",
        "",
        f"| tool | {' | '.join((_ITSELF, *CHECKS))} |",
        f"| --- |{' --- |' * (len(CHECKS) + 1)}",
        *(checks[row.split("`")[1]] for row in rows if (_more(row) or 0) > 2),
    ]
    PAGE.write_text(f"{head}{_BEGIN}{chr(10).join(table)}\n{_END}{rest.partition(_END)[2]}", "utf-8")


async def main() -> None:
    with tempfile.TemporaryDirectory() as state, asking_world() as world:
        os.environ |= {"XDG_STATE_HOME": state, "XDG_CONFIG_HOME": f"{state}/configuration"}
        found = {tool: prices for tool in sorted(ALL) if (prices := await measure(tool, world))}
    rows = [row(tool, prices) for tool, prices in found.items()]
    write(rows, {tool: row_of_checks(tool, prices) for tool, prices in found.items()})


if __name__ == "__main__":
    anyio.run(main)
