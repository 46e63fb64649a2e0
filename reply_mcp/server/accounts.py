"""From a key to an account: one client, budget and cache for each credential, never shared between two."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path

from reply_mcp.client.budget import Budget, parse_rates
from reply_mcp.client.credentials import Credential
from reply_mcp.client.files import Files
from reply_mcp.client.http import Client
from reply_mcp.client.session import Session
from reply_mcp.client.stores import open_stores
from reply_mcp.settings import SettingError, Settings, shown

MOST_ACCOUNTS = 256


def credential_of(settings: Settings) -> Credential | None:
    """The credential that the settings name; None without a key."""
    if not settings.api_key:
        return None
    return Credential(
        settings.api_key, user_id=settings.user_id, user_email=settings.user_email or None, team_id=settings.team_id
    )


class Sessions:
    """The accounts of one run by credential; the least recently used ones are closed beyond `MOST_ACCOUNTS`."""

    def __init__(self, settings: Settings, *, local: bool) -> None:
        """`local`: whether callers are the person at this machine, whose files may be read."""
        self._settings = settings
        self._local = local
        self._accounts: OrderedDict[Credential, Session] = OrderedDict()
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

    async def of(self, credential: Credential) -> Session:
        account = self._accounts.get(credential)
        if account is None:
            account = self._accounts[credential] = self._open(credential)
            if len(self._accounts) > MOST_ACCOUNTS:
                _, oldest = self._accounts.popitem(last=False)
                await oldest.aclose()
        self._accounts.move_to_end(credential)
        return account

    def _open(self, credential: Credential) -> Session:
        settings = self._settings
        client = Client(
            credential,
            base_url=settings.base_url,
            budget=Budget(self._rates, self._stores.of(credential.fingerprint())),
            timeout=settings.timeout,
            patience=settings.patience,
            files=Files([Path(folder) for folder in settings.files]) if self._local else None,
        )
        return Session(client)

    async def aclose(self) -> None:
        for account in self._accounts.values():
            await account.aclose()
        self._accounts.clear()
        await self._stores.aclose()
