"""What agents see of tasks."""

from __future__ import annotations

from reply_mcp.catalog.views import Card, Column, Table

TASKS = Table(
    "tasks",
    (
        "id",
        Column("type", ("taskType", "linkedInTaskType"), "enum"),
        Column("contactId", "contact.id"),
        Column("contact", "contact.fullName"),
        Column("due", "dueTo", "time"),
        Column("overdue", "isOverdue", "flag"),
        Column("status", kind="enum"),
        Column("automatic", "isScheduled", "flag"),
        Column("sequence", "sequenceId"),
        Column("user", ("user.name",)),
    ),
    empty="No task matches.",
    shown_elsewhere=("assignedUserId",),
)
TASK = Card(
    "Task {id}",
    (
        (
            Column("type", ("taskType", "linkedInTaskType"), "enum"),
            Column("status", kind="enum"),
            Column("failed", "isFailed", "flag"),
            Column("contact", "contactId"),
            "user",
            Column("made by", "creationSource", "enum"),
        ),
        (
            Column("start", "startAt", "time"),
            Column("due", "dueTo", "time"),
            Column("finished", "finishedAt", "time"),
            Column("automatic", "isScheduled", "flag"),
        ),
        (Column("sequence", "sequenceId"), Column("step", ("sequenceStepDisplayName", "sequenceStepId"))),
        (Column("to", ("deliveryInfo.email", "deliveryInfo.phoneNumber", "deliveryInfo.linkedInUrl")),),
        (Column("subject", "content.subject"), Column("content", "content.body", "html")),
        (Column("template subject", "template.subject"), Column("template", "template.body", "html")),
    ),
    shown_elsewhere=("assignedUserId",),
)
