"""Sequence templates: blueprints of Reply, of the organization and of the team."""

from __future__ import annotations

from reply_mcp.sandbox.handlers.sequences.sequences import template_view
from reply_mcp.sandbox.http.handler import HandlerCall, HandlerResponse, Problem, operation
from reply_mcp.sandbox.store import Doc

SCOPES = ("global", "organization", "team")


@operation("GetSequenceTemplates")
def get_sequence_templates(call: HandlerCall) -> Doc:
    """The templates by who may use them; those saved from a sequence are the team's."""
    held = call.store.all("sequenceTemplate", _teamId=call.key.team_id)
    return {
        f"{scope}Templates": [template_view(one) for one in held if one.get("_scope", "team") == scope]
        for scope in SCOPES
    }


@operation("DeleteSequenceTemplate", text_ids=True)
def delete_sequence_template(call: HandlerCall) -> HandlerResponse:
    """Delete a template of the team's; Reply's nobody may, the organization's only the owner."""
    for one in call.store.all("sequenceTemplate", _uuid=str(call.path["id"]).lower()):
        if one["_teamId"] == call.key.team_id:
            break
    else:
        raise Problem(404, "sequenceTemplate.notFound", "The template was not found.")
    user = call.store.get("user", call.key.user_id) or {}
    scope = one.get("_scope", "team")
    if scope == "global" or (scope == "organization" and user.get("_role") != "owner"):
        raise Problem(403, "sequenceTemplate.forbidden", f"You may not delete a template of scope {scope}.")
    call.store.delete("sequenceTemplate", one["id"])
    return HandlerResponse(204)
