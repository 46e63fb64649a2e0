"""Lists of contacts: who on them has opted out, what moving and deleting loses, which list holds a name already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.background_jobs import background_job
from reply_mcp.catalog.hooks.read_once import has_read, read_once, read_record
from reply_mcp.catalog.lookups.contacts import PAGE, find_contacts_by_id
from reply_mcp.catalog.operation import Call
from reply_mcp.catalog.rows import more_after, rows_of
from reply_mcp.errors import ApiError, ReplyError
from reply_mcp.text.lists import list_some

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.contacts.lists import (
        AddContactsToContactList,
        DeleteContactList,
        MoveContactsToContactList,
        ShareContactList,
    )

REASONS = {8: "no such contact, or out of this user's reach"}
"""What Reply's number for a contact that was not put on a list means."""
_MOST_LISTED = 20


async def preview_move(call: Call[MoveContactsToContactList]) -> str:
    """The people, the list and what they lose; up to four requests."""
    name = await _describe_list(call)
    who = await find_contacts_by_id(call, call.arguments.contact_ids)
    return (
        f"This puts {who.listed} on list {name} and takes them off every other list; those memberships cannot be "
        f"restored.{who.missing}"
    )


async def read_lists_of_one(call: Call[MoveContactsToContactList]) -> Any:
    """The lists that a person is on, by one request; None for several, of whom each would take one."""
    ids = call.arguments.contact_ids
    return await read_once(call, "GetContactListsForContact", id=ids[0]) if len(ids) == 1 else None


def is_on_it_alone(call: Call[MoveContactsToContactList], held: Any) -> bool:
    """Whether the one person is on the list, and on no other."""
    return [str(row.get("id")) for row in rows_of(held)] == [str(call.arguments.id)]


async def preview_list_deletion(call: Call[DeleteContactList]) -> str:
    return f"This deletes the list {await _describe_list(call)}."


async def preview_sharing(call: Call[ShareContactList]) -> str:
    return f"This shows the list {await _describe_list(call)} and the people on it to the whole team."


async def _describe_list(call: Call) -> str:
    """`"Webinar October" (412, shared with the team)`."""
    row = await read_record(call, "GetContactListById", id=call.arguments.id)
    shared = ", shared with the team" if row.get("isShared") else ""
    return f'"{row.get("name", "?")}" ({call.arguments.id}{shared})'


async def note_opted_out(call: Call[AddContactsToContactList | MoveContactsToContactList], answer: Any) -> Any:
    """Notes who of those just put on a list has opted out: Reply lists them and sends them nothing. One request, for
    the first rows of the list, unless the question has read them all; says of how many that is not known."""
    if background_job(answer) is not None:
        return answer
    ids = call.arguments.contact_ids
    if all(has_read(call, "GetContactById", id=id) for id in ids):
        page: Any = {"items": [await read_once(call, "GetContactById", id=id) for id in ids]}
    else:
        try:
            page = await call.ask("FilterContacts", listId=call.arguments.id, top=PAGE)
        except ReplyError:
            return answer
    rows = rows_of(page)
    asked = {str(id) for id in ids}
    out = [str(row.get("id")) for row in rows if str(row.get("id")) in asked and row.get("isOptedOut")]
    if out:
        call.notes.append(f"Opted out, so no sequence will reach them: {list_some(out, _MOST_LISTED)}.")
    failed = {str(id) for id in answer} if isinstance(answer, dict) else set()
    unseen = asked - failed - {str(row.get("id")) for row in rows}
    if unseen and more_after(page):
        call.notes.append(
            f"Whether {len(unseen)} of them opted out is not known, since the list is long: reply_get_contact_statuses."
        )
    return answer


async def explain_taken_list_name(call: Call, refusal: ApiError) -> str | None:
    """Finds the list that has the name already; one request."""
    if refusal.code != "contactsList.duplicateName" or not getattr(call.arguments, "name", None):
        return None
    wanted = call.arguments.name.strip().casefold()
    for row in rows_of(await call.ask("GetContactLists", search=call.arguments.name, top=PAGE)):
        if str(row.get("name") or "").strip().casefold() == wanted:
            return f'409: "{row["name"]}" is list {row.get("id")} already; use that id. Nothing was changed.'
    return None
