"""AI SDR knowledge bases: what the AI writes from, with its links and documents."""

from __future__ import annotations

from reply_mcp.sandbox.http.handler import HandlerCall, HandlerResponse, Problem, invalid, operation, paginate
from reply_mcp.sandbox.http.schemas import Object, String, read_body
from reply_mcp.sandbox.records.knowledge_base import (
    CONTENTS,
    content_or_404,
    content_view,
    knowledge_base_or_404,
    put_content,
    put_knowledge_base,
)
from reply_mcp.sandbox.records.ownership import team_record_or_404
from reply_mcp.sandbox.store import Doc, public_fields

LARGEST = 104_857_600

_FIELDS = {"name": String(128, 1), "instructions": String(2000)}
_URL = Object({"url": String(256, 1)}, ("url",))


def contents(call: HandlerCall, kind: str, named: str) -> list[Doc]:
    """The parts of this kind that the path's knowledge base has and `search` finds in the field `named`."""
    wanted = call.query.get("search", "").strip().lower()
    return [
        one for one in call.store.all(kind, _baseId=knowledge_base_or_404(call)["id"]) if wanted in one[named].lower()
    ]


def content_page(call: HandlerCall, rows: list[Doc]) -> Doc:
    """The page of them that is asked for."""
    return paginate(call, rows, 100, code="knowledgeBase.invalidPagination")


@operation("ListKnowledgeBases")
def list_knowledge_bases(call: HandlerCall) -> Doc:
    """A page of the team's knowledge bases, without instructions."""
    wanted = call.query.get("search", "").strip().lower()
    bases = [one for one in call.store.all("knowledgeBase", _teamId=call.key.team_id) if wanted in one["name"].lower()]
    names = ("id", "name", "updatedAt", "ownerUserId")
    return content_page(call, [{name: one[name] for name in names} for one in bases])


@operation("CreateKnowledgeBase")
def create_knowledge_base(call: HandlerCall) -> HandlerResponse:
    """Keep a knowledge base; it begins with a default re-engagement flow."""
    sent = read_body(call, Object(_FIELDS, ("name",)))
    base = put_knowledge_base(call.store, call.key.team_id, call.key.user_id, call.clock.iso(), sent)
    return HandlerResponse(201, _shown(call, base))


@operation("GetKnowledgeBase")
def get_knowledge_base(call: HandlerCall) -> Doc:
    """One knowledge base."""
    return _shown(call, _base(call))


@operation("UpdateKnowledgeBase")
def update_knowledge_base(call: HandlerCall) -> Doc:
    """Change what is sent."""
    own = _base(call)
    sent = read_body(call, Object(_FIELDS), some=True)
    return _shown(call, call.store.put("knowledgeBase", {**own, **sent, "updatedAt": call.clock.iso()}))


@operation("DeleteKnowledgeBase")
def delete_knowledge_base(call: HandlerCall) -> HandlerResponse:
    """Delete it with all it holds; sequences lose the connection."""
    own = _base(call)
    for kind in CONTENTS:
        for one in call.store.all(kind, _baseId=own["id"]):
            call.store.delete(kind, one["id"])
    for settings in call.store.all("aiSdr", knowledgeBaseId=own["id"]):
        call.store.put("aiSdr", {**settings, "knowledgeBaseId": None})
    call.store.delete("knowledgeBase", own["id"])
    return HandlerResponse(204)


@operation("DuplicateKnowledgeBase")
def duplicate_knowledge_base(call: HandlerCall) -> HandlerResponse:
    """Copy it with all it holds."""
    own = _base(call)
    copy = {**own, "id": None, "name": f"{own['name'][:121]} (copy)", "ownerUserId": call.key.user_id}
    base = call.store.put("knowledgeBase", {**copy, "updatedAt": call.clock.iso()})
    flows: dict[str, str] = {}
    for kind in CONTENTS:
        for one in call.store.all(kind, _baseId=own["id"]):
            # Flows come before the cards that name them.
            fields = {**one, "_flow": flows[one["_flow"]]} if "_flow" in one else one
            copied = put_content(call.store, kind, base["id"], {**fields, "id": None})
            flows[one["_uuid"]] = copied["_uuid"]
    return HandlerResponse(201, _shown(call, base))


def _base(call: HandlerCall) -> Doc:
    return team_record_or_404(call, "knowledgeBase", "knowledgeBase.notFound", "Knowledge base")


def _shown(call: HandlerCall, base: Doc) -> Doc:
    instructions = base["instructions"]
    return {**public_fields(base), "instructions": "" if instructions is None and call.documented else instructions}


@operation("ListKnowledgeBaseLinks", text_ids=True)
def list_knowledge_base_links(call: HandlerCall) -> Doc:
    """A page of the web pages."""
    return content_page(call, [content_view(one) for one in contents(call, "kbLink", "url")])


@operation("AddKnowledgeBaseLink", text_ids=True)
def add_knowledge_base_link(call: HandlerCall) -> HandlerResponse:
    """Draw on a web page."""
    base, sent = knowledge_base_or_404(call), read_body(call, _URL)
    if not sent["url"].lower().startswith(("http://", "https://")):
        raise Problem(400, "knowledgeBase.invalidParameter", "The URL is not reachable or not allowed.")
    link = put_content(call.store, "kbLink", base["id"], {"createdAt": call.clock.iso(), "url": sent["url"]})
    return HandlerResponse(201, content_view(link))


@operation("DeleteKnowledgeBaseLink", text_ids=True)
def delete_knowledge_base_link(call: HandlerCall) -> HandlerResponse:
    """Draw on it no more."""
    call.store.delete("kbLink", content_or_404(call, "kbLink", "link_id", "Link")["id"])
    return HandlerResponse(204)


@operation("ListKnowledgeBaseDocuments", text_ids=True)
def list_knowledge_base_documents(call: HandlerCall) -> Doc:
    """A page of the files."""
    return content_page(call, [content_view(one) for one in contents(call, "kbDocument", "name")])


@operation("UploadKnowledgeBaseDocument", text_ids=True)
def upload_knowledge_base_document(call: HandlerCall) -> HandlerResponse:
    """Keep a file's name and size."""
    base = knowledge_base_or_404(call)
    name, size = uploaded(call)
    fields = {"createdAt": call.clock.iso(), "name": name, "_size": size}
    return HandlerResponse(201, content_view(put_content(call.store, "kbDocument", base["id"], fields)))


def uploaded(call: HandlerCall) -> tuple[str, int]:
    """Name and size of the request's file, or Reply's refusal."""
    file = call.files.get("file")
    if file is None or not file.content:
        raise invalid(("/file", "File must not be empty."))
    if len(file.content) > LARGEST:
        raise Problem(400, "knowledgeBase.invalidParameter", "The file is too large.")
    return file.name, len(file.content)


@operation("DeleteKnowledgeBaseDocument", text_ids=True)
def delete_knowledge_base_document(call: HandlerCall) -> HandlerResponse:
    """Drop a file."""
    call.store.delete("kbDocument", content_or_404(call, "kbDocument", "document_id", "Document")["id"])
    return HandlerResponse(204)
