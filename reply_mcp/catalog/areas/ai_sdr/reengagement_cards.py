"""Re-engagement cards: what the AI writes to people who went quiet."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from reply_mcp.catalog.areas.ai_sdr import reengagement_card_hooks as hooks
from reply_mcp.catalog.areas.ai_sdr.area import area
from reply_mcp.catalog.areas.ai_sdr.bodies import FollowUp
from reply_mcp.catalog.areas.ai_sdr.change_hooks import check_change
from reply_mcp.catalog.areas.ai_sdr.deletion_hooks import preview_card_media_deletion
from reply_mcp.catalog.areas.ai_sdr.named_ids import CardId, CardMediaId, FlowId, KnowledgeBaseId
from reply_mcp.catalog.areas.ai_sdr.views import CARD
from reply_mcp.catalog.arguments.files import Upload
from reply_mcp.catalog.hooks.replaced_texts import note_replaced_texts, remember_texts
from reply_mcp.catalog.operation import Arguments, Effect, File, FileLimits, Paged, Path, Query
from reply_mcp.catalog.undo import cannot, created, replaced
from reply_mcp.catalog.views import Column, Done, Table

LIST_CARDS = 'reply_list_reengagement_cards {{"knowledgeBaseId": {knowledgeBaseId}}}'
READ_CARD = (
    'reply_get_reengagement_card {{"knowledgeBaseId": {knowledgeBaseId}, "reengagementCardId": "{reengagementCardId}"}}'
)


@area.get(
    "/v3/ai-sdr/knowledge-bases/{knowledge_base_id}/reengagement-cards",
    scope="ai-sdr:read",
    beta=True,
    tool="reply_list_reengagement_cards",
    view=Table(
        "re-engagement cards",
        (
            "id",
            "name",
            Column("enabled", "isEnabled", "flag"),
            Column("after days", "sendAfter"),
            Column("delivery", "deliveryMode", "enum"),
            "instructions",
            Column("created", "createdAt", "date"),
        ),
        empty="No card here. Without flowId the list is the default flow's: reply_list_reengagement_flows.",
    ),
    also=["AI SDR", "silent prospects", "nudges", "went quiet", "follow-ups"],
)
class ListReengagementCards(Paged):
    """What the AI writes to people who went quiet: the default flow's cards, or those of flowId."""

    knowledge_base_id: Path[KnowledgeBaseId]
    search: Query[str | None] = None
    flow_id: Query[FlowId | None] = Field(None, alias="flow_id")


@area.post(
    "/v3/ai-sdr/knowledge-bases/{knowledge_base_id}/reengagement-cards",
    scope="ai-sdr:write",
    beta=True,
    tool="reply_create_reengagement_card",
    undo=created(
        "DeleteReengagementCard",
        noun="card",
        id="reengagementCardId",
        given={"knowledgeBaseId": "knowledgeBaseId"},
        remains="What was sent stays sent.",
    ),
    effect=Effect.SEND,
    effect_for=hooks.creation_effect,
    preview=hooks.preview_creation,
    explain=[hooks.explain_same_delay],
    view=Done('Created re-engagement card {id} "{name}": after {sendAfter} d, delivery {deliveryMode}.'),
    verify_with=LIST_CARDS,
    also=["AI SDR", "silent prospects", "nudge", "went quiet", "follow up after days"],
    example={
        "knowledgeBaseId": 4821,
        "name": "A month of silence",
        "instructions": "Share the newest case study, ask nothing.",
        "sendAfter": 30,
        "isEnabled": False,
    },
)
class CreateReengagementCard(FollowUp, Arguments):
    """A follow-up after days of silence: enabled unless isEnabled=false, as a draft unless auto (sent unread)."""

    knowledge_base_id: Path[KnowledgeBaseId]
    name: str = Field(min_length=1, max_length=256)
    instructions: str = Field(min_length=1, max_length=2048)
    send_after: int = Field(ge=1, description="Days")
    flow_id: FlowId | None = Field(None, description="Default flow if left out")


