"""Every tool of effect `write`: the call, its undo, and the sandbox is as it was.

Each exception has its reason in `undo_rounds`. `UNDO_LONG=1` tries every tool with faults and with another's change in
between; the suite tries some.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from reply_mcp.client.recording import NAMED
from tests.conftest import Sandbox
from tests.e2e.effect_cases import World
from tests.e2e.undo_rounds import CANNOT, INEXACT, UNTRIED, WRITES, Round, round_of, settings_of

NIGHT = datetime(2026, 3, 4, 3, tzinfo=UTC)
TRIED = [tool for tool in WRITES if tool not in UNTRIED]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    from reply_mcp.sandbox import running

    options: dict[str, Any] = {"rate_limits": "none", "stats_rate_limits": "none", "speed": 0, "start": NIGHT}
    with running(seed=5, **options) as one:
        made = World(Sandbox(one))
        made.folder = str(tmp_path_factory.mktemp("files"))  # type: ignore[attr-defined]
        yield made


def test_every_exception_is_a_write() -> None:
    assert (CANNOT.keys() | INEXACT.keys() | UNTRIED.keys()) <= set(WRITES)


@pytest.mark.parametrize("tool", TRIED)
async def test_it_is_undone(tool: str, world: World) -> None:
    found = await round_of(tool, world, settings_of(world))
    if tool in CANNOT:
        assert "cannot be" in found.undone, found
        return
    check_undone(tool, found)


def check_undone(tool: str, found: Round) -> None:
    assert found.undone.startswith("Undone, change 1"), found
    assert {kind: left for kind, left in found.left.items() if kind not in INEXACT.get(tool, ())} == {}, found


def test_an_answer_names_it_in_six_tokens() -> None:
    import bpe_openai  # type: ignore[import-untyped]

    assert len(bpe_openai.get_encoding("o200k_base").encode(f"\n{NAMED}")) <= 6


@pytest.mark.skipif(not os.environ.get("UNDO_LONG"), reason="a minute: make undo")
async def test_at_most_a_third_costs_one_request_more(world: World) -> None:
    more = {}
    for tool in WRITES:
        off = await round_of(tool, world, settings_of(world, undo=0.0))
        on = await round_of(tool, world, settings_of(world))
        if on.requests != off.requests:
            more[tool] = on.requests - off.requests
    assert set(more.values()) <= {1}, more
    assert len(more) * 3 <= len(WRITES), sorted(more)
