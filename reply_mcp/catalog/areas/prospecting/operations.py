"""Prospecting: people found in Reply's database by their company and job, and addresses checked before mailing."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from reply_mcp.catalog.areas.prospecting import hooks
from reply_mcp.catalog.areas.prospecting.area import area
from reply_mcp.catalog.arguments.named_ids import ContactId, ListId, SequenceId
from reply_mcp.catalog.operation import Arguments, Effect, Paged, Part, Path, Query
from reply_mcp.catalog.views import Card, Column, Done, Table

Polarity = Literal["include", "exclude"]
Words = Annotated[str, Field(min_length=1, max_length=200)]
Percent = Annotated[int, Field(ge=0)]
CompanySize = Literal[
    "none",
    "selfEmployed",
    "ten",
    "fifty",
    "twoHundred",
    "fiveHundred",
    "oneThousand",
    "fiveThousand",
    "tenThousand",
    "overTenThousand",
]
Revenue = Literal[
    "zeroMillion",
    "halfMillion",
    "oneMillion",
    "twoAndHalfMillion",
    "fiveMillion",
    "tenMillion",
    "twentyMillion",
    "fiftyMillion",
    "oneHundredMillion",
    "fiveHundredMillion",
    "oneThousandMillion",
    "overOneThousandMillion",
]
_REVENUES = Revenue.__args__  # type: ignore[attr-defined]


class Value(Part):
    """A word to match, or to keep out."""

    value: Words
    type: Polarity | None = None

    @model_validator(mode="before")
    @classmethod
    def _word_alone(cls, given: Any) -> Any:
        return {"value": given} if isinstance(given, str) else given


class IdValue(Part):
    """An id to match, or to keep out."""

    value: int = Field(ge=1)
    type: Polarity | None = None


class Keywords(Part):
    """Words of which one must fit, or all of them."""

    values: list[Value] | None = Field(None, max_length=25)
    type: Literal["or", "and"] | None = None


class Growth(Part):
    """Growth of the headcount, in percent."""

    min: Percent | None = None
    max: Percent | None = None

    @model_validator(mode="after")
    def _is_a_range(self) -> Growth:
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError(f"min must not be over max, got {self.min} and {self.max}")
        return self


class DepartmentGrowth(Growth):
    """Growth of one department."""

    department: Words


Values = Annotated[list[Value], Field(max_length=25)]


class LiveDataFilters(Part):
    """Who is looked for: facts of the company, and of the person."""

    account_list_ids: list[IdValue] | None = Field(None, max_length=25)
    industries: Values | None = None
    company_locations: Values | None = None
    company_sizes: list[CompanySize] | None = Field(None, max_length=25)
    headcount_growth: Growth | None = None
    department_headcount_growth: DepartmentGrowth | None = None
    min_revenue: Revenue | None = None
    max_revenue: Revenue | None = None
    account_keywords: Keywords | None = None
    is_hiring_on_linked_in: bool | None = None
    contact_locations: Values | None = None
    job_titles: Values | None = None
    departments: Values | None = None
    seniorities: list[Words] | None = Field(None, max_length=25)
    contact_keywords: Keywords | None = None

    @model_validator(mode="after")
    def _revenue_is_a_range(self) -> LiveDataFilters:
        least, most = self.min_revenue, self.max_revenue
        if least is not None and most is not None and _REVENUES.index(least) > _REVENUES.index(most):
            raise ValueError(f"minRevenue must not be over maxRevenue, got {least} and {most}")
        return self


FILTERS = {
    "jobTitles": [{"value": "CTO"}, {"value": "Intern", "type": "exclude"}],
    "seniorities": ["director"],
    "companyLocations": [{"value": "Germany"}],
    "companySizes": ["fifty", "twoHundred"],
    "headcountGrowth": {"min": 10},
    "accountKeywords": {"values": [{"value": "logistics"}], "type": "or"},
}
FOUND = (
    "id",
    Column("state"),
    Column("started", "startedAt", "time"),
    Column("found", "contactsFound"),
    Column("credits", "usedCredits"),
    Column("sequence", "sequenceName"),
    Column("lists", kind="list"),
    Column("by", "userId"),
)


@area.post(
    "/v3/live-data/searches/preview",
    scope="contacts:write",
    tool="reply_preview_live_data_search",
    beta=True,
    view=Done("Counting the audience in background job {jobId}."),
    explain=[hooks.why_no_search],
    starts_job=True,
    verify_with="reply_list_background_jobs {{}}",
    also=[
        "audience size",
        "how many people match",
        "lead finder",
        "TAM",
        "before spending credits",
        "size of a market",
    ],
    example={"filters": FILTERS},
)
class PreviewLiveDataSearch(Arguments):
    """Sizes an audience in a background job: free, adds nobody."""

    filters: LiveDataFilters
    max_people_per_company: int | None = Field(None, ge=1)


@area.get(
    "/v3/live-data/searches",
    scope="contacts:read",
    tool="reply_list_live_data_searches",
    beta=True,
    after=[hooks.said_in_words],
    view=Table("searches", FOUND, empty="No search was run yet.", shown_elsewhere=("status", "sequenceId", "audience")),
    also=["lead finder history", "credits used", "prospect searches"],
)
class ListLiveDataSearches(Paged):
    """The team's searches, newest first: state, people found, credits used."""


