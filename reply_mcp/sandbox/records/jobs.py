"""Background jobs: work whose progress follows the virtual clock."""

from __future__ import annotations

import json
import random
import uuid
from datetime import datetime, timedelta
from typing import Any

from reply_mcp.sandbox.clock import Clock, instant, iso
from reply_mcp.sandbox.http.handler import (
    Call,
    Problem,
    Reply,
    operation,
    page,
)
from reply_mcp.sandbox.store import Doc, Store

PREFIX = "r2/bg-jobs/"


def create_job(
    store: Store,
    clock: Clock,
    user_id: int,
    category: str,
    seconds: float,
    *,
    data: Any = None,
    result: Any = None,
    outcome: str = "Done",
    wait: float = 0.0,
    began: datetime | None = None,
    chance: random.Random | None = None,
) -> Doc:
    """Start a job that works for `seconds` after waiting `wait` seconds, then ends as `outcome` with `result`.

    `category` is without its prefix (`email-validation`). `chance` makes the id repeatable.
    """
    number = uuid.UUID(int=chance.getrandbits(128), version=4) if chance else uuid.uuid4()
    doc = {
        "jobId": str(number),
        "category": PREFIX + category,
        "_userId": user_id,
        "_began": iso(began or clock.now()),
        "_wait": wait,
        "_seconds": seconds,
        "_outcome": outcome,
        "_cancelled": None,
        "_data": data,
        "_result": result,
    }
    return store.put("job", doc)


def accepted(job: Doc) -> Reply:
    """The 202 that names where to look for the job."""
    return Reply(202, None, {"Location": f"/v3/background-jobs/{job['jobId']}"})


def job_state(job: Doc, now: datetime, *, whole: bool = False) -> Doc:
    """The job as Reply shows it at `now`; `whole` adds the raw input and result."""
    began = instant(job["_began"]) + timedelta(seconds=job["_wait"])
    ends = began + timedelta(seconds=job["_seconds"])
    share = (now - began).total_seconds() / job["_seconds"] if job["_seconds"] else 1.0
    status, finished, progress = "Processing", None, round(min(max(share, 0.0), 1.0), 2)
    if job["_cancelled"]:
        status, finished = "Cancelled", job["_cancelled"]
        stopped = (instant(finished) - began).total_seconds() / (job["_seconds"] or 1.0)
        progress = round(min(max(stopped, 0.0), 1.0), 2)
    elif now < began:
        status, progress = "Scheduled", None
    elif now >= ends:
        status, finished = job["_outcome"], iso(ends)
        progress = 1.0 if status == "Done" else None
    shown = {
        "jobId": job["jobId"],
        "status": status,
        "category": job["category"],
        "startedAt": job["_began"],
        "finishedAt": finished,
        "progress": progress,
    }
    if whole:
        shown["jsonData"] = _raw(job["_data"])
        shown["jsonDataResult"] = _raw(job["_result"]) if status in ("Done", "Failed") else None
    return shown


def _raw(value: Any) -> str | None:
    return None if value is None else json.dumps(value)


def _job(call: Call) -> Doc:
    try:
        number = uuid.UUID(str(call.path["job_id"]))
    except ValueError:
        number = uuid.UUID(int=0)
    if number.int == 0:
        raise Problem(400, "backgroundJob.invalidJobId", "The job id must be a non-empty GUID.")
    for job in call.store.all("job", jobId=str(number)):
        if job["_userId"] == call.key.user_id:
            return job
    raise Problem(404, "backgroundJob.notFound", "The background job was not found.")


@operation("GetBackgroundJobs")
def get_background_jobs(call: Call) -> Doc:
    """The caller's own jobs, newest first."""
    wanted = PREFIX + call.query.get("category", "")
    now = call.clock.now()
    jobs = [job for job in call.store.all("job", _userId=call.key.user_id) if job["category"].startswith(wanted)]
    jobs.sort(key=lambda job: job["_began"], reverse=True)
    return page(call, [job_state(job, now) for job in jobs], 100, 200, "backgroundJob.invalidPagination")


@operation("GetBackgroundJobById", text_ids=True)
def get_background_job_by_id(call: Call) -> Doc:
    """One job with its raw input and result."""
    return job_state(_job(call), call.clock.now(), whole=True)


@operation("CancelBackgroundJob", text_ids=True)
def cancel_background_job(call: Call) -> Reply:
    """Stop a running job; one that has ended stays as it is."""
    job = _job(call)
    if job_state(job, call.clock.now())["status"] in ("Scheduled", "Processing"):
        reason = call.body.get("reason") if isinstance(call.body, dict) else None
        call.store.put("job", {**job, "_cancelled": call.clock.iso(), "_reason": reason})
    return Reply(204)
