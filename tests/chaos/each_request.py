"""Each request of every tool that may change something fails in its turn, in eight ways: is the outcome told as it is,
and nothing done twice?

    python -m tests.chaos.each_request [--tools reply_create_task,…]

Each call is one that goes through, made with the person's agreement where it asks; a request that reads fails in all
its tries.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.chaos.faults import PROBLEM
from tests.chaos.stage import Outcome, Stage, staged
from tests.e2e.soundness import SECRET, is_read
from tests.e2e.writing_calls import WRITING, call_of
from tests.undo import changes_undone

WAYS: dict[str, dict[str, Any]] = {
    "lost": {"kind": "reset", "when": "after"},
    "500": {"kind": "status", "status": 500, "when": "after"},
    "503": {"kind": "status", "status": 503, "when": "after"},
    "499": {"kind": "status", "status": 499, "when": "after"},
    "refused": {"kind": "status", "status": 400},
    "a problem under 200": {"kind": "answer", "body": PROBLEM, "when": "after"},
    "null": {"kind": "answer", "when": "after"},
    "half": {"kind": "truncate"},
}
DOUBT = re.compile(
    r"could not|may have|may not|not known|unknown|not checked|unchecked|when last looked at", re.IGNORECASE
)
"""How an answer says that it does not know all."""
Way = tuple[int, str]
"""Which request fails, from 1, and how."""


@dataclass
class Report:
    """What was tried, and what was told wrongly."""

    tools: int = 0
    runs: int = 0
    hit: int = 0
    claims: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def table(self) -> str:
        claims = ", ".join(f"{count} {claim}" for claim, count in sorted(self.claims.items()))
        head = f"{self.tools} tools, {self.runs} runs, in {self.hit} of which the request came: {claims}"
        return "\n".join([head, f"{len(self.wrong)} told wrongly", *self.wrong])


@dataclass(frozen=True)
class Run:
    """One call and its requests."""

    outcome: Outcome
    rows: list[dict[str, Any]]

    @property
    def shape(self) -> Counter[tuple[str, str]]:
        """What changed, as kinds and ways."""
        kinds = Counter(
            (kind, "new" if before is None else "gone" if after is None else "changed")
            for (kind, _), (before, after) in self.outcome.changes.items()
        )
        return kinds + Counter((one["kind"], "sent") for one in self.outcome.sent)

    def twice(self) -> list[str]:
        """The writes that were done more than once."""
        done = Counter(
            f"{row['method']} {row['path']} {json.dumps([row['query'], row['body']])}"
            for row in self.rows
            if not is_read(row["method"], row["path"]) and (row["processed"] or 500) < 300
        )
        return [one for one, count in done.items() if count > 1]


@contextmanager
def prepared() -> Iterator[Stage]:
    """The stage, with a folder for uploads."""
    with staged() as stage, tempfile.TemporaryDirectory() as folder:
        stage.world.folder = folder
        yield stage


def one_call(stage: Stage, tool: str, fault: dict[str, Any] | None = None) -> Run:
    """Makes the tool's call on a server of its own, in a sandbox that is as it was before."""
    with changes_undone(stage.kernel):
        arguments = call_of(tool, stage.world)
        with stage.served("code", files=(stage.world.folder,), tools=SECRET, patience=0.2) as desk:
            mark = stage.sandbox.seen()
            outcome = desk.call(tool, arguments, fault=fault)
            return Run(outcome, stage.sandbox.since(mark))


def try_tool(stage: Stage, tool: str, report: Report, chance: random.Random | None = None) -> None:
    """Lets the requests of this tool's call fail, each in all ways, or one of them in one way, drawn by `chance`."""
    right = one_call(stage, tool)
    report.tools += 1
    ways: list[Way] = [(which, way) for which in range(1, len(right.rows) + 1) for way in WAYS]
    for which, way in [chance.choice(ways)] if chance else ways:
        row = right.rows[which - 1]
        tries = 3 if is_read(row["method"], row["path"]) else 1
        run = one_call(stage, tool, {**WAYS[way], "skip": which - 1, "times": tries})
        report.runs += 1
        report.hit += len(run.rows) >= which
        report.claims[run.outcome.claim] += 1
        for wrong in judge(right, run):
            report.wrong.append(f"{tool}, request {which} {way}: {wrong}: {run.outcome.text[:500]!r}")


def judge(right: Run, run: Run) -> Iterator[str]:
    """What is wrong with a run, held against the one in which nothing failed."""
    out = run.outcome
    if twice := run.twice():
        yield f"done twice: {twice}"
    if out.claim in ("not done", "asked") and run.shape - Counter({("webhook", "sent"): 9}):
        yield f"said not to be done, and changed {dict(run.shape)}"
    if out.claim == "done" and run.shape != right.shape and not DOUBT.search(out.text):
        yield f"said to be done, and changed {dict(run.shape)} in place of {dict(right.shape)}"
    if out.claim == "unknown" and not re.search("reply_|shows it|ask the person", out.text):
        yield "does not say how it is settled"


def try_all(stage: Stage, tools: Iterable[str], chance: random.Random | None = None) -> Report:
    """Tries these tools."""
    report = Report()
    for tool in tools:
        try_tool(stage, tool, report, chance)
    return report


def main(given: Sequence[str] | None = None) -> int:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--tools", default="", help="these alone, with commas between them")
    chosen = options.parse_args(given)
    began = time.monotonic()
    with prepared() as stage:
        report = try_all(stage, chosen.tools.split(",") if chosen.tools else WRITING)
    print(report.table(), f"\n{time.monotonic() - began:.0f} s")  # noqa: T201
    return 1 if report.wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
