"""Contact lists: private or shared, and who is on them."""

from __future__ import annotations

from typing import Any

from reply_mcp.sandbox.http.bulk import id_list
from reply_mcp.sandbox.http.handler import HandlerCall, HandlerResponse, Problem, operation, paginate
from reply_mcp.sandbox.records.contact import contact_or_404
from reply_mcp.sandbox.records.contact_list import put_on_list, visible_lists
from reply_mcp.sandbox.records.ownership import find_in_team, name_taken
from reply_mcp.sandbox.store import Doc, public_fields

NOT_PROCESSED = 8
"""The number that Reply documents for an item that was not processed."""


@operation("GetContactLists")
def get_contact_lists(call: HandlerCall) -> Doc:
    """A page of the lists, by name where `search` is given."""
    wanted = call.query.get("search", "").strip().lower()
    found = [public_fields(one) for one in visible_lists(call) if wanted in one["name"].lower()]
    return paginate(call, found, code="contactsList.invalidPagination")


@operation("GetContactListById")
def get_contact_list_by_id(call: HandlerCall) -> Doc:
    """One list."""
    return public_fields(_list(call))


@operation("CreateContactList")
def create_contact_list(call: HandlerCall) -> HandlerResponse:
    """Create an empty list."""
    body = call.json_object()
    name = _name(call, body.get("name"), "contactsList.nameTooShort", 2)
    made = {"name": name, "isShared": body.get("isShared") is True}
    doc = call.store.put(
        "contactList",
        {"id": None, **made, "_contactIds": [], "_userId": call.key.user_id, "_teamId": call.key.team_id},
    )
    return HandlerResponse(201, public_fields(doc))


@operation("UpdateContactList")
def update_contact_list(call: HandlerCall) -> Doc:
    """Rename a list."""
    own = _list(call)
    name = _name(call, call.json_object().get("name"), "contactsList.nameIsEmpty", 1, own["id"])
    return public_fields(call.store.put("contactList", {**own, "name": name}))


@operation("DeleteContactList")
def delete_contact_list(call: HandlerCall) -> HandlerResponse:
    """Delete a list; a shared one only by its creator."""
    own = _list(call)
    if own["_userId"] != call.key.user_id:
        raise Problem(403, "contactsList.forbidden", "A shared list can only be deleted by its creator.")
    call.store.delete("contactList", own["id"])
    return HandlerResponse(204)


@operation("ShareContactList")
def share_contact_list(call: HandlerCall) -> HandlerResponse:
    """Show a list to the team."""
    return _set_shared(call, True)


@operation("UnshareContactList")
def unshare_contact_list(call: HandlerCall) -> HandlerResponse:
    """Hide a list from the team."""
    return _set_shared(call, False)


@operation("AddContactsToContactList")
def add_contacts_to_contact_list(call: HandlerCall) -> Doc:
    """Put contacts on a list; being there already is success, being opted out no hindrance."""
    own = _list(call)
    found, failures = _contacts(call)
    put_on_list(call.store, own, found)
    return failures


@operation("MoveContactsToContactList")
def move_contacts_to_contact_list(call: HandlerCall) -> Doc:
    """Put contacts on a list and take them off every other one."""
    own = _list(call)
    found, failures = _contacts(call)
    for other in call.store.all("contactList", _teamId=call.key.team_id):
        if other["id"] != own["id"] and not set(found).isdisjoint(other["_contactIds"]):
            left = [number for number in other["_contactIds"] if number not in found]
            call.store.put("contactList", {**other, "_contactIds": left})
    put_on_list(call.store, own, found)
    return failures


@operation("GetContactListsForContact")
def get_contact_lists_for_contact(call: HandlerCall) -> list[Doc]:
    """A bare array of the lists that a contact is on, without their shared flag."""
    contact = contact_or_404(call)
    found = [one for one in visible_lists(call) if contact["id"] in one["_contactIds"]]
    return [{"id": one["id"], "name": one["name"]} for one in found]


def _list(call: HandlerCall) -> Doc:
    for one in visible_lists(call):
        if one["id"] == call.id:
            return one
    raise Problem(404, "contactsList.notFound", f"Contact list {call.id} was not found.")


def _name(call: HandlerCall, name: Any, code: str, least: int, own: int | None = None) -> str:
    if not isinstance(name, str) or len(name.strip()) < least:
        raise Problem(400, code, f"The list name must have at least {least} character(s).")
    if name_taken(call.store.all("contactList", _teamId=call.key.team_id), name, own):
        raise Problem(409, "contactsList.duplicateName", f"A list named '{name.strip()}' already exists.")
    return name.strip()


def _set_shared(call: HandlerCall, shared: bool) -> HandlerResponse:
    own = _list(call)
    if own["_userId"] != call.key.user_id:
        raise Problem(403, "contactsList.accessChangeRejected", "Only the list's creator can change its access.")
    call.store.put("contactList", {**own, "isShared": shared})
    return HandlerResponse(204)


def _contacts(call: HandlerCall) -> tuple[list[int], Doc]:
    found: list[int] = []
    failures: Doc = {}
    for number in id_list(call, "contactIds", "At least one contact ID is required."):
        contact = find_in_team(call, "contact", number)
        if contact:
            found.append(number)
            continue
        word: str | int = NOT_PROCESSED if call.documented else "notFound"
        failures[str(number)] = {"error": word, "errorDetails": None}
    return found, failures
