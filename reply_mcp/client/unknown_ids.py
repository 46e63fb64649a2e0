"""Ids of nothing: nobody is asked about a call of which one of the things that it names beside its own is not there."""

from __future__ import annotations

from typing import Any

from reply_mcp.catalog.arguments.named_ids import Named
from reply_mcp.catalog.hooks.read_once import has_read, read_once
from reply_mcp.catalog.operation import Call
from reply_mcp.catalog.rows import rows_of
from reply_mcp.client.name_resolution import describe_unknown_id, named_ids
from reply_mcp.errors import ApiError, NotDone

_MOST_READ = 3
"""Ids of one argument that are read one by one."""


async def check_ids_exist(call: Call) -> None:
    """Makes sure of mailboxes, LinkedIn accounts, schedules and teammates that the arguments name beside what the call
    is about: no request for what the call has read, one for others, and up to three where one is not listed.

    Raises:
        NotDone: for an id of nothing, with what there is.
    """
    own = {"id", "ids"}
    for named, ids in named_ids(call.arguments, without=own):
        for id in await _unread(call, named, ids):
            if named.all_listed or await _is_missing(call, named, id):
                error = await describe_unknown_id(call, named, id)
                raise error if call.reads_unasked else NotDone(error.bare)


async def _unread(call: Call, named: Named, ids: list[Any]) -> list[Any]:
    """Those of the ids that nothing in the call has shown to be there, as far as they are looked at."""
    if not (named.record or named.all_listed):
        return []
    left = [id for id in ids if not (named.record and has_read(call, named.record, id=id))]
    if left:
        try:
            rows = rows_of(await call.ask(named.operation, **_long(named)))
        except ApiError:
            return []
        listed = {str(row.get(named.id_key)) for row in rows}
        left = [id for id in left if str(id) not in listed] if listed else []
    return left[:_MOST_READ]


def _long(named: Named) -> dict[str, Any]:
    """What has a list show all, as resolving names asks for it: so that they share one copy."""
    return {"top": 1000} if named.operation == "ListEmailAccounts" else {}


async def _is_missing(call: Call, named: Named, id: Any) -> bool:
    try:
        await read_once(call, named.record, id=id)
    except ApiError as refusal:
        if refusal.status not in (403, 404):
            raise
        return refusal.status == 404
    return False
