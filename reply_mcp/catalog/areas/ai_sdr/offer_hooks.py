"""Offers and playbooks before they are changed or deleted, and their authors by name."""

from __future__ import annotations

from typing import Any

from reply_mcp.catalog.operation import Call
from reply_mcp.catalog.rows import rows_of
from reply_mcp.errors import ApiError, NotDone


async def not_replys_own(call: Call) -> None:
    """Reply's global playbooks can be read and copied, nothing else."""
    arguments = call.arguments
    id = str(getattr(arguments, "playbook_id", None) or getattr(arguments, "id", ""))
    if id.casefold().startswith("g-"):
        raise NotDone(
            f"Nothing was changed: {id} is one of Reply's own playbooks. reply_duplicate_playbook makes a copy that "
            "can be changed."
        )


async def authors_as_owners(call: Call, answer: Any) -> Any:
    """`authorUserId` under the name that teammates are looked up by."""
    for row in rows_of(answer) or [answer]:
        if isinstance(row, dict) and row.get("authorUserId") is not None:
            row["ownerUserId"] = row["authorUserId"]
    return answer


async def _title(call: Call, operation: str, id: Any) -> str:
    try:
        found = await call.ask(operation, id=id)
    except ApiError as refusal:
        if refusal.status == 404:
            raise
        found = None
    name = found.get("name") if isinstance(found, dict) else None
    return f'"{name}" ({id})' if name else str(id)


async def offer_preview(call: Call) -> str:
    return f"This deletes offer {await _title(call, 'GetOffer', call.arguments.id)} for good."


async def playbook_preview(call: Call) -> str:
    return f"This deletes playbook {await _title(call, 'GetPlaybook', call.arguments.id)} for good."
