"""Waiting for background jobs: whatever answers 202 is waited for inside the call, as long as patience lasts.

Where Reply says how far a job is, the next poll comes when it should have ended; elsewhere the polls grow rarer: after
1, 2, 4, 8, then 15 s, which is five requests in half a minute. With little of the budget left they are 15 s apart from
the first. The jobs of a call that was sent in parts are polled one after the other, since
Reply works on them in order: each costs one poll, and those that it waits for a few more.
"""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import anyio

from reply_mcp.catalog.background_jobs import (
    OUTCOME,
    RUNNING,
    background_job,
    is_bulk_answer,
    result_of,
    share_of,
    state_of,
)
from reply_mcp.errors import ReplyError

SPACING = (1.0, 2.0, 4.0, 8.0, 15.0)
"""Seconds before the first poll, the second, …; the last one stays."""
MARGIN = 1.1
"""How much later than its progress tells a job is read: it began a little before it was accepted."""
SCARCE = 0.2
"""The share of a rate limit's window below which polls are as rare as they get."""

ReadJob = Callable[[str], Awaitable[Any]]
"""Reads a job by its id."""
Left = Callable[[], Awaitable[list[tuple[str, int, int]]]]
"""What of the budget is left, as `catalog.operation.Call.left` has it."""
OnProgress = Callable[[float | None, str], Awaitable[None]]
"""Called with how much of a call is done (0 to 1, None where that is not known), and what it is at."""


class JobWaiter:
    """The wait of one call for its jobs: `patience` seconds for all of them together.

    Attributes:
        running: the jobs that were not seen to end; what a call that is cancelled leaves behind.
    """

    def __init__(self, read: ReadJob, left: Left, patience: float, on_progress: OnProgress | None = None) -> None:
        self.running: set[str] = set()
        self._read = read
        self._left = left
        self._patience = patience
        self._on_progress = on_progress

    async def results(self, answers: Sequence[Any], *, take_result: bool) -> list[Any]:
        """The answers of a call's parts, in order, each that started a job replaced by what came of the job.

        `take_result`: whether a job's result may stand for the answer, where it has its form. Never raises but for
        cancellation: a job that cannot be read is handed back as it was accepted.
        """
        jobs = [background_job(answer) for answer in answers]
        named = list(dict.fromkeys(job for job in jobs if job))
        self.running = set(named)
        until = anyio.current_time() + self._patience
        seen: dict[str, Any] = {}
        for number, job in enumerate(named):
            seen[job] = await self._end_of(job, number, len(named), until)
            if state_of(seen[job]) in RUNNING:
                break
            self.running.discard(job)
        return [
            _outcome(answer, seen.get(job), take_result) if job else answer
            for answer, job in zip(answers, jobs, strict=True)
        ]

    async def _end_of(self, job: str, done: int, jobs: int, until: float) -> Any:
        """The job once it has ended, or as it was when patience did; None where it could not be read."""
        seen: Any = None
        polls = 0
        looked, share = anyio.current_time(), None
        # Behind a job that was waited for, the next one has mostly ended as well.
        pause = 0.0 if done else await self._pause(0)
        while True:
            remaining = until - anyio.current_time()
            if remaining <= 0 and (seen is not None or not done):
                return seen
            await anyio.sleep(min(pause, max(remaining, 0.0)))
            try:
                seen = await self._read(job)
            except ReplyError:
                return seen
            if state_of(seen) not in RUNNING:
                return seen
            polls += 1
            before, since = share or 0.0, looked
            looked, share = anyio.current_time(), share_of(seen)
            await self._notify(None if share is None else (done + share) / jobs, job, jobs, share)
            pause = await self._pause(polls, seconds_left(before, share, looked - since))

    async def _pause(self, polls: int, left: float | None = None) -> float:
        """Seconds until the next poll, where the job has so many to go as far as its progress tells."""
        spacing = SPACING[min(polls, len(SPACING) - 1)]
        if any(room < SCARCE * limit for _, room, limit in await self._left()):
            return SPACING[-1]
        return spacing if left is None else min(max(left, spacing / 2), SPACING[-1])

    async def _notify(self, whole: float | None, job: str, jobs: int, share: float | None) -> None:
        if self._on_progress is None:
            return
        at = "" if share is None else f", {share:.0%} done"
        one_of = f", of {jobs} jobs" if jobs > 1 else ""
        with contextlib.suppress(Exception):
            await self._on_progress(whole, f"waiting for background job {job}{at}{one_of}")


def seconds_left(before: float, share: float | None, seconds: float) -> float | None:
    """How long a job takes that came from one share of its work to another in so many seconds; None where it did not
    move, or does not say."""
    moved = (share or 0.0) - before
    return None if share is None or moved <= 0 else MARGIN * (1.0 - share) / moved * seconds


def _outcome(answer: Any, job: Any, take_result: bool) -> Any:
    result = result_of(job)
    if take_result and state_of(job) == "done" and is_bulk_answer(result):
        return result
    return {**answer, OUTCOME: job if isinstance(job, dict) else None}
