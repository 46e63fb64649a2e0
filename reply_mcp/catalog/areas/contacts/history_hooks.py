"""Activities of any shape in a line each, and what a missing thread means when a contact's threads are listed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.operation import Call
from reply_mcp.catalog.rows import rows_of
from reply_mcp.errors import ApiError

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.contacts.history import GetContactActivities, GetContactInboxThreads


async def explain_missing_contact(call: Call[GetContactInboxThreads], refusal: ApiError) -> str | None:
    """The inbox's code for a missing thread means a missing contact here."""
    if refusal.status == 404 and refusal.code == "inboxThread.notFound":
        return f"404: there is no contact {call.arguments.id} that this key can see. reply_search_contacts finds ids."
    return None


async def add_summaries(call: Call[GetContactActivities], answer: Any) -> Any:
    """Adds `summary` to each activity: the scalar values of its `content`, whose shape differs by type.

    The sequence, which most have, is apart from it: `_sequence` and `_sequenceId`.
    """
    for row in rows_of(answer):
        content = row.get("content")
        if isinstance(content, dict):
            row["_sequence"], row["_sequenceId"] = content.get("sequenceName"), content.get("sequenceId")
            row["summary"] = _summary({k: v for k, v in content.items() if k not in ("sequenceName", "sequenceId")})
        elif content:
            row["summary"] = str(content)
    return answer


def _summary(content: dict[str, Any]) -> str:
    """`category: Interested (3); url: …`: the scalar values, an id beside its name."""
    scalars: dict[str, Any] = {
        key: value
        for key, value in content.items()
        if isinstance(value, str | int | float) and not isinstance(value, bool) and value != ""
    }
    for key in [key for key in scalars if key.endswith("Name") and f"{key[:-4]}Id" in scalars]:
        noun = key[:-4]
        scalars = {noun: f"{scalars[key]} ({scalars[f'{noun}Id']})"} | scalars
        del scalars[key], scalars[f"{noun}Id"]
    return "; ".join(f"{key}: {value}" for key, value in scalars.items())
