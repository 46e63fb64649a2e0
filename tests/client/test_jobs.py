"""Waiting for background jobs: how often they are read, how they end, and what they leave."""

from __future__ import annotations

import json
from typing import Any

import anyio
import pytest

from reply_mcp.client.jobs import JobWaiter
from reply_mcp.errors import Unreachable
from tests.client.simulated_time import in_simulated_time, now


def accepted(id: str, **more: Any) -> dict[str, Any]:
    return {"location": f"v3/background-jobs/{id}", "jobId": id, **more}


def job(status: str, progress: float | None = None, result: Any = None) -> dict[str, Any]:
    text = None if result is None else json.dumps(result)
    return {"status": status, "progress": progress, "jsonDataResult": text}


class Jobs:
    """Jobs that end at their time, in seconds; what was read of them and told about them."""

    def __init__(self, **ends: tuple[float, dict[str, Any]]) -> None:
        self.ends = ends
        self.reads: list[tuple[str, int]] = []
        self.progress: list[tuple[float | None, str]] = []
        self.room: list[tuple[str, int, int]] = [("minute", 100, 100)]
        self.tells = True

    async def read(self, id: str) -> Any:
        self.reads.append((id, round(now())))
        at, end = self.ends[id]
        return end if now() >= at else job("Processing", round(now() / at, 2) if self.tells else None)

    async def left(self) -> list[tuple[str, int, int]]:
        return self.room

    async def on_progress(self, share: float | None, what: str) -> None:
        self.progress.append((share, what))

    def waiter(self, patience: float = 30.0) -> JobWaiter:
        return JobWaiter(self.read, self.left, patience, self.on_progress)


@in_simulated_time
async def test_a_job_is_read_when_its_progress_says_that_it_ends_and_progress_is_reported() -> None:
    jobs = Jobs(a=(20.0, job("Done", 1.0, {"items": [{"id": 1}]})))
    (answer,) = await jobs.waiter().results([accepted("a")], take_result=True)
    assert jobs.reads == [("a", at) for at in (1, 16, 20)]
    assert answer == {"items": [{"id": 1}]}
    assert jobs.progress[1] == (0.8, "waiting for background job a, 80% done")
    assert [share for share, _ in jobs.progress] == sorted(share for share, _ in jobs.progress if share is not None)


@in_simulated_time
async def test_polls_grow_rarer_where_a_job_does_not_say_how_far_it_is() -> None:
    jobs = Jobs(a=(20.0, job("Done")))
    jobs.tells = False
    await jobs.waiter().results([accepted("a")], take_result=True)
    assert jobs.reads == [("a", at) for at in (1, 3, 7, 15, 30)]


@in_simulated_time
async def test_a_job_that_slows_down_is_not_read_ever_more_often() -> None:
    jobs = Jobs()

    async def read(id: str) -> Any:
        jobs.reads.append((id, round(now())))
        return job("Processing", 1 - 0.5 ** len(jobs.reads))

    await JobWaiter(read, jobs.left, 30.0).results([accepted("a")], take_result=True)
    assert len(jobs.reads) <= 7


@in_simulated_time
async def test_a_job_that_outlasts_patience_comes_back_as_it_was_last_seen() -> None:
    jobs = Jobs(a=(1000.0, job("Done")))
    waiter = jobs.waiter()
    (answer,) = await waiter.results([accepted("a", scheduledCount=3)], take_result=True)
    assert now() == pytest.approx(30.0)
    assert answer == {**accepted("a", scheduledCount=3), "backgroundJob": job("Processing", 0.03)}
    assert waiter.running == {"a"}


@in_simulated_time
async def test_polls_are_rarer_still_when_little_is_left() -> None:
    jobs = Jobs(a=(25.0, job("Done", result={"x": 1})))
    jobs.room = [("minute", 90, 100), ("hour", 200, 3000)]
    (answer,) = await jobs.waiter().results([accepted("a")], take_result=True)
    assert jobs.reads == [("a", at) for at in (15, 30)]
    assert answer["backgroundJob"]["status"] == "Done"  # a result of another form does not stand for the answer


@in_simulated_time
async def test_the_jobs_of_a_split_call_cost_a_poll_each_and_a_few_for_the_first() -> None:
    result = job("Done", 1.0, {"items": [{"id": 1}]})
    jobs = Jobs(a=(3.0, result), b=(3.0, result), c=(6.0, result))
    waiter = jobs.waiter()
    answers = await waiter.results([accepted("a"), {}, accepted("b"), accepted("c")], take_result=True)
    assert [id for id, _ in jobs.reads] == ["a", "a", "b", "c", "c", "c"]
    assert answers == [{"items": [{"id": 1}]}, {}, *[{"items": [{"id": 1}]}] * 2]
    assert not waiter.running
    assert jobs.progress[-1][1].endswith("of 3 jobs")


@in_simulated_time
async def test_those_behind_a_job_that_outlasts_patience_are_not_read() -> None:
    jobs = Jobs(a=(1.0, job("Done")), b=(1000.0, job("Done")), c=(1.0, job("Done")))
    waiter = jobs.waiter(10.0)
    answers = await waiter.results([accepted(id) for id in "abc"], take_result=True)
    assert [(one["backgroundJob"] or {}).get("status") for one in answers] == ["Done", "Processing", None]
    assert waiter.running == {"b", "c"}


@pytest.mark.parametrize("status", ["Failed", "Cancelled", "Expired", "Unknown"])
@in_simulated_time
async def test_any_end_is_an_end(status: str) -> None:
    jobs = Jobs(a=(0.0, job(status, None, {"items": [{"id": 1}]})))
    (answer,) = await jobs.waiter().results([accepted("a")], take_result=True)
    assert answer["backgroundJob"]["status"] == status
    assert len(jobs.reads) == 1


@in_simulated_time
async def test_a_job_that_cannot_be_read_is_handed_back() -> None:
    jobs = Jobs()

    async def unreadable(id: str) -> Any:
        raise Unreachable("down")

    waiter = JobWaiter(unreadable, jobs.left, 30.0)
    assert await waiter.results([accepted("a")], take_result=True) == [accepted("a") | {"backgroundJob": None}]


@in_simulated_time
async def test_a_cancelled_wait_knows_what_runs_on() -> None:
    jobs = Jobs(a=(0.0, job("Done")), b=(1000.0, job("Done")))

    async def read(id: str) -> Any:
        if id == "b":
            raise anyio.get_cancelled_exc_class()
        return await jobs.read(id)

    waiter = JobWaiter(read, jobs.left, 30.0)
    with pytest.raises(anyio.get_cancelled_exc_class()):
        await waiter.results([accepted("a"), accepted("b")], take_result=True)
    assert waiter.running == {"b"}
