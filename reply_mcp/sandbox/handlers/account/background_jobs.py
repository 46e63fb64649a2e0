"""Background jobs: listing, reading and cancelling them."""

from __future__ import annotations

import uuid

from reply_mcp.sandbox.http.handler import HandlerCall, HandlerResponse, Problem, operation, paginate
from reply_mcp.sandbox.records.jobs import PREFIX, job_view
from reply_mcp.sandbox.store import Doc


def _job(call: HandlerCall) -> Doc:
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
def get_background_jobs(call: HandlerCall) -> Doc:
    """The caller's own jobs, newest first."""
    wanted = PREFIX + call.query.get("category", "")
    now = call.clock.now()
    jobs = [job for job in call.store.all("job", _userId=call.key.user_id) if job["category"].startswith(wanted)]
    jobs.sort(key=lambda job: job["_began"], reverse=True)
    return paginate(call, [job_view(job, now) for job in jobs], 100, 200, "backgroundJob.invalidPagination")


@operation("GetBackgroundJobById", text_ids=True)
def get_background_job_by_id(call: HandlerCall) -> Doc:
    """One job with its raw input and result."""
    return job_view(_job(call), call.clock.now(), whole=True)


@operation("CancelBackgroundJob", text_ids=True)
def cancel_background_job(call: HandlerCall) -> HandlerResponse:
    """Stop a running job; one that has ended stays as it is."""
    job = _job(call)
    if job_view(job, call.clock.now())["status"] in ("Scheduled", "Processing"):
        reason = call.body.get("reason") if isinstance(call.body, dict) else None
        call.store.put("job", {**job, "_cancelled": call.clock.iso(), "_reason": reason})
    return HandlerResponse(204)
