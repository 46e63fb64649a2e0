"""Bulk calls of any length against the sandbox, which refuses more than v3 takes."""

from __future__ import annotations

import pytest

from reply_mcp import catalog
from reply_mcp.catalog.operation import Operation
from reply_mcp.catalog.schema import full_schema
from tests.conftest import Sandbox
from tests.e2e.agent import address, agent_of, asked

SPLIT = [one for name in catalog.AREAS for one in catalog.area(name).operations if one.split]


def some_contacts(sandbox: Sandbox, count: int) -> list[int]:
    items = [{"firstName": "Ann", "email": address()} for _ in range(count)]
    rows = sandbox.http.post("/v3/contacts/import", json={"items": items}).json()["items"]
    return [row["id"] for row in rows]


@pytest.mark.parametrize("operation", SPLIT, ids=lambda one: one.id)
def test_every_split_names_an_argument_that_takes_more_than_v3(operation: Operation) -> None:
    assert operation.split is not None
    name, limit = operation.split
    schema = full_schema(operation.arguments)["properties"][name]
    assert schema["maxItems"] > limit


def test_what_v3_limits_is_split() -> None:
    assert {one.id for one in SPLIT} >= {
        "SetContactsReplied",
        "SetSequenceContactsReplied",
        "BatchAssignTasks",
        "BulkPauseSequences",
        "BulkDeleteSequenceSteps",
        "BulkDeleteLinkedInAccounts",
        "BulkCreateContactAccounts",
        "ImportContacts",
    }


async def test_people_in_hundreds(sandbox: Sandbox) -> None:
    ids = some_contacts(sandbox, 240)
    over = sandbox.http.post("/v3/contacts/set-replied", json={"contactIds": ids, "isReplied": True})
    assert over.status_code == 400  # why the call is split at all
    async with agent_of(sandbox) as agent:
        mark = sandbox.seen()
        said = await agent("reply_mark_contacts_as_replied", contactIds=[*ids, 999_999_999], isReplied=True)
        assert asked(sandbox, mark) == ["POST /v3/contacts/set-replied"] * 3
    assert "240 of 241 contacts" in said
    assert "999999999" in said


@pytest.mark.parametrize(
    ("fault", "word"),
    [
        ({"kind": "status", "status": 500, "when": "before"}, "unknown"),
        ({"kind": "truncate", "when": "after"}, "unknown"),
        ({"kind": "status", "status": 403, "when": "before"}, "refused"),
    ],
)
async def test_a_part_that_fails_leaves_the_others_as_they_are(
    sandbox: Sandbox, fault: dict[str, object], word: str
) -> None:
    ids = some_contacts(sandbox, 240)
    place = "POST /v3/contacts/set-replied"
    sandbox.fault(kind="latency", seconds=0, match=place)  # the first part goes through
    sandbox.fault(match=place, **fault)
    async with agent_of(sandbox) as agent:
        mark = sandbox.seen()
        said = await agent("reply_mark_contacts_as_replied", contactIds=ids, isReplied=True)
        assert asked(sandbox, mark) == [place] * 2
    assert "100 of 240 contacts" in said
    assert "sent: items 1 to 100; " in said
    assert word in said.line("Stopped early")
    assert ": items 101 to 200; not tried: items 201 to 240." in said
    assert "40 not tried" in said


async def test_companies_are_created_in_hundreds_in_their_order(sandbox: Sandbox) -> None:
    items = [{"name": f"Parted {number}"} for number in range(130)]
    async with agent_of(sandbox) as agent:
        mark = sandbox.seen()
        said = await agent("reply_bulk_create_companies", items=items)
        assert asked(sandbox, mark) == ["POST /v3/contact-accounts/bulk"] * 2
    assert "All 130 companies created." in said
    assert "Parted 0 (" in said
    assert "Parted 129 (" in said


async def test_many_addresses_are_refused_with_what_to_do_instead(sandbox: Sandbox) -> None:
    people = [address() for _ in range(51)]
    async with agent_of(sandbox) as agent:
        mark = sandbox.seen()
        said = await agent("reply_mark_contacts_as_replied", contactIds=people, isReplied=True)
        assert asked(sandbox, mark) == []
    assert said.is_error
    assert "51 contacts are given by name or address" in said
    assert "reply_filter_contacts" in said


async def test_some_addresses_stand_for_their_contacts(sandbox: Sandbox) -> None:
    ids = some_contacts(sandbox, 3)
    people = [sandbox.get(f"/v3/contacts/{id}")["email"] for id in ids]
    async with agent_of(sandbox) as agent:
        said = await agent("reply_set_contacts_opted_out", contactIds=[*people, ids[0]], isOptedOut=True)
    assert "All 3 contacts" in said
    assert all(sandbox.get(f"/v3/contacts/{id}/statuses")["isOptedOut"] for id in ids)