@area.get(
    "/v3/ai-sdr/knowledge-bases/{knowledge_base_id}/reengagement-cards/{reengagement_card_id}",
    scope="ai-sdr:read",
    beta=True,
    tool="reply_get_reengagement_card",
    view=CARD,
    also=["AI SDR", "nudge"],
)
class GetReengagementCard(Arguments):
    """One card whole."""

    knowledge_base_id: Path[KnowledgeBaseId]
    reengagement_card_id: Path[CardId]


@area.patch(
    "/v3/ai-sdr/knowledge-bases/{knowledge_base_id}/reengagement-cards/{reengagement_card_id}",
    scope="ai-sdr:write",
    beta=True,
    tool="reply_update_reengagement_card",
    undo=replaced(hooks.read_card, noun="card"),
    effect=Effect.SEND,
    effect_for=hooks.change_effect,
    before=[remember_texts(hooks.read_card, "instructions", "sample_answer")],
    after=[note_replaced_texts],
    preview=hooks.preview_change,
    explain=[hooks.explain_same_delay],
    view=Done('Updated re-engagement card {id} "{name}": after {sendAfter} d, delivery {deliveryMode}.'),
    verify_with=READ_CARD,
    also=["AI SDR", "enable", "disable", "change nudge", "days of silence"],
)
class UpdateReengagementCard(FollowUp, Arguments):
    """Changes what is given; enabled and auto together let the AI write unread."""

    knowledge_base_id: Path[KnowledgeBaseId]
    reengagement_card_id: Path[CardId]
    name: str | None = Field(None, min_length=1, max_length=256)
    instructions: str | None = Field(None, min_length=1, max_length=2048)
    send_after: int | None = Field(None, ge=1, description="Days")

    @model_validator(mode="after")
    def changes(self) -> UpdateReengagementCard:
        check_change(self)
        return self


@area.delete(
    "/v3/ai-sdr/knowledge-bases/{knowledge_base_id}/reengagement-cards/{reengagement_card_id}",
    scope="ai-sdr:write",
    tool="reply_delete_reengagement_card",
    undo=cannot("It was deleted for good: Reply keeps nothing that brings it back."),
    preview=hooks.preview_deletion,
    view=Done("Re-engagement card {reengagementCardId} is deleted."),
    verify_with=READ_CARD,
    also=["AI SDR", "remove nudge"],
)
class DeleteReengagementCard(Arguments):
    """Deletes a card. Only stop it: reply_update_reengagement_card, isEnabled=false."""

    knowledge_base_id: Path[KnowledgeBaseId]
    reengagement_card_id: Path[CardId]


@area.post(
    "/v3/ai-sdr/knowledge-bases/{knowledge_base_id}/reengagement-cards/{reengagement_card_id}/media",
    scope="ai-sdr:write",
    tool="reply_upload_reengagement_card_media",
    undo=created(
        "DeleteReengagementCardMedia",
        noun="file",
        id="mediaId",
        given={"knowledgeBaseId": "knowledgeBaseId", "reengagementCardId": "reengagementCardId"},
    ),
    effect_for=hooks.media_effect,
    preview=hooks.preview_media,
    view=Done('Card {reengagementCardId} sends "{fileName}" ({id}) with its messages.'),
    verify_with=READ_CARD,
    also=["AI SDR", "attach image", "file with nudge"],
)
class UploadReengagementCardMedia(Arguments):
    """Attaches a file, up to 100 MB, that goes out with the messages."""

    knowledge_base_id: Path[KnowledgeBaseId]
    reengagement_card_id: Path[CardId]
    file: Annotated[File[Upload], FileLimits()]


@area.delete(
    "/v3/ai-sdr/knowledge-bases/{knowledge_base_id}/reengagement-cards/{reengagement_card_id}/media/{media_id}",
    scope="ai-sdr:write",
    tool="reply_delete_reengagement_card_media",
    undo=cannot("It was deleted for good: Reply keeps nothing that brings it back."),
    preview=preview_card_media_deletion,
    view=Done("File {mediaId} is off card {reengagementCardId}."),
    verify_with=READ_CARD,
    also=["AI SDR", "detach image"],
)
class DeleteReengagementCardMedia(Arguments):
    """Takes a file off."""

    knowledge_base_id: Path[KnowledgeBaseId]
    reengagement_card_id: Path[CardId]
    media_id: Path[CardMediaId]
