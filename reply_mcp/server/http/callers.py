"""Pass-through: each caller sends a Reply key of its own with every request, which is neither stored nor logged.

The server's own key is never used here: a caller without a key gets an error that says how to send one.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from starlette.datastructures import Headers
from starlette.types import Scope

from reply_mcp.client.credentials import Credential
from reply_mcp.errors import MissingApiKey, ReplyError, WrongArguments
from reply_mcp.server.context import Caller, Context
from reply_mcp.server.http.auth.sign_in import bearer_token
from reply_mcp.server.http.bounds import Calling
from reply_mcp.server.http.facts import facts_in, facts_of
from reply_mcp.server.sessions import Sessions
from reply_mcp.settings import Settings
from reply_mcp.settings.values import REPLY
from reply_mcp.text.cleaning import inline
from reply_mcp.text.digits import whole_number

NO_KEY = (
    "This request carries no Reply API key. The person can create one in Reply (Settings, API key) and have the MCP "
    "client send it with every request as `Authorization: Bearer <key>` (or `X-Api-Key: <key>`)."
)


def credential_from(headers: Any, base_url: str = REPLY) -> Credential:
    """The caller's credential for the Reply at `base_url` from its HTTP headers: the key, and whom it acts for.

    Raises:
        MissingApiKey: where no key came.
        WrongArguments: where a header that names a user or team is not a number.
    """
    key = bearer_token(headers.get("authorization", "")) or headers.get("x-api-key", "").strip()
    if not key:
        raise MissingApiKey(NO_KEY)
    return Credential(
        key,
        user_id=_number(headers, "x-user-id"),
        user_email=headers.get("x-user-email", "").strip() or None,
        team_id=_number(headers, "x-team-id"),
        base_url=base_url,
    )


def _number(headers: Any, name: str) -> int | None:
    value = headers.get(name, "").strip()
    number = whole_number(value)
    if value and number is None:
        raise WrongArguments([f"header {name}: a whole number, got {inline(value, 20)!r}"])
    return number


class PassThrough:
    """Finds the caller of a request by the key that it brings."""

    def __init__(self, settings: Settings, sessions: Sessions) -> None:
        self._base_url = settings.base_url
        self._sessions = sessions

    async def find_caller(self, context: Context) -> Caller:
        """Raises ReplyError where the request brings no key, or one that cannot be sent."""
        credential = self._credential_in(context)
        fingerprint = credential.fingerprint()
        facts_in(context).caller = fingerprint
        return Caller(await self._sessions.of(credential), fingerprint)

    def calling(self, scope: Scope) -> Calling:
        """Who makes the request with this ASGI scope."""
        try:
            credential = self._credential(scope)
        except ReplyError:
            return Calling("", known=False)
        return Calling(credential.fingerprint(), self._sessions.is_known(credential))

    def principal(self, context: Context) -> str | None:
        """The fingerprint of the caller's credential; None without one."""
        try:
            return self._credential_in(context).fingerprint()
        except ReplyError:
            return None  # the call itself says what is wrong with its key

    def _credential_in(self, context: Context) -> Credential:
        return self._credential(context.request.scope if context.request is not None else {"headers": []})

    def _credential(self, scope: MutableMapping[str, Any]) -> Credential:
        facts = facts_of(scope)
        if facts.credential is None:
            facts.credential = credential_from(Headers(scope=scope), self._base_url)
        return facts.credential
