"""Changes that replace a thing whole: what the caller leaves out is read first and sent again, so that nothing is
cleared that nobody meant to clear."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from pydantic import ValidationError

from reply_mcp.catalog.hooks.read_once import read_once
from reply_mcp.catalog.operation import Before, Call
from reply_mcp.errors import NotDone

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
            raise NotDone(f"Nothing was changed: give what is to change of {', '.join(_wire(arguments, *names))}.")
        if not left:
            return
        held = await (read_once(call, reader, id=arguments.id) if isinstance(reader, str) else reader(call))
        if not isinstance(held, Mapping):
            raise NotDone(
                f"Nothing was changed: what holds now could not be read, and a change clears what is left out. Give "
                f"{', '.join(_wire(arguments, *left))} too."
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
