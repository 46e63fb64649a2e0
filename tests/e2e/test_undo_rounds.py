"""Every tool of effect `write`: the call, its undo, and the sandbox is as it was.

Each exception has its reason in `undo_rounds`. `UNDO_LONG=1` tries every tool with faults and with another's change in
between; the suite tries some.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from reply_mcp.client.recording import NAMED
from tests.e2e.effect_cases import World, running_world
from tests.e2e.soundness import TOOLS
from tests.e2e.undo_contests import THEIRS, UNCONTESTED, Contest, Kept, other_value, same_value
from tests.e2e.undo_rounds import (
    CANNOT,
    CHANGES_NOTHING,
    FAR,
    FAR_INEXACT,
    INEXACT,
    UNTRIED,
    WRITES,
    Round,
    arguments_of,
    caller,
    left_behind,
    posted,
    round_of,
    settings_of,
)
from tests.tokens import count_tokens
from tests.undo import changes_undone, recorded

NIGHT = datetime(2026, 3, 4, 3, tzinfo=UTC)
LONG = bool(os.environ.get("UNDO_LONG"))
COMPARED = (
    "reply_update_contact",
    "reply_create_list",
    "reply_assign_tasks",
    "reply_set_default_schedule",
    "reply_attach_playbook_to_sequence",
    "reply_update_sequence_step_variant",
    "reply_update_settings",
)
"""One of each piece that compares what the call left."""
BACK = "Undone, |Nothing to undo|Nothing was (changed|deleted): "
"""What the last of several undos says where all is back: where the answer of the first was lost, there is nothing left
to delete, in the words of the operation that deletes."""
SAME_AGAIN: dict[str, str] = {}
"""Tools of which a second call changes something all the same, with the reason."""
TRIED = [tool for tool in WRITES if tool not in UNTRIED]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with running_world(World, NIGHT) as made:
        made.folder = str(tmp_path_factory.mktemp("files"))  # type: ignore[attr-defined]
        yield made


def test_every_exception_is_a_write() -> None:
    assert (CANNOT.keys() | INEXACT.keys() | UNTRIED.keys()) <= set(WRITES)


async def test_each_is_undone(world: World) -> None:
    wrong = {}
    async with caller(world, settings_of(world)) as call:
        for tool in TRIED:
            found = await round_of(tool, world, call)
            if not is_undone(tool, found):
                wrong[tool] = found
    assert wrong == {}


async def test_each_that_sends_or_deletes_is_undone_as_far_as_it_goes(world: World) -> None:
    assert FAR_INEXACT.keys() <= set(FAR)
    wrong = {}
    async with caller(world, settings_of(world)) as call:
        for tool in FAR:
            found = await round_of(tool, world, call)
            left = found.left.keys() - set(FAR_INEXACT.get(tool, ()))
            says = found.left and "Not quite as before: " not in found.undone
            if left or says or not found.undone.startswith("Undone, change "):
                wrong[tool] = found
    assert wrong == {}


async def test_a_call_that_changes_nothing_leaves_nothing_to_undo(world: World) -> None:
    """What is so already is not taken back: of two calls that do the same, the first alone can be undone."""
    idempotent = {one.tool for one in TOOLS if one.idempotent}
    kept = {}
    async with caller(world, settings_of(world)) as call:
        for tool in (*TRIED, *FAR):
            if tool not in idempotent or tool in SAME_AGAIN:
                continue
            with changes_undone(world.sandbox.app.state.kernel):
                arguments = arguments_of(tool, world)
                await call(tool, arguments)
                before = (await call("reply_list_changes", {})).count(": can be undone")
                text = await call(tool, arguments)
                after = (await call("reply_list_changes", {})).count(": can be undone")
                if after > before:
                    kept[tool] = text
    assert kept == {}


def is_undone(tool: str, found: Round) -> bool:
    if tool in CHANGES_NOTHING:
        return "no change of yours" in found.undone and not found.left
    if tool in CANNOT:
        return "cannot be" in found.undone
    left = found.left.keys() - set(INEXACT.get(tool, ()))
    return found.undone.startswith("Undone, change ") and not left


async def test_an_undo_that_broke_tells_what_is_back_and_what_is_not(world: World) -> None:
    """One request in ten fails. Where the undo says that it is done, it is; else a repeat of it ends it, or finds that
    it was done though its answer was lost."""
    wrong, broken = {}, 0
    tools = TRIED if LONG else TRIED[::5]
    async with caller(world, settings_of(world)) as call:
        for tool in tools:
            if tool in CANNOT or tool in INEXACT or tool in CHANGES_NOTHING:
                continue
            with changes_undone(world.sandbox.app.state.kernel):
                arguments = arguments_of(tool, world)
                with recorded(world.store) as changes:
                    await call(tool, arguments)
                    world.sandbox.fault(kind="status", status=503, rate=0.05, times=None)
                    world.sandbox.fault(kind="reset", when="after", rate=0.05, times=None)
                    texts = [await call("reply_undo", {})]
                    world.sandbox.no_faults()
                    broken += not texts[0].startswith("Undone, ")
                    if not texts[0].startswith("Undone, "):
                        texts.append(await call("reply_undo", {}))
                    left = left_behind(changes())
            if left or not re.match(BACK, texts[-1]):
                wrong[tool] = (texts, left)
    assert wrong == {}


def was_asked_and_undone(found: Contest) -> bool:
    asked = found.stayed and "Changed since: " in found.asked
    return asked and found.undone.startswith("Undone, ") and not found.left


async def test_what_another_set_in_between_is_asked_about_and_what_else_they_set_stays(world: World) -> None:
    """Between a call and its undo somebody else sets the same value, or another one of the same thing."""
    wrong: dict[str, Any] = {}
    posted(world, "ai-sdr/playbooks", {"name": THEIRS, "description": "Brief", "body": "Short", "type": "team"})
    tools = [tool for tool in (*TRIED, *FAR) if tool not in CANNOT and tool not in CHANGES_NOTHING]
    kept = Kept(f"sqlite://{world.folder}/kept.sqlite3", world.sandbox.url)  # type: ignore[attr-defined]
    async with caller(world, settings_of(world, budget_url=kept.url)) as call:
        for tool in tools if LONG else COMPARED:
            compared, same = await same_value(tool, world, call, kept)
            other = await other_value(tool, world, call, kept)
            if other is not None and (not other.stayed or other.left or "Changed since" in other.asked):
                wrong[tool] = other
            if not compared or tool in UNCONTESTED:
                assert same is None, (tool, "is not in the way of a third value any more")
            elif same is None or not was_asked_and_undone(same):
                wrong[tool] = same
    assert wrong == {}


def test_an_answer_names_it_in_six_tokens() -> None:

    assert count_tokens(f"\n{NAMED}") <= 6


@pytest.mark.skipif(not LONG, reason="a minute: make undo")
async def test_at_most_a_third_costs_one_request_more(world: World) -> None:
    more = {}
    async with caller(world, settings_of(world, undo=0.0)) as plain, caller(world, settings_of(world)) as call:
        for tool in WRITES:
            off, on = await round_of(tool, world, plain), await round_of(tool, world, call)
            if on.requests != off.requests and "background job" not in on.text:
                more[tool] = on.requests - off.requests
    assert set(more.values()) <= {1}, more
    assert len(more) * 3 <= len(WRITES), sorted(more)
