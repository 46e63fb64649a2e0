"""How reports read: numbers with their rates, and lists."""

from __future__ import annotations

from reply_mcp.catalog.views import Column, Numbers, Table

EMAILS = Numbers(
    "Emails, {period}",
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
    ("emails", "emailTasks"),
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
SENT_EMAILS = Table(
    "emails",
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
    empty="No such emails in this period.",
)
CALL_LOG = Table(
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
    empty="No such calls in this period.",
)
REPORTED_TASKS = Table(
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
    empty="No such tasks in this period.",
)
LINKEDIN_ACTIONS = Table(
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
    empty="No such actions in this period.",
)
MEETINGS = Table(
    "meetings",
    (
        Column("booked", "bookedAt", "time"),
        Column("contact", "contactFullName"),
        "userId",
        "user",
        Column("channel", "source", "enum"),
        Column("sequence", "sequenceName"),
    ),
    empty="No such meetings in this period.",
)
