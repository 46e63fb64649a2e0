"""The settings of the user and the team: profile, sending, inbox, contacts, stages."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from reply_mcp.catalog.areas.account.area import area
from reply_mcp.catalog.areas.account.settings_hooks import all_stages, choices_in_words, really_changed
from reply_mcp.catalog.operation import Arguments, Part
from reply_mcp.catalog.views import Card, Column, Done, Table


def _on(name: str, source: str) -> Column:
    return Column(name, source, "flag")


_SAFETY, _INBOX, _AWAY, _HANDLING = "emails.safety", "emails.inbox", "emails.outOfOffice", "contacts.handling"

SETTINGS = Card(
    "Settings of {account.firstName} {account.lastName}",
    (
        (
            Column("company", "account.company"),
            Column("title", "account.title"),
            Column("phone", "account.phone"),
            Column("time zone", "account.timezone"),
        ),
        (
            Column("first step delay (min)", f"{_SAFETY}.firstStepDelay"),
            Column("emails a day to one person", f"{_SAFETY}.prospectEmailsPerDayLimit"),
            Column("on non-replies", f"{_SAFETY}._nonRepliesHandlingType"),
            Column("on non-replies in inbox", f"{_SAFETY}._inboxNonRepliesHandlingType"),
        ),
        (
            _on("quality check", "emails.isEmailQualityCheckEnabled"),
            _on("open tracking off", "emails.isOpenTrackingDisabled"),
            _on("link tracking", "emails.isLinksTrackingEnabled"),
            _on("plain text", "emails.isSendingPlainTextEnabled"),
            _on("validates new addresses", "emails.isAutomaticEmailValidationEnabled"),
            _on("new mailboxes take over contacts", "emails.reassignSequenceProspectsWhenEmailAccountAdded"),
            _on(
                "new LinkedIn accounts take over contacts", "linkedIn.reassignSequenceProspectsWhenLinkedInAccountAdded"
            ),
        ),
        (
            Column("BCC", f"{_INBOX}.bccList"),
            Column("BCC of replies", f"{_INBOX}.repliesBccList"),
            _on("forwards replies only", f"{_INBOX}.forwardOnlyReplies"),
        ),
        (
            _on("resumes after out-of-office", f"{_AWAY}.isResumeOutOfOfficeContactsEnabled"),
            _on("reads return dates", f"{_AWAY}.isUseSmartReturnDateEnabled"),
            Column("days before resuming", f"{_AWAY}.defaultDaysToWaitBeforeResumingOutOfOffice"),
            Column("at most", f"{_AWAY}.maximumDaysThresholdBeforeResumingOutOfOffice"),
        ),
        (
            _on("a reply pauses colleagues", f"{_HANDLING}.pauseProspectOrganizationMode"),
            Column("where", f"{_HANDLING}._pauseProspectOrganizationValue"),
            _on("a reply ends other sequences", f"{_HANDLING}.pauseProspectInAllCampaignMode"),
            Column("how", f"{_HANDLING}._pauseProspectInAllCampaignValue"),
            _on("stays in the old sequence when moved", f"{_HANDLING}.leaveProspectsInSequenceWhenMovingToAnother"),
            _on("finds LinkedIn profiles", f"{_HANDLING}.enrichProspectWhenLinkedInUrlIsMissing"),
            _on("companies from contacts", "contacts.contactAccounts.autoPopulate"),
            _on("overwrites companies", "contacts.contactAccounts.overwriteFields"),
        ),
        (_on("team calls", "calls.isTeamCallsEnabled"), _on("beta features", "beta.isBetaFeaturesEnabled")),
        (Column("contact stages", "contacts.contactStages", "list"),),
        (Column("company stages", "contacts.accountStages", "list"),),
    ),
    (Table("call resolutions", ("id", "name", _on("default", "isDefault")), items="calls.resolutions"),),
)

_SECTIONS = {"account", "emails", "linked_in", "calls", "contacts", "beta", "safety", "inbox", "out_of_office"}
_SECTIONS |= {"handling", "contact_accounts", "contact_stages", "account_stages"}


class ProfileSettings(Part):
    first_name: str | None = Field(None, max_length=48)
    last_name: str | None = Field(None, max_length=48)
    company: str | None = Field(None, max_length=48)
    phone: str | None = None
    title: str | None = Field(None, max_length=72)
    timezone: str | None = Field(None, description="IANA, such as Europe/Oslo")


class Safety(Part):
    first_step_delay: int | None = Field(None, ge=0, description="Minutes")
    prospect_emails_per_day_limit: int | None = Field(None, ge=1)
    non_replies_handling_type: int | None = Field(None, ge=0, le=2, description="0 nothing, 1 pause, 2 finish")
    inbox_non_replies_handling_type: int | None = Field(None, ge=0, le=1, description="0 nothing, 1 pause")


class InboxSettings(Part):
    bcc_list: str | None = Field(None, description="Addresses, with commas")
    replies_bcc_list: str | None = None
    forward_only_replies: bool | None = None


class OutOfOffice(Part):
    is_resume_out_of_office_contacts_enabled: bool | None = None
    is_use_smart_return_date_enabled: bool | None = None
    default_days_to_wait_before_resuming_out_of_office: int | None = Field(None, ge=1)
    maximum_days_threshold_before_resuming_out_of_office: int | None = Field(None, ge=1)


class Sections(Part):
    """Settings with settings inside; null for one of these counts as left out, since only single settings clear."""

    @model_validator(mode="after")
    def no_null_sections(self) -> Self:
        for name in _SECTIONS & self.model_fields_set:
            if getattr(self, name) is None:
                self.model_fields_set.discard(name)
        return self


class EmailSettings(Sections):
    is_email_quality_check_enabled: bool | None = None
    safety: Safety | None = None
    inbox: InboxSettings | None = None
    out_of_office: OutOfOffice | None = None
    is_open_tracking_disabled: bool | None = None
    is_links_tracking_enabled: bool | None = None
    is_sending_plain_text_enabled: bool | None = None
    is_automatic_email_validation_enabled: bool | None = None
    reassign_sequence_prospects_when_email_account_added: bool | None = None

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
    reassign_sequence_prospects_when_linked_in_account_added: bool | None = None


class Resolution(Part):
    """How a call can end."""

    id: int | None = Field(None, description="None: a new one")
    name: str = Field(max_length=128)
    default_resolution_value: int | None = Field(
        None, ge=0, le=2, description="0 interested, 1 not interested, 2 not reached"
    )
    is_default: bool | None = None

    @model_validator(mode="after")
    def new_ones_mean_something(self) -> Resolution:
        if self.id is None and self.default_resolution_value is None:
            raise ValueError("a new resolution needs defaultResolutionValue: 0 interested, 1 not, 2 not reached")
        return self


class CallSettings(Part):
    is_team_calls_enabled: bool | None = Field(None, description="Team owner only")
    resolutions: list[Resolution] | None = Field(None, description="All of them, as read")


class Handling(Part):
    pause_prospect_organization_mode: bool | None = None
    pause_prospect_organization_value: int | None = Field(
        None, ge=1, le=2, description="1 in the same sequence, 2 in all"
    )
    pause_prospect_in_all_campaign_mode: bool | None = None
    pause_prospect_in_all_campaign_value: int | None = Field(None, ge=1, le=2, description="1 pause, 2 finish")
    leave_prospects_in_sequence_when_moving_to_another: bool | None = None
    enrich_prospect_when_linked_in_url_is_missing: bool | None = None


class CompanySettings(Part):
    auto_populate: bool | None = None
    overwrite_fields: bool | None = None


class ContactStage(Part):
    id: int = Field(ge=1, le=8)
    name: str = Field(max_length=21)
    color_id: int | None = None
    description: str | None = None


class CompanyStage(Part):
    id: int = Field(ge=1, le=8)
    name: str = Field(max_length=64)
    color_id: int | None = None


class ContactSettings(Sections):
    handling: Handling | None = None
    contact_accounts: CompanySettings | None = None
    contact_stages: Annotated[list[ContactStage] | None, Field(max_length=8)] = None
    account_stages: Annotated[list[CompanyStage] | None, Field(max_length=8)] = None


class BetaSettings(Part):
    is_beta_features_enabled: bool | None = Field(None, description="Team owner only")


@area.get(
    "/v3/settings",
    scope="settings:read",
    tool="reply_get_settings",
    after=[choices_in_words],
    view=SETTINGS,
    also=["preferences", "tracking on or off", "out of office", "stages", "my profile", "time zone", "BCC"],
)
class GetSettings(Arguments):
    """Your profile and the team's settings: sending, tracking, inbox, out-of-office, stages."""


@area.patch(
    "/v3/settings",
    scope="settings:write",
    tool="reply_update_settings",
    before=[all_stages],
    after=[really_changed],
    view=Done("{outcome}"),
    verify_with="reply_get_settings {{}}",
    also=["change preferences", "turn tracking off", "rename stages", "out of office", "daily limit per person", "BCC"],
    example={"emails": {"isLinksTrackingEnabled": False, "safety": {"prospectEmailsPerDayLimit": 2}}},
)
class UpdateSettings(Sections, Arguments):
    """Changes what is given, for the whole team save the profile; nested as reply_get_settings with detail=full shows.
    Stages given in part are completed (one more request)."""

    account: ProfileSettings | None = None
    emails: EmailSettings | None = None
    linked_in: LinkedInSettings | None = None
    calls: CallSettings | None = None
    contacts: ContactSettings | None = None
    beta: BetaSettings | None = None

    @model_validator(mode="after")
    def changes_something(self) -> UpdateSettings:
        if not any(self.wire().values()):
            raise ValueError("give at least one setting")
        return self
