"""Companies ("accounts" in Reply), the people in them, and the lists that they are on."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from reply_mcp.catalog.areas.companies import hooks
from reply_mcp.catalog.areas.companies.area import area
from reply_mcp.catalog.arguments.named_ids import ContactId, Named, UserId
from reply_mcp.catalog.batching import MOST
from reply_mcp.catalog.hooks.bulk_results import drop_duplicate_ids, key_by_label, translate_reasons
from reply_mcp.catalog.hooks.id_labels import add_names_of
from reply_mcp.catalog.hooks.read_modify_write import keep_unset_fields
from reply_mcp.catalog.hooks.repeated_rows import drop_repeated_rows
from reply_mcp.catalog.operation import Arguments, Effect, Paged, Part, Path, Query
from reply_mcp.catalog.views import Card, Column, Done, PerItem, Table

CompanyId = Annotated[int | str, Named("company", "GetContactAccounts", ("name",), "reply_search_companies", "search")]
CompanyListId = Annotated[
    int | str,
    Named("company list", "GetContactAccountLists", ("name",), "reply_search_company_lists", "search"),
]
Size = Annotated[
    Literal[
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
    ],
    BeforeValidator(hooks.size_word),
]
People = Annotated[list[ContactId], Field(min_length=1, max_length=MOST)]
Companies = Annotated[list[CompanyId], Field(min_length=1, max_length=MOST)]
ListName = Annotated[str, Field(min_length=3, max_length=128)]

COMPANIES = Table(
    "companies",
    (
        "id",
        "name",
        Column("domain", "domainName"),
        "industry",
        Column("size", "companySize", "enum"),
        Column("stage", "stage.name"),
        Column("contacts", "linkedProspectsCount"),
        Column("owner", "owner.name"),
        Column("last activity", "lastActivityDate", "date"),
    ),
    empty="No company matches. reply_filter_companies takes conditions.",
    shown_elsewhere=("ownerUserId",),
)
COMPANY = Card(
    "Company {id}: {name}",
    (
        (
            Column("domain", "domainName"),
            Column("second domain", "domainSecondary"),
            "industry",
            Column("size", "companySize", "enum"),
            Column("place", ("city", "state", "country")),
            Column("time zone", "timeZoneId"),
            Column("mail provider", "emailProvider", "enum"),
        ),
        (
            Column("stage", "stage.name"),
            Column("contacts", "linkedProspectsCount"),
            "owner",
            Column("created", "createdDate", "date"),
            Column("last activity", "lastActivityDate", "time"),
        ),
        (
            "email",
            "phone",
            Column("LinkedIn", "linkedInUrl"),
            Column("Twitter", "twitterUrl"),
            Column("logo", "logoUrl"),
        ),
        (Column("description", "description", "outside"),),
    ),
    shown_elsewhere=("ownerUserId",),
)
READ_IT = 'reply_get_company {{"id": {id}}}'
READ_LIST = 'reply_filter_companies {{"listId": {id}}}'
WITH_OWNER = add_names_of("owner")


class CompanyFacts(Part):
    """What is known of a company, besides its name."""

    description: str | None = None
    domain_name: str | None = None
    domain_secondary: str | None = None
    industry: str | None = None
    company_size: Size | None = None
    country: str | None = None
    state: str | None = None
    city: str | None = None
    time_zone_id: str | None = None
    linked_in_url: str | None = None
    phone: str | None = None
    twitter_url: str | None = None
    logo_url: str | None = None
    email: str | None = None


class NewCompany(CompanyFacts):
    """A company of a bulk creation."""

    name: str = Field(min_length=1)

    def label(self) -> str:
        return self.name


@area.get(
    "/v3/contact-accounts",
    scope="contacts:read",
    tool="reply_search_companies",
    view=COMPANIES,
    also=[
        "accounts",
        "organizations",
        "find account by name",
        "customers",
        "accounts in an industry",
        "target companies",
    ],
    after=[drop_repeated_rows, WITH_OWNER],
)
class GetContactAccounts(Paged):
    """Companies by a part of the name, or all."""

    search: Query[str | None] = Field(None, description="In the name")
    sort_by: Query[str | None] = Field(None, alias="sort_by")
    sort_direction: Query[Literal["asc", "desc"] | None] = Field(None, alias="sort_direction")

    @model_validator(mode="after")
    def sorted_by_something(self) -> GetContactAccounts:
        if self.sort_direction and not self.sort_by:
            raise ValueError("sort_direction needs sort_by")
        return self


@area.post(
    "/v3/contact-accounts",
    scope="contacts:write",
    tool="reply_create_company",
    view=Done('Created company {id} "{name}".', "reply_add_contacts_to_company puts people in it"),
    also=["new account", "add organization"],
    verify_with='reply_search_companies {{"search": "{name}"}}',
)
class CreateContactAccount(CompanyFacts, Arguments):
    """Adds a company. Search first: Reply may take doubles."""

    name: str = Field(min_length=1)


class CompanyCondition(Part):
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


@area.post(
    "/v3/contact-accounts/filter",
    scope="contacts:read",
    tool="reply_filter_companies",
    effect=Effect.READ,
    view=COMPANIES,
    also=["accounts on list", "accounts by domain", "industry", "segment organizations"],
    after=[drop_repeated_rows, WITH_OWNER],
    example={"filters": [{"property": "Industry", "condition": "In", "values": ["Software", "Retail"]}]},
)
class FilterContactAccounts(Paged):
    """Companies on a list, by name or domain, or by up to 20 conditions."""

    search: str | None = None
    sort_by: str | None = None
    sort_direction: Literal["asc", "desc"] | None = None
    list_id: CompanyListId | None = None
    filters: list[CompanyCondition] | None = Field(None, max_length=20)

    @model_validator(mode="after")
    def sorted_by_something(self) -> FilterContactAccounts:
        if self.sort_direction and not self.sort_by:
            raise ValueError("sortDirection needs sortBy")
        return self


@area.get(
    "/v3/contact-accounts/{id}",
    scope="contacts:read",
    tool="reply_get_company",
    view=COMPANY,
    also=["account details", "organization profile", "owner of an account"],
    after=[WITH_OWNER],
)
class GetContactAccountById(Arguments):
    """One company: details, stage, owner, number of contacts, mail provider."""

    id: Path[CompanyId]


FACTS = tuple(CompanyFacts.model_fields)


@area.put(
    "/v3/contact-accounts/{id}",
    scope="contacts:write",
    tool="reply_update_company",
    before=[
        keep_unset_fields(
            "GetContactAccountById", "name", *FACTS, "owner_user_id", never_null=("name", "owner_user_id")
        )
    ],
    view=Done('Updated company {id} "{name}".'),
    also=["edit account", "change organization", "rename"],
    verify_with=READ_IT,
)
class UpdateContactAccount(CompanyFacts, Arguments):
    """Changes what is given; null clears, the rest stays (one more request)."""

    id: Path[CompanyId]
    name: str | None = Field(None, min_length=1)
    owner_user_id: UserId | None = None


@area.delete(
    "/v3/contact-accounts/{id}",
    scope="contacts:write",
    tool="reply_delete_company",
    preview=hooks.company_preview,
    view=Done("Deleted company {id}; its contacts stay."),
    also=["remove account", "organization"],
    verify_with=READ_IT,
)
class DeleteContactAccount(Arguments):
    """Deletes a company; its contacts stay."""

    id: Path[CompanyId]


@area.post(
    "/v3/contact-accounts/bulk",
    scope="contacts:write",
    tool="reply_bulk_create_companies",
    split=("items", 100),
    view=PerItem("company", "created", "items"),
    also=["import accounts", "add organizations"],
    after=[key_by_label("items", NewCompany.label, hooks.REASONS)],
    verify_with='reply_search_companies {{"search": "{items[0].name}"}}',
    example={"items": [{"name": "Acme", "domainName": "acme.com", "companySize": "51-200"}]},
)
class BulkCreateContactAccounts(Arguments):
    """Adds companies, a request per 100; one bad item stops its hundred and those behind. Reply may take doubles."""

    items: list[NewCompany] = Field(min_length=1, max_length=MOST)


@area.post(
    "/v3/contact-accounts/bulk-delete",
    scope="contacts:write",
    tool="reply_bulk_delete_companies",
    effect=Effect.DELETE,
    before=[drop_duplicate_ids],
    preview=hooks.companies_preview,
    split=("ids", 1000),
    view=PerItem("company", "deleted", "ids"),
    also=["remove accounts", "purge organizations"],
    after=[translate_reasons(hooks.REASONS)],
    verify_with='reply_get_company {{"id": {ids[0]}}}',
)
class BulkDeleteContactAccounts(Arguments):
    """Deletes several companies; their contacts stay."""

    ids: Companies


@area.put(
    "/v3/contact-accounts/{id}/owner",
    scope="contacts:write",
    tool="reply_change_company_owner",
    explain=[hooks.unknown_teammate],
    after=[WITH_OWNER],
    view=Done("Company {id} now belongs to {owner.name}."),
    also=["reassign account", "hand over organization", "transfer company"],
    verify_with=READ_IT,
)
class UpdateContactAccountOwner(Arguments):
    """Hands a company to a teammate; its contacts keep their owners."""

    id: Path[CompanyId]
    user_id: UserId


@area.get(
    "/v3/contact-accounts/{id}/contacts",
    scope="contacts:read",
    tool="reply_get_company_contacts",
    view=Table(
        "contacts",
        ("id", Column("name", ("firstName", "lastName")), "email", "title", "company"),
        empty="Nobody is in this company: reply_add_contacts_to_company.",
    ),
    also=["people at account", "who works at", "prospects of organization"],
    after=[drop_repeated_rows],
)
class GetContactAccountContacts(Paged):
    """The people linked to a company."""

    id: Path[CompanyId]


@area.post(
    "/v3/contact-accounts/{id}/contact-links/bulk",
    scope="contacts:operate",
    tool="reply_add_contacts_to_company",
    idempotent=True,
    before=[drop_duplicate_ids],
    after=[translate_reasons(hooks.REASONS)],
    split=("contactIds", 1000),
    view=PerItem("contact", "in company {id}", "contactIds"),
    also=["link people to account", "assign prospects to organization", "add contacts to an account"],
    verify_with='reply_get_company_contacts {{"id": {id}}}',
)
class BulkAddContactsToContactAccount(Arguments):
    """Puts people in a company, out of the one they were in."""

    id: Path[CompanyId]
    contact_ids: People


@area.post(
    "/v3/contact-accounts/{id}/contact-links/bulk-delete",
    scope="contacts:operate",
    tool="reply_remove_contacts_from_company",
    effect=Effect.DELETE,
    idempotent=True,
    before=[drop_duplicate_ids],
    preview=hooks.unlink_preview,
    after=[translate_reasons(hooks.REASONS)],
    split=("contactIds", 1000),
    view=PerItem("contact", "out of company {id}", "contactIds"),
    also=["unlink people from account"],
    verify_with='reply_get_company_contacts {{"id": {id}}}',
)
class BulkRemoveContactsFromContactAccount(Arguments):
    """Takes people out of a company; the company details they had from it are cleared."""

    id: Path[CompanyId]
    contact_ids: People


@area.get(
    "/v3/contact-account-lists",
    scope="contacts:read",
    tool="reply_search_company_lists",
    view=Table("company lists", ("id", "name"), empty="No such list. reply_create_company_list makes one."),
    also=["account lists", "segments of organizations", "ABM lists"],
    after=[drop_repeated_rows],
)
class GetContactAccountLists(Paged):
    """The team's lists of companies."""

    search: Query[str | None] = Field(None, description="In the name")


