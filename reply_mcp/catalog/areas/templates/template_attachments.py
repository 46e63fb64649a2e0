"""Files for email templates."""

from __future__ import annotations

from typing import Annotated

from reply_mcp.catalog.areas.templates.area import area
from reply_mcp.catalog.arguments.files import Upload
from reply_mcp.catalog.operation import Arguments, File, FileLimits
from reply_mcp.catalog.undo import cannot
from reply_mcp.catalog.views import Done


@area.post(
    "/v3/email-template-attachments",
    tool="reply_upload_template_attachment",
    undo=cannot("Reply's API deletes no upload; nothing sends it until a template names it."),
    view=Done("Uploaded {fileName} as attachment {id}.", "Give it in attachmentIds of an email template"),
    also=["attach file to template", "PDF"],
)
class UploadEmailTemplateAttachment(Arguments):
    """Uploads a file for email templates."""

    file: Annotated[File[Upload], FileLimits()]
