"""What the company calls leave unsaid: who is meant, what is lost, and which words Reply takes."""

from __future__ import annotations

from typing import Any

from reply_mcp.catalog.hooks.read_once import read_once
from reply_mcp.catalog.lookups.contacts import PAGE
from reply_mcp.catalog.operation import Call
from reply_mcp.catalog.rows import rows_of
from reply_mcp.errors import ApiError, ReplyError

SIZES = ("Empty", "SelfEmployed", "2-10", "11-50", "51-200", "201-500", "501-1000", "1001-5000", "5001-10000", "10001+")
_OF_CONTACTS = ("ten", "fifty", "twohundred", "fivehundred", "onethousand", "fivethousand", "tenthousand")
_SPELLED = {word.casefold(): word for word in SIZES}
_SPELLED |= dict(zip((*_OF_CONTACTS, "overtenthousand"), SIZES[2:], strict=True))
REASONS = {1: "notFound", 3: "invalidInput"}
"""Reply's numbers for what failed in a bulk call."""
_MOST_NAMED = 3


def size_word(value: Any) -> Any:
    """A size in the words of companies, also where it is in those of contacts (`Fifty`) or in another case."""
    return _SPELLED.get(value.strip().casefold(), value) if isinstance(value, str) else value


async def unknown_teammate(call: Call, refusal: ApiError) -> str | None:
    """A user outside of the team is refused as an invalid input: says who is in it."""
    if refusal.status != 400:
        return None
    try:
        members = rows_of(await call.ask("WhoamiTeamUsers"))
    except ReplyError:
        return None
    if not members or any(str(one.get("userId")) == str(call.arguments.user_id) for one in members):
        return None
    known = ", ".join(f"{one.get('userName')} ({one.get('userId')})" for one in members[:5])
    return (
        f"400 {refusal.code or ''}: user {call.arguments.user_id} is not in this team; nothing was changed. There are "
        f"{known}: reply_search_team_members."
    )


async def list_name_held(call: Call, refusal: ApiError) -> str | None:
    """Finds the list that has the name already. One request."""
    if refusal.code != "contactAccountList.duplicateName":
        return None
    wanted = str(call.arguments.name).strip().casefold()
    for row in rows_of(await call.ask("GetContactAccountLists", search=call.arguments.name, top=PAGE)):
        if str(row.get("name") or "").strip().casefold() == wanted:
            return f'409: "{row["name"]}" is company list {row.get("id")} already; use that one. Nothing was changed.'
    return None


async def company_preview(call: Call) -> str:
    company = await read_once(call, "GetContactAccountById", id=call.arguments.id)
    return f"This deletes {_company(company, call.arguments.id)} for good; its contacts stay, without a company."


async def companies_preview(call: Call) -> str:
    ids = list(call.arguments.ids)
    return (
        f"This deletes {_counted(ids)} for good: {await _companies(call, ids)}. Their contacts stay, without a company."
    )


async def list_preview(call: Call) -> str:
    return f"This deletes the company list {await _list(call)}; the companies stay."


async def move_preview(call: Call) -> str:
    ids = list(call.arguments.account_ids)
    return (
        f"This puts {_counted(ids)} ({await _companies(call, ids)}) on list {await _list(call)} and takes them off "
        "every other list; those memberships cannot be restored."
    )


async def unlink_preview(call: Call) -> str:
    company = await read_once(call, "GetContactAccountById", id=call.arguments.id)
    count = len(set(call.arguments.contact_ids))
    who = "1 contact" if count == 1 else f"{count} contacts"
    return (
        f"This takes {who} out of {_company(company, call.arguments.id)}: the company details that they had from it "
        "are cleared."
    )


async def _list(call: Call) -> str:
    held = await read_once(call, "GetContactAccountListById", id=call.arguments.id)
    name = held.get("name") if isinstance(held, dict) else None
    return f'"{name or "?"}" ({call.arguments.id})'


async def _companies(call: Call, ids: list[Any]) -> str:
    """The first few by name and the number of the rest; at most three requests."""
    named = []
    for id in ids[:_MOST_NAMED]:
        try:
            held = await read_once(call, "GetContactAccountById", id=id)
        except ApiError as refusal:
            if refusal.status != 404:
                raise
            named.append(f"{id} (not found)")
        else:
            named.append(_company(held, id))
    rest = len(ids) - len(named)
    return ", ".join(named) + (f" and {rest} more" if rest else "")


def _company(held: Any, id: Any) -> str:
    """`"Acme" (12, 14 contacts)`."""
    row = held if isinstance(held, dict) else {}
    people = row.get("linkedProspectsCount")
    count = "" if people is None else ", 1 contact" if people == 1 else f", {people} contacts"
    return f'"{row.get("name") or "?"}" ({id}{count})'


def _counted(ids: list[Any]) -> str:
    return "1 company" if len(ids) == 1 else f"{len(ids)} companies"
