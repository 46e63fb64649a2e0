"""Files as arguments: by a path on the server's machine, or by their content.

    file: Annotated[File[Upload], FileLimits(10 * MB, (".txt", ".pdf", ".docx"))]

Size and name are checked before anything is sent, by the client.
"""

from __future__ import annotations

from typing import Any

from pydantic import Field, model_validator

from reply_mcp.catalog.operation import Part


class Upload(Part):
    """A file: `path`, or `name` and `base64`."""

    path: str | None = Field(None, description="File in an allowed folder of this machine")
    name: str | None = None
    base64: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _path_alone(cls, given: Any) -> Any:
        return {"path": given} if isinstance(given, str) else given

    @model_validator(mode="after")
    def _one_source(self) -> Upload:
        if (self.path is None) == (self.base64 is None):
            raise ValueError('give either {"path": …} or {"name": …, "base64": …}')
        if self.base64 is not None and not self.name:
            raise ValueError("base64 needs a name with its ending, such as price-list.pdf")
        return self
