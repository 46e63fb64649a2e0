"""Repeated writes, some hundred of them. Ten thousand are `make chaos`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from reply_mcp.server.repeats import Repeats
from tests.chaos.retries import repeat_writes
from tests.chaos.stage import Stage, staged


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with staged() as one:
        yield one


async def test_nothing_is_done_twice_that_nobody_agreed_to(stage: Stage) -> None:
    report = await repeat_writes(stage, 300, seed=3)
    assert report.retries >= 300
    assert report.at_once > 50, report.table()
    assert report.agreed > 3, report.table()
    assert report.done_again > 0, report.table()
    assert {"done", "unknown", "not done"} <= set(report.first), report.table()
    assert report.wrong == [], report.table()


async def test_a_server_that_forgets_what_it_did_is_found_out(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    async def forget(*given: Any) -> None:
        return None

    monkeypatch.setattr(Repeats, "find", forget)
    monkeypatch.setattr(Repeats, "begin", forget)
    report = await repeat_writes(stage, 40, seed=3)
    assert any("with 0 consents" in one for one in report.wrong), report.table()
