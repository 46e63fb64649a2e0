"""Whether a key acts as the user that the settings name.

Master and Organization keys act as the user that a header names. A user's own key acts as its user, whatever the header
says, and Reply answers without a word. So a credential that names a user asks once who it is (`GET /v3/whoami`; where
an address was named and the login is another one, the list of teammates too). One that names nobody costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anyio

from reply_mcp.catalog.operation import Effect
from reply_mcp.catalog.rows import rows_of
from reply_mcp.client.credentials import Credential
from reply_mcp.errors import ApiError, NotDone, ReplyError
from reply_mcp.settings.values import fold_email

if TYPE_CHECKING:
    from reply_mcp.client.call_context import CallContext


class ActingUser:
    """The check of one credential, made once; a check without an answer is made again."""

    def __init__(self, credential: Credential) -> None:
        self._id = credential.user_id
        self._email = credential.user_email
        self._problem: str | None = None
        self._noted = False
        self._lock = anyio.Lock()

    async def check(self, call: CallContext) -> None:
        """Stops a write where the key acts as somebody else, or does not say as whom; a read says so, once.

        Raises:
            NotDone: for a write.
        """
        if self._id is None and self._email is None:
            return
        reads = call.operation.effect is Effect.READ
        if self._problem is None and reads and _asks_who(call):
            return
        async with self._lock:
            if self._problem is None:
                self._problem = await self._read_problem(call, reads=reads)
        if not self._problem:
            return
        if not reads:
            raise NotDone(f"Nothing was done: {self._problem}")
        if not self._noted:
            self._noted = True
            call.notes.append(f"What is shown is what that user sees: {self._problem}")

    @property
    def _named(self) -> str:
        return f"user {self._id}" if self._id is not None else f"{self._email}"

    async def _read_problem(self, call: CallContext, *, reads: bool) -> str | None:
        """What is wrong with the acting user; None where that could not be read, for a call that `reads` alone."""
        try:
            return await self._mismatch(call)
        except ReplyError as error:
            if isinstance(error, ApiError) and error.status in (401, 403):
                raise
            if reads:
                return None
            raise NotDone(
                f"Nothing was done: whom this key acts for could not be read, and it must be {self._named}. "
                f"Try again in a minute. ({error})"
            ) from None

    async def _mismatch(self, call: CallContext) -> str:
        """What is wrong with the acting user; "" where nothing is."""
        me = await call.ask("Whoami")
        found = me.get("userId") if isinstance(me, dict) else None
        if found is None:
            raise NotDone("Reply did not name the user.")
        if self._id is not None:
            return "" if str(found) == str(self._id) else self._told(f"user {found}")
        wanted = fold_email(str(self._email))
        if fold_email(str(me.get("username") or "")) == wanted:
            return ""
        rows: list[dict[str, Any]] = rows_of(await call.ask("WhoamiTeamUsers"))
        emails = [str(row.get("userEmail") or "") for row in rows if str(row.get("userId")) == str(found)]
        emails = [one for one in emails if one]
        if not emails:
            raise NotDone(f"Reply does not say the address of user {found}.")
        return "" if wanted in map(fold_email, emails) else self._told(f"{emails[0]} (user {found})")

    def _told(self, actual: str) -> str:
        return (
            f"this key acts as {actual}, not as {self._named}, as it was set to. A user's own key acts as its user "
            "alone; the person can unset REPLY_USER_ID and REPLY_USER_EMAIL (X-User-Id and X-User-Email over HTTP), or "
            "use a Master or Organization key."
        )


def _asks_who(call: CallContext) -> bool:
    """Whether the call itself asks who the key is: its answer says it."""
    return call.operation.id in ("Whoami", "WhoamiTeamUsers")