@area.post(
    "/v3/live-data/searches",
    scope="contacts:write",
    tool="reply_start_live_data_search",
    beta=True,
    effect=Effect.SPEND,
    effect_for=hooks.search_effect,
    preview=hooks.search_preview,
    explain=[hooks.why_no_search],
    view=Done("Search {searchId} is running.", 'reply_get_live_data_search {{"id": {searchId}}} shows what it found.'),
    verify_with="reply_list_live_data_searches {{}}",
    also=[
        "find new leads",
        "buy contacts",
        "prospect database",
        "lead finder",
        "find people at companies",
        "B2B data",
        "get new leads",
        "find CTOs",
        "search people by title and country",
        "new prospects in an industry",
    ],
    example={"filters": FILTERS, "contactsCountToAdd": 50, "listIds": ["ICP A"]},
)
class StartLiveDataSearch(Arguments):
    """Finds people by filters and adds them as contacts, for credits. Size it first: reply_preview_live_data_search."""

    filters: LiveDataFilters
    contacts_count_to_add: int = Field(ge=1)
    add_contacts_without_emails: bool | None = None
    max_people_per_company: int | None = Field(None, ge=1, description="Default 1")
    sequence_id: SequenceId | None = Field(None, description="Enrols them; an active one mails them")
    list_ids: list[ListId] | None = None
    reference_url: str | None = None
    search_contact_phones: bool | None = Field(None, description="Costs more")


@area.get(
    "/v3/live-data/searches/{id}",
    scope="contacts:read",
    tool="reply_get_live_data_search",
    beta=True,
    after=[hooks.said_in_words],
    view=Card(
        "Search {id}: {state}",
        (
            (
                Column("found", "contactsFound"),
                Column("credits used", "usedCredits"),
                Column("started", "startedAt", "time"),
                Column("user", "userId"),
            ),
            (Column("sequence", ("sequenceName", "sequenceId")), Column("lists", kind="list")),
            ("audience",),
        ),
        shown_elsewhere=("status", "filters"),
    ),
    also=["search progress", "how many leads found", "lead finder result"],
)
class GetLiveDataSearch(Arguments):
    """One search: state, people found, credits, filters."""

    id: Path[int] = Field(ge=1)


class FilterValues(Paged):
    """A search in the words that a filter takes."""

    search: Query[str | None] = Field(None, description="Part of it")


def _values(noun: str) -> Table:
    return Table(noun, (Column("value", ""),), empty=f"No {noun} like that; a shorter search finds more.")


@area.get(
    "/v3/live-data/filter-values/industries",
    scope="contacts:read",
    tool="reply_list_live_data_industries",
    beta=True,
    view=_values("industries"),
    also=["filter values", "sectors", "verticals"],
)
class ListLiveDataIndustryFilterValues(FilterValues):
    """What filters.industries matches."""


