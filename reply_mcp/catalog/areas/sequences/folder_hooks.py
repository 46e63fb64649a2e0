"""Folders of sequences: what a deletion takes away, and what refusals mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reply_mcp.catalog.hooks.read_once import read_record
from reply_mcp.catalog.operation import Call
from reply_mcp.errors import ApiError

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.sequences.folders import (
        CreateSequenceFolder,
        DeleteSequenceFolder,
        UpdateSequenceFolder,
    )


async def preview_deletion(call: Call[DeleteSequenceFolder]) -> str:
    """The folder by name; one request."""
    folder = await read_record(call, "GetSequenceFolderById", id=call.arguments.id)
    name = folder.get("name")
    return f'This deletes the folder "{name or call.arguments.id}". The sequences in it stay, in no folder.'


async def explain_taken_name(call: Call[CreateSequenceFolder | UpdateSequenceFolder], refusal: ApiError) -> str | None:
    """Folder names are unique for each user."""
    if refusal.code != "sequenceFolder.duplicateName":
        return None
    return (
        f'{refusal.status} {refusal.code}: you already have a folder "{call.arguments.name}"; nothing was changed. '
        "reply_list_sequence_folders has its id."
    )


async def explain_missing_folder(call: Call, refusal: ApiError) -> str | None:
    """Folders are personal: a teammate's folder is a 404 too."""
    if refusal.status != 404 or not refusal.code:
        return None
    return (
        f"404 {refusal.code}: you have no folder {call.arguments.id}; teammates' folders cannot be reached. "
        "reply_list_sequence_folders has yours. Nothing was changed."
    )
