"""The reads that a workflow is made of: one that fails is named as missing, and the others go on."""

from __future__ import annotations

from typing import Any

from reply_mcp.catalog.operation import Call
from reply_mcp.catalog.rows import rows_of
from reply_mcp.errors import ApiError, RateLimited, ReplyError
from reply_mcp.text.cleaning import inline, one_line

_WIDTH = 110
UNREADABLE = "an answer that could not be read"


class PartialReads:
    """The reads of one call, each named as people know it.

    Attributes:
        missing: why a part could not be read, by its name.
    """

    def __init__(self, call: Call) -> None:
        self.call = call
        self.missing: dict[str, str] = {}

    async def read(self, part: str, operation: str, /, **arguments: Any) -> Any:
        """The answer of that operation; None where it failed, and `missing` has the reason."""
        try:
            return await self.call.ask(operation, **arguments)
        except ReplyError as error:
            self.add_missing(part, error)
            return None

    def add_missing(self, part: str, error: ReplyError) -> None:
        """Names this part as missing, with the reason."""
        self.missing[part] = _why(error)

    async def page(self, part: str, operation: str, /, **arguments: Any) -> Any:
        """The answer of a list; None where it could not be read, as distinct from an empty one."""
        answer = await self.read(part, operation, **arguments)
        rows = answer.get("items") if isinstance(answer, dict) else answer
        if part not in self.missing and not isinstance(rows, list):
            self.missing[part] = UNREADABLE
        return None if part in self.missing else answer

    async def rows(self, part: str, operation: str, /, **arguments: Any) -> list[dict[str, Any]] | None:
        """The items of a list; None where it could not be read."""
        answer = await self.page(part, operation, **arguments)
        return None if part in self.missing else rows_of(answer)

    def describe_missing(self) -> str:
        """`Not read: tasks (403 …); jobs (…).`, or "" where every part was read."""
        parts = "; ".join(f"{part} ({why})" for part, why in self.missing.items())
        return f"Not read: {parts}." if parts else ""


def _why(error: ReplyError) -> str:
    if isinstance(error, RateLimited):
        return f"Reply's limit is used up, retry in {round(error.retry_after)} s"
    if isinstance(error, ApiError) and error.status != 403:
        return one_line(f"{error.status} {error.code or error.detail}", _WIDTH).rstrip(". ")
    return one_line(str(error).split(". ")[0], _WIDTH).rstrip(".")


def brief(title: str, *lines: Any) -> dict[str, Any]:
    """The answer that `views.Brief` shows: lines are texts or `{"text", "outside"}`; empty ones are left out."""
    return {"title": title, "lines": [line for line in lines if line]}


def short_name(name: Any, width: int = 40) -> str:
    """A name that somebody chose, short and on one line."""
    return inline(str(name or ""), width)
