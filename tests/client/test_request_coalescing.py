"""Identical reads under way share a request, and nobody's end is anybody else's."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import anyio.abc
import pytest
from anyio import wait_all_tasks_blocked

from reply_mcp.client.background_tasks import BackgroundTasks
from reply_mcp.client.request_coalescing import OnWait, RequestCoalescer
from reply_mcp.errors import Unreachable

ANSWER = {"items": [{"id": 1}]}


class Reply:
    """Answers when let; counts how often it was asked and how often a request was cancelled."""

    def __init__(self, answer: Any = ANSWER) -> None:
        self.asked = self.cancelled = 0
        self.let = anyio.Event()
        self.answer = answer
        self.notify: OnWait | None = None

    async def fetch(self, on_wait: OnWait) -> Any:
        self.asked += 1
        self.notify = on_wait
        try:
            await self.let.wait()
        except anyio.get_cancelled_exc_class():
            self.cancelled += 1
            raise
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


class Readers:
    """Callers that read at the same time; `answers` has what came to each, by its number."""

    def __init__(self, tasks: anyio.abc.TaskGroup, reply: Reply) -> None:
        self.coalescer = RequestCoalescer(BackgroundTasks())
        self.reply = reply
        self.answers: dict[int, Any] = {}
        self._tasks = tasks
        self._scopes: list[anyio.CancelScope] = []

    def start(self, key: str = "a", on_wait: OnWait | None = None, since: float = 0.0) -> int:
        number, scope = len(self._scopes), anyio.CancelScope()
        self._scopes.append(scope)

        async def read() -> None:
            with scope:
                try:
                    self.answers[number] = await self.coalescer.share(key, self.reply.fetch, on_wait, since)
                except Unreachable as error:
                    self.answers[number] = error

        self._tasks.start_soon(read)
        return number

    def cancel(self, number: int) -> None:
        self._scopes[number].cancel()


@asynccontextmanager
async def readers(reply: Reply) -> AsyncIterator[Readers]:
    """Ends when all readers have; nobody waits for ever."""
    with anyio.fail_after(60):
        async with anyio.create_task_group() as tasks:
            yield Readers(tasks, reply)


async def test_the_same_read_is_one_request_and_another_is_not() -> None:
    reply = Reply()
    async with readers(reply) as reading:
        for _ in range(5):
            reading.start()
        reading.start("b")
        await wait_all_tasks_blocked()
        assert reply.asked == 2
        assert reading.coalescer.is_under_way("a")
        assert not reading.coalescer.is_under_way("c")
        reply.let.set()
    assert reading.answers == dict.fromkeys(range(6), ANSWER)
    assert not reading.coalescer.is_under_way("a")
    await reading.coalescer.share("a", reply.fetch)
    assert reply.asked == 3  # what has ended is not under way


async def test_a_read_that_began_before_a_moment_is_not_joined_by_who_needs_a_later_one() -> None:
    reply = Reply()
    async with readers(reply) as reading:
        reading.start()
        await wait_all_tasks_blocked()
        turn = time.monotonic()
        reading.start(since=turn)
        reading.start(since=turn)
        await wait_all_tasks_blocked()
        assert reply.asked == 2
        reply.let.set()
    assert reading.answers == dict.fromkeys(range(3), ANSWER)


async def test_what_one_caller_makes_of_the_answer_is_not_seen_by_another() -> None:
    reply = Reply()
    async with readers(reply) as reading:
        one, other = reading.start(), reading.start()
        await wait_all_tasks_blocked()
        reply.let.set()
    reading.answers[one]["items"][0]["id"] = "changed"
    reading.answers[one]["items"].clear()
    assert reading.answers[other] == {"items": [{"id": 1}]}


@pytest.mark.parametrize("leaving", [0, 1])
async def test_whoever_is_cancelled_the_others_have_their_answer(leaving: int) -> None:
    reply = Reply()
    async with readers(reply) as reading:
        for _ in range(3):
            reading.start()
        await wait_all_tasks_blocked()
        reading.cancel(leaving)
        await wait_all_tasks_blocked()
        reading.start()
        await wait_all_tasks_blocked()
        reply.let.set()
    assert reading.answers == {number: ANSWER for number in range(4) if number != leaving}
    assert (reply.asked, reply.cancelled) == (1, 0)


async def test_when_nobody_waits_the_request_is_cancelled_and_the_next_read_is_a_new_one() -> None:
    reply = Reply()
    async with readers(reply) as reading:
        first = [reading.start(), reading.start()]
        await wait_all_tasks_blocked()
        for one in first:
            reading.cancel(one)
        late = reading.start()  # before the end of the first has been noticed
        await wait_all_tasks_blocked()
        assert (reply.asked, reply.cancelled) == (2, 1)
        reply.let.set()
    assert reading.answers == {late: ANSWER}


async def test_an_error_is_everybodys() -> None:
    reply = Reply(Unreachable("down"))
    async with readers(reply) as reading:
        for _ in range(3):
            reading.start()
        await wait_all_tasks_blocked()
        reply.let.set()
    assert [str(reading.answers[number]) for number in range(3)] == ["down"] * 3
    assert reply.asked == 1


async def test_a_read_after_a_write_does_not_join_one_from_before_it() -> None:
    reply = Reply()
    async with readers(reply) as reading:
        reading.start()
        await wait_all_tasks_blocked()
        reading.coalescer.detach()
        assert not reading.coalescer.is_under_way("a")
        reading.start()
        reading.start()
        await wait_all_tasks_blocked()
        assert reply.asked == 2
        reply.let.set()
    assert len(reading.answers) == 3


async def test_everyone_is_notified_of_a_wait_and_a_listener_that_fails_is_no_trouble() -> None:
    reply = Reply()
    notified: list[str] = []

    async def listens(seconds: float, why: str) -> None:
        notified.append(f"{seconds} {why}")

    async def fails(seconds: float, why: str) -> None:
        raise RuntimeError("gone")

    async with readers(reply) as reading:
        for listener in (fails, listens, listens):
            reading.start(on_wait=listener)
        await wait_all_tasks_blocked()
        assert reply.notify is not None
        await reply.notify(3.0, "full")
        assert notified == ["3.0 full"] * 2
        reply.let.set()
    assert len(reading.answers) == 3
