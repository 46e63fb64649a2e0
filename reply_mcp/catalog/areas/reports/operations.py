"""Reports: what e-mails, calls, tasks, LinkedIn and people did in a period. Reply limits them apart from the rest."""

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
from reply_mcp.catalog.operation import AlwaysSent, Arguments, Effect, Paged
from reply_mcp.catalog.views import Column, Numbers, Table

EMAILS = Numbers(
    "E-mails, {period}",
    (
        "contacted",
        "delivered",
        "opened",
        "replied",
        "interested",
        Column("meetings", "meetingsBooked"),
        "bounced",
        Column("not reached", "notReached"),
        Column("opted out", "optedOut"),
        Column("out of office", "outOfOffice"),
        Column("auto-replied", "autoReplied"),
        Column("mailboxes", "accounts"),
    ),
    rates={
        count: f"{count}Percentage"
        for count in (
            "delivered",
            "opened",
            "replied",
            "interested",
            "meetingsBooked",
            "bounced",
            "notReached",
            "optedOut",
            "outOfOffice",
            "autoReplied",
        )
    },
)
CALLS = Numbers(
    "Calls, {period}",
    (
        Column("calls", "callsCount"),
        Column("answered", "answeredCallsCount"),
        Column("positive", "positiveCallsCount"),
        Column("inbound missed", "inboundMissingCallsCount"),
        Column("average length", "averageDuration", "duration"),
        Column("calls per contact", "callsToContactCount"),
    ),
    rates={"positiveCallsCount": "positiveCallsPercentage"},
    groups="memberStatistics",
    group_columns=(
        "userId",
        "user",
        Column("calls", "callsCount"),
        Column("answered", "answeredCallsCount"),
        Column("positive", "positiveCallsCount"),
        Column("positive rate", "positiveCallsPercentage", "percent"),
        Column("missed", "inboundMissingCallsCount"),
        Column("talked", "totalDuration", "duration"),
        Column("average", "averageDuration", "duration"),
    ),
)
_TASK_KINDS = (
    ("calls", "callTasks"),
    ("e-mails", "emailTasks"),
    ("LinkedIn", "linkedInTasks"),
    ("meetings", "meetingsBooked"),
    ("SMS", "smsTasks"),
    ("to-dos", "toDoTasks"),
    ("WhatsApp", "whatsAppTasks"),
)
TASKS = Numbers(
    "Tasks, {period}",
    (Column("tasks", "totalTasks"), *(Column(name, f"{key}.count") for name, key in _TASK_KINDS)),
    rates={f"{key}.count": f"{key}.percentage" for _, key in _TASK_KINDS},
    groups="memberStatistics",
    group_columns=(
        "userId",
        "user",
        Column("tasks", "totalTasks"),
        *(Column(name, key) for name, key in _TASK_KINDS),
    ),
)
LINKEDIN = Numbers(
    "LinkedIn, {period}",
    (
        Column("connections sent", "connectionsSent"),
        Column("accepted", "connectionsAccepted"),
        Column("messages sent", "messagesSent"),
        "replied",
        Column("InMails sent", "inMailsSent"),
        Column("InMails replied", "inMailsReplied"),
        Column("notes sent", "connectionNotesSent"),
        Column("notes replied", "connectionNotesReplied"),
        Column("regular messages sent", "regularMessagesSent"),
        Column("regular messages replied", "regularMessagesReplied"),
        Column("profile views", "profileViews"),
        "likes",
        "follows",
        "endorses",
    ),
    rates={
        count: f"{count}Percentage"
        for count in (
            "connectionsAccepted",
            "replied",
            "inMailsReplied",
            "connectionNotesReplied",
            "regularMessagesReplied",
        )
    },
)
TEAM = Numbers(
    "Team, {period}",
    (
        "meetings",
        "contacted",
        Column("touches per contact", "touchesPerContact"),
        Column("automatic", "autoTouchesPerContact"),
        Column("manual", "manualTouchesPerContact"),
        Column("response time", "averageResponseTimePerContact", "duration"),
    ),
    rates={"meetings": "meetingConversionPercentage"},
    groups="memberStatistics",
    group_columns=(
        "userId",
        "user",
        "meetings",
        "contacted",
        Column("conversion", "conversionPercentage", "percent"),
        "touches",
        Column("automatic", "autoTouches"),
        Column("manual", "manualTouches"),
        Column("response time", "responseTime", "duration"),
        Column("rank", "responseRate", "enum"),
    ),
)
CHANNELS = Numbers(
    "All channels, {period}",
    (
        Column("contacted", "totalPeopleContacted"),
        Column("touches", "totalTouches"),
        "replies",
        Column("meetings", "meetingsBooked"),
    ),
    rates={"replies": "repliesPercentage", "meetingsBooked": "meetingsBookedPercentage"},
)


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
    after=[hooks.with_period, hooks.no_trend, hooks.other_channel],
)
class GetEmailsOverview(Arguments):
    """E-mail totals and rates of a period, in contacts. Delivered stands for sent; no clicks here, those are in
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
    after=[hooks.with_period, hooks.members_named],
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
    after=[hooks.with_period, hooks.members_named],
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
    after=[hooks.with_period, hooks.other_channel],
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
    after=[hooks.with_period, hooks.members_named],
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
    after=[hooks.with_period],
)
class GetChannelEfficiencyOverview(Arguments):
    """People contacted, touches, replies and meetings over all channels together; no split by channel."""

    filters: Annotated[ReportFilters, AlwaysSent()] = Field(default_factory=ReportFilters)


@area.post(
    "/v3/reporting/emails",
    scope="reporting:read",
    tool="reply_list_sent_emails",
    effect=Effect.READ,
    view=Table(
        "e-mails",
        (
            "contactId",
            Column("name", ("firstName", "lastName")),
            "email",
            Column("from", "emailAccountEmail"),
            Column("sequence", "sequenceName"),
            Column("step", "sequenceStepNumber"),
            Column("at", "deliveryDate", "time"),
            Column("delivered", "isDelivered", "flag"),
            Column("opened", "isOpened", "flag"),
            Column("clicked", "isClicked", "flag"),
            Column("replied", "isReplied", "flag"),
            Column("interested", "isInterested", "flag"),
            Column("bounced", "isBounced", "flag"),
            Column("opted out", "isOptedOut", "flag"),
        ),
        empty="No e-mails; without from and to it is the last seven days.",
    ),
    also=["who opened", "who clicked", "bounced addresses", "outbox", "log"],
)
class GetEmailsList(Paged):
    """Each e-mail sent in a period, with what became of it."""

    filters: Annotated[EmailFilters, AlwaysSent()] = Field(default_factory=EmailFilters)


@area.post(
    "/v3/reporting/calls",
    scope="reporting:read",
    tool="reply_list_calls",
    effect=Effect.READ,
    view=Table(
        "calls",
        (
            "id",
            "contactId",
            Column("contact", "contactFullName"),
            Column("phone", "contactPhoneNumber"),
            Column("user", "userFullName"),
            Column("start", "startDate", "time"),
            Column("seconds", "durationSeconds"),
            Column("direction", "type", "enum"),
            Column("connected", "disposition", "enum"),
            Column("result", ("resolution", "customResolution"), "enum"),
            Column("recording", "callRecordUrl"),
        ),
        empty="No calls; without from and to it is the last seven days.",
    ),
    also=["phone log", "dialer", "recordings", "who was called"],
)
class GetCallsList(Paged):
    """Each call of a period, oldest first; recordings if your role may hear them."""

    filters: Annotated[CallFilters, AlwaysSent()] = Field(default_factory=CallFilters)


@area.post(
    "/v3/reporting/tasks",
    scope="reporting:read",
    tool="reply_list_reported_tasks",
    effect=Effect.READ,
    view=Table(
        "tasks",
        (
            "id",
            Column("type", ("taskType", "linkedInTaskType"), "enum"),
            Column("status", "taskStatus", "enum"),
            Column("contact", "contactFullName"),
            "userId",
            "user",
            Column("due", "dueDate", "time"),
            Column("text", "description", "html"),
        ),
        empty="No tasks; without from and to it is the last seven days.",
    ),
    also=["completed", "team's to-dos", "history", "who did what"],
    after=[hooks.members_named],
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
    view=Table(
        "actions",
        (
            "contactId",
            Column("contact", ("contactFirstName", "contactLastName")),
            Column("sender", "senderLinkedInAccountName"),
            Column("sequence", "sequenceName"),
            Column("step", "sequenceStepNumber"),
            Column("action", "actionType", "enum"),
            Column("at", "actionDate", "time"),
        ),
        empty="No actions; without from and to it is the last seven days.",
    ),
    also=[
        "connections",
        "who accepted",
        "InMail",
        "log",
        "profile views",
        "LinkedIn messages sent",
        "invitations sent",
    ],
)
class GetLinkedInList(Paged):
    """Each LinkedIn action of a period, oldest first."""

    filters: Annotated[LinkedInFilters, AlwaysSent()] = Field(default_factory=LinkedInFilters)


@area.post(
    "/v3/reporting/team-performance/meetings",
    scope="reporting:read",
    tool="reply_list_meetings",
    effect=Effect.READ,
    view=Table(
        "meetings",
        (
            Column("booked", "bookedAt", "time"),
            Column("contact", "contactFullName"),
            "userId",
            "user",
            Column("channel", "source", "enum"),
            Column("sequence", "sequenceName"),
        ),
        empty="No meetings; without from and to it is the last seven days.",
    ),
    also=["booked", "appointments", "demos", "calls scheduled", "who booked meetings"],
    after=[hooks.members_named],
)
class GetMeetingsList(Paged):
    """Each meeting booked in a period, oldest first: by whom, through which channel. 2 requests."""

    filters: Annotated[TeamFilters, AlwaysSent()] = Field(default_factory=TeamFilters)
