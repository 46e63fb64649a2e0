"""The head of each bulk tool's answer adds up, also where a part in the middle fails: what was done, what was not and
why, and what is not known are together what was asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from reply_mcp import catalog
from reply_mcp.catalog.operation import Operation
from reply_mcp.catalog.views import PerItem
from reply_mcp.settings import parse_policy
from tests.chaos.each_request import prepared
from tests.chaos.stage import Desk, Stage
from tests.e2e.soundness import SECRET, TIMES, is_read
from tests.e2e.writing_calls import call_of
from tests.undo import changes_undone
from tests.wording import head_counts

BULK = [
    one for name in catalog.AREAS for one in catalog.area(name).operations if one.tool and isinstance(one.view, PerItem)
]
FAULTS: tuple[dict[str, Any], ...] = (
    {"kind": "status", "status": 500, "when": "after"},
    {"kind": "status", "status": 499, "when": "after"},
    {"kind": "status", "status": 403},
    {"kind": "reset"},
    {"kind": "answer", "when": "after"},
    {"kind": "truncate"},
)
LARGE = 1000
"""Parts of so many items fail with `TEST_TIMES` alone: they take seconds."""
ABSENT = 900_000_000
"""Ids from here on are of nothing."""


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with prepared() as one:
        yield one


@pytest.fixture(scope="module")
def desk(stage: Stage) -> Iterator[Desk]:
    with stage.served("code", tools=SECRET, files=(stage.world.folder,), policy=parse_policy("all=allow")) as one:
        yield one


def of_many(operation: Operation, given: dict[str, Any], count: int) -> dict[str, Any]:
    """The call's arguments with so many items: those that it has, and some of nothing. The first id is
    there twice."""
    assert isinstance(operation.view, PerItem)
    name = operation.view.ids
    items = list(given[name])
    first = items[0]
    while len(items) < count:
        items.append(another(first, ABSENT + len(items)))
    return {**given, name: items if isinstance(first, dict) else [*items, first]}


def another(item: Any, number: int) -> Any:
    if not isinstance(item, dict):
        return number
    if "pattern" in item:
        return {**item, "pattern": re.sub(r"[\w-]+(?=\.\w+$)", f"of-{number}", item["pattern"])}
    return {**item, "name": f"Number {number}"} if "name" in item else item


def path_of(operation: Operation, given: dict[str, Any]) -> str:
    """The path of the call's request."""
    ids = {**given, "step_id": given.get("stepId")}
    return re.sub(r"\{(\w+)\}", lambda one: str(ids[one[1]]), operation.path)


def check_head(operation: Operation, text: str, asked: int) -> None:
    """The counts of the answer's first lines."""
    head, *rest = text.splitlines()
    counts = head_counts(head)
    assert counts, text
    done, total = counts
    reasons = next((line for line in rest if line.startswith("Not ")), "")
    failed = sum(int(count) for count in re.findall(r"(?:^|\); )(?:Not [^:]*: )?(\d+) (?!without an answer)", reasons))
    unknown = next((int(one[1]) for line in rest if (one := re.match(r"(\d+) without an answer", line))), 0)
    assert total == asked, text
    assert done + failed + unknown == total, text


@pytest.mark.parametrize("operation", BULK, ids=lambda one: one.tool)
def test_the_head_adds_up(stage: Stage, desk: Desk, operation: Operation) -> None:
    most = operation.split[1] if operation.split else LARGE
    for fault in (None, FAULTS[BULK.index(operation) % len(FAULTS)]) if most < LARGE * TIMES else (None,):
        with changes_undone(stage.kernel):
            count = 2 * most + 3 if fault else 5
            given = of_many(operation, call_of(operation.tool, stage.world), count)
            match = f"{operation.method} {path_of(operation, given)}"
            there = fault and {**fault, "match": match, "skip": 1, "times": 1}
            mark = stage.sandbox.seen()
            out = desk.call(operation.tool, given, fault=there)
            wrote = [row for row in stage.sandbox.since(mark) if not is_read(row["method"], row["path"])]
        if out.claim == "done":
            check_head(operation, out.text, count)
        else:
            assert not [row for row in wrote if (row["processed"] or 500) < 300], out.text
