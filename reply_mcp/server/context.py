"""Who a request comes from: what the transports know and the handlers use."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import Any

from mcp.server.context import ServerRequestContext

from reply_mcp.catalog.effect import Effect
from reply_mcp.client.session import Session
from reply_mcp.text.cleaning import one_line

Context = ServerRequestContext[Any, Any]
"""The SDK's context of one request."""

MOST_NAME = 80
"""Characters of what a program calls itself."""
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


def describe_caller(context: Context, caller: Caller) -> str:
    """Who makes a request, for the audit log: the person who has signed in; else the host's program by its own word;
    else, where it gives none, the credential. "" where nothing says."""
    if caller.who:
        return caller.who
    params = context.session.client_params
    if params is not None and params.client_info.name:
        return one_line(f"{params.client_info.name} {params.client_info.version}", MOST_NAME)
    return f"key {caller.fingerprint}" if caller.fingerprint else ""
