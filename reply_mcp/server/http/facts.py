"""What is known of one request: kept in its ASGI scope, for the layers around the handlers."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import anyio

from reply_mcp.client.credentials import Credential
from reply_mcp.server.context import Context
from reply_mcp.server.restriction import WHOLE, Restriction
from reply_mcp.server.tool_handlers import CallReport

if TYPE_CHECKING:
    from reply_mcp.server.http.auth.identity import Identity

_NAME = "reply_mcp.facts"


@dataclass(slots=True)
class RequestFacts:
    """Gathered while a request is answered, without its content.

    Attributes:
        identity: who has signed in; None where callers bring keys of their own.
        credential: the key that the caller brings, and whom it acts for; None where it is not read, or there is none.
        caller: who calls, for the log: a person, or the fingerprint of a credential.
        restriction: the part of the server that the request may use.
        needed_scope: what the caller's token lacks for it; "" where nothing.
        calls: the tools that it called.
    """

    identity: Identity | None = None
    credential: Credential | None = None
    caller: str = ""
    restriction: Restriction = WHOLE
    needed_scope: str = ""
    calls: list[CallReport] = field(default_factory=list)
    _answered: anyio.Event | None = None

    async def wait_until_answered(self) -> None:
        """Waits for the end of its handler, which may come after that of the request where the client went away."""
        if self._answered is not None:
            await self._answered.wait()

    @contextmanager
    def answering(self) -> Iterator[None]:
        """The handler works within this."""
        self._answered = anyio.Event()
        try:
            yield
        finally:
            self._answered.set()


def facts_of(scope: MutableMapping[str, Any]) -> RequestFacts:
    """The facts of the request with this ASGI scope; begun where there are none."""
    found = scope.get(_NAME)
    if not isinstance(found, RequestFacts):
        found = scope[_NAME] = RequestFacts()
    return found


def facts_in(context: Context) -> RequestFacts:
    """The facts of the request that a handler answers."""
    return facts_of(context.request.scope) if context.request is not None else RequestFacts()
