"""Live Data: searches for people in Reply's database, by their company and job."""

from __future__ import annotations

from pydantic import Field

from reply_mcp.catalog.areas.prospecting import hooks
from reply_mcp.catalog.areas.prospecting.area import area
from reply_mcp.catalog.areas.prospecting.views import SEARCH, SEARCHES
from reply_mcp.catalog.arguments.named_ids import ListId, SequenceId
from reply_mcp.catalog.bodies.people_filters import PeopleFilters
from reply_mcp.catalog.operation import Arguments, Effect, Nullable, Paged, Path
from reply_mcp.catalog.undo import CHANGES_NOTHING, cannot
from reply_mcp.catalog.views import Done

FILTERS = {
    "jobTitles": [{"value": "CTO"}, {"value": "Intern", "type": "exclude"}],
    "seniorities": ["director"],
    "companyLocations": [{"value": "Germany"}],
    "companySizes": ["fifty", "twoHundred"],
    "headcountGrowth": {"min": 10},
    "accountKeywords": {"values": [{"value": "logistics"}], "type": "or"},
}


@area.post(
    "/v3/live-data/searches/preview",
    scope="contacts:write",
    tool="reply_preview_live_data_search",
    undo=CHANGES_NOTHING,
    beta=True,
    view=Done(
        "The audience is being counted.", 'reply_get_background_job {{"jobId": "{jobId}"}} shows how many they are.'
    ),
    explain=[hooks.explain_refused_search],
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

    filters: PeopleFilters
    max_people_per_company: int | None = Field(None, ge=1)


@area.get(
    "/v3/live-data/searches",
    scope="contacts:read",
    tool="reply_list_live_data_searches",
    beta=True,
    after=[hooks.describe_searches],
    view=SEARCHES,
    also=["lead finder history", "credits used", "prospect searches"],
)
class ListLiveDataSearches(Paged):
    """The team's searches, newest first: state, people found, credits used."""


@area.post(
    "/v3/live-data/searches",
    scope="contacts:write",
    tool="reply_start_live_data_search",
    undo=cannot("Credits that were spent stay spent."),
    beta=True,
    effect=Effect.SPEND,
    effect_for=hooks.effect_of_search,
    preview=hooks.preview_search,
    explain=[hooks.explain_refused_search],
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

    filters: PeopleFilters
    contacts_count_to_add: int = Field(ge=1)
    add_contacts_without_emails: bool | None = None
    max_people_per_company: int | None = Field(None, ge=1, description="Default 1")
    sequence_id: Nullable[SequenceId] = Field(None, description="Enrolls them; an active one emails them")
    list_ids: list[ListId] | None = None
    reference_url: Nullable[str] = Field(None, description="Page that seeds the search")
    search_contact_phones: bool | None = Field(None, description="Costs more")


@area.get(
    "/v3/live-data/searches/{id}",
    scope="contacts:read",
    tool="reply_get_live_data_search",
    beta=True,
    after=[hooks.describe_searches],
    view=SEARCH,
    also=["search progress", "how many leads found", "lead finder result"],
)
class GetLiveDataSearch(Arguments):
    """One search: state, people found, credits, filters."""

    id: Path[int] = Field(ge=1)
