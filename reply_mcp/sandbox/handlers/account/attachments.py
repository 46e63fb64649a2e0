"""Uploaded files: what is kept of them is their name, size and, for audio, length."""

from __future__ import annotations

import io
import math
import wave

from reply_mcp.sandbox.http.handler import HandlerCall, HandlerResponse, Problem, operation
from reply_mcp.sandbox.http.uploads import Upload
from reply_mcp.sandbox.store import Doc, public_fields

LONGEST_VOICE = 60
"""Seconds of a voice message."""

_BYTES_A_SECOND = 16_000
"""Of compressed speech at 128 kbit/s, for files whose length is not read."""
_AUDIO = (".mp3", ".m4a", ".wav", ".ogg", ".oga", ".aac", ".webm", ".mp4", ".flac")


@operation("UploadAttachment")
def upload_attachment(call: HandlerCall) -> Doc:
    """Keep a file for messages; its size is in kilobytes, rounded up."""
    file = _file(call)
    doc = {"id": None, "fileName": file.name, "size": math.ceil(len(file.content) / 1024)}
    return public_fields(call.store.put("attachment", {**doc, **_owner(call)}))


@operation("UploadVoiceAttachment")
def upload_voice_attachment(call: HandlerCall) -> Doc:
    """Keep an audio file of up to a minute for a LinkedIn voice message."""
    file = _file(call)
    if not file.media_type.startswith("audio/") and not file.name.lower().endswith(_AUDIO):
        raise Problem(400, "attachment.conversionError", "The file could not be converted to a voice message.")
    seconds = _seconds(file)
    if seconds > LONGEST_VOICE:
        detail = f"The voice message must not exceed {LONGEST_VOICE} seconds."
        raise Problem(400, "attachment.fileTooLong", detail)
    doc = {"id": None, "fileName": file.name, "lengthInSeconds": seconds}
    return public_fields(call.store.put("attachment", {**doc, **_owner(call)}))


@operation("UploadEmailTemplateAttachment")
def upload_email_template_attachment(call: HandlerCall) -> HandlerResponse:
    """Keep a file for email templates; its size is in bytes, and an empty one is a problem without a code."""
    file = call.files.get("file")
    if file is None or not file.content:
        raise Problem(400, None, "File is required.")
    doc = call.store.put(
        "templateAttachment", {"id": None, "fileName": file.name, "url": "", "size": len(file.content), **_owner(call)}
    )
    doc["url"] = f"https://files.reply.example/templates/{doc['id']}"
    return HandlerResponse(201, public_fields(call.store.put("templateAttachment", doc)))


def _owner(call: HandlerCall) -> Doc:
    return {"_userId": call.key.user_id, "_teamId": call.key.team_id}


def _file(call: HandlerCall) -> Upload:
    file = call.files.get("file")
    if file is None or not file.content:
        raise Problem(400, "attachment.emptyFile", "The file is missing or empty.")
    return file


def _seconds(file: Upload) -> int:
    if file.content[:4] != b"RIFF":
        return math.ceil(len(file.content) / _BYTES_A_SECOND)
    try:
        with wave.open(io.BytesIO(file.content)) as sound:
            seconds: float = sound.getnframes() / sound.getframerate()
            return math.ceil(seconds)
    except (wave.Error, EOFError, ZeroDivisionError):
        raise Problem(400, "attachment.conversionError", "The audio could not be read.") from None
