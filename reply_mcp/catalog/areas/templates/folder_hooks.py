"""Folders of email templates: what a deletion takes away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reply_mcp.catalog.hooks.read_once import read_once
from reply_mcp.catalog.operation import Call

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.templates.folders import DeleteEmailTemplateFolder


async def preview_deletion(call: Call[DeleteEmailTemplateFolder]) -> str:
    """The folder by name; one request."""
    arguments = call.arguments
    held = await read_once(call, "GetEmailTemplateFolder", id=arguments.id, folder_type=arguments.folder_type)
    name = held.get("name", "?") if isinstance(held, dict) else "?"
    return f'This deletes the {arguments.folder_type} folder "{name}" ({arguments.id}) for good.'
