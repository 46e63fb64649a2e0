"""Reading mailboxes and LinkedIn accounts."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from reply_mcp.catalog.areas.channels.area import area
from reply_mcp.catalog.areas.channels.views import INVITATIONS, LINKEDIN_ACCOUNT, LINKEDIN_ACCOUNTS, MAILBOX, MAILBOXES
from reply_mcp.catalog.arguments.named_ids import EmailAccountId, LinkedInAccountId, UserId
from reply_mcp.catalog.hooks.id_labels import add_names_of
from reply_mcp.catalog.operation import Arguments, Effect, Nullable, Paged, Path, Query
from reply_mcp.catalog.views import Column, Table


@area.get(
    "/v3/email-accounts",
    scope="channels:read",
    tool="reply_list_email_accounts",
    after=[add_names_of("owner")],
    view=MAILBOXES,
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
    """The mailboxes you can see, with state and daily limit."""

    my: Query[bool | None] = Field(None, description="Only your own")


@area.post(
    "/v3/email-accounts/filter",
    scope="channels:read",
    tool="reply_filter_email_accounts",
    after=[add_names_of("owner")],
    effect=Effect.READ,
    view=MAILBOXES,
    also=[
        "disconnected mailboxes",
        "broken senders",
        "find by domain",
        "mailboxes of a teammate",
        "mailboxes of a user",
    ],
)
class FilterEmailAccounts(Paged):
    """Mailboxes that match every filter given."""

    status: Nullable[Literal["connected", "disconnected", "unknown"]] = None
    email_account_type: Nullable[Literal["custom", "gmail", "outlook", "exchange", "exchangeOnPremise"]] = None
    email: Nullable[str] = Field(None, description="Exact")
    domains: Nullable[list[str]] = Field(None, description="Of their addresses")
    owner_user_ids: Nullable[list[UserId]] = None
    tags: Nullable[list[str]] = None


@area.get(
    "/v3/email-accounts/{id}",
    scope="channels:read",
    tool="reply_get_email_account",
    after=[add_names_of("owner")],
    view=MAILBOX,
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
    view=LINKEDIN_ACCOUNTS,
    also=["social senders", "profiles", "automation limits"],
)
class ListLinkedInAccounts(Arguments):
    """Connected LinkedIn accounts with state and today's usage."""


@area.get(
    "/v3/linkedin-accounts/{id}",
    scope="channels:read",
    tool="reply_get_linkedin_account",
    after=[add_names_of("owner")],
    view=LINKEDIN_ACCOUNT,
    also=["social sender", "daily limit", "why blocked", "connection requests a day"],
)
class GetLinkedInAccount(Arguments):
    """One LinkedIn account: state, today's usage, limits."""

    id: Path[LinkedInAccountId]


@area.get(
    "/v3/linkedin-accounts/pending",
    scope="channels:read",
    tool="reply_list_pending_linkedin_accounts",
    view=INVITATIONS,
    also=["invited", "connection links", "not yet connected"],
)
class ListPendingLinkedInAccounts(Arguments):
    """LinkedIn accounts that were invited and are not connected yet."""
