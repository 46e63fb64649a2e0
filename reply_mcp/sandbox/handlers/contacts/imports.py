"""Importing contacts: the call that finds or creates, item by item."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from reply_mcp.sandbox.http.body_types import type_errors
from reply_mcp.sandbox.http.handler import HandlerCall, Problem, invalid, operation
from reply_mcp.sandbox.records.contact import (
    TEXTS,
    blank_contact,
    contact_errors,
    contact_fields,
    custom_field_values,
    is_email,
    team_contacts,
)
from reply_mcp.sandbox.records.contact_list import put_on_list
from reply_mcp.sandbox.records.ownership import find_in_team
from reply_mcp.sandbox.simulation.enrollment import enroll_imported
from reply_mcp.sandbox.store import Doc

MOST = 1000
PLAN = 5000
"""Contacts that a team's plan has room for, unless the document `plan` 1 says otherwise in `contacts`."""


@dataclass(frozen=True, slots=True)
class Options:
    """The settings of one import."""

    overwrite: bool
    skip_existing: bool
    skip_without_emails: bool
    restore_deleted: bool
    list_ids: tuple[int, ...]
    sequence_id: int | None
    keys: tuple[str, ...]
    custom_keys: tuple[str, ...]


def _options(given: Any) -> Options:
    if given is None:
        given = {}
    if not isinstance(given, dict):
        raise invalid(("/options", "A JSON object is required."))
    keys = given.get("keys") or {}
    wrong = type_errors(given, "/options", integers=("sequenceId",), ids=("listIds",))
    if not isinstance(keys, dict):
        wrong.append(("/options/keys", "A JSON object is required."))
    else:
        wrong += type_errors(keys, "/options/keys", ids=("customFieldIds",))
    if wrong:
        raise invalid(*wrong)
    return Options(
        overwrite=given.get("overwriteExisting") is True,
        skip_existing=given.get("skipExisting") is True,
        skip_without_emails=given.get("skipWithoutEmails") is True,
        restore_deleted=given.get("restoreDeleted") is True,
        list_ids=tuple(given.get("listIds") or ()),
        sequence_id=given.get("sequenceId"),
        keys=tuple(name for name in ("linkedInUrl", "phone", "firstName", "lastName", "company") if keys.get(name)),
        custom_keys=tuple(str(number) for number in keys.get("customFieldIds") or ()),
    )


@operation("ImportContacts")
def import_contacts(call: HandlerCall) -> Doc:
    """Create or match each item and answer per item, in order.

    A match fills only the contact's empty fields, unless told to overwrite or skip. On the wire one malformed address
    refuses the whole call, and a skipped item says why in `skipReason` and names the contact held.
    """
    body = call.json_object()
    items, options = body.get("items"), _options(body.get("options"))
    if not isinstance(items, list) or not items:
        raise invalid(("/items", "At least one item is required."))
    if len(items) > MOST:
        raise Problem(400, "contact.limitExceeded", f"At most {MOST} contacts can be imported at once.")
    wrong = [error for at, item in enumerate(items) for error in contact_errors(item, f"/items/{at}")]
    if call.documented:
        wrong = [error for error in wrong if not error[0].endswith("/email")]
    if wrong:
        raise invalid(*wrong)
    live, deleted = _Held(team_contacts(call)), _Held(call.store.all("deletedContact", _teamId=call.key.team_id))
    _refuse_beyond_plan(call, items, options, live)
    with call.store.transaction():
        results = [_import(call, item, options, live, deleted) for item in items]
    there = list(dict.fromkeys(one["id"] for one in results if one["status"] in ("created", "updated", "restored")))
    _put_on_lists(call, options.list_ids, there)
    if options.sequence_id is not None:
        enroll_imported(call, options.sequence_id, there)
    counts = {"added": "created", "updated": "updated", "skipped": "skipped", "failed": "failed"}
    tally = {name: sum(one["status"] == status for one in results) for name, status in counts.items()}
    return {"items": results, **tally}


