"""One after the other: calls on an account that change the same thing take turns, so that none writes behind a look
that another has outdated."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import anyio

from reply_mcp.catalog.operation import Arguments, Effect, Operation, Where
from reply_mcp.errors import NotDone

SECONDS = 60.0
"""How long a call waits for its turn. One that a person is asked about holds none: it ends with the question, and
begins anew after the answer."""


class Turns:
    """The turns on one account."""

    def __init__(self) -> None:
        self._locks: dict[str, tuple[anyio.Lock, int]] = {}

    @asynccontextmanager
    async def take(self, *requests: Arguments) -> AsyncIterator[bool]:
        """Holds the turn of everything that these requests may change; at once for reads. Gives whether another call
        had it before, so that what was read until then may be so no more.

        Raises:
            NotDone: where it did not come in `SECONDS`.
        """
        waited = False
        async with AsyncExitStack() as held:
            try:
                with anyio.fail_after(SECONDS):
                    # Sorted, so that no two calls wait for each other.
                    for thing in sorted({thing for one in requests for thing in things_of(one.operation, one)}):
                        waited |= thing in self._locks
                        await held.enter_async_context(self._turn(thing))
            except TimeoutError:
                raise NotDone(
                    "Nothing was done: another call that changes the same thing is still under way. Call again when it "
                    "has ended."
                ) from None
            yield waited

    @asynccontextmanager
    async def _turn(self, thing: str) -> AsyncIterator[None]:
        lock, waiting = self._locks.get(thing, (None, 0))
        lock = lock or anyio.Lock()
        self._locks[thing] = (lock, waiting + 1)
        try:
            async with lock:
                yield
        finally:
            lock, waiting = self._locks.pop(thing)
            if waiting > 1:
                self._locks[thing] = (lock, waiting - 1)


def things_of(operation: Operation, arguments: Arguments) -> set[str]:
    """What a call changes, as names that calls on the same thing share: `contacts 12`, `email lee@globex.com`.

    They come from the ids in its path and from the arguments that `one_at_a_time` names; a call with neither shares its
    turn with calls that are the same alone.
    """
    if operation.effect is Effect.READ:
        return set()
    places = type(arguments).fields_by_place()
    segments = operation.path.split("/")
    found = set()
    for name, where in places.items():
        if where is Where.PATH and f"{{{name}}}" in segments:
            kind = segments[segments.index(f"{{{name}}}") - 1]
            found.add(f"{kind} {getattr(arguments, name)}".casefold())
    for name in operation.one_at_a_time:
        path = name.split(".")
        found |= {f"{path[-1]} {value}".casefold() for value in _values(arguments, path)}
    return found or {f"{operation.id} {json.dumps(arguments.wire(), sort_keys=True, default=str)}"}


def _values(held: Any, path: list[str]) -> Iterator[str]:
    """What stands at a path of Python names, in each row of a list on the way."""
    if isinstance(held, list):
        for one in held:
            yield from _values(one, path)
    elif path:
        yield from _values(getattr(held, path[0], None), path[1:])
    elif held is not None:
        yield str(held).strip()
