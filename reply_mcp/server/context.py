"""Who a request comes from: what the transports know and the handlers use."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import Any

from mcp.server.context import ServerRequestContext

from reply_mcp.catalog.effect import Effect
from reply_mcp.client.session import Session

Context = ServerRequestContext[Any, Any]
"""The SDK's context of one request."""


Permit = Callable[[Collection[Effect]], None]
"""Raises `NotDone` for effects that are not the caller's to have."""


def permit_all(effects: Collection[Effect]) -> None:
    """Permits whatever the policy lets through."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who makes a request.

    Attributes:
        session: the Reply account it acts on; None where no API key is set.
        owner: what tells this caller from others: a confirmation code is valid for its owner alone.
        who: the person's name with the transport, where it knows one.
        permit: raises `NotDone` for effects that the caller's sign-in does not cover.
    """

    session: Session | None
    owner: str
    who: str = ""
    permit: Permit = permit_all

    @property
    def fingerprint(self) -> str:
        """Stands for the credential in logs; "" without one."""
        return self.session.client.credential.fingerprint() if self.session is not None else ""

    @property
    def acting_user(self) -> str:
        """Whom the credential acts for, as the caller named them: an address or an id; "" for the key's own user."""
        if self.session is None:
            return ""
        credential = self.session.client.credential
        return credential.user_email or str(credential.user_id or "")


FindCaller = Callable[[Context], Awaitable[Caller]]
"""The caller of a request; raises `ReplyError` where the request does not say."""
