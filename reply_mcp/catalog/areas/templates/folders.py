"""Folders of email templates; ids count within a type of folder."""

from __future__ import annotations

from pydantic import Field

from reply_mcp.catalog.areas.templates import folder_hooks as hooks
from reply_mcp.catalog.areas.templates.area import area
from reply_mcp.catalog.areas.templates.bodies import OneFolder, Owned, TemplateFolderId
from reply_mcp.catalog.areas.templates.views import FOLDER_COLUMNS
from reply_mcp.catalog.operation import Arguments, Effect, Path
from reply_mcp.catalog.undo import cannot, created, replaced
from reply_mcp.catalog.views import Card, Done, Table

LIST_FOLDERS = "reply_list_template_folders {{}}"


@area.get(
    "/v3/email-template-folders",
    scope="sequences:read",
    tool="reply_list_template_folders",
    view=Table("template folders", FOLDER_COLUMNS),
    also=["email template categories"],
)
class ListEmailTemplateFolders(Arguments):
    """All folders of email templates."""


@area.post(
    "/v3/email-template-folders",
    scope="sequences:write",
    tool="reply_create_template_folder",
    undo=created(
        "DeleteEmailTemplateFolder",
        "GetEmailTemplateFolder",
        noun="template folder",
        given={"folder_type": "folderType"},
    ),
    view=Done('Created {folderType} folder {id} "{name}".'),
    verify_with=LIST_FOLDERS,
    also=["new template category"],
    one_at_a_time=["name"],
)
class CreateEmailTemplateFolder(Arguments):
    """Makes a folder for email templates."""

    name: str = Field(max_length=128)
    folder_type: Owned


@area.get(
    "/v3/email-template-folders/{id}",
    scope="sequences:read",
    tool="reply_get_template_folder",
    view=Card('Folder {id} "{name}"', (FOLDER_COLUMNS[2:],)),
    also=["template category"],
)
class GetEmailTemplateFolder(OneFolder):
    """One folder."""


@area.put(
    "/v3/email-template-folders/{id}",
    scope="sequences:write",
    tool="reply_rename_template_folder",
    undo=replaced("GetEmailTemplateFolder", noun="template folder", look={"id": "id", "folder_type": "folder_type"}),
    view=Done('Folder {id} is now called "{name}".'),
    verify_with=LIST_FOLDERS,
    also=["update template category"],
)
class UpdateEmailTemplateFolder(OneFolder):
    """Renames a folder; default ones stay. 2 requests."""

    name: str = Field(max_length=128)


@area.delete(
    "/v3/email-template-folders/{id}",
    scope="sequences:write",
    tool="reply_delete_template_folder",
    undo=cannot("Which templates were in it is not known any more."),
    preview=hooks.preview_deletion,
    view=Done("Deleted folder {id}."),
    verify_with=LIST_FOLDERS,
    also=["remove template category"],
)
class DeleteEmailTemplateFolder(OneFolder):
    """Deletes a folder. A team's must be empty; templates of a personal one stay, unfiled."""


@area.post(
    "/v3/email-template-folders/{id}/share",
    scope="sequences:write",
    tool="reply_share_template_folder",
    undo=cannot("Reply's API takes no folder back from the team."),
    effect=Effect.SHARE,
    preview=hooks.preview_sharing,
    view=Done('Folder {id} "{name}" and its templates are the team\'s now.'),
    verify_with=LIST_FOLDERS,
    also=["publish templates to team"],
)
class ShareEmailTemplateFolder(Arguments):
    """Gives a personal folder with its templates to the team. No call takes it back."""

    id: Path[TemplateFolderId]
