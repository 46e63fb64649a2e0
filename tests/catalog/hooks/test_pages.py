"""Lists that others change between two pages: each row once, none missed, or it is said that some may be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from reply_mcp.catalog.areas.contacts.operations import area
from reply_mcp.catalog.hooks.pages import Pages
from tests.catalog.fake_call import FakeCall, operation_of

Change = Callable[[list[int]], None]


class List:
    """A list of Reply's, which others change before the page with this number."""

    def __init__(self, rows: int, change: Change, at: int) -> None:
        self.ids = list(range(rows))
        self._change = change
        self._at = at
        self.asked = 0

    def page(self, asked: dict[str, Any]) -> dict[str, Any]:
        self.asked += 1
        if self.asked == self._at:
            self._change(self.ids)
        rows = self.ids[asked["skip"] : asked["skip"] + asked["top"]]
        return {"items": [{"id": id} for id in rows], "hasMore": asked["skip"] + asked["top"] < len(self.ids)}


async def read(held: List, size: int = 10, most: int = 50) -> tuple[list[int], Pages]:
    pages = Pages(
        FakeCall(operation_of(area, "GetContacts"), {}, GetContacts=held.page), "GetContacts", "it", size=size
    )
    for _ in range(most):
        await pages.read()
        if not pages.more:
            break
    return [row["id"] for row in pages.rows], pages


def insert(count: int) -> Change:
    return lambda ids: ids.__setitem__(slice(0, 0), range(-count, 0))


def delete(begin: int, end: int) -> Change:
    return lambda ids: ids.__delitem__(slice(begin, end))


@pytest.mark.parametrize("rows", [0, 1, 9, 10, 11, 20, 21, 45])
async def test_a_list_that_nobody_changes_costs_a_request_for_each_page(rows: int) -> None:
    held = List(rows, insert(0), 0)
    found, pages = await read(held)
    assert found == list(range(rows))
    assert pages.complete
    assert held.asked == max(1, -(-rows // 10))


@pytest.mark.parametrize("at", [2, 3, 4])
@pytest.mark.parametrize("count", [1, 3, 9])
async def test_rows_that_come_in_between_show_no_other_twice(at: int, count: int) -> None:
    held = List(45, insert(count), at)
    found, pages = await read(held)
    assert [id for id in found if id >= 0] == list(range(45))
    assert pages.complete
    assert held.asked <= 6


@pytest.mark.parametrize("at", [2, 3, 4, 5])
@pytest.mark.parametrize(("begin", "end"), [(0, 1), (3, 5), (0, 9), (9, 10), (5, 10), (8, 12)])
async def test_rows_that_go_in_between_hide_no_other(at: int, begin: int, end: int) -> None:
    held = List(45, delete(begin, end), at)
    found, pages = await read(held)
    assert set(held.ids) <= set(found)
    assert len(found) == len(set(found))
    assert pages.complete
    assert held.asked <= 6, "one request more"


async def test_where_more_is_gone_than_a_page_has_it_is_not_all() -> None:
    held = List(100, delete(0, 30), 6)
    found, pages = await read(held)
    assert len(found) == len(set(found))
    assert not pages.more
    assert not pages.complete
    assert "may be missing" in pages.moved


async def test_a_list_that_repeats_itself_ends_and_is_not_all() -> None:
    call = FakeCall(
        operation_of(area, "GetContacts"), {}, GetContacts={"items": [{"id": 1}, {"id": 2}], "hasMore": True}
    )
    pages = Pages(call, "GetContacts", "it", size=10)
    while pages.more:
        await pages.read()
    assert [row["id"] for row in pages.rows] == [1, 2]
    assert not pages.complete
    assert len(call.asked) == 2


async def test_the_pages_of_a_call_are_read_once_and_what_moved_anew() -> None:
    held = List(45, delete(0, 3), 3)
    call = FakeCall(operation_of(area, "GetContacts"), {}, GetContacts=held.page)
    for asked in (6, 7):
        pages = Pages(call, "GetContacts", "it", size=10, once=True)
        while pages.more:
            await pages.read()
        assert pages.complete
        assert set(held.ids) <= {row["id"] for row in pages.rows}
        assert held.asked == asked
