"""What agents see of people in sequences, and of the messages that they get."""

from __future__ import annotations

from reply_mcp.catalog.views import Blocks, Card, Column, Table

EMPTY = "Nobody is in this sequence: reply_add_contact_to_sequence enrolls people."
MEMBERS = Table(
    "people",
    (
        Column("id", "contactId"),
        Column("name", ("firstName", "lastName")),
        "email",
        Column("status", "statusInSequence", "enum"),
        Column("step", "currentStep.displayName"),
        Column("replied", "emailDisposition.isReplied", "flag"),
        Column("bounced", "emailDisposition.isBounced", "flag"),
        Column("opted out", "isOptedOut", "flag"),
        Column("added", "addingDate", "date"),
    ),
    empty=EMPTY,
    shown_elsewhere=("sequenceId",),
)
MEMBER = Card(
    "Contact {contactId} in sequence {sequenceId}: {firstName} {lastName} <{email}>",
    (
        (
            Column("status", "statusInSequence", "enum"),
            Column("step", "currentStep.displayName"),
            Column("step id", "currentStep.stepId"),
            Column("added", "addingDate", "date"),
        ),
        (
            Column("replied", "emailDisposition.isReplied", "flag"),
            Column("bounced", "emailDisposition.isBounced", "flag"),
            Column("opted out", "isOptedOut", "flag"),
            Column("calls", "callStatus", "enum"),
            Column("meeting", "meetingStatus", "enum"),
        ),
        ("mailbox", Column("LinkedIn account", "linkedInAccount")),
    ),
    shown_elsewhere=("emailAccountId", "linkedInAccountId"),
)
STATES = Table(
    "people",
    (
        Column("id", "contactId"),
        Column("name", ("firstName", "lastName")),
        "email",
        Column("status", "status.status", "enum"),
        Column("step", "currentStep.displayStepNumber"),
        Column("opened", "status.opened", "flag"),
        Column("clicked", "status.clicked", "flag"),
        Column("replied", "status.replied", "flag"),
        Column("bounced", "status.bounced", "flag"),
        Column("last step", "lastStepCompletedAt", "date"),
    ),
    empty=EMPTY,
)
MESSAGES = Blocks(
    Table(
        "messages",
        (
            Column("id", "stepId"),
            Column("step", "displayName"),
            Column("state", "personalizationStatus", "enum"),
            Column("edited", "isModifiedByUser", "flag"),
            "subject",
            Column("text", "body", "html"),
        ),
        items="steps",
        empty="This sequence has no message for this contact.",
    ),
    "{displayName} {_summary} ({stepId})",
    head="What {contactFullName} <{contactEmail}> gets from sequence {sequenceId}",
    one="detail=full has them.",
)
