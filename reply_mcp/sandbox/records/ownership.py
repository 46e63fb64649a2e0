"""Whose records a call may see, how a body names several, and the refusals for those it may not."""

from __future__ import annotations

from typing import Any

from reply_mcp.sandbox.http.body_types import is_integer
from reply_mcp.sandbox.http.handler import HandlerCall, Problem, invalid
from reply_mcp.sandbox.store import Doc

MOST_IN_BULK = 1000


def find_in_team(call: HandlerCall, kind: str, number: Any) -> Doc | None:
    """The team's record of this kind and id, or None."""
    found = call.store.get(kind, number) if is_integer(number) else None
    return found if found and found["_teamId"] == call.key.team_id else None


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


def name_taken(docs: list[Doc], name: str, own: int | None = None) -> bool:
    """Whether another of the documents has this name, whatever its case."""
    wanted = name.strip().lower()
    return any(one["id"] != own and one["name"].lower() == wanted for one in docs)


def id_list(call: HandlerCall, name: str, detail: str = "At least one ID is required.") -> list[int]:
    """A non-empty array of integers in the body, or a 400 that points at it."""
    ids = call.json_object().get(name)
    if not isinstance(ids, list) or not ids:
        raise invalid((f"/{name}", detail))
    wrong = [(f"/{name}/{at}", "An integer is required.") for at, number in enumerate(ids) if not is_integer(number)]
    if wrong:
        raise invalid(*wrong)
    return ids


def bulk_ids(call: HandlerCall, name: str, detail: str, most: int = MOST_IN_BULK) -> list[int]:
    """The body's array of ids without doubles: at least one, at most `most`, each 1 or more."""
    ids = id_list(call, name, detail)
    if len(ids) > most:
        raise invalid((f"/{name}", f"At most {most} items are allowed."))
    wrong = [(f"/{name}/{at}", "An id must be greater than 0.") for at, number in enumerate(ids) if number < 1]
    if wrong:
        raise invalid(*wrong)
    return list(dict.fromkeys(ids))


def item_failure(error: str, details: str | None = None) -> Doc:
    """One item of a bulk call that was not processed."""
    return {"error": error, "errorDetails": details}
