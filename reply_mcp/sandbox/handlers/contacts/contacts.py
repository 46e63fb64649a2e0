"""Contacts: reading, creating, updating, deleting, owners and notes."""

from __future__ import annotations

import anyio

from reply_mcp.sandbox.http.body_types import is_integer
from reply_mcp.sandbox.http.bulk import id_list
from reply_mcp.sandbox.http.handler import HandlerCall, HandlerResponse, Problem, invalid, operation, paginate
from reply_mcp.sandbox.records.contact import (
    TEXTS,
    blank_contact,
    contact_errors,
    contact_fields,
    contact_or_404,
    contact_view,
    contact_with_email,
    custom_field_values,
    team_contacts,
)
from reply_mcp.sandbox.records.membership import end_memberships, remove_membership
from reply_mcp.sandbox.records.ownership import change_each, find_in_team, is_teammate
from reply_mcp.sandbox.simulation.events import record_event
from reply_mcp.sandbox.store import Doc

STALL_SECONDS = 3.0
"""How long a page of 1,000 takes on the wire: the server stalls instead of refusing."""


@operation("GetContacts")
async def get_contacts(call: HandlerCall) -> Doc:
    """A page of the team's contacts.

    On the wire `email` is ignored, as other lists do with what they do not know; `linkedIn` is obeyed.
    """
    contacts = team_contacts(call)
    if call.documented and call.query.get("email"):
        contacts = [one for one in contacts if (one["email"] or "").lower() == call.query["email"].lower()]
    if call.query.get("linkedIn"):
        wanted = call.query["linkedIn"].rstrip("/").lower()
        contacts = [one for one in contacts if (one["linkedInUrl"] or "").rstrip("/").lower() == wanted]
    if not call.documented and call.query.get("top") == "1000":
        await anyio.sleep(STALL_SECONDS)
    found = paginate(call, contacts, code="contact.invalidPagination")
    return {**found, "items": [contact_view(call, contact, row=True) for contact in found["items"]]}


@operation("GetContactById")
def get_contact_by_id(call: HandlerCall) -> Doc:
    """One contact."""
    return contact_view(call, contact_or_404(call))


@operation("CreateContact")
def create_contact(call: HandlerCall) -> HandlerResponse:
    """Create a contact.

    As documented, an address already held is a 400. On the wire the contact that holds it is overwritten and every
    field not sent is blanked; `firstName` is required; values of custom fields are dropped.
    """
    body = call.json_object()
    wrong = contact_errors(body, "")
    if not call.documented and not body.get("firstName"):
        wrong.append(("/firstName", "The FirstName field is required."))
    if wrong:
        raise invalid(*wrong)
    if not body.get("email") and not body.get("linkedInUrl"):
        raise Problem(400, "contact.invalidInput", "A contact must have at least an email or a LinkedIn URL.")
    held = contact_with_email(call.store, call.key.team_id, body.get("email"))
    contact = {**blank_contact(call), **contact_fields(body)}
    if call.documented:
        if held:
            raise Problem(400, "contact.invalidInput", "The contact already exists.")
        contact["_customFields"] = custom_field_values(call, body.get("customFields") or [], ("key",))
    elif held:
        contact = {**held, **{name: contact[name] for name in (*TEXTS, "domain", "accountId", "_modified")}}
        contact |= {"_customFields": {}, "_phone2": body.get("phone2")}
    return HandlerResponse(201, contact_view(call, call.store.put("contact", contact)))


@operation("UpdateContact")
def update_contact(call: HandlerCall) -> Doc:
    """Change what is sent; null clears."""
    contact, body = contact_or_404(call), call.json_object()
    wrong = contact_errors(body, "", patch=True)
    if wrong:
        raise invalid(*wrong)
    changed = {**contact, **contact_fields(body), "_modified": call.clock.iso()}
    holder = contact_with_email(call.store, call.key.team_id, changed["email"])
    if holder and holder["id"] != contact["id"]:
        raise Problem(400, "contact.invalidInput", "Another contact has this email.")
    if not changed["email"] and not changed["linkedInUrl"]:
        raise Problem(400, "contact.invalidInput", "A contact must have at least an email or a LinkedIn URL.")
    if body.get("ownerUserId") is not None:
        if not is_teammate(call, body["ownerUserId"]):
            raise Problem(400, "contact.invalidInput", "The owner must be a member of the team.")
        changed["ownerUserId"] = body["ownerUserId"]
    for name in ("callStatus", "meetingStatus"):
        if name in body:
            changed[name] = body[name] or "none"
    changed["_customFields"] = {**contact["_customFields"], **custom_field_values(call, body.get("customFields") or [])}
    if body.get("isOptedOut") is not None:
        changed["isOptedOut"] = body["isOptedOut"]
    call.store.put("contact", changed)
    if changed["isOptedOut"] and not contact["isOptedOut"]:
        record_event(call.store, "optedOut", call.clock.now(), changed, manual=True, _userId=call.key.user_id)
        end_memberships(call.store, contact["id"], call.clock.iso())
    return contact_view(call, changed)


@operation("DeleteContact")
def delete_contact(call: HandlerCall) -> HandlerResponse:
    """Delete one contact."""
    _delete(call, contact_or_404(call))
    return HandlerResponse(204)


@operation("BulkDeleteContacts")
def bulk_delete_contacts(call: HandlerCall) -> Doc:
    """Delete many; the answer holds the failures only."""
    return change_each(call, "contact", id_list(call, "ids"), lambda contact: _delete(call, contact))


@operation("ChangeContactsOwner")
def change_contacts_owner(call: HandlerCall) -> Doc:
    """Give contacts, and where asked their open tasks, to a teammate; one missing contact refuses the whole call."""
    ids, body = id_list(call, "contactIds"), call.json_object()
    owner = body.get("userId")
    if not is_integer(owner):
        raise invalid(("/userId", "An integer is required."))
    contacts = [find_in_team(call, "contact", number) for number in ids]
    if None in contacts or not is_teammate(call, owner):
        raise Problem(404, "contact.notFound", "One or more contacts, or the user, were not found.")
    for contact in filter(None, contacts):
        call.store.put("contact", {**contact, "ownerUserId": owner})
        if body.get("reassignTasks") is True:
            for task in call.store.all("task", _contactId=contact["id"]):
                call.store.put("task", {**task, "assignedUserId": owner})
    return {"isSuccess": True, "affectedIds": list(dict.fromkeys(ids))}


@operation("AddContactNote")
def add_contact_note(call: HandlerCall) -> HandlerResponse:
    """Put a note on the contact's timeline; its id is not answered."""
    contact, text = contact_or_404(call), call.json_object().get("notes")
    if not isinstance(text, str) or not text.strip():
        raise invalid(("/notes", "The Notes field is required."))
    call.store.put(
        "contactNote", {"_contactId": contact["id"], "_userId": call.key.user_id, "at": call.clock.iso(), "text": text}
    )
    return HandlerResponse(204)


def _delete(call: HandlerCall, contact: Doc) -> None:
    """Soft inside: an import still knows a deleted contact, every other call does not."""
    call.store.delete("contact", contact["id"])
    call.store.put("deletedContact", contact)
    for contact_list in call.store.all("contactList"):
        if contact["id"] in contact_list["_contactIds"]:
            remaining = [number for number in contact_list["_contactIds"] if number != contact["id"]]
            call.store.put("contactList", {**contact_list, "_contactIds": remaining})
    for membership in call.store.all("membership", _contactId=contact["id"]):
        remove_membership(call.store, membership)
