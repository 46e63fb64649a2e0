"""How a sequence sends: all of its settings when it is created, some of them in a change."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from reply_mcp.catalog.operation import Nullable, Part

Replies = Literal["markAsFinished", "continueSending"]


class SettingsChange(Part):
    """Only what is given changes."""

    emails_count_per_day: int | None = None
    days_to_finish_prospect: int | None = None
    email_sending_delay_seconds: int | None = None
    daily_throttling: int | None = Field(None, description="People started in 24 hours")
    use_daily_throttling: bool | None = None
    disable_opens_tracking: bool | None = None
    replies_handling_type: Replies | None = None
    enable_links_tracking: bool | None = None
    is_sending_plain_text_enabled: bool | None = None
    is_list_unsubscribe_header_enabled: bool | None = None
    is_same_domain_sending_limit_enabled: bool | None = None
    number_of_same_domain_sending_limit: Nullable[int] = Field(None, description="People of one domain a day")
    match_prospect_to_email_account_provider: bool | None = None
    call_is_automatic: bool | None = None
    task_is_automatic: bool | None = None
    generated_task_owner: Nullable[Literal["contact", "sequence"]] = None


class SequenceSettings(Part):
    """Settings of a new sequence; v3 requires the first seven where any are given."""

    emails_count_per_day: int
    days_to_finish_prospect: int
    email_sending_delay_seconds: int
    daily_throttling: int = Field(description="People started in 24 hours")
    disable_opens_tracking: bool
    replies_handling_type: Replies
    enable_links_tracking: bool
    use_daily_throttling: bool | None = None
    is_sending_plain_text_enabled: bool | None = None
    is_list_unsubscribe_header_enabled: bool | None = None
    is_same_domain_sending_limit_enabled: bool | None = None
    number_of_same_domain_sending_limit: Nullable[int] = Field(None, description="People of one domain a day")
    match_prospect_to_email_account_provider: bool | None = None
    call_is_automatic: bool | None = None
    task_is_automatic: bool | None = None
    generated_task_owner: Nullable[Literal["contact", "sequence"]] = None