@area.post(
    "/v3/contact-account-lists",
    scope="contacts:write",
    tool="reply_create_company_list",
    explain=[hooks.list_name_held],
    view=Done('Created company list {id} "{name}".', "It is empty: reply_add_companies_to_list fills it"),
    also=["new account list"],
    verify_with='reply_search_company_lists {{"search": "{name}"}}',
)
class CreateContactAccountList(Arguments):
    """Makes an empty list of companies, seen by the team."""

    name: ListName


@area.get(
    "/v3/contact-account-lists/{id}",
    scope="contacts:read",
    tool="reply_get_company_list",
    view=Card("Company list {id}: {name}"),
    also=["account list name"],
)
class GetContactAccountListById(Arguments):
    """A list's name; what is on it: reply_filter_companies."""

    id: Path[CompanyListId]


@area.put(
    "/v3/contact-account-lists/{id}",
    scope="contacts:write",
    tool="reply_rename_company_list",
    explain=[hooks.list_name_held],
    view=Done('Company list {id} is now called "{name}".'),
    also=["update account list"],
    verify_with='reply_get_company_list {{"id": {id}}}',
)
class UpdateContactAccountList(Arguments):
    """Renames a list."""

    id: Path[CompanyListId]
    name: ListName


@area.delete(
    "/v3/contact-account-lists/{id}",
    scope="contacts:write",
    tool="reply_delete_company_list",
    preview=hooks.list_preview,
    view=Done("Deleted company list {id}; the companies stay."),
    also=["remove account list"],
    verify_with='reply_get_company_list {{"id": {id}}}',
)
class DeleteContactAccountList(Arguments):
    """Deletes a list; the companies stay."""

    id: Path[CompanyListId]


