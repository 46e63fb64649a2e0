"""Answers that carry an id of something with a name: the name beside it, from a list that the client keeps for a while.

Reply answers with bare ids of teammates, schedules and mailboxes; nobody knows people and hours by number.
"""

from __future__ import annotations

from typing import Any

from reply_mcp.catalog.operation import After, Call
from reply_mcp.catalog.rows import records_of, rows_of
from reply_mcp.errors import ReplyError


def add_names_of(*which: str) -> After:
    """Adds `owner` for `ownerUserId` or `ownerId`, `user` for `assignedUserId`, `schedule` for `scheduleId`, `mailbox`
    for `emailAccountId`, `linkedInAccount` for `linkedInAccountId`: `{"id": 70411, "name": "Maria Silva"}`, the id for
    a name where the list cannot be read. A request for each of them, at most one a minute, and none where the caller
    asked for other fields alone."""
    wanted = which or ("owner",)

    async def named(call: Call, answer: Any) -> Any:
        rows = records_of(answer)
        for name in wanted if call.fields is None else [one for one in wanted if _is_asked_for(one, call.fields)]:
            await _name(call, rows, name)
        return answer

    return named


def _is_asked_for(name: str, fields: tuple[str, ...]) -> bool:
    """Whether one of these fields shows this name, or the id beside which it stands."""
    shown = [key.casefold() for key in (name, *_SOURCES[name][0])]
    return any(field.casefold().partition(".")[0] in shown for field in fields)


_SOURCES = {
    "owner": (("ownerUserId", "ownerId"), "WhoamiTeamUsers", "userId", ("userName", "userEmail")),
    "user": (("assignedUserId",), "WhoamiTeamUsers", "userId", ("userName", "userEmail")),
    "schedule": (("scheduleId",), "ListSchedules", "id", ("name",)),
    "mailbox": (("emailAccountId",), "ListEmailAccounts", "id", ("email",)),
    "linkedInAccount": (("linkedInAccountId",), "ListLinkedInAccounts", "id", ("name",)),
}


_LONG = {"ListEmailAccounts": {"top": 1000}}
"""Pages long enough to hold all, with the arguments that resolving names uses too, so that they share one copy."""


async def add_mailbox_states(call: Call, answer: dict[str, Any]) -> Any:
    """Adds to the mailboxes of a sequence in bad health whether they are connected; a request, at most one a minute."""
    accounts = rows_of(answer.get("emailAccounts"))
    if not accounts or str(answer.get("health") or "healthy").casefold() == "healthy":
        return answer
    try:
        listed = rows_of(await call.ask("ListEmailAccounts", **_LONG["ListEmailAccounts"]))
    except ReplyError:
        return answer
    states = {str(one.get("id")): one.get("connectionStatus") for one in listed}
    for one in accounts:
        one["connectionStatus"] = states.get(str(one.get("id")))
    return answer


async def describe_teammate(call: Call, id: Any) -> str:
    """`Maria Silva (70411)`; `user 70411` where the team cannot be read."""
    row: dict[str, Any] = {"ownerUserId": id}
    await _name(call, [row], "owner")
    owner = row["owner"]
    return f"user {id}" if owner["name"] == id else f"{owner['name']} ({id})"


async def _name(call: Call, rows: list[dict[str, Any]], name: str) -> None:
    keys, operation, id_key, titles = _SOURCES[name]
    ids = [next((row[key] for key in keys if row.get(key) is not None), None) for row in rows]
    if all(id is None for id in ids):
        return
    try:
        listed = rows_of(await call.ask(operation, **_LONG.get(operation, {})))
    except ReplyError:
        listed = []  # the ids are shown then
    names = {str(one.get(id_key)): next((one[key] for key in titles if one.get(key)), None) for one in listed}
    for row, id in zip(rows, ids, strict=True):
        if id is not None:
            row[name] = {"id": id, "name": names.get(str(id)) or id}
