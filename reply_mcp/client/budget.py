"""How many requests a credential may still make, counted before each is sent.

`Budget` is what the client asks. Its count is a `RateLimiter` in a `Store`: of this process, of this machine (SQLite),
or of several machines (Redis). A store that cannot be reached stops nobody: `SharedLimiter` then counts offline, within
its share of what was left, and adds its count to the store's when that is back.

Not built on a rate limiter's library. Those count a request when it is granted, but Reply counts it when it arrives,
which is later by as long as the connection takes; and none gives a slot back, stands in line over several processes and
windows, knows the wait beforehand, or takes what others use out of an answer's headers.
"""

from __future__ import annotations

import contextlib
import itertools
import math
import os
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import anyio

from reply_mcp.client.background_tasks import BackgroundTasks
from reply_mcp.client.offline_budget import clock
from reply_mcp.client.rate_limits.headers import ServerClock, quota_of, window_of
from reply_mcp.client.rate_limits.queue import QueueEntry, Wait
from reply_mcp.client.rate_limits.rate_limiter import BULK_LATER, GENERAL, RateLimiter
from reply_mcp.client.rate_limits.rates import Rate
from reply_mcp.client.shared_limiter import HEARTBEAT_EVERY, SharedLimiter
from reply_mcp.client.stores import Store
from reply_mcp.client.stores.memory import MemoryStore
from reply_mcp.errors import RateLimited
from reply_mcp.text.times import local, zone_name

T = TypeVar("T")
OnWait = Callable[[float, str], Awaitable[None]]
"""Called with how many seconds a request waits for its turn, and why."""

NOTIFY_FROM = 0.5
"""Seconds from which a wait is worth telling."""
NOTIFY_EVERY = 5.0
POLL_EVERY = 0.5
"""Seconds between the polls of a shared store by one who waits: another process may have given a slot back, or died."""
RELEASE_WITHIN = 0.5
"""Seconds within which the end of a slot is written to a shared store. The next request writes it with its own change,
so that of calls that follow one another each costs one transaction instead of two. Until then the slot counts as under
way, as much as it will when it is spent; one that was not spent is given back at once."""
FRESH = 1.0
"""Seconds for which the last snapshot is good enough to say what is left."""


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
    number: int
    open: bool = True


@dataclass(eq=False, slots=True)
class _Waiter:
    """One that waits in this process, in the order of coming."""

    limit_class: str
    bulk: bool
    woken: anyio.Event = field(default_factory=anyio.Event)


def rate_limited(limit_class: str, seconds: float, rate: Rate | None = None) -> RateLimited:
    """The error that says when to come back, and which limit is used up: one of `rate`, or Reply's for that class."""
    what = "" if limit_class == GENERAL else f" for {limit_class}"
    used_up = f"the {rate.limit} requests a {rate.window} are" if rate else f"Reply's limit{what} is"
    now = local(datetime.now(UTC))
    then = now + timedelta(seconds=math.ceil(seconds))
    at = f"{then:{'%H:%M:%S' if then.date() == now.date() else '%Y-%m-%d %H:%M:%S'}} {zone_name()}"
    return RateLimited(
        f"429: {used_up} used up for {math.ceil(seconds)} s. Nothing was spent; retry after {at}, or ask for less.",
        seconds,
    )


