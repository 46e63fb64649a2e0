"""Calls that Reply accepts with a 202 and does later, in a background job.

The client waits for the job. The answer is then the job's result, where that has the form of the call's own answer;
otherwise it is what Reply answered when it accepted, with the job as Reply shows it under `OUTCOME`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

OUTCOME = "backgroundJob"
"""The key of the job in the answer of an accepted call; its value is None where the job could not be read."""
RUNNING = ("scheduled", "processing")


def background_job(answer: Any) -> str | None:
    """The id of the background job that an answer points to; None where it points to none."""
    if not isinstance(answer, Mapping):
        return None
    location = str(answer.get("location") or answer.get("Location") or "")
    found = answer.get("jobId") or ("/background-jobs/" in f"/{location}" and location.rstrip("/").rsplit("/", 1)[-1])
    return str(found) if found and not isinstance(found, Mapping) else None


def state_of(job: Any) -> str:
    """`done`, `failed`, `cancelled`, `expired`, `unknown` (ended otherwise), `processing` or `scheduled`."""
    status = str(job.get("status") or "") if isinstance(job, Mapping) else ""
    return status.casefold() or "processing"


def share_of(job: Any) -> float | None:
    """How much of the job is done, 0 to 1; None where Reply does not say."""
    progress = job.get("progress") if isinstance(job, Mapping) else None
    if isinstance(progress, bool) or not isinstance(progress, int | float):
        return None
    return min(max(float(progress), 0.0), 1.0)


def result_of(job: Any) -> Any:
    """The job's result, read from its JSON text; the text itself where it is not JSON; None where there is none."""
    text = job.get("jsonDataResult") if isinstance(job, Mapping) else None
    if not isinstance(text, str):
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text or None


def ended_badly(answer: Any) -> str | None:
    """How the job of an answer ended (`failed (added: 2)`); None where it is done, where it runs, and without a job."""
    job = answer.get(OUTCOME) if isinstance(answer, Mapping) else None
    state = state_of(job)
    if job is None or state in ("done", *RUNNING):
        return None
    how = {"failed": "failed", "cancelled": "was cancelled", "expired": "expired"}.get(state, f'ended as "{state}"')
    share = share_of(job)
    at = f" at {share:.0%}" if share else ""
    result = result_line(result_of(job))
    return f"{how}{at}" + (f" ({result})" if result else "")


def result_line(result: Any) -> str:
    """A job's result on one line: `added: 40; failed: 2`."""
    if result is None:
        return ""
    if not isinstance(result, Mapping):
        return result if isinstance(result, str) else json.dumps(result, ensure_ascii=False)
    shown = {key: one for key, one in result.items() if one not in (None, "", [], {})}
    return "; ".join(
        f"{key}: {one if isinstance(one, str) else json.dumps(one, ensure_ascii=False)}" for key, one in shown.items()
    )


def is_bulk_answer(result: Any) -> bool:
    """Whether a job's result has the form of a bulk call's answer: results by position, or who was and was not done."""
    if isinstance(result, list):
        return bool(result) and all(isinstance(one, Mapping) for one in result)
    if not isinstance(result, Mapping):
        return False
    return any(isinstance(result.get(key), list) for key in ("items", "added", "removedIds")) or isinstance(
        result.get("notProcessed"), Mapping
    )
