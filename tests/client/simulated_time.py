"""An event loop on a clock of its own: whatever sleeps, an hour takes no time."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from functools import wraps
from typing import Any, Protocol, TypeVar

import anyio

T = TypeVar("T")


class _Skipping(selectors.DefaultSelector):
    """Passes the time that the loop would sleep at once."""

    skipped = 0.0

    def select(self, timeout: float | None = None) -> Any:
        # A bit more, since a sum of floats may fall short of the moment that was meant.
        self.skipped += timeout + 1e-9 if timeout else 0.0
        return super().select(0)


def simulated(work: Coroutine[Any, Any, T]) -> T:
    """Runs to the end on a clock that starts at 0 and jumps to whatever is due next."""
    selector = _Skipping()
    loop = asyncio.SelectorEventLoop(selector)
    loop.time = lambda: selector.skipped  # type: ignore[method-assign]
    try:
        return loop.run_until_complete(work)
    finally:
        loop.close()


class _Test(Protocol):
    def __call__(self, *args: Any, **kwargs: Any) -> Coroutine[Any, Any, None]: ...


def in_simulated_time(test: _Test) -> Any:
    """Makes an asynchronous test run on that clock."""

    @wraps(test)
    def run(*args: Any, **kwargs: Any) -> None:
        simulated(test(*args, **kwargs))

    return run


def now() -> float:
    """Seconds since the start of the simulation."""
    return anyio.current_time()
