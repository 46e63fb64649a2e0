"""A cap on the requests of a stretch of work, so that "at most 10 requests" in a description is enforced.

    with call.at_most(10) as cap:
        people = await call.ask("FilterContacts", top=200)
        while more_after(people) and cap.left:
            ...

Counted is what goes to Reply: an answer that was kept, or that another call was already waiting for, costs nothing.
Tries after a failure are not counted anew.
"""

from __future__ import annotations

from contextvars import ContextVar, Token
from types import TracebackType

from reply_mcp.errors import RequestCapReached

_innermost: ContextVar[RequestCap | None] = ContextVar("innermost request cap", default=None)
# A context variable, so that the cap of one task does not count what other tasks of the call ask for; the tasks that
# are started under a cap count against it.


class RequestCap:
    """At most so many requests within its `with` block; one more raises `RequestCapReached`. Caps nest."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.used = 0
        self._outer: RequestCap | None = None
        self._token: Token[RequestCap | None] | None = None

    @property
    def left(self) -> int:
        """How many requests may still be made, under this cap and those around it."""
        here = max(self.most - self.used, 0)
        return here if self._outer is None else min(here, self._outer.left)

    def __enter__(self) -> RequestCap:
        self._outer = _innermost.get()
        self._token = _innermost.set(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._token is not None:
            _innermost.reset(self._token)

    def check(self) -> None:
        """Raises `RequestCapReached` where this cap or one around it is used up."""
        if self.used >= self.most:
            raise RequestCapReached(self.most)
        if self._outer is not None:
            self._outer.check()

    def add(self, requests: int) -> None:
        """Counts so many requests, here and in the caps around it."""
        self.used += requests
        if self._outer is not None:
            self._outer.add(requests)


def take_request() -> None:
    """Counts a request that is about to be sent.

    Raises:
        RequestCapReached: where a cap in force leaves none; then it must not be sent, and nothing is counted.
    """
    cap = _innermost.get()
    if cap is not None:
        cap.check()
        cap.add(1)
