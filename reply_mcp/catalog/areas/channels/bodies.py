"""What requests about mailboxes and LinkedIn accounts hold."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from reply_mcp.catalog.arguments.named_ids import Named
from reply_mcp.catalog.operation import Arguments, Email, Nullable, Part

TagId = Annotated[int | str, Named("tag", "ListEmailAccountTags", ("name",), "reply_list_email_account_tags")]
InvitationId = Annotated[
    int | str,
    Named("invitation", "ListPendingLinkedInAccounts", ("name",), "reply_list_pending_linkedin_accounts"),
]
Port = Annotated[int, Field(ge=1, le=65535)]
Short = Annotated[int, Field(ge=-32768, le=32767)]


class Connection(Part):
    """The servers and passwords of a mailbox that is neither Gmail nor Office 365."""

    email: Email
    sender_name: str | None = None
    smtp_host: str
    smtp_port: Port
    smtp_password: str
    smtp_ssl: bool | None = None
    imap_host: str
    imap_port: Port
    imap_password: str
    imap_ssl: bool | None = None


class Safety(Part):
    """How much a mailbox may send, and how fast."""

    daily_limit: int | None = None
    is_emails_throttling_enabled: Nullable[bool] = None
    emails_per_interval: Nullable[Short] = None
    emails_throttling_seconds_interval: Nullable[Short] = None
    is_sending_delay_enabled: Nullable[bool] = None
    max_sending_delay_seconds: Nullable[int] = None
    min_sending_delay_seconds: Nullable[int] = None


class Signature(Part):
    """The end of its emails; null removes it."""

    signature: Nullable[str] = None


class OptOut(Part):
    """How people opt out of its emails."""

    message: Nullable[str] = None
    email_footer: Nullable[str] = None
    is_opt_out_link_enabled: bool | None = None
    opt_out_text_block: Nullable[str] = None


class RampUp(Part):
    """Sending a few more emails every day."""

    enabled: bool | None = None
    start_value: int | None = None
    increment_value: int | None = None


class EmailAccountSections(Arguments):
    """The settings of a mailbox, apart from its connection."""

    safety: Safety | None = None
    signature: Signature | None = None
    opt_out: OptOut | None = None
    ramp_up: RampUp | None = None
    tags: list[str] | None = None


class Connectivity(Arguments):
    """A mail server and the credentials to test."""

    host: str
    port: Port
    user_name: str
    password: str
    enable_ssl: bool | None = None


class DailyLimits(Part):
    """How often an account does each action in a day, at most or at least."""

    daily_detect_count: int | None = None
    daily_send_connection_request_count: int | None = None
    daily_send_message_count: int | None = None
    daily_send_sales_navigator_connection_request_count: int | None = None
    daily_in_mail_count: int | None = None
    daily_view_profile_count: int | None = None
    daily_like_recent_posts_count: int | None = None
    daily_revoke_connection_count: int | None = None
    daily_endorsed_skills_count: int | None = None
    daily_followed_profiles_count: int | None = None
    daily_comment_recent_post_count: int | None = None
