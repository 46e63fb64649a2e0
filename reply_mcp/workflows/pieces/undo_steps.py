"""The requests that put a change back, each as a call of its operation within the call that undoes."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from pydantic.fields import FieldInfo

from reply_mcp import catalog
from reply_mcp.catalog.answers import has_value, held_value
from reply_mcp.catalog.arguments.nulls import takes_null
from reply_mcp.catalog.arguments.outside_words import mark_arguments
from reply_mcp.catalog.arguments.validation import validate
from reply_mcp.catalog.changes import Changes, Inverse, Step
from reply_mcp.catalog.hooks.read_modify_write import documented, fill_unset, shape_of
from reply_mcp.catalog.hooks.read_once import read_once
from reply_mcp.catalog.operation import Arguments, Call, Effect, FileLimits, Operation, Question, Where
from reply_mcp.catalog.request_caps import RequestCap
from reply_mcp.catalog.undo.values import describe_difference, differences
from reply_mcp.client.recording import read_before
from reply_mcp.errors import ApiError, NotDone, ReplyError, WrongArguments
from reply_mcp.text.lists import join


class StepCall:
    """A step as the hooks of its operation see it (`catalog.operation.Call`)."""

    changes: Changes | None = None
    fields: tuple[str, ...] | None = None
    asks_first = False
    means: Mapping[str, Any] = MappingProxyType({})

    def __init__(self, call: Call, arguments: Arguments) -> None:
        self._call = call
        self.full_names: dict[str, str] = {}
        self.arguments: Any = arguments
        self.seen: dict[str, Any] = {}
        self.notes: list[str] = []
        self.given: Mapping[str, Any] = arguments.wire()

    @property
    def reads_unasked(self) -> bool:
        return self._call.reads_unasked

    async def ask(self, operation: str, /, **arguments: Any) -> Any:
        return await self._call.ask(operation, **arguments)

    async def send(self, arguments: Arguments | None = None) -> Any:
        return await self._call.send(self.arguments if arguments is None else arguments)

    async def resolve_names(self) -> None:
        """Steps have ids alone."""

    async def read_file(self, path: str, limits: FileLimits) -> bytes:
        return await self._call.read_file(path, limits)

    async def save_file(self, path: str, content: bytes) -> str:
        return await self._call.save_file(path, content)

    def at_most(self, requests: int) -> RequestCap:
        return self._call.at_most(requests)

    def read_anew(self) -> None:
        self._call.read_anew()

    async def requests_left(self) -> list[tuple[str, int, int]]:
        return await self._call.requests_left()


@dataclass
class Prepared:
    """A step with what holds now.

    Attributes:
        since: a line for each value that somebody has changed since, as a question says it.
        done: whether all is as it would be made.
        gone: whether the thing is not there any more.
    """

    step: Step
    operation: Operation
    call: StepCall
    since: list[str] = field(default_factory=list)
    done: bool = False
    gone: bool = False
    now: Any = None

    async def effects(self) -> tuple[Effect, ...]:
        if self.operation.effect_for is None:
            return (self.operation.effect,)
        found = await self.operation.effect_for(self.call)
        return found if isinstance(found, tuple) else (found,)

    async def question(self) -> Question:
        """What its operation asks before it; "" where it asks nothing."""
        preview = self.operation.preview
        if preview is None:
            return Question("")
        found = await preview(self.call)
        return found if isinstance(found, Question) else Question(found)

    async def send(self) -> tuple[Any, Inverse | None]:
        """Sends it; what Reply answered, and what puts the step itself back.

        Raises:
            ReplyError
        """
        undo = self.operation.undo
        held, unread = await read_before(undo, self.call)
        try:
            answer = await self.call.send()
        except ApiError as error:
            raise await _explained(self, error) from None
        if undo is None or undo.inverse is None or unread:
            return answer, None
        return answer, undo.inverse(self.call, held, answer)


def request_of(step: Step) -> Arguments | None:
    """The request of a step as it was kept; None where this version knows no such one."""
    try:
        return _arguments(_known(step), step.arguments)
    except NotDone:
        return None


async def prepare(call: Call, step: Step) -> Prepared:
    """The step as it would be sent now.

    Raises:
        NotDone: where this version knows no such step, or the settings switch its operation off.
        ReplyError: where what holds now cannot be read.
    """
    operation = _known(step)
    if call.changes is not None and (why := call.changes.why_off(operation.tool)):
        raise NotDone(f"Nothing was changed: it cannot be undone here, since {why}.")
    made = Prepared(step, operation, StepCall(call, _arguments(operation, step.arguments)))
    if step.look is None:
        return made
    try:
        made.now = await _look(made)
    except ApiError as error:
        if error.status != 404:
            raise
        # What was to be deleted is as it should be.
        made.done = operation.effect is Effect.DELETE
        made.gone = not made.done
        return made
    if step.whole and isinstance(made.now, Mapping):
        made.call.arguments = _arguments(operation, {**step.arguments, **_whole_bodies(operation, step, made.now)})
        fill_unset(made.call.arguments, _without(made.now, step.arguments))
    left, state = _left_and_state(made)
    missing = {place for place, _, _ in differences(step.aims, state, exact=True)}
    if step.aims and not missing and all(has_value(state, key) for key in step.aims):
        made.done = True
        return made
    made.since = [
        describe_difference(place, was_left, there)
        for place, was_left, there in differences(left, state)
        if place in missing or not step.aims
    ]
    return made


def _left_and_state(made: Prepared) -> tuple[Mapping[str, Any], Any]:
    """What the change left, as far as it can be compared, and what holds now by the same names."""
    step, undo = made.step, made.operation.undo
    if step.look is None or step.look[0] or undo is None:
        return step.left, made.now
    if undo.read is None:
        return {}, None
    if undo.state is None:
        return step.left, made.now
    state = undo.state(made.now)
    # A page may hold some of the things alone.
    return {place: value for place, value in step.left.items() if place in state}, state


def _known(step: Step) -> Operation:
    """The step's operation. Raises NotDone where it was kept by a version that knew another one."""
    try:
        operation = catalog.operation(step.operation)
        look = catalog.operation(step.look[0]) if step.look is not None and step.look[0] else None
    except KeyError as unknown:
        raise NotDone(f"Nothing was changed: this version of reply-mcp knows no operation {unknown.args[0]}.") from None
    for one, given in ((operation, step.arguments), (look, step.look[1] if step.look is not None else {})):
        if one is not None and (strange := given.keys() - _fields_of(one).keys()):
            raise NotDone(
                f"Nothing was changed: {one.id} of this version of reply-mcp takes no {join(sorted(strange))}, with "
                "which another version kept the change."
            )
    return operation


