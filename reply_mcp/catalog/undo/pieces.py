"""The pieces of `undo` for what is made, and for all that one or a few requests put back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from reply_mcp.catalog.batching import is_open
from reply_mcp.catalog.changes import Inverse, Step
from reply_mcp.catalog.operation import Call, Undo
from reply_mcp.catalog.rows import records_of, rows_of
from reply_mcp.catalog.undo.reading import Read
from reply_mcp.text.lists import join, plural_of

Steps = Callable[[Call, Any, Any], "list[Step] | str"]
"""From the call, what was read before it and what was answered (None where the answer was lost): the requests that put
it back, an empty list where nothing was changed, or why it cannot be put back."""
CHANGES_NOTHING = Undo(changes=False)
"""There is nothing to put back: it shows or computes something, or makes a link that changes nothing by itself."""
LOST = "It is not known what was made: Reply gave no id."


def cannot(why: str, *, read: Read | None = None, unless: Callable[[Call, Any], bool] | None = None) -> Undo:
    """Nothing puts it back; `why` is a sentence.

    Args:
        read: reads what is so before, for `unless`.
        unless: whether it is all so before the call already.
    """
    return Undo(why_not=why, read=read, unchanged=unless)


def put_back(
    read: Read | None,
    steps: Steps,
    remains: str = "",
    *,
    state: Callable[[Any], Mapping[str, Any]] | None = None,
    named: bool = True,
) -> Undo:
    """Put back by the requests that `steps` gives, from what `read` reads before the call.

    Args:
        state: as in `Undo`.
        remains: what stays behind all the same, in a sentence.
        named: whether the answer names `reply_undo`.
    """

    def inverse(call: Call, held: Any, answer: Any) -> Inverse | None:
        found = steps(call, held, answer)
        if isinstance(found, str):
            return Inverse((), found)
        return Inverse(tuple(found), remains) if found else None

    def unchanged(call: Call, held: Any) -> bool:
        return steps(call, held, None) == []

    return Undo(inverse, read, state, named=named, unchanged=None if read is None else unchanged)


def partly(steps: Steps, remains: str) -> Undo:
    """Put back as far as it goes: `remains` says in a sentence what stays."""
    return put_back(None, steps, remains, named=False)


def request(operation: str, says: str, /, **arguments: Any) -> Step:
    """One request, with its arguments by their names on the wire."""
    return Step(operation, arguments, says)


def created(
    delete: str,
    look: str | None = None,
    *,
    noun: str,
    id: str = "id",
    of: str = "id",
    given: Mapping[str, str] | None = None,
    remains: str = "",
) -> Undo:
    """What was made is deleted again; whoever is asked about that reads what hangs on it by then.

    Args:
        delete: the operation that deletes it.
        look: the operation that shows it, with the same arguments, to find what somebody has changed since.
        noun: what it is.
        id: the argument of both for its id, which the answer has under `of`.
        given: further arguments of both, each from an argument of the call (`{"stepId": "stepId"}`).
    """

    def steps(call: Call, held: Any, answer: Any) -> list[Step] | str:
        made = answer.get(of) if isinstance(answer, Mapping) else None
        if made is None:
            return LOST
        wire = call.arguments.wire()
        arguments = {id: made, **{name: wire.get(source) for name, source in (given or {}).items()}}
        name = next((answer.get(key) for key in ("name", "title", "email", "pattern") if answer.get(key)), None)
        called = f"{noun} {made}" + (f' "{name}"' if name else "")
        left = {key: answer[key] for key in call.given if key in answer}
        seen = (look, arguments) if look and left else None
        return [Step(delete, arguments, f"{called} is deleted", left, look=seen)]

    return put_back(None, steps, remains, named=False)


def created_in_bulk(
    delete: str,
    *,
    noun: str,
    ids: str = "ids",
    given: Mapping[str, str] | None = None,
    plural: str = "",
    remains: str = "",
) -> Undo:
    """What several results of a bulk call made is deleted again by one bulk call.

    Args:
        ids: the argument of `delete` that takes the ids.
        given: further arguments of it, each from an argument of the call.
    """

    def steps(call: Call, held: Any, answer: Any) -> list[Step] | str:
        if answer is None:
            return LOST
        made = [row["id"] for row in rows_of(answer) if row.get("id") is not None and not row.get("error")]
        if not made:
            return []
        wire = call.arguments.wire()
        arguments = {ids: made, **{name: wire.get(source) for name, source in (given or {}).items()}}
        count = f"{noun} {made[0]} is" if len(made) == 1 else f"{len(made)} {plural or f'{noun}s'} are"
        return [Step(delete, arguments, f"{count} deleted")]

    return put_back(None, steps, remains, named=False)


def not_failed(ids: list[Any], answer: Any) -> list[Any]:
    """The ids that a failures-only answer does not name, and those of which it says that they may have been done; all
    where it was lost."""
    named = answer if isinstance(answer, Mapping) else {}
    failed = {str(id) for id, why in named.items() if not is_open(_reason(why))}
    return [id for id in ids if str(id) not in failed]


def _ids_in(call: Call, argument: str) -> list[Any]:
    """The ids of an argument (by its name on the wire) that takes one or several."""
    value = call.arguments.wire().get(argument)
    return value if isinstance(value, list) else [value]


def _reason(why: Any) -> str:
    return str(why.get("error") if isinstance(why, Mapping) else why)


def reversed_by(
    operation: str,
    *,
    says: str,
    read: Read | None = None,
    unless: Callable[[Call, Any], bool] | None = None,
    remains: str = "",
    **fixed: Any,
) -> Undo:
    """Another operation takes it back, with the arguments of the call that it takes too.

    Args:
        says: what then holds, with the arguments of the call in braces.
        read: reads what was so before, for `unless`.
        unless: whether it was so before the call already, so that nothing was changed.
        fixed: further arguments of `operation`.
    """

    def steps(call: Call, held: Any, answer: Any) -> list[Step] | str:
        if unless is not None and unless(call, held):
            return []
        wire = {key: value for key, value in call.arguments.wire().items() if value is not None}
        # By the name in the catalog's index: the operation's own module may import this one.
        arguments = {name: wire[name] for name in _names_of(operation, call) if name in wire} | fixed
        return [Step(operation, arguments, says.format_map({**wire, **fixed}))]

    return put_back(read, steps, remains, named=False)


def _names_of(operation: str, call: Call) -> list[str]:
    """The arguments (by their names on the wire) of an operation of the same area."""
    found = next(one for one in call.arguments.operation.area.operations if one.id == operation)
    return [info.alias or name for name, info in found.arguments.model_fields.items()]


def regrouped(
    read: Read,
    ids: str,
    value_of: Callable[[Mapping[str, Any]], Any],
    step: Callable[[Call, Any, list[Any]], Step | None],
    *,
    what: str,
    new: Callable[[Call], Any],
    remains: Callable[[Call], str] = lambda call: "",
) -> Undo:
    """What a bulk call set for each of its things is set again to what each had: a request for each value that some of
    them had.

    Args:
        read: gives the things as they were, as rows with an `id`.
        ids: the argument (by its name on the wire) that names the things.
        value_of: what a row had.
        step: the request that gives some of them a value again; None where there is none.
        what: what that is, before a thing's id: `owner of contact`.
        new: what the call gives them; those that had it stay.
        remains: what stays behind all the same, in a sentence.
    """

    def name(id: Any) -> str:
        return f"{what} {id}"

    def inverse(call: Call, held: Any, answer: Any) -> Inverse | None:
        asked = not_failed(_ids_in(call, ids), answer)
        rows, target = rows_by_id(held), new(call)
        groups: dict[str, tuple[Any, list[Any]]] = {}
        for id in asked:
            if (row := rows.get(str(id))) is not None and str(value := value_of(row)) != str(target):
                groups.setdefault(str(value), (value, []))[1].append(id)
        steps, lost = [], sum(str(id) not in rows for id in asked)
        for value, members in groups.values():
            if (one := step(call, value, members)) is None:
                lost += len(members)
            else:
                left, aims = ({name(id): each for id in members} for each in (target, value))
                steps.append(_compared(one, left, aims))
        rest = f"What {lost} of them had is not known, or cannot be set: they stay as they are." if lost else ""
        stays = " ".join(filter(None, [rest, remains(call) if steps else ""]))
        return Inverse(tuple(steps), stays) if steps or lost else None

    def state(held: Any) -> dict[str, Any]:
        return {name(id): value_of(row) for id, row in rows_by_id(held).items()}

    def unchanged(call: Call, held: Any) -> bool:
        return inverse(call, held, None) is None

    return Undo(inverse, read, state, named=True, unchanged=unchanged)


def rows_by_id(held: Any) -> dict[str, dict[str, Any]]:
    """What was read of one thing or of several, by their ids."""
    return {str(row.get("id")): row for row in records_of(held)}


def _compared(step: Step, left: Mapping[str, Any], aims: Mapping[str, Any]) -> Step:
    """The step, with what its operation reads before it compared with what the change left."""
    return replace(step, left=left, aims=aims, look=("", {}))


def name_ids(ids: list[Any], noun: str) -> str:
    """`task 5`, `tasks 5, 6 and 7`, `12 tasks`: who is meant, as the beginning of a sentence."""
    if len(ids) == 1:
        return f"{noun} {ids[0]}"
    return f"{len(ids)} {plural_of(noun)}" if len(ids) > 5 else f"{plural_of(noun)} {join(ids)}"


def membership(
    other: str,
    ids: str,
    before: Callable[[Any], list[Any] | None] | None = None,
    *,
    read: Read | None = None,
    joins: bool | Callable[[Call], bool],
    says: str,
    noun: str,
    remains: str = "",
    flips: str = "",
    each: bool = False,
) -> Undo:
    """Those that joined leave again, but for those that were there before; or those that left join again.

    Args:
        other: the operation that takes it back, with the same arguments.
        ids: the argument (by its name on the wire) that names them, one or several.
        before: from what was read, those that were there; where it is not given, or gives None, none of a call that
            joins were, and all of a call that leaves.
        joins: whether the call lets them join, or a function that says so.
        says: what then holds, `{who}` and the arguments of the call in braces.
        noun: what they are.
        flips: the argument that lets them join with true and leave with false, where one operation does both.
        each: whether `read` gives the things themselves, so that of one that it does not give nothing is known.
    """

    def steps(call: Call, held: Any, answer: Any) -> list[Step] | str:
        wire = call.arguments.wire()
        asked = not_failed(_ids_in(call, ids), answer)
        found = None if before is None else before(held)
        if found is not None:
            there = {str(one) for one in found}
            joined = joins(call) if callable(joins) else joins
            asked = [one for one in asked if (str(one) not in there) == joined]
        if not asked:
            return []
        arguments = {name: wire[name] for name in _names_of(other, call) if name in wire}
        arguments[ids] = asked if isinstance(wire.get(ids), list) else asked[0]
        if flips:
            arguments[flips] = not wire[flips]
        return [Step(other, arguments, says.format_map({**wire, "who": name_ids(asked, noun)}))]

    def unchanged(call: Call, held: Any) -> bool:
        known = rows_by_id(held)
        of_all = not each or all(str(id) in known for id in _ids_in(call, ids))
        told = before is not None and before(held) is not None
        return told and of_all and steps(call, held, None) == []

    return replace(put_back(read, steps, remains), unchanged=unchanged if before else None)


def defaulted(read: Read, noun: str, *, id: str = "id") -> Undo:
    """What was the default is the default again.

    Args:
        read: gives the list, whose rows have `isDefault`.
        id: the argument that names the new one.
    """

    def steps(call: Call, held: Any, answer: Any) -> list[Step] | str:
        old = state(held)[f"default {noun}"]
        wire = call.arguments.wire()
        if old is None:
            return f"Which {noun} was the default before is not known."
        if str(old) == str(wire[id]):
            return []
        back = Step(call.arguments.operation.id, {**wire, id: old}, f"{noun} {old} is the default again")
        return [_compared(back, {f"default {noun}": wire[id]}, {f"default {noun}": old})]

    def state(held: Any) -> dict[str, Any]:
        return {f"default {noun}": next((row.get("id") for row in rows_of(held) if row.get("isDefault")), None)}

    return put_back(read, steps, state=state)


def attached(read: Read, attach: str, detach: str, argument: str, noun: str) -> Undo:
    """What was attached before is attached again; where nothing was, nothing is.

    Args:
        read: gives what is attached, with its `id`; nothing where nothing is.
        detach: the operation that detaches it; "" where there is none.
        argument: the argument of `attach` that names it.
    """

    def steps(call: Call, held: Any, answer: Any) -> list[Step] | str:
        wire = call.arguments.wire()
        old, new = state(held)[noun], wire.get(argument)
        if str(old) == str(new):
            return []
        there = {key: value for key, value in wire.items() if key != argument}
        if old is None and not detach:
            return f"There was no {noun} before, and no call detaches one."
        if old is None:
            back = Step(detach, there, f"no {noun} is attached again")
        else:
            back = Step(attach, {**there, argument: old}, f"{noun} {old} is attached again")
        return [_compared(back, {noun: new}, {noun: old})]

    def state(held: Any) -> dict[str, Any]:
        return {noun: held.get(argument, held.get("id")) if isinstance(held, Mapping) else None}

    return put_back(read, steps, state=state)


def given_to(
    operation: str, ids: str, argument: str, noun: str, also: str = ""
) -> Callable[[Call, Any, list[Any]], Step | None]:
    """A step for `regrouped` that hands things to a user again; `also` names an argument that goes along as given."""

    def step(call: Call, value: Any, members: list[Any]) -> Step | None:
        if value is None:
            return None
        more = {key: one for key, one in call.given.items() if key == also}
        says = f"{name_ids(members, noun)} with user {value} again"
        return Step(operation, {ids: members, argument: value, **more}, says)

    return step
