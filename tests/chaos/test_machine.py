"""The steps, in small: some hundred with faults, and whether a server that lies is found out. The long run is
`make chaos`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from reply_mcp.client import http
from reply_mcp.errors import ApiError, OutcomeUnknown
from reply_mcp.settings import parse_policy
from tests.chaos.machine import run
from tests.chaos.stage import Figures, Stage, staged


@pytest.fixture(scope="module")
def opened() -> Iterator[Stage]:
    with staged() as one:
        yield one


@pytest.fixture
def stage(opened: Stage) -> Stage:
    opened.figures = Figures()
    return opened


def test_no_answer_contradicts_what_is_held(stage: Stage) -> None:
    figures, seeded = stage.figures, 7
    # How many steps a run has is hypothesis' to draw, by what is imported as well as by the seed.
    while figures.steps < 300:
        run(stage, runs=6, steps=40, seeded=seeded, quick=True)
        seeded += 1
    assert figures.faults.total() > 30, figures.table()
    assert figures.claims["done"] > 50, figures.table()
    assert figures.wrong == []


def test_a_server_that_denies_what_it_lost_is_found_out(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def deny(*given: Any) -> Any:
        try:
            return classify(*given)
        except OutcomeUnknown:
            raise ApiError(500, "500. Nothing was changed.") from None

    classify = http.classify
    monkeypatch.setattr("reply_mcp.client.http.classify", deny)
    for seeded in (7, 8, 9):  # a run may meet no fault after a write was done
        run(stage, runs=6, steps=30, seeded=seeded, quick=True, strict=False)
        if any("said not to be done" in one for one in stage.figures.wrong):
            return
    raise AssertionError(stage.figures.table())


def test_a_server_that_asks_nobody_is_found_out(stage: Stage) -> None:
    run(stage, runs=6, steps=30, seeded=7, quick=True, strict=False, policy=parse_policy("all=allow"))
    assert any("without consent" in one for one in stage.figures.wrong), stage.figures.table()
