"""Templates of sequences: their scope, and which can be deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.hooks.read_once import read_once
from reply_mcp.catalog.lookups.sequence_templates import template_rows
from reply_mcp.catalog.operation import Call
from reply_mcp.errors import NotDone

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.templates.sequence_templates import DeleteSequenceTemplate, GetSequenceTemplates


async def list_templates(call: Call[GetSequenceTemplates], answer: Any) -> Any:
    """A row for each template, with its `scope`: team, organization or global."""
    return template_rows(answer)


async def check_deletable(call: Call[DeleteSequenceTemplate]) -> None:
    """Stops where the template is one of Reply's own, or does not exist. One request, which the question shares."""
    held = await _held(call)
    if held is None:
        raise NotDone(
            f"Nothing was deleted: there is no sequence template {call.arguments.id}. "
            "reply_list_sequence_templates lists all."
        )
    if held["scope"] == "global":
        raise NotDone(
            f'Nothing was deleted: "{held.get("name")}" is one of Reply\'s own templates, which cannot be deleted.'
        )


async def preview_deletion(call: Call[DeleteSequenceTemplate]) -> str:
    """The template by name, and who loses it."""
    held = await _held(call) or {}
    shared = "the whole organization" if held.get("scope") == "organization" else "the whole team"
    return f'This deletes the sequence template "{held.get("name", "?")}" for {shared}; sequences made from it stay.'


async def _held(call: Call[DeleteSequenceTemplate]) -> dict[str, Any] | None:
    rows = template_rows(await read_once(call, "GetSequenceTemplates"))
    return next((row for row in rows if str(row.get("id")).casefold() == str(call.arguments.id).casefold()), None)
