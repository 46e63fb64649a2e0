from __future__ import annotations

import anyio
import pytest

from reply_mcp.catalog.request_caps import RequestCap, take_request
from reply_mcp.errors import NotDone, RequestCapReached


def test_one_request_more_than_the_cap_is_refused() -> None:
    with RequestCap(2) as cap:
        take_request()
        assert cap.left == 1
        take_request()
        assert cap.left == 0
        with pytest.raises(RequestCapReached, match="Stopped after 2 requests"):
            take_request()
        assert cap.used == 2
    take_request()  # none is in force any more


def test_a_loop_that_never_ends_by_itself_ends_as_not_done() -> None:
    with pytest.raises(NotDone), RequestCap(10) as cap:
        _ask_for_ever()
    assert cap.used == 10


def test_the_tighter_of_two_caps_counts_and_both_count() -> None:
    with RequestCap(3) as outer:
        take_request()
        with RequestCap(10) as inner:
            assert inner.left == 2
            take_request()
            take_request()
            with pytest.raises(RequestCapReached, match="3 requests"):
                take_request()
        assert (outer.used, inner.used) == (3, 2)
        with RequestCap(0), pytest.raises(RequestCapReached):
            take_request()
        assert outer.left == 0


def test_a_cap_ends_with_its_block_however_that_ends() -> None:
    with pytest.raises(KeyError), RequestCap(0):
        raise KeyError
    take_request()


async def test_tasks_under_a_cap_share_it_and_a_task_beside_it_does_not() -> None:
    beside = anyio.Event()
    done = anyio.Event()

    async def other() -> None:
        with RequestCap(1) as own:
            await beside.wait()
            take_request()
            assert own.left == 0
        done.set()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(other)
        await anyio.lowlevel.checkpoint()
        with RequestCap(5) as cap:
            async with anyio.create_task_group() as under:
                for _ in range(3):
                    under.start_soon(_asks)
            assert cap.left == 2
            beside.set()
            await done.wait()
            assert cap.left == 2


async def _asks() -> None:
    take_request()


def _ask_for_ever() -> None:
    while True:
        take_request()
