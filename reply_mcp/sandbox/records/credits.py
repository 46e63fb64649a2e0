"""What a team has to spend on finding people and checking addresses."""

from __future__ import annotations

from datetime import datetime

from reply_mcp.sandbox.records.outbox import record_credits
from reply_mcp.sandbox.store import Store

START = {"liveData": 500, "emailValidation": 200}


def credits_left(store: Store, team_id: int, what: str) -> int:
    """The credits that the team has left."""
    account = store.get("credits", team_id) or START
    return int(account[what])


def spend_credits(store: Store, at: datetime, team_id: int, what: str, number: int) -> None:
    """Take credits; a negative number gives them back."""
    account = {**START, **(store.get("credits", team_id) or {}), "id": team_id}
    store.put("credits", {**account, what: account[what] - number})
    record_credits(store, at, what, number)
