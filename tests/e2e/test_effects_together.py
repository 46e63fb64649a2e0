"""Several calls in a row, drawn at random, with each question left unanswered: nothing leaves that would not have left.

A call that changes nothing by itself may do so with what was called before it. Each run is up to four calls of tools
that write, in an account in which much goes on by itself, with days between them; what left in thirty days is compared
with the same days without the calls. `TEST_TIMES=20` tries twenty times as many runs, and other ones each time.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from reply_mcp.catalog.operation import Effect
from tests.conftest import TIMES, text_of
from tests.e2e.effect_cases import CASES, running_world
from tests.e2e.fitting import fitting
from tests.e2e.soundness import SECRET, TOOLS
from tests.e2e.test_effects import STANDING, START, STOPS, UNTRIED
from tests.e2e.test_effects_later import DAY, LaterWorld
from tests.e2e.test_robustness import talking
from tests.undo import changes_undone

DAYS, LONGER = 30, 75
RUNS = 20
ENTRIES = {entry.tool: entry for entry in TOOLS}
DRAWN = [
    entry
    for entry in TOOLS
    if (entry.effect is Effect.WRITE or (entry.effect is not Effect.READ and entry.effect_varies))
    and entry.tool not in SECRET
    and entry.tool not in UNTRIED
]
"""Tools of which a call may go through unasked."""
LESS = {
    *STOPS,
    "reply_update_reply_handler",
    "reply_update_reengagement_card",
    "reply_set_default_reengagement_flow",
    "reply_assign_reengagement_flow",
    "reply_detach_knowledge_base_from_sequence",
    "reply_update_contact",
}
"""Tools that may go through although less leaves, or what leaves does so later or earlier than without them: switching
off, drafting in place of sending, opting out."""
Answer = Callable[[str, dict[str, Any]], Any]
Left = Counter[str]


@pytest.fixture(scope="module")
def world() -> Iterator[LaterWorld]:
    with running_world(LaterWorld, START) as one:
        yield one


@pytest.fixture(scope="module")
def controls(world: LaterWorld) -> tuple[Left, Left]:
    """What leaves in thirty days without any call, and in longer, at whatever time."""
    left = []
    for days in (DAYS, LONGER):
        with changes_undone(world.sandbox.app.state.kernel):
            world.sandbox.app.state.kernel.advance(days * DAY)
            left.append(what_left(world))
    return left[0], timeless(left[1])


def what_left(world: LaterWorld) -> Left:
    """Everything that left but webhooks, whose attempts depend on the real time."""
    rows = world.sandbox.get("/sandbox/outbox", comparable="true")["outbox"]
    return Counter(json.dumps(row, sort_keys=True) for row in rows if row["kind"] != "webhook")


def timeless(rows: Left) -> Left:
    return Counter(json.dumps({**json.loads(row), "at": None}, sort_keys=True) for row in rows.elements())


def draw_arguments(data: st.DataObject, tool: str, world: LaterWorld) -> dict[str, Any]:
    """Those of a prepared case, or any that fit."""
    cases = CASES.get(tool, [])
    number = data.draw(st.integers(0, 2 * len(cases)))
    if number < len(cases):
        return cases[number](world)
    drawn: dict[str, Any] = data.draw(fitting(ENTRIES[tool], world.sandbox))
    return drawn


def draw_run(data: st.DataObject, world: LaterWorld) -> list[tuple[str, dict[str, Any], int]]:
    """Up to four calls, each with the days that pass after it."""
    entries = data.draw(st.lists(st.sampled_from(DRAWN), min_size=1, max_size=4))
    days = st.sampled_from([0, 0, 1, 3])
    return [(entry.tool, draw_arguments(data, entry.tool, world), data.draw(days)) for entry in entries]


def run(calls: list[tuple[str, dict[str, Any], int]], call: Answer, world: LaterWorld) -> list[tuple[str, Any, str]]:
    """Makes the calls and lets the rest of the days pass; gives those that went through, with their answers."""
    done = []
    for tool, arguments, days in calls:
        result = call("reply_run_write", {"tool": tool, "arguments": arguments})
        if not result.is_error and 'confirm="' not in text_of(result):
            done.append((tool, arguments, text_of(result)))
        world.sandbox.app.state.kernel.advance(days * DAY)
    world.sandbox.app.state.kernel.advance((DAYS - sum(days for _, _, days in calls)) * DAY)
    return done


def test_calls_in_a_row_let_nothing_leave_that_nobody_agreed_to(world: LaterWorld, controls: tuple[Left, Left]) -> None:
    control, longer = controls
    figures: Counter[str] = Counter()

    with talking(world.sandbox, "") as call:

        @settings(
            max_examples=RUNS * TIMES, phases=[Phase.generate], suppress_health_check=list(HealthCheck), deadline=None
        )
        @given(st.data())
        def nothing_leaves(data: st.DataObject) -> None:
            calls = draw_run(data, world)
            with changes_undone(world.sandbox.app.state.kernel):
                done = run(calls, call, world)
                left = what_left(world)
            figures["calls that went through"] += len(done)
            tools = {tool for tool, _, _ in done}
            if tools & set(STANDING):
                left = Counter({row: n for row, n in left.items() if json.loads(row)["kind"] != "credits"})
            new = timeless(left) - longer if tools & LESS else left - control
            assert not new, (done, list(new)[:3])
            assert tools & LESS or tools & set(STANDING) or not control - left, (done, list(control - left)[:3])

        nothing_leaves()
    assert figures["calls that went through"] >= RUNS / 2, figures
