"""Lists of companies: making them, putting companies on them."""

from __future__ import annotations

from pydantic import Field

from reply_mcp.catalog.areas.companies import hooks
from reply_mcp.catalog.areas.companies.area import area
from reply_mcp.catalog.areas.companies.bodies import Companies, ListName
from reply_mcp.catalog.arguments.named_ids import CompanyListId
from reply_mcp.catalog.hooks.bulk_results import drop_duplicate_ids, translate_reasons
from reply_mcp.catalog.hooks.repeated_rows import drop_repeated_rows
from reply_mcp.catalog.operation import Arguments, Effect, Paged, Path, Query
from reply_mcp.catalog.undo import cannot, created, replaced
from reply_mcp.catalog.views import Card, Done, PerItem, Table

READ_LIST = 'reply_filter_companies {{"listId": {id}}}'


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
    undo=created("DeleteContactAccountList", "GetContactAccountListById", noun="company list"),
    explain=[hooks.explain_taken_list_name],
    view=Done('Created company list {id} "{name}".', "It is empty: reply_add_companies_to_list fills it"),
    also=["new account list"],
    verify_with='reply_search_company_lists {{"search": "{name}"}}',
    one_at_a_time=["name"],
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
    undo=replaced("GetContactAccountListById", noun="company list"),
    explain=[hooks.explain_taken_list_name],
    view=Done('Company list {id} is now called "{name}".'),
    also=["update account list"],
    verify_with='reply_get_company_list {{"id": {id}}}',
)
class UpdateContactAccountList(Arguments):
    """Renames a list. 2 requests."""

    id: Path[CompanyListId]
    name: ListName


@area.delete(
    "/v3/contact-account-lists/{id}",
    scope="contacts:write",
    tool="reply_delete_company_list",
    undo=cannot("Which companies were on it is not known any more."),
    preview=hooks.preview_list_deletion,
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
    undo=cannot("Which other lists they were on is not known any more."),
    effect=Effect.DELETE,
    idempotent=True,
    before=[drop_duplicate_ids],
    preview=hooks.preview_move,
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
    undo=cannot(
        "Reply's API takes no company off a list alone: reply_move_companies_to_list takes them off all, and puts them "
        "on one."
    ),
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
