"""How sequences, their statistics, senders and folders read."""

from __future__ import annotations

from reply_mcp.catalog.hooks.step_rows import STEP_COLUMNS
from reply_mcp.catalog.views import Card, Column, Numbers, Table

READ_SEQUENCE = 'reply_get_sequence {{"id": {id}}}'
LIST_MAILBOXES = 'reply_list_sequence_email_accounts {{"id": {id}}}'
LIST_LINKEDIN_ACCOUNTS = 'reply_list_sequence_linkedin_accounts {{"id": {id}}}'

SEQUENCES = Table(
    "sequences",
    (
        "id",
        "name",
        Column("status", kind="enum"),
        Column("health", kind="enum"),
        Column("archived", "isArchived", "flag"),
        Column("owner", "owner.name"),
        Column("created", kind="date"),
    ),
    empty="No sequence matches.",
)
LINKED_IN_COLUMNS = ("id", "name", Column("status", kind="enum"), Column("profile", "profileUrl", "link"))
SEQUENCE = Card(
    'Sequence {id} "{name}"',
    (
        (
            Column("status", kind="enum"),
            Column("health", kind="enum"),
            Column("archived", "isArchived", "flag"),
            "owner",
            Column("created", kind="date"),
            "schedule",
        ),
        (
            Column("emails a day", "settings.emailsCountPerDay"),
            Column("new people a day", "settings.dailyThrottling"),
            Column("on reply", "settings.repliesHandlingType", "enum"),
        ),
    ),
    (
        Table(
            "mailboxes",
            ("id", "email", Column("state", "connectionStatus", "enum")),
            items="emailAccounts",
            empty="No mailbox: reply_assign_email_account_to_sequence links one.",
        ),
        Table("LinkedIn accounts", LINKED_IN_COLUMNS[:3], items="linkedInAccounts"),
        Table(
            "steps (texts: reply_get_sequence_steps)",
            STEP_COLUMNS,
            items="steps",
            empty="No steps: reply_bulk_create_sequence_steps adds them.",
        ),
    ),
)
STATS = Numbers(
    "Sequence {id}",
    (
        Column("contacted", "emailOverview.contacted"),
        Column("delivered", "emailOverview.delivered"),
        Column("opened", "emailOverview.opened"),
        Column("replied", "emailOverview.replied"),
        Column("interested", "emailOverview.interested"),
        Column("meetings", "emailOverview.meetingsBooked"),
        Column("bounced", "emailOverview.bounced"),
        Column("opted out", "emailOverview.optedOut"),
        Column("connections sent", "linkedInOverview.connectionsSent"),
        Column("accepted", "linkedInOverview.connectionsAccepted"),
        Column("LinkedIn messages", "linkedInOverview.messagesSent"),
        Column("LinkedIn replied", "linkedInOverview.replied"),
        Column("InMails", "linkedInOverview.inMailsSent"),
    ),
    rates={
        "emailOverview.delivered": "emailOverview.deliveredPercentage",
        "emailOverview.opened": "emailOverview.openedPercentage",
        "emailOverview.replied": "emailOverview.repliedPercentage",
        "emailOverview.interested": "emailOverview.interestedPercentage",
        "emailOverview.meetingsBooked": "emailOverview.meetingsBookedPercentage",
        "emailOverview.bounced": "emailOverview.bouncedPercentage",
        "emailOverview.optedOut": "emailOverview.optedOutPercentage",
        "linkedInOverview.connectionsAccepted": "linkedInOverview.connectionsAcceptedPercentage",
        "linkedInOverview.replied": "linkedInOverview.repliedPercentage",
    },
)
COMPARISON = Table(
    "sequences",
    (
        Column("id", "sequenceId"),
        "name",
        Column("status", kind="enum"),
        Column("contacted", "emailOverview.contacted"),
        Column("opened", "emailOverview.openedPercentage", "percent"),
        Column("replies", "emailOverview.replied"),
        Column("replied", "emailOverview.repliedPercentage", "percent"),
        Column("interested", "emailOverview.interested"),
        Column("bounced", "emailOverview.bouncedPercentage", "percent"),
        Column("connections", "linkedInOverview.connectionsSent"),
        Column("accepted", "linkedInOverview.connectionsAcceptedPercentage", "percent"),
        Column("LinkedIn replied", "linkedInOverview.repliedPercentage", "percent"),
    ),
    empty="No sequence was working in this period.",
)
MAILBOXES = Table(
    "mailboxes",
    (
        "id",
        "email",
        Column("sender", "senderName"),
        Column("state", "connectionStatus", "enum"),
        Column("a day", "dailyLimit"),
        Column("type", "emailAccountType", "enum"),
    ),
    empty="No mailbox is linked: reply_assign_email_account_to_sequence.",
)
LINKEDIN_ACCOUNTS = Table(
    "LinkedIn accounts",
    LINKED_IN_COLUMNS,
    empty="None is linked: reply_assign_linkedin_account_to_sequence.",
)
FOLDER_SEQUENCES = Table(
    "sequences",
    (
        "id",
        "name",
        Column("status", kind="enum"),
        Column("health", kind="enum"),
        Column("archived", "isArchived", "flag"),
        Column("created", kind="date"),
    ),
    empty="The folder is empty.",
    shown_elsewhere=("ownerUserId",),
)
