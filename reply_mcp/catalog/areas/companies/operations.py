"""Companies ("accounts" in Reply): find, create, read, change and delete them, and hand them over."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from reply_mcp.catalog.areas.companies import hooks
from reply_mcp.catalog.areas.companies.area import area
from reply_mcp.catalog.areas.companies.bodies import (
    Companies,
    CompanyCondition,
    CompanyFacts,
    CompanySort,
    NewCompany,
)
from reply_mcp.catalog.areas.companies.views import COMPANIES, COMPANY
from reply_mcp.catalog.arguments.named_ids import CompanyId, CompanyListId, UserId
from reply_mcp.catalog.batching import MOST
from reply_mcp.catalog.hooks.bulk_results import drop_duplicate_ids, key_by_label, translate_reasons
from reply_mcp.catalog.hooks.id_labels import add_names_of
from reply_mcp.catalog.hooks.read_modify_write import keep_unset_fields
from reply_mcp.catalog.hooks.repeated_rows import drop_repeated_rows
from reply_mcp.catalog.hooks.replaced_texts import note_replaced_texts, remember_texts
from reply_mcp.catalog.operation import Arguments, Effect, Nullable, Paged, Path, Query
from reply_mcp.catalog.undo import cannot, created, created_in_bulk, replaced
from reply_mcp.catalog.views import Done, PerItem

READ_IT = 'reply_get_company {{"id": {id}}}'


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
    after=[drop_repeated_rows, add_names_of("owner")],
)
class GetContactAccounts(Paged):
    """Companies by a part of the name, or all."""

    search: Query[str | None] = Field(None, description="In the name")
    sort_by: Query[CompanySort | None] = Field(None, alias="sort_by")
    sort_direction: Query[Literal["asc", "desc"] | None] = Field(None, alias="sort_direction")


@area.post(
    "/v3/contact-accounts",
    scope="contacts:write",
    tool="reply_create_company",
    undo=created("DeleteContactAccount", "GetContactAccountById", noun="company"),
    view=Done('Created company {id} "{name}".', "reply_add_contacts_to_company puts people in it"),
    also=["new account", "add organization"],
    verify_with='reply_search_companies {{"search": "{name}"}}',
    one_at_a_time=["name"],
)
class CreateContactAccount(CompanyFacts, Arguments):
    """Adds a company. Search first: Reply may accept duplicates."""

    name: str = Field(min_length=1)


@area.post(
    "/v3/contact-accounts/filter",
    scope="contacts:read",
    tool="reply_filter_companies",
    effect=Effect.READ,
    view=COMPANIES,
    also=["accounts on list", "accounts by domain", "industry", "segment organizations"],
    after=[drop_repeated_rows, add_names_of("owner")],
    example={"filters": [{"property": "Industry", "condition": "In", "values": ["Software", "Retail"]}]},
)
class FilterContactAccounts(Paged):
    """Companies on a list, by name or domain, or by up to 20 conditions."""

    search: Nullable[str] = None
    sort_by: Nullable[CompanySort] = None
    sort_direction: Nullable[Literal["asc", "desc"]] = None
    list_id: Nullable[CompanyListId] = None
    filters: Nullable[list[CompanyCondition]] = Field(None, max_length=20)


@area.get(
    "/v3/contact-accounts/{id}",
    scope="contacts:read",
    tool="reply_get_company",
    view=COMPANY,
    also=["account details", "organization profile", "owner of an account"],
    after=[add_names_of("owner")],
)
class GetContactAccountById(Arguments):
    """One company: details, stage, owner, number of contacts, mail provider."""

    id: Path[CompanyId]


@area.put(
    "/v3/contact-accounts/{id}",
    scope="contacts:write",
    tool="reply_update_company",
    undo=replaced("GetContactAccountById", noun="company"),
    before=[
        remember_texts("GetContactAccountById", "description"),
        keep_unset_fields("GetContactAccountById", "name", "owner_user_id"),
    ],
    after=[note_replaced_texts],
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
    undo=cannot("Its people are not linked to it any more, and a company made anew has another id."),
    preview=hooks.preview_deletion,
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
    undo=created_in_bulk("BulkDeleteContactAccounts", noun="company", plural="companies"),
    split=("items", 100),
    view=PerItem("company", "created", "items"),
    also=["import accounts", "add organizations"],
    after=[key_by_label("items", NewCompany.label, hooks.REASONS)],
    verify_with='reply_search_companies {{"search": "{items[0].name}"}}',
    example={"items": [{"name": "Acme", "domainName": "acme.com", "companySize": "51-200"}]},
)
class BulkCreateContactAccounts(Arguments):
    """Adds companies, a request per 100; one bad item stops its hundred and those after. May create duplicates."""

    items: list[NewCompany] = Field(min_length=1, max_length=MOST)


@area.post(
    "/v3/contact-accounts/bulk-delete",
    scope="contacts:write",
    tool="reply_bulk_delete_companies",
    undo=cannot("Their people are not linked to them any more, and companies made anew have other ids."),
    effect=Effect.DELETE,
    before=[drop_duplicate_ids],
    preview=hooks.preview_bulk_deletion,
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
    undo=replaced("GetContactAccountById", noun="company", shown_as={"userId": "ownerUserId"}),
    explain=[hooks.explain_refused_owner],
    after=[add_names_of("owner")],
    view=Done("Company {id} now belongs to {owner.name}."),
    also=["reassign account", "hand over organization", "transfer company"],
    verify_with=READ_IT,
)
class UpdateContactAccountOwner(Arguments):
    """Hands a company to a teammate; its contacts keep their owners. 3 requests."""

    id: Path[CompanyId]
    user_id: UserId
