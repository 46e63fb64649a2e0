"""Sequences: listing, creating, changing, deleting, owners and templates."""

from __future__ import annotations

import uuid
from typing import Any

from reply_mcp.sandbox.clock import instant
from reply_mcp.sandbox.http.bulk import id_list
from reply_mcp.sandbox.http.handler import HandlerCall, HandlerResponse, Problem, invalid, operation, paginate
from reply_mcp.sandbox.http.problems import server_error
from reply_mcp.sandbox.records.membership import remove_membership
from reply_mcp.sandbox.records.ownership import change_each, find_in_team, is_teammate, name_taken
from reply_mcp.sandbox.records.sequence import DEFAULT_SETTINGS, sequence_or_404, sequence_row, sequence_view, steps_of
from reply_mcp.sandbox.records.step import check_variables, step_doc, step_errors
from reply_mcp.sandbox.store import Doc

SORTS = {"created": "created", "name": "name", "status": "status"}
MOST = 100
OWNED = 100
"""Sequences that one person may own."""


@operation("GetSequences")
def get_sequences(call: HandlerCall) -> Doc:
    """A page of the team's sequences, newest first unless sorted; without counters."""
    found = call.store.all("sequence", _teamId=call.key.team_id)
    query = call.query
    if query.get("status"):
        if query["status"].lower() not in ("active", "paused", "new"):
            raise call.query_error("status", "One of active, paused, new is required.")
        found = [one for one in found if one["status"] == query["status"].lower()]
    if query.get("ownerUserId"):
        owner = call.integer("ownerUserId", 0)
        found = [one for one in found if one["ownerUserId"] == owner]
    if query.get("folderId"):
        found = [one for one in found if one["_folderId"] == query["folderId"]]
    if query.get("isArchived"):
        archived = call.boolean("isArchived")
        found = [one for one in found if one["isArchived"] == archived]
    if query.get("name"):
        found = [one for one in found if query["name"].lower() in one["name"].lower()]
    if query.get("createdAfter"):
        try:
            after = instant(query["createdAfter"].replace(" ", "+"))
        except ValueError:
            raise call.query_error("createdAfter", "The value is not a date and time.") from None
        found = [one for one in found if instant(one["created"]) > after]
    found = _sorted(call, found)
    shown = paginate(call, found, code="sequence.invalidPagination")
    return {**shown, "items": [sequence_row(call, one) for one in shown["items"]]}


def _sorted(call: HandlerCall, found: list[Doc]) -> list[Doc]:
    by, direction = call.query.get("sortBy"), call.query.get("sortDirection")
    if (by and by not in SORTS) or (direction and (not by or direction not in ("asc", "desc"))):
        raise Problem(400, "sequence.invalidSort", "sortBy is created, name or status; sortDirection needs sortBy.")
    name = SORTS[by or "created"]
    descending = direction == "desc" if direction else name == "created"
    return sorted(found, key=lambda one: (str(one[name]).lower(), one["id"]), reverse=descending)


@operation("GetSequenceById")
def get_sequence_by_id(call: HandlerCall) -> Doc:
    """One sequence in full."""
    return sequence_view(call, sequence_or_404(call))


@operation("CreateSequence")
def create_sequence(call: HandlerCall) -> HandlerResponse:
    """Create a sequence, with accounts and steps where given.

    On the wire, LinkedIn accounts or an invitation step given inline end in a 500, after the sequence was made.
    """
    body = call.json_object()
    wrong = _definition_errors(call, body, needs_name=True)
    steps = body.get("steps") or []
    if not isinstance(steps, list):
        raise invalid(*wrong, ("/steps", "An array is required."))
    wrong += [error for at, one in enumerate(steps) for error in step_errors(call, one, f"/steps/{at}")]
    first = next((at for at, one in enumerate(steps) if isinstance(one, dict) and one.get("type") == "email"), None)
    if not wrong and first is not None and not steps[first]["variants"][0].get("subject"):
        wrong.append((f"/steps/{first}/subject", "First email should have subject."))
    if wrong:
        raise invalid(*wrong)
    for step in steps:
        check_variables(call, step)
    sequence = call.store.put("sequence", _new(call, body) | _accounts(call, body))
    breaking = bool(body.get("linkedInAccounts")) or any(one.get("actionType") == "connect" for one in steps)
    if breaking and not call.documented:
        call.store.put("sequence", {**sequence, "_linkedInAccountIds": []})
        raise server_error()
    parent: int | None = None
    given: dict[int | None, int] = {}
    for step in steps:
        # Ids in a new sequence's steps are the caller's own, to say which is whose child.
        parent = given.get(step.get("parentId"), parent)
        kept = call.store.put("step", step_doc(call.store, sequence["id"], step, parent))
        given[step.get("id")] = parent = kept["id"]
    return HandlerResponse(201, sequence_view(call, sequence))


