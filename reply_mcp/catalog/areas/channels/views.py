"""How mailboxes and LinkedIn accounts read."""

from __future__ import annotations

from reply_mcp.catalog.views import Card, Column, Table

MAILBOXES = Table(
    "mailboxes",
    (
        "id",
        "email",
        Column("sender", "senderName"),
        Column("state", "connectionStatus", "enum"),
        Column("a day", "dailyLimit"),
        Column("type", "emailAccountType", "enum"),
        Column("default", "isDefault", "flag"),
        Column("owner", "owner.name"),
        Column("tags", kind="list"),
    ),
    empty="No mailbox matches.",
)
MAILBOX = Card(
    "Mailbox {id}: {connection.senderName} <{connection.email}>",
    (
        (
            Column("state", "connectionStatus", "enum"),
            Column("type", "emailAccountType", "enum"),
            Column("default", "isDefault", "flag"),
            Column("in use", "isInUse", "flag"),
            Column("locked by provider", "sendingLockedByProvider", "flag"),
            "owner",
            Column("tags", kind="list"),
        ),
        (
            Column("sending error", "sendingConnectivityError"),
            Column("receiving error", "receivingConnectivityError"),
        ),
        (
            Column("emails a day", "safety.dailyLimit"),
            Column("least pause (s)", "safety.minSendingDelaySeconds"),
            Column("longest pause (s)", "safety.maxSendingDelaySeconds"),
            Column("ramp-up", "rampUp.enabled", "flag"),
        ),
        (
            Column("SMTP", ("connection.smtpHost", "connection.smtpPort")),
            Column("IMAP", ("connection.imapHost", "connection.imapPort")),
        ),
        (Column("signature", "signature.signature", "html"), Column("opt-out", "optOut.message", "html")),
    ),
)
LINKEDIN_ACCOUNTS = Table(
    "LinkedIn accounts",
    (
        "id",
        "name",
        Column("state", "status", "enum"),
        Column("cookie", "cookieStatus", "enum"),
        Column("type", "accountType", "enum"),
        Column("requests today", "usage.connectionRequests"),
        Column("messages today", "usage.messages"),
        Column("owner", "owner.name"),
    ),
    empty="No LinkedIn account is connected.",
)
LINKEDIN_ACCOUNT = Card(
    "LinkedIn account {id}: {name}",
    (
        (
            Column("state", "status", "enum"),
            Column("cookie", "cookieStatus", "enum"),
            Column("type", "accountType", "enum"),
            Column("sign-in", "authType", "enum"),
            "owner",
            Column("profile", "profileUrl"),
        ),
        (
            Column("requests today", "usage.connectionRequests"),
            Column("messages today", "usage.messages"),
            Column("InMails today", "usage.inMails"),
            Column("views today", "usage.viewProfiles"),
        ),
        (
            Column("limits", "limits.limitsMode", "enum"),
            Column("most requests a day", ("limits.fixedMax.dailySendConnectionRequestCount",)),
            Column("most messages a day", ("limits.fixedMax.dailySendMessageCount",)),
            Column("revokes requests", "revokeSettings.enabled", "flag"),
        ),
    ),
)
INVITATIONS = Table(
    "invitations",
    (
        "id",
        "name",
        Column("expires", "expiresAtUtc", "time"),
        Column("expired", "isExpired", "flag"),
        Column("link", "connectionLink", "link"),
    ),
    empty="No LinkedIn account waits to be connected.",
)
