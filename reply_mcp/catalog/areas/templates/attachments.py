"""Files for steps, replies and direct emails."""

from __future__ import annotations

from typing import Annotated

from reply_mcp.catalog.areas.templates.area import area
from reply_mcp.catalog.arguments.files import Upload
from reply_mcp.catalog.operation import Arguments, File, FileLimits
from reply_mcp.catalog.undo import cannot
from reply_mcp.catalog.views import Done


@area.post(
    "/v3/attachments",
    scope="other:write",
    tool="reply_upload_attachment",
    undo=cannot("Reply's API deletes no upload; nothing sends it until a message names it."),
    view=Done("Uploaded {fileName} as attachment {id}.", "Give it in attachmentIds of steps, replies and emails"),
    also=["attach file", "send PDF", "upload document"],
)
class UploadAttachment(Arguments):
    """Uploads a file for steps, replies and direct emails. For templates: reply_upload_template_attachment."""

    file: Annotated[File[Upload], FileLimits()]


@area.post(
    "/v3/attachments/voice",
    tool="reply_upload_voice_message",
    undo=cannot("Reply's API deletes no upload; nothing sends it until a message names it."),
    view=Done("Uploaded {fileName}, {lengthInSeconds} s, as voice attachment {id}."),
    also=["LinkedIn voice note", "audio"],
)
class UploadVoiceAttachment(Arguments):
    """Turns a recording of at most 60 seconds into a LinkedIn voice message."""

    file: Annotated[File[Upload], FileLimits()]
