"""Puts back what an agent changed: the last change, or one of those that `reply_list_changes` shows."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from pydantic import Field

from reply_mcp.catalog.area import workflow
from reply_mcp.catalog.areas.account.area import area
from reply_mcp.catalog.changes import Change, Changes, Inverse
from reply_mcp.catalog.operation import Arguments, Call, Effect, Local, Question
from reply_mcp.catalog.views import Brief, Done
from reply_mcp.errors import AlreadyDone, NotDone, OutcomeUnknown, ReplyError
from reply_mcp.text.lists import join
from reply_mcp.text.times import format_time
from reply_mcp.workflows.undo_steps import Prepared, prepare

_OFF = "Nothing was changed: changes are not kept here (REPLY_UNDO=0), so none can be undone."
_LISTED = 50


async def find_change(call: Call[Undo]) -> None:
    """Finds the change and what puts it back by now. A request for each of its steps that may have been changed since.

    Raises:
        NotDone: where there is none, or it cannot be put back.
        AlreadyDone: where it has been.
    """
    changes = _changes(call)
    wanted = call.arguments.change
    passed: list[Change] = []
    if wanted is None:
        change = None
        async for one in changes.newest():
            if one.can_be_undone and not one.undoes:
                change = one
                break
            if not one.undone_by and not one.undoes:
                passed.append(one)
        if change is None:
            last = f" The last change, {_named(passed[0])}, cannot be: {passed[0].why_not}" if passed else ""
            raise NotDone(f"Nothing was changed: no change of yours that can be undone is kept.{last}")
    else:
        change = await changes.find(wanted)
        if change is None:
            raise NotDone(
                f"Nothing was changed: there is no change {wanted} of yours, or not any more. reply_list_changes has "
                "those that are kept."
            )
        if change.undone_by:
            raise AlreadyDone(f"Change {wanted} was undone already, by change {change.undone_by}.")
        if not change.inverse.steps:
            raise NotDone(f"Nothing was changed: change {_named(change)} cannot be undone: {change.why_not}")
    call.means = {"change": change.id}
    call.seen["change"], call.seen["passed"] = change, passed
    prepared = call.seen["steps"] = [await prepare(call, step) for step in change.inverse.steps]
    call.asks_first = bool(passed) or any(one.since for one in prepared)
    if all(one.done for one in prepared):
        await changes.put(_closed(change, change.id))
        raise AlreadyDone(
            f"Nothing to undo of change {_named(change)}: {join([one.step.says for one in prepared], '; ')} already."
        )


def _changes(call: Call) -> Changes:
    if call.changes is None:
        raise NotDone(_OFF)
    return call.changes


def _named(change: Change) -> str:
    """`7 (reply_update_contact, id 5)`."""
    return f"{change.id} ({', '.join(filter(None, [change.tool, change.what]))})"


def _steps(call: Call) -> list[Prepared]:
    return [one for one in call.seen["steps"] if not one.done]


async def effects(call: Call[Undo]) -> tuple[Effect, ...]:
    """The effects of all that it sends."""
    found = [effect for one in _steps(call) for effect in await one.effects()]
    return tuple(dict.fromkeys(found))


async def preview(call: Call[Undo]) -> Question:
    """What would hold then, what the operations ask themselves, and what somebody has changed since."""
    change: Change = call.seen["change"]
    steps = _steps(call)
    lines = [f"This undoes change {_named(change)}, made {_ago(change.at)}: {_says(steps)}."]
    passed: list[Change] = call.seen["passed"]
    if passed:
        lines.append(f"It is not the last change: {_named(passed[0])} cannot be undone: {passed[0].why_not}")
    for one in steps:
        lines += [f"Changed since: {line}" for line in one.since]
    facts: list[Any] = [change.id]
    for one in steps:
        asked = await one.question()
        facts.append([one.step.operation, one.call.arguments.wire(), one.since, asked.facts])
        if asked.text and (await one.effects()) != (Effect.WRITE,):
            lines.append(asked.text)
    if change.inverse.remains:
        lines.append(f"Not quite as before: {change.inverse.remains}")
    return Question("\n".join(lines), facts)


async def put_back(call: Call[Undo]) -> dict[str, Any]:
    """Sends the steps, one after the other, and keeps what puts them back in turn.

    Raises:
        NotDone: where one failed after others were done, with what is back and what is not.
    """
    change: Change = call.seen["change"]
    changes = _changes(call)
    steps = _steps(call)
    redo: list[Inverse] = []
    answers: list[Any] = []
    for place, one in enumerate(steps):
        try:
            answer, inverse = await one.send()
        except ReplyError as error:
            await _keep(changes, change, steps[:place], redo, rest=steps[place:])
            if not place:
                raise
            unknown = isinstance(error, OutcomeUnknown)
            raise NotDone(
                f"Undone in part. Back: {_says(steps[:place])}. {'Not known' if unknown else 'Not back'}: "
                f"{_says(steps[place:])}. It stopped since: {error} "
                f'reply_undo {{"change": {change.id}}} goes on with the rest.'
            ) from None
        answers.append(answer)
        if inverse is not None:
            redo.append(inverse)
    refused = [f"{key}: {_reason(value)}" for answer in answers for key, value in _failures(answer)]
    undone = await _keep(changes, change, steps, redo)
    text = f"Undone, change {_named(change)}: {_says(steps)}."
    if refused:
        text = f"Undone in part, change {_named(change)}: {_says(steps)}, but for {join(refused[:10], '; ')}."
    if change.inverse.remains:
        text += f" Not quite as before: {change.inverse.remains}"
    if undone is not None and undone.can_be_undone:
        text += f' To undo this: reply_undo {{"change": {undone.id}}}.'
    return {"text": text}


async def _keep(
    changes: Changes, change: Change, done: Sequence[Prepared], redo: Sequence[Inverse], rest: Sequence[Prepared] = ()
) -> Change | None:
    """Keeps what was put back, as a change of its own, and what is left of the one that is undone."""
    if not done:
        return None
    steps = tuple(step for inverse in reversed(redo) for step in inverse.steps)
    why_not = "" if steps else "What put the change back cannot be undone itself."
    undone = await changes.add("reply_undo", f"change {change.id}", Inverse(steps), why_not=why_not, undoes=change.id)
    if rest:
        left = Inverse(tuple(one.step for one in rest), change.inverse.remains)
        await changes.put(_with(change, inverse=left))
    else:
        await changes.put(_closed(change, undone.id if undone is not None else change.id))
    return undone


def _with(change: Change, **values: Any) -> Change:
    from dataclasses import replace

    return replace(change, **values)


def _closed(change: Change, by: int) -> Change:
    return _with(change, undone_by=by)


def _says(steps: Sequence[Prepared]) -> str:
    return join([one.step.says for one in steps], "; ")


def _failures(answer: Any) -> list[tuple[str, Any]]:
    """The ids that a failures-only answer names."""
    if not isinstance(answer, dict):
        return []
    return [(str(key), value) for key, value in answer.items() if isinstance(value, dict) and "error" in value]


def _reason(value: Any) -> str:
    return str(value.get("errorDetails") or value.get("error"))


def _ago(at: float) -> str:
    seconds = max(0, round(time.time() - at))
    if seconds < 120:
        return f"{seconds} s ago"
    return f"{seconds // 60} minutes ago" if seconds < 7200 else f"{seconds // 3600} hours ago"


async def list_changes(call: Call[ListChanges]) -> dict[str, Any]:
    """The changes that are kept, the newest first; no request."""
    lines: list[str] = []
    more = False
    async for one in _changes(call).newest():
        if len(lines) == _LISTED:
            more = True
            break
        at = format_time(datetime.fromtimestamp(one.at, UTC))
        lines.append(f"{one.id}  {at}  {' '.join(filter(None, [one.tool, one.what]))}: {_state(one)}")
    if more:
        lines.append(f"Older ones than these {_LISTED} are not shown.")
    return {"title": "Your changes, newest first:" if lines else "No change of yours is kept.", "lines": lines}


def _state(change: Change) -> str:
    if change.undone_by:
        return f"undone by {change.undone_by}" if change.undone_by != change.id else "undone"
    if change.inverse.steps:
        return f"can be undone: {join([step.says for step in change.inverse.steps[:2]], '; ')}"
    return f"cannot be undone: {change.why_not}"


@workflow(
    area,
    tool="reply_undo",
    effect=Effect.WRITE,
    excludes="all",
    idempotent=False,
    effect_for=effects,
    preview=preview,
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
