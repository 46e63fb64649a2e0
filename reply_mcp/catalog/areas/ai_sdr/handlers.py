"""Reply handlers: how the AI answers each kind of reply."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from reply_mcp.catalog.areas.ai_sdr import handler_hooks as hooks
from reply_mcp.catalog.areas.ai_sdr.area import area
from reply_mcp.catalog.areas.ai_sdr.bodies import Answering, NotifiedEmail
from reply_mcp.catalog.areas.ai_sdr.change_hooks import check_change
from reply_mcp.catalog.areas.ai_sdr.deletion_hooks import preview_handler_media_deletion
from reply_mcp.catalog.areas.ai_sdr.named_ids import HandlerMediaId, KnowledgeBaseId, ReplyHandlerId
from reply_mcp.catalog.areas.ai_sdr.views import HANDLER
from reply_mcp.catalog.arguments.files import Upload
from reply_mcp.catalog.hooks.replaced_texts import note_replaced_texts, remember_texts
from reply_mcp.catalog.operation import Arguments, Effect, File, FileLimits, Nullable, Paged, Path, Query
from reply_mcp.catalog.undo import cannot, created, replaced
from reply_mcp.catalog.views import Column, Done, Table

LIST_HANDLERS = 'reply_list_reply_handlers {{"knowledgeBaseId": {knowledgeBaseId}}}'
READ_HANDLER = 'reply_get_reply_handler {{"knowledgeBaseId": {knowledgeBaseId}, "replyHandlerId": "{replyHandlerId}"}}'


@area.get(
    "/v3/ai-sdr/knowledge-bases/{knowledge_base_id}/reply-handlers",
    scope="ai-sdr:read",
    beta=True,
    tool="reply_list_reply_handlers",
    view=Table(
        "reply handlers",
        (
            "id",
            Column("for", "typeOfQuestion"),
            Column("delivery", "deliveryMode", "enum"),
            "instructions",
            Column("created", "createdAt", "date"),
        ),
        empty="No reply handler. reply_create_reply_handler adds one.",
    ),
    also=["AI SDR", "how the AI answers", "objections", "pricing questions", "auto replies", "how the AI responds"],
)
class ListReplyHandlers(Paged):
    """How the AI answers each kind of reply."""

    knowledge_base_id: Path[KnowledgeBaseId]
    search: Query[str | None] = None


@area.post(
    "/v3/ai-sdr/knowledge-bases/{knowledge_base_id}/reply-handlers",
    scope="ai-sdr:write",
    beta=True,
    tool="reply_create_reply_handler",
    undo=created(
        "DeleteReplyHandler",
        noun="reply handler",
        id="replyHandlerId",
        given={"knowledgeBaseId": "knowledgeBaseId"},
        remains="What was sent stays sent.",
    ),
    effect=Effect.SEND,
    effect_for=hooks.creation_effect,
    preview=hooks.preview_creation,
    view=Done('Created reply handler {id} for "{typeOfQuestion}", delivery {deliveryMode}.'),
    verify_with=LIST_HANDLERS,
    also=[
        "AI SDR",
        "how to answer",
        "objection",
        "pricing question",
        "auto reply",
        "objection handling",
        "teach the AI an answer",
    ],
    example={
        "knowledgeBaseId": 4821,
        "typeOfQuestion": "Asks for a price",
        "instructions": "Name the three plans; offer a call from 50 seats up.",
        "responseLength": "short",
    },
)
class CreateReplyHandler(Answering, Arguments):
    """Tells the AI how to answer one kind of reply: as a draft (default), by itself (auto), or stop and tell you."""

    knowledge_base_id: Path[KnowledgeBaseId]
    type_of_question: str = Field(min_length=1, max_length=256, description="Such as: Asks for pricing")
    instructions: str = Field(min_length=1, max_length=2048)


@area.get(
    "/v3/ai-sdr/knowledge-bases/{knowledge_base_id}/reply-handlers/{reply_handler_id}",
    scope="ai-sdr:read",
    beta=True,
    tool="reply_get_reply_handler",
    view=HANDLER,
    also=["AI SDR", "answering rule"],
)
class GetReplyHandler(Arguments):
    """One reply handler whole."""

    knowledge_base_id: Path[KnowledgeBaseId]
    reply_handler_id: Path[ReplyHandlerId]


@area.patch(
    "/v3/ai-sdr/knowledge-bases/{knowledge_base_id}/reply-handlers/{reply_handler_id}",
    scope="ai-sdr:write",
    beta=True,
    tool="reply_update_reply_handler",
    undo=replaced(hooks.read_handler, noun="reply handler"),
    effect=Effect.SEND,
    effect_for=hooks.change_effect,
    before=[
        remember_texts(hooks.read_handler, "type_of_question", "instructions", "sample_answer"),
    ],
    preview=hooks.preview_change,
    after=[hooks.note_dropped_address, note_replaced_texts],
    view=Done('Updated reply handler {id} for "{typeOfQuestion}", delivery {deliveryMode}.'),
    verify_with=READ_HANDLER,
    also=["AI SDR", "change answer", "objection", "switch to auto"],
)
class UpdateReplyHandler(Answering, Arguments):
    """Changes what is given; auto lets the AI answer unread. Leaving stopAndNotify clears its address."""

    knowledge_base_id: Path[KnowledgeBaseId]
    reply_handler_id: Path[ReplyHandlerId]
    additional_notification_email: Nullable[NotifiedEmail] = Field(None, description="For stopAndNotify; null clears")
    type_of_question: str | None = Field(None, min_length=1, max_length=256, description="Such as: Asks for pricing")
    instructions: str | None = Field(None, min_length=1, max_length=2048)

    @model_validator(mode="after")
    def changes(self) -> UpdateReplyHandler:
        check_change(self)
        return self


@area.delete(
    "/v3/ai-sdr/knowledge-bases/{knowledge_base_id}/reply-handlers/{reply_handler_id}",
    scope="ai-sdr:write",
    tool="reply_delete_reply_handler",
    undo=cannot("It was deleted for good: Reply keeps nothing that brings it back."),
    preview=hooks.preview_deletion,
    view=Done("Reply handler {replyHandlerId} is deleted."),
    verify_with=READ_HANDLER,
    also=["AI SDR", "remove answering rule"],
)
class DeleteReplyHandler(Arguments):
    """Deletes a reply handler."""

    knowledge_base_id: Path[KnowledgeBaseId]
    reply_handler_id: Path[ReplyHandlerId]


@area.post(
    "/v3/ai-sdr/knowledge-bases/{knowledge_base_id}/reply-handlers/{reply_handler_id}/media",
    scope="ai-sdr:write",
    tool="reply_upload_reply_handler_media",
    undo=created(
        "DeleteReplyHandlerMedia",
        noun="file",
        id="mediaId",
        given={"knowledgeBaseId": "knowledgeBaseId", "replyHandlerId": "replyHandlerId"},
    ),
    effect_for=hooks.media_effect,
    preview=hooks.preview_media,
    view=Done('Reply handler {replyHandlerId} sends "{fileName}" ({id}) with its answers.'),
    verify_with=READ_HANDLER,
    also=["AI SDR", "attach image", "file with answer"],
)
class UploadReplyHandlerMedia(Arguments):
    """Attaches a file, up to 100 MB, that goes out with the answers."""

    knowledge_base_id: Path[KnowledgeBaseId]
    reply_handler_id: Path[ReplyHandlerId]
    file: Annotated[File[Upload], FileLimits()]


@area.delete(
    "/v3/ai-sdr/knowledge-bases/{knowledge_base_id}/reply-handlers/{reply_handler_id}/media/{media_id}",
    scope="ai-sdr:write",
    tool="reply_delete_reply_handler_media",
    undo=cannot("It was deleted for good: Reply keeps nothing that brings it back."),
    preview=preview_handler_media_deletion,
    view=Done("File {mediaId} is off reply handler {replyHandlerId}."),
    verify_with=READ_HANDLER,
    also=["AI SDR", "detach image"],
)
class DeleteReplyHandlerMedia(Arguments):
    """Takes a file off."""

    knowledge_base_id: Path[KnowledgeBaseId]
    reply_handler_id: Path[ReplyHandlerId]
    media_id: Path[HandlerMediaId]
