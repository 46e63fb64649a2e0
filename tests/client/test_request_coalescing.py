"""Identical reads under way share a request, and nobody's end is anybody else's."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from reply_mcp.client.request_coalescing import OnWait, RequestCoalescer
from reply_mcp.errors import Unreachable


class Reply:
    """Answers when let; counts how often it was asked and how often given up on."""

    def __init__(self, answer: Any = None) -> None:
        self.asked = self.given_up = 0
        self.let = asyncio.Event()
        self.answer = {"items": [{"id": 1}]} if answer is None else answer
        self.tell: OnWait | None = None

    async def fetch(self, on_wait: OnWait) -> Any:
        self.asked += 1
        self.tell = on_wait
        try:
            await self.let.wait()
        except asyncio.CancelledError:
            self.given_up += 1
            raise
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


async def begun(*tasks: asyncio.Task[Any]) -> None:
    for _ in range(4):
        await asyncio.sleep(0)


def reading(
    flights: RequestCoalescer, reply: Reply, key: str = "a", on_wait: OnWait | None = None
) -> asyncio.Task[Any]:
    return asyncio.create_task(flights.share(key, reply.fetch, on_wait))


async def test_the_same_read_is_one_request_and_another_is_not() -> None:
    flights, reply = RequestCoalescer(), Reply()
    same = [reading(flights, reply) for _ in range(5)]
    other = reading(flights, reply, "b")
    await begun()
    assert reply.asked == 2
    reply.let.set()
    answers = [await one for one in same]
    assert [ours for _, ours in answers] == [True, False, False, False, False]
    assert (await other)[1]
    await flights.share("a", reply.fetch)
    assert reply.asked == 3  # what has ended is not under way


async def test_what_one_caller_makes_of_the_answer_is_not_seen_by_another() -> None:
    flights, reply = RequestCoalescer(), Reply()
    one, other = reading(flights, reply), reading(flights, reply)
    reply.let.set()
    first = (await one)[0]
    first["items"][0]["id"] = "changed"
    first["items"].clear()
    assert (await other)[0] == {"items": [{"id": 1}]}


@pytest.mark.parametrize("leaving", [0, 1])
async def test_whoever_is_cancelled_the_others_have_their_answer(leaving: int) -> None:
    flights, reply = RequestCoalescer(), Reply()
    tasks = [reading(flights, reply) for _ in range(3)]
    await begun()
    tasks.pop(leaving).cancel()
    await begun()
    late = reading(flights, reply)
    await begun()
    reply.let.set()
    assert [(await one)[0] for one in (*tasks, late)] == [{"items": [{"id": 1}]}] * 3
    assert (reply.asked, reply.given_up) == (1, 0)


async def test_when_nobody_waits_the_request_is_given_up_and_the_next_read_is_a_new_one() -> None:
    flights, reply = RequestCoalescer(), Reply()
    tasks = [reading(flights, reply) for _ in range(2)]
    await begun()
    for one in tasks:
        one.cancel()
    late = reading(flights, reply)  # before the end of the first has been noticed
    await begun()
    assert (reply.asked, reply.given_up) == (2, 1)
    reply.let.set()
    assert (await late)[1]


async def test_an_error_is_everybodys() -> None:
    flights, reply = RequestCoalescer(), Reply(Unreachable("down"))
    tasks = [reading(flights, reply) for _ in range(3)]
    reply.let.set()
    assert [str(one) for one in await asyncio.gather(*tasks, return_exceptions=True)] == ["down"] * 3
    assert reply.asked == 1


async def test_a_read_after_a_write_does_not_join_one_from_before_it() -> None:
    flights, reply = RequestCoalescer(), Reply()
    before = reading(flights, reply)
    await begun()
    flights.part()
    after = [reading(flights, reply) for _ in range(2)]
    await begun()
    assert reply.asked == 2
    reply.let.set()
    assert [ours for _, ours in [await before, *[await one for one in after]]] == [True, True, False]


async def test_everyone_hears_of_a_wait_and_a_deaf_one_is_no_trouble() -> None:
    flights, reply = RequestCoalescer(), Reply()
    heard: list[str] = []

    async def hears(seconds: float, why: str) -> None:
        heard.append(f"{seconds} {why}")

    async def deaf(seconds: float, why: str) -> None:
        raise RuntimeError("gone")

    tasks = [reading(flights, reply, on_wait=one) for one in (deaf, hears, hears)]
    await begun()
    assert reply.tell is not None
    await reply.tell(3.0, "full")
    assert heard == ["3.0 full"] * 2
    reply.let.set()
    await asyncio.gather(*tasks)
