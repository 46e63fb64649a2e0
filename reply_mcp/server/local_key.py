"""The credential of the person at this machine."""

from __future__ import annotations

from anyio import to_thread

from reply_mcp.client.credentials import Credential
from reply_mcp.errors import MissingApiKey
from reply_mcp.server.sessions import credential_of
from reply_mcp.settings import Settings, with_stored_key


class LocalKey:
    """The key of the settings, else the one that `reply-mcp login` stored.

    A stored one is read when it is first needed, since the keyring may wait for a person and hosts give up a server
    that does not start. Where there is none yet, each call looks anew, so that `login` needs no restart.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._credential = credential_of(settings)

    async def credential(self) -> Credential | None:
        """The credential; None where there is no key.

        Raises:
            MissingApiKey: where what should be a key is none, or cannot be read.
        """
        if self._credential is None:
            await to_thread.run_sync(self._read)
        return self._credential

    def fingerprint(self) -> str:
        """That of the credential; empty where there is none."""
        if self._credential is None:
            try:
                self._read()
            except MissingApiKey:
                return ""
        return self._credential.fingerprint() if self._credential else ""

    def _read(self) -> None:
        settings = with_stored_key(self._settings)
        if settings.key_problem:
            raise MissingApiKey(
                f"{settings.key_problem} The person can copy the key from Reply (Settings, API key) and store it with "
                "`reply-mcp login`, or correct it in this server's configuration and restart it."
            )
        self._credential = credential_of(settings)
