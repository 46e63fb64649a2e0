"""How many requests a credential may still make, counted before each is sent.

`Budget` is what the client asks; it is async throughout, so that a store shared by processes or machines can stand
behind it. `MemoryBudget` counts within this process.
"""

from __future__ import annotations

import asyncio
import bisect
import contextlib
import math
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol

from reply_mcp.client.headers import Quota, quota_of
from reply_mcp.client.rates import Rate, parse_rates
from reply_mcp.errors import Busy

__all__ = ["Budget", "Left", "MemoryBudget", "OnWait", "Rate", "Slot", "busy", "parse_rates"]

OnWait = Callable[[float, str], Awaitable[None]]
"""Told when a call waits: for how many seconds, and why."""

GENERAL = "general"
TELL_FROM = 0.5
"""Seconds from which a wait is worth telling."""


@dataclass(frozen=True, slots=True)
class Left:
    """What may still be sent now in one window: `left` of `limit` in any `window` ("minute")."""

    window: str
    left: int
    limit: int


@dataclass(eq=False, slots=True)
class Slot:
    """The right to send one request; given back once, by `release`."""

    limit_class: str
    open: bool = True


class Budget(Protocol):
    """Grants requests. A granted slot must come back by `release`, whatever happened."""

    async def acquire(self, limit_class: str, patience: float, on_wait: OnWait | None = None) -> Slot:
        """Waits for the right to send one request, first come first served.

        Raises:
            Busy: at once where the wait would be longer than `patience` seconds; nothing is spent.
        """
        ...

    async def release(self, slot: Slot, *, spent: bool = True) -> None:
        """Ends a slot: its answer has come, or it has failed. `spent=False` where it never reached Reply."""
        ...

    async def learn(self, headers: Mapping[str, str], limit_class: str) -> None:
        """Corrects the count by what Reply's answer says of it (others may use the same account)."""
        ...

    async def close(self, limit_class: str, seconds: float) -> None:
        """Lets nothing of this class out for so long; closing `general` closes all."""
        ...

    async def left(self) -> list[Left]:
        """What may be sent right now, for each window."""
        ...


def busy(limit_class: str, seconds: float, why: str = "") -> Busy:
    """Says when to come back. `why` replaces "Reply's limit … is used up"."""
    what = "" if limit_class == GENERAL else f" for {limit_class}"
    at = (datetime.now(UTC) + timedelta(seconds=math.ceil(seconds))).strftime("%H:%M:%S")
    return Busy(
        f"{why or f'429: Reply has no room left{what}'} for {math.ceil(seconds)} s. Nothing was spent; "
        f"retry after {at} UTC, or ask for less.",
        seconds,
    )


@dataclass(slots=True)
class _Window:
    """One rate. A slot counts from its grant until a whole window after its answer: Reply may have counted the request
    at any moment between the two, and its own fixed windows open at moments that we do not know."""

    rate: Rate
    under_way: int = 0
    ends: list[float] = field(default_factory=list)

    @property
    def held_for(self) -> float:
        # A little more than the window, for two clocks that do not run at quite the same speed.
        return self.rate.seconds * 1.001 + 0.005

    def used(self, now: float) -> int:
        del self.ends[: bisect.bisect_right(self.ends, now)]
        return self.under_way + len(self.ends)

    def wait(self, now: float, ahead: int) -> float:
        """Seconds until there is room for one more behind `ahead` others; at least so long when answers are due."""
        free = self.rate.limit - self.used(now)
        if ahead < free:
            return 0.0
        rounds, place = divmod(ahead - max(free, 0), self.rate.limit)
        first = self.ends[place] - now if place < len(self.ends) else self.held_for
        return first + rounds * self.held_for


@dataclass(eq=False, slots=True)
class _Waiter:
    limit_class: str
    woken: asyncio.Event = field(default_factory=asyncio.Event)


