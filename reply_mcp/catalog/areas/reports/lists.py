"""The emails, calls, tasks, LinkedIn actions and meetings behind the numbers, one by one."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from reply_mcp.catalog.areas.reports import hooks
from reply_mcp.catalog.areas.reports.area import area
from reply_mcp.catalog.areas.reports.filters import CallFilters, EmailFilters, LinkedInFilters, TaskFilters, TeamFilters
from reply_mcp.catalog.areas.reports.outcomes import Outcome, read_sent_emails
from reply_mcp.catalog.areas.reports.views import CALL_LOG, LINKEDIN_ACTIONS, MEETINGS, REPORTED_TASKS, SENT_EMAILS
from reply_mcp.catalog.operation import AlwaysSent, Effect, Local, Paged


@area.post(
    "/v3/reporting/emails",
    scope="reporting:read",
    tool="reply_list_sent_emails",
    effect=Effect.READ,
    view=SENT_EMAILS,
    run=read_sent_emails,
    also=[
        "who opened",
        "who clicked",
        "who bounced",
        "bounced addresses",
        "people whose email bounced",
        "outbox",
        "log",
    ],
    after=[hooks.note_period],
)
class GetEmailsList(Paged):
    """Each email sent in a period, and what came of it; with only, those alone of which that is true: who bounced,
    opened, replied. A request per 1000 emails then."""

    filters: Annotated[EmailFilters, AlwaysSent()] = Field(default_factory=EmailFilters)
    only: Local[Outcome | None] = None


@area.post(
    "/v3/reporting/calls",
    scope="reporting:read",
    tool="reply_list_calls",
    effect=Effect.READ,
    view=CALL_LOG,
    also=["phone log", "dialer", "recordings", "who was called"],
    after=[hooks.note_period],
)
class GetCallsList(Paged):
    """Each call of a period, oldest first; recordings if your role may hear them."""

    filters: Annotated[CallFilters, AlwaysSent()] = Field(default_factory=CallFilters)


@area.post(
    "/v3/reporting/tasks",
    scope="reporting:read",
    tool="reply_list_reported_tasks",
    effect=Effect.READ,
    view=REPORTED_TASKS,
    also=["completed", "team's to-dos", "history", "who did what"],
    after=[hooks.add_member_names, hooks.note_period],
)
class GetTasksList(Paged):
    """The team's tasks of a period, by due date. The period is of creation, or of completion with taskStatuses
    completed. To work on tasks: reply_list_my_tasks. 2 requests."""

    filters: Annotated[TaskFilters, AlwaysSent()] = Field(default_factory=TaskFilters)


@area.post(
    "/v3/reporting/linkedin",
    scope="reporting:read",
    tool="reply_list_linkedin_actions",
    effect=Effect.READ,
    view=LINKEDIN_ACTIONS,
    also=[
        "connections",
        "who accepted",
        "InMail",
        "log",
        "profile views",
        "LinkedIn messages sent",
        "invitations sent",
    ],
    after=[hooks.note_period],
)
class GetLinkedInList(Paged):
    """Each LinkedIn action of a period, oldest first."""

    filters: Annotated[LinkedInFilters, AlwaysSent()] = Field(default_factory=LinkedInFilters)


@area.post(
    "/v3/reporting/team-performance/meetings",
    scope="reporting:read",
    tool="reply_list_meetings",
    effect=Effect.READ,
    view=MEETINGS,
    also=["booked", "appointments", "demos", "calls scheduled", "who booked meetings"],
    after=[hooks.add_member_names, hooks.note_period],
)
class GetMeetingsList(Paged):
    """Each meeting booked in a period, oldest first: by whom, through which channel. 2 requests."""

    filters: Annotated[TeamFilters, AlwaysSent()] = Field(default_factory=TeamFilters)
