"""Folders of sequences: each user has their own, and a sequence is in one of them at most."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from reply_mcp.catalog.areas.sequences import folder_hooks as hooks
from reply_mcp.catalog.areas.sequences.area import area
from reply_mcp.catalog.areas.sequences.views import FOLDER_SEQUENCES
from reply_mcp.catalog.arguments.named_ids import FolderId, SequenceId
from reply_mcp.catalog.batching import MOST
from reply_mcp.catalog.hooks.bulk_results import drop_duplicate_ids, translate_reasons
from reply_mcp.catalog.operation import Arguments, Paged, Path, Query
from reply_mcp.catalog.undo import cannot, created, ids_at, membership, replaced, shown_by
from reply_mcp.catalog.views import Card, Done, PerItem, Table

FolderName = Annotated[str, Field(min_length=1, max_length=128)]
SequenceIds = Annotated[list[SequenceId], Field(min_length=1, max_length=MOST)]
FOLDERS = "reply_list_sequence_folders {{}}"
INSIDE = 'reply_list_sequences_in_folder {{"id": "{id}"}}'


@area.get(
    "/v3/sequence-folders",
    scope="sequences:read",
    tool="reply_list_sequence_folders",
    view=Table("folders", ("id", "name"), empty="You have no folder: reply_create_sequence_folder."),
    also=["campaign folders", "directories", "groups of sequences"],
)
class GetSequenceFolders(Arguments):
    """Your own folders, by name."""


@area.post(
    "/v3/sequence-folders",
    scope="sequences:write",
    tool="reply_create_sequence_folder",
    undo=created("DeleteSequenceFolder", "GetSequenceFolderById", noun="folder"),
    explain=[hooks.explain_taken_name],
    view=Done('Created folder {id} "{name}".', "reply_move_sequences_to_folder fills it."),
    verify_with=FOLDERS,
    also=["new directory", "organize campaigns", "group sequences"],
    one_at_a_time=["name"],
)
class CreateSequenceFolder(Arguments):
    """A new folder of your own."""

    name: FolderName


@area.get(
    "/v3/sequence-folders/{id}",
    scope="sequences:read",
    tool="reply_get_sequence_folder",
    explain=[hooks.explain_missing_folder],
    view=Card('Folder {id} "{name}"'),
    also=["directory"],
)
class GetSequenceFolderById(Arguments):
    """One folder's name; for what is in it: reply_list_sequences_in_folder."""

    id: Path[FolderId]


@area.put(
    "/v3/sequence-folders/{id}",
    scope="sequences:write",
    tool="reply_rename_sequence_folder",
    undo=replaced("GetSequenceFolderById", noun="folder"),
    explain=[hooks.explain_taken_name, hooks.explain_missing_folder],
    view=Done('Folder {id} is called "{name}" now.'),
    verify_with=FOLDERS,
    also=["edit", "update directory"],
)
class UpdateSequenceFolder(Arguments):
    """Gives a folder another name. 2 requests."""

    id: Path[FolderId]
    name: FolderName


@area.delete(
    "/v3/sequence-folders/{id}",
    scope="sequences:write",
    tool="reply_delete_sequence_folder",
    undo=cannot("Which sequences were in it is not known any more."),
    preview=hooks.preview_deletion,
    explain=[hooks.explain_missing_folder],
    view=Done("Folder {id} is deleted; its sequences stay, in no folder."),
    verify_with=FOLDERS,
    also=["remove directory"],
)
class DeleteSequenceFolder(Arguments):
    """Deletes a folder, not its sequences."""

    id: Path[FolderId]


@area.get(
    "/v3/sequence-folders/{id}/sequences",
    scope="sequences:read",
    tool="reply_list_sequences_in_folder",
    explain=[hooks.explain_missing_folder],
    view=FOLDER_SEQUENCES,
    also=["campaigns in a folder", "what is in the folder"],
)
class GetFolderSequences(Paged):
    """The sequences in a folder."""

    id: Path[FolderId]
    sort_by: Query[Literal["title", "created", "people"] | None] = Field(None, alias="sort_by")
    sort_direction: Query[Literal["asc", "desc"] | None] = Field(None, alias="sort_direction")


LINKS: dict[str, Any] = {"scope": "sequences:operate", "idempotent": True, "verify_with": INSIDE}


@area.post(
    "/v3/sequence-folders/{id}/sequence-links/bulk",
    tool="reply_move_sequences_to_folder",
    undo=membership(
        "BulkUnassignSequencesFromFolder",
        "sequenceIds",
        ids_at(""),
        read=shown_by("GetFolderSequences"),
        joins=True,
        says="{who} taken out of folder {id}",
        noun="sequence",
        remains="Those that were in another folder are in none: Reply does not say which folder a sequence is in.",
    ),
    after=[translate_reasons({1: "notFound"})],
    explain=[hooks.explain_missing_folder],
    before=[drop_duplicate_ids],
    split=("sequenceIds", 1000),
    view=PerItem("sequence", "in the folder", "sequenceIds"),
    also=["file campaigns", "put in a folder", "assign folder", "organize"],
    **LINKS,
)
class BulkAssignSequencesToFolder(Arguments):
    """Files sequences in a folder, out of the ones they were in. 2 requests."""

    id: Path[FolderId]
    sequence_ids: SequenceIds


@area.post(
    "/v3/sequence-folders/{id}/sequence-links/bulk-delete",
    tool="reply_remove_sequences_from_folder",
    undo=membership(
        "BulkAssignSequencesToFolder", "sequenceIds", joins=False, says="{who} in folder {id} again", noun="sequence"
    ),
    after=[translate_reasons({1: "notInThisFolder"})],
    explain=[hooks.explain_missing_folder],
    before=[drop_duplicate_ids],
    split=("sequenceIds", 1000),
    view=PerItem("sequence", "taken out of the folder", "sequenceIds"),
    also=["unfile campaigns", "take out of the folder", "unassign folder"],
    **LINKS,
)
class BulkUnassignSequencesFromFolder(Arguments):
    """Takes sequences out of a folder; deletes none."""

    id: Path[FolderId]
    sequence_ids: SequenceIds
