"""AI SDR sequences: creating them, and their settings."""

from __future__ import annotations

from pydantic import Field, model_validator

from reply_mcp.catalog.areas.ai_sdr import sequence_hooks as hooks
from reply_mcp.catalog.areas.ai_sdr.area import area
from reply_mcp.catalog.areas.ai_sdr.bodies import (
    Approval,
    Autopilot,
    AutopilotChange,
    Llm,
    OfferText,
    OfferTextChange,
    Personalization,
    Signals,
    Structure,
    Voice,
)
from reply_mcp.catalog.areas.ai_sdr.change_hooks import check_change, create_or_find
from reply_mcp.catalog.areas.ai_sdr.named_ids import KnowledgeBaseId, OfferId, PlaybookId
from reply_mcp.catalog.areas.ai_sdr.settings_lookup import read_settings
from reply_mcp.catalog.areas.ai_sdr.views import READ_SETTINGS, SETTINGS
from reply_mcp.catalog.arguments.named_ids import EmailAccountId, LinkedInAccountId, ScheduleId, SequenceId
from reply_mcp.catalog.bodies.sequence_settings import SequenceSettings
from reply_mcp.catalog.hooks.replaced_texts import note_replaced_texts, remember_texts
from reply_mcp.catalog.operation import Arguments, Effect, Nullable, Path
from reply_mcp.catalog.undo import created, replaced
from reply_mcp.catalog.views import Done


@area.post(
    "/v3/sequences/ai-sdr",
    scope="ai-sdr:write",
    beta=True,
    tool="reply_create_ai_sdr_sequence",
    undo=created("DeleteSequence", "GetSequenceById", noun="sequence", remains="What was sent stays sent."),
    run=create_or_find("GetSequences", "reply_search_sequences", "sequence", sortBy="created"),
    effect=Effect.SEND,
    effect_for=hooks.create_effect,
    preview=hooks.preview_creation,
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
    one_at_a_time=["name"],
)
class CreateAiSdrSequence(Arguments):
    """A sequence that the AI writes (no steps given) from one offer: offerId or offerGenerationInputs. Sends nothing
    until started; autopilot.enabled adds people at once. approvalMode.enabled holds messages for a person."""

    name: str = Field(min_length=1, max_length=255)
    sequence_structure_setup: Structure
    offer_id: Nullable[OfferId] = None
    offer_generation_inputs: Nullable[OfferText] = None
    tone_of_voice: Nullable[Voice] = None
    provider_llm: Nullable[Llm] = Field(None, alias="providerLLM")
    personalization_points: Nullable[Personalization] = None
    autopilot: Nullable[Autopilot] = None
    playbook_id: Nullable[PlaybookId] = None
    knowledge_base_id: Nullable[KnowledgeBaseId] = None
    approval_mode: Nullable[Approval] = None
    intent_signals: Nullable[Signals] = None
    schedule_id: Nullable[ScheduleId] = None
    email_accounts: Nullable[list[EmailAccountId]] = None
    linked_in_accounts: Nullable[list[LinkedInAccountId]] = None
    settings: Nullable[SequenceSettings] = None

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
    after=[hooks.describe_settings],
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
    undo=replaced(read_settings, noun="sequence"),
    effect_for=hooks.change_effect,
    preview=hooks.preview_change,
    aliases=["reply_attach_offer_to_sequence"],
    before=[remember_texts(read_settings, *hooks.TEXTS), hooks.keep_filters, hooks.leave_out_nulls],
    after=[hooks.note_signals, note_replaced_texts],
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
    """Changes what is given. Filters not given stay (one more request), [] or null clears one. Lists, intentSignals are
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
        check_change(self)
        if self.offer_id is not None and self.offer_generation_inputs is not None:
            raise ValueError("offerId and offerGenerationInputs exclude each other")
        return self
