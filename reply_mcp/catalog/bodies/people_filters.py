"""Filters that find people by facts of their company and of themselves: of a search in Live Data, of an autopilot."""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field, model_validator

from reply_mcp.catalog.arguments.named_ids import CompanyListId
from reply_mcp.catalog.operation import Nullable, Part
from reply_mcp.text.company_sizes import company_size_in

Polarity = Literal["include", "exclude"]
Words = Annotated[str, Field(min_length=1, max_length=200)]
Percent = Annotated[int, Field(ge=0)]
_CompanySizeWord = Literal[
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
CompanySize = Annotated[_CompanySizeWord, BeforeValidator(company_size_in(get_args(_CompanySizeWord)))]
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
_REVENUES: tuple[str, ...] = get_args(Revenue)


class Value(Part):
    """A word to match or to exclude."""

    value: Words
    type: Polarity | None = None

    @model_validator(mode="before")
    @classmethod
    def _word_alone(cls, given: Any) -> Any:
        return {"value": given} if isinstance(given, str) else given


class IdValue(Part):
    """An id to match or to exclude."""

    value: CompanyListId
    type: Polarity | None = None


class Keywords(Part):
    """Words of which one must fit, or all of them."""

    values: list[Value] | None = Field(None, max_length=25)
    type: Literal["or", "and"] | None = None


class Growth(Part):
    """Growth of the headcount, in percent."""

    min: Nullable[Percent] = None
    max: Nullable[Percent] = None

    @model_validator(mode="after")
    def _is_a_range(self) -> Growth:
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError(f"min must not be over max, got {self.min} and {self.max}")
        return self


class DepartmentGrowth(Growth):
    """Growth of one department."""

    department: Words


Values = Annotated[list[Value], Field(max_length=25)]


class PeopleFilters(Part):
    """Who to find: facts of the company and of the person."""

    account_list_ids: list[IdValue] | None = Field(None, max_length=25)
    industries: Values | None = None
    company_locations: Values | None = None
    company_sizes: list[CompanySize] | None = Field(None, max_length=25)
    headcount_growth: Nullable[Growth] = None
    department_headcount_growth: Nullable[DepartmentGrowth] = None
    min_revenue: Nullable[Revenue] = None
    max_revenue: Nullable[Revenue] = None
    account_keywords: Keywords | None = None
    is_hiring_on_linked_in: bool | None = None
    contact_locations: Values | None = None
    job_titles: Values | None = None
    departments: Values | None = None
    seniorities: list[Words] | None = Field(None, max_length=25)
    contact_keywords: Keywords | None = None

    @model_validator(mode="after")
    def _revenue_is_a_range(self) -> PeopleFilters:
        least, most = self.min_revenue, self.max_revenue
        if least is not None and most is not None and _REVENUES.index(least) > _REVENUES.index(most):
            raise ValueError(f"minRevenue must not be over maxRevenue, got {least} and {most}")
        return self
