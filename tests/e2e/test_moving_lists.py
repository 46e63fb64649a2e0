"""Others work while a list is read page after page: nobody is shown, counted or enrolled twice, nobody is missed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from reply_mcp.catalog.lookups import audience
from reply_mcp.client.sending import Sender
from reply_mcp.settings import parse_policy
from tests.conftest import Sandbox
from tests.e2e.agent import address, agent_of, made

GO: dict[str, Any] = {"max_tokens": 20_000}


def imported(sandbox: Sandbox, count: int) -> list[int]:
    items = [{"firstName": "Ann", "email": address()} for _ in range(count)]
    answer = sandbox.http.post("/v3/contacts/import", json={"items": items})
    assert answer.status_code == 200, answer.text
    return [row["id"] for row in answer.json()["items"]]


@contextmanager
def before_page(operation: str, number: int, change: Callable[[], object]) -> Iterator[list[int]]:
    """Has somebody change the account right before the server asks for this page; counts the pages."""
    send, pages = Sender.send, [0]

    async def change_and_send(self: Sender, asked: Any, arguments: Any, *rest: Any, **more: Any) -> Any:
        if asked.id == operation:
            pages[0] += 1
            if pages[0] == number:
                change()
        return await send(self, asked, arguments, *rest, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Sender, "send", change_and_send)
        yield pages


def deleted(sandbox: Sandbox, id: int) -> None:
    assert sandbox.http.delete(f"/v3/contacts/{id}").status_code < 300


def shown(text: str) -> list[int]:
    return [int(one) for one in re.findall(r"(?m)^(\d+)\b", text)]


def everyone(sandbox: Sandbox) -> list[int]:
    # A page of a thousand takes seconds, as Reply's does.
    return [row["id"] for skip in (0, 900) for row in sandbox.get("/v3/contacts", top=900, skip=skip)["items"]]


@pytest.mark.parametrize("page", [2, 3])
@pytest.mark.parametrize("goes", [True, False])
async def test_a_list_that_is_shown_whole(sandbox: Sandbox, page: int, goes: bool) -> None:
    before = everyone(sandbox)

    def change() -> None:
        if goes:
            deleted(sandbox, before[0])
        else:
            made(sandbox)

    async with agent_of(sandbox, **GO) as agent:
        with before_page("GetContacts", page, change):
            said = await agent("reply_search_contacts", all=True, top=60, fields=["id"])
    ids = shown(said.text)
    assert len(ids) == len(set(ids))
    assert set(before[goes:]) <= set(ids)
    assert "may be missing" not in said


async def test_a_list_that_loses_more_than_a_page(sandbox: Sandbox) -> None:
    before = everyone(sandbox)
    async with agent_of(sandbox, **GO) as agent:
        with before_page("GetContacts", 4, lambda: [deleted(sandbox, id) for id in before[:25]]):
            said = await agent("reply_search_contacts", all=True, top=10, fields=["id"])
    ids = shown(said.text)
    assert len(ids) == len(set(ids))
    assert "may be missing here: read it again" in said


async def test_everybody_on_a_list_is_enrolled(sandbox: Sandbox) -> None:
    """Who is deleted meanwhile hides nobody else."""
    ids = imported(sandbox, 250)
    made_list = sandbox.http.post("/v3/contact-lists", json={"name": "Moving"}).json()["id"]
    sandbox.http.post(f"/v3/contact-lists/{made_list}/add-contacts", json={"contactIds": ids})
    paused = next(one["id"] for one in sandbox.store.all("sequence") if one["status"] == "paused")
    order = [row["id"] for row in listed(sandbox, made_list)]

    def change() -> None:
        for id in order[:3]:
            deleted(sandbox, id)

    async with agent_of(sandbox, **GO) as agent:
        with before_page("FilterContacts", 2, change) as pages:
            said = await agent(
                "reply_run_write", tool="reply_enroll_contacts", arguments={"id": paused, "listId": made_list}
            )
    assert pages[0] == 3
    inside = {row["_contactId"] for row in sandbox.store.all("membership") if row["_sequenceId"] == paused}
    assert set(order[3:]) <= inside, said.text[:300]


def listed(sandbox: Sandbox, id: int) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = sandbox.http.post(
        "/v3/contacts/filter", params={"top": 1000}, json={"listId": id}
    ).json()["items"]
    return rows


@pytest.mark.parametrize("comes", [True, False])
async def test_a_question_counts_everybody_once(sandbox: Sandbox, comes: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audience, "PAGE", 100)  # no plan of the sandbox has room for two pages of five hundred
    sequence = next(one["id"] for one in sandbox.store.all("sequence") if one["status"] == "paused")
    links = f"/v3/sequences/{sequence}/contact-links/bulk"
    assert sandbox.http.post(links, json={"contactIds": imported(sandbox, 130)}).status_code == 200
    people = sandbox.get(f"/v3/sequences/{sequence}/contacts", top=1000)["items"]
    assert 100 < len(people) < 199

    def change() -> None:
        if comes:
            sandbox.http.post(links, json={"contactIds": imported(sandbox, 2)})
        else:
            ids = [one["contactId"] for one in people[:2]]
            gone = sandbox.http.post(f"/v3/sequences/{sequence}/contact-links/bulk-delete", json={"contactIds": ids})
            assert gone.status_code < 300, gone.text

    async with agent_of(sandbox, policy=parse_policy("")) as agent:
        before = await agent("reply_run_write", tool="reply_start_sequence", arguments={"id": sequence})
        with before_page("GetSequenceContacts", 2, change) as pages:
            said = await agent("reply_run_write", tool="reply_start_sequence", arguments={"id": sequence})
    count = re.compile(r"to ((?:more than )?\d+ people)")
    assert pages[0] == (2 if comes else 3)
    assert count.search(said.text)[1] == count.search(before.text)[1], said.text  # type: ignore[index]