@area.post(
    "/v3/contact-account-lists/{id}/move-accounts",
    scope="contacts:operate",
    tool="reply_move_companies_to_list",
    effect=Effect.DELETE,
    idempotent=True,
    before=[drop_duplicate_ids],
    preview=hooks.move_preview,
    after=[translate_reasons(hooks.REASONS)],
    split=("accountIds", 1000),
    view=PerItem("company", "on list {id}, and on no other", "accountIds"),
    also=["move accounts", "replace account list"],
    verify_with=READ_LIST,
)
class MoveAccountsToContactAccountList(Arguments):
    """Puts companies on a list and takes them OFF EVERY OTHER; else: reply_add_companies_to_list."""

    id: Path[CompanyListId]
    account_ids: Companies


@area.post(
    "/v3/contact-account-lists/{id}/add-accounts",
    scope="contacts:operate",
    tool="reply_add_companies_to_list",
    idempotent=True,
    before=[drop_duplicate_ids],
    after=[translate_reasons(hooks.REASONS)],
    split=("accountIds", 1000),
    view=PerItem("company", "on list {id}", "accountIds"),
    also=["add accounts to list", "group organizations"],
    verify_with=READ_LIST,
)
class AddAccountsToContactAccountList(Arguments):
    """Puts companies on a list, keeping their other lists."""

    id: Path[CompanyListId]
    account_ids: Companies