def _new(call: HandlerCall, body: Doc) -> Doc:
    user = call.store.get("user", call.key.user_id) or {}
    schedule = body.get("scheduleId")
    return {
        "name": body["name"].strip(),
        "ownerUserId": call.key.user_id,
        "created": call.clock.iso(),
        "status": "new",
        "isArchived": False,
        "scheduleId": schedule if schedule is not None else user.get("_scheduleId"),
        "settings": {**DEFAULT_SETTINGS, **(body.get("settings") or {})},
        "_emailAccountIds": [],
        "_linkedInAccountIds": [],
        "_folderId": None,
        "_teamId": call.key.team_id,
    }


@operation("UpdateSequence")
def update_sequence(call: HandlerCall) -> Doc:
    """Change what is sent: settings are merged, lists of accounts replaced."""
    sequence, body = sequence_or_404(call), call.json_object()
    wrong = _definition_errors(call, body, needs_name=False)
    if wrong:
        raise invalid(*wrong)
    if sequence["isArchived"]:
        raise Problem(409, "sequence.archived", "The sequence is archived and cannot be updated.")
    changed = {**sequence, **_accounts(call, body)}
    for name in ("name", "scheduleId"):
        if body.get(name) is not None:
            changed[name] = body[name]
    changed["settings"] = {**sequence["settings"], **(body.get("settings") or {})}
    return sequence_view(call, call.store.put("sequence", changed))


def _definition_errors(call: HandlerCall, body: Doc, *, needs_name: bool) -> list[tuple[str, str]]:
    wrong = []
    if ("name" in body or needs_name) and not str(body.get("name") or "").strip():
        wrong.append(("/name", "'name' must not be empty."))
    settings = body.get("settings")
    if settings is not None and not isinstance(settings, dict):
        wrong.append(("/settings", "A JSON object is required."))
    elif settings and settings.get("repliesHandlingType", "markAsFinished") not in (
        "markAsFinished",
        "continueSending",
    ):
        wrong.append(("/settings/repliesHandlingType", "One of markAsFinished, continueSending is required."))
    for name in ("emailAccounts", "linkedInAccounts"):
        given = body.get(name)
        if given is not None and not (isinstance(given, list) and all(isinstance(one, int) for one in given)):
            wrong.append((f"/{name}", "An array of integers is required."))
    schedule = body.get("scheduleId")
    if schedule is not None and not wrong and find_in_team(call, "schedule", schedule) is None:
        raise Problem(404, "sequence.scheduleNotFound", f"Schedule {schedule} was not found.")
    return wrong


def _accounts(call: HandlerCall, body: Doc) -> Doc:
    linked: Doc = {}
    for kind in ("emailAccount", "linkedInAccount"):
        given = body.get(f"{kind}s")
        for number in given or ():
            if find_in_team(call, kind, number) is None:
                raise Problem(404, f"sequence.{kind}NotFound", f"The account {number} was not found.")
        if given is not None:
            linked[f"_{kind}Ids"] = list(dict.fromkeys(given))
    return linked


@operation("DeleteSequence")
def delete_sequence(call: HandlerCall) -> HandlerResponse:
    """Delete for good; a missing sequence is a 400 here."""
    _delete(call, sequence_or_404(call, status=400))
    return HandlerResponse(204)


@operation("BulkDeleteSequences")
def bulk_delete_sequences(call: HandlerCall) -> Doc:
    """Delete each; the answer holds the failures only."""
    return change_each(call, "sequence", sequence_ids(call), lambda own: _delete(call, own), "Sequence not found.")


def sequence_ids(call: HandlerCall) -> list[int]:
    """The body's `ids`: 1 to 100."""
    ids = id_list(call, "ids", f"'ids' must contain between 1 and {MOST} items.")
    if len(ids) > MOST:
        raise invalid(("/ids", f"'ids' must contain between 1 and {MOST} items."))
    return ids


