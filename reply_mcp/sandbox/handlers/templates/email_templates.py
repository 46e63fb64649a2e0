"""Email templates: reading, writing, filing, rendering and trying out."""

from __future__ import annotations

from typing import Any

from reply_mcp.sandbox.handlers.templates.email_template_folders import OWN_TYPES, TYPES, folder_of, visible_folders
from reply_mcp.sandbox.handlers.templates.template_variables import render_template
from reply_mcp.sandbox.http.handler import HandlerCall, HandlerResponse, Problem, operation, paginate
from reply_mcp.sandbox.http.schemas import Array, Enum, Integer, Nullable, Object, Schema, String, read_body
from reply_mcp.sandbox.records.outbox import record_email
from reply_mcp.sandbox.records.ownership import check_positive_id, find_in_team, name_taken
from reply_mcp.sandbox.store import Doc, public_fields

MOST_ATTACHMENTS = 3

_CONTENT: dict[str, Schema] = {
    "name": String(255, least=1),
    "subject": Nullable(String()),
    "body": String(least=1),
    "attachmentIds": Nullable(Array(Integer())),
}
_UPDATE = Object(_CONTENT, ("name", "body"))
_CREATE = Object(
    {**_CONTENT, "folderId": Nullable(Integer()), "folderType": Enum(OWN_TYPES)}, ("name", "body", "folderType")
)
_MOVE = Object({"folderId": Integer(1), "folderType": Enum(OWN_TYPES)}, ("folderId", "folderType"))
_RENDER = Object(
    {"contactId": Integer(1), "sequenceId": Nullable(Integer()), "emailAccountId": Nullable(Integer())}, ("contactId",)
)
_TEST = Object({"email": String(email=True), "emailAccountId": Integer(1)}, ("email", "emailAccountId"))


@operation("ListEmailTemplates")
def list_email_templates(call: HandlerCall) -> Doc:
    """A page of the templates that the caller may use; filters narrow it."""
    found, query = _visible(call), call.query
    if query.get("name"):
        found = [one for one in found if query["name"].strip().lower() in one["name"].lower()]
    if query.get("folder_id"):
        number = call.integer("folder_id", 0)
        found = [one for one in found if one["folderId"] == number]
    if query.get("folder_type"):
        kind = query["folder_type"].lower()
        # The documentation also says "shared" for what is the team's.
        kind = "team" if kind == "shared" else kind
        if kind not in TYPES:
            raise Problem(400, "emailTemplate.invalidFilter", f"folder_type is one of {', '.join(TYPES)}.")
        found = [one for one in found if one["folderType"] == kind]
    if query.get("is_default"):
        defaults = {one["id"] for one in visible_folders(call) if one["isDefault"]}
        wanted = call.boolean("is_default")
        found = [one for one in found if (one["folderId"] in defaults) == wanted]
    shown = paginate(call, found, code="emailTemplate.invalidPagination")
    return {**shown, "items": [_row(call, one) for one in shown["items"]]}


@operation("GetEmailTemplate")
def get_email_template(call: HandlerCall) -> Doc:
    """One template in full."""
    return _whole(call, _template(call))


@operation("CreateEmailTemplate")
def create_email_template(call: HandlerCall) -> HandlerResponse:
    """Create a template in a folder, or in none."""
    body = read_body(call, _CREATE)
    content = _content(call, body)
    number, kind = body.get("folderId"), body["folderType"]
    if number is not None:
        _folder_or_404(call, number, kind)
    now = call.clock.iso()
    doc = {"id": None, **content, "folderId": number, "folderType": kind, "createdAt": now, "updatedAt": now}
    kept = call.store.put("emailTemplate", {**doc, "_userId": call.key.user_id, "_teamId": call.key.team_id})
    return HandlerResponse(201, _whole(call, kept))


@operation("UpdateEmailTemplate")
def update_email_template(call: HandlerCall) -> Doc:
    """Replace the content: a subject or attachments left out are gone. The folder stays."""
    own, body = _writable(call), read_body(call, _UPDATE)
    changed = {**own, **_content(call, body, own["id"]), "updatedAt": call.clock.iso()}
    return _whole(call, call.store.put("emailTemplate", changed))


@operation("DeleteEmailTemplate")
def delete_email_template(call: HandlerCall) -> HandlerResponse:
    """Delete a template."""
    call.store.delete("emailTemplate", _writable(call)["id"])
    return HandlerResponse(204)


@operation("CloneEmailTemplate")
def clone_email_template(call: HandlerCall) -> HandlerResponse:
    """Copy a template within its folder."""
    own, now = _writable(call), call.clock.iso()
    name, number = f"Copy of {own['name']}"[:255], 2
    while name_taken(_visible(call), name):
        name, number = f"Copy of {own['name']} ({number})", number + 1
    copy = {**own, "id": None, "name": name, "createdAt": now, "updatedAt": now, "_userId": call.key.user_id}
    return HandlerResponse(201, _whole(call, call.store.put("emailTemplate", copy)))


