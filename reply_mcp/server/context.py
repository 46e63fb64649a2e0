"""Who a request comes from: what the transports know and the handlers use."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from mcp.server.context import ServerRequestContext

from reply_mcp.client.session import Session

Context = ServerRequestContext[Any, Any]
"""The SDK's context of one request."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who makes a request.

    Attributes:
        session: the Reply account it acts on; None where no API key is set.
        owner: what tells this caller from others: a confirmation code is valid for its owner alone.
    """

    session: Session | None
    owner: str


FindCaller = Callable[[Context], Awaitable[Caller]]
"""The caller of a request; raises `ReplyError` where the request does not say."""
