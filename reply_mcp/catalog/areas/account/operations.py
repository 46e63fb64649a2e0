"""The user that the key acts as, the team, and background jobs."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from reply_mcp.catalog.areas.account.area import area
from reply_mcp.catalog.areas.account.hooks import (
    add_names,
    check_running,
    describe_jobs,
    drop_duplicate_users,
    explain_team_needed,
    verify_cancellation,
)
from reply_mcp.catalog.operation import Arguments, Nullable, Paged, Path, Query
from reply_mcp.catalog.undo import cannot
from reply_mcp.catalog.views import Card, Column, Done, Table


@area.get(
    "/v3/whoami",
    tool="reply_whoami",
    view=Card(
        "You act as {userName} <{userEmail}>, user {userId}.",
        ((Column("team", "teamName"), Column("team id", "teamId"), Column("login", "username")),),
    ),
    also=["who am i", "me", "current user", "check API key", "my team", "login", "my id", "logged in", "API key"],
    after=[add_names],
    explain=[explain_team_needed],
)
class Whoami(Arguments):
    """Whom this key acts as, and in which team. Two requests."""


@area.get(
    "/v3/whoami/team-users",
    tool="reply_search_team_members",
    view=Table(
        "team members",
        (
            Column("id", "userId"),
            Column("name", "userName"),
            Column("email", "userEmail"),
            Column("team", "teamName"),
            Column("team id", "teamId"),
        ),
        empty="No team members are visible to this key.",
    ),
    also=["colleagues", "users", "owners", "who is on my team", "workspace", "user id by name"],
    after=[drop_duplicate_users],
    explain=[explain_team_needed],
)
class WhoamiTeamUsers(Arguments):
    """The teammates, with user ids, emails and teams."""


@area.get(
    "/v3/background-jobs",
    scope="other:read",
    tool="reply_list_background_jobs",
    view=Table(
        "background jobs",
        (
            Column("id", "jobId"),
            Column("category", "categoryName"),
            Column("status", "status", "enum"),
            Column("done", "percentDone", "percent"),
            Column("started", "startedAt", "time"),
            Column("finished", "finishedAt", "time"),
        ),
        empty="No background jobs.",
        shown_elsewhere=("category", "progress"),
    ),
    also=["running imports", "async tasks", "progress", "queue", "is it finished"],
    after=[describe_jobs],
)
class GetBackgroundJobs(Paged):
    """Your background jobs, running and finished."""

    top: Query[int | None] = Field(None, ge=1, le=200)
    category: Query[str | None] = Field(None, description="Prefix, such as email-validation")


@area.get(
    "/v3/background-jobs/{job_id}",
    scope="other:read",
    tool="reply_get_background_job",
    view=Card(
        "Job {jobId}: {status}",
        (
            (
                Column("category", "categoryName"),
                Column("done", "percentDone", "percent"),
                Column("started", "startedAt", "time"),
                Column("finished", "finishedAt", "time"),
            ),
            (Column("asked", "asked"),),
            (Column("result", "result"),),
        ),
        shown_elsewhere=("category", "progress", "jsonData", "jsonDataResult"),
    ),
    also=["job status", "poll progress", "import result", "async task"],
    after=[describe_jobs],
)
class GetBackgroundJobById(Arguments):
    """One background job: status, progress and result. Done, Failed, Cancelled and Expired are final."""

    job_id: Path[UUID]


@area.post(
    "/v3/background-jobs/{job_id}/cancel",
    scope="other:operate",
    tool="reply_cancel_background_job",
    undo=cannot("A job that was cancelled does not go on; what it had done stays."),
    idempotent=True,
    view=Done("{outcome}"),
    also=["stop import", "abort task", "kill async"],
    before=[check_running],
    after=[verify_cancellation],
    verify_with='reply_get_background_job {{"jobId": "{jobId}"}}',
)
class CancelBackgroundJob(Arguments):
    """Asks a background job to stop; what it has done stays done. Three requests, to see where it ended."""

    job_id: Path[UUID]
    reason: Nullable[str] = Field(None, description="For whoever looks at the job")
