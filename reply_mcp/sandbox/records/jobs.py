"""Background jobs: work whose progress follows the virtual clock."""

from __future__ import annotations

import json
import random
import uuid
from datetime import datetime, timedelta
from typing import Any

from reply_mcp.sandbox.clock import instant, iso
from reply_mcp.sandbox.http.handler import HandlerCall, HandlerResponse
from reply_mcp.sandbox.records.seeded_random import new_uuid
from reply_mcp.sandbox.store import Doc, Store

PREFIX = "r2/bg-jobs/"


def create_job(
    store: Store,
    user_id: int,
    category: str,
    began: datetime,
    seconds: float,
    *,
    data: Any = None,
    result: Any = None,
    rng: random.Random | None = None,
) -> Doc:
    """Keep a user's job that works for `seconds` and is then done, with `result`.

    `category` is without its prefix (`email-validation`). `rng` makes the id repeatable.
    """
    number = str(uuid.UUID(int=rng.getrandbits(128), version=4)) if rng else new_uuid(store)
    doc = {
        "jobId": number,
        "category": PREFIX + category,
        "_userId": user_id,
        "_began": iso(began),
        "_wait": 0.0,
        "_seconds": seconds,
        "_outcome": "Done",
        "_cancelled": None,
        "_data": data,
        "_result": result,
    }
    return store.put("job", doc)


def start_job(call: HandlerCall, category: str, seconds: float, *, data: Any, result: Any) -> Doc:
    """Start a job of the request's user."""
    return create_job(call.store, call.key.user_id, category, call.clock.now(), seconds, data=data, result=result)


def location_of(job: Doc) -> str:
    """Where to look for the job."""
    return f"/v3/background-jobs/{job['jobId']}"


def accepted_reply(job: Doc) -> HandlerResponse:
    """The 202 that names the job and where to look for it."""
    return HandlerResponse(202, {"jobId": job["jobId"]}, {"Location": location_of(job)})


def job_view(job: Doc, now: datetime, *, whole: bool = False) -> Doc:
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
        shown["jsonData"] = _raw_json(job["_data"])
        shown["jsonDataResult"] = _raw_json(job["_result"]) if status in ("Done", "Failed") else None
    return shown


def _raw_json(value: Any) -> str | None:
    return None if value is None else json.dumps(value)