@area.get(
    "/v3/live-data/filter-values/departments",
    scope="contacts:read",
    tool="reply_list_live_data_departments",
    beta=True,
    view=_values("departments"),
    also=["filter values", "functions", "teams"],
)
class ListLiveDataDepartmentFilterValues(FilterValues):
    """What filters.departments matches."""


@area.get(
    "/v3/live-data/filter-values/seniorities",
    scope="contacts:read",
    tool="reply_list_live_data_seniorities",
    beta=True,
    view=_values("seniorities"),
    also=["filter values", "job levels", "C-level"],
)
class ListLiveDataSeniorityFilterValues(FilterValues):
    """What filters.seniorities takes (plain words)."""


@area.get(
    "/v3/live-data/filter-values/locations",
    scope="contacts:read",
    tool="reply_list_live_data_locations",
    beta=True,
    view=_values("locations"),
    also=["filter values", "countries", "cities", "regions"],
)
class ListLiveDataLocationFilterValues(FilterValues):
    """Places for companyLocations and contactLocations."""


@area.get(
    "/v3/live-data/filter-values/job-titles",
    scope="contacts:read",
    tool="reply_list_live_data_job_titles",
    beta=True,
    view=_values("job titles"),
    also=["filter values", "positions", "roles"],
)
class ListLiveDataJobTitleFilterValues(FilterValues):
    """What filters.jobTitles matches."""


ContactIds = Annotated[list[ContactId], Field(min_length=1, max_length=10_000)]
ESTIMATE = Card(
    "{eligibleCount} of {requestedCount} contacts can be validated",
    (
        (Column("credits needed", "creditsRequired"), Column("credits there", "creditsAvailable")),
        (Column("enough", "creditsSufficient"), Column("may be scheduled", "canSchedule")),
        (Column("in the way", "blockers", "list"),),
    ),
)


@area.post(
    "/v3/email-validations/estimate",
    scope="contacts:read",
    tool="reply_estimate_email_validation",
    effect=Effect.READ,
    after=[hooks.blockers_said],
    view=ESTIMATE,
    also=["price of verifying emails", "validation credits", "what would it cost", "balance"],
)
class EstimateEmailValidation(Arguments):
    """What validating addresses would cost, and what stands against it. Free."""

    contact_ids: ContactIds
    accept_partial: bool | None = None


@area.post(
    "/v3/email-validations/schedule",
    scope="contacts:operate",
    tool="reply_schedule_email_validation",
    effect=Effect.SPEND,
    preview=hooks.validation_preview,
    explain=[hooks.why_not_validated],
    view=Done(
        "{scheduledCount} contacts are being validated, {creditsReserved} credits reserved (job {jobId}).",
        'reply_get_background_job {{"jobId": "{jobId}"}} shows when it is done.',
    ),
    starts_job=True,
    verify_with="reply_list_background_jobs {{}}",
    also=["verify emails", "clean list", "check addresses", "bounce check", "email verification"],
)
class ScheduleEmailValidation(Arguments):
    """Checks contacts' addresses in the background, a credit each; failed ones are given back."""

    contact_ids: ContactIds
    accept_partial: bool | None = Field(None, description="As many as there are credits for")


for _id, _path, _about in (
    ("EnrichContactsByEmail", "enrich-by-email", "Fill in missing details of contacts that have an email address."),
    ("FindContactEmails", "find-emails", "Find the missing email addresses of contacts."),
    ("FindContactPhones", "find-phones", "Find phone numbers for contacts."),
    ("EnrichContactsByLinkedIn", "enrich-by-linkedin", "Fill in contacts from their LinkedIn profiles."),
    ("EnrichContactsWithAiCustomFields", "enrich-ai-custom-fields", "Let AI fill the AI custom fields of contacts."),
):
    area.coming_soon(_id, "POST", f"/v3/contacts/{_path}", _about)
