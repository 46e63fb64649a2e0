"""Companies: replaced whole by every change, moved out of other lists, and answered with numbers for reasons."""

from __future__ import annotations

from typing import Any

import pytest

from reply_mcp.catalog.areas.companies import area
from reply_mcp.catalog.operation import Effect
from reply_mcp.errors import NotDone, WrongArguments
from tests.catalog.fake_call import FakeCall, operation_of, refusal

ACME = {"id": 12, "name": "Acme", "ownerUserId": 9, "companySize": "fifty", "city": "Oslo", "linkedProspectsCount": 14}


def call(id: str, arguments: dict[str, Any], **answers: Any) -> FakeCall:
    return FakeCall(operation_of(area, id), arguments, **answers)


async def test_what_a_change_leaves_out_is_sent_again_in_the_words_that_are_taken() -> None:
    one = call(
        "UpdateContactAccount", {"id": 12, "industry": "Toys", "city": None, "name": None}, GetContactAccountById=ACME
    )
    await one.run()
    body = one.sent[0].body
    assert body == {"name": "Acme", "ownerUserId": 9, "companySize": "11-50", "industry": "Toys", "city": None}


async def test_a_change_of_nothing_sends_nothing() -> None:
    one = call("UpdateContactAccount", {"id": 12, "name": None})
    with pytest.raises(NotDone, match="give what is to change"):
        await one.run()
    assert (one.sent, one.asked) == ([], [])


async def test_a_value_that_no_document_knows_goes_back_as_it_was() -> None:
    held = {**ACME, "companySize": "about forty"}
    one = call("UpdateContactAccount", {"id": 12, "city": "Bergen"}, GetContactAccountById=held)
    await one.run()
    assert one.sent[0].body == {"name": "Acme", "ownerUserId": 9, "companySize": "about forty", "city": "Bergen"}


async def test_a_company_that_cannot_be_read_is_not_replaced() -> None:
    one = call("UpdateContactAccount", {"id": 12, "city": "Bergen"}, GetContactAccountById=None)
    with pytest.raises(NotDone, match="could not be read"):
        await one.run()
    assert one.sent == []


@pytest.mark.parametrize(("given", "sent"), [("11-50", "11-50"), ("Fifty", "11-50"), ("selfemployed", "SelfEmployed")])
def test_sizes_are_sent_in_the_words_of_companies(given: str, sent: str) -> None:
    one = call("CreateContactAccount", {"name": "Acme", "companySize": given})
    assert one.operation.request(one.arguments).body["companySize"] == sent


def test_an_unknown_size_is_refused_here() -> None:
    with pytest.raises(WrongArguments, match="not one of"):
        call("CreateContactAccount", {"name": "Acme", "companySize": "huge"})


async def test_bulk_results_name_the_companies_and_say_why_not() -> None:
    results = [{"id": 5, "error": None}, {"id": None, "error": 3, "errorDetails": "bad domain"}]
    one = call("BulkCreateContactAccounts", {"items": [{"name": "A"}, {"name": "B"}, {"name": "C"}]}, send=[results])
    answer = await one.run()
    assert set(answer) == {"B", "C"}
    assert answer["B"] == {"error": "invalidInput", "errorDetails": "bad domain"}
    assert "reported no outcome" in answer["C"]["error"]
    assert "A (5)" in one.noted
    assert "2 results for 3 items: which result belongs to which item is not certain" in one.noted


async def test_results_beyond_those_asked_for_name_no_further_company() -> None:
    one = call("BulkCreateContactAccounts", {"items": [{"name": "A"}]}, send=[[{"id": 5}, {"id": 6}]])
    assert await one.run() == {}
    assert "A (5)" in one.noted
    assert "(6)" not in one.noted
    assert "not certain" in one.noted


async def test_bulk_deletion_says_numbers_in_words_and_sends_each_id_once() -> None:
    one = call("BulkDeleteContactAccounts", {"ids": [1, 2, 1]}, send={"2": {"error": 1}})
    assert await one.run() == {"2": {"error": "notFound"}}
    assert one.sent[0].body == {"ids": [1, 2]}


async def test_an_owner_from_outside_is_told_from_other_bad_input() -> None:
    team = [{"userId": 7, "userName": "Maria"}]
    one = call("UpdateContactAccountOwner", {"id": 12, "userId": 8}, WhoamiTeamUsers=[team])
    meaning = await one.explained(refusal(400, "contactAccount.invalidInput"))
    assert meaning is not None
    assert "user 8 is not in this team" in meaning
    assert "Maria (7)" in meaning
    inside = call("UpdateContactAccountOwner", {"id": 12, "userId": 7}, WhoamiTeamUsers=[team])
    assert await inside.explained(refusal(400, "contactAccount.invalidInput")) is None


async def test_a_taken_name_is_answered_with_the_list_that_has_it() -> None:
    lists = {"items": [{"id": 3, "name": "Key customers"}, {"id": 4, "name": "KEY"}], "hasMore": False}
    one = call("CreateContactAccountList", {"name": "Key"}, GetContactAccountLists=lists)
    meaning = await one.explained(refusal(409, "contactAccountList.duplicateName"))
    assert meaning is not None
    assert "company list 4" in meaning


async def test_previews_name_what_is_lost() -> None:
    move = call(
        "MoveAccountsToContactAccountList",
        {"id": 3, "accountIds": [12, 13, 14, 15]},
        GetContactAccountListById={"id": 3, "name": "Key"},
        GetContactAccountById=[ACME, refusal(404, "contactAccount.notFound"), {"name": "Globex"}],
    )
    preview = move.operation.preview
    assert callable(preview)
    said = await preview(move)
    assert move.operation.effect is Effect.DELETE
    assert '3 companies ("Acme" (12, 14 contacts), "Globex" (14) and 1 more)' in said
    assert said.endswith("Not found: 13.")
    assert '"Key" (3)' in said
    assert "every other list" in said


def test_a_direction_goes_out_with_a_field_and_alone() -> None:
    alone = call("FilterContactAccounts", {"sortDirection": "asc"})
    assert alone.operation.request(alone.arguments).body["sortDirection"] == "asc"
    one = call("GetContactAccounts", {"sort_by": "name", "sort_direction": "asc"})
    assert one.operation.request(one.arguments).query == {"sort_by": "name", "sort_direction": "asc"}


@pytest.mark.parametrize(
    ("operation", "argument"), [("GetContactAccounts", "sort_by"), ("FilterContactAccounts", "sortBy")]
)
def test_a_field_to_sort_by_that_reply_would_ignore_is_refused(operation: str, argument: str) -> None:
    with pytest.raises(WrongArguments, match=rf'{argument}: "contacts" is not one of id, name, .*lastActivityDate'):
        call(operation, {argument: "contacts"})
    with pytest.raises(WrongArguments, match=r'"lastActivty" \(did you mean lastActivityDate\?\)'):
        call(operation, {argument: "lastActivty"})
    assert call(operation, {argument: "last activity"}).arguments.sort_by == "lastActivityDate"
