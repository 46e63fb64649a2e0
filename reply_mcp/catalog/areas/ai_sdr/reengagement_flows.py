"""Re-engagement flows: the tracks of cards, and who is on which."""

from __future__ import annotations

from pydantic import Field, model_validator

from reply_mcp.catalog.areas.ai_sdr import reengagement_flow_hooks as hooks
from reply_mcp.catalog.areas.ai_sdr.area import area
from reply_mcp.catalog.areas.ai_sdr.change_hooks import check_change, describe_copy
from reply_mcp.catalog.areas.ai_sdr.named_ids import FlowId, KnowledgeBaseId
from reply_mcp.catalog.arguments.named_ids import ContactId, SequenceId
from reply_mcp.catalog.hooks.replaced_texts import note_replaced_texts, remember_texts
from reply_mcp.catalog.operation import Arguments, Nullable, Path, Query
from reply_mcp.catalog.undo import attached, cannot, created, defaulted, replaced, shown_by
from reply_mcp.catalog.views import Card, Column, Done, Table

LIST_FLOWS = 'reply_list_reengagement_flows {{"knowledgeBaseId": {knowledgeBaseId}}}'
STATE = 'reply_get_reengagement_flow_state {{"knowledgeBaseId": {knowledgeBaseId}, "sequence_id": {sequenceId}, '


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
    undo=created("DeleteReengagementFlow", noun="flow", id="flowId", given={"knowledgeBaseId": "knowledgeBaseId"}),
    explain=[hooks.explain_taken_name],
    view=Done('Created flow {id} "{name}", empty.', "reply_create_reengagement_card with flowId fills it"),
    verify_with=LIST_FLOWS,
    also=["AI SDR", "follow-up track", "nurture"],
)
class CreateReengagementFlow(Arguments):
    """A new, empty track of cards, under a name not yet taken."""

    knowledge_base_id: Path[KnowledgeBaseId]
    name: str = Field(min_length=1, max_length=256)
    description: Nullable[str] = Field(None, max_length=512)


@area.patch(
    "/v3/ai-sdr/knowledge-bases/{knowledge_base_id}/reengagement-flows/{flow_id}",
    scope="ai-sdr:write",
    tool="reply_update_reengagement_flow",
    undo=replaced(hooks.read_flow, noun="flow"),
    before=[remember_texts(hooks.read_flow, "description")],
    after=[note_replaced_texts],
    explain=[hooks.explain_taken_name],
    view=Done('Updated flow {id} "{name}".'),
    verify_with=LIST_FLOWS,
    also=["AI SDR", "rename track"],
)
class UpdateReengagementFlow(Arguments):
    """Renames or describes a track. 2 requests."""

    knowledge_base_id: Path[KnowledgeBaseId]
    flow_id: Path[FlowId]
    name: str | None = Field(None, min_length=1, max_length=256)
    description: Nullable[str] = Field(None, max_length=512, description="null clears")

    @model_validator(mode="after")
    def changes(self) -> UpdateReengagementFlow:
        check_change(self)
        return self


@area.delete(
    "/v3/ai-sdr/knowledge-bases/{knowledge_base_id}/reengagement-flows/{flow_id}",
    scope="ai-sdr:write",
    tool="reply_delete_reengagement_flow",
    undo=cannot("It was deleted for good: Reply keeps nothing that brings it back."),
    before=[hooks.check_not_default],
    preview=hooks.preview_deletion,
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
    undo=created("DeleteReengagementFlow", noun="flow", id="flowId", given={"knowledgeBaseId": "knowledgeBaseId"}),
    after=[describe_copy("flow", "flow_id", "reply_list_reengagement_flows")],
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
    undo=defaulted(shown_by("ListReengagementFlows", knowledgeBaseId="knowledgeBaseId"), "flow", id="flowId"),
    effect_for=hooks.effect_of_flow,
    preview=hooks.preview_default,
    idempotent=True,
    view=Done("Flow {flowId} is the default of knowledge base {knowledgeBaseId}."),
    verify_with=LIST_FLOWS,
    also=["AI SDR", "standard track"],
)
class SetDefaultReengagementFlow(Arguments):
    """The track for everyone who is on no other. 3 requests."""

    knowledge_base_id: Path[KnowledgeBaseId]
    flow_id: Path[FlowId]


@area.post(
    "/v3/ai-sdr/knowledge-bases/{knowledge_base_id}/reengagement-flows/{flow_id}/assign",
    scope="ai-sdr:write",
    tool="reply_assign_reengagement_flow",
    undo=attached(
        shown_by(
            "GetReengagementFlowState",
            knowledgeBaseId="knowledgeBaseId",
            sequence_id="sequenceId",
            contact_id="contactId",
        ),
        "AssignReengagementFlow",
        "",
        "flowId",
        "flow",
    ),
    effect_for=hooks.effect_of_flow,
    preview=hooks.preview_assignment,
    explain=[hooks.explain_assignment_refusal],
    view=Done("Contact {contactId} is on flow {flowId}; its days of silence count from now."),
    verify_with=STATE + '"contact_id": {contactId}}}',
    also=["AI SDR", "move contact to track", "switch nurture"],
)
class AssignReengagementFlow(Arguments):
    """Puts one contact on a track and restarts its timing. The sequence must draw on this knowledge base.
    3 requests. Cannot be undone where they were on none."""

    knowledge_base_id: Path[KnowledgeBaseId]
    flow_id: Path[FlowId]
    sequence_id: SequenceId
    contact_id: ContactId


@area.get(
    "/v3/ai-sdr/knowledge-bases/{knowledge_base_id}/reengagement-flows/{flow_id}/contacts-count",
    scope="ai-sdr:read",
    tool="reply_count_reengagement_flow_contacts",
    after=[hooks.read_count],
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
    after=[hooks.name_default],
    view=Card("Flow {flowId}", ((Column("assigned", "flowAssignedAt", "time"),),)),
    also=["AI SDR", "which track is contact on"],
)
class GetReengagementFlowState(Arguments):
    """The track a contact is on, and since when."""

    knowledge_base_id: Path[KnowledgeBaseId]
    sequence_id: Query[SequenceId] = Field(alias="sequence_id")
    contact_id: Query[ContactId] = Field(alias="contact_id")
