"""What narrows a report: filters that every report takes, and those of each kind."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field, model_validator

from reply_mcp.catalog.arguments.named_ids import (
    EmailAccountId,
    LinkedInAccountId,
    ListId,
    SequenceId,
    TeamId,
    UserId,
)
from reply_mcp.catalog.arguments.times import Moment, Until, check_period, preset_in_words
from reply_mcp.catalog.operation import Part
from reply_mcp.text.company_sizes import company_size_in

EmailProvider = Literal[
    "none", "other", "gSuite", "office", "zoho", "mimecast", "proofpoint", "yandex", "ovh", "goDaddy", "ionos",
    "gandi", "hostinger", "oneAndOne", "amazon", "unknown", "barracuda", "spamexperts", "hotmail", "liveCom", "yahoo",
    "bloomberg", "gmail", "outlook", "ciscoSecureEmail", "titanMail", "protonmail", "namecheap", "appleMail",
    "linkedin",
]  # fmt: skip
_CompanySizeWord = Literal[
    "empty", "selfEmployed", "ten", "fifty", "twoHundred", "fiveHundred", "oneThousand", "fiveThousand",
    "tenThousand", "overTenThousand",
]  # fmt: skip
CompanySize = Annotated[_CompanySizeWord, BeforeValidator(company_size_in(get_args(_CompanySizeWord)))]
ValidationStatus = Literal["requiresValidation", "valid", "notValid", "risky", "validationFailed", "catchAll"]
BounceType = Literal[
    "unknown", "soft", "hard", "gmailApiLimitWarning", "office365LimitWarning", "mailboxFull",
    "authenticationFailure", "spamRejection", "policyViolation",
]  # fmt: skip
Sentiment = Literal["unknown", "interested", "notInterested", "doNotContact", "notNow", "forwarded", "meeting"]
TaskType = Literal["toDo", "call", "meeting", "linkedIn", "manualEmail", "sms", "whatsApp"]


class ReportFilters(Part):
    """A period, and the contacts, users and sequences to count; if empty, the last seven days of the whole team.

    `from` alone counts until now, since Reply requires both ends or neither."""

    from_: Moment | None = Field(None, alias="from")
    to: Until | None = None
    date_range_preset: Literal["lastWeek", "lastMonth", "lastYear", "allTime"] | None = None
    team_ids: list[TeamId] | None = None
    user_ids: list[UserId] | None = None
    sequence_ids: list[SequenceId] | None = None
    contact_list_ids: list[ListId] | None = None
    include_out_of_sequence: bool | None = None
    email_validation_statuses: list[ValidationStatus] | None = None
    companies: list[str] | None = None
    company_sizes: list[CompanySize] | None = None
    industries: list[str] | None = None
    cities: list[str] | None = None
    states: list[str] | None = None
    countries: list[str] | None = None
    titles: list[str] | None = None
    email_providers: list[EmailProvider] | None = None

    @model_validator(mode="before")
    @classmethod
    def _null_is_nothing(cls, given: Any) -> Any:
        if isinstance(given, dict):
            return preset_in_words({key: value for key, value in given.items() if value is not None})
        return given

    @model_validator(mode="after")
    def _is_one_period(self) -> ReportFilters:
        if self.date_range_preset is not None and (self.from_ is not None or self.to is not None):
            raise ValueError("give from and to, or dateRangePreset, not both")
        if self.to is not None and self.from_ is None:
            raise ValueError("to needs a from")
        if self.from_ is not None and self.to is None:
            self.to = datetime.now(UTC).replace(microsecond=0)
        check_period(self.from_, self.to)
        return self


class EmailFilters(ReportFilters):
    """Also by mailbox, source, bounce type and sentiment of the reply."""

    email_account_ids: list[EmailAccountId] | None = None
    email_sending_sources: list[Literal["sequenceProcessing", "manualEmail"]] | None = None
    bounce_types: list[BounceType] | None = None
    sentiments: list[Sentiment] | None = None


class CallFilters(ReportFilters):
    """Also by how the call went."""

    call_resolutions: list[Literal["positive", "toCall", "negative"]] | None = None
    call_dispositions: list[Literal["answered", "loggedManually", "noAnswer", "busy", "fail"]] | None = None
    call_types: list[Literal["outbound", "inbound"]] | None = None


class TaskFilters(ReportFilters):
    """Also by the task's state and type."""

    task_statuses: list[Literal["created", "completed"]] | None = None
    task_types: list[TaskType] | None = None


class LinkedInFilters(ReportFilters):
    """Also by LinkedIn account."""

    linked_in_account_ids: list[LinkedInAccountId] | None = Field(None, alias="linkedInAccountIds")


class TeamFilters(ReportFilters):
    """Also by mailbox."""

    email_account_ids: list[EmailAccountId] | None = None


class ComparedPeriod(Part):
    """An earlier period to compare with."""

    from_: Moment | None = Field(None, alias="from")
    to: Until | None = None

    @model_validator(mode="after")
    def _is_a_period(self) -> ComparedPeriod:
        check_period(self.from_, self.to)
        return self
