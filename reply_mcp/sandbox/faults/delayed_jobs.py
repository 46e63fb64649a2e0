"""Jobs to order: a fault of the kind `job` has a call's background job end otherwise or take longer, and puts off a
call that Reply would have answered at once, whose answer becomes the job's result."""

from __future__ import annotations

import json
from typing import Any

from starlette.responses import Response

from reply_mcp.sandbox.clock import Clock
from reply_mcp.sandbox.faults.injection import Fault
from reply_mcp.sandbox.records.jobs import create_job, location_of
from reply_mcp.sandbox.store import Doc, Store

CATEGORY = "put-off"


def answer_with_job(fault: Fault, intended: Response, user_id: int, store: Store, clock: Clock) -> Response:
    """The answer with which Reply accepts what `intended`, a success, has answered.

    The work itself is done at once, as that of a job is which Reply does in parts. `fault.body` replaces the result.
    """
    body = _json_body(intended)
    if intended.status_code == 202 and isinstance(body, dict):
        for job in store.all("job", jobId=body.get("jobId")):
            store.put("job", _reshape_job(job, fault))
        return intended
    job = create_job(store, user_id, CATEGORY, clock.now(), 0.0, result=body)
    store.put("job", _reshape_job(job, fault))
    return Response(None, 202, {"Location": location_of(job)})


def _reshape_job(job: Doc, fault: Fault) -> Doc:
    result = job["_result"] if fault.body is None else fault.body
    return {**job, "_seconds": fault.seconds, "_outcome": fault.outcome, "_result": result}


def _json_body(response: Response) -> Any:
    try:
        return json.loads(bytes(response.body)) if response.body else None
    except ValueError:
        return None