class MemoryBudget:
    """Sliding windows within this process.

    Not built on a rate limiter's library: those count a request when it is granted, but Reply counts it when it
    arrives, which is later by as long as the connection takes; and none gives a slot back, waits in line across
    several windows and knows the wait beforehand.
    """

    def __init__(self, rates: Sequence[Rate]) -> None:
        self._windows = [_Window(rate) for rate in rates]
        self._queue: list[_Waiter] = []
        self._closed: dict[str, float] = {}

    async def acquire(self, limit_class: str, patience: float, on_wait: OnWait | None = None) -> Slot:
        until = self._now() + patience
        waiter, told = _Waiter(limit_class), False
        self._queue.append(waiter)
        try:
            while (wait := self._wait(waiter)) > 0:
                if self._now() + wait > until:
                    raise self._busy(limit_class, wait)
                if on_wait is not None and not told and wait >= TELL_FROM:
                    told = True
                    with contextlib.suppress(Exception):
                        await on_wait(wait, f"Reply's rate limit; next request in {math.ceil(wait)} s")
                    continue
                waiter.woken.clear()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(waiter.woken.wait(), wait)
            for window in self._windows:
                window.under_way += 1
            return Slot(limit_class)
        finally:
            self._queue.remove(waiter)
            self._wake()

    async def release(self, slot: Slot, *, spent: bool = True) -> None:
        if not slot.open:
            return
        slot.open = False
        now = self._now()
        for window in self._windows:
            window.under_way -= 1
            if spent:
                bisect.insort(window.ends, now + window.held_for)
        self._wake()

    async def learn(self, headers: Mapping[str, str], limit_class: str) -> None:
        quota = quota_of(headers)
        if quota is None:
            return
        window = next((one for one in self._windows if one.rate.seconds == quota.seconds), None)
        if limit_class == GENERAL and window is not None:
            self._correct(window, quota)
        elif quota.remaining <= 0:
            await self.close(limit_class, quota.resets_in)

    def _correct(self, window: _Window, quota: Quota) -> None:
        """Counts what others have spent. What is under way here is not in Reply's number yet, so ours is never the
        smaller one unless somebody else uses the account."""
        now = self._now()
        others = window.rate.limit - window.used(now) - quota.remaining
        end = now + min(quota.resets_in, window.rate.seconds)
        if others > 0 and end > now:
            place = bisect.bisect_right(window.ends, end)
            window.ends[place:place] = [end] * others

    async def close(self, limit_class: str, seconds: float) -> None:
        self._closed[limit_class] = max(self._closed.get(limit_class, 0.0), self._now() + seconds)

    async def left(self) -> list[Left]:
        now = self._now()
        shut = self._closed_for(GENERAL) > 0
        return [
            Left(one.rate.window, 0 if shut else max(0, one.rate.limit - one.used(now)), one.rate.limit)
            for one in self._windows
        ]

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()

    def _closed_for(self, limit_class: str) -> float:
        return max(self._closed.get(limit_class, 0.0), self._closed.get(GENERAL, 0.0)) - self._now()

    def _wait(self, waiter: _Waiter) -> float:
        closed = self._closed_for(waiter.limit_class)
        # Those whose class is closed for longer do not stand in the way of the others.
        ahead = 0
        for other in self._queue:
            if other is waiter:
                break
            ahead += other.limit_class == waiter.limit_class or self._closed_for(other.limit_class) <= max(closed, 0)
        now = self._now()
        return max([closed, *(window.wait(now, ahead) for window in self._windows)], default=0.0)

    def _busy(self, limit_class: str, wait: float) -> Busy:
        if self._closed_for(limit_class) > 0:
            what = "" if limit_class == GENERAL else f" for {limit_class}"
            return busy(limit_class, wait, f"429: Reply's limit{what} is used up")
        now = self._now()
        full = max(self._windows, key=lambda window: window.wait(now, 0))
        return busy(limit_class, wait, f"429: the {full.rate.limit} requests a {full.rate.window} are used up")

    def _wake(self) -> None:
        """Has the first in line of each class look again; the others know their time, or hear from the one before."""
        seen: set[str] = set()
        for waiter in self._queue:
            if waiter.limit_class not in seen:
                seen.add(waiter.limit_class)
                waiter.woken.set()
