"""Sequences and their templates; listing and deleting templates is in the area `templates`."""

from __future__ import annotations

from pydantic import Field

from reply_mcp.catalog.areas.sequences.area import area
from reply_mcp.catalog.areas.sequences.lifecycle_hooks import explain_sequence_not_found
from reply_mcp.catalog.arguments.named_ids import FolderId, SequenceId, SequenceTemplateId
from reply_mcp.catalog.lookups.running import preview_in_running
from reply_mcp.catalog.operation import Arguments, Call, Effect, Nullable, Path
from reply_mcp.catalog.undo import created
from reply_mcp.catalog.views import Done


async def effect_of_scope(call: Call[SaveSequenceAsTemplate]) -> Effect:
    """SHARE beyond the team, which sees the sequence itself."""
    return Effect.WRITE if (call.arguments.scope or "team").casefold() == "team" else Effect.SHARE


@area.post(
    "/v3/sequences/{id}/save-as-template",
    scope="sequences:write",
    tool="reply_save_sequence_as_template",
    undo=created("DeleteSequenceTemplate", noun="sequence template"),
    effect_for=effect_of_scope,
    preview=preview_in_running(
        'This saves the texts of {sequence} as the template "{name}", which everybody in the {scope} can read and use.'
    ),
    explain=[explain_sequence_not_found],
    view=Done(
        'Saved as template {id} "{name}".',
        'reply_create_sequence_from_template {{"templateId": "{id}"}} makes a sequence of it.',
    ),
    verify_with="reply_list_sequence_templates",
    also=[
        "reuse campaign",
        "copy structure",
        "duplicate",
        "duplicate a campaign",
        "copy a sequence",
        "clone a sequence",
    ],
)
class SaveSequenceAsTemplate(Arguments):
    """Keeps its structure as a template under a new, unique name."""

    id: Path[SequenceId]
    name: str = Field(min_length=1)
    description: Nullable[str] = None
    scope: Nullable[str] = Field(None, description='"team" or "organization"')


@area.post(
    "/v3/sequences/create-from-template",
    scope="sequences:write",
    tool="reply_create_sequence_from_template",
    undo=created("DeleteSequence", "GetSequenceById", noun="sequence"),
    view=Done(
        'Created sequence {id} "{name}", not started.',
        "Next: reply_add_contact_to_sequence, then reply_start_sequence.",
    ),
    verify_with='reply_search_sequences {{"sortBy": "created", "top": 5}}',
    also=["campaign from template", "clone", "reuse", "duplicate a campaign", "copy a sequence"],
)
class CreateSequenceFromTemplate(Arguments):
    """A new sequence from a saved template."""

    template_id: SequenceTemplateId
    sequence_folder_id: Nullable[FolderId] = None
