"""What a sequence is set to by calls of their own: approval, channels, playbook, knowledge base."""

from __future__ import annotations

from pydantic import Field, model_validator

from reply_mcp.catalog.areas.ai_sdr import setup_hooks as hooks
from reply_mcp.catalog.areas.ai_sdr.area import area
from reply_mcp.catalog.areas.ai_sdr.bodies import StepTypes
from reply_mcp.catalog.areas.ai_sdr.named_ids import KnowledgeBaseId, PlaybookId
from reply_mcp.catalog.areas.ai_sdr.settings_lookup import read_settings
from reply_mcp.catalog.areas.ai_sdr.views import READ_SETTINGS
from reply_mcp.catalog.arguments.named_ids import SequenceId
from reply_mcp.catalog.lookups.running import preview_in_running, send_in_running
from reply_mcp.catalog.operation import Arguments, Effect, Nullable, Path
from reply_mcp.catalog.undo import attached, cannot, replaced, shown_if_there
from reply_mcp.catalog.views import Card, Column, Done

ATTACHED_PLAYBOOK = hooks.explain_nothing_attached("playbook", "reply_attach_playbook_to_sequence")
ATTACHED_BASE = hooks.explain_nothing_attached("knowledge base", "reply_attach_knowledge_base_to_sequence")
READ_PLAYBOOK = 'reply_get_sequence_playbook {{"sequenceId": {sequenceId}}}'
READ_BASE = 'reply_get_sequence_knowledge_base {{"sequenceId": {sequenceId}}}'


@area.put(
    "/v3/sequences/ai-sdr/{sequence_id}/approval-mode",
    scope="ai-sdr:operate",
    beta=True,
    tool="reply_set_sequence_reply_mode",
    undo=replaced(read_settings, noun="sequence", shown_as={"enabled": "approvalMode.enabled"}, only=("enabled",)),
    aliases=["reply_set_approval_mode"],
    effect=Effect.SEND,
    effect_for=hooks.mode_effect,
    before=[hooks.check_released],
    preview=hooks.preview_mode,
    after=[hooks.describe_mode],
    view=Done("{outcome}"),
    verify_with=READ_SETTINGS,
    also=[
        "approval mode",
        "AI SDR",
        "review before sending",
        "human in the loop",
        "autopilot replies",
        "approve all",
        "disable approval",
        "no review",
    ],
)
class SetAiSdrSequenceApprovalMode(Arguments):
    """Whether a person approves AI messages. Without approval they go out by themselves; approveAllPendingContacts
    then sends all waiting drafts too."""

    sequence_id: Path[SequenceId]
    enabled: bool = Field(description="true: held for approval")
    approve_all_pending_contacts: Nullable[bool] = None

    @model_validator(mode="after")
    def fits(self) -> SetAiSdrSequenceApprovalMode:
        if self.enabled and self.approve_all_pending_contacts is not None:
            raise ValueError("approveAllPendingContacts goes with enabled=false only")
        return self


@area.put(
    "/v3/sequences/ai-sdr/{sequence_id}/generated-step-types",
    scope="ai-sdr:write",
    beta=True,
    tool="reply_set_ai_sdr_channels",
    undo=cannot("What was written for the channels that are off is gone."),
    effect=Effect.DELETE,
    idempotent=False,
    preview=hooks.preview_channels,
    view=Done(
        "The AI regenerates the steps of sequence {sequenceId} ({generatedStepTypes}).",
        "reply_get_sequence_steps shows them",
    ),
    verify_with=READ_SETTINGS,
    also=["generated step types", "AI SDR", "regenerate steps", "LinkedIn voice", "only email", "channels the AI uses"],
)
class SetAiSdrSequenceGeneratedStepTypes(Arguments):
    """Sets the channels the AI may use and regenerates all steps; impossible once people have been reached."""

    sequence_id: Path[SequenceId]
    generated_step_types: StepTypes


PLAYBOOK = attached(
    shown_if_there("GetAiSdrSequencePlaybook", sequenceId="sequenceId"),
    "SetAiSdrSequencePlaybook",
    "ClearAiSdrSequencePlaybook",
    "playbookId",
    "playbook",
)
KNOWLEDGE_BASE = attached(
    shown_if_there("GetAiSdrSequenceKnowledgeBase", sequenceId="sequenceId"),
    "SetAiSdrSequenceKnowledgeBase",
    "ClearAiSdrSequenceKnowledgeBase",
    "knowledgeBaseId",
    "knowledge base",
)


