"""Waiting for background jobs: how often it is looked at, how it ends, and what it leaves."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from reply_mcp.client.jobs import Waiting
from reply_mcp.errors import Unreachable


def accepted(id: str, **more: Any) -> dict[str, Any]:
    return {"location": f"v3/background-jobs/{id}", "jobId": id, **more}


def job(status: str, progress: float | None = None, result: Any = None) -> dict[str, Any]:
    text = None if result is None else json.dumps(result)
    return {"status": status, "progress": progress, "jsonDataResult": text}


class Time:
    """Time that passes only by sleeping, and jobs that are looked at in it."""

    def __init__(self, **ends: tuple[float, dict[str, Any]]) -> None:
        self.now = 0.0
        self.ends = ends
        self.looks: list[tuple[str, float]] = []
        self.heard: list[tuple[float | None, str]] = []
        self.room: list[tuple[str, int, int]] = [("minute", 100, 100)]

    async def sleep(self, seconds: float) -> None:
        self.now += seconds

    async def look(self, id: str) -> Any:
        self.looks.append((id, self.now))
        at, end = self.ends[id]
        return end if self.now >= at else job("Processing", round(self.now / at, 2))

    async def left(self) -> list[tuple[str, int, int]]:
        return self.room

    async def hears(self, share: float | None, what: str) -> None:
        self.heard.append((share, what))

    def waiting(self, patience: float = 30.0) -> Waiting:
        return Waiting(self.look, self.left, patience, self.hears, lambda: self.now, self.sleep)


async def test_looks_grow_rarer_and_progress_is_told() -> None:
    time = Time(a=(20.0, job("Done", 1.0, {"items": [{"id": 1}]})))
    (answer,) = await time.waiting().settled([accepted("a")], take_result=True)
    assert time.looks == [("a", at) for at in (1, 3, 7, 15, 30)]
    assert answer == {"items": [{"id": 1}]}
    assert time.heard[2] == (0.35, "waiting for background job a, 35% done")
    assert [share for share, _ in time.heard] == sorted(share for share, _ in time.heard if share is not None)


async def test_a_job_that_outlasts_patience_comes_back_as_it_was_last_seen() -> None:
    time = Time(a=(1000.0, job("Done")))
    waiting = time.waiting()
    (answer,) = await waiting.settled([accepted("a", scheduledCount=3)], take_result=True)
    assert time.now == 30.0
    assert answer == {**accepted("a", scheduledCount=3), "backgroundJob": job("Processing", 0.03)}
    assert waiting.running == {"a"}


async def test_looks_are_rarer_still_when_little_is_left() -> None:
    time = Time(a=(25.0, job("Done", result={"x": 1})))
    time.room = [("minute", 90, 100), ("hour", 200, 3000)]
    (answer,) = await time.waiting().settled([accepted("a")], take_result=True)
    assert time.looks == [("a", at) for at in (15, 30)]
    assert answer["backgroundJob"]["status"] == "Done"  # a result of another form does not stand for the answer


async def test_the_jobs_of_a_split_call_cost_a_look_each_and_a_few_for_the_first() -> None:
    result = job("Done", 1.0, {"items": [{"id": 1}]})
    time = Time(a=(3.0, result), b=(3.0, result), c=(6.0, result))
    waiting = time.waiting()
    answers = await waiting.settled([accepted("a"), {}, accepted("b"), accepted("c")], take_result=True)
    assert [id for id, _ in time.looks] == ["a", "a", "b", "c", "c", "c"]
    assert answers == [{"items": [{"id": 1}]}, {}, *[{"items": [{"id": 1}]}] * 2]
    assert not waiting.running
    assert time.heard[-1][1].endswith("of 3 jobs")


async def test_those_behind_a_job_that_outlasts_patience_are_left_unseen() -> None:
    time = Time(a=(1.0, job("Done")), b=(1000.0, job("Done")), c=(1.0, job("Done")))
    waiting = time.waiting(10.0)
    answers = await waiting.settled([accepted(id) for id in "abc"], take_result=True)
    assert [(one["backgroundJob"] or {}).get("status") for one in answers] == ["Done", "Processing", None]
    assert waiting.running == {"b", "c"}


@pytest.mark.parametrize("status", ["Failed", "Cancelled", "Expired", "Unknown"])
async def test_any_end_is_an_end(status: str) -> None:
    time = Time(a=(0.0, job(status, None, {"items": [{"id": 1}]})))
    (answer,) = await time.waiting().settled([accepted("a")], take_result=True)
    assert answer["backgroundJob"]["status"] == status
    assert len(time.looks) == 1


async def test_a_job_that_cannot_be_looked_at_is_handed_back() -> None:
    time = Time()

    async def no_look(id: str) -> Any:
        raise Unreachable("down")

    waiting = Waiting(no_look, time.left, 30.0, sleep=time.sleep)
    assert await waiting.settled([accepted("a")], take_result=True) == [accepted("a") | {"backgroundJob": None}]


async def test_a_cancelled_wait_knows_what_runs_on() -> None:
    time = Time(a=(0.0, job("Done")), b=(1000.0, job("Done")))

    async def look(id: str) -> Any:
        if id == "b":
            raise asyncio.CancelledError
        return await time.look(id)

    waiting = Waiting(look, time.left, 30.0, sleep=time.sleep)
    with pytest.raises(asyncio.CancelledError):
        await waiting.settled([accepted("a"), accepted("b")], take_result=True)
    assert waiting.running == {"b"}
