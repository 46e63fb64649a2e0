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
from reply_mcp.errors import OutcomeUnknown, RateLimited, ReplyError, RequestCapReached, Unreachable

MOST = 10_000
"""Items that a split argument takes: more requests than these make would not fit into an hour with anything else."""
NOT_TRIED = "not tried"
UNKNOWN = "outcome unknown"
NO_OUTCOME = "Reply reported no outcome"
_IN_JOB, _BY_JOB = "accepted, not done yet: background job", "done by background job"

Failure = dict[str, Any]


def is_open(reason: str) -> bool:
    """Whether what stands among the failures may have been done, or may be yet."""
    return any(words in reason for words in (UNKNOWN, NO_OUTCOME, _IN_JOB, _BY_JOB))


class Batches:
    """A call in the parts that v3 takes, and what came of each.

        batches = Batches(operation, arguments)
        await batches.send(send_one)
        answer = batches.joined(notes)

    A call within v3's limit is one part, whose answer stays as it is.

    Attributes:
        answers: of the parts that were sent, in order. Whoever waits for the background jobs among them puts what came
            of those in their place before the answers are joined.
    """

    def __init__(self, operation: Operation, arguments: Arguments) -> None:
        field, size, self._items = _split_field(operation, arguments)
        starts = range(0, len(self._items), size)
        self._slices = [self._items[start : start + size] for start in starts] if len(self._items) > size else []
        self._parts = [arguments.model_copy(update={field: one}) for one in self._slices] or [arguments]
        self.answers: list[Any] = []
        self._error: ReplyError | None = None

    async def send(self, send: Callable[[Arguments], Awaitable[Any]]) -> None:
        """Sends the parts one after the other, up to the first that fails.

        Raises:
            ReplyError: of the first part. The failure of a later one stands in the answer.
        """
        for part in self._parts:
            try:
                self.answers.append(await send(part))
            except ReplyError as error:
                if not self.answers:
                    raise self._first_failed(error) from None
                self._error = error
                return

    def joined(self, notes: list[str]) -> Any:
        """One answer, in the form of the parts' answers; notes say what a call that stopped early left undone."""
        if not self._slices:
            return self.answers[0]
        failures = self._failures(notes)
        whole = _join_answers(self.answers, self._slices, notes)
        return _add_failures(whole, self._items[-len(failures) :], failures) if failures else whole

    def _first_failed(self, error: ReplyError) -> ReplyError:
        if not self._slices or not isinstance(error, OutcomeUnknown):
            return error
        size, count = len(self._slices[0]), len(self._items)
        return OutcomeUnknown(f"Of the first {size} of {count} items: {error} Not sent: {_items(size + 1, count)}.")

    def _failures(self, notes: list[str]) -> list[Failure]:
        """What became of the items from the failed part on, in their order."""
        if self._error is None:
            return []
        place = len(self.answers)
        failed, done = len(self._slices[place]), sum(map(len, self._slices[:place]))
        behind = len(self._items) - done - failed
        outcome = _outcome(self._error)
        count = len(self._items)
        became = [("sent", 1, done), (outcome, done + 1, done + failed), (NOT_TRIED, done + failed + 1, count)]
        if outcome == NOT_TRIED:
            became[1:] = [(NOT_TRIED, done + 1, count)]
        outcomes = "; ".join(f"{what}: {_items(first, last)}" for what, first, last in became if first <= last)
        notes.append(f"Stopped early: {outcomes}.")
        first = {"error": outcome, "errorDetails": str(self._error)}
        return [first] * failed + [{"error": NOT_TRIED, "errorDetails": None}] * behind


def _items(first: int, last: int) -> str:
    return f"item {first}" if first == last else f"items {first} to {last}"


def _outcome(error: ReplyError) -> str:
    """What an error means for the items of its part."""
    match error:
        case OutcomeUnknown():
            return f"{UNKNOWN}, check before a repeat"
        case RateLimited() | Unreachable() | RequestCapReached():
            return NOT_TRIED  # Reply never processed them
    return "refused"


def _split_field(operation: Operation, arguments: Arguments) -> tuple[str, int, list[Any]]:
    """The field that is split (by its Python name), v3's limit, and what was given."""
    wire_name, size = operation.split or ("", MOST)
    for name, info in type(arguments).model_fields.items():
        if (info.alias or name) == wire_name:
            return name, size, getattr(arguments, name) or []
    return "", size, []


def _join_answers(answers: Sequence[Any], parts: Sequence[list[Any]], notes: list[str]) -> Any:
    """One answer in the form of the parts' answers. Parts that a background job does are named: all of them as
    `jobIds`, some of them as failures that say which job runs them, or how it ended."""
    jobs = [_job(answer) for answer in answers]
    if answers and all(jobs) and not any(map(ended_badly, answers)):
        # The result of a job that is done reports no items: otherwise it would stand here as the answer.
        running = [job for job, answer in zip(jobs, answers, strict=True) if state_of(answer.get(OUTCOME)) in RUNNING]
        return {"jobIds": running or jobs, **({} if running else {"done": True})}
    whole: Any = None
    first = 1
    for answer, part, job in zip(answers, parts, jobs, strict=False):
        if job:
            bad = ended_badly(answer)
            if bad:
                notes.append(f"Background job {job} {bad}: {_items(first, first + len(part) - 1)}.")
            failed = {"error": f"their job {bad}" if bad else _accepted(job, answer), "errorDetails": None}
            whole = _add_failures(whole, part, [failed] * len(part))
        else:
            whole = _merge(whole, _pad(answer, len(part), first, notes))
        first += len(part)
    return whole


def _pad(answer: Any, size: int, first: int, notes: list[str]) -> Any:
    """The answer with a result for each item of its part, so that those of the next part keep their places."""
    results = answer.get("items") if isinstance(answer, Mapping) else answer
    if not isinstance(results, list) or len(results) == size:
        return answer
    notes.append(
        f"Reply answered {len(results)} results for {_items(first, first + size - 1)}: which result belongs to which "
        "item is not certain."
    )
    silent = {"status": "unknown", "error": NO_OUTCOME, "errorDetails": None}
    results = [*results[:size], *[silent] * (size - len(results))]
    return results if isinstance(answer, list) else {**answer, "items": results}


def _accepted(job: str, answer: Mapping[str, Any]) -> str:
    if state_of(answer.get(OUTCOME)) in RUNNING:
        return f"{_IN_JOB} {job}"
    return f"{_BY_JOB} {job}, which does not say what came of each"


def _job(answer: Any) -> str | None:
    put_off = isinstance(answer, Mapping) and (OUTCOME in answer or set(answer) <= {"location", "jobId"})
    return background_job(answer) if put_off else None


def _merge(one: Any, other: Any) -> Any:
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
            return {key: _merge(one.get(key), other.get(key)) for key in {**one, **other}}
    return other


def _add_failures(answer: Any, items: Sequence[Any], failures: Sequence[Failure]) -> Any:
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
    error = str(failure["error"])
    status = "unknown" if is_open(error) else NOT_TRIED if error == NOT_TRIED else "failed"
    return {"id": None, "status": status, "error": ": ".join(filter(None, [error, failure["errorDetails"]]))}


def _name(item: Any) -> str:
    return str(getattr(item, "email", None) or getattr(item, "name", None) or item)
