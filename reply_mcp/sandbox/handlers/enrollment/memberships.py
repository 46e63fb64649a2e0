"""Who is in a sequence, seen from the sequence and from the contact, and the preview of what they will get."""

from __future__ import annotations

from reply_mcp.sandbox.http.handler import HandlerCall, HandlerResponse, Problem, operation, paginate
from reply_mcp.sandbox.records.contact import contact_or_404
from reply_mcp.sandbox.records.membership import (
    NOT_FOUND,
    current_step,
    derived_status,
    email_disposition,
    membership_or_404,
    membership_view,
    status_in_sequence,
)
from reply_mcp.sandbox.records.sequence import find_sequence, sequence_or_404, steps_of
from reply_mcp.sandbox.records.step import display_names, full_name, has_variants, render_variables, variable_values
from reply_mcp.sandbox.store import Doc

SORTS = ("addingDate", "email", "firstName", "lastName", "company", "statusInSequence")
COLUMNS = ("currentStep", "lastStepCompletedAt", "status")


@operation("GetSequenceContacts")
def get_sequence_contacts(call: HandlerCall) -> Doc:
    """A page of the people in the sequence, added last first.

    A missing sequence is a 404 as documented, and an empty page on the wire.
    """
    by, direction = call.query.get("sort_by"), call.query.get("sort_direction")
    if (by and by not in SORTS) or (direction and direction not in ("asc", "desc")):
        raise Problem(400, "sequenceContact.invalidSort", f"sort_by is one of {', '.join(SORTS)}.")
    sequence = find_sequence(call, call.path["id"])
    if sequence is None:
        if call.documented:
            raise Problem(404, NOT_FOUND, f"Sequence {call.path['id']} was not found.")
        return paginate(call, [], code="sequenceContact.invalidInput")
    people = _people(call, sequence)
    if by in (None, "addingDate"):
        people.sort(key=lambda one: (one[0]["addingDate"], one[0]["id"]), reverse=direction != "asc")
    elif by == "statusInSequence":
        people.sort(key=lambda one: status_in_sequence(one[0]), reverse=direction != "asc")
    else:
        people.sort(key=lambda one: str(one[1][by] or "").lower(), reverse=direction != "asc")
    found = paginate(call, people, code="sequenceContact.invalidInput")
    return {**found, "items": [membership_view(call.store, *one) for one in found["items"]]}


def _people(call: HandlerCall, sequence: Doc) -> list[tuple[Doc, Doc]]:
    people = []
    for membership in call.store.all("membership", _sequenceId=sequence["id"]):
        contact = call.store.get("contact", membership["_contactId"])
        if contact:
            people.append((membership, contact))
    return people


@operation("CountSequenceContacts")
def count_sequence_contacts(call: HandlerCall) -> Doc:
    """How many people are in the sequence."""
    return {"count": len(_people(call, sequence_or_404(call, NOT_FOUND)))}


@operation("GetSequenceContactsState")
def get_sequence_contacts_state(call: HandlerCall) -> Doc:
    """A compact page, with the columns that `additionalColumns` names."""
    asked = [name.strip() for name in call.query.get("additionalColumns", "").split(",") if name.strip()]
    unknown = [name for name in asked if name.lower() not in [known.lower() for known in COLUMNS]]
    if unknown:
        raise Problem(400, "sequenceContact.invalidInput", f"Unknown column: {', '.join(unknown)}.")
    columns = {name.lower() for name in asked}
    sequence = sequence_or_404(call, NOT_FOUND)
    people = sorted(_people(call, sequence), key=lambda one: one[0]["addingDate"], reverse=True)
    names = display_names(call.store.all("step", _sequenceId=sequence["id"]))
    found = paginate(call, people, most=100, code="sequenceContact.invalidInput")
    return {**found, "items": [_state(membership, contact, names, columns) for membership, contact in found["items"]]}


def _state(membership: Doc, contact: Doc, names: dict[int, str], columns: set[str]) -> Doc:
    shown = {
        "contactId": contact["id"],
        **{name: contact[name] for name in ("email", "firstName", "lastName", "title")},
    }
    shown["addedAt"] = membership["addingDate"]
    number = membership["_stepId"] or membership["_lastStepId"]
    if "currentstep" in columns:
        at = list(names).index(number) + 1 if number in names else 0
        shown["currentStep"] = {"stepId": number, "displayStepNumber": names.get(number, ""), "stepNumber": at}
    if "laststepcompletedat" in columns:
        shown["lastStepCompletedAt"] = membership["_lastStepAt"]
    if "status" in columns:
        flags = ("replied", "delivered", "bounced", "opened", "clicked")
        status = {name: membership[f"is{name.capitalize()}"] for name in flags}
        shown["status"] = {"status": status_in_sequence(membership), **status}
    return shown


@operation("GetSequenceContactById")
def get_sequence_contact_by_id(call: HandlerCall) -> Doc:
    """One person's place; one code stands for no sequence, no contact, and not in it."""
    membership, contact = membership_or_404(call)
    return membership_view(call.store, membership, contact)