@operation("MoveEmailTemplate")
def move_email_template(call: HandlerCall) -> Doc:
    """File a template elsewhere."""
    own, body = _writable(call), read_body(call, _MOVE)
    folder = _folder_or_404(call, body["folderId"], body["folderType"])
    changed = {**own, "folderId": folder["id"], "folderType": folder["folderType"], "updatedAt": call.clock.iso()}
    return _whole(call, call.store.put("emailTemplate", changed))


@operation("RenderEmailTemplate")
def render_email_template(call: HandlerCall) -> Doc:
    """What the template comes to for one contact; nothing is sent."""
    own, body = _template(call), read_body(call, _RENDER)
    contact = find_in_team(call, "contact", body["contactId"])
    if contact is None:
        raise Problem(404, "emailTemplate.contactNotFound", f"Contact {body['contactId']} was not found.")
    number = body.get("emailAccountId")
    account = _account_or_404(call, number) if number is not None else None
    user = call.store.get("user", call.key.user_id) or {}
    return render_template(
        call, own, contact, account["connection"]["senderName"] if account else user.get("userName", "")
    )


@operation("SendTestEmailTemplate")
def send_test_email_template(call: HandlerCall) -> HandlerResponse:
    """Send the template to an address as a test: kept as `testEmail`, for nothing leaves the sandbox."""
    own, body = _template(call), read_body(call, _TEST)
    account = _account_or_404(call, body["emailAccountId"])
    if str(account["connectionStatus"]).lower() != "connected":
        raise Problem(400, "emailTemplate.sendTestFailed", "The email account is not connected.")
    record_email(
        call.store,
        call.clock.now(),
        "test",
        sender=account["connection"]["email"],
        to=[body["email"]],
        subject=own["subject"],
        text=own["body"],
    )
    test: Doc = {"to": body["email"], "emailAccountId": account["id"], "templateId": own["id"], "at": call.clock.iso()}
    call.store.put("testEmail", {**test, "subject": own["subject"], "body": own["body"], "_teamId": call.key.team_id})
    return HandlerResponse(200)


def _visible(call: HandlerCall) -> list[Doc]:
    return [
        one
        for one in call.store.all("emailTemplate", _teamId=call.key.team_id)
        if one["folderType"] != "personal" or one["_userId"] == call.key.user_id
    ]


def _template(call: HandlerCall) -> Doc:
    check_positive_id(call)
    for one in _visible(call):
        if one["id"] == call.id:
            return one
    raise Problem(404, "emailTemplate.notFound", f"Email template {call.id} was not found.")


def _writable(call: HandlerCall) -> Doc:
    own = _template(call)
    if own["folderType"] not in OWN_TYPES:
        raise Problem(403, "emailTemplate.forbidden", "Only personal and team templates can be changed.")
    return own


def _content(call: HandlerCall, body: Doc, own: int | None = None) -> Doc:
    numbers = list(dict.fromkeys(body.get("attachmentIds") or []))
    if len(numbers) > MOST_ATTACHMENTS:
        detail = f"A template has at most {MOST_ATTACHMENTS} attachments."
        raise Problem(400, "emailTemplate.tooManyAttachments", detail)
    for number in numbers:
        if find_in_team(call, "templateAttachment", number) is None:
            raise Problem(404, "emailTemplate.folderNotFound", f"Attachment {number} was not found.")
    name = body["name"].strip()
    if name_taken(_visible(call), name, own):
        raise Problem(409, "emailTemplate.duplicateName", f"A template named '{name}' already exists.")
    return {"name": name, "subject": body.get("subject"), "body": body["body"], "_attachmentIds": numbers}


def _folder_or_404(call: HandlerCall, number: int, kind: str) -> Doc:
    folder = folder_of(call, number, kind)
    if folder is None:
        raise Problem(404, "emailTemplate.folderNotFound", f"There is no folder {number} of type {kind}.")
    return folder


def _account_or_404(call: HandlerCall, number: Any) -> Doc:
    account = find_in_team(call, "emailAccount", number)
    if account is None:
        raise Problem(404, "emailTemplate.emailAccountNotFound", f"Email account {number} was not found.")
    return account


def _row(call: HandlerCall, template: Doc) -> Doc:
    files = [call.store.get("templateAttachment", number) for number in template["_attachmentIds"]]
    names = ("id", "name", "subject", "body", "folderId", "folderType")
    return {**{name: template[name] for name in names}, "attachments": [public_fields(one) for one in files if one]}


def _whole(call: HandlerCall, template: Doc) -> Doc:
    return {**_row(call, template), "createdAt": template["createdAt"], "updatedAt": template["updatedAt"]}
