"""How many emails a mailbox, a sequence or a person got or sent on a day of the virtual calendar (UTC)."""

from __future__ import annotations

from datetime import datetime

from reply_mcp.sandbox.store import Store


def daily_count(store: Store, what: str, at: datetime) -> int:
    """The count of `what` (`mailbox 12301`) on the day of `at`."""
    found = store.all("dailyCount", what=what)
    return int(found[0]["count"]) if found and found[0]["day"] == at.date().isoformat() else 0


def add_to_daily_count(store: Store, what: str, at: datetime) -> None:
    """Count one more; the count of an earlier day is forgotten."""
    found = store.all("dailyCount", what=what)
    doc = {"id": found[0]["id"] if found else None, "what": what, "day": at.date().isoformat()}
    store.put("dailyCount", {**doc, "count": daily_count(store, what, at) + 1})
