"""One after the other: calls on an account that change the same thing take turns, so that none writes behind a look
that another has outdated.

A thing is named as every call names it: `sequence 77` is the same whether it is the id in a path, one of the `ids` of
a bulk call, or the `sequenceId` among an import's options. One turn is of the whole account: the effect of many calls
hangs on whether any sequence runs, so that what starts some waits for those.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import deque
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import anyio

from reply_mcp.catalog.fields import Part
from reply_mcp.catalog.operation import Arguments, Effect, Operation
from reply_mcp.client.leases import Lease, extending
from reply_mcp.client.stores import StoreDown
from reply_mcp.client.stores.shared_state import MemoryState, SharedState
from reply_mcp.errors import NotDone

SECONDS = 60.0
"""How long a call waits for its turn. One that a person is asked about holds none: it ends with the question, and
begins anew after the answer."""

MOST_NAMED = 100
"""Things in one argument; a call on more of them holds the turn of none of these."""
EFFECTS = "effects that hang on what runs"
_ID = re.compile(r"(?:(\w+)_)?ids?")
_SHARED = frozenset({"user", "owner_user", "time_zone", "timezone", "color", "parent", "attachment"})
"""What many calls name and none of them changes."""
_SHORT = {
    "account": "contactaccount",
    "calendar": "holidaycalendar",
    "flow": "reengagementflow",
    "job": "backgroundjob",
    "list": "contactlist",
}
"""Arguments that name a kind of thing in fewer words than its path does."""


class Turns:
    """The turns on one account.

    Args:
        state: where the calls of other servers see what these hold; where it cannot be reached, they do not.
        account: names the account in it, and tells nobody who has the state alone what is held.
    """

    def __init__(self, state: SharedState | None = None, account: str = "") -> None:
        self._turns: dict[str, _Turn] = {}
        self._state = state or MemoryState()
        self._account = account

    @asynccontextmanager
    async def take(self, *requests: Arguments) -> AsyncIterator[bool]:
        """Holds the turn of everything that these requests may change; at once for reads. Gives whether it had to wait
        for another call, so that what was read until then may be so no more.

        Raises:
            NotDone: where it did not come in `SECONDS`.
        """
        claims = _claims_of_all(requests)
        if not claims:
            yield False
            return
        async with AsyncExitStack() as held:
            try:
                with anyio.fail_after(SECONDS):
                    waited, leases = await self._acquire(claims, held)
            except TimeoutError:
                raise NotDone(
                    "Nothing was done: another call that changes the same thing is still under way. Call again when it "
                    "has ended."
                ) from None
            async with extending(leases):
                yield waited

    async def _acquire(self, claims: dict[str, bool], held: AsyncExitStack) -> tuple[bool, list[Lease]]:
        """Takes each turn here, then in the shared state as long as that is reached. Gives whether any of it took
        waiting, and what is held in the state; `held` lets all of it go again."""
        waited, reachable = False, True
        leases: list[Lease] = []
        # Sorted, so that no two calls wait for each other.
        for thing, alone in sorted(claims.items()):
            turn = self._turns.setdefault(thing, _Turn())
            held.callback(self._leave, thing, turn)
            turn.users += 1
            waited |= await turn.acquire(alone)
            held.callback(turn.release)
            if not reachable:
                continue
            leases.append(lease := Lease(self._state, self._name(thing)))
            held.push_async_callback(lease.release)
            try:
                waited |= await lease.acquire(alone=alone)
            except StoreDown:
                reachable = False
        return waited, leases

    def _name(self, thing: str) -> str:
        return f"turn:{hashlib.blake2b(thing.encode(), key=self._account.encode(), digest_size=16).hexdigest()}"

    def _leave(self, thing: str, turn: _Turn) -> None:
        turn.users -= 1
        if not turn.users:
            self._turns.pop(thing, None)


class _Turn:
    """A lock that one call holds alone, or several together. Who wants it alone keeps nobody from sharing it."""

    def __init__(self) -> None:
        self.users = 0
        """Calls that hold it or wait for it."""
        self._holders = 0
        self._alone = False
        self._waiting: deque[tuple[anyio.Event, bool]] = deque()

    async def acquire(self, alone: bool) -> bool:
        """Takes it. Gives whether that took waiting."""
        if self._free_for(alone) and not (alone and self._waiting):
            self._hold(alone)
            return False
        event = anyio.Event()
        place = (event, alone)
        self._waiting.append(place)
        try:
            await event.wait()
        except BaseException:
            if place in self._waiting:
                self._waiting.remove(place)
            else:
                self.release()
            raise
        return True

    def release(self) -> None:
        """Gives it to whoever is next."""
        self._holders -= 1
        self._alone = self._alone and self._holders > 0
        self._wake()

    def _free_for(self, alone: bool) -> bool:
        return not self._holders or not (alone or self._alone)

    def _hold(self, alone: bool) -> None:
        self._holders += 1
        self._alone = alone

    def _wake(self) -> None:
        for place in list(self._waiting):
            event, alone = place
            if self._free_for(alone):
                self._waiting.remove(place)
                self._hold(alone)
                event.set()


def _claims_of_all(requests: Iterable[Arguments]) -> dict[str, bool]:
    claims: dict[str, bool] = {}
    for one in requests:
        for thing, alone in claims_of(one).items():
            claims[thing] = alone or claims.get(thing, False)
    return claims


def claims_of(arguments: Arguments) -> dict[str, bool]:
    """Whose turns a request takes, each with whether it holds it alone: those of the things that it changes, and that
    of the account where its effect hangs on what runs."""
    operation = arguments.operation
    if operation.effect is Effect.READ or operation.stops:
        return {}
    claims = dict.fromkeys(things_of(operation, arguments), True)
    # Where the effect hangs on one sequence, that is among its things.
    hangs = operation.effect_for is not None and not any(thing.startswith("sequence ") for thing in claims)
    if operation.starts or (hangs and not any(map(_is_long, vars(arguments).values()))):
        claims[EFFECTS] = operation.starts
    return claims


def things_of(operation: Operation, arguments: Arguments) -> set[str]:
    """What a call changes, as names that calls on the same thing share: `contact 12`, `email lee@globex.com`.

    They come from the ids among its arguments and from the arguments that `one_at_a_time` names; a call with neither
    shares its turn with calls that are the same alone.
    """
    segments = operation.path.split("/")
    found = {
        f"{kind} {value}".casefold()
        for name, value in _ids_in(arguments)
        if value is not None and (kind := _kind_of(name, segments))
    }
    for name in operation.one_at_a_time:
        path = name.split(".")
        found |= {f"{path[-1]} {value}".casefold() for value in _values(arguments, path)}
    return found or {f"{operation.id} {json.dumps(arguments.wire(), sort_keys=True, default=str)}"}


def _is_long(value: Any) -> bool:
    """Whether an argument makes a call last: whoever opts out, or starts another sequence, must not wait for it."""
    return isinstance(value, list) and len(value) > MOST_NAMED


def _ids_in(part: Part, *, nested: bool = False) -> Iterator[tuple[str, Any]]:
    """Every id that is given, with the name of its argument (in Python). An `id` within a part is of that part."""
    for name, value in vars(part).items():
        if isinstance(value, Part):
            yield from _ids_in(value, nested=True)
        elif isinstance(value, list) and value and isinstance(value[0], Part) and not _is_long(value):
            for one in value:
                yield from _ids_in(one, nested=True)
        elif _ID.fullmatch(name) and not (nested and name in ("id", "ids")) and not _is_long(value):
            yield from ((name, one) for one in (value if isinstance(value, list) else (value,)))


def _kind_of(name: str, segments: Iterable[str]) -> str:
    """The kind of thing that an argument is the id of: `sequence`; "" where no call changes such things."""
    kind = _ID.sub(r"\1", name)
    if kind in _SHARED:
        return ""
    if not kind:
        # `/v3/sequences/{id}/steps/bulk-delete` with `id` is of a sequence, with `ids` of steps.
        places = list(segments)
        until = places.index("{id}") if name == "id" and "{id}" in places else len(places)
        kind = next((one for one in reversed(places[:until]) if one.endswith("s")), "")
        kind = f"{kind[:-3]}y" if kind.endswith("ies") else kind[:-1]
    kind = re.sub(r"[-_]", "", kind)
    return _SHORT.get(kind, kind)


def _values(held: Any, path: list[str]) -> Iterator[str]:
    """What stands at a path of Python names, in each row of a list on the way."""
    if isinstance(held, list):
        for one in held:
            yield from _values(one, path)
    elif path:
        yield from _values(getattr(held, path[0], None), path[1:])
    elif held is not None:
        yield str(held).strip()
