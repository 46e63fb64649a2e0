"""Reply handlers: how the AI is to answer each kind of reply; and the media that handlers and cards carry."""

from __future__ import annotations

from reply_mcp.sandbox.handlers.ai_sdr.knowledge_bases import content_page, contents, uploaded
from reply_mcp.sandbox.handlers.ai_sdr.schemas import LENGTH, TONE
from reply_mcp.sandbox.http.handler import HandlerCall, HandlerResponse, Problem, invalid, operation
from reply_mcp.sandbox.http.schemas import Array, Enum, Nullable, Object, Schema, String, read_body
from reply_mcp.sandbox.records.knowledge_base import (
    blank_writing,
    content_or_404,
    content_view,
    knowledge_base_or_404,
    put_content,
)
from reply_mcp.sandbox.store import Doc

WRITING: dict[str, Schema] = {
    "sampleAnswer": String(1024),
    "toneOfVoice": TONE,
    "responseLength": LENGTH,
    "links": Array(String(256, 1), most=10),
}
"""What handlers and re-engagement cards have in common."""

_FIELDS: dict[str, Schema] = {
    "typeOfQuestion": String(256, 1),
    "instructions": String(2048, 1),
    **WRITING,
    "deliveryMode": Enum(("draft", "auto", "stopAndNotify")),
    "additionalNotificationEmail": Nullable(String(128, email=True)),
}


@operation("ListReplyHandlers", text_ids=True)
def list_reply_handlers(call: HandlerCall) -> Doc:
    """A page of the handlers in short form."""
    names = ("id", "typeOfQuestion", "instructions", "createdAt", "deliveryMode")
    rows = [content_view(one) for one in contents(call, "replyHandler", "typeOfQuestion")]
    return content_page(call, [{name: row[name] for name in names} for row in rows])


@operation("CreateReplyHandler", text_ids=True)
def create_reply_handler(call: HandlerCall) -> HandlerResponse:
    """Keep a handler; it drafts unless told otherwise."""
    base, sent = knowledge_base_or_404(call), read_body(call, Object(_FIELDS, ("typeOfQuestion", "instructions")))
    doc = {**blank_writing(), "additionalNotificationEmail": None, **sent, "createdAt": call.clock.iso()}
    return HandlerResponse(
        201, writing_view(call, put_content(call.store, "replyHandler", base["id"], _without_stray_email(doc)))
    )


@operation("GetReplyHandler", text_ids=True)
def get_reply_handler(call: HandlerCall) -> Doc:
    """One handler in full."""
    return writing_view(call, _handler(call))


@operation("UpdateReplyHandler", text_ids=True)
def update_reply_handler(call: HandlerCall) -> Doc:
    """Change what is sent."""
    own = _handler(call)
    changed = _without_stray_email({**own, **read_body(call, Object(_FIELDS), some=True)})
    return writing_view(call, call.store.put("replyHandler", changed))


def _without_stray_email(handler: Doc) -> Doc:
    """Only who stops and notifies has somebody to notify."""
    notifies = handler["deliveryMode"] == "stopAndNotify"
    return handler if notifies else {**handler, "additionalNotificationEmail": None}


@operation("DeleteReplyHandler", text_ids=True)
def delete_reply_handler(call: HandlerCall) -> HandlerResponse:
    """Answer this kind of reply no more."""
    call.store.delete("replyHandler", _handler(call)["id"])
    return HandlerResponse(204)


@operation("UploadReplyHandlerMedia", text_ids=True)
def upload_reply_handler_media(call: HandlerCall) -> HandlerResponse:
    """Send a file along with the answers."""
    return add_media(call, "replyHandler", _handler(call))


@operation("DeleteReplyHandlerMedia", text_ids=True)
def delete_reply_handler_media(call: HandlerCall) -> HandlerResponse:
    """Send it along no more."""
    return drop_media(call, "replyHandler", _handler(call))


def _handler(call: HandlerCall) -> Doc:
    return content_or_404(call, "replyHandler", "reply_handler_id", "Reply handler")


def add_media(call: HandlerCall, kind: str, own: Doc) -> HandlerResponse:
    """Keep the request's file with a handler or card."""
    name, size = uploaded(call)
    media = {"id": call.store.put("aiSdrMedia", {"id": None})["id"], "fileName": name, "size": size}
    call.store.put(kind, {**own, "media": [*own["media"], media]})
    return HandlerResponse(201, media)


def drop_media(call: HandlerCall, kind: str, own: Doc) -> HandlerResponse:
    """Forget the file that the path names."""
    text = call.path["media_id"]
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise invalid(("media_id", "'media_id' must be a positive integer."))
    left = [media for media in own["media"] if media["id"] != int(text)]
    if len(left) == len(own["media"]):
        raise Problem(404, "knowledgeBase.notFound", f"Media {text} was not found.")
    call.store.put(kind, {**own, "media": left})
    return HandlerResponse(204)


def writing_view(call: HandlerCall, doc: Doc) -> Doc:
    """A handler or card in full; a sample answer that is not set is null on the wire, and empty as documented."""
    shown = content_view(doc)
    if call.documented:
        shown["sampleAnswer"] = shown["sampleAnswer"] or ""
    return shown
