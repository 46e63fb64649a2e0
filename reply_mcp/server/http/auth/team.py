"""Team mode: a signed-in caller acts as the Reply user with their email, by the server's Master or Organization key.

The key is never the caller's: without the caller's email nothing is done with it, and before the first call it is seen
whom Reply takes the caller for. A key that cannot act for others would act as its owner, whatever it is asked to.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Collection
from typing import Any

import anyio
from starlette.types import Scope

from reply_mcp import catalog
from reply_mcp.catalog.effect import Effect
from reply_mcp.catalog.operation import Arguments
from reply_mcp.client.call_context import CallOptions
from reply_mcp.client.credentials import Credential
from reply_mcp.client.http import Client
from reply_mcp.client.session import CallResult, Gate, Session
from reply_mcp.client.turns import Turns
from reply_mcp.errors import ApiError, NotDone, ReplyError
from reply_mcp.server.context import Caller, Context
from reply_mcp.server.http.auth.identity import Identity
from reply_mcp.server.http.auth.scopes import needed_for
from reply_mcp.server.http.bounds import Calling
from reply_mcp.server.http.facts import RequestFacts, facts_in, facts_of
from reply_mcp.server.sessions import Sessions
from reply_mcp.settings import Settings
from reply_mcp.settings.values import fold_email

logger = logging.getLogger(__name__)

CHECKED_FOR = 3600.0
"""Seconds after which it is seen again whom Reply takes the caller for; two requests."""

NO_EMAIL = (
    "Not done: your sign-in does not say which Reply user you are: it has no verified email that can name one. Whoever "
    "runs this server can say which claim has it (REPLY_EMAIL_CLAIM)."
)
NO_USER = (
    "Not done: you are signed in as {email}, and the Reply workspace of this server has no such user (any more). Ask "
    "whoever runs Reply for your company to add you there; do not retry before."
)
KEY_REFUSED = (
    "401: Reply does not accept this server's key. Whoever runs the server has to put that right; do not retry before."
)
NOT_FOR_OTHERS = (
    "Not done: Reply takes this server for another user than {email}: its key is no Master or Organization key, or is "
    "for another workspace. Whoever runs the server has to put that right; do not retry before."
)
UNSURE = (
    "Not done: Reply does not say whether it takes this server for {email}, so nothing was done in their name. Try "
    "again in a minute."
)
NO_TEAM = (
    "403 {code}: the server's key reaches several teams, and none was named that {email} is in. Whoever runs the "
    "server can set REPLY_TEAM_ID."
)


class TeamSession(Session):
    """One user's access to Reply by a key that is not theirs."""

    def __init__(self, client: Client, turns: Turns | None = None) -> None:
        super().__init__(client, turns)
        self._email = client.credential.user_email or ""
        self._checked_at = -CHECKED_FOR
        self._checking = anyio.Lock()

    async def perform(
        self, arguments: Arguments, *, gate: Gate | None = None, options: CallOptions | None = None
    ) -> CallResult:
        await self._check()
        return await self._performed(arguments, gate, options)

    async def _performed(
        self, arguments: Arguments, gate: Gate | None = None, options: CallOptions | None = None
    ) -> CallResult:
        try:
            return await super().perform(arguments, gate=gate, options=options)
        except ApiError as error:
            raise self._explained(error) from None

    async def _check(self) -> None:
        """Raises NotDone where Reply takes the caller for somebody else, or for nobody."""
        async with self._checking:
            if time.monotonic() - self._checked_at < CHECKED_FOR:
                return
            whoami: Any = catalog.operation("Whoami").arguments()
            answer = (await self._performed(whoami)).answer
            found = answer.get("userEmail") if isinstance(answer, dict) else None
            if not isinstance(found, str):
                raise NotDone(UNSURE.format(email=self._email))
            if fold_email(found) != self._email:
                logger.error("Reply takes the server's key for another user than the one who signed in")
                raise NotDone(NOT_FOR_OTHERS.format(email=self._email))
            self._checked_at = time.monotonic()

    def _explained(self, error: ApiError) -> ReplyError:
        """The error in words for somebody who has no key and no settings."""
        if error.status == 401 and error.code == "USER_NOT_FOUND":
            self._checked_at = -CHECKED_FOR
            return NotDone(NO_USER.format(email=self._email))
        if error.status == 401:
            logger.error("Reply does not accept the server's key (401 %s)", error.code or "")
            return NotDone(KEY_REFUSED)
        if error.code in ("TEAM_REQUIRED", "TEAM_NOT_ACCESSIBLE", "USER_REQUIRED"):
            return NotDone(NO_TEAM.format(code=error.code, email=self._email))
        return error


class Team:
    """Finds the caller of a request: the Reply user with the email that they have signed in with."""

    def __init__(self, settings: Settings, sessions: Sessions) -> None:
        self._settings = settings
        self._sessions = sessions

    async def find_caller(self, context: Context) -> Caller:
        """Raises NotDone for who has no verified email."""
        facts = facts_in(context)
        credential = self._credential(facts)
        if credential is None or facts.identity is None:
            raise NotDone(NO_EMAIL)
        session = await self._sessions.of(credential)
        return Caller(session, credential.fingerprint(), facts.identity.who, _permit(facts.identity, facts))

    def calling(self, scope: Scope) -> Calling:
        """Who makes the request with this ASGI scope: whoever has signed in is known."""
        identity = facts_of(scope).identity
        return Calling("" if identity is None else identity.who, known=identity is not None)

    def principal(self, context: Context) -> str | None:
        """The fingerprint of the caller's credential; None without one."""
        credential = self._credential(facts_in(context))
        return credential.fingerprint() if credential is not None else None

    def _credential(self, facts: RequestFacts) -> Credential | None:
        identity = facts.identity
        if identity is None or not identity.email:
            return None
        settings = self._settings
        return Credential(
            settings.api_key, user_email=identity.email, team_id=settings.team_id, base_url=settings.base_url
        )


def _permit(identity: Identity, facts: RequestFacts) -> Any:
    def permit(effects: Collection[Effect]) -> None:
        needed = needed_for(effects)
        if needed not in identity.scopes:
            facts.needed_scope = needed
            raise NotDone(
                f"Not done: this needs the scope {needed}, which your sign-in does not have. Sign in again and grant "
                "it."
            )

    return permit
