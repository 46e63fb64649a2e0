"""Reading mailboxes and LinkedIn accounts."""

from __future__ import annotations

import pytest

from reply_mcp.catalog.areas.channels.operations import area
from reply_mcp.catalog.operation import Effect
from reply_mcp.errors import WrongArguments
from tests.catalog.fake_call import FakeCall, operation_of


def test_lists_and_filters_read_and_may_be_sent_twice() -> None:
    reading = [one for one in area.operations if one.id.startswith(("List", "Filter", "Get"))]
    assert {operation.effect for operation in reading} == {Effect.READ}
    one = FakeCall(operation_of(area, "FilterEmailAccounts"), {"status": "disconnected", "top": 5})
    request = one.operation.request(one.arguments)
    assert request.safe
    assert request.body == {"status": "disconnected"}
    assert request.query == {"top": 5}


def test_filters_that_reply_would_ignore_are_refused_here() -> None:
    with pytest.raises(WrongArguments, match="did you mean domains"):
        FakeCall(operation_of(area, "FilterEmailAccounts"), {"domain": "acme.com"})


def test_what_is_not_released_is_known_by_name() -> None:
    assert {soon.id for soon in area.coming} == {"GetEmailAccountStats", "FilterEmailAccountStats"}
