"""The autopilot of a sequence, which finds people and adds them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from reply_mcp.catalog.areas.ai_sdr import autopilot_hooks as hooks
from reply_mcp.catalog.areas.ai_sdr.area import area
from reply_mcp.catalog.areas.ai_sdr.bodies import AudienceFilters
from reply_mcp.catalog.areas.ai_sdr.settings_lookup import read_autopilot
from reply_mcp.catalog.areas.ai_sdr.views import READ_SETTINGS
from reply_mcp.catalog.arguments.named_ids import SequenceId
from reply_mcp.catalog.operation import Arguments, Effect, Nullable, Path
from reply_mcp.catalog.undo import CHANGES_NOTHING, cannot, reversed_by
from reply_mcp.catalog.views import Done


@area.post(
    "/v3/sequences/ai-sdr/{sequence_id}/autopilot/enable",
    scope="ai-sdr:operate",
    beta=True,
    tool="reply_enable_autopilot",
    undo=reversed_by(
        "DisableAiSdrSequenceAutopilot",
        says="the autopilot of sequence {sequenceId} is off",
        remains="Whom it has added stays in the sequence.",
    ),
    effect=Effect.SEND,
    idempotent=True,
    before=[hooks.check_off],
    preview=hooks.preview_enabling,
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
    undo=reversed_by(
        "EnableAiSdrSequenceAutopilot",
        says="the autopilot of sequence {sequenceId} is on again",
        read=read_autopilot,
        unless=lambda call, held: str(held.get("status")).casefold() == "disabled",
    ),
    idempotent=True,
    stops=True,
    view=Done(
        "The autopilot of sequence {sequenceId} is off.", "People in it stay; reply_pause_sequence stops sending"
    ),
    verify_with=READ_SETTINGS,
    also=["AI SDR", "stop finding prospects", "stop adding people", "switch off", "turn off autopilot"],
)
class DisableAiSdrSequenceAutopilot(Arguments):
    """Stops adding people. Those in it are still written to: reply_pause_sequence. 2 requests."""

    sequence_id: Path[SequenceId]


@area.post(
    "/v3/sequences/ai-sdr/{sequence_id}/autopilot/force-start",
    scope="ai-sdr:operate",
    beta=True,
    tool="reply_run_autopilot_now",
    undo=cannot("Whom it has added stays in the sequence."),
    effect=Effect.SEND,
    before=[hooks.check_searchable],
    preview=hooks.preview_search,
    view=Done("The autopilot of sequence {sequenceId} searches now.", READ_SETTINGS + " shows when it has finished"),
    verify_with=READ_SETTINGS,
    also=["AI SDR", "force start", "search contacts immediately", "find leads now"],
)
class ForceStartAiSdrSequenceAutopilot(Arguments):
    """Searches and adds people now instead of at the next run. The autopilot must be on."""

    sequence_id: Path[SequenceId]


@area.post(
    "/v3/sequences/ai-sdr/{sequence_id}/autopilot/preview",
    scope="ai-sdr:operate",
    beta=True,
    tool="reply_preview_autopilot",
    undo=CHANGES_NOTHING,
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
    max_people_per_company: Nullable[Annotated[int, Field(ge=1)]] = None
    max_people_to_add_per_day: Nullable[Annotated[int, Field(ge=1)]] = None
    reference_url: Nullable[str] = Field(None, description="Page that seeds the search")
