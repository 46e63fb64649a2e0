"""Playbooks: how the AI SDR writes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from reply_mcp.catalog.areas.ai_sdr import playbook_hooks as hooks
from reply_mcp.catalog.areas.ai_sdr.area import area
from reply_mcp.catalog.areas.ai_sdr.change_hooks import check_change, create_or_find, describe_copy
from reply_mcp.catalog.areas.ai_sdr.deletion_hooks import preview_playbook_deletion, preview_style_file_deletion
from reply_mcp.catalog.areas.ai_sdr.named_ids import PlaybookId, StyleFileId
from reply_mcp.catalog.areas.ai_sdr.views import PLAYBOOK
from reply_mcp.catalog.arguments.files import Upload
from reply_mcp.catalog.hooks.id_labels import add_names_of
from reply_mcp.catalog.hooks.replaced_texts import note_replaced_texts, remember_texts
from reply_mcp.catalog.lookups.running import preview_where_any_runs, send_where_any_runs
from reply_mcp.catalog.operation import AlwaysSent, Arguments, File, FileLimits, Paged, Path, Query
from reply_mcp.catalog.undo import cannot, created, replaced
from reply_mcp.catalog.views import Column, Done, Table

READ_PLAYBOOK = 'reply_get_playbook {{"id": "{id}"}}'
FIND_PLAYBOOK = 'reply_list_playbooks {{"search": "{name}"}}'


@area.get(
    "/v3/ai-sdr/playbooks",
    scope="ai-sdr:read",
    tool="reply_list_playbooks",
    after=[hooks.add_owner_id, add_names_of("owner")],
    view=Table(
        "playbooks",
        (
            "id",
            "name",
            Column("about", "description"),
            Column("scope", "type", "enum"),
            Column("author", "owner"),
            Column("updated", "lastUpdatedAt", "date"),
        ),
        empty="No such playbook. reply_create_playbook makes one.",
        shown_elsewhere=("authorUserId", "ownerUserId"),
    ),
    also=["AI SDR", "writing guidelines", "tone of voice", "style guide"],
)
class ListPlaybooks(Paged):
    """Playbooks: how the AI SDR writes. Ids start with g- (Reply's), o- (organization) or t- (team)."""

    type: Query[Literal["global", "organization", "team"] | None] = None
    search: Query[str | None] = None


@area.post(
    "/v3/ai-sdr/playbooks",
    scope="ai-sdr:write",
    tool="reply_create_playbook",
    undo=created("DeletePlaybook", "GetPlaybook", noun="playbook"),
    run=create_or_find("ListPlaybooks", "reply_list_playbooks", "playbook"),
    view=Done('Created playbook {id} "{name}".', "reply_attach_playbook_to_sequence makes a sequence follow it"),
    verify_with=FIND_PLAYBOOK,
    also=["AI SDR", "writing guidelines", "tone", "style guide", "prompt"],
    one_at_a_time=["name"],
)
class CreatePlaybook(Arguments):
    """New writing rules for the AI SDR. Their type (organization or team) cannot be changed later."""

    name: str = Field(min_length=1, max_length=128)
    body: str = Field(description="The rules, in Markdown")
    type: Literal["organization", "team"]
    description: Annotated[str, AlwaysSent()] = Field("", max_length=1000)


@area.get(
    "/v3/ai-sdr/playbooks/{id}",
    scope="ai-sdr:read",
    tool="reply_get_playbook",
    after=[hooks.add_owner_id, add_names_of("owner")],
    view=PLAYBOOK,
    also=["AI SDR", "writing guidelines", "style files"],
)
class GetPlaybook(Arguments):
    """One playbook: its text and style files."""

    id: Path[PlaybookId]


@area.patch(
    "/v3/ai-sdr/playbooks/{id}",
    scope="ai-sdr:write",
    tool="reply_update_playbook",
    undo=replaced("GetPlaybook", noun="playbook"),
    effect_for=send_where_any_runs("name", "description"),
    preview=preview_where_any_runs("This changes {given} of playbook {id}, by which the AI writes."),
    before=[hooks.check_own, remember_texts("GetPlaybook", "description", "body")],
    after=[note_replaced_texts],
    view=Done('Updated playbook {id} "{name}".'),
    verify_with=READ_PLAYBOOK,
    also=["AI SDR", "edit writing guidelines", "tone"],
)
class UpdatePlaybook(Arguments):
    """Changes what is given, for all sequences that follow it. Reply's own (g-) cannot be changed, only copied.
    2 requests."""

    id: Path[PlaybookId]
    name: str | None = Field(None, min_length=1, max_length=128)
    description: str | None = Field(None, max_length=1000)
    body: str | None = None

    @model_validator(mode="after")
    def changes(self) -> UpdatePlaybook:
        check_change(self)
        return self


@area.delete(
    "/v3/ai-sdr/playbooks/{id}",
    scope="ai-sdr:write",
    tool="reply_delete_playbook",
    undo=cannot("It was deleted for good: Reply keeps nothing that brings it back."),
    before=[hooks.check_own],
    preview=preview_playbook_deletion,
    view=Done("Playbook {id} is deleted."),
    verify_with=READ_PLAYBOOK,
    also=["AI SDR", "remove writing guidelines"],
)
class DeletePlaybook(Arguments):
    """Deletes a playbook of the team or organization."""

    id: Path[PlaybookId]


@area.post(
    "/v3/ai-sdr/playbooks/{id}/duplicate",
    scope="ai-sdr:write",
    beta=True,
    tool="reply_duplicate_playbook",
    undo=created("DeletePlaybook", "GetPlaybook", noun="playbook"),
    after=[describe_copy("playbook", "id", "reply_list_playbooks", "reply_update_playbook adapts it.")],
    view=Done("{outcome}"),
    verify_with="reply_list_playbooks {{}}",
    also=["AI SDR", "copy", "clone", "adapt global playbook"],
)
class DuplicatePlaybook(Arguments):
    """Copies a playbook, also one of Reply's own."""

    id: Path[PlaybookId]


@area.post(
    "/v3/ai-sdr/playbooks/{playbook_id}/style-files",
    scope="ai-sdr:write",
    tool="reply_upload_playbook_style_file",
    undo=created("DeletePlaybookStyleFile", noun="style file", id="styleFileId", given={"playbookId": "playbookId"}),
    effect_for=send_where_any_runs(),
    preview=preview_where_any_runs("This adds a style file to playbook {playbookId}, by which the AI writes."),
    before=[hooks.check_own],
    view=Done('Playbook {playbookId} has style file {id} "{fileName}".'),
    verify_with='reply_get_playbook {{"id": "{playbookId}"}}',
    also=["AI SDR", "tone guide", "writing samples", "brand voice"],
)
class UploadPlaybookStyleFile(Arguments):
    """Adds a writing sample that the AI draws on at once."""

    playbook_id: Path[PlaybookId]
    file: Annotated[File[Upload], FileLimits()]


@area.delete(
    "/v3/ai-sdr/playbooks/{playbook_id}/style-files/{style_file_id}",
    scope="ai-sdr:write",
    tool="reply_delete_playbook_style_file",
    undo=cannot("It was deleted for good: Reply keeps nothing that brings it back."),
    before=[hooks.check_own],
    preview=preview_style_file_deletion,
    view=Done("Style file {styleFileId} of playbook {playbookId} is deleted."),
    verify_with='reply_get_playbook {{"id": "{playbookId}"}}',
    also=["AI SDR", "remove tone guide"],
)
class DeletePlaybookStyleFile(Arguments):
    """Deletes a writing sample."""

    playbook_id: Path[PlaybookId]
    style_file_id: Path[StyleFileId]
