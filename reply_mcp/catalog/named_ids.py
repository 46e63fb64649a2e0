"""Answers that carry an id of something with a name: the name beside it, from a list that the client keeps for a while.

Reply answers with bare ids of teammates, schedules and mailboxes; nobody knows people and hours by number.
"""

from __future__ import annotations

from typing import Any

from reply_mcp.catalog.contacts_lookup import rows_of
from reply_mcp.catalog.operation import After, Call
from reply_mcp.errors import ReplyError


def with_names_of(*which: str) -> After:
    """Adds `owner` for `ownerUserId` or `ownerId`, and `schedule` for `scheduleId`: `{"id": 70411, "name": "Maria"}`,
    without a name where the list cannot be read. A request for each of them, at most one a minute."""
    wanted = which or ("owner",)

    async def named(call: Call, answer: Any) -> Any:
        rows = rows_of(answer) or ([answer] if isinstance(answer, dict) else [])
        for name in wanted:
            await _name(call, rows, name)
        return answer

    return named


_SOURCES = {
    "owner": (("ownerUserId", "ownerId"), "WhoamiTeamUsers", "userId", ("userName", "userEmail")),
    "schedule": (("scheduleId",), "ListSchedules", "id", ("name",)),
}


async def _name(call: Call, rows: list[dict[str, Any]], name: str) -> None:
    keys, operation, id_key, titles = _SOURCES[name]
    ids = [next((row[key] for key in keys if row.get(key) is not None), None) for row in rows]
    if all(id is None for id in ids):
        return
    try:
        listed = rows_of(await call.ask(operation))
    except ReplyError:
        listed = []  # the ids are shown then
    names = {str(one.get(id_key)): next((one[key] for key in titles if one.get(key)), None) for one in listed}
    for row, id in zip(rows, ids, strict=True):
        if id is not None:
            row[name] = {"id": id, "name": names.get(str(id)) or id}
