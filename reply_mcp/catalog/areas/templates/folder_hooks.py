"""Folders of email templates: what a deletion takes away, what sharing shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reply_mcp.catalog.hooks.read_once import read_record
from reply_mcp.catalog.operation import Call

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.templates.folders import DeleteEmailTemplateFolder, ShareEmailTemplateFolder


async def preview_deletion(call: Call[DeleteEmailTemplateFolder]) -> str:
    """The folder by name; one request."""
    arguments = call.arguments
    held = await read_record(call, "GetEmailTemplateFolder", id=arguments.id, folder_type=arguments.folder_type)
    name = held.get("name", "?")
    return f'This deletes the {arguments.folder_type} folder "{name}" ({arguments.id}) for good.'


async def preview_sharing(call: Call[ShareEmailTemplateFolder]) -> str:
    """The folder by name; one request."""
    id = call.arguments.id
    held = await read_record(call, "GetEmailTemplateFolder", id=id, folder_type="personal")
    name = held.get("name", "?")
    return f'This gives the personal folder "{name}" ({id}) and all templates in it to the team. No call takes it back.'
