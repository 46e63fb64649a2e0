"""Sessions by credential: each has a client, a budget and a cache of its own, never shared between two."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from weakref import WeakValueDictionary

import anyio

from reply_mcp.client.budget import Budget
from reply_mcp.client.credentials import Credential
from reply_mcp.client.files import Files
from reply_mcp.client.http import Client
from reply_mcp.client.rate_limits.rates import parse_rates
from reply_mcp.client.session import Session
from reply_mcp.client.stores import open_stores
from reply_mcp.client.stores.shared_state import SharedState
from reply_mcp.client.totals import Totals
from reply_mcp.client.turns import Turns
from reply_mcp.settings import SettingError, Settings, shown

MOST_SESSIONS = 1024
MOST_UNKNOWN = 64
IDLE_SECONDS = 900.0
"""Seconds without a call after which a session is closed; its budget outlives it."""
UNKNOWN_IDLE_SECONDS = 20.0
"""The same for a key that Reply has not accepted."""
CONNECTIONS_IDLE_SECONDS = 20.0
"""Seconds after which connections are closed. What closes them at the other end is not noticed before the next call."""
TEND_EVERY = 5.0
MOST_LOOKED_AT = 50
"""Sessions whose budgets are read for metrics."""


def credential_of(settings: Settings) -> Credential | None:
    """The credential that the settings name; None without a key."""
    if not settings.api_key:
        return None
    return Credential(
        settings.api_key,
        user_id=settings.user_id,
        user_email=settings.user_email or None,
        team_id=settings.team_id,
        base_url=settings.base_url,
    )


class Sessions:
    """The open sessions of one run.

    One that has calls under way is never closed. Of those that have none, there are at most `MOST_SESSIONS` whose key
    Reply has accepted, and `MOST_UNKNOWN` others: made-up keys push out no account. `tend` closes what lies idle.
    """

    def __init__(
        self, settings: Settings, *, local: bool, opened: Callable[[Client, Turns], Session] = Session
    ) -> None:
        """`local`: whether callers are the person at this machine, whose files may be read. `opened`: makes the session
        of a client.

        Raises:
            SettingError: for rate limits or a budget URL that cannot be read.
        """
        self._settings = settings
        self._local = local
        self._opened = opened
        self.totals = Totals()
        """What all of them have sent to Reply."""
        self._open: OrderedDict[Credential, Session] = OrderedDict()
        self._turns: WeakValueDictionary[str, Turns] = WeakValueDictionary()
        self._unknown: OrderedDict[Credential, Session] = OrderedDict()
        try:
            self._rates = parse_rates(settings.rate_limits)
        except ValueError as error:
            raise SettingError(
                f"REPLY_RATE_LIMITS: {shown(settings.rate_limits)} is not right; it takes {error}"
            ) from None
        try:
            self._stores = open_stores(settings.budget_url)
        except ValueError as error:
            raise SettingError(f"REPLY_BUDGET_URL: it takes {error}") from None

    def state(self) -> SharedState:
        """Small facts that all servers share which keep their budgets in the same place."""
        return self._stores.state()

    async def of(self, credential: Credential) -> Session:
        """The session of this credential, opened where there is none."""
        session = self._unknown.pop(credential, None)
        if session is None:
            session = self._open.pop(credential, None) or self._new(credential)
        session.used_at = time.monotonic()
        kept, most = (self._open, MOST_SESSIONS) if session.client.accepted else (self._unknown, MOST_UNKNOWN)
        kept[credential] = session
        if len(kept) > most:
            idle = next((one for one, other in kept.items() if not other.busy and other is not session), None)
            if idle is not None:
                await self._close(kept, idle)
        return session

    def __len__(self) -> int:
        return len(self._open) + len(self._unknown)

    async def lowest_left(self) -> dict[str, float]:
        """The lowest share of each limit that is left to one of the last callers, by window."""
        lowest: dict[str, float] = {}
        for session in list(self._open.values())[-MOST_LOOKED_AT:]:
            for one in await session.client.budget.left(fresh=IDLE_SECONDS):
                lowest[one.window] = min(lowest.get(one.window, 1.0), one.left / one.limit)
        return lowest

    def is_known(self, credential: Credential) -> bool:
        """Whether Reply has accepted this credential, as far as an open session knows."""
        session = self._open.get(credential) or self._unknown.get(credential)
        return session is not None and session.client.accepted

    async def tend(self) -> None:
        """Closes, until it is cancelled, the connections of sessions that lie idle, and then the sessions."""
        while True:
            await anyio.sleep(TEND_EVERY)
            now = time.monotonic()
            for kept, most_idle in ((self._open, IDLE_SECONDS), (self._unknown, UNKNOWN_IDLE_SECONDS)):
                for credential, session in list(kept.items()):
                    idle = now - session.used_at
                    if session.busy or kept.get(credential) is not session:
                        continue
                    if (idle > most_idle and not session.client.accepted) or idle > IDLE_SECONDS:
                        await self._close(kept, credential)
                    elif idle > CONNECTIONS_IDLE_SECONDS:
                        await session.client.close_connections()

    async def _close(self, kept: OrderedDict[Credential, Session], credential: Credential) -> None:
        session = kept.pop(credential)
        await session.aclose()
        if session.client.refused and not session.client.accepted:
            await self._stores.forget(credential.fingerprint())

    def _new(self, credential: Credential) -> Session:
        settings = self._settings
        client = Client(
            credential,
            budget=Budget(self._rates, self._stores.of(credential.fingerprint())),
            timeout=settings.timeout,
            patience=settings.patience,
            totals=self.totals,
            files=Files([Path(folder) for folder in settings.files]) if self._local else None,
        )
        return self._opened(client, self._turns_of(credential))

    def _turns_of(self, credential: Credential) -> Turns:
        """One key's calls take turns, whoever it acts for. They last as long as a session that uses them."""
        key = Credential(credential.key, base_url=credential.base_url).fingerprint()
        turns = self._turns.get(key)
        if turns is None:
            turns = self._turns[key] = Turns(self.state(), key)
        return turns

    async def aclose(self) -> None:
        """Closes every session and the stores of their budgets."""
        for kept in (self._open, self._unknown):
            for credential in list(kept):
                await self._close(kept, credential)
        await self._stores.aclose()
