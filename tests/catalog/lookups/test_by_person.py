"""Threads and tasks by the name of their person."""

from __future__ import annotations

from typing import Any

import pytest

from reply_mcp.catalog import operation
from reply_mcp.catalog.lookups.by_person import describe_task, describe_thread, find_open_tasks, find_threads
from reply_mcp.errors import NotDone
from tests.catalog.fake_call import FakeCall


def row(id: int, name: str, **more: Any) -> dict[str, Any]:
    address = f"{name.split()[0].lower()}@acme.com"
    return {"id": id, "contact": {"id": id + 100, "fullName": name, "email": address}, **more}


ROWS = [row(1, "Maria Kim"), row(2, "María Bauer"), row(3, "Tom Maria-Lopez"), row(4, "Kenji Sato")]


def asking(kind: str, rows: list[dict[str, Any]], *, more: bool = False, **answers: Any) -> FakeCall:
    listing = {"find_threads": "FilterInboxThreads", "find_open_tasks": "FilterTasks"}[kind]
    pages = [{"items": rows, "hasMore": more}, *answers.pop("then", [])]
    return FakeCall(operation(listing), {}, **{listing: pages, **answers})


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("maria kim", [1]),
        ("Maria Bauer", [2]),
        ("kenji", [4]),
        ("Sato", [4]),
        ("KENJI@acme.com", [4]),
        ("Maria", [1, 2]),
        ("Ken", []),
    ],
)
@pytest.mark.parametrize("find", [find_threads, find_open_tasks])
async def test_a_whole_name_goes_before_a_part_of_one_and_a_part_is_a_word(
    find: Any, text: str, ids: list[int]
) -> None:
    call = asking(find.__name__, ROWS, GetContacts={"items": []}, FilterContacts={"items": []})
    found, _ = await find(call, text)
    assert [one["id"] for one in found] == ids


async def test_of_several_tasks_for_a_person_the_kind_tells_one() -> None:
    rows = [row(1, "Kenji Sato", taskType="call"), row(2, "Kenji Sato", taskType="manualEmail"), row(3, "Call Em")]
    for text, ids in (("Kenji", [1, 2]), ("Kenji call", [1]), ("email Kenji Sato", [2]), ("call", [3])):
        assert [one["id"] for one in (await find_open_tasks(asking("find_open_tasks", rows), text))[0]] == ids


async def test_where_the_search_of_the_inbox_finds_nobody_their_contact_is_looked_for() -> None:
    theirs = row(7, "Ann Lee")
    call = asking(
        "find_threads",
        [],
        then=[{"items": [theirs], "hasMore": False}],
        FilterContacts={"items": [{"id": 107, "firstName": "Ann", "lastName": "Lee"}], "hasMore": False},
    )
    assert await find_threads(call, "Ann Lee") == ([theirs], [])
    assert call.asked_for("FilterInboxThreads")[-1] == {"contactIds": [107], "top": 200}


@pytest.mark.parametrize("find", [find_threads, find_open_tasks])
async def test_one_of_too_many_is_not_guessed(find: Any) -> None:
    call = asking(find.__name__, ROWS, more=True, FilterContacts={"items": [], "hasMore": False})
    with pytest.raises(NotDone, match=r"which one is meant is not known\. Give the person's full name"):
        await find(call, "Kenji")


async def test_of_many_open_tasks_those_of_the_contact_are_asked_for() -> None:
    contact = {"id": 104, "firstName": "Kenji", "lastName": "Sato"}
    call = asking(
        "find_open_tasks",
        ROWS,
        more=True,
        then=[{"items": [ROWS[3]], "hasMore": False}],
        FilterContacts={"items": [contact], "hasMore": False},
    )
    assert await find_open_tasks(call, "Kenji Sato") == ([ROWS[3]], [])
    assert call.asked_for("FilterTasks")[-1] == {"status": "new", "contactId": 104, "top": 200}


def test_candidates_have_what_tells_them_apart() -> None:
    thread = row(1, "Dana Fox", channel="linkedIn", sequence={"name": "Q4"}, isRead=False)
    assert describe_thread(thread | {"lastActivityDate": "2026-03-02T10:00:00Z"}) == (
        "1 Dana Fox <dana@acme.com>, LinkedIn, Q4, unread, last active 2026-03-02"
    )
    task = row(8, "Kenji Sato", taskType="manualEmail", dueTo="2026-03-04T10:00:00Z")
    assert describe_task(task) == "8 Kenji Sato <kenji@acme.com>, manual email, due 2026-03-04"
