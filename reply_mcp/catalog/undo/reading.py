"""What is read before a change, at most one request each; what another hook of the call has read serves again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from reply_mcp.catalog.answers import has_value, held_value
from reply_mcp.catalog.hooks.read_once import has_read, read_once
from reply_mcp.catalog.operation import Call
from reply_mcp.catalog.rows import rows_of
from reply_mcp.errors import ApiError

Read = Callable[[Call], Awaitable[Any]]


def listed_by(operation: str, **fixed: Any) -> Read:
    """What an operation lists, with these arguments."""

    async def read(call: Call) -> Any:
        return await read_once(call, operation, **fixed)

    return read


def shown_by(operation: str, **names: str) -> Read:
    """What an operation shows; its arguments come from those of the call, `id` from `id` by default."""
    wanted = names or {"id": "id"}

    async def read(call: Call) -> Any:
        wire = call.arguments.wire()
        return await read_once(call, operation, **{name: wire.get(source) for name, source in wanted.items()})

    return read


def shown_if_there(operation: str, **names: str) -> Read:
    """What an operation shows, as `shown_by` reads it; None where Reply has no such thing."""
    of = shown_by(operation, **names)

    async def read(call: Call) -> Any:
        try:
            return await of(call)
        except ApiError as refusal:
            if refusal.status != 404:
                raise
            return None

    return read


def one_or_page(one: str, page: str, ids: str, **fixed: Any) -> Read:
    """The things that a bulk call names: of one, itself; of several, each where the call has read it already (for its
    question), else those that a page holds.

    Args:
        one: the operation that shows one by its `id`.
        page: the operation that lists them, with `fixed` for its arguments.
        ids: the argument of the call (by its name on the wire) that names them.
    """

    async def read(call: Call) -> Any:
        named = call.arguments.wire().get(ids) or []
        if len(named) == 1:
            return await read_once(call, one, id=named[0])
        if all(has_read(call, one, id=id) for id in named):
            return [await read_once(call, one, id=id) for id in named]
        return await read_once(call, page, **fixed)

    return read


def ids_at(key: str) -> Callable[[Any], list[Any] | None]:
    """Gives the ids of the rows under a key of what was read, None where there is no such key; of its own rows for
    ""."""

    def ids(held: Any) -> list[Any] | None:
        if key and not has_value(held, key):
            return None
        return [row.get("id") for row in rows_of(held_value(held, key) if key else held)]

    return ids
