"""What is known of a credential's requests, and who may send next: the arithmetic of the shared budget.

A `RateLimiter` is plain data with rules and no clock of its own: every method takes the time, in whole milliseconds of
the clock of the store. It goes into a store as JSON and comes back from it, in whichever process asks next.

How it counts. A slot is under way from its grant to its answer, and spent until a whole window after the answer: Reply
may have counted the request at any moment between the two, and its own fixed windows open at moments that nobody
knows. So at most `limit` requests are in any window of Reply's, wherever that begins.
"""

from __future__ import annotations

import math
import random
from bisect import bisect_right, insort
from collections.abc import Iterable, Mapping, Sequence

from pydantic_core import from_json, to_json

from reply_mcp.client.rate_limits.headers import LONGEST, Quota
from reply_mcp.client.rate_limits.queue import Owner, QueueEntry, Wait
from reply_mcp.client.rate_limits.rates import Rate
from reply_mcp.client.rate_limits.usage_windows import (
    ClassLimit,
    Log,
    Window,
    counted_for,
)

GENERAL = "general"
FORMAT = 1
LEASE = 4000
"""Milliseconds without a sign of life after which an owner is taken for dead."""
REMEMBERED = 600_000
"""Milliseconds for which an owner that holds nothing is still counted as one who may come back."""
BULK_LATER = 10_000
"""Milliseconds by which bulk requests stand behind those that came at the same time."""
BULK_LEAVES = 10
"""Bulk work leaves one in so many requests of each window to the others, until it has waited `BULK_LATER`."""
CLOCK_SET = 2000
"""Milliseconds from which a clock that differs was set, not just inexact."""
LEARNED_FOR = 24 * 3_600_000
"""Milliseconds for which a limit that a 429 taught is believed."""