@operation("GetSequencePreview")
def get_sequence_preview(call: HandlerCall) -> Doc:
    """The messages that the contact will get, with their own data put in."""
    membership, contact = membership_or_404(call, "sequence_id", "sequenceContactPreview.notFound")
    steps = steps_of(call.store, membership["_sequenceId"])
    names = display_names(steps)
    account = call.store.get("emailAccount", membership["emailAccountId"] or 0)
    values = variable_values(call.store, contact, account["connection"]["senderName"] if account else "")
    shown = []
    for step in steps:
        if not has_variants(step) and step["type"] not in ("sms", "whatsApp"):
            continue
        edited = membership["_edits"].get(str(step["id"]))
        words = {**(_variant_shown(step) if has_variants(step) else step), **(edited or {})}
        shown.append(
            {
                "stepId": step["id"],
                "displayName": names[step["id"]],
                "personalizationStatus": "notPersonalized",
                "needsPersonalization": False,
                "subject": render_variables(words["subject"], values) if words.get("subject") else None,
                "body": render_variables(words.get("message"), values),
                "isModifiedByUser": edited is not None,
            }
        )
    return {
        "sequenceId": membership["_sequenceId"],
        "contactId": contact["id"],
        "contactFullName": full_name(contact),
        "contactEmail": contact["email"],
        "contactTitle": contact["title"],
        "contactCompany": contact["company"],
        "contactLinkedInUrl": contact["linkedInUrl"],
        "steps": shown,
    }


def _variant_shown(step: Doc) -> Doc:
    """The first variant that is sent."""
    shown: Doc = next((one for one in step["variants"] if one["isEnabled"]), step["variants"][0])
    return shown


@operation("ResetSequencePreview")
def reset_sequence_preview(call: HandlerCall) -> HandlerResponse:
    """Fall back to the steps' own words."""
    membership, _ = membership_or_404(call, "sequence_id", "sequenceContactPreview.notFound")
    call.store.put("membership", {**membership, "_edits": {}})
    return HandlerResponse(204)


@operation("GetContactSequences")
def get_contact_sequences(call: HandlerCall) -> list[Doc]:
    """A bare array of the sequences that the contact is in."""
    contact = contact_or_404(call)
    return [
        {
            "sequenceId": membership["_sequenceId"],
            "sequenceName": sequence["name"],
            "statusInSequence": status_in_sequence(membership),
            "currentStep": current_step(call.store, membership),
            "addingDate": membership["addingDate"],
            "emailAccountId": membership["emailAccountId"],
            "linkedInAccountId": membership["linkedInAccountId"],
        }
        for membership, sequence in _places(call, contact)
    ]


@operation("GetContactStatuses")
def get_contact_statuses(call: HandlerCall) -> Doc:
    """The contact's flags, and the status in each sequence."""
    contact = contact_or_404(call)
    return {
        "contactId": contact["id"],
        **{name: contact[name] for name in ("isOptedOut", "callStatus", "meetingStatus")},
        "sequences": [
            {
                "sequenceId": membership["_sequenceId"],
                "sequenceName": sequence["name"],
                "statusInSequence": derived_status(membership),
                "emailDisposition": email_disposition(membership),
            }
            for membership, sequence in _places(call, contact)
        ],
    }


def _places(call: HandlerCall, contact: Doc) -> list[tuple[Doc, Doc]]:
    found = []
    for membership in call.store.all("membership", _contactId=contact["id"]):
        sequence = call.store.get("sequence", membership["_sequenceId"])
        if sequence:
            found.append((membership, sequence))
    return found


@operation("GetContactActivities")
def get_contact_activities(call: HandlerCall) -> Doc:
    """What happened with the contact, newest first: mails, LinkedIn, calls, notes."""
    contact = contact_or_404(call)
    items = [_activity(call, event) for event in call.store.all("event", _contactId=contact["id"])]
    items += [
        _entry(call, note["id"], note["at"], "note", "user", note["_userId"], {"text": note["text"]})
        for note in call.store.all("contactNote", _contactId=contact["id"])
    ]
    items.sort(key=lambda item: (item["date"], item["id"]), reverse=True)
    return paginate(call, items, code="contact.invalidInput")


def _activity(call: HandlerCall, event: Doc) -> Doc:
    kind = (
        event["type"]
        if event["channel"] == "linkedIn"
        else f"{event['channel']}{event['type'][0].upper()}{event['type'][1:]}"
    )
    sequence = call.store.get("sequence", event["_sequenceId"] or 0)
    content = {"sequenceId": sequence["id"], "sequenceName": sequence["name"]} if sequence else None
    source = "manual" if event["manual"] else "sequence" if event["_sequenceId"] else "user"
    return _entry(call, event["id"], event["at"], kind, source, event["_userId"], content)


def _entry(call: HandlerCall, number: int, at: str, kind: str, source: str, user_id: int, content: Doc | None) -> Doc:
    user = call.store.get("user", user_id) or {}
    shown = {"id": number, "date": at, "activityType": kind, "sourceType": source}
    return {**shown, "userName": user.get("userName"), "userId": user_id, "content": content}
