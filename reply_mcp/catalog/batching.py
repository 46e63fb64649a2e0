"""Bulk calls beyond what v3 takes at a time: sent in parts, one after the other, and their answers put together.

An operation says so in its header, `split=("contactIds", 100)`: its model then takes up to `MOST` items. The first
part may fail as any call does, since nothing was done. Where a later one fails, its items and those behind it are
failures in the answer's own form, and a note says how far it came.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from reply_mcp.catalog.background_jobs import (
    OUTCOME,
    RUNNING,
    background_job,
    ended_badly,
    state_of,
)
from reply_mcp.catalog.operation import Arguments, Operation
from reply_mcp.errors import OutcomeUnknown, RateLimited, ReplyError, Unreachable

MOST = 10_000
"""Items that a split argument takes: more requests than these make would not fit into an hour with anything else."""

Failure = dict[str, Any]
Finish = Callable[[list[Any]], Awaitable[list[Any]]]
"""Waits for the background jobs among the answers of a call's parts; gives what each answer came to."""


async def send_in_parts(
    operation: Operation,
    arguments: Arguments,
    send: Callable[[Arguments], Awaitable[Any]],
    notes: list[str],
    finish: Finish | None = None,
) -> Any:
    """The answer to these arguments, each part sent by `send`; notes say what a broken-off call left undone.

    `finish` waits for the background jobs among the answers, once all parts are sent.

    Raises:
        ReplyError: of the first part.
    """
    field, size, items = _split(operation, arguments)
    if len(items) <= size:
        answer = await send(arguments)
        return (await finish([answer]))[0] if finish else answer
    parts = [items[start : start + size] for start in range(0, len(items), size)]
    answers: list[Any] = []
    failures: list[Failure] = []
    for part in parts:
        try:
            answers.append(await send(arguments.model_copy(update={field: part})))
        except ReplyError as error:
            if not answers:
                if isinstance(error, OutcomeUnknown):
                    rest = f"items {size + 1} to {len(items)} were not sent"
                    raise OutcomeUnknown(f"Of the first {size} of {len(items)} items: {error} {rest}.") from None
                raise
            failures = _broken_off(error, part, items, len(answers) * size, notes)
            break
    if finish:
        answers = await finish(answers)
    whole = _together(answers, parts, notes)
    return _with_failures(whole, items[-len(failures) :], failures) if failures else whole


def _split(operation: Operation, arguments: Arguments) -> tuple[str, int, list[Any]]:
    """The field that is split (by its Python name), v3's limit, and what was given."""
    wire_name, size = operation.split or ("", MOST)
    for name, info in type(arguments).model_fields.items():
        if (info.alias or name) == wire_name:
            return name, size, getattr(arguments, name) or []
    return "", size, []


def _broken_off(error: ReplyError, part: list[Any], items: list[Any], done: int, notes: list[str]) -> list[Failure]:
    """What became of the items from the failed part on, in their order; notes how far it came."""
    match error:
        case OutcomeUnknown():
            word = "outcome unknown, look before a repeat"
        case RateLimited() | Unreachable():
            word = "not tried"  # nothing was spent on them
        case _:
            word = "refused"
    behind = len(items) - done - len(part)
    before = f"items 1 to {done} were sent; " if done else ""
    last = f"; items {done + len(part) + 1} to {len(items)} were not tried" if behind else ""
    notes.append(f"Broken off: {before}items {done + 1} to {done + len(part)}: {word}{last}.")
    failed = {"error": word, "errorDetails": str(error)}
    return [failed] * len(part) + [{"error": "not tried", "errorDetails": None}] * behind


def _together(answers: Sequence[Any], parts: Sequence[list[Any]], notes: list[str]) -> Any:
    """One answer in the form of the parts' answers. Parts that Reply put off to a background job are named: all of them
    as `jobIds`, some of them as failures that say where they run, or how they ended."""
    jobs = [_job(answer) for answer in answers]
    if answers and all(jobs) and not any(map(ended_badly, answers)):
        # Those that are done said nothing of their items, or they would have the form of an answer.
        running = [job for job, answer in zip(jobs, answers, strict=True) if state_of(answer.get(OUTCOME)) in RUNNING]
        return {"jobIds": running or jobs, **({} if running else {"done": True})}
    whole: Any = None
    first = 1
    for answer, part, job in zip(answers, parts, jobs, strict=False):
        if job:
            bad = ended_badly(answer)
            if bad:
                notes.append(f"Items {first} to {first + len(part) - 1}: background job {job} {bad}.")
            failed = {"error": f"their job {bad}" if bad else _accepted(job, answer), "errorDetails": None}
            whole = _with_failures(whole, part, [failed] * len(part))
        else:
            whole = _merged(whole, _padded(answer, len(part), first, notes))
        first += len(part)
    return whole


def _padded(answer: Any, size: int, first: int, notes: list[str]) -> Any:
    """The answer with a result for each item of its part, so that those of the next part keep their places."""
    results = answer.get("items") if isinstance(answer, Mapping) else answer
    if not isinstance(results, list) or len(results) == size:
        return answer
    notes.append(
        f"Reply answered {len(results)} results for items {first} to {first + size - 1}: who is who among these is not "
        "certain."
    )
    silent = {"status": "unknown", "error": "Reply did not say what came of it", "errorDetails": None}
    results = [*results[:size], *[silent] * (size - len(results))]
    return results if isinstance(answer, list) else {**answer, "items": results}


def _accepted(job: str, answer: Mapping[str, Any]) -> str:
    if state_of(answer.get(OUTCOME)) in RUNNING:
        return f"accepted, not done yet: background job {job}"
    return f"done by background job {job}, which does not say what came of each"


def _job(answer: Any) -> str | None:
    put_off = isinstance(answer, Mapping) and (OUTCOME in answer or set(answer) <= {"location", "jobId"})
    return background_job(answer) if put_off else None


def _merged(one: Any, other: Any) -> Any:
    """Two answers of a kind as one: lists joined, counts added, dictionaries merged, flags true where both are."""
    match one, other:
        case (None, _) | (_, None):
            return other if one is None else one
        case (bool(), bool()):
            return one and other
        case (int() | float(), int() | float()):
            return one + other
        case (list(), list()):
            return one + other
        case (Mapping(), Mapping()):
            return {key: _merged(one.get(key), other.get(key)) for key in {**one, **other}}
    return other


def _with_failures(answer: Any, items: Sequence[Any], failures: Sequence[Failure]) -> Any:
    """The answer with these failures in its own form: results by position, `notProcessed`, or keyed by id. An answer
    that has no place for failures stays as it is; the note says what is missing."""
    if isinstance(answer, list):
        return [*answer, *failures]
    if not isinstance(answer, Mapping | None):
        return answer
    named = {_name(item): failure for item, failure in zip(items, failures, strict=True)}
    given = answer or {}
    if isinstance(given.get("items"), list):
        return {**given, "items": [*given["items"], *map(_result, failures)]}
    if "added" in given or "notProcessed" in given:
        return {**given, "notProcessed": {**(given.get("notProcessed") or {}), **named}}
    if all(isinstance(value, Mapping | str) for value in given.values()):
        return {**given, **named}
    return answer


def _result(failure: Failure) -> Failure:
    """A failure as a result of an import, which has one place for the reason."""
    said = ": ".join(filter(None, [failure["error"], failure["errorDetails"]]))
    return {"id": None, "status": "failed", "error": said}


def _name(item: Any) -> str:
    return str(getattr(item, "email", None) or getattr(item, "name", None) or item)