class RateLimiter:
    """The requests of one credential: spent, under way, waited for, and forbidden for a while."""

    def __init__(self, *, leases: bool = True) -> None:
        """`leases`: whether owners may die without a word; there is no need to where they live and die with it."""
        self._leases = leases
        self.epoch = f"{random.getrandbits(64):x}"
        """Changes where a store has lost what it knew."""
        self.windows: dict[float, Window] = {}
        self.owners: dict[str, Owner] = {}
        self.queue: list[QueueEntry] = []
        self.closed: dict[str, int] = {}
        self.class_limits: dict[str, ClassLimit] = {}
        # When it was last used, on its clock and on one that nobody sets.
        self._at = self._steady = 0

    def sync_clock(self, now: int, steady: int = 0) -> None:
        """Called first by a store whose clock may be set: moves what it knows along with the clock.

        Args:
            steady: milliseconds on a clock that nobody sets, the same for all who share the limiter; 0 where there is
                none. Below the last one it has begun anew, with the machine.
        """
        passed, truly = now - self._at, steady - self._steady
        # Back is surely wrong. Forward may be the time that has passed.
        ahead = passed - truly if steady and self._steady and truly >= 0 else 0
        set_by = passed if passed < 0 else max(ahead, 0)
        if self._at and abs(set_by) > CLOCK_SET:
            self._move(set_by)
        self._at, self._steady = now, steady

    # Asking, and ending

    def count_over(self, rates: Iterable[Rate]) -> None:
        """Counts in the windows of these rates from now on."""
        for rate in rates:
            self.window(rate.seconds)

    def ask(self, entry: QueueEntry, rates: Sequence[Rate], now: int, patience: float = math.inf) -> Wait | None:
        """Grants the slot of this entry (None), or says how long it must wait at least and keeps its place.

        Where that is longer than `patience` seconds, the entry is not kept.
        """
        self._sweep(now)
        owner = self._owner(entry.owner, now)
        standing = [one for one in self.queue if (one.owner, one.number) == (entry.owner, entry.number)]
        entry = standing[0] if standing else entry
        self.count_over(rates)
        wait = self._wait(entry, rates, now)
        if wait is None or wait.seconds > patience:
            if standing:
                self.queue.remove(entry)
        elif not standing:
            insort(self.queue, entry)
        if wait is None:
            owner.under_way[entry.number] = entry.limit_class
        return wait

    def leave(self, owner: str, number: int) -> None:
        """Gives up a place in the queue, and the slot if it was granted meanwhile."""
        self.queue = [entry for entry in self.queue if (entry.owner, entry.number) != (owner, number)]
        if owner in self.owners:
            self.owners[owner].under_way.pop(number, None)

    def end(self, owner: str, number: int, limit_class: str, now: int, *, spent: bool) -> None:
        """A slot's answer has come, or it has failed; `spent=False` where it surely never reached Reply."""
        self._owner(owner, now).under_way.pop(number, None)
        if spent:
            self._spend(limit_class, now)
        self._sweep(now)

    def heartbeat(self, owner: str, now: int, under_way: Mapping[int, str] | None = None) -> None:
        """The owner lives, and has these slots (those that are known here, where it does not say). Where it says, it
        was away: those of its calls that still wait ask again."""
        mine = self._owner(owner, now)
        if under_way is not None:
            mine.under_way = dict(under_way)
            self.queue = [entry for entry in self.queue if entry.owner != owner]
        self._sweep(now)

    def remove_owner(self, owner: str, now: int) -> None:
        """The owner asks for nothing any more. Slots that it still has run out by themselves."""
        self.queue = [entry for entry in self.queue if entry.owner != owner]
        if not self._owner(owner, now).under_way:
            del self.owners[owner]

    # Learning from answers

    def learn(self, quota: Quota, limit_class: str, rates: Sequence[Rate], now: int) -> None:
        """Corrects the count by what an answer says of it."""
        rate = next((one for one in rates if one.seconds == quota.seconds), None)
        resets = now + int(quota.resets_in * 1000)
        longest = quota.seconds or LONGEST
        if not 0 < quota.resets_in <= longest + _inexact(longest):
            return  # clocks that do not agree, or an answer that came late
        if limit_class == GENERAL and rate is not None:
            more = self._notice(rate, resets, rate.limit - quota.remaining, now)
            if more:
                # An answer tells of one window; what came now is in all of them.
                for window in self.windows.values():
                    window.others.add(now, more)
        elif quota.remaining <= 0:
            self.close(limit_class, resets)

    def limited(self, limit_class: str, seconds: float, span: float | None, rates: Sequence[Rate], now: int) -> None:
        """Reply has refused with a 429, for so many seconds; `span` is the window that its headers name,
        in seconds."""
        again = now + math.ceil(seconds * 1000)
        first = self._closed_for(limit_class, now) <= 0
        self.close(limit_class, again)
        if not first:
            return  # sent before the refusal was known; it teaches nothing new
        if limit_class == GENERAL:
            fitting = [rate for rate in rates if rate.seconds >= seconds - 1]
            if fitting:
                rate = min(fitting, key=lambda one: one.seconds)
                # Not what is under way, which may be what was refused: it would hide others who use less than that.
                others = rate.limit - self._ended(rate, again)
                self.window(rate.seconds).record_refusal(again, max(0, others), now, rate.limit)
            return
        strict = self.class_limit(limit_class)
        span = span or (60.0 if seconds <= 61 else 3600.0)
        used = strict.log.since(max(now - int(span * 1000), strict.counts_from))
        if used:
            strict.limit, strict.seconds, strict.until, strict.counts_from = used, span, now + LEARNED_FOR, again

    def close(self, limit_class: str, until: int) -> None:
        """Nothing of this class before that moment; closing `general` closes all."""
        self.closed[limit_class] = max(self.closed.get(limit_class, 0), until)

    def left(self, rates: Sequence[Rate], now: int) -> list[int]:
        """What may be sent right now, for each rate."""
        self._sweep(now)
        under_way = self._under_way()
        shut = self._closed_for(GENERAL, now) > 0
        return [0 if shut else max(0, self._free(rate, under_way, now)) for rate in rates]

    def window(self, seconds: float) -> Window:
        """The window of this length; begun where there is none."""
        window = self.windows.get(seconds)
        if window is None:
            window = self.windows[seconds] = Window.of(seconds)
        return window

    def class_limit(self, limit_class: str) -> ClassLimit:
        """What is known of this class."""
        strict = self.class_limits.get(limit_class)
        if strict is None:
            strict = self.class_limits[limit_class] = ClassLimit(Log(3600))
        return strict

    def used(self, seconds: float, now: int) -> int:
        """Requests that count in the window of this length, others' included."""
        self._sweep(now)
        window = self.window(seconds)
        return self._under_way() + window.used(now, 10**9)

    def free(self, rate: Rate, now: int) -> int:
        """What this rate still lets through."""
        return self._free(rate, self._under_way(), now)

    # As text

    def dump(self) -> str:
        """JSON."""
        state = {
            "format": FORMAT,
            "epoch": self.epoch,
            "clock": [self._at, self._steady],
            "windows": {f"{seconds:.15g}": one.dump() for seconds, one in self.windows.items()},
            "owners": {name: [one.last_seen, one.under_way] for name, one in self.owners.items()},
            "queue": [[one.place, one.owner, one.number, one.limit_class, one.arrived, one.bulk] for one in self.queue],
            "closed": self.closed,
            "stricter": {name: one.dump() for name, one in self.class_limits.items()},
        }
        return to_json(state).decode()

    @classmethod
    def parse(cls, text: str | bytes) -> RateLimiter:
        """The limiter of this JSON.

        Raises:
            ValueError: where it is none, or of another format.
        """
        limiter = cls()
        try:
            state = from_json(text)
            if state["format"] != FORMAT:
                raise ValueError("another format")
            limiter.epoch = str(state["epoch"])
            limiter._at, limiter._steady = (int(moment) for moment in state["clock"])
            for key, window in state["windows"].items():
                limiter.window(float(key)).load(*window)
            for name, (last_seen, under_way) in state["owners"].items():
                limiter.owners[name] = Owner(int(last_seen), {int(number): of for number, of in under_way.items()})
            limiter.queue = [QueueEntry(*one) for one in state["queue"]]
            limiter.closed = {name: int(until) for name, until in state["closed"].items()}
            for name, strict in state["stricter"].items():
                limiter.class_limit(name).load(*strict)
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError) as error:
            raise ValueError(f"no limiter: {error}") from None
        return limiter

    # Inside

    def _owner(self, name: str, now: int) -> Owner:
        owner = self.owners.get(name)
        if owner is None:
            owner = self.owners[name] = Owner(now)
        owner.last_seen = max(owner.last_seen, now)
        return owner

    def _under_way(self) -> int:
        return sum(len(owner.under_way) for owner in self.owners.values())

    def _spend(self, limit_class: str, moment: int) -> None:
        for window in self.windows.values():
            window.ours.add(moment)
        if limit_class != GENERAL:
            self.class_limit(limit_class).log.add(moment)

    def _notice(self, rate: Rate, resets: int, counted: int, now: int) -> int:
        """Reply has counted so many requests in its window; what is not ours there is that of others.

        What is under way is taken for counted already, so that ours is rather too many than too few: the next answer
        knows better. Returns how many of others came since.
        """
        return self.window(rate.seconds).record_others(resets, max(0, counted - self._ours(rate, resets)), now)

    def _ours(self, rate: Rate, resets: int) -> int:
        """How many of ours are at most in Reply's window that ends then."""
        return self._ended(rate, resets) + self._under_way()

    def _ended(self, rate: Rate, resets: int) -> int:
        """How many of ours that have ended are at most in Reply's window that ends then."""
        # Clocks and headers are not exact: what we sent right before may be in it already.
        began = resets - int((rate.seconds + _inexact(rate.seconds)) * 1000)
        return self.window(rate.seconds).since(began)

    def _sweep(self, now: int) -> None:
        """Drops what no longer counts. The slots of a dead owner were sent before it was taken for dead."""
        dead = set()
        for name, owner in self.owners.items():
            if self._leases and owner.last_seen + LEASE <= now:
                for limit_class in owner.under_way.values():
                    self._spend(limit_class, owner.last_seen + LEASE)
                owner.under_way.clear()
                dead.add(name)
        if dead:
            self.queue = [entry for entry in self.queue if entry.owner not in dead]
            for name in dead:
                if self.owners[name].last_seen + REMEMBERED <= now:
                    del self.owners[name]
        for window in self.windows.values():
            window.drop_before(now)
        for limit_class in [name for name, until in self.closed.items() if until <= now]:
            del self.closed[limit_class]
        for strict in self.class_limits.values():
            strict.log.drop_before(now)
            if strict.until <= now:
                strict.limit = 0

    def _move(self, by: int) -> None:
        for window in self.windows.values():
            window.move(by)
        for owner in self.owners.values():
            owner.last_seen += by
        for entry in self.queue:
            entry.place += by
            entry.arrived += by
        self.closed = {limit_class: until + by for limit_class, until in self.closed.items()}
        for strict in self.class_limits.values():
            strict.move(by)

    def _closed_for(self, limit_class: str, now: int) -> int:
        return max(self.closed.get(limit_class, 0), self.closed.get(GENERAL, 0)) - now

    def _free(self, rate: Rate, under_way: int, now: int) -> int:
        return rate.limit - under_way - self.window(rate.seconds).used(now, rate.limit)

    def _wait(self, entry: QueueEntry, rates: Iterable[Rate], now: int) -> Wait | None:
        closed = self._closed_for(entry.limit_class, now)
        ahead, ahead_in_class = self._ahead(entry, closed, now)
        longest = Wait(closed / 1000, entry.limit_class) if closed > 0 else None
        under_way = self._under_way()
        for rate in rates:
            leaves = rate.limit // BULK_LEAVES if entry.bulk and now < entry.arrived + BULK_LATER else 0
            free = self._free(rate, under_way, now) - leaves
            if ahead >= free:
                room = rate.limit - under_way - leaves - ahead
                seconds = self._until_free(self.window(rate.seconds), rate, ahead - free, room, now)
                if ahead < free + leaves:
                    seconds = min(seconds, (entry.arrived + BULK_LATER - now) / 1000)
                if longest is None or seconds > longest.seconds:
                    longest = Wait(seconds, rate=rate)
        strict = self.class_limits.get(entry.limit_class)
        if strict is not None and ahead_in_class >= self._free_in_class(entry.limit_class, now):
            recent = strict.log.at[bisect_right(strict.log.at, strict.recent(now)) :]
            seconds = ((recent[0] - now if recent else 0) + counted_for(strict.seconds)) / 1000
            if longest is None or seconds > longest.seconds:
                longest = Wait(seconds, entry.limit_class)
        return longest

    def _free_in_class(self, limit_class: str, now: int) -> float:
        strict = self.class_limits.get(limit_class)
        if strict is None or not strict.limit:
            return math.inf
        sent = sum(of == limit_class for owner in self.owners.values() for of in owner.under_way.values())
        return strict.limit - sent - strict.log.since(strict.recent(now))

    def _ahead(self, entry: QueueEntry, closed: int, now: int) -> tuple[int, int]:
        """How many stand before it, in all and of its own class. Those whose class is closed for longer, or used
        up, do not stand in the way of the others."""
        ahead = in_class = 0
        full = {name for name in self.class_limits if self._free_in_class(name, now) <= 0}
        for other in self.queue:
            if not other < entry:
                break
            same = other.limit_class == entry.limit_class
            in_class += same
            shut = other.limit_class in full or self._closed_for(other.limit_class, now) > max(closed, 0)
            ahead += same or not shut
        return ahead, in_class

    @staticmethod
    def _until_free(window: Window, rate: Rate, short: int, room: int, now: int) -> float:
        """Seconds until there is room for one more, `short` places beyond what is free; at least so long when answers
        are due. There is, when fewer than `room` count: others may be done before ours."""
        rounds, place = divmod(max(short, 0), max(rate.limit, 1))
        again, length = window.free_again(place), counted_for(rate.seconds)
        first = max(again - now if again is not None else length, 1) + rounds * length
        others = [at - now for at in window.others_done() if at > now and window.used(at, rate.limit) < room]
        return min([first, *others]) / 1000


def _inexact(seconds: float) -> float:
    """Seconds by which the time of a window of this length may be wrong."""
    return min(0.05 + seconds / 50, 2.0)
