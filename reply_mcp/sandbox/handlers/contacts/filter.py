"""Finding contacts: rules, lists, sequences, free text and order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from reply_mcp.sandbox.http.body_types import type_errors
from reply_mcp.sandbox.http.handler import HandlerCall, Problem, invalid, operation, paginate
from reply_mcp.sandbox.records.contact import TEXTS, contact_view, team_contacts
from reply_mcp.sandbox.records.custom_fields import team_fields
from reply_mcp.sandbox.store import Doc

TIMES = ("addingdate", "createdat", "lastmodifiedat")
SEARCHED = ("email", "firstName", "lastName", "title", "company", "linkedInUrl", "phone")
FIELDS = {name.lower(): name for name in (*TEXTS, "domain", "isOptedOut", "ownerUserId", "callStatus", "meetingStatus")}
FIELDS |= {"addingdate": "addingDate", "phonestatus": "phoneStatus", "accountid": "accountId", "id": "id"}

CONDITIONS: dict[str, Callable[[str, str], bool]] = {
    "equals": lambda own, wanted: own == wanted,
    "notequals": lambda own, wanted: own != wanted,
    "contains": lambda own, wanted: wanted in own,
    "notcontains": lambda own, wanted: wanted not in own,
    "startswith": lambda own, wanted: own.startswith(wanted),
    "endswith": lambda own, wanted: own.endswith(wanted),
    "isempty": lambda own, wanted: own in ("", "empty"),
    "isnotempty": lambda own, wanted: own not in ("", "empty"),
    "greaterthan": lambda own, wanted: own > wanted,
    "lessthan": lambda own, wanted: own < wanted,
}


@operation("FilterContacts")
def filter_contacts(call: HandlerCall) -> Doc:
    """A page of the contacts that match all that is asked.

    Reply publishes no vocabulary for rules: a property is a field's name or a custom field's title, a condition one of
    `CONDITIONS`. On the wire rules about time, and rules that are not understood, are ignored.
    """
    body = {} if call.body is None else call.json_object()
    wrong = type_errors(
        body, integers=("listId", "sequenceId", "sequenceStepId"), texts=("searchTerm", "sortBy", "sortDirection")
    )
    rules = body.get("rules") or []
    if not isinstance(rules, list) or not all(isinstance(rule, dict) for rule in rules):
        wrong.append(("/rules", "An array of objects is required."))
    if wrong:
        raise invalid(*wrong)
    contacts = [one for one in team_contacts(call) if _matches(call, one, body)]
    direction = body.get("sortDirection")
    if body.get("sortBy"):
        name = FIELDS.get(str(body["sortBy"]).lower())
        if name is None:
            raise invalid(("/sortBy", f"'{body['sortBy']}' is no field to sort by."))
        contacts.sort(key=lambda one: str(one.get(name) or "").lower(), reverse=str(direction).lower() == "desc")
    found = paginate(call, contacts, code="contact.invalidPagination")
    return {**found, "items": [contact_view(call, contact, row=True) for contact in found["items"]]}


def _matches(call: HandlerCall, contact: Doc, body: Doc) -> bool:
    term = str(body.get("searchTerm") or "").strip().lower()
    if term:
        name = f"{contact['firstName'] or ''} {contact['lastName'] or ''}"
        if not any(term in str(text or "").lower() for text in (*map(contact.get, SEARCHED), name)):
            return False
    if body.get("listId") is not None:
        wanted = call.store.get("contactList", body["listId"])
        if wanted is None or contact["id"] not in wanted["_contactIds"]:
            return False
    if not _takes_part(call, contact, body):
        return False
    return all(_obeys(call, contact, rule) for rule in body.get("rules") or [])


def _takes_part(call: HandlerCall, contact: Doc, body: Doc) -> bool:
    sequence, step = body.get("sequenceId"), body.get("sequenceStepId")
    if sequence is None and step is None:
        return True
    return any(
        (sequence is None or membership["_sequenceId"] == sequence)
        and (step is None or membership.get("_stepId") == step)
        for membership in call.store.all("membership", _contactId=contact["id"])
    )


def _obeys(call: HandlerCall, contact: Doc, rule: Doc) -> bool:
    name = str(rule.get("property") or "").lower()
    condition = CONDITIONS.get(str(rule.get("condition") or "").lower().replace("_", "").replace(" ", ""))
    own: Any = None
    known = name in FIELDS
    if known:
        own = contact.get(FIELDS[name])
    else:
        for field in team_fields(call.store, call.key.team_id):
            if name in (str(field["id"]), field["title"].lower()):
                known, own = True, contact["_customFields"].get(str(field["id"]))
    if not call.documented and name in TIMES:
        return True
    if not known or condition is None:
        if call.documented:
            raise Problem(400, "contact.invalidInput", "The rule's property or condition is unknown.")
        return True
    wanted = rule.get("value")
    return condition(_text(own), _text(wanted))


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value).lower()