class Budget:
    """Grants requests of one credential, first come first served over all who share its store."""

    def __init__(self, rates: Sequence[Rate], store: Store | None = None) -> None:
        self._rates = tuple(rates)
        self._store = store or MemoryStore()
        self._owner = f"{os.getpid():x}-{os.urandom(4).hex()}"
        self._server = ServerClock()
        self._numbers = itertools.count(1)
        self._open: dict[int, str] = {}
        self._waiting: list[_Waiter] = []
        self._limiter = SharedLimiter(self._rates, self._store, self._owner, self._open)
        self._writing_ended = False
        self._closing = anyio.Event()
        self._background = BackgroundTasks()
        self._heartbeat: anyio.CancelScope | None = None

    async def acquire(
        self, limit_class: str, patience: float, on_wait: OnWait | None = None, *, bulk: bool = False
    ) -> Slot:
        """Waits for the right to send one request. It must come back by `release`, whatever happened.

        Args:
            bulk: one of many requests of the same work; it stands behind the others.

        Raises:
            RateLimited: at once where the wait would be longer than `patience` seconds; nothing is spent.
        """
        slot = Slot(limit_class, next(self._numbers))
        waiter = _Waiter(limit_class, bulk)
        self._waiting.append(waiter)
        self._keep_lease()
        try:
            await self._granted(slot, waiter, patience, on_wait)
        except BaseException:
            # Cancelled, or out of patience: the waiter in the queue goes back, and the slot if it came meanwhile.
            await self._complete(self._limiter.transact(lambda limiter, now: limiter.leave(self._owner, slot.number)))
            raise
        finally:
            self._waiting.remove(waiter)
            self._wake()
        self._open[slot.number] = limit_class
        return slot

    async def release(self, slot: Slot, *, spent: bool = True, headers: Mapping[str, str] | None = None) -> None:
        """Ends a slot: its answer has come, or it has failed.

        Args:
            spent: False where the request surely never reached Reply.
            headers: those of the answer, whose `X-Rate-Limit-*` correct the count (others may use the account too).
        """
        if not slot.open:
            return
        slot.open = False
        self._open.pop(slot.number, None)
        quota, read_at = quota_of(headers, self._server) if headers else None, clock()

        def change(limiter: RateLimiter, now: int) -> None:
            limiter.end(self._owner, slot.number, slot.limit_class, now, spent=spent)
            if quota is not None:
                # The store may have let us wait meanwhile.
                resets_in = quota.resets_in - (clock() - read_at)
                limiter.learn(replace(quota, resets_in=resets_in), slot.limit_class, self._rates, now)

        if self._limiter.end_later(change):
            if spent and not self._waiting:
                if not self._writing_ended:
                    self._writing_ended = True
                    self._background.start(self._write_ended(self._closing))
                return
            change = _no_change
        await self._complete(self._limiter.transact(change))
        if not spent:
            self._wake()

    async def _write_ended(self, closing: anyio.Event) -> None:
        try:
            with anyio.move_on_after(RELEASE_WITHIN):
                await closing.wait()
            if self._limiter.has_unwritten_ends:
                await self._limiter.transact(_no_change)
        finally:
            self._writing_ended = False

    async def limited(self, limit_class: str, seconds: float, headers: Mapping[str, str] | None = None) -> None:
        """Reply has answered 429: nothing of this class goes out for so many seconds; a 429 for `general` closes all.
        One below our own count shows what others use, or that a class has a stricter limit."""
        window = window_of(headers or {})
        await self._limiter.transact(
            lambda limiter, now: limiter.limited(limit_class, seconds, window, self._rates, now)
        )

    @property
    def offline(self) -> bool:
        """Whether the store could not be reached when it was last asked, so that this process counts for itself."""
        return self._limiter.offline

    async def left(self, fresh: float = FRESH) -> list[Left]:
        """What may be sent right now, for each window; from a snapshot not older than `fresh` seconds."""
        if self._limiter.age() > fresh:
            await self._limiter.transact(_no_change)
        counts = self._limiter.left()
        return [Left(rate.window, count, rate.limit) for rate, count in zip(self._rates, counts, strict=True)]

    async def aclose(self) -> None:
        """Ends what goes on in the background. Slots that are still open run out by themselves."""
        if self._heartbeat is not None:
            self._heartbeat.cancel()
            self._heartbeat = None
        if self._limiter.joined:
            leave = self._limiter.transact(lambda limiter, now: limiter.remove_owner(self._owner, now))
            self._background.start(leave)
        closing, self._closing = self._closing, anyio.Event()
        closing.set()
        # What calls give back at their end, within the patience of the store.
        await self._background.finish()

    # Waiting

    async def _granted(self, slot: Slot, waiter: _Waiter, patience: float, on_wait: OnWait | None) -> None:
        until, notify_at = clock() + patience, 0.0
        entries: list[QueueEntry] = []

        def ask(limiter: RateLimiter, now: int) -> Wait | None:
            if not entries:
                later = BULK_LATER if waiter.bulk else 0
                entries.append(QueueEntry(now + later, self._owner, slot.number, slot.limit_class, now, waiter.bulk))
            return self._limiter.ask(limiter, entries[0], now, until - clock())

        while (wait := await self._limiter.transact(ask)) is not None:
            if wait.seconds > until - clock():
                raise rate_limited(slot.limit_class, wait.seconds, wait.rate)
            if on_wait is not None and wait.seconds >= NOTIFY_FROM and clock() >= notify_at:
                notify_at = clock() + NOTIFY_EVERY
                # One who does not listen must hold up neither this call nor those that stand behind it.
                with contextlib.suppress(Exception), anyio.move_on_after(min(wait.seconds, POLL_EVERY)):
                    await on_wait(wait.seconds, f"Reply's rate limit; next request in {math.ceil(wait.seconds)} s")
            waiter.woken = anyio.Event()
            polls = self._store.shared and waiter in self._first_of_each_kind()
            with anyio.move_on_after(min(wait.seconds, POLL_EVERY) if polls else wait.seconds):
                await waiter.woken.wait()

    def _first_of_each_kind(self) -> list[_Waiter]:
        """The first in line of each kind; the others know their time, or hear from the one before."""
        first: dict[tuple[str, bool], _Waiter] = {}
        for waiter in self._waiting:
            first.setdefault((waiter.limit_class, waiter.bulk), waiter)
        return list(first.values())

    def _wake(self) -> None:
        """Wakes those whose turn it may be."""
        for waiter in self._first_of_each_kind():
            waiter.woken.set()

    # Signs of life

    def _keep_lease(self) -> None:
        """Sends heartbeats as long as anything is held, so that the slots of this process are not taken for those of a
        dead one."""
        if self._store.shared and self._heartbeat is None:
            self._heartbeat = anyio.CancelScope()
            self._background.start(self._send_heartbeats(self._heartbeat))

    async def _send_heartbeats(self, scope: anyio.CancelScope) -> None:
        try:
            with scope:
                # A process that counts offline also tries the store: the others need to know what it has sent.
                while self._open or self._waiting or self.offline:
                    await anyio.sleep(HEARTBEAT_EVERY)
                    if self._limiter.age() >= HEARTBEAT_EVERY and (self._open or self._waiting or self.offline):
                        await self._limiter.transact(lambda limiter, now: limiter.heartbeat(self._owner, now))
        finally:
            if self._heartbeat is scope:
                self._heartbeat = None

    async def _complete(self, work: Coroutine[Any, Any, None]) -> None:
        """Does it to the end, even if the caller is cancelled meanwhile."""
        if self._store.shared:
            await self._background.complete(work)
        else:
            await work  # never pauses


def _no_change(limiter: RateLimiter, now: int) -> None:
    """For a transaction that reads the limiter, or writes nothing but the ends of slots."""