def _delete(call: HandlerCall, sequence: Doc) -> None:
    for membership in call.store.all("membership", _sequenceId=sequence["id"]):
        remove_membership(call.store, membership)
    for step in call.store.all("step", _sequenceId=sequence["id"]):
        call.store.delete("step", step["id"])
    call.store.delete("sequence", sequence["id"])


@operation("UpdateSequenceOwner")
def update_sequence_owner(call: HandlerCall) -> Doc:
    """Hand the sequence to a teammate."""
    owner = _new_owner(call)
    sequence = sequence_or_404(call, "sequenceAction.notFound")
    if len(call.store.all("sequence", ownerUserId=owner)) >= OWNED:
        raise Problem(400, "sequenceAction.ownerLimitExceeded", "The user owns as many sequences as allowed.")
    return sequence_view(call, call.store.put("sequence", {**sequence, "ownerUserId": owner}))


@operation("BulkChangeSequenceOwner")
def bulk_change_sequence_owner(call: HandlerCall) -> Doc:
    """Hand each to one teammate; the answer holds the failures only."""
    ids, owner = sequence_ids(call), _new_owner(call)

    def hand_over(sequence: Doc) -> None:
        if len(call.store.all("sequence", ownerUserId=owner)) >= OWNED:
            raise Problem(400, "sequenceAction.ownerLimitExceeded", "The user's limit is reached.")
        call.store.put("sequence", {**sequence, "ownerUserId": owner})

    return change_each(call, "sequence", ids, hand_over, "Sequence not found.")


def _new_owner(call: HandlerCall) -> int:
    number = call.json_object().get("userId")
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise invalid(("/userId", "'userId' must be greater than 0."))
    if not is_teammate(call, number):
        raise Problem(400, "sequenceAction.teamMemberNotFound", "The user is not a member of the team.")
    return number


@operation("SaveSequenceAsTemplate")
def save_sequence_as_template(call: HandlerCall) -> HandlerResponse:
    """Keep the sequence's steps and settings under a name of their own."""
    body = call.json_object()
    name = body.get("name")
    if not isinstance(name, str) or not name.strip():
        raise invalid(("/name", "'name' must not be empty."))
    sequence = sequence_or_404(call, "sequenceTemplate.sequenceNotFound")
    if name_taken(call.store.all("sequenceTemplate", _teamId=call.key.team_id), name):
        raise Problem(409, "sequenceTemplate.duplicateName", "A template with this name exists.")
    steps = steps_of(call.store, sequence["id"])
    template = {
        "_uuid": str(uuid.uuid5(uuid.NAMESPACE_URL, f"sequence-template/{call.key.team_id}/{name.strip().lower()}")),
        "name": name.strip(),
        "description": body.get("description"),
        "stepTypes": [step["type"][0].upper() + step["type"][1:] for step in steps],
        "isConditional": any(step["type"] == "condition" for step in steps),
        "_steps": steps,
        "_settings": sequence["settings"],
        "_scheduleId": sequence["scheduleId"],
        "_teamId": call.key.team_id,
    }
    call.store.put("sequenceTemplate", template)
    return HandlerResponse(201, template_view(template))


def template_view(template: Doc) -> Doc:
    """The template as Reply answers it."""
    names = ("name", "description", "stepTypes", "isConditional")
    return {"id": template["_uuid"], **{name: template[name] for name in names}}


@operation("CreateSequenceFromTemplate")
def create_sequence_from_template(call: HandlerCall) -> HandlerResponse:
    """Build a sequence with a template's steps and settings, without accounts and contacts."""
    body = call.json_object()
    wanted: Any = body.get("templateId")
    if not wanted:
        raise invalid(("/templateId", "'templateId' must not be empty."))
    template = next(iter(call.store.all("sequenceTemplate", _uuid=str(wanted))), None)
    if template is None or template["_teamId"] != call.key.team_id:
        raise Problem(404, "sequenceTemplate.notFound", "The template was not found.")
    given = {"name": template["name"], "scheduleId": template["_scheduleId"], "settings": template["_settings"]}
    sequence = call.store.put("sequence", {**_new(call, given), "_folderId": body.get("sequenceFolderId")})
    numbers: dict[int | None, int | None] = {None: None}
    for step in template["_steps"]:
        fresh = {name: value for name, value in step.items() if name != "id"}
        kept = call.store.put("step", step_doc(call.store, sequence["id"], fresh, numbers[step["parentId"]]))
        numbers[step["id"]] = kept["id"]
    return HandlerResponse(201, sequence_view(call, sequence))
