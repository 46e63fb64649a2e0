"""Sessions by credential: each has a client, a budget and a cache of its own, never shared between two."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from reply_mcp.client.budget import Budget, parse_rates
from reply_mcp.client.credentials import Credential
from reply_mcp.client.files import Files
from reply_mcp.client.http import Client
from reply_mcp.client.session import Session
from reply_mcp.client.stores import open_stores
from reply_mcp.client.stores.shared_state import SharedState
from reply_mcp.settings import SettingError, Settings, shown

MAX_SESSIONS = 256


def credential_of(settings: Settings) -> Credential | None:
    """The credential that the settings name; None without a key."""
    if not settings.api_key:
        return None
    return Credential(
        settings.api_key, user_id=settings.user_id, user_email=settings.user_email or None, team_id=settings.team_id
    )


class Sessions:
    """The open sessions of one run, at most `MAX_SESSIONS`: beyond that the least recently used one is closed."""

    def __init__(self, settings: Settings, *, local: bool, opened: Callable[[Client], Session] = Session) -> None:
        """`local`: whether callers are the person at this machine, whose files may be read. `opened`: makes the session
        of a client.

        Raises:
            SettingError: for rate limits or a budget URL that cannot be read.
        """
        self._settings = settings
        self._local = local
        self._opened = opened
        self._open: OrderedDict[Credential, Session] = OrderedDict()
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
        session = self._open.get(credential)
        if session is None:
            session = self._open[credential] = self._new(credential)
            if len(self._open) > MAX_SESSIONS:
                _, oldest = self._open.popitem(last=False)
                await oldest.aclose()
        self._open.move_to_end(credential)
        return session

    def _new(self, credential: Credential) -> Session:
        settings = self._settings
        client = Client(
            credential,
            base_url=settings.base_url,
            budget=Budget(self._rates, self._stores.of(credential.fingerprint())),
            timeout=settings.timeout,
            patience=settings.patience,
            files=Files([Path(folder) for folder in settings.files]) if self._local else None,
        )
        return self._opened(client)

    async def aclose(self) -> None:
        """Closes every session and the stores of their budgets."""
        for session in self._open.values():
            await session.aclose()
        self._open.clear()
        await self._stores.aclose()
