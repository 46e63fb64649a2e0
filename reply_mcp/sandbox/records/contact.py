"""A contact as it is kept, checked and shown."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from reply_mcp.sandbox.http.body_types import type_errors
from reply_mcp.sandbox.http.handler import HandlerCall, Problem
from reply_mcp.sandbox.records.custom_fields import field_named, value_fits
from reply_mcp.sandbox.records.ownership import find_in_team
from reply_mcp.sandbox.store import Doc, Store

TEXTS = (
    "email", "firstName", "lastName", "phone", "title", "company", "companySize", "industry", "city", "state",
    "country", "timeZoneId", "linkedInUrl", "linkedInSalesNavigatorUrl", "linkedInRecruiterUrl", "notes",
)  # fmt: skip
"""The text fields that creating, updating and importing write; `phone2` is written, but never shown."""

SIZES = (
    "Empty", "SelfEmployed", "Ten", "Fifty", "TwoHundred", "FiveHundred", "OneThousand", "FiveThousand", "TenThousand",
    "OverTenThousand",
)  # fmt: skip
CALL_STATUSES = ("none", "toCall", "called")
MEETING_STATUSES = ("none", "meetingBooked")

_EMAIL = re.compile(r"[^@\s,;<>\"()]+@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
_SHOWN = (
    "id", "email", "domain", "firstName", "lastName", "phone", "title", "company", "companySize", "industry", "city",
    "state", "country", "timeZoneId", "linkedInUrl", "linkedInSalesNavigatorUrl", "linkedInRecruiterUrl", "phoneStatus",
    "notes", "ownerUserId", "accountId", "isOptedOut", "callStatus", "meetingStatus", "addingDate",
)  # fmt: skip


def is_email(value: Any) -> bool:
    """Whether the value can be an email address."""
    return isinstance(value, str) and _EMAIL.fullmatch(value) is not None


def blank_contact(call: HandlerCall) -> Doc:
    """A contact with nothing filled in, owned by the caller and added now."""
    return {
        **dict.fromkeys(("id", *_SHOWN[1:])),
        "companySize": "Empty",
        "phoneStatus": "notValidated",
        "ownerUserId": call.key.user_id,
        "isOptedOut": False,
        "callStatus": "none",
        "meetingStatus": "none",
        "addingDate": call.clock.iso(),
        "_teamId": call.key.team_id,
        "_customFields": {},
        "_modified": call.clock.iso(),
    }


def contact_view(call: HandlerCall, contact: Doc, *, row: bool = False) -> Doc:
    """The contact as Reply answers it; a `row` of a list carries two undocumented fields on the wire.

    On the wire texts may be null, `createdAt` and `lastModifiedAt` always are, and `companySize` is PascalCase. As
    documented, texts are never null, the dates carry no zone, and the size is camelCase.
    """
    doc = {name: contact.get(name) for name in _SHOWN}
    values = [{"key": key, "value": value} for key, value in contact["_customFields"].items()]
    if not call.documented:
        doc |= {"createdAt": None, "lastModifiedAt": None, "customFields": values}
        if row:
            # Named like memberships, but not usable as such: they are seldom filled.
            doc |= {"sequences": [], "lists": []}
        return doc
    for name in (*TEXTS, "domain"):
        doc[name] = doc[name] or ""
    size = contact.get("companySize") or "Empty"
    doc["companySize"] = size[0].lower() + size[1:]
    added, modified = str(contact.get("addingDate") or ""), str(contact.get("_modified") or "")
    doc |= {"createdAt": added.rstrip("Z") or None, "lastModifiedAt": modified.rstrip("Z") or None}
    return {**doc, "customFields": values}


def contact_errors(item: Any, at: str, *, patch: bool = False) -> list[tuple[str, str]]:
    """What is wrong with the fields of a body or import item, as pointers below `at`."""
    if not isinstance(item, dict):
        return [(at, "A JSON object is required.")]
    found = type_errors(item, at, integers=("accountId",), texts=(*TEXTS, "phone2"))
    if item.get("email") and isinstance(item["email"], str) and not is_email(item["email"]):
        found.append((f"{at}/email", "The Email field is not a valid email address."))
    size = item.get("companySize")
    if isinstance(size, str) and size.lower() not in [known.lower() for known in SIZES]:
        found.append((f"{at}/companySize", f"The value '{size}' is not one of {', '.join(SIZES)}."))
    values = item.get("customFields")
    if values is not None and not (isinstance(values, list) and all(isinstance(value, dict) for value in values)):
        found.append((f"{at}/customFields", "An array of objects is required."))
    return found + (_patch_errors(item, at) if patch else [])


def _patch_errors(item: Doc, at: str) -> list[tuple[str, str]]:
    found = []
    for name, allowed in (("callStatus", CALL_STATUSES), ("meetingStatus", MEETING_STATUSES)):
        if item.get(name) is not None and item[name] not in allowed:
            found.append((f"{at}/{name}", f"One of {', '.join(allowed)} is required."))
    if item.get("isOptedOut") is not None and not isinstance(item["isOptedOut"], bool):
        found.append((f"{at}/isOptedOut", "true or false is required."))
    return found + type_errors(item, at, integers=("ownerUserId",))


def contact_fields(item: Doc) -> Doc:
    """The profile fields that a body or item sets, as they are kept; null clears a field."""
    fields: Doc = {name: item[name] for name in (*TEXTS, "accountId") if name in item}
    if "phone2" in item:
        fields["_phone2"] = item["phone2"]
    if "email" in fields:
        fields["email"] = fields["email"] or None
        fields["domain"] = fields["email"].rsplit("@", 1)[1].lower() if fields["email"] else None
    if "companySize" in fields:
        size = str(fields["companySize"] or "Empty").lower()
        fields["companySize"] = next(known for known in SIZES if known.lower() == size)
    return fields


def custom_field_values(
    call: HandlerCall, values: Iterable[Doc], name_keys: tuple[str, ...] = ("name",)
) -> dict[str, Any]:
    """The values by field id. What names no registered field is dropped on the wire, and refused as documented.

    Raises a 400 for a number field whose value is no number.
    """
    kept: dict[str, Any] = {}
    for given in values:
        name = next((given[key] for key in name_keys if given.get(key) is not None), None)
        field = field_named(call.store, call.key.team_id, id=given.get("id"), name=name)
        if field is None and name is not None and given.get("id") is None and str(name).isdigit():
            field = field_named(call.store, call.key.team_id, id=name)
        if field is None:
            if call.documented:
                raise Problem(400, "contact.invalidInput", f"Custom field '{given.get('id') or name}' was not found.")
            continue
        value = None if given.get("value") is None else str(given["value"])
        if not value_fits(field, value):
            raise Problem(400, "contact.invalidInput", f"Wrong field format: '{field['title']}' takes a number.")
        kept[str(field["id"])] = value
    return kept


def team_contacts(call: HandlerCall) -> list[Doc]:
    """The team's contacts, ordered by id."""
    return call.store.all("contact", _teamId=call.key.team_id)


def contact_with_email(store: Store, team_id: int, email: str | None, kind: str = "contact") -> Doc | None:
    """The team's contact with this address, whatever its case."""
    if not email:
        return None
    wanted = email.lower()
    for contact in store.all(kind, _teamId=team_id):
        if (contact.get("email") or "").lower() == wanted:
            return contact
    return None


def contact_or_404(call: HandlerCall) -> Doc:
    """The contact of the path's `{id}`, or Reply's refusal."""
    if not 1 <= call.id <= 2147483647:
        raise Problem(400, "contact.invalidInput", "The contact id must be between 1 and 2147483647.")
    contact = find_in_team(call, "contact", call.id)
    if contact is None:
        raise Problem(404, "contact.notFound", f"Contact {call.id} was not found.")
    return contact
