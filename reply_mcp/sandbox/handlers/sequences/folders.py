"""Sequence folders: each user's own, by UUID; a sequence is in at most one of a user's."""

from __future__ import annotations

from reply_mcp.sandbox.http.bulk import bulk_ids, item_failure
from reply_mcp.sandbox.http.handler import HandlerCall, HandlerResponse, Problem, operation, paginate
from reply_mcp.sandbox.http.schemas import Object, String, read_body
from reply_mcp.sandbox.records.ownership import change_each, name_taken
from reply_mcp.sandbox.records.seeded_random import new_uuid
from reply_mcp.sandbox.records.sequence import find_sequence, sequence_row
from reply_mcp.sandbox.store import Doc

_LINK = "sequenceFolderSequenceLink"
_NAME = Object({"name": String(128, least=1)}, ("name",))


@operation("GetSequenceFolders")
def get_sequence_folders(call: HandlerCall) -> list[Doc]:
    """A bare array of the caller's folders, by name."""
    return [_shown(one) for one in sorted(_own(call), key=lambda one: one["name"].lower())]


@operation("GetSequenceFolderById", text_ids=True)
def get_sequence_folder_by_id(call: HandlerCall) -> Doc:
    """One folder."""
    return _shown(_folder(call))


@operation("CreateSequenceFolder")
def create_sequence_folder(call: HandlerCall) -> HandlerResponse:
    """Create an empty folder."""
    name = _name(call)
    doc = {"id": None, "name": name, "_uuid": new_uuid(call.store), "_userId": call.key.user_id}
    return HandlerResponse(201, _shown(call.store.put("sequenceFolder", {**doc, "_teamId": call.key.team_id})))


@operation("UpdateSequenceFolder", text_ids=True)
def update_sequence_folder(call: HandlerCall) -> Doc:
    """Rename a folder."""
    own = _folder(call)
    return _shown(call.store.put("sequenceFolder", {**own, "name": _name(call, own["id"])}))


@operation("DeleteSequenceFolder", text_ids=True)
def delete_sequence_folder(call: HandlerCall) -> HandlerResponse:
    """Delete a folder; its sequences stay, in none."""
    own = _folder(call)
    for sequence in _filed(call, own):
        call.store.put("sequence", {**sequence, "_folderId": None})
    call.store.delete("sequenceFolder", own["id"])
    return HandlerResponse(204)


@operation("GetFolderSequences", text_ids=True)
def get_folder_sequences(call: HandlerCall) -> Doc:
    """A page of the folder's sequences, by title, creation or number of people where asked."""
    own = _folder(call, f"{_LINK}.notFound")
    by, direction = call.query.get("sort_by"), call.query.get("sort_direction")
    if (by and by.lower() not in ("title", "created", "people")) or (direction and direction not in ("asc", "desc")):
        detail = "sort_by is title, created or people; sort_direction is asc or desc."
        raise Problem(400, f"{_LINK}.invalidPagination", detail)
    found = _filed(call, own)
    match (by or "").lower():
        case "title":
            found.sort(key=lambda one: one["name"].lower())
        case "created":
            found.sort(key=lambda one: one["created"])
        case "people":
            found.sort(key=lambda one: len(call.store.all("membership", _sequenceId=one["id"])))
    shown = paginate(call, found[::-1] if direction == "desc" else found, code=f"{_LINK}.invalidPagination")
    return {**shown, "items": [sequence_row(call, one) for one in shown["items"]]}


@operation("BulkAssignSequencesToFolder", text_ids=True)
def bulk_assign_sequences_to_folder(call: HandlerCall) -> Doc:
    """File sequences, taking them out of any other folder."""
    folder = _folder(call, f"{_LINK}.notFound")["_uuid"]
    ids = bulk_ids(call, "sequenceIds", "At least one sequence ID is required.")
    return change_each(
        call,
        "sequence",
        ids,
        lambda own: call.store.put("sequence", {**own, "_folderId": folder}),
        "Sequence not found.",
    )


@operation("BulkUnassignSequencesFromFolder", text_ids=True)
def bulk_unassign_sequences_from_folder(call: HandlerCall) -> Doc:
    """Take sequences out of the folder."""
    own, failures = _folder(call, f"{_LINK}.notFound"), {}
    for number in bulk_ids(call, "sequenceIds", "At least one sequence ID is required."):
        sequence = find_sequence(call, number)
        if sequence is None or sequence["_folderId"] != own["_uuid"]:
            failures[str(number)] = item_failure("notFound", "The sequence is not in this folder.")
        else:
            call.store.put("sequence", {**sequence, "_folderId": None})
    return failures


def _own(call: HandlerCall) -> list[Doc]:
    return call.store.all("sequenceFolder", _userId=call.key.user_id, _teamId=call.key.team_id)


def _folder(call: HandlerCall, code: str = "sequenceFolder.notFound") -> Doc:
    wanted = str(call.path["id"]).lower()
    for one in _own(call):
        if one["_uuid"] == wanted:
            return one
    raise Problem(404, code, f"Sequence folder {wanted} was not found.")


def _filed(call: HandlerCall, folder: Doc) -> list[Doc]:
    return call.store.all("sequence", _folderId=folder["_uuid"], _teamId=call.key.team_id)


def _shown(folder: Doc) -> Doc:
    return {"id": folder["_uuid"], "name": folder["name"]}


def _name(call: HandlerCall, own: int | None = None) -> str:
    name: str = read_body(call, _NAME)["name"].strip()
    if name_taken(_own(call), name, own):
        raise Problem(409, "sequenceFolder.duplicateName", f"A folder named '{name}' already exists.")
    return name
