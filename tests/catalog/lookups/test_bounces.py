"""Whose emails ever bounced: one request for any number of people, and nothing taken for read that was not."""

from __future__ import annotations

from typing import Any

import pytest

from reply_mcp.catalog.areas.inbox import area
from reply_mcp.catalog.lookups.bounces import read_bounces
from reply_mcp.catalog.lookups.contactable import describe_history
from reply_mcp.errors import Unreadable
from tests.catalog.fake_call import FakeCall, operation_of, refusal


def call(**answers: Any) -> FakeCall:
    given = {"id": 501, "subject": "Seats", "body": "<p>How many?</p>"}
    return FakeCall(operation_of(area, "SendDirectEmail"), given, **{"FilterInboxThreads": {"items": []}, **answers})


def row(id: int, **more: Any) -> dict[str, Any]:
    return {"contactId": id, "isBounced": True, **more}


async def test_of_those_asked_about_those_whose_emails_bounced() -> None:
    one = call(GetEmailsList={"items": [row(1), row(2, isBounced=False), row(3), row(1)]})
    assert await read_bounces(one, [1, 2]) == ({"1"}, True)
    assert len(one.asked) == 1


async def test_a_second_page_is_read_and_no_third() -> None:
    def page(asked: dict[str, Any]) -> Any:
        return {"items": [row(asked["skip"] + number) for number in range(asked["top"])], "hasMore": True}

    one = call(GetEmailsList=page)
    assert await read_bounces(one, [1, 1998, 1999]) == ({"1", "1998"}, False)
    assert [asked["skip"] for asked in one.asked_for("GetEmailsList")] == [0, 999]


async def test_what_is_no_list_is_no_answer() -> None:
    with pytest.raises(Unreadable):
        await read_bounces(call(GetEmailsList={"status": "ok"}), [1])


@pytest.mark.parametrize("answer", [{"items": [row(9)], "hasMore": True}, refusal(403, "reporting.forbidden"), None])
async def test_what_the_report_does_not_say_is_named(answer: Any) -> None:
    one = call(GetEmailsList=answer)
    lines, facts = await describe_history(one, [{"contactId": 1}])
    assert (lines, facts) == ([], [])
    assert one.notes == ["Not checked: whose emails bounced in other sequences, as far as the report does not say."]


async def test_who_ever_answered_is_named_from_the_inbox() -> None:
    thread = {"id": 9, "contact": {"id": 1}, "lastActivityDate": "2020-01-01T00:00:00Z"}
    one = call(GetEmailsList={"items": []}, FilterInboxThreads={"items": [thread]})
    lines, _ = await describe_history(one, [{"contactId": 1, "firstName": "Ann"}, {"contactId": 2}])
    assert lines == ["Replied before: Ann."]
