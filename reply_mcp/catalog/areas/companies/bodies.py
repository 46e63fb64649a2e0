"""Ids by name, lengths and enums of companies, and the parts of their request bodies."""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field

from reply_mcp.catalog.arguments.model_fields import names_of
from reply_mcp.catalog.arguments.named_ids import CompanyId, ContactId
from reply_mcp.catalog.arguments.sort_fields import sort_field_in
from reply_mcp.catalog.arguments.times import ZONE
from reply_mcp.catalog.batching import MOST
from reply_mcp.catalog.operation import Nullable, Part
from reply_mcp.text.company_sizes import company_size_in

_SizeWord = Literal[
    "Empty",
    "SelfEmployed",
    "2-10",
    "11-50",
    "51-200",
    "201-500",
    "501-1000",
    "1001-5000",
    "5001-10000",
    "10001+",
]
Size = Annotated[_SizeWord, BeforeValidator(company_size_in(get_args(_SizeWord)))]
People = Annotated[list[ContactId], Field(min_length=1, max_length=MOST)]
Companies = Annotated[list[CompanyId], Field(min_length=1, max_length=MOST)]
ListName = Annotated[str, Field(min_length=3, max_length=128)]


class CompanyFacts(Part):
    """What is known of a company, besides its name."""

    description: Nullable[str] = None
    domain_name: Nullable[str] = None
    domain_secondary: Nullable[str] = None
    industry: Nullable[str] = None
    company_size: Nullable[Size] = None
    country: Nullable[str] = None
    state: Nullable[str] = None
    city: Nullable[str] = None
    time_zone_id: Nullable[str] = Field(None, description=ZONE)
    linked_in_url: Nullable[str] = None
    phone: Nullable[str] = None
    twitter_url: Nullable[str] = None
    logo_url: Nullable[str] = None
    email: Nullable[str] = None


_SORTED = ("id", "name", "ownerUserId", "createdDate", "lastActivityDate", *names_of(CompanyFacts))
_ALSO = {
    "domain": "domainName",
    "size": "companySize",
    "owner": "ownerUserId",
    "created": "createdDate",
    "added": "createdDate",
    "lastactivity": "lastActivityDate",
    "timezone": "timeZoneId",
    "linkedin": "linkedInUrl",
}
CompanySort = Annotated[str, BeforeValidator(sort_field_in(_SORTED, _ALSO))]


class NewCompany(CompanyFacts):
    """A company of a bulk creation."""

    name: str = Field(min_length=1)

    def label(self) -> str:
        return self.name


class CompanyCondition(Part):
    """A condition of a filter: a property of the company against one or several values."""

    property: Literal[
        "OwnerId",
        "Name",
        "Description",
        "DomainName",
        "DomainSecondary",
        "Industry",
        "Country",
        "State",
        "City",
        "LinkedInUrl",
        "TwitterUrl",
        "CreatedDate",
        "LastActivityDate",
        "CompanySize",
        "TimeZoneId",
        "NumericPhoneNumber",
        "LastActivityDateFrom",
        "LastActivityDateTo",
        "Stage",
        "NumberOfContacts",
        "Sequence",
    ]
    condition: Literal[
        "Equals",
        "NotEquals",
        "In",
        "NotIn",
        "CollectionContains",
        "CollectionNotContains",
        "GreaterThan",
        "LowerThan",
        "GreaterEqualThan",
        "LowerEqualThan",
        "IsNull",
        "IsNotNull",
    ]
    values: Any = Field(description="One or a list, as the property needs")
