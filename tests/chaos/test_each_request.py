"""Each request failing, in small: a part of the tools. All of it is `make chaos`."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest

from reply_mcp.client import http
from reply_mcp.errors import ApiError, OutcomeUnknown
from tests.chaos.each_request import prepared, try_all
from tests.chaos.stage import Stage
from tests.conftest import part_of
from tests.e2e.writing_calls import WRITING

SOME = 40
"""How many tools are tried."""


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with prepared() as one:
        yield one


def test_a_request_that_fails_is_told_as_it_is(stage: Stage) -> None:
    report = try_all(stage, part_of(sorted(WRITING), SOME), random.Random(SOME))
    assert report.hit >= SOME - 2, report.table()
    assert len(report.claims) > 1, report.table()
    assert report.wrong == [], report.table()


def test_a_server_that_denies_what_it_lost_is_found_out(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def deny(*given: Any) -> Any:
        try:
            return classify(*given)
        except OutcomeUnknown:
            raise ApiError(500, "500. Nothing was changed.") from None

    classify = http.classify
    monkeypatch.setattr("reply_mcp.client.http.classify", deny)
    report = try_all(stage, ["reply_add_contact_note"])
    assert any("said not to be done" in one for one in report.wrong), report.table()


def test_a_server_that_writes_again_is_found_out(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def retry(*given: Any) -> Any:
        try:
            return classify(*given)
        except OutcomeUnknown:
            return http.Retry(ApiError(500, "500."), 0.0)

    classify = http.classify
    monkeypatch.setattr("reply_mcp.client.http.classify", retry)
    report = try_all(stage, ["reply_add_contact_note"])
    assert any("done twice" in one for one in report.wrong), report.table()
