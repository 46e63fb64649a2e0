"""AI SDR sequences: the AI finds people, writes the steps and the messages."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from reply_mcp.catalog.areas.ai_sdr import setup_summary
from reply_mcp.catalog.areas.ai_sdr.approval_hooks import mode_effect, mode_preview, mode_said
from reply_mcp.catalog.areas.ai_sdr.area import area
from reply_mcp.catalog.areas.ai_sdr.bodies import (
    AudienceFilters,
    Autopilot,
    AutopilotChange,
    Llm,
    OfferText,
    OfferTextChange,
    Personalization,
    Signals,
    StepTypes,
    Structure,
    Voice,
)
from reply_mcp.catalog.areas.ai_sdr.change_hooks import created_or_found, gives_a_change
from reply_mcp.catalog.areas.ai_sdr.named_ids import KnowledgeBaseId, OfferId, PlaybookId
from reply_mcp.catalog.arguments.named_ids import (
    EmailAccountId,
    LinkedInAccountId,
    ScheduleId,
    SequenceId,
)
from reply_mcp.catalog.arguments.nulls import drop_nulls
from reply_mcp.catalog.bodies.sequence_settings import SequenceSettings
from reply_mcp.catalog.operation import Arguments, Effect, Part, Path
from reply_mcp.catalog.views import Card, Column, Done

SETTINGS = Card(
    "AI SDR settings of sequence {sequenceId}",
    (
        (
            Column("offer", "offerId"),
            Column("playbook", "playbookId"),
            Column("knowledge base", "knowledgeBaseId"),
            "approval",
            Column("LLM", "providerLLM", "enum"),
            Column("channels", "generatedStepTypes"),
            "voice",
        ),
        (
            Column("autopilot", "autopilot.status", "enum"),
            Column("searching now", "autopilot.isSearchInProgress", "flag"),
            Column("most a day", "autopilot.maxPeopleToAddPerDay"),
            Column("most of a company", "autopilot.maxPeoplePerCompany"),
            Column("finds phones", "autopilot.searchContactPhones", "flag"),
            Column("adds without email", "autopilot.addContactsWithoutEmailAddresses", "flag"),
            Column("seeded from", "autopilot.referenceUrl"),
        ),
        (Column("looks for", "audience"),),
        (Column("intent signals", "signals"),),
        (
            Column("research", "research"),
            Column("research brief", "personalizationPoints.customResearch.instructions"),
        ),
        (
            Column("company", "offerGenerationInputs.companyName"),
            Column("ideal customer", "offerGenerationInputs.icp"),
            Column("reason", "offerGenerationInputs.reasonForOutreach"),
        ),
        (Column("about it", "offerGenerationInputs.companyDescription"),),
        (Column("pain points", "offerGenerationInputs.painPoints"),),
        (Column("value", "offerGenerationInputs.valuePropositions"),),
        (Column("proof", ("offerGenerationInputs.proofPoints", "offerGenerationInputs.caseStudies")),),
        (Column("calls to action", "offerGenerationInputs.callToActions"),),
    ),
    shown_elsewhere=(
        "sequenceId",
        "offerGenerationInputs",
        "toneOfVoice",
        "personalizationPoints",
        "autopilot",
        "intentSignals",
        "approvalMode",
    ),
)
READ_SETTINGS = 'reply_get_ai_sdr_settings {{"sequenceId": {sequenceId}}}'


class Approval(Part):
    enabled: bool


@area.post(
    "/v3/sequences/ai-sdr",
    scope="ai-sdr:write",
    beta=True,
    tool="reply_create_ai_sdr_sequence",
    before=[drop_nulls],
    run=created_or_found("GetSequences", "reply_search_sequences", "sequence", sortBy="created"),
    effect=Effect.SEND,
    effect_for=setup_summary.create_effect,
    preview=setup_summary.create_preview,
    view=Done(
        'Created AI SDR sequence {id} "{name}", {status}.',
        "reply_get_sequence_steps shows what the AI wrote, reply_start_sequence starts it",
    ),
    verify_with='reply_search_sequences {{"name": "{name}"}}',
    also=["AI agent", "campaign", "Jason", "autonomous outreach", "AI writes emails", "new agent"],
    example={
        "name": "CTOs in DACH",
        "offerId": 4821,
        "sequenceStructureSetup": {"generatedStepTypes": ["email", "linkedIn"]},
        "toneOfVoice": {"language": "german", "messageLength": "short"},
        "autopilot": {
            "enabled": False,
            "filters": {"jobTitles": [{"value": "CTO"}], "contactLocations": [{"value": "Germany"}]},
            "maxPeopleToAddPerDay": 20,
        },
        "approvalMode": {"enabled": True},
        "intentSignals": [{"type": "jobHiring", "jobHiring": {"keyword": "DevOps", "entitiesToFind": 100}}],
    },
)
class CreateAiSdrSequence(Arguments):
    """A sequence that the AI writes (no steps given) from one offer: offerId or offerGenerationInputs. Sends nothing
    until started; autopilot.enabled adds people at once. approvalMode.enabled holds messages for a person."""

    name: str = Field(min_length=1, max_length=255)
    sequence_structure_setup: Structure
    offer_id: OfferId | None = None
    offer_generation_inputs: OfferText | None = None
    tone_of_voice: Voice | None = None
    provider_llm: Llm | None = Field(None, alias="providerLLM")
    personalization_points: Personalization | None = None
    autopilot: Autopilot | None = None
    playbook_id: PlaybookId | None = None
    knowledge_base_id: KnowledgeBaseId | None = None
    approval_mode: Approval | None = None
    intent_signals: Signals | None = None
    schedule_id: ScheduleId | None = None
    email_accounts: list[EmailAccountId] | None = None
    linked_in_accounts: list[LinkedInAccountId] | None = None
    settings: SequenceSettings | None = None

    @model_validator(mode="after")
    def fits(self) -> CreateAiSdrSequence:
        if (self.offer_id is None) == (self.offer_generation_inputs is None):
            raise ValueError("give either offerId or offerGenerationInputs")
        only_email = self.sequence_structure_setup.generated_step_types == ["email"]
        if only_email and self.autopilot is not None and self.autopilot.add_contacts_without_email_addresses:
            raise ValueError("a sequence of emails only cannot add contacts without addresses")
        return self


@area.get(
    "/v3/sequences/ai-sdr/{sequence_id}/settings",
    scope="ai-sdr:read",
    beta=True,
    tool="reply_get_ai_sdr_settings",
    after=[setup_summary.settings_said],
    view=SETTINGS,
    also=["AI agent", "autopilot filters", "audience", "tone", "who does it look for", "ICP"],
)
class GetAiSdrSequenceSettings(Arguments):
    """How the AI works in a sequence: offer, tone, research, autopilot and its filters, approval. Name, schedule,
    accounts: reply_get_sequence."""

    sequence_id: Path[SequenceId]


@area.patch(
    "/v3/sequences/ai-sdr/{sequence_id}/settings",
    scope="ai-sdr:write",
    beta=True,
    tool="reply_update_ai_sdr_settings",
    aliases=["reply_attach_offer_to_sequence"],
    before=[drop_nulls, setup_summary.filters_kept],
    after=[setup_summary.signals_dropped],
    view=Done("AI SDR settings of sequence {sequenceId} are changed.", READ_SETTINGS + " shows them"),
    verify_with=READ_SETTINGS,
    also=["change AI agent", "attach offer", "tone", "language", "write in German", "ICP", "intent signals"],
    example={
        "sequenceId": 1704210,
        "toneOfVoice": {"toneOfVoice": "witty"},
        "autopilot": {"filters": {"jobTitles": [{"value": "CTO"}, {"value": "Intern", "type": "exclude"}]}},
    },
)
class UpdateAiSdrSequenceSettings(Arguments):
    """Changes what is given. Filters not given stay (one more request), [] clears one; lists and intentSignals are
    replaced. Not here: approval, autopilot on/off, channels, playbook, knowledge base."""

    sequence_id: Path[SequenceId]
    offer_id: OfferId | None = None
    offer_generation_inputs: OfferTextChange | None = None
    tone_of_voice: Voice | None = None
    provider_llm: Llm | None = Field(None, alias="providerLLM")
    personalization_points: Personalization | None = None
    autopilot: AutopilotChange | None = None
    intent_signals: Signals | None = None

    @model_validator(mode="after")
    def fits(self) -> UpdateAiSdrSequenceSettings:
        gives_a_change(self)
        if self.offer_id is not None and self.offer_generation_inputs is not None:
            raise ValueError("offerId and offerGenerationInputs exclude each other")
        return self


@area.post(
    "/v3/sequences/ai-sdr/{sequence_id}/autopilot/enable",
    scope="ai-sdr:operate",
    beta=True,
    tool="reply_enable_autopilot",
    effect=Effect.SEND,
    idempotent=True,
    before=[setup_summary.not_on_yet],
    preview=setup_summary.enable_preview,
    view=Done("The autopilot of sequence {sequenceId} is on: it finds and adds people by itself."),
    verify_with=READ_SETTINGS,
    also=["AI SDR", "find prospects automatically", "switch on", "turn on autopilot", "auto add leads"],
)
class EnableAiSdrSequenceAutopilot(Arguments):
    """Lets a sequence find and add people by itself, by its saved filters and limits."""

    sequence_id: Path[SequenceId]


@area.post(
    "/v3/sequences/ai-sdr/{sequence_id}/autopilot/disable",
    scope="ai-sdr:operate",
    beta=True,
    tool="reply_disable_autopilot",
    idempotent=True,
    view=Done(
        "The autopilot of sequence {sequenceId} is off.", "People in it stay; reply_pause_sequence stops sending"
    ),
    verify_with=READ_SETTINGS,
    also=["AI SDR", "stop finding prospects", "stop adding people", "switch off", "turn off autopilot"],
)
class DisableAiSdrSequenceAutopilot(Arguments):
    """Stops adding people. Those in it are still written to: reply_pause_sequence."""

    sequence_id: Path[SequenceId]


@area.post(
    "/v3/sequences/ai-sdr/{sequence_id}/autopilot/force-start",
    scope="ai-sdr:operate",
    beta=True,
    tool="reply_run_autopilot_now",
    effect=Effect.SEND,
    before=[setup_summary.can_search_now],
    preview=setup_summary.force_preview,
    view=Done("The autopilot of sequence {sequenceId} searches now.", READ_SETTINGS + " shows when it is through"),
    verify_with=READ_SETTINGS,
    also=["AI SDR", "force start", "search contacts immediately", "find leads now"],
)
class ForceStartAiSdrSequenceAutopilot(Arguments):
    """Searches and adds people now, not at the next run. The autopilot must be on."""

    sequence_id: Path[SequenceId]


@area.post(
    "/v3/sequences/ai-sdr/{sequence_id}/autopilot/preview",
    scope="ai-sdr:operate",
    beta=True,
    tool="reply_preview_autopilot",
    before=[drop_nulls],
    view=Done("The count is under way."),
    starts_job=True,
    verify_with="reply_list_background_jobs {{}}",
    also=["AI SDR", "audience size", "how many prospects match", "estimate reach", "filters reach"],
    example={
        "sequenceId": 1704210,
        "filters": {"jobTitles": [{"value": "CTO"}], "companySizes": ["fifty", "twoHundred"]},
    },
)
class PreviewAutopilot(Arguments):
    """How many people and companies filters would reach; saves nothing. Answers with a background job."""

    sequence_id: Path[SequenceId]
    filters: AudienceFilters
    max_people_per_company: Annotated[int, Field(ge=1)] | None = None
    max_people_to_add_per_day: Annotated[int, Field(ge=1)] | None = None
    reference_url: str | None = None


@area.put(
    "/v3/sequences/ai-sdr/{sequence_id}/approval-mode",
    scope="ai-sdr:operate",
    beta=True,
    tool="reply_set_sequence_reply_mode",
    aliases=["reply_set_approval_mode"],
    effect=Effect.SEND,
    effect_for=mode_effect,
    before=[drop_nulls],
    preview=mode_preview,
    after=[mode_said],
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
    approve_all_pending_contacts: bool | None = None

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
    effect=Effect.DELETE,
    idempotent=False,
    preview=setup_summary.step_types_preview,
    view=Done(
        "The AI generates the steps of sequence {sequenceId} anew ({generatedStepTypes}).",
        "reply_get_sequence_steps shows them",
    ),
    verify_with=READ_SETTINGS,
    also=["generated step types", "AI SDR", "regenerate steps", "LinkedIn voice", "only email", "channels the AI uses"],
)
class SetAiSdrSequenceGeneratedStepTypes(Arguments):
    """Sets the channels the AI may use and generates all steps anew; impossible once people were reached."""

    sequence_id: Path[SequenceId]
    generated_step_types: StepTypes


ATTACHED_PLAYBOOK = setup_summary.none_attached("playbook", "reply_attach_playbook_to_sequence")
ATTACHED_BASE = setup_summary.none_attached("knowledge base", "reply_attach_knowledge_base_to_sequence")
READ_PLAYBOOK = 'reply_get_sequence_playbook {{"sequenceId": {sequenceId}}}'
READ_BASE = 'reply_get_sequence_knowledge_base {{"sequenceId": {sequenceId}}}'


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
    view=Done("Sequence {sequenceId} follows playbook {playbookId}."),
    verify_with=READ_PLAYBOOK,
    also=["AI SDR", "set writing style", "connect"],
)
class SetAiSdrSequencePlaybook(Arguments):
    """Makes a sequence follow a playbook, in place of the one it has."""

    sequence_id: Path[SequenceId]
    playbook_id: PlaybookId


@area.delete(
    "/v3/sequences/ai-sdr/{sequence_id}/playbook",
    scope="ai-sdr:operate",
    beta=True,
    tool="reply_detach_playbook_from_sequence",
    effect=Effect.WRITE,
    explain=[ATTACHED_PLAYBOOK],
    view=Done("Sequence {sequenceId} follows no playbook."),
    verify_with=READ_PLAYBOOK,
    also=["AI SDR", "clear", "disconnect"],
)
class ClearAiSdrSequencePlaybook(Arguments):
    """Takes the playbook off a sequence; the playbook stays."""

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
    view=Done("Sequence {sequenceId} draws on knowledge base {knowledgeBaseId}."),
    verify_with=READ_BASE,
    also=["AI SDR", "connect", "set"],
)
class SetAiSdrSequenceKnowledgeBase(Arguments):
    """Makes a sequence draw on a knowledge base, in place of the one it has."""

    sequence_id: Path[SequenceId]
    knowledge_base_id: KnowledgeBaseId


@area.delete(
    "/v3/sequences/ai-sdr/{sequence_id}/knowledge-base",
    scope="ai-sdr:operate",
    beta=True,
    tool="reply_detach_knowledge_base_from_sequence",
    effect=Effect.WRITE,
    explain=[ATTACHED_BASE],
    view=Done("Sequence {sequenceId} draws on no knowledge base."),
    verify_with=READ_BASE,
    also=["AI SDR", "clear", "disconnect"],
)
class ClearAiSdrSequenceKnowledgeBase(Arguments):
    """Takes the knowledge base off a sequence; it stays."""

    sequence_id: Path[SequenceId]
