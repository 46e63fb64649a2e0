"""Playbooks: which ones can be changed, and their authors."""

from __future__ import annotations

from typing import Any

from reply_mcp.catalog.operation import Call
from reply_mcp.catalog.rows import records_of
from reply_mcp.errors import NotDone


async def check_own(call: Call) -> None:
    """Stops where the playbook is one of Reply's own, which can be read and copied only."""
    arguments = call.arguments
    id = str(getattr(arguments, "playbook_id", None) or getattr(arguments, "id", ""))
    if id.casefold().startswith("g-"):
        raise NotDone(
            f"Nothing was changed: {id} is one of Reply's own playbooks. reply_duplicate_playbook makes a copy that "
            "can be changed."
        )


async def add_owner_id(call: Call, answer: Any) -> Any:
    """Adds `ownerUserId`, the key by which names of teammates are found, for `authorUserId`."""
    for row in records_of(answer):
        if row.get("authorUserId") is not None:
            row["ownerUserId"] = row["authorUserId"]
    return answer
