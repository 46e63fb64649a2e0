"""Overviews: totals and rates of a period. Reply counts reports against a rate limit of their own."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from reply_mcp.catalog.areas.reports import hooks
from reply_mcp.catalog.areas.reports.area import area
from reply_mcp.catalog.areas.reports.filters import (
    CallFilters,
    ComparedPeriod,
    EmailFilters,
    LinkedInFilters,
    ReportFilters,
    TaskFilters,
    TeamFilters,
)
from reply_mcp.catalog.areas.reports.views import CALLS, CHANNELS, EMAILS, LINKEDIN, TASKS, TEAM
from reply_mcp.catalog.operation import AlwaysSent, Arguments, Effect


@area.post(
    "/v3/reporting/emails/overview",
    scope="reporting:read",
    tool="reply_get_email_report",
    effect=Effect.READ,
    view=EMAILS,
    also=[
        "email statistics",
        "open rate",
        "reply rate",
        "bounces",
        "statistics",
        "deliverability",
        "how are we doing",
        "weekly report",
        "opens last week",
        "number of opens",
        "emails sent last month",
        "best time to send",
    ],
    after=[hooks.add_period, hooks.note_missing_comparison, hooks.note_other_channel],
)
class GetEmailsOverview(Arguments):
    """Email totals and rates of a period, in contacts. Delivered stands for sent; no clicks, which are in
    reply_list_sent_emails."""

    filters: Annotated[EmailFilters, AlwaysSent()] = Field(default_factory=EmailFilters)
    compare_to: ComparedPeriod | None = None


@area.post(
    "/v3/reporting/calls/overview",
    scope="reporting:read",
    tool="reply_get_call_report",
    effect=Effect.READ,
    view=CALLS,
    also=["dialer", "phone", "statistics", "per rep", "answered"],
    after=[hooks.add_period, hooks.add_member_names],
)
class GetCallsOverview(Arguments):
    """Call totals of a period, and per member. 2 requests."""

    filters: Annotated[CallFilters, AlwaysSent()] = Field(default_factory=CallFilters)


@area.post(
    "/v3/reporting/tasks/overview",
    scope="reporting:read",
    tool="reply_get_task_report",
    effect=Effect.READ,
    view=TASKS,
    also=["to-dos done", "statistics", "workload", "per rep"],
    after=[hooks.add_period, hooks.add_member_names],
)
class GetTasksOverview(Arguments):
    """Task totals by type, and per member. The period is of creation, or of completion with taskStatuses completed.
    2 requests."""

    filters: Annotated[TaskFilters, AlwaysSent()] = Field(default_factory=TaskFilters)


@area.post(
    "/v3/reporting/linkedin/overview",
    scope="reporting:read",
    tool="reply_get_linkedin_report",
    effect=Effect.READ,
    view=LINKEDIN,
    also=["connection rate", "acceptance", "InMail", "statistics", "invitations"],
    after=[hooks.add_period, hooks.note_other_channel],
)
class GetLinkedInOverview(Arguments):
    """LinkedIn totals of a period with acceptance and reply rates."""

    filters: Annotated[LinkedInFilters, AlwaysSent()] = Field(default_factory=LinkedInFilters)


@area.post(
    "/v3/reporting/team-performance/overview",
    scope="reporting:read",
    tool="reply_get_team_report",
    effect=Effect.READ,
    view=TEAM,
    also=[
        "best rep",
        "leaderboard",
        "per user",
        "members",
        "compare people",
        "compare teammates",
        "how did a teammate do",
    ],
    after=[hooks.add_period, hooks.add_member_names],
)
class GetTeamPerformanceOverview(Arguments):
    """Team members side by side: meetings, contacts, touches, response time (ranked among those shown). 2 requests."""

    filters: Annotated[TeamFilters, AlwaysSent()] = Field(default_factory=TeamFilters)


@area.post(
    "/v3/reporting/channel-efficiency/overview",
    scope="reporting:read",
    tool="reply_get_channel_report",
    effect=Effect.READ,
    view=CHANNELS,
    also=["multichannel", "touches", "overall", "statistics", "best channel"],
    after=[hooks.add_period],
)
class GetChannelEfficiencyOverview(Arguments):
    """People contacted, touches, replies and meetings over all channels together; no split by channel."""

    filters: Annotated[ReportFilters, AlwaysSent()] = Field(default_factory=ReportFilters)
