"""Folders of email templates: one's own, the team's, the organization's and Reply's."""

from __future__ import annotations

from reply_mcp.sandbox.http.handler import HandlerCall, HandlerResponse, Problem, invalid, operation
from reply_mcp.sandbox.http.schemas import Enum, Object, String, read_body
from reply_mcp.sandbox.records.ownership import check_positive_id, name_taken
from reply_mcp.sandbox.store import Doc, public_fields

TYPES = ("personal", "team", "community", "organization")
OWN_TYPES = ("personal", "team")

_RENAMED = Object({"name": String(128, least=1)}, ("name",))
_NEW = Object({"name": String(128, least=1), "folderType": Enum(OWN_TYPES)}, ("name", "folderType"))


def visible_folders(call: HandlerCall) -> list[Doc]:
    """The team's folders, without others' personal ones."""
    return [
        one
        for one in call.store.all("templateFolder", _teamId=call.key.team_id)
        if one["folderType"] != "personal" or one["_userId"] == call.key.user_id
    ]


def folder_of(call: HandlerCall, number: int, kind: str) -> Doc | None:
    """The visible folder of this id and type, or None."""
    found = (one for one in visible_folders(call) if one["id"] == number)
    return next((one for one in found if one["folderType"] == kind), None)


@operation("ListEmailTemplateFolders")
def list_email_template_folders(call: HandlerCall) -> list[Doc]:
    """A bare array of the folders of every type."""
    return [public_fields(one) for one in visible_folders(call)]


@operation("GetEmailTemplateFolder")
def get_email_template_folder(call: HandlerCall) -> Doc:
    """One folder, by id and type."""
    return public_fields(_folder(call))


@operation("CreateEmailTemplateFolder")
def create_email_template_folder(call: HandlerCall) -> HandlerResponse:
    """Create a personal or team folder; its name is unique in its type."""
    body = read_body(call, _NEW)
    _refuse_double(call, body["name"], body["folderType"])
    doc: Doc = {"id": None, "name": body["name"].strip(), "folderType": body["folderType"], "isDefault": False}
    kept = call.store.put("templateFolder", {**doc, "_userId": call.key.user_id, "_teamId": call.key.team_id})
    return HandlerResponse(201, public_fields(kept))


@operation("UpdateEmailTemplateFolder")
def update_email_template_folder(call: HandlerCall) -> Doc:
    """Rename a folder."""
    own, body = _changeable(call, _folder(call)), read_body(call, _RENAMED)
    _refuse_double(call, body["name"], own["folderType"], own["id"])
    return public_fields(call.store.put("templateFolder", {**own, "name": body["name"].strip()}))


@operation("DeleteEmailTemplateFolder")
def delete_email_template_folder(call: HandlerCall) -> HandlerResponse:
    """Delete a folder: a personal one leaves its templates in none, a team's must be empty."""
    own = _changeable(call, _folder(call))
    filed = call.store.all("emailTemplate", folderId=own["id"])
    if filed and own["folderType"] == "team":
        raise Problem(400, None, "A team folder must be empty before it is deleted.")
    for template in filed:
        call.store.put("emailTemplate", {**template, "folderId": None})
    call.store.delete("templateFolder", own["id"])
    return HandlerResponse(204)


@operation("ShareEmailTemplateFolder")
def share_email_template_folder(call: HandlerCall) -> Doc:
    """Make a personal folder, with all that is in it, the team's."""
    check_positive_id(call)
    own = next((one for one in visible_folders(call) if one["id"] == call.id), None)
    if own is None:
        raise Problem(404, "emailTemplateFolder.notFound", f"Folder {call.id} was not found.")
    if own["folderType"] != "personal":
        raise Problem(409, "emailTemplateFolder.alreadyShared", "The folder is shared already.")
    _changeable(call, own)
    for template in call.store.all("emailTemplate", folderId=own["id"]):
        call.store.put("emailTemplate", {**template, "folderType": "team"})
    return public_fields(call.store.put("templateFolder", {**own, "folderType": "team"}))


def _folder(call: HandlerCall) -> Doc:
    check_positive_id(call)
    kind = call.query.get("folder_type", "").lower()
    if kind not in TYPES:
        raise invalid(("folder_type", f"One of {', '.join(TYPES)} is required."))
    found = folder_of(call, call.id, kind)
    if found is None:
        raise Problem(404, "emailTemplateFolder.notFound", f"Folder {call.id} was not found.")
    return found


def _changeable(call: HandlerCall, folder: Doc) -> Doc:
    if folder["isDefault"]:
        raise Problem(400, "emailTemplateFolder.isDefault", "A default folder cannot be changed.")
    if folder["folderType"] not in OWN_TYPES:
        raise Problem(403, "emailTemplateFolder.forbidden", "Only personal and team folders can be changed.")
    return folder


def _refuse_double(call: HandlerCall, name: str, kind: str, own: int | None = None) -> None:
    same = [one for one in visible_folders(call) if one["folderType"] == kind]
    if name_taken(same, name, own):
        raise Problem(409, "emailTemplateFolder.duplicateName", f"A folder named '{name.strip()}' already exists.")