@area.get(
    "/v3/sequences/ai-sdr/{sequence_id}/playbook",
    scope="ai-sdr:read",
    beta=True,
    tool="reply_get_sequence_playbook",
    explain=[ATTACHED_PLAYBOOK],
    view=Card("Playbook {id}: {name}", ((Column("scope", "type", "enum"),),)),
    also=["AI SDR", "attached", "writing style used"],
)
class GetAiSdrSequencePlaybook(Arguments):
    """The playbook that a sequence follows."""

    sequence_id: Path[SequenceId]


@area.put(
    "/v3/sequences/ai-sdr/{sequence_id}/playbook",
    scope="ai-sdr:operate",
    beta=True,
    tool="reply_attach_playbook_to_sequence",
    undo=PLAYBOOK,
    effect_for=send_in_running(sequence="sequence_id"),
    preview=preview_in_running("This has the AI write by playbook {playbookId} in {sequence}.", "sequence_id"),
    view=Done("Sequence {sequenceId} follows playbook {playbookId}."),
    verify_with=READ_PLAYBOOK,
    also=["AI SDR", "set writing style", "connect"],
)
class SetAiSdrSequencePlaybook(Arguments):
    """Makes a sequence follow a playbook, in place of the one it has. 3 requests."""

    sequence_id: Path[SequenceId]
    playbook_id: PlaybookId


@area.delete(
    "/v3/sequences/ai-sdr/{sequence_id}/playbook",
    scope="ai-sdr:operate",
    beta=True,
    tool="reply_detach_playbook_from_sequence",
    undo=PLAYBOOK,
    effect_for=send_in_running(sequence="sequence_id"),
    preview=preview_in_running("This takes the playbook off {sequence}: the AI writes without it.", "sequence_id"),
    effect=Effect.WRITE,
    explain=[ATTACHED_PLAYBOOK],
    view=Done("Sequence {sequenceId} follows no playbook."),
    verify_with=READ_PLAYBOOK,
    also=["AI SDR", "clear", "disconnect"],
)
class ClearAiSdrSequencePlaybook(Arguments):
    """Takes the playbook off a sequence; the playbook stays. 3 requests."""

    sequence_id: Path[SequenceId]


@area.get(
    "/v3/sequences/ai-sdr/{sequence_id}/knowledge-base",
    scope="ai-sdr:read",
    beta=True,
    tool="reply_get_sequence_knowledge_base",
    explain=[ATTACHED_BASE],
    view=Card("Knowledge base {id}: {name}"),
    also=["AI SDR", "attached", "connected"],
)
class GetAiSdrSequenceKnowledgeBase(Arguments):
    """The knowledge base that a sequence draws on."""

    sequence_id: Path[SequenceId]


@area.put(
    "/v3/sequences/ai-sdr/{sequence_id}/knowledge-base",
    scope="ai-sdr:operate",
    beta=True,
    tool="reply_attach_knowledge_base_to_sequence",
    undo=KNOWLEDGE_BASE,
    effect_for=send_in_running(sequence="sequence_id"),
    preview=preview_in_running(
        "This has the AI write and answer from knowledge base {knowledgeBaseId} in {sequence}.", "sequence_id"
    ),
    view=Done("Sequence {sequenceId} draws on knowledge base {knowledgeBaseId}."),
    verify_with=READ_BASE,
    also=["AI SDR", "connect", "set"],
)
class SetAiSdrSequenceKnowledgeBase(Arguments):
    """Makes a sequence draw on a knowledge base, in place of the one it has. 3 requests."""

    sequence_id: Path[SequenceId]
    knowledge_base_id: KnowledgeBaseId


@area.delete(
    "/v3/sequences/ai-sdr/{sequence_id}/knowledge-base",
    scope="ai-sdr:operate",
    beta=True,
    tool="reply_detach_knowledge_base_from_sequence",
    undo=KNOWLEDGE_BASE,
    effect_for=send_in_running(sequence="sequence_id"),
    preview=preview_in_running(
        "This takes the knowledge base off {sequence}: the AI writes and answers without it.", "sequence_id"
    ),
    effect=Effect.WRITE,
    explain=[ATTACHED_BASE],
    view=Done("Sequence {sequenceId} draws on no knowledge base."),
    verify_with=READ_BASE,
    also=["AI SDR", "clear", "disconnect"],
)
class ClearAiSdrSequenceKnowledgeBase(Arguments):
    """Takes the knowledge base off a sequence; it stays. 3 requests."""

    sequence_id: Path[SequenceId]
