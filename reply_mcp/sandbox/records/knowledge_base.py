"""A knowledge base and its contents, as they are kept."""

from __future__ import annotations

from reply_mcp.sandbox.http.handler import HandlerCall, Problem, invalid
from reply_mcp.sandbox.records.ownership import find_in_team
from reply_mcp.sandbox.records.seeded_random import new_uuid
from reply_mcp.sandbox.store import Doc, Store, public_fields

_BLANK_WRITING: Doc = {
    "sampleAnswer": None,
    "toneOfVoice": "straightforward",
    "responseLength": "short",
    "links": [],
    "media": [],
    "deliveryMode": "draft",
}


def blank_writing() -> Doc:
    """A handler's or card's fields before anything is sent."""
    return {**_BLANK_WRITING, "links": [], "media": []}


CONTENTS = ("kbLink", "kbDocument", "replyHandler", "reengagementFlow", "reengagementCard")
"""The kinds that belong to a knowledge base; each has a `_baseId` and shows its `_uuid` as id."""


def knowledge_base_or_404(call: HandlerCall) -> Doc:
    """The knowledge base of the path, or Reply's refusal."""
    text = str(call.path["knowledge_base_id"])
    number = int(text) if text.isascii() and text.isdigit() else 0
    if number < 1:
        raise invalid(("knowledge_base_id", "'knowledge_base_id' must be a positive integer."))
    base = find_in_team(call, "knowledgeBase", number)
    if base is None:
        raise Problem(404, "knowledgeBase.notFound", f"Knowledge base {number} was not found.")
    return base


def content_or_404(call: HandlerCall, kind: str, parameter: str, what: str) -> Doc:
    """The part of the path's knowledge base that the path names, or Reply's refusal."""
    base, wanted = knowledge_base_or_404(call), str(call.path[parameter]).lower()
    for one in call.store.all(kind, _uuid=wanted):
        if one["_baseId"] == base["id"]:
            return one
    raise Problem(404, "knowledgeBase.notFound", f"{what} {wanted} was not found.")


def content_view(doc: Doc) -> Doc:
    """The part as it is shown: its UUID is its id."""
    return {**public_fields(doc), "id": doc["_uuid"]}


def put_content(store: Store, kind: str, base_id: int, fields: Doc) -> Doc:
    """Keep a new part of a knowledge base."""
    return store.put(kind, {"id": None, **fields, "_uuid": new_uuid(store), "_baseId": base_id})


def put_knowledge_base(store: Store, team_id: int, user_id: int, at: str, fields: Doc) -> Doc:
    """Keep a knowledge base and its default flow."""
    doc: Doc = {"id": None, "instructions": None, **fields, "updatedAt": at, "ownerUserId": user_id}
    base = store.put("knowledgeBase", {**doc, "_teamId": team_id})
    flow: Doc = {"name": "Default flow", "description": None, "isDefault": True, "createdAt": at}
    put_content(store, "reengagementFlow", base["id"], flow)
    return base
