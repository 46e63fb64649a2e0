"""The sections of settings."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from reply_mcp.catalog.areas.account.settings_hooks import addresses_in
from reply_mcp.catalog.fields import shown_address
from reply_mcp.catalog.operation import Nullable, Part

_SECTIONS = {"account", "emails", "linked_in", "calls", "contacts", "beta", "safety", "inbox", "out_of_office"}
_SECTIONS |= {"handling", "contact_accounts"}


def _each_shown(addresses: str) -> str:
    for address in addresses_in(addresses):
        shown_address(address)
    return addresses


AddressList = Annotated[str, AfterValidator(_each_shown)]


class ProfileSettings(Part):
    """The user's own profile."""

    first_name: Nullable[str] = Field(None, max_length=48)
    last_name: Nullable[str] = Field(None, max_length=48)
    company: Nullable[str] = Field(None, max_length=48)
    phone: Nullable[str] = None
    title: Nullable[str] = Field(None, max_length=72)
    timezone: Nullable[str] = Field(None, description="IANA, such as Europe/Oslo")


class Safety(Part):
    """Limits on emails to one person, and what to do with non-replies."""

    first_step_delay: Nullable[int] = Field(None, ge=0, description="Minutes")
    prospect_emails_per_day_limit: Nullable[int] = Field(None, ge=1)
    non_replies_handling_type: Nullable[int] = Field(None, ge=0, le=2, description="0 nothing, 1 pause, 2 finish")
    inbox_non_replies_handling_type: Nullable[int] = Field(None, ge=0, le=1, description="0 nothing, 1 pause")


class InboxSettings(Part):
    """Copies of messages."""

    bcc_list: Nullable[AddressList] = Field(None, description="Addresses, with commas")
    replies_bcc_list: Nullable[AddressList] = None
    forward_only_replies: Nullable[bool] = None


class OutOfOffice(Part):
    """How contacts resume after an out-of-office reply."""

    is_resume_out_of_office_contacts_enabled: Nullable[bool] = None
    is_use_smart_return_date_enabled: Nullable[bool] = None
    default_days_to_wait_before_resuming_out_of_office: Nullable[int] = Field(None, ge=1)
    maximum_days_threshold_before_resuming_out_of_office: Nullable[int] = Field(None, ge=1)


class Sections(Part):
    """Settings that hold sections. A section that is null counts as left out; null clears single settings only."""

    @model_validator(mode="after")
    def no_null_sections(self) -> Self:
        for name in _SECTIONS & self.model_fields_set:
            if getattr(self, name) is None:
                self.model_fields_set.discard(name)
        return self


class EmailSettings(Sections):
    is_email_quality_check_enabled: Nullable[bool] = None
    safety: Safety | None = None
    inbox: InboxSettings | None = None
    out_of_office: OutOfOffice | None = None
    is_open_tracking_disabled: Nullable[bool] = None
    is_links_tracking_enabled: Nullable[bool] = None
    is_sending_plain_text_enabled: Nullable[bool] = None
    is_automatic_email_validation_enabled: Nullable[bool] = None
    reassign_sequence_prospects_when_email_account_added: Nullable[bool] = None

    @model_validator(mode="after")
    def plain_text_tracks_nothing(self) -> EmailSettings:
        tracked = self.is_links_tracking_enabled or self.is_open_tracking_disabled is False
        if self.is_sending_plain_text_enabled and tracked:
            raise ValueError(
                "plain text cannot be tracked: with isSendingPlainTextEnabled, isLinksTrackingEnabled must be false "
                "and isOpenTrackingDisabled true"
            )
        return self


class LinkedInSettings(Part):
    """LinkedIn."""

    reassign_sequence_prospects_when_linked_in_account_added: Nullable[bool] = None


class Resolution(Part):
    """How a call can end."""

    id: Nullable[int] = Field(None, description="None: a new one")
    name: str = Field(max_length=128)
    default_resolution_value: Nullable[int] = Field(
        None, ge=0, le=2, description="0 interested, 1 not interested, 2 not reached"
    )
    is_default: bool | None = None

    @model_validator(mode="after")
    def new_ones_mean_something(self) -> Resolution:
        if self.id is None and self.default_resolution_value is None:
            raise ValueError("a new resolution needs defaultResolutionValue: 0 interested, 1 not, 2 not reached")
        return self


class CallSettings(Part):
    """Calls."""

    is_team_calls_enabled: Nullable[bool] = Field(None, description="Team owner only")
    resolutions: Nullable[list[Resolution]] = Field(None, description="All of them, as read")


class Handling(Part):
    """What a reply does to colleagues and other sequences."""

    pause_prospect_organization_mode: Nullable[bool] = None
    pause_prospect_organization_value: Nullable[int] = Field(
        None, ge=1, le=2, description="1 in the same sequence, 2 in all"
    )
    pause_prospect_in_all_campaign_mode: Nullable[bool] = None
    pause_prospect_in_all_campaign_value: Nullable[int] = Field(None, ge=1, le=2, description="1 pause, 2 finish")
    leave_prospects_in_sequence_when_moving_to_another: Nullable[bool] = None
    enrich_prospect_when_linked_in_url_is_missing: Nullable[bool] = None


class CompanySettings(Part):
    """Companies made from contacts."""

    auto_populate: Nullable[bool] = None
    overwrite_fields: Nullable[bool] = None


class ContactStage(Part):
    """A stage of contacts."""

    id: int = Field(ge=1, le=8)
    name: str = Field(max_length=21)
    color_id: Nullable[int] = None
    description: Nullable[str] = None


class CompanyStage(Part):
    """A stage of companies."""

    id: int = Field(ge=1, le=8)
    name: str = Field(max_length=64)
    color_id: Nullable[int] = None


class ContactSettings(Sections):
    handling: Handling | None = None
    contact_accounts: CompanySettings | None = None
    contact_stages: Nullable[list[ContactStage]] = Field(None, max_length=8)
    account_stages: Nullable[list[CompanyStage]] = Field(None, max_length=8)


class BetaSettings(Part):
    """Beta features."""

    is_beta_features_enabled: Nullable[bool] = Field(None, description="Team owner only")
