"""A contact list as it is kept."""

from __future__ import annotations

from collections.abc import Iterable

from reply_mcp.sandbox.http.handler import HandlerCall
from reply_mcp.sandbox.store import Doc, Store


def put_on_list(store: Store, own: Doc, contact_ids: Iterable[int]) -> None:
    """Put contacts on a list; whoever is on it stays where they are."""
    store.put("contactList", {**own, "_contactIds": list(dict.fromkeys([*own["_contactIds"], *contact_ids]))})


def visible_lists(call: HandlerCall) -> list[Doc]:
    """The caller's own lists and those shared with the team."""
    return [
        one
        for one in call.store.all("contactList", _teamId=call.key.team_id)
        if one["isShared"] or one["_userId"] == call.key.user_id
    ]
