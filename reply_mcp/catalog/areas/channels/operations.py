"""The connected mailboxes and LinkedIn accounts. Reading is here; changing is in the modules imported at the end."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from reply_mcp.catalog.areas.channels.area import area
from reply_mcp.catalog.arguments.named_ids import EmailAccountId, LinkedInAccountId, UserId
from reply_mcp.catalog.hooks.id_labels import add_names_of
from reply_mcp.catalog.operation import Arguments, Effect, Paged, Path, Query
from reply_mcp.catalog.views import Card, Column, Table

ACCOUNTS = Table(
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


@area.get(
    "/v3/email-accounts",
    scope="channels:read",
    tool="reply_list_email_accounts",
    after=[add_names_of("owner")],
    view=ACCOUNTS,
    also=[
        "mailboxes",
        "senders",
        "GET /v1/emailAccounts",
        "inboxes",
        "connected addresses",
        "sending limits of mailboxes",
        "daily limit",
        "connected inboxes",
        "mailboxes of a teammate",
    ],
)
class ListEmailAccounts(Paged):
    """Mailboxes you can see, with state and daily limit."""

    my: Query[bool | None] = Field(None, description="Only your own")


@area.post(
    "/v3/email-accounts/filter",
    scope="channels:read",
    tool="reply_filter_email_accounts",
    after=[add_names_of("owner")],
    effect=Effect.READ,
    view=ACCOUNTS,
    also=[
        "disconnected mailboxes",
        "broken senders",
        "find by domain",
        "mailboxes of a teammate",
        "mailboxes of a user",
    ],
)
class FilterEmailAccounts(Paged):
    """Mailboxes that fit every filter given."""

    status: Literal["connected", "disconnected", "unknown"] | None = None
    email_account_type: Literal["custom", "gmail", "outlook", "exchange", "exchangeOnPremise"] | None = None
    email: str | None = Field(None, description="Exact")
    domains: list[str] | None = None
    owner_user_ids: list[UserId] | None = None
    tags: list[str] | None = None


@area.get(
    "/v3/email-accounts/{id}",
    scope="channels:read",
    tool="reply_get_email_account",
    after=[add_names_of("owner")],
    view=Card(
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
    ),
    also=["mailbox settings", "sender", "why disconnected", "signature", "address not connected"],
)
class GetEmailAccount(Arguments):
    """One mailbox: connection and its errors, limits, ramp-up, signature."""

    id: Path[EmailAccountId]


area.coming_soon(
    "GetEmailAccountStats", "GET", "/v3/email-accounts/{id}/stats", "How many emails a mailbox sent, today and in all."
)
area.coming_soon(
    "FilterEmailAccountStats", "POST", "/v3/email-accounts/stats", "How many emails each of several mailboxes sent."
)


@area.get(
    "/v3/email-accounts/tags",
    scope="channels:read",
    tool="reply_list_email_account_tags",
    view=Table("tags", ("id", "name", Column("color", "colorId")), empty="There are no tags."),
    also=["mailbox labels"],
)
class ListEmailAccountTags(Arguments):
    """The tags that mailboxes can carry."""


@area.get(
    "/v3/linkedin-accounts",
    scope="channels:read",
    tool="reply_list_linkedin_accounts",
    after=[add_names_of("owner")],
    view=Table(
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
    ),
    also=["social senders", "profiles", "automation limits"],
)
class ListLinkedInAccounts(Arguments):
    """Connected LinkedIn accounts with state and today's use."""


@area.get(
    "/v3/linkedin-accounts/{id}",
    scope="channels:read",
    tool="reply_get_linkedin_account",
    after=[add_names_of("owner")],
    view=Card(
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
    ),
    also=["social sender", "daily limit", "why blocked", "connection requests a day"],
)
class GetLinkedInAccount(Arguments):
    """One LinkedIn account: state, today's use, limits."""

    id: Path[LinkedInAccountId]


@area.get(
    "/v3/linkedin-accounts/pending",
    scope="channels:read",
    tool="reply_list_pending_linkedin_accounts",
    view=Table(
        "invitations",
        (
            "id",
            "name",
            Column("expires", "expiresAtUtc", "time"),
            Column("expired", "isExpired", "flag"),
            Column("link", "connectionLink", "link"),
        ),
        empty="No LinkedIn account waits to be connected.",
    ),
    also=["invited", "connection links", "not yet connected"],
)
class ListPendingLinkedInAccounts(Arguments):
    """LinkedIn accounts invited and not connected yet."""


from reply_mcp.catalog.areas.channels import linkedin_accounts as channels_linkedin  # noqa: E402, F401 - they add to the area