class _Held:
    """Contacts by address, in step with what an import adds."""

    def __init__(self, contacts: list[Doc]) -> None:
        self.contacts = contacts
        self.by_email = {contact["email"].lower(): contact for contact in contacts if contact["email"]}

    def match(self, fields: Doc, values: dict[str, Any], options: Options) -> Doc | None:
        """The contact with the same address, or with the same values in all of the enabled keys."""
        email = (fields.get("email") or "").lower()
        if email in self.by_email:
            return self.by_email[email]
        if not options.keys and not options.custom_keys:
            return None
        wanted = [(name, _folded(fields.get(name))) for name in options.keys]
        own = [(key, _folded(values.get(key))) for key in options.custom_keys]
        if not all(value for _, value in (*wanted, *own)):
            return None
        for contact in self.contacts:
            if all(_folded(contact.get(name)) == value for name, value in wanted) and all(
                _folded(contact["_customFields"].get(key)) == value for key, value in own
            ):
                return contact
        return None

    def keep(self, contact: Doc) -> None:
        self.contacts = [one for one in self.contacts if one["id"] != contact["id"]] + [contact]
        if contact["email"]:
            self.by_email[contact["email"].lower()] = contact


def _folded(value: Any) -> str:
    return str(value or "").strip().rstrip("/").lower()


def _refuse_beyond_plan(call: HandlerCall, items: list[Doc], options: Options, live: _Held) -> None:
    plan = (call.store.get("plan", 1) or {}).get("contacts", PLAN)
    new = sum(live.match(item, {}, options) is None for item in items)
    if len(live.contacts) + new > plan:
        raise Problem(
            400,
            "contact.limitExceeded",
            f"The plan's limit of {plan} contacts would be exceeded: {len(live.contacts)} in use, {new} new.",
        )


def _import(call: HandlerCall, item: Doc, options: Options, live: _Held, deleted: _Held) -> Doc:
    if not item.get("firstName") or (item.get("email") and not is_email(item["email"])):
        return _result(call, None, "failed", error="Invalid data")
    if options.skip_without_emails and not item.get("email"):
        return _result(call, None, "skipped", reason="noEmail")
    fields = {name: value for name, value in contact_fields(item).items() if value not in (None, "")}
    try:
        values = custom_field_values(call, item.get("customFields") or [])
    except Problem as refusal:
        return _result(call, None, "failed", error=refusal.detail.split(":")[0])
    held = live.match(fields, values, options)
    if held is None:
        gone = deleted.match(fields, values, options)
        if gone is not None and not options.restore_deleted:
            return _result(call, gone["id"], "skipped", reason="contactDeleted")
        if gone is not None:
            call.store.delete("deletedContact", gone["id"])
            return _kept(call, live, _merged(gone, fields, values, options.overwrite), "restored")
        if not fields.get("email") and not fields.get("linkedInUrl"):
            return _result(call, None, "failed", error="Invalid data")
        return _kept(call, live, {**blank_contact(call), **fields, "_customFields": values}, "created")
    if held.get("_locked") and held["ownerUserId"] != call.key.user_id:
        return _result(call, held["id"], "skipped", reason="noEditPermission")
    if options.skip_existing:
        return _result(call, held["id"], "skipped", reason="contactExists")
    return _kept(call, live, _merged(held, fields, values, options.overwrite), "updated")


def _merged(held: Doc, fields: Doc, values: dict[str, Any], overwrite: bool) -> Doc:
    if overwrite:
        return {**held, **fields, "_customFields": {**held["_customFields"], **values}}
    empty = {name for name in (*TEXTS, "domain", "accountId", "_phone2") if held.get(name) in (None, "", "Empty")}
    own = held["_customFields"]
    new_values = {key: value for key, value in values.items() if not own.get(key)}
    new_fields = {name: value for name, value in fields.items() if name in empty}
    return {**held, **new_fields, "_customFields": {**own, **new_values}}


def _kept(call: HandlerCall, live: _Held, contact: Doc, status: str) -> Doc:
    kept = call.store.put("contact", {**contact, "_modified": call.clock.iso()})
    live.keep(kept)
    return _result(call, kept["id"], status)


def _result(call: HandlerCall, id: int | None, status: str, error: str | None = None, reason: str | None = None) -> Doc:
    result: Doc = {"id": id, "status": status, "error": error}
    if call.documented:
        return result if status != "skipped" else {**result, "id": None}
    return {**result, "skipReason": reason}


def _put_on_lists(call: HandlerCall, list_ids: tuple[int, ...], contact_ids: list[int]) -> None:
    for number in list_ids:
        wanted = find_in_team(call, "contactList", number)
        if wanted:
            put_on_list(call.store, wanted, contact_ids)
