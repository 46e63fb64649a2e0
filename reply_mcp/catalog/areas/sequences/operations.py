"""Sequences: find, read, create, change, delete."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from reply_mcp.catalog.areas.sequences.area import area
from reply_mcp.catalog.areas.sequences.create_hooks import create_in_parts
from reply_mcp.catalog.areas.sequences.lifecycle_hooks import explain_sequence_not_found, preview_deletion
from reply_mcp.catalog.areas.sequences.sender_hooks import preview_update
from reply_mcp.catalog.areas.sequences.views import READ_SEQUENCE, SEQUENCE, SEQUENCES
from reply_mcp.catalog.arguments.named_ids import (
    EmailAccountId,
    FolderId,
    LinkedInAccountId,
    ScheduleId,
    SequenceId,
    UserId,
)
from reply_mcp.catalog.arguments.times import Moment
from reply_mcp.catalog.bodies.sequence_settings import SequenceSettings, SettingsChange
from reply_mcp.catalog.bodies.steps import HOW, NewSteps
from reply_mcp.catalog.hooks.id_labels import add_mailbox_states, add_names_of
from reply_mcp.catalog.hooks.step_rows import describe_sequence_steps
from reply_mcp.catalog.hooks.variables import check_variables, explain_unknown_variables
from reply_mcp.catalog.lookups.running import send_in_running
from reply_mcp.catalog.operation import Arguments, Paged, Path, Query
from reply_mcp.catalog.undo import cannot, created, replaced
from reply_mcp.catalog.views import Done


@area.get(
    "/v3/sequences",
    scope="sequences:read",
    tool="reply_search_sequences",
    core=True,
    after=[add_names_of("owner")],
    view=SEQUENCES,
    also=[
        "paused sequences",
        "active sequences",
        "campaigns",
        "GET /v1/campaigns",
        "outreach",
        "cadence",
        "campaigns that need attention",
        "health of sequences",
        "blocked sequences",
        "running sequences",
    ],
)
class GetSequences(Paged):
    """Sequences with status and health; archived ones too unless isArchived is false. No channels or counts here."""

    name: Query[str | None] = Field(None, description="Part of it")
    status: Query[Literal["active", "paused", "new"] | None] = None
    is_archived: Query[bool | None] = None
    owner_user_id: Query[UserId | None] = None
    folder_id: Query[FolderId | None] = None
    created_after: Query[Moment | None] = None
    sort_by: Query[Literal["created", "name", "status"] | None] = None
    sort_direction: Query[Literal["asc", "desc"] | None] = None

    @model_validator(mode="after")
    def _direction_of_something(self) -> Self:
        if self.sort_direction and not self.sort_by:
            raise ValueError("sortDirection needs sortBy")
        return self


area.coming_soon("CountSequences", "GET", "/v3/sequences/count", "How many sequences match a filter.")


@area.get(
    "/v3/sequences/{id}",
    scope="sequences:read",
    tool="reply_get_sequence",
    core=True,
    view=SEQUENCE,
    after=[describe_sequence_steps, add_names_of("owner", "schedule"), add_mailbox_states],
    explain=[explain_sequence_not_found],
    also=["campaign", "GET /v1/campaigns/{id}", "settings", "mailboxes", "details of a sequence"],
)
class GetSequenceById(Arguments):
    """One sequence: state, schedule, senders, settings, steps in order."""

    id: Path[SequenceId]


@area.post(
    "/v3/sequences",
    scope="sequences:write",
    tool="reply_create_sequence",
    undo=created("DeleteSequence", "GetSequenceById", noun="sequence"),
    core=True,
    view=Done(
        'Created sequence {id} "{name}", not started.',
        "Next: reply_add_contact_to_sequence, then reply_start_sequence.",
    ),
    before=[check_variables],
    run=create_in_parts,
    explain=[explain_unknown_variables],
    verify_with='reply_search_sequences {{"name": "{name}"}}',
    also=[
        "campaign",
        "POST /v2/campaigns",
        "new cadence",
        "build outreach",
        "write a cadence",
        "design an outreach",
        "drip campaign",
    ],
    one_at_a_time=["name"],
)
class CreateSequence(Arguments):
    """A new sequence; sends nothing until started. The default schedule unless one is given. LinkedIn accounts and
    steps Reply cannot take at once are added by further requests."""

    name: str
    schedule_id: ScheduleId | None = None
    email_accounts: list[EmailAccountId] | None = None
    linked_in_accounts: list[LinkedInAccountId] | None = None
    steps: NewSteps | None = Field(None, description=f"In order: {HOW}")
    settings: SequenceSettings | None = None


@area.patch(
    "/v3/sequences/{id}",
    scope="sequences:write",
    tool="reply_update_sequence",
    undo=replaced("GetSequenceById", noun="sequence"),
    effect_for=send_in_running("name"),
    preview=preview_update,
    aliases=["reply_assign_schedule_to_sequence"],
    view=Done('Sequence {id} "{name}" is changed.'),
    explain=[explain_sequence_not_found],
    verify_with=READ_SEQUENCE,
    also=[
        "rename campaign",
        "assign schedule",
        "PATCH /v2/campaigns/{id}",
        "daily limit",
        "replies from same company",
        "stop on reply",
        "sequence settings",
        "other sending hours for a campaign",
    ],
)
class UpdateSequence(Arguments):
    """Name, schedule, settings (only keys given change) or senders. Account lists REPLACE the linked ones;
    reply_assign_email_account_to_sequence adds one. 2 requests."""

    id: Path[SequenceId]
    name: str | None = None
    schedule_id: ScheduleId | None = None
    settings: SettingsChange | None = None
    email_accounts: list[EmailAccountId] | None = None
    linked_in_accounts: list[LinkedInAccountId] | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if self.model_fields_set <= {"id"}:
            raise ValueError("give at least one thing to change")
        return self


@area.delete(
    "/v3/sequences/{id}",
    scope="sequences:write",
    tool="reply_delete_sequence",
    undo=cannot("It was deleted for good: Reply keeps nothing that brings it back."),
    view=Done("Sequence {id} is deleted."),
    preview=preview_deletion,
    explain=[explain_sequence_not_found],
    verify_with=READ_SEQUENCE,
    also=["remove campaign", "erase"],
)
class DeleteSequence(Arguments):
    """Deletes it with steps and statistics; its people stay contacts. reply_archive_sequence keeps the numbers."""

    id: Path[SequenceId]
