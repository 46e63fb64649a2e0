"""Templates of whole sequences; making one, and a sequence from one, is in the area `sequences`."""

from __future__ import annotations

from reply_mcp.catalog.areas.templates import sequence_template_hooks as hooks
from reply_mcp.catalog.areas.templates.area import area
from reply_mcp.catalog.areas.templates.views import SEQUENCE_TEMPLATES
from reply_mcp.catalog.arguments.named_ids import SequenceTemplateId
from reply_mcp.catalog.operation import Arguments, Path
from reply_mcp.catalog.undo import cannot
from reply_mcp.catalog.views import Done


@area.get(
    "/v3/sequence-templates",
    scope="sequences:read",
    tool="reply_list_sequence_templates",
    after=[hooks.list_templates],
    view=SEQUENCE_TEMPLATES,
    also=["blueprints", "campaign templates", "ready-made sequences"],
)
class GetSequenceTemplates(Arguments):
    """Blueprints of whole sequences. Single emails: reply_list_email_templates."""


@area.delete(
    "/v3/sequence-templates/{id}",
    scope="sequences:write",
    tool="reply_delete_sequence_template",
    undo=cannot("It was deleted for good: Reply keeps nothing that brings it back."),
    before=[hooks.check_deletable],
    preview=hooks.preview_deletion,
    view=Done("Deleted sequence template {id}."),
    verify_with="reply_list_sequence_templates {{}}",
    also=["remove blueprint"],
)
class DeleteSequenceTemplate(Arguments):
    """Deletes a blueprint for all who share it. One more request."""

    id: Path[SequenceTemplateId]
