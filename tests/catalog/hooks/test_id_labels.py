"""Ids in answers get the names of what they are of, and answers stay whole where these cannot be read."""

from __future__ import annotations

from typing import Any

import pytest

from reply_mcp.catalog.areas.contacts.operations import area as contacts
from reply_mcp.catalog.areas.sequences.operations import area
from tests.catalog.fake_call import FakeCall, operation_of, refusal

TEAM = [[{"userId": 70411, "userName": "Maria Silva"}, {"userId": 70402, "userEmail": "jonas@ourco.com"}]]


def call(id: str, arguments: dict[str, Any], **answers: Any) -> FakeCall:
    return FakeCall(operation_of(area, id), arguments, **answers)


async def test_owners_are_named_by_one_request() -> None:
    rows = [{"id": 1, "ownerUserId": 70411}, {"id": 2, "ownerUserId": 70402}, {"id": 3, "ownerUserId": 9}, {"id": 4}]
    one = call("GetSequences", {}, send={"items": rows, "hasMore": False}, WhoamiTeamUsers=TEAM)
    items = (await one.run())["items"]
    assert [item.get("owner") for item in items] == [
        {"id": 70411, "name": "Maria Silva"},
        {"id": 70402, "name": "jonas@ourco.com"},
        {"id": 9, "name": 9},
        None,
    ]
    assert [operation for operation, _ in one.asked] == ["WhoamiTeamUsers"]


async def test_nothing_is_read_for_rows_without_ids() -> None:
    one = call("GetSequences", {}, send={"items": [{"id": 1}], "hasMore": False})
    await one.run()
    assert one.asked == []


async def test_an_unreadable_team_leaves_the_ids() -> None:
    answer = {"items": [{"id": 1, "ownerUserId": 70411}], "hasMore": False}
    one = call("GetSequences", {}, send=answer, WhoamiTeamUsers=refusal(403, "TEAM_REQUIRED"))
    assert (await one.run())["items"][0]["owner"] == {"id": 70411, "name": 70411}


async def test_mailboxes_of_a_healthy_sequence_are_not_looked_at() -> None:
    sequence = {"id": 77, "health": "Healthy", "emailAccounts": [{"id": 5, "email": "a@b.co"}]}
    one = call("GetSequenceById", {"id": 77}, send=sequence)
    await one.run()
    assert one.asked == []


async def test_in_bad_health_a_disconnected_mailbox_shows() -> None:
    sequence = {"id": 77, "health": "Blocked", "emailAccounts": [{"id": 5, "email": "a@b.co"}]}
    accounts = {"items": [{"id": 5, "connectionStatus": "disconnected"}], "hasMore": False}
    one = call("GetSequenceById", {"id": 77}, send=sequence, ListEmailAccounts=accounts)
    assert (await one.run())["emailAccounts"][0]["connectionStatus"] == "disconnected"


@pytest.mark.parametrize(
    ("fields", "asked"),
    [(("name", "status"), []), (("Owner",), ["WhoamiTeamUsers"]), (("ownerId", "name"), ["WhoamiTeamUsers"])],
)
async def test_names_are_read_where_the_caller_asked_for_them(fields: tuple[str, ...], asked: list[str]) -> None:
    answer = {"items": [{"id": 1, "ownerUserId": 70411}], "hasMore": False}
    one = call("GetSequences", {}, send=answer, WhoamiTeamUsers=TEAM)
    one.fields = fields
    await one.run()
    assert [operation for operation, _ in one.asked] == asked


@pytest.mark.parametrize(
    ("fields", "asked"),
    [(None, []), (("email",), []), (("email", "Seats"), ["GetCustomFields"]), (("customFields",), ["GetCustomFields"])],
)
async def test_titles_of_custom_fields_are_read_where_a_list_shows_them(
    fields: tuple[str, ...] | None, asked: list[str]
) -> None:
    row = {"id": 1, "email": "ann@acme.com", "customFields": [{"key": "7", "value": "40"}]}
    one = FakeCall(
        operation_of(contacts, "FilterContacts"),
        {"searchTerm": "ann"},
        send={"items": [row], "hasMore": False},
        GetCustomFields=[[{"id": 7, "title": "Seats"}]],
    )
    one.fields = fields
    await one.run()
    assert [operation for operation, _ in one.asked] == asked
