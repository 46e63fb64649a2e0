"""Calls that an answer spells out: an argument without a value is left out, and the rest can be called as it stands."""

from __future__ import annotations

import json
from typing import Any

import pytest

from reply_mcp.catalog.areas.reports import views as reports
from reply_mcp.condense.asked import Asked
from reply_mcp.condense.numbers import UNREAD, draft_numbers
from reply_mcp.condense.values import template

ANSWER = 'reply_send_inbox_reply {{"id": {id}, "contact": "{contactId}", "message": …}}'


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"id": 5, "contactId": 9}, '{"id": 5, "contact": "9", "message": …}'),
        ({"id": 5}, '{"id": 5, "message": …}'),
        ({"contactId": 9}, '{"contact": "9", "message": …}'),
        ({}, '{"message": …}'),
    ],
)
def test_an_argument_without_a_value_is_left_out(values: dict[str, Any], said: str) -> None:
    assert template(ANSWER, values) == f"reply_send_inbox_reply {said}"
    json.loads(said.replace("…", '""'))


def test_the_last_argument_goes_without_a_trace() -> None:
    assert template('reply_x {{"id": {id}, "name": "{name}"}}', {"id": 5}) == 'reply_x {"id": 5}'


@pytest.mark.parametrize(("answer", "words"), [({}, UNREAD), ({"contacted": None}, "No numbers for this period.")])
def test_an_answer_without_numbers_is_not_a_period_without_any(answer: dict[str, Any], words: str) -> None:
    draft = draft_numbers(answer, reports.EMAILS, Asked({}))
    assert draft is not None
    assert draft.head[-1] == words
