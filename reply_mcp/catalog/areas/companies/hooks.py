"""Who and what a call about companies concerns, what it loses, and what its refusals mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.changes import Step
from reply_mcp.catalog.hooks.existing import Existing, find_existing
from reply_mcp.catalog.hooks.read_once import read_once, read_record
from reply_mcp.catalog.hooks.teammates import explain_unknown_teammate
from reply_mcp.catalog.lookups.contacts import PAGE, find_contacts_by_id
from reply_mcp.catalog.operation import Call, Effect
from reply_mcp.catalog.rows import rows_of
from reply_mcp.catalog.undo import name_ids, one_or_page
from reply_mcp.errors import ApiError, ReplyError
from reply_mcp.text.lists import plural

DETAILS_LOST = "Their own company name and industry, which the link sets or clears, may not be those from before."
"""What stays behind of a link that is made or taken back."""

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.companies.lists import (
        CreateContactAccountList,
        DeleteContactAccountList,
        MoveAccountsToContactAccountList,
        UpdateContactAccountList,
    )
    from reply_mcp.catalog.areas.companies.members import (
        BulkAddContactsToContactAccount,
        BulkRemoveContactsFromContactAccount,
    )
    from reply_mcp.catalog.areas.companies.operations import (
        BulkDeleteContactAccounts,
        DeleteContactAccount,
        UpdateContactAccountOwner,
    )

REASONS = {1: "notFound", 3: "invalidInput"}
"""Reply's numbers for what failed in a bulk call."""
_MOST_NAMED = 3


async def explain_refused_owner(call: Call[UpdateContactAccountOwner], refusal: ApiError) -> str | None:
    """Tells a user outside the team from other invalid input; one request."""
    if refusal.status != 400:
        return None
    try:
        return await explain_unknown_teammate(call, refusal)
    except ReplyError:
        return None


async def explain_taken_list_name(
    call: Call[CreateContactAccountList] | Call[UpdateContactAccountList], refusal: ApiError
) -> str | None:
    """Finds the list that has the name already; one request."""
    if refusal.code != "contactAccountList.duplicateName":
        return None
    wanted = call.arguments.name.strip().casefold()
    for row in rows_of(await call.ask("GetContactAccountLists", search=call.arguments.name, top=PAGE)):
        if str(row.get("name") or "").strip().casefold() == wanted:
            return f'409: "{row["name"]}" is company list {row.get("id")} already; use that one. Nothing was changed.'
    return None


async def preview_deletion(call: Call[DeleteContactAccount]) -> str:
    company = await read_once(call, "GetContactAccountById", id=call.arguments.id)
    return f"This deletes {_label(company, call.arguments.id)} for good; its contacts stay, without a company."


async def preview_bulk_deletion(call: Call[BulkDeleteContactAccounts]) -> str:
    found = await _find_companies(call, call.arguments.ids)
    return (
        f"This deletes {found.count} for good: {found.listed}. Their contacts stay, without a company.{found.missing}"
    )


async def preview_list_deletion(call: Call[DeleteContactAccountList]) -> str:
    return f"This deletes the company list {await _describe_list(call)}; the companies stay."


async def preview_move(call: Call[MoveAccountsToContactAccountList]) -> str:
    found = await _find_companies(call, call.arguments.account_ids)
    return (
        f"This puts {found.count} ({found.listed}) on list {await _describe_list(call)} and takes them off every other "
        f"list; those memberships cannot be restored.{found.missing}"
    )


async def effect_of_linking(call: Call[BulkAddContactsToContactAccount]) -> Effect:
    """DELETE where people leave the company they were in, which one call cannot put back for several, and whose details
    messages name. One request for one person who is in none; several count as being in one."""
    ids = set(call.arguments.contact_ids)
    if len(ids) > 1:
        return Effect.DELETE
    person = await read_record(call, "GetContactById", id=next(iter(ids)))
    in_none = not person.get("accountId") and not person.get("company")
    return Effect.WRITE if in_none else Effect.DELETE


def at_company_again(call: Call, company: Any, people: list[Any]) -> Step:
    """Links people to the company that they had before, or to none."""
    who = name_ids(people, "contact")
    if company is None:
        out = {"id": call.arguments.id, "contactIds": people}
        return Step("BulkRemoveContactsFromContactAccount", out, f"{who} not at company {call.arguments.id}")
    back = {"id": company, "contactIds": people}
    return Step("BulkAddContactsToContactAccount", back, f"{who} at company {company} again")


_READ = one_or_page("GetContactById", "FilterContacts", "contactIds", top=1000)


async def read_linked(call: Call[BulkRemoveContactsFromContactAccount]) -> list[Any]:
    """Those of the people who are in the company, as far as one request tells: whoever it does not show counts too."""
    held = await _READ(call)
    rows = [held] if isinstance(held, dict) and "items" not in held else rows_of(held)
    company_of = {str(row.get("id")): str(row.get("accountId")) for row in rows}
    here = str(call.arguments.id)
    return [id for id in call.arguments.contact_ids if company_of.get(str(id), here) == here]


async def preview_linking(call: Call[BulkAddContactsToContactAccount]) -> str:
    """The people, and the company; up to four requests."""
    company = await read_once(call, "GetContactAccountById", id=call.arguments.id)
    who = await find_contacts_by_id(call, call.arguments.contact_ids)
    return (
        f"This puts {who.listed} in {_label(company, call.arguments.id)}, out of the company they are in now, and "
        f"takes over the details of this one; messages that name the company change.{who.missing}"
    )


async def preview_unlinking(call: Call[BulkRemoveContactsFromContactAccount]) -> str:
    company = await read_once(call, "GetContactAccountById", id=call.arguments.id)
    who = await find_contacts_by_id(call, call.arguments.contact_ids)
    return (
        f"This takes {who.count} ({who.listed}) out of {_label(company, call.arguments.id)}: the company details that "
        f"they had from it are cleared.{who.missing}"
    )


async def _describe_list(call: Call) -> str:
    """`"Key customers" (3)`; one request."""
    held = await read_record(call, "GetContactAccountListById", id=call.arguments.id)
    name = held.get("name")
    return f'"{name or "?"}" ({call.arguments.id})'


async def _find_companies(call: Call, ids: Sequence[Any]) -> Existing:
    """The companies, the first few by name; at most three requests."""

    async def read(id: Any) -> str:
        return _label(await read_record(call, "GetContactAccountById", id=id), id)

    return await find_existing(
        ids, "company", read, plurals="companies", most=_MOST_NAMED, finder="reply_search_companies"
    )


def _label(row: dict[str, Any], id: Any) -> str:
    """`"Acme" (12, 14 contacts)`."""
    people = row.get("linkedProspectsCount")
    count = f", {plural(people, 'contact')}" if isinstance(people, int) else ""
    return f'"{row.get("name") or "?"}" ({id}{count})'
