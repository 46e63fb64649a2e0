"""Names of users and teams, jobs in words, and whether a job is really cancelled."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.answers import held_value
from reply_mcp.catalog.operation import Call
from reply_mcp.catalog.rows import records_of, rows_of
from reply_mcp.errors import AlreadyDone, ApiError, ReplyError

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.account.operations import CancelBackgroundJob, WhoamiTeamUsers

_FINAL = ("done", "failed", "cancelled", "expired")
_CATEGORIES = "r2/bg-jobs/"


async def add_names(call: Call, answer: dict[str, Any]) -> Any:
    """Adds `userName`, `userEmail` and `teamName`, which only the list of teammates has; one request."""
    try:
        members = rows_of(await call.ask("WhoamiTeamUsers"))
    except ReplyError as error:
        denied = isinstance(error, ApiError) and error.status == 403
        why = "this key may not list teammates" if denied else "try again in a minute"
        call.notes.append(f"The name, address and team could not be read: {why}.")
        return answer
    mine = [member for member in members if str(member.get("userId")) == str(answer.get("userId"))]
    same_team = [member for member in mine if str(member.get("teamId")) == str(answer.get("teamId"))]
    if not mine:
        return answer
    return {**{key: value for key, value in (same_team or mine)[0].items() if value is not None}, **answer}


async def drop_duplicate_users(call: Call[WhoamiTeamUsers], answer: Any) -> Any:
    """Each user of a team once."""
    seen: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows_of(answer):
        seen.setdefault((str(row.get("userId")), str(row.get("teamId"))), row)
    return list(seen.values()) if seen else answer


async def explain_team_needed(call: Call, refusal: ApiError) -> str | None:
    """Names the teams to choose from where the key reaches several and none, or another one, is set."""
    if refusal.code not in ("TEAM_REQUIRED", "TEAM_NOT_ACCESSIBLE"):
        return None
    teams = held_value(refusal.body, "teams")
    named: dict[str, str] = {}
    for team in rows_of(teams):
        facts = {key.casefold(): value for key, value in team.items()}
        if facts.get("teamid") is not None:
            named.setdefault(str(facts["teamid"]), str(facts.get("teamname") or "no name"))
    listed = ", ".join(f"{name} ({id})" for id, name in named.items()) or "Reply names none"
    need = "needs a team to be named" if refusal.code == "TEAM_REQUIRED" else "does not reach the team that is set"
    return f"{refusal.status} {refusal.code}: this key {need}. Set REPLY_TEAM_ID to one of: {listed}. The key is valid."


async def describe_jobs(call: Call, answer: Any) -> Any:
    """Adds to jobs `categoryName` without its prefix, `percentDone` 0..100, and `asked` and `result` from JSON text."""
    for job in records_of(answer):
        category = job.get("category")
        if isinstance(category, str):
            job["categoryName"] = category.removeprefix(_CATEGORIES)
        progress = job.get("progress")
        if isinstance(progress, int | float) and not isinstance(progress, bool):
            job["percentDone"] = round(progress * 100, 1)
        for source, name in (("jsonData", "asked"), ("jsonDataResult", "result")):
            if job.get(source):
                job[name] = _readable(job[source])
    return answer


def _readable(text: Any) -> str:
    """`added: 40; failed: 2` from a JSON text; other text as it is."""
    try:
        value = json.loads(text) if isinstance(text, str) else text
    except ValueError:
        return str(text)
    if not isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return "; ".join(f"{key}: {one if isinstance(one, str) else json.dumps(one)}" for key, one in value.items())


async def check_running(call: Call[CancelBackgroundJob]) -> None:
    """Stops where the job has ended: Reply answers success to a cancellation then, too. One request."""
    job = await call.ask("GetBackgroundJobById", jobId=str(call.arguments.job_id))
    status = str(job.get("status") or "")
    if status.casefold() in _FINAL:
        raise AlreadyDone(f"Job {call.arguments.job_id} is already {status}; there was nothing to cancel.")


async def verify_cancellation(call: Call[CancelBackgroundJob], answer: Any) -> dict[str, Any]:
    """Reads the job after Reply accepted the cancellation; gives `outcome`, a sentence, and `status`. One request."""
    id = call.arguments.job_id
    look = f'reply_get_background_job {{"jobId": "{id}"}}'
    try:
        job = await call.ask("GetBackgroundJobById", jobId=str(id))
    except ReplyError:
        return {"outcome": f"Reply accepted the cancellation of job {id}; its state could not be read: {look}."}
    status = str(job.get("status") or "unknown")
    if status.casefold() == "cancelled":
        return {"outcome": f"Job {id} is cancelled; what it had done stays done.", "status": status}
    if status.casefold() in _FINAL:
        return {"outcome": f"Job {id} ended as {status} before it could be cancelled.", "status": status}
    return {"outcome": f"Reply accepted the cancellation of job {id}; it is still {status}: {look}.", "status": status}
