"""The words that the filters of a search take."""

from __future__ import annotations

from pydantic import Field

from reply_mcp.catalog.areas.prospecting.area import area
from reply_mcp.catalog.areas.prospecting.views import values_table
from reply_mcp.catalog.operation import Paged, Query


class FilterValues(Paged):
    """A search in the words that a filter takes."""

    search: Query[str | None] = Field(None, description="Part of it")


@area.get(
    "/v3/live-data/filter-values/industries",
    scope="contacts:read",
    tool="reply_list_live_data_industries",
    beta=True,
    view=values_table("industries"),
    also=["filter values", "sectors", "verticals"],
)
class ListLiveDataIndustryFilterValues(FilterValues):
    """What filters.industries matches."""


@area.get(
    "/v3/live-data/filter-values/departments",
    scope="contacts:read",
    tool="reply_list_live_data_departments",
    beta=True,
    view=values_table("departments"),
    also=["filter values", "functions", "teams"],
)
class ListLiveDataDepartmentFilterValues(FilterValues):
    """What filters.departments matches."""


@area.get(
    "/v3/live-data/filter-values/seniorities",
    scope="contacts:read",
    tool="reply_list_live_data_seniorities",
    beta=True,
    view=values_table("seniorities"),
    also=["filter values", "job levels", "C-level"],
)
class ListLiveDataSeniorityFilterValues(FilterValues):
    """What filters.seniorities takes (plain words)."""


@area.get(
    "/v3/live-data/filter-values/locations",
    scope="contacts:read",
    tool="reply_list_live_data_locations",
    beta=True,
    view=values_table("locations"),
    also=["filter values", "countries", "cities", "regions"],
)
class ListLiveDataLocationFilterValues(FilterValues):
    """Places for companyLocations and contactLocations."""


@area.get(
    "/v3/live-data/filter-values/job-titles",
    scope="contacts:read",
    tool="reply_list_live_data_job_titles",
    beta=True,
    view=values_table("job titles"),
    also=["filter values", "positions", "roles"],
)
class ListLiveDataJobTitleFilterValues(FilterValues):
    """What filters.jobTitles matches."""
