"""Puts back what an agent changed: the last change, or one of those that `reply_list_changes` shows."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import anyio
from pydantic import Field

from reply_mcp.catalog.area import workflow
from reply_mcp.catalog.areas.account.area import area
from reply_mcp.catalog.changes import Change, Changes, Inverse, Step
from reply_mcp.catalog.operation import Arguments, Call, Effect, Local, Question
from reply_mcp.catalog.views import Brief, Done
from reply_mcp.errors import AlreadyDone, NotDone, OutcomeUnknown, ReplyError
from reply_mcp.text.lists import join, plural
from reply_mcp.text.times import format_time
from reply_mcp.workflows.pieces.undo_steps import Prepared, prepare, request_of

_OFF = "Nothing was changed: changes are not kept here (REPLY_UNDO=0), so none can be undone."
_GONE = "What it had changed is not there any more."
_LISTED = 50


@asynccontextmanager
async def hold_change(call: Call[Undo]) -> AsyncIterator[list[Arguments]]:
    """Finds the change that is meant, and holds it: of several undos of one change, on whichever server, one is at it.
    Without an id it is the one that is the last now, whatever is undone while the call waits.

    Raises:
        NotDone: where there is none, or another call does not end with it.
    """
    changes = _changes(call)
    if call.arguments.change is None:
        change = await _last(changes)
    else:
        change = await _found(changes, call.arguments.change)
    # What is left of an undo that broke off is not the same call again.
    call.means = {"change": change.id, "steps": len(change.inverse.steps)}
    async with changes.turn(change.id):
        yield [request for step in change.inverse.steps if (request := request_of(step)) is not None]


async def find_change(call: Call[Undo]) -> None:
    """Finds what puts the change back by now. A request for each of its steps that may have been changed since.

    Raises:
        NotDone: where it cannot be put back.
        AlreadyDone: where it has been.
    """
    changes = _changes(call)
    change = await _found(changes, call.means["change"])
    if change.undone_by:
        again = " reply_undo again undoes the one before it." if call.arguments.change is None else ""
        raise AlreadyDone(f"Change {change.id} was undone already{f', {by}' if (by := _by(change)) else ''}.{again}")
    if not change.inverse.steps:
        raise NotDone(f"Nothing was changed: change {_named(change)} cannot be undone: {change.why_not}")
    passed = await _passed_over(changes, change) if call.arguments.change is None else []
    call.seen["change"], call.seen["passed"] = change, passed
    prepared = call.seen["steps"] = [await prepare(call, step) for step in change.inverse.steps]
    call.asks_first = bool(passed) or any(one.since for one in prepared)
    if _steps(call):
        return
    if any(one.gone for one in prepared):
        await changes.put(replace(change, inverse=Inverse(()), why_not=_GONE))
        raise NotDone(f"Nothing was changed: change {_named(change)} cannot be undone: {_GONE}")
    await changes.put(replace(change, undone_by=change.id))
    raise AlreadyDone(f"Nothing to undo of change {_named(change)}: {_shown(call, prepared)} already.")


async def _last(changes: Changes) -> Change:
    """The last change that can be undone and is not an undo itself."""
    passed: list[Change] = []
    async for one in changes.newest():
        if one.can_be_undone and not one.undoes:
            return one
        if _is_passed_over(one):
            passed.append(one)
    last = f" The last change, {_named(passed[0])}, cannot be: {passed[0].why_not}" if passed else ""
    raise NotDone(f"Nothing was changed: no change of yours that can be undone is kept.{last}")


async def _found(changes: Changes, id: int) -> Change:
    found = await changes.find(id)
    if found is None:
        raise NotDone(
            f"Nothing was changed: there is no change {id} of yours, or not any more. reply_list_changes has those "
            "that are kept."
        )
    return found


async def _passed_over(changes: Changes, change: Change) -> list[Change]:
    """Those after a change that cannot be undone, the newest first."""
    passed: list[Change] = []
    async for one in changes.newest():
        if one.id <= change.id:
            break
        if _is_passed_over(one):
            passed.append(one)
    return passed


def _is_passed_over(change: Change) -> bool:
    return not (change.inverse.steps or change.undone_by or change.undoes)


def _changes(call: Call) -> Changes:
    if call.changes is None:
        raise NotDone(_OFF)
    return call.changes


def _named(change: Change) -> str:
    """`7 (reply_update_contact, id 5)`."""
    return f"{change.id} ({', '.join(filter(None, [change.tool, change.what]))})"


def _by(change: Change) -> str:
    """`by change 8`; "" where it was so without one."""
    return f"by change {change.undone_by}" if change.undone_by != change.id else ""


def _steps(call: Call) -> list[Prepared]:
    """What there is to do."""
    return [one for one in call.seen["steps"] if not (one.done or one.gone)]


async def effects(call: Call[Undo]) -> tuple[Effect, ...]:
    """The effects of all that it sends."""
    found = [effect for one in _steps(call) for effect in await one.effects()]
    return tuple(dict.fromkeys(found))


async def preview(call: Call[Undo]) -> Question:
    """What would hold then, what the operations ask themselves, and what somebody has changed since."""
    change: Change = call.seen["change"]
    steps = _steps(call)
    lines = [f"This undoes change {_named(change)}, made {_made_at(change)}: {_says(steps)}."]
    passed: list[Change] = call.seen["passed"]
    if passed:
        lines.append(f"It is not the last change: {_named(passed[0])} cannot be undone: {passed[0].why_not}")
    for one in steps:
        lines += [f"Changed since: {line}" for line in one.since]
    facts: list[Any] = []
    count = 0
    for one in steps:
        asked = await one.question()
        facts.append([one.step.operation, one.call.arguments.wire(), one.since, asked.facts])
        if (await one.effects()) != (Effect.WRITE,):
            count += asked.count
            lines += filter(None, [asked.text])
    lines += _what_stays(call, change)
    return Question("\n".join(lines), {"change": change.id, "steps": facts, "count": max(count, 1)})


async def put_back(call: Call[Undo]) -> dict[str, Any]:
    """Sends the steps, one after the other. After each it keeps what is left, and what puts back what was done: an undo
    that breaks off, however that comes, goes on where it was.

    Raises:
        NotDone: where one failed after others were done, with what is back and what is not.
    """
    change: Change = call.seen["change"]
    kept = _Progress(_changes(call), change)
    steps = _steps(call)
    refused: list[str] = []
    for place, one in enumerate(steps):
        try:
            answer, inverse = await one.send()
        except ReplyError as error:
            if not place:
                raise
            unknown = isinstance(error, OutcomeUnknown)
            raise NotDone(
                f"Undone in part. Back: {_shown(call, steps[:place])}. {'Not known' if unknown else 'Not back'}: "
                f"{_shown(call, steps[place:])}. It stopped since: {error} "
                f'reply_undo {{"change": {change.id}}} goes on with the rest.'
            ) from None
        await kept.note(inverse, steps[place + 1 :])
        refused += [f"{key}: {_reason(value)}" for key, value in _failures(answer)]
    text = f"Undone, change {_named(change)}: {_shown(call, steps)}."
    if refused:
        text = f"Undone in part, change {_named(change)}: {_shown(call, steps)}, but for {join(refused[:10], '; ')}."
    text = " ".join([text, *_what_stays(call, change)])
    if kept.undone is not None and kept.undone.can_be_undone:
        text += f' To undo this: reply_undo {{"change": {kept.undone.id}}}.'
    return {"text": text}


class _Progress:
    """What is kept of an undo under way.

    Attributes:
        undone: the undo as a change of its own; None where it could not be kept.
    """

    def __init__(self, changes: Changes, change: Change) -> None:
        self.undone: Change | None = None
        self._changes = changes
        self._change = change
        self._redo: tuple[Step, ...] = ()

    async def note(self, inverse: Inverse | None, rest: Sequence[Prepared]) -> None:
        """Keeps that a step was done. The caller may have gone by then, and where nothing can be kept, the step was
        done all the same: a repeat finds that it was."""
        changes, change = self._changes, self._change
        self._redo = (*(inverse.steps if inverse is not None else ()), *self._redo)
        redo, why_not = Inverse(self._redo), "" if self._redo else "What put the change back cannot be undone itself."
        with anyio.CancelScope(shield=True), suppress(NotDone):
            if self.undone is None:
                self.undone = await changes.add(
                    "reply_undo", f"change {change.id}", redo, why_not=why_not, undoes=change.id
                )
            else:
                self.undone = await changes.put(replace(self.undone, inverse=redo, why_not=why_not))
            if rest:
                left = Inverse(tuple(one.step for one in rest), change.inverse.remains)
                await changes.put(replace(change, inverse=left))
            else:
                by = self.undone.id if self.undone is not None else change.id
                await changes.put(replace(change, undone_by=by))


def _what_stays(call: Call[Undo], change: Change) -> list[str]:
    """What is not as before once all is put back, a sentence for each."""
    gone = [one for one in call.seen["steps"] if one.gone]
    found = [f"Not there any more, so not back: {_shown(call, gone)}."] if gone else []
    return found + [f"Not quite as before: {change.inverse.remains}"] * bool(change.inverse.remains)


def _shown(call: Call[Undo], steps: Sequence[Prepared]) -> str:
    """The steps as an answer says them: without the values where reads need consent."""
    return _says(steps) if call.reads_unasked else f"{plural(len(steps), 'part')} of what it had changed"


def _says(steps: Sequence[Prepared]) -> str:
    return join([one.step.says for one in steps], "; ")


def _failures(answer: Any) -> list[tuple[str, Any]]:
    """The ids that a failures-only answer names."""
    if not isinstance(answer, dict):
        return []
    return [(str(key), value) for key, value in answer.items() if isinstance(value, dict) and "error" in value]


def _reason(value: Any) -> str:
    return str(value.get("errorDetails") or value.get("error"))


def _made_at(change: Change) -> str:
    return format_time(datetime.fromtimestamp(change.at, UTC))


async def list_changes(call: Call[ListChanges]) -> dict[str, Any]:
    """The changes that are kept, the newest first; no request."""
    lines: list[str] = []
    more = False
    async for one in _changes(call).newest():
        if len(lines) == _LISTED:
            more = True
            break
        lines.append(f"{one.id}  {_made_at(one)}  {' '.join(filter(None, [one.tool, one.what]))}: {_state(one)}")
    if more:
        lines.append(f"Older ones than these {_LISTED} are not shown.")
    return {"title": "Your changes, newest first:" if lines else "No change of yours is kept.", "lines": lines}


def _state(change: Change) -> str:
    if change.undone_by:
        return f"undone {_by(change)}".rstrip()
    if change.inverse.steps:
        return f"can be undone: {join([step.says for step in change.inverse.steps[:2]], '; ')}"
    return f"cannot be undone: {change.why_not}"


@workflow(
    area,
    tool="reply_undo",
    effect=Effect.WRITE,
    idempotent=False,
    effect_for=effects,
    preview=preview,
    hold=hold_change,
    before=[find_change],
    run=put_back,
    view=Done("{text}"),
    also=["put it back", "revert", "take back the last change", "restore what was there before", "roll back"],
    example={"change": 7},
)
class Undo(Arguments):
    """Put back your last change, or one of reply_list_changes; asks where somebody has changed it since."""

    change: Local[int | None] = Field(None, ge=1, description="Its id; default your last one")


@workflow(
    area,
    tool="reply_list_changes",
    effect=Effect.READ,
    run=list_changes,
    view=Brief(),
    also=["what did you change", "recent changes", "which changes can be undone"],
)
class ListChanges(Arguments):
    """What you have changed, newest first, and whether it can be undone."""
