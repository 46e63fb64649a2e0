"""The limiter of all who share an account, as one process reaches it: in its store, or offline while that is away."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from typing import TypeVar

import anyio

from reply_mcp.client.offline_budget import (
    Change,
    OfflineBudget,
    add_requests_of,
    clock,
    merge,
    worst_case_of_peers,
)
from reply_mcp.client.rate_limits.queue import QueueEntry, Wait
from reply_mcp.client.rate_limits.rate_limiter import GENERAL, RateLimiter
from reply_mcp.client.rate_limits.rates import Rate
from reply_mcp.client.stores import Store, StoreDown

T = TypeVar("T")
HEARTBEAT_EVERY = 1.0
"""Seconds between signs of life while anything is held; well below the lease of the limiter."""
JOINING = 1000
"""Milliseconds without grants after a store has lost its limiter, in which everybody brings along what they know."""
ASSUMED_PEERS = 4
"""How many are taken to share the account where nothing is known of them: the store was never reached, or is lost after
a time in which this process had nothing to ask it."""
FEWEST_PEERS = 2
"""How many are taken to share it in any case where the store is lost: another may just have begun."""


class SharedLimiter:
    """The limiter in a store, with what this process last read of it.

    Args:
        owner: names this process among those who share the account.
        under_way: the slots that this process holds, by number, with their class; read anew at each use.
    """

    def __init__(self, rates: Sequence[Rate], store: Store, owner: str, under_way: Mapping[int, str]) -> None:
        self._rates = tuple(rates)
        self._store = store
        self._owner = owner
        self._open = under_way
        # The ends of slots that are in the snapshot, and are written to the store with the next change.
        self._ended: list[Change[None]] = []
        # The limiter as it was last read, and when: by our clock (seconds) and by that of the store (milliseconds).
        self._snapshot: RateLimiter | None = None
        self._snapshot_at = 0.0
        self._snapshot_now = 0
        self._offline: OfflineBudget | None = None
        self._joining = anyio.Lock()

    @property
    def offline(self) -> bool:
        """Whether the store could not be reached when it was last asked, so that this process counts for itself."""
        return self._offline is not None

    @property
    def joined(self) -> bool:
        """Whether others share the store, and this process has read it and can reach it."""
        return self._store.shared and self._offline is None and self._snapshot is not None

    @property
    def has_unwritten_ends(self) -> bool:
        """Whether `end_later` has taken something that is not written yet."""
        return bool(self._ended)

    def age(self) -> float:
        """Seconds since the limiter was read."""
        return math.inf if self._snapshot is None else clock() - self._snapshot_at

    def now(self) -> int:
        """The store's time, as well as it is known, in milliseconds."""
        if self._snapshot is None:
            return time.time_ns() // 1_000_000
        if not self._store.shared:
            return int(clock() * 1000)
        return self._snapshot_now + int((clock() - self._snapshot_at) * 1000)

    def left(self) -> list[int]:
        """What may be sent now under each rate, as far as is known here."""
        if self._offline is not None:
            return self._offline.left(self._rates, self.now())
        return (self._snapshot or RateLimiter()).left(self._rates, self.now())

    def end_later(self, end: Change[None]) -> bool:
        """Takes the end of a slot into the snapshot, and writes it to the store with the next change. False where it
        has to be written now, since no snapshot of others is kept."""
        if not self.joined or self._snapshot is None:
            return False
        end(self._snapshot, self.now())
        self._ended.append(end)
        return True

    def ask(self, limiter: RateLimiter, entry: QueueEntry, now: int, patience: float) -> Wait | None:
        """Asks the limiter of a transaction for a slot; offline within this process's share."""
        offline = self._offline
        if offline is None or limiter is not offline.own:
            return limiter.ask(entry, self._rates, now, patience)
        return offline.ask(entry, self._rates, now, patience)

    async def transact(self, change: Change[T]) -> T:
        """What `change` gives, which reads and changes the limiter in one transaction."""
        if self._offline is None:
            try:
                return await self._transact_in_store(change)
            except StoreDown as down:
                self._store.outage.began(str(down))
                if self._offline is None:
                    self._offline = self._go_offline()
        async with self._joining:
            offline = self._offline
            if offline is not None:
                if not offline.due():
                    return offline.apply(change, self.now())
                try:
                    result = await self._transact_in_store(change, offline)
                except StoreDown:
                    offline.later()
                    return offline.apply(change, self.now())
                self._offline = None
                self._store.outage.ended()
                return result
        return await self.transact(change)  # another call has found the store again

    async def _transact_in_store(self, change: Change[T], offline: OfflineBudget | None = None) -> T:
        known, at = self._snapshot, self._snapshot_now
        ended, self._ended = self._ended, []

        def joined(limiter: RateLimiter, now: int) -> T:
            nonlocal at
            at = now
            lost = known is not None and limiter.epoch != known.epoch
            if known is not None and lost:
                if not limiter.windows:
                    limiter.close(GENERAL, now + JOINING)
                merge(limiter, known)
                if not self._is_fresh():
                    # What others sent since they may not be there to say.
                    add_requests_of(limiter, self._unseen_of_peers(known, now))
            else:
                for end in ended:
                    end(limiter, now)
            if offline is not None:
                add_requests_of(limiter, offline.own)
            if offline is not None or lost:
                limiter.heartbeat(self._owner, now, self._open)
            return change(limiter, now)

        try:
            result, limiter = await self._store.transact(joined)
        except BaseException:
            self._ended = ended + self._ended
            raise
        for end in self._ended:
            end(limiter, at)  # what has ended meanwhile
        # All three together, and only now: a change that was not kept must not move the clock.
        self._snapshot, self._snapshot_at, self._snapshot_now = limiter, clock(), at
        return result

    def _go_offline(self) -> OfflineBudget:
        now, base = self.now(), self._snapshot
        offline = OfflineBudget(RateLimiter(), RateLimiter(), ASSUMED_PEERS)
        if base is not None:
            assumed = FEWEST_PEERS if self._is_fresh() else ASSUMED_PEERS
            # Of a limit below that everybody would have none.
            share = max(min([assumed, *(rate.limit for rate in self._rates)]), len(base.owners))
            peer_usage = self._unseen_of_peers(base, now)
            base.owners.pop(self._owner, None)
            offline = OfflineBudget(base, peer_usage, share)
        offline.own.count_over(self._rates)
        offline.own.heartbeat(self._owner, now, self._open)
        return offline

    def _is_fresh(self) -> bool:
        """Whether the store was asked just now, so that nobody can have sent much since."""
        return self.age() <= 2 * HEARTBEAT_EVERY

    def _unseen_of_peers(self, known: RateLimiter, now: int) -> RateLimiter:
        """What those who are known to share the account may have sent since the store was last asked: in the shortest
        window at most, for which it is then waited. To wait out an hour would be worse than a 429."""
        unseen = min([self.age(), *(rate.seconds for rate in self._rates)])
        return worst_case_of_peers(known, self._rates, len(known.owners.keys() - {self._owner}), unseen, now)
