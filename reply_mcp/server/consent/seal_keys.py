"""The secrets behind codes and sealed questions.

Where the setting names none, servers that share their state in Redis share one that is kept there, so that what a
person agreed to on one of them holds on the others. Whoever can read that Redis can then make codes: where that is not
wanted, `REPLY_SEAL_KEYS` holds them apart. Elsewhere each process has one of its own.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Sequence

from reply_mcp.client.stores import StoreDown
from reply_mcp.client.stores.shared_state import SharedState

NAME = "seal-key"
KEPT_SECONDS = 30 * 86_400.0
"""For how long the shared key is kept; each server that uses it keeps it anew."""
RENEWED_AFTER = 86_400.0
"""Seconds after which a server does so."""
_KEY = re.compile("[0-9a-f]{64}")
_TRIES = 5
"""Looks for the shared key; a state that is too full to keep it drops it at once."""


class SealKeys:
    """The keys of a run.

    Args:
        given: by the setting, the newest first.
        shared: where a key is kept that servers share; None where they share none.
    """

    def __init__(self, given: Sequence[str] = (), shared: SharedState | None = None) -> None:
        self._own = tuple(given)
        self._shared = None if self._own else shared
        if not self._own and shared is None:
            self._own = (secrets.token_hex(32),)
        self._renewed = time.monotonic()

    @property
    def are_fixed(self) -> bool:
        """Whether they stay as they are for as long as the process runs."""
        return self._shared is None

    async def get(self) -> tuple[str, ...]:
        """The first makes codes and seals, all of them are tried.

        Raises:
            StoreDown: where the shared key cannot be reached.
        """
        if self._shared is None:
            return self._own
        for _ in range(_TRIES):
            key = await self._shared.get(NAME)
            if key is not None and _KEY.fullmatch(key):
                break
            if key is not None:
                await self._shared.take(NAME)  # another program's: anybody may know it
            # Of those who make one at once, one is kept, and the others take it.
            await self._shared.add(NAME, secrets.token_hex(32), KEPT_SECONDS)
        else:
            raise StoreDown("it keeps no key")
        if time.monotonic() - self._renewed > RENEWED_AFTER:
            self._renewed = time.monotonic()
            await self._shared.put(NAME, key, KEPT_SECONDS)
        return (key,)
