"""Files that a multipart request brings."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from reply_mcp.sandbox.http.problems import invalid
from reply_mcp.sandbox.store import Doc

FORM = "multipart/form-data"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it arrived."""

    name: str
    content: bytes
    media_type: str


async def read_form(request: Request) -> tuple[dict[str, Upload], Doc]:
    """The files by field, and the other fields; a 400 where the form cannot be read."""
    files: dict[str, Upload] = {}
    fields: Doc = {}
    try:
        async with request.form() as form:
            for field, value in form.multi_items():
                if isinstance(value, UploadFile):
                    kind = value.content_type or "application/octet-stream"
                    files[field] = Upload(value.filename or "", await value.read(), kind)
                else:
                    fields[field] = value
    except HTTPException as unreadable:
        raise invalid(("", f"The form is not valid: {unreadable.detail}")) from None
    return files, fields
