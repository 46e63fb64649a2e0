"""What a call holds in the shared state, so that calls on other servers, or other workers of this one, wait for it."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

import anyio

from reply_mcp.client.stores import StoreDown
from reply_mcp.client.stores.shared_state import SharedState

SECONDS = 30.0
"""How long a name stays held by a call that did not extend it: then its server has ended."""
EXTEND_EVERY = 10.0
SHARERS = 16
"""Calls that hold one name together; more of them wait. Who wants it alone looks at so many entries."""
_POLL_SECONDS = 0.05


class Lease:
    """A name that one call holds alone, or several together. Waiting for it has no end of its own.

    Raises:
        StoreDown: from `acquire`, where the state cannot be reached.
    """

    def __init__(self, state: SharedState, name: str) -> None:
        self._state = state
        self._name = name
        self._token = secrets.token_hex(8)
        self._entry = ""
        """The entry that says who holds it; "" where this call does not."""

    async def acquire(self, *, alone: bool = True) -> bool:
        """Takes it. Gives whether that took waiting."""
        waited = False
        while not await (self._take(self._name) if alone else self._share()):
            waited = True
            await anyio.sleep(_POLL_SECONDS)
        # Who comes now to share it sees that it is held, and those who do already are waited for.
        for place in self._places() if alone else ():
            while await self._state.get(place):
                waited = True
                await anyio.sleep(_POLL_SECONDS)
        return waited

    async def extend(self) -> None:
        """Holds it for `SECONDS` from now on, where no other call has taken it meanwhile."""
        with suppress(StoreDown):
            if not self._entry:
                return
            held = await self._state.get(self._entry)
            if held == self._token:
                await self._state.put(self._entry, self._token, SECONDS)
            elif held is None:  # the state has lost it
                await self._state.add(self._entry, self._token, SECONDS)

    async def release(self) -> None:
        """Gives it to whoever is next; nothing where it is not held, or no longer."""
        with anyio.CancelScope(shield=True), suppress(StoreDown):
            if self._entry and await self._state.get(self._entry) == self._token:
                await self._state.take(self._entry)
        self._entry = ""

    async def _share(self) -> bool:
        if await self._state.get(self._name):
            return False
        for place in self._places():
            if await self._take(place):
                break
        else:
            return False
        if not await self._state.get(self._name):
            return True
        await self.release()
        return False

    async def _take(self, entry: str) -> bool:
        # Before it is known whether it was kept: whoever is canceled meanwhile leaves nothing behind.
        self._entry = entry
        try:
            if await self._state.add(entry, self._token, SECONDS):
                return True
            if await self._state.get(entry) != "":
                return False
            await self._state.take(entry)  # another program's, which might never end
            return await self._state.add(entry, self._token, SECONDS)
        except StoreDown:
            # What was sent may still be done. It ends by itself: the state would be waited for once more.
            self._entry = ""
            raise

    def _places(self) -> list[str]:
        return [f"{self._name}:{number}" for number in range(SHARERS)]


@asynccontextmanager
async def extending(leases: Sequence[Lease]) -> AsyncIterator[None]:
    """Extends these leases as long as the body runs."""
    failed: Exception | None = None

    async def extend() -> None:
        while True:
            await anyio.sleep(EXTEND_EVERY)
            for lease in leases:
                await lease.extend()

    async with anyio.create_task_group() as group:
        if leases:
            group.start_soon(extend)
        try:
            yield
        except Exception as error:
            failed = error
        group.cancel_scope.cancel()
    if failed is not None:
        raise failed
