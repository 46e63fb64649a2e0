"""What a question shows changes before the answer, for a few of the questions. All of them are `make chaos`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from reply_mcp.client.call_context import CallContext
from tests.chaos.changed_facts import ASKING, Desk, prepared, try_all
from tests.conftest import part_of

SOME = 8
"""How many tools are tried."""


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with prepared() as one:
        yield one


def test_consent_holds_for_each_fact_that_was_shown(desk: Desk) -> None:
    # One with many facts beside them.
    report = try_all(desk, ["reply_send_inbox_reply", *part_of(sorted(ASKING), SOME)])
    assert report.facts >= 3, report.table()
    assert report.outcomes["asked again"] >= 3, report.table()
    assert report.outlived == [], report.table()


def test_a_question_from_what_was_read_before_is_found_out(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CallContext, "read_anew", lambda call: None)
    report = try_all(desk, ["reply_delete_linkedin_accounts"])
    assert any("another question, and the same consent" in one for one in report.outlived), report.table()
