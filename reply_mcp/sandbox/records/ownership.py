"""Whose records a call may see, and the refusals for those it may not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from reply_mcp.sandbox.http.body_types import is_integer
from reply_mcp.sandbox.http.bulk import failures_of_each
from reply_mcp.sandbox.http.handler import HandlerCall, Problem, invalid
from reply_mcp.sandbox.store import Doc


def find_in_team(call: HandlerCall, kind: str, number: Any) -> Doc | None:
    """The team's record of this kind and id, or None."""
    found = call.store.get(kind, number) if is_integer(number) else None
    return found if found and found["_teamId"] == call.key.team_id else None


def change_each(
    call: HandlerCall, kind: str, numbers: Iterable[int], act: Callable[[Doc], Any], missing: str = ""
) -> Doc:
    """Do something with each of these records of the team; the refusals by id.

    `missing` is said of those that are not there, with the id for `{id}`.
    """

    def act_on(number: int) -> None:
        own = find_in_team(call, kind, number)
        if own is None:
            raise Problem(404, "notFound", missing.format(id=number))
        act(own)

    return failures_of_each(numbers, act_on)


def team_record_or_404(call: HandlerCall, kind: str, code: str, what: str) -> Doc:
    """The team's record of the path's `{id}`, or a 404 with the area's code; an id of 0 is a 400."""
    check_positive_id(call)
    found = find_in_team(call, kind, call.id)
    if found is None:
        raise Problem(404, code, f"{what} {call.id} was not found.")
    return found


def check_positive_id(call: HandlerCall) -> None:
    """Raise a 400 that points at the path's `{id}` where it is 0."""
    if call.id < 1:
        raise invalid(("id", "The id must be greater than 0."))


def is_teammate(call: HandlerCall, user_id: Any) -> bool:
    """Whether this is a user of the caller's team."""
    user = call.store.get("user", user_id) if is_integer(user_id) else None
    return user is not None and call.key.team_id in user["_teamIds"]


def name_taken(docs: list[Doc], name: str, own: int | None = None) -> bool:
    """Whether another of the documents has this name, whatever its case."""
    wanted = name.strip().lower()
    return any(one["id"] != own and one["name"].lower() == wanted for one in docs)