def _fields_of(operation: Operation) -> dict[str, FieldInfo]:
    """The arguments of an operation by their names on the wire."""
    return {info.alias or name: info for name, info in operation.arguments.model_fields.items()}


async def _look(made: Prepared) -> Any:
    """What holds now, as the step's look shows it."""
    operation, arguments = made.step.look or ("", {})
    if operation:
        return await read_once(made.call, operation, **arguments)
    undo = made.operation.undo
    return await undo.read(made.call) if undo is not None and undo.read is not None else None


def _arguments(operation: Operation, given: Mapping[str, Any]) -> Arguments:
    """The arguments of a step. What was read from Reply goes back as it was, also where the documentation has another
    type or bound."""
    fields = _fields_of(operation)
    values = {key: value for key, value in given.items() if value is not None or takes_null(fields[key])}
    try:
        made = validate(operation.arguments, values)
    except WrongArguments:
        names = {info.alias or name: name for name, info in operation.arguments.model_fields.items()}
        known = {names[key]: copy.deepcopy(value) for key, value in values.items()}
        made = operation.arguments.model_construct(_fields_set=set(known), **known)
    # What stood there before was written by people outside.
    mark_arguments(made)
    return made


def _whole_bodies(operation: Operation, step: Step, now: Mapping[str, Any]) -> dict[str, Any]:
    """The argument that is the body itself: the thing as it is now, with what is put back."""
    found = {}
    for name, where in operation.arguments.fields_by_place().items():
        info = operation.arguments.model_fields[name]
        back, there = step.arguments.get(info.alias or name), held_value(now, info.alias or name)
        if where is Where.WHOLE_BODY and isinstance(back, Mapping) and isinstance(there, Mapping):
            whole = {**there, **back}
            shape = shape_of(info.annotation, whole)
            found[info.alias or name] = documented(shape, whole) if shape is not None else whole
    return found


def _without(now: Mapping[str, Any], nothing: Mapping[str, Any]) -> dict[str, Any]:
    """What holds now without the fields that were null before."""
    cleared = {key.casefold() for key, value in nothing.items() if value is None}
    inner = {key: value for key, value in nothing.items() if isinstance(value, Mapping)}
    found = {key: value for key, value in now.items() if str(key).casefold() not in cleared}
    for key, value in inner.items():
        there = held_value(found, key)
        if isinstance(there, Mapping):
            found = {
                name: _without(there, value) if name.casefold() == key.casefold() else one
                for name, one in found.items()
            }
    return found


async def _explained(made: Prepared, error: ApiError) -> ReplyError:
    for explain in made.operation.explain:
        meaning = await explain(made.call, error)
        if meaning is not None:
            return ApiError(error.status, meaning, code=error.code, detail=error.detail)
    return error
