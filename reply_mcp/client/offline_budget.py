"""Counting requests while the store of all who share an account is away, and adding up when it is back."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TypeVar

import anyio

from reply_mcp.client.rate_limits.queue import Owner, QueueEntry, Wait
from reply_mcp.client.rate_limits.rate_limiter import RateLimiter
from reply_mcp.client.rate_limits.rates import Rate
from reply_mcp.client.rate_limits.usage_windows import counted_for

T = TypeVar("T")
Change = Callable[[RateLimiter, int], T]
RETRY_FROM, RETRY_MOST = 0.5, 5.0
"""Seconds between tries to reach a store that is away; they double."""
PACE = 100
"""Requests that a process sends in a second at most, as far as is known here."""


def clock() -> float:
    """Seconds, on the clock by which the event loop sleeps."""
    return anyio.current_time()


class OfflineBudget:
    """Counting without the store: what was last known of all, and what was sent since.

    Every one of the `share` who count together may use its part of what nobody is known to have used. As the old
    requests run out the part grows, so that all of them together never send more than the limit.
    """

    def __init__(self, base: RateLimiter, peer_usage: RateLimiter, share: int) -> None:
        self.base = base
        # What others may have sent since: kept apart, since it is not to be brought along to the store.
        self._peer_usage = peer_usage
        self.own = RateLimiter()
        self._share = share
        self._pause = RETRY_FROM
        self._next = clock() + RETRY_FROM

    def due(self) -> bool:
        return clock() >= self._next

    def later(self) -> None:
        self._pause = min(self._pause * 2, RETRY_MOST)
        self._next = clock() + self._pause

    def apply(self, change: Change[T], now: int) -> T:
        return change(self.own, now)

    def ask(self, entry: QueueEntry, rates: Sequence[Rate], now: int, patience: float) -> Wait | None:
        """As the limiter's own, within the share. It grows, so nobody is sent away for more than a window."""
        wait = self.own.ask(entry, self.shares(rates, now), now, patience)
        if wait is None or wait.rate is None:
            return wait
        rate = next(one for one in rates if one.seconds == (wait.rate or one).seconds)
        return Wait(min(wait.seconds, counted_for(rate.seconds) / 1000), rate=rate)

    def shares(self, rates: Sequence[Rate], now: int) -> tuple[Rate, ...]:
        """The share of each limit."""

        def free(rate: Rate) -> int:
            return rate.limit - self.base.used(rate.seconds, now) - self._peer_usage.used(rate.seconds, now)

        return tuple(Rate(max(0, free(rate) // self._share), rate.seconds) for rate in rates)

    def left(self, rates: Sequence[Rate], now: int) -> list[int]:
        return self.own.left(self.shares(rates, now), now)


def merge(limiter: RateLimiter, other: RateLimiter) -> None:
    """Takes over what another copy of this limiter knows and this one does not."""
    for seconds, window in other.windows.items():
        limiter.window(seconds).merge(window)
    for limit_class, strict in other.class_limits.items():
        limiter.class_limit(limit_class).merge(strict)
    _take_over(limiter, other)


def add_requests_of(limiter: RateLimiter, other: RateLimiter) -> None:
    """Counts those of another limiter on top, from a time in which the two knew nothing of each other."""
    for seconds, window in other.windows.items():
        for at, count in zip(window.ours.at, window.ours.counts, strict=True):
            limiter.window(seconds).offline.add(at, count)
    for limit_class, strict in other.class_limits.items():
        for at, count in zip(strict.log.at, strict.log.counts, strict=True):
            limiter.class_limit(limit_class).log.add(at, count)
    _take_over(limiter, other)


def worst_case_of_peers(
    limiter: RateLimiter, rates: Sequence[Rate], others: int, unseen: float, now: int
) -> RateLimiter:
    """What `others` peers may have sent in `unseen` seconds without news of them: as much as they can, and as the
    windows let them."""
    assumed = RateLimiter()
    assumed.count_over(rates)
    most = [math.ceil(unseen * others * PACE), *(one.limit * math.ceil(unseen / one.seconds) for one in rates)]
    for rate in rates:
        more = min(*most, limiter.free(rate, now))
        if more > 0:
            assumed.windows[rate.seconds].ours.add(now, more)
    return assumed


def _take_over(limiter: RateLimiter, other: RateLimiter) -> None:
    """Who sends, what they have under way, and what is closed."""
    for name, owner in other.owners.items():
        known = limiter.owners.setdefault(name, Owner(owner.last_seen))
        known.last_seen = max(known.last_seen, owner.last_seen)
        known.under_way.update(owner.under_way)
    for limit_class, until in other.closed.items():
        limiter.close(limit_class, until)
