"""What bulk calls have in common: the ids in a body, and an answer of failures by id."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from reply_mcp.sandbox.http.body_types import is_integer
from reply_mcp.sandbox.http.handler import HandlerCall, Problem, invalid
from reply_mcp.sandbox.store import Doc

MOST = 1000


def id_list(call: HandlerCall, name: str, detail: str = "At least one ID is required.") -> list[int]:
    """A non-empty array of integers in the body, or a 400 that points at it."""
    ids = call.json_object().get(name)
    if not isinstance(ids, list) or not ids:
        raise invalid((f"/{name}", detail))
    wrong = [(f"/{name}/{at}", "An integer is required.") for at, number in enumerate(ids) if not is_integer(number)]
    if wrong:
        raise invalid(*wrong)
    return ids


def bulk_ids(call: HandlerCall, name: str, detail: str, most: int = MOST) -> list[int]:
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


def failure_of(problem: Problem) -> Doc:
    """A refusal as the failure of one item: its code without the area."""
    details = problem.detail or "; ".join(what for _, what in problem.errors)
    return item_failure((problem.code or "invalidInput").rsplit(".", 1)[-1], details or None)


def results_of_each(items: Any, create: Callable[[Any], int]) -> list[Doc]:
    """Make something of each item of the body; for each the id that `create` gives it, or the refusal."""
    if not isinstance(items, list) or not items:
        raise invalid(("", "A non-empty array is required."))
    results: list[Doc] = []
    for item in items:
        try:
            results.append({"id": create(item), "error": None, "errorDetails": None})
        except Problem as problem:
            results.append({"id": None, **failure_of(problem)})
    return results


def failures_of_each(numbers: Iterable[int], act: Callable[[int], Any]) -> Doc:
    """Do something with each; the refusals by id."""
    failed: Doc = {}
    for number in numbers:
        try:
            act(number)
        except Problem as problem:
            failed[str(number)] = failure_of(problem)
    return failed
