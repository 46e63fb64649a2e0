"""AI SDR playbooks: how the AI is to write, for everyone, an organization or a team."""

from __future__ import annotations

import re

from reply_mcp.sandbox.http.handler import HandlerCall, HandlerResponse, Problem, invalid, operation, paginate
from reply_mcp.sandbox.http.schemas import Enum, Object, String, read_body
from reply_mcp.sandbox.store import Doc, public_fields

TYPES = ("global", "organization", "team")
LARGEST = 20 * 1024 * 1024
_ID = re.compile(r"([got])-([1-9][0-9]{0,8})")
_NEW = Object(
    {"name": String(128, 1), "description": String(1000), "body": String(), "type": Enum(TYPES)},
    ("name", "description", "body", "type"),
)
_CHANGE = Object({"name": String(128, 1), "description": String(1000), "body": String()})


def find_playbook(call: HandlerCall, name: str, area: str = "playbook") -> Doc | None:
    """The playbook of this composite id (`t-7`) that the caller may read, or None; a malformed id is a 400."""
    match = _ID.fullmatch(name)
    if match is None:
        raise Problem(400, f"{area}.invalidIdFormat", f"'{name}' is not a playbook id.")
    found = call.store.get("playbook", int(match[2]))
    if found is None or found["type"][0] != match[1]:
        return None
    return found if found["type"] != "team" or found["_teamId"] == call.key.team_id else None


@operation("ListPlaybooks")
def list_playbooks(call: HandlerCall) -> Doc:
    """A page of the playbooks that the caller may use."""
    kind, wanted = call.query.get("type", "").lower(), call.query.get("search", "").strip().lower()
    if kind and kind not in TYPES:
        raise call.query_error("type", f"The value '{kind}' is not valid.")
    rows = [
        {name: value for name, value in _shown(one).items() if name not in ("body", "styleFiles")}
        for one in call.store.all("playbook")
        if (one["type"] != "team" or one["_teamId"] == call.key.team_id)
        and kind in ("", one["type"])
        and wanted in one["name"].lower()
    ]
    return paginate(call, rows, 100, code="playbook.invalidPagination")


@operation("CreatePlaybook")
def create_playbook(call: HandlerCall) -> HandlerResponse:
    """Keep a playbook of the organization or the team."""
    sent = read_body(call, _NEW)
    if sent["type"] == "global":
        raise Problem(400, "playbook.invalidType", "The type must be organization or team.")
    return HandlerResponse(201, _shown(_put(call, {"id": None, **sent})))


def _put(call: HandlerCall, playbook: Doc) -> Doc:
    doc = {
        "authorUserId": call.key.user_id,
        "_teamId": call.key.team_id,
        "styleFiles": [],
        **playbook,
        "lastUpdatedAt": call.clock.iso(),
    }
    return call.store.put("playbook", doc)


@operation("GetPlaybook", text_ids=True)
def get_playbook(call: HandlerCall) -> Doc:
    """One playbook in full."""
    return _shown(_playbook(call))


@operation("UpdatePlaybook", text_ids=True)
def update_playbook(call: HandlerCall) -> Doc:
    """Change what is sent; the type stays."""
    own = _editable(call)
    return _shown(_put(call, {**own, **read_body(call, _CHANGE, some=True)}))


@operation("DeletePlaybook", text_ids=True)
def delete_playbook(call: HandlerCall) -> HandlerResponse:
    """Delete a playbook that is not Reply's own."""
    call.store.delete("playbook", _editable(call)["id"])
    return HandlerResponse(204)


@operation("DuplicatePlaybook", text_ids=True)
def duplicate_playbook(call: HandlerCall) -> HandlerResponse:
    """Copy a playbook for the team, whosever it is."""
    own = _playbook(call)
    kind = "team" if own["type"] == "global" else own["type"]
    copy = {name: own[name] for name in ("description", "body")}
    copy |= {"id": None, "name": f"{own['name'][:121]} (copy)", "type": kind}
    copied = _put(call, copy)
    files = [{**file, "id": call.store.put("styleFile", {"id": None})["id"]} for file in own["styleFiles"]]
    return HandlerResponse(201, _shown(call.store.put("playbook", {**copied, "styleFiles": files})))


@operation("UploadPlaybookStyleFile", text_ids=True)
def upload_playbook_style_file(call: HandlerCall) -> HandlerResponse:
    """Keep a sample of the style."""
    own, file = _editable(call, "playbook_id"), call.files.get("file")
    if file is None or not file.content:
        raise invalid(("/file", "File must not be empty."))
    if len(file.content) > LARGEST:
        raise Problem(400, "playbook.invalidParameter", "The file is too large.")
    kept = {"id": call.store.put("styleFile", {"id": None})["id"], "fileName": file.name}
    _put(call, {**own, "styleFiles": [*own["styleFiles"], kept]})
    return HandlerResponse(201, kept)


@operation("DeletePlaybookStyleFile", text_ids=True)
def delete_playbook_style_file(call: HandlerCall) -> HandlerResponse:
    """Drop one sample."""
    own, number = _editable(call, "playbook_id"), call.path["style_file_id"]
    left = [file for file in own["styleFiles"] if str(file["id"]) != number]
    if len(left) == len(own["styleFiles"]):
        raise Problem(404, "playbook.notFound", f"Style file {number} was not found.")
    _put(call, {**own, "styleFiles": left})
    return HandlerResponse(204)


def _playbook(call: HandlerCall, parameter: str = "id") -> Doc:
    found = find_playbook(call, call.path[parameter])
    if found is None:
        raise Problem(404, "playbook.notFound", f"Playbook {call.path[parameter]} was not found.")
    return found


def _editable(call: HandlerCall, parameter: str = "id") -> Doc:
    own = _playbook(call, parameter)
    if own["type"] == "global":
        raise Problem(403, "playbook.forbidden", "Global playbooks cannot be changed.")
    return own


def _shown(playbook: Doc) -> Doc:
    names = ("name", "description", "body", "type", "lastUpdatedAt", "authorUserId", "styleFiles")
    shown = public_fields(playbook)
    return {"id": f"{playbook['type'][0]}-{playbook['id']}", **{name: shown[name] for name in names}}
