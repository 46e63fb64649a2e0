"""Re-engagement: what the AI writes to people who went quiet, as cards in flows."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from reply_mcp.catalog.areas.ai_sdr import answering
from reply_mcp.catalog.areas.ai_sdr.area import area
from reply_mcp.catalog.areas.ai_sdr.bodies import Length, Tone
from reply_mcp.catalog.areas.ai_sdr.change_hooks import copied, gives_a_change, nulls_left_out_but
from reply_mcp.catalog.areas.ai_sdr.handlers import Links
from reply_mcp.catalog.areas.ai_sdr.named_ids import CardId, FlowId, KnowledgeBaseId
from reply_mcp.catalog.arguments.files import File, FileLimits, Upload
from reply_mcp.catalog.arguments.named_ids import ContactId, SequenceId
from reply_mcp.catalog.operation import Arguments, Effect, Paged, Part, Path, Query
from reply_mcp.catalog.views import Card, Column, Done, Table

LIST_CARDS = 'reply_list_reengagement_cards {{"knowledgeBaseId": {knowledgeBaseId}}}'
READ_CARD = (
    'reply_get_reengagement_card {{"knowledgeBaseId": {knowledgeBaseId}, "reengagementCardId": "{reengagementCardId}"}}'
)
LIST_FLOWS = 'reply_list_reengagement_flows {{"knowledgeBaseId": {knowledgeBaseId}}}'
CARD = Card(
    "Re-engagement card {id}: {name}",
    (
        (
            Column("enabled", "isEnabled", "flag"),
            Column("after days", "sendAfter"),
            Column("delivery", "deliveryMode", "enum"),
            Column("tone", "toneOfVoice", "enum"),
            Column("length", "responseLength", "enum"),
            Column("created", "createdAt", "date"),
        ),
        ("instructions",),
        (Column("sample", "sampleAnswer"),),
        ("links",),
    ),
    tables=(Table("files", ("id", Column("file", "fileName"), Column("bytes", "size")), items="media"),),
)


class FollowUp(Part):
    """What cards share, new or changed."""

    sample_answer: str | None = Field(None, max_length=1024)
    tone_of_voice: Tone | None = None
    response_length: Length | None = None
    links: Links | None = None
    is_enabled: bool | None = None
    delivery_mode: Literal["draft", "auto"] | None = None


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
    effect=Effect.SEND,
    effect_for=answering.new_card_effect,
    before=[nulls_left_out_but()],
    preview=answering.new_card_preview,
    explain=[answering.same_delay],
    view=Done('Created re-engagement card {id} "{name}": after {sendAfter} days, delivery {deliveryMode}.'),
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
    effect=Effect.SEND,
    effect_for=answering.changed_card_effect,
    before=[nulls_left_out_but()],
    preview=answering.changed_card_preview,
    explain=[answering.same_delay],
    view=Done('Updated re-engagement card {id} "{name}": after {sendAfter} days, delivery {deliveryMode}.'),
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
        gives_a_change(self)
        return self


@area.delete(
    "/v3/ai-sdr/knowledge-bases/{knowledge_base_id}/reengagement-cards/{reengagement_card_id}",
    scope="ai-sdr:write",
    tool="reply_delete_reengagement_card",
    preview=answering.card_preview,
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
    preview="This takes file {mediaId} off re-engagement card {reengagementCardId}.",
    view=Done("File {mediaId} is off card {reengagementCardId}."),
    verify_with=READ_CARD,
    also=["AI SDR", "detach image"],
)
class DeleteReengagementCardMedia(Arguments):
    """Takes a file off."""

    knowledge_base_id: Path[KnowledgeBaseId]
    reengagement_card_id: Path[CardId]
    media_id: Path[int] = Field(ge=1)


@area.get(
    "/v3/ai-sdr/knowledge-bases/{knowledge_base_id}/reengagement-flows",
    scope="ai-sdr:read",
    tool="reply_list_reengagement_flows",
    view=Table(
        "re-engagement flows",
        (
            "id",
            "name",
            Column("default", "isDefault", "flag"),
            Column("cards", "cardsCount"),
            Column("about", "description"),
            Column("created", "createdAt", "date"),
        ),
        empty="No flow. reply_create_reengagement_flow adds one.",
    ),
    also=["AI SDR", "follow-up tracks", "nurture"],
)
class ListReengagementFlows(Arguments):
    """The tracks of re-engagement cards."""

    knowledge_base_id: Path[KnowledgeBaseId]


@area.post(
    "/v3/ai-sdr/knowledge-bases/{knowledge_base_id}/reengagement-flows",
    scope="ai-sdr:write",
    tool="reply_create_reengagement_flow",
    before=[nulls_left_out_but()],
    explain=[answering.name_taken],
    view=Done('Created flow {id} "{name}", empty.', "reply_create_reengagement_card with flowId fills it"),
    verify_with=LIST_FLOWS,
    also=["AI SDR", "follow-up track", "nurture"],
)
class CreateReengagementFlow(Arguments):
    """A new, empty track of cards, under a name not yet taken."""

    knowledge_base_id: Path[KnowledgeBaseId]
    name: str = Field(min_length=1, max_length=256)
    description: str | None = Field(None, max_length=512)


@area.patch(
    "/v3/ai-sdr/knowledge-bases/{knowledge_base_id}/reengagement-flows/{flow_id}",
    scope="ai-sdr:write",
    tool="reply_update_reengagement_flow",
    before=[nulls_left_out_but("description")],
    explain=[answering.name_taken],
    view=Done('Updated flow {id} "{name}".'),
    verify_with=LIST_FLOWS,
    also=["AI SDR", "rename track"],
)
class UpdateReengagementFlow(Arguments):
    """Renames or describes a track."""

    knowledge_base_id: Path[KnowledgeBaseId]
    flow_id: Path[FlowId]
    name: str | None = Field(None, min_length=1, max_length=256)
    description: str | None = Field(None, max_length=512, description="null clears")

    @model_validator(mode="after")
    def changes(self) -> UpdateReengagementFlow:
        gives_a_change(self, ("description",))
        return self


@area.delete(
    "/v3/ai-sdr/knowledge-bases/{knowledge_base_id}/reengagement-flows/{flow_id}",
    scope="ai-sdr:write",
    tool="reply_delete_reengagement_flow",
    before=[answering.not_the_default],
    preview=answering.flow_preview,
    view=Done("Flow {flowId} and its cards are deleted; people on it are on the default flow."),
    verify_with=LIST_FLOWS,
    also=["AI SDR", "remove track"],
)
class DeleteReengagementFlow(Arguments):
    """Deletes a track AND its cards; people on it fall back to the default one."""

    knowledge_base_id: Path[KnowledgeBaseId]
    flow_id: Path[FlowId]


@area.post(
    "/v3/ai-sdr/knowledge-bases/{knowledge_base_id}/reengagement-flows/{flow_id}/duplicate",
    scope="ai-sdr:write",
    tool="reply_duplicate_reengagement_flow",
    after=[copied("flow", "flow_id", "reply_list_reengagement_flows")],
    view=Done("{outcome}"),
    verify_with=LIST_FLOWS,
    also=["AI SDR", "copy track", "clone"],
)
class DuplicateReengagementFlow(Arguments):
    """Copies a track with its cards."""

    knowledge_base_id: Path[KnowledgeBaseId]
    flow_id: Path[FlowId]


@area.post(
    "/v3/ai-sdr/knowledge-bases/{knowledge_base_id}/reengagement-flows/{flow_id}/set-default",
    scope="ai-sdr:write",
    tool="reply_set_default_reengagement_flow",
    idempotent=True,
    view=Done("Flow {flowId} is the default of knowledge base {knowledgeBaseId}."),
    verify_with=LIST_FLOWS,
    also=["AI SDR", "standard track"],
)
class SetDefaultReengagementFlow(Arguments):
    """The track for everyone who is on no other."""

    knowledge_base_id: Path[KnowledgeBaseId]
    flow_id: Path[FlowId]


STATE = 'reply_get_reengagement_flow_state {{"knowledgeBaseId": {knowledgeBaseId}, "sequence_id": {sequenceId}, '


@area.post(
    "/v3/ai-sdr/knowledge-bases/{knowledge_base_id}/reengagement-flows/{flow_id}/assign",
    scope="ai-sdr:write",
    tool="reply_assign_reengagement_flow",
    explain=[answering.why_not_assigned],
    view=Done("Contact {contactId} is on flow {flowId}; its days of silence count from now."),
    verify_with=STATE + '"contact_id": {contactId}}}',
    also=["AI SDR", "move contact to track", "switch nurture"],
)
class AssignReengagementFlow(Arguments):
    """Puts one contact on a track and starts its timing anew. The sequence must draw on this knowledge base."""

    knowledge_base_id: Path[KnowledgeBaseId]
    flow_id: Path[FlowId]
    sequence_id: SequenceId
    contact_id: ContactId


@area.get(
    "/v3/ai-sdr/knowledge-bases/{knowledge_base_id}/reengagement-flows/{flow_id}/contacts-count",
    scope="ai-sdr:read",
    tool="reply_count_reengagement_flow_contacts",
    after=[answering.counted],
    view=Card("Contacts on flow {flowId}: {count}", shown_elsewhere=("count", "flowId")),
    also=["AI SDR", "how many people on track"],
)
class GetReengagementFlowContactsCount(Arguments):
    """How many people are on a track."""

    knowledge_base_id: Path[KnowledgeBaseId]
    flow_id: Path[FlowId]


@area.get(
    "/v3/ai-sdr/knowledge-bases/{knowledge_base_id}/reengagement-flows/state",
    scope="ai-sdr:read",
    tool="reply_get_reengagement_flow_state",
    after=[answering.default_named],
    view=Card("Flow {flowId}", ((Column("assigned", "flowAssignedAt", "time"),),)),
    also=["AI SDR", "which track is contact on"],
)
class GetReengagementFlowState(Arguments):
    """The track a contact is on, and since when."""

    knowledge_base_id: Path[KnowledgeBaseId]
    sequence_id: Query[SequenceId] = Field(alias="sequence_id")
    contact_id: Query[ContactId] = Field(alias="contact_id")
