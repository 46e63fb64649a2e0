"""What happens to one sequence: started, paused, archived, handed over."""

from __future__ import annotations

from pydantic import Field

from reply_mcp.catalog.areas.sequences import lifecycle_hooks as hooks
from reply_mcp.catalog.areas.sequences.area import area
from reply_mcp.catalog.areas.sequences.lifecycle_hooks import explain_sequence_not_found
from reply_mcp.catalog.areas.sequences.views import READ_SEQUENCE
from reply_mcp.catalog.arguments.named_ids import SequenceId, UserId
from reply_mcp.catalog.hooks.id_labels import add_names_of
from reply_mcp.catalog.lookups.running import preview_in_running, send_in_running
from reply_mcp.catalog.lookups.sequences import status_of
from reply_mcp.catalog.operation import Arguments, Effect, Local, Path
from reply_mcp.catalog.undo import cannot, replaced, reversed_by, shown_by
from reply_mcp.catalog.views import Done

STATE = Done('Sequence {id} "{name}" is {status} now.')


@area.post(
    "/v3/sequences/{id}/start",
    scope="sequences:operate",
    tool="reply_start_sequence",
    undo=reversed_by("PauseSequence", says="sequence {id} is paused", remains="What was sent stays sent."),
    core=True,
    effect=Effect.SEND,
    starts=True,
    idempotent=True,
    effect_for=hooks.start_effect,
    preview=hooks.preview_start,
    before=[hooks.check_startable, hooks.note_missing_linkedin_account],
    after=[hooks.note_state_after_start, hooks.normalize_status],
    explain=[hooks.explain_start_refusal, explain_sequence_not_found],
    view=STATE,
    verify_with=READ_SEQUENCE,
    also=[
        "launch",
        "activate",
        "resume campaign",
        "POST /v2/campaigns/{id}/start",
        "go live",
        "turn on campaign",
        "switch on sequence",
        "start outreach",
        "unpause",
    ],
)
class StartSequence(Arguments):
    """Starts or resumes sending to everyone in it, within its schedule."""

    id: Path[SequenceId]
    expected_contacts: Local[int | None] = Field(None, ge=0, description="Start only if exactly that many are in it")


@area.post(
    "/v3/sequences/{id}/pause",
    scope="sequences:operate",
    tool="reply_pause_sequence",
    undo=reversed_by(
        "StartSequence",
        says="sequence {id} is started again",
        read=shown_by("GetSequenceById"),
        unless=lambda call, held: status_of(held) != "active",
    ),
    core=True,
    stops=True,
    idempotent=True,
    after=[hooks.normalize_status],
    explain=[hooks.explain_pause_refusal, explain_sequence_not_found],
    view=STATE,
    verify_with=READ_SEQUENCE,
    also=[
        "stop campaign",
        "halt",
        "POST /v2/campaigns/{id}/pause",
        "hold",
        "put on hold",
        "switch off campaign",
        "shut down campaign",
        "turn off sequence",
    ],
)
class PauseSequence(Arguments):
    """Stops sending; people keep their place. reply_start_sequence resumes. 2 requests."""

    id: Path[SequenceId]


@area.post(
    "/v3/sequences/{id}/archive",
    scope="sequences:operate",
    tool="reply_archive_sequence",
    undo=cannot("Reply's API takes no sequence out of the archive, and its people are gone from it."),
    effect=Effect.DELETE,
    preview=hooks.preview_archiving,
    before=[hooks.check_archivable],
    explain=[explain_sequence_not_found],
    view=Done('Sequence {id} "{name}" is archived; nobody is in it anymore.'),
    verify_with=READ_SEQUENCE,
    also=["put away campaign", "retire"],
)
class ArchiveSequence(Arguments):
    """Archives a paused or new sequence and takes everyone out of it for good; statistics stay."""

    id: Path[SequenceId]


area.coming_soon("UnarchiveSequence", "POST", "/v3/sequences/{id}/unarchive", "Brings one back from the archive.")


@area.put(
    "/v3/sequences/{id}/owner",
    scope="sequences:write",
    tool="reply_change_sequence_owner",
    undo=replaced("GetSequenceById", noun="sequence", shown_as={"userId": "ownerUserId"}),
    effect_for=send_in_running(),
    preview=preview_in_running("This hands {sequence} to {userId}: its activity and its webhooks are theirs."),
    after=[add_names_of("owner")],
    explain=[explain_sequence_not_found],
    view=Done('Sequence {id} "{name}" belongs to {owner} now.'),
    verify_with=READ_SEQUENCE,
    also=["reassign campaign", "hand over", "transfer", "transfer sequence"],
)
class UpdateSequenceOwner(Arguments):
    """Hands it to a teammate. Outside an organization only the team owner may."""

    id: Path[SequenceId]
    user_id: UserId
