"""Changes that replace a thing whole: what the caller leaves out is read first and sent again, so that nothing is
cleared that nobody meant to clear."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any, get_args

from pydantic import ValidationError

from reply_mcp.catalog.hooks.read_once import read_once
from reply_mcp.catalog.operation import Before, Call, Part, Where
from reply_mcp.errors import NotDone
from reply_mcp.text.lists import join

Reader = str | Callable[[Call], Awaitable[Any]]
"""The id of the operation that reads the thing by its `id`, or a function that gives it."""


def keep_unset_fields(reader: Reader, *names: str, never_null: tuple[str, ...] = ()) -> Before:
    """Fills in the arguments `names` (Python names) that were left out with what holds now. One request, unless all
    were given. In `never_null` null counts as left out; elsewhere it clears.

    The piece raises `NotDone` where nothing is asked to change, and where what holds now cannot be read: sending
    without it would clear it.
    """

    async def keep(call: Call) -> None:
        arguments = call.arguments
        for name in never_null:
            if getattr(arguments, name) is None:
                arguments.model_fields_set.discard(name)
        left = [name for name in names if name not in arguments.model_fields_set]
        if len(left) == len(names):
            raise NotDone(f"Nothing was changed: give what is to change of {join(_wire(arguments, *names))}.")
        if not left:
            return
        held = await (read_once(call, reader, id=arguments.id) if isinstance(reader, str) else reader(call))
        if not isinstance(held, Mapping):
            raise NotDone(
                f"Nothing was changed: what holds now could not be read, and a change clears what is left out. Give "
                f"{join(_wire(arguments, *left))} too."
            )
        _take_over(arguments, left, never_null, {str(key).casefold(): value for key, value in held.items()})

    return keep


def _take_over(arguments: Any, left: list[str], needed: tuple[str, ...], held: Mapping[str, Any]) -> None:
    for name, wire in zip(left, _wire(arguments, *left), strict=True):
        value = held.get(wire.casefold())
        if value is None and name not in needed:
            continue
        taken = value is not None
        try:
            if taken:
                type(arguments).__pydantic_validator__.validate_assignment(arguments, name, value)
        except ValidationError:
            taken = False
        if not taken:
            raise NotDone(
                f"Nothing was changed: Reply says {wire} is {value!r} now, which it would not take back, and a change "
                f"without it would clear it. Give {wire} too."
            )


def _wire(arguments: Any, *names: str) -> list[str]:
    fields = type(arguments).model_fields
    return [fields[name].alias or name for name in names]


def fill_unset(part: Part, held: Mapping[str, Any]) -> None:
    """Fills in every field that was left out of `part` with what `held` has under its key, whatever the key's case;
    also in objects inside, and in lists whose rows have an id, row by row.

    What was read goes back as it was: documented bounds are for what a caller gives. Nulls, and keys that no request
    documents, are left out.
    """
    found = {str(key).casefold(): value for key, value in held.items()}
    for name, info in type(part).model_fields.items():
        there = found.get((info.alias or name).casefold())
        if there is None or any(isinstance(mark, Where) for mark in info.metadata):
            continue
        if name in part.model_fields_set:
            _fill_inside(getattr(part, name), there)
        else:
            setattr(part, name, _documented(info.annotation, there))


def _fill_inside(given: Any, there: Any) -> None:
    if isinstance(given, Part) and isinstance(there, Mapping):
        fill_unset(given, there)
    elif isinstance(given, list) and isinstance(there, list):
        rows = {str(row["id"]): row for row in there if isinstance(row, Mapping) and row.get("id") is not None}
        for one in given:
            _fill_inside(one, rows.get(str(getattr(one, "id", None))))


def _documented(annotation: Any, value: Any) -> Any:
    """`value` with the documented keys alone, where the annotation is about one kind of object."""
    if isinstance(value, list):
        return [_documented(annotation, one) for one in value]
    models = set(_parts_in(annotation))
    if not isinstance(value, Mapping) or len(models) != 1:
        return value
    fields = {
        (info.alias or name).casefold(): (info.alias or name, info) for name, info in models.pop().model_fields.items()
    }
    known = ((fields[str(key).casefold()], inner) for key, inner in value.items() if str(key).casefold() in fields)
    return {alias: _documented(info.annotation, inner) for (alias, info), inner in known if inner is not None}


def _parts_in(annotation: Any) -> Iterator[type[Part]]:
    if isinstance(annotation, type) and issubclass(annotation, Part):
        yield annotation
    for inner in get_args(annotation):
        yield from _parts_in(inner)
