"""Reading what a workflow is made of: a part that Reply refuses is said to be missing, and the others go on."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from reply_mcp.catalog.operation import Call
from reply_mcp.catalog.rows import rows_of
from reply_mcp.errors import ApiError, RateLimited, ReplyError
from reply_mcp.text.cleaning import one_line

_WIDTH = 110
UNREADABLE = "an answer that could not be read"


class Parts:
    """The reads of one call, each named as people know it.

    Attributes:
        missing: why a part could not be read, by its name.
        requests: how many reads were asked for.
    """

    def __init__(self, call: Call) -> None:
        self._call = call
        self.missing: dict[str, str] = {}
        self.requests = 0

    async def read(self, part: str, operation: str, /, **arguments: Any) -> Any:
        """The answer of that operation; None where Reply refused it, which `missing` then tells."""
        self.requests += 1
        try:
            return await self._call.ask(operation, **arguments)
        except ReplyError as error:
            self.miss(part, error)
            return None

    def miss(self, part: str, error: ReplyError) -> None:
        """Says that this part could not be read."""
        self.missing[part] = _why(error)

    async def page(self, part: str, operation: str, /, **arguments: Any) -> Any:
        """The answer of a list; None where it could not be read, which is not the same as an empty one."""
        answer = await self.read(part, operation, **arguments)
        rows = answer.get("items") if isinstance(answer, dict) else answer
        if part not in self.missing and not isinstance(rows, list):
            self.missing[part] = UNREADABLE
        return None if part in self.missing else answer

    async def rows(self, part: str, operation: str, /, **arguments: Any) -> list[dict[str, Any]] | None:
        """The items of a list; None where it could not be read."""
        answer = await self.page(part, operation, **arguments)
        return None if part in self.missing else rows_of(answer)

    def told(self) -> str:
        """`Not read: tasks (403 …); jobs (…).`, or nothing."""
        said = "; ".join(f"{part} ({why})" for part, why in self.missing.items())
        return f"Not read: {said}." if said else ""


def _why(error: ReplyError) -> str:
    if isinstance(error, RateLimited):
        return f"Reply's limit is used up, retry in {round(error.retry_after)} s"
    if isinstance(error, ApiError) and error.status != 403:
        return one_line(f"{error.status} {error.code or error.detail}", _WIDTH).rstrip(". ")
    return one_line(str(error).split(". ")[0], _WIDTH).rstrip(".")


def brief(title: str, *lines: Any) -> dict[str, Any]:
    """The answer that `views.Brief` shows; lines are texts or `{"text", "outside"}`, empty ones go."""
    return {"title": title, "lines": [line for line in lines if line]}


def object_at(row: dict[str, Any], key: str) -> dict[str, Any]:
    """The object under a key; {} where there is none."""
    value = row.get(key)
    return value if isinstance(value, dict) else {}


def called(name: Any, width: int = 40) -> str:
    """A name that somebody chose, short and on one line."""
    return one_line(str(name or ""), width)


def counted(number: int, noun: str, plural: str = "") -> str:
    """`1 person`, `3 people`."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"


def moment(at: datetime | None) -> str:
    """`2026-11-19 14:02 UTC`, whatever the zone it was told in; nothing for None. Which zone the user lives in would
    cost a request to know, so all workflows speak of UTC."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if at else ""
