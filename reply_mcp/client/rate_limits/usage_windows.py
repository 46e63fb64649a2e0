"""Requests over time: ours, those of others, and those of classes with a stricter limit. Moments are milliseconds."""

from __future__ import annotations

import heapq
import itertools
import math
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from operator import sub
from typing import Any

_GRAINS = 400
"""Moments are rounded up to a four-hundredth of the window, so that an hour's log stays short."""
HORIZON = 60.0
"""Seconds ahead for which the use by others is foreseen."""
_BLOCKS = 8
"""Half horizons (or half windows, where those are shorter) for which the use by others is remembered."""


def counted_for(seconds: float) -> int:
    """Milliseconds from an answer until its request counts no more: a little more than the window, for two clocks that
    do not run at quite the same speed."""
    return math.ceil(seconds * 1001) + 5


class Log:
    """How many requests ended when, over a window of `seconds`; moments ascend, each with its count."""

    __slots__ = ("_grain", "at", "counts", "kept", "seconds", "total")

    def __init__(self, seconds: float, kept: int | None = None) -> None:
        self.seconds = seconds
        self.kept = counted_for(seconds) if kept is None else kept
        self._grain = max(1, math.ceil(seconds * 1000 / _GRAINS))
        self.at: list[int] = []
        self.counts: list[int] = []
        self.total = 0

    def add(self, moment: int, count: int = 1) -> None:
        moment = -(-moment // self._grain) * self._grain
        place = bisect_right(self.at, moment)
        if place and self.at[place - 1] == moment:
            self.counts[place - 1] += count
        else:
            self.at.insert(place, moment)
            self.counts.insert(place, count)
        self.total += count

    def drop_before(self, now: int) -> None:
        if self.at and self.at[0] + self.kept <= now:
            place = bisect_right(self.at, now - self.kept)
            self.total -= sum(self.counts[:place])
            del self.at[:place], self.counts[:place]

    def since(self, moment: int) -> int:
        """How many ended after this moment."""
        if not self.at or self.at[0] > moment:
            return self.total
        return sum(self.counts[bisect_right(self.at, moment) :])

    def ends(self) -> Iterator[tuple[int, int]]:
        """When how many count no more, the oldest first."""
        for at, count in zip(self.at, self.counts, strict=True):
            yield at + self.kept, count

    def merge(self, other: Log) -> None:
        """Takes over what another log of the same requests knows and this one does not."""
        known = dict(zip(self.at, self.counts, strict=True))
        for at, count in zip(other.at, other.counts, strict=True):
            if count > known.get(at, 0):
                self.add(at, count - known.get(at, 0))

    def move(self, by: int) -> None:
        """The clock was set by so many milliseconds."""
        self.at = [at + by for at in self.at]

    def dump(self) -> list[Any]:
        """Moments as differences, so that the text is short."""
        return [list(map(sub, self.at, [0, *self.at])), self.counts]

    def load(self, dumped: Any) -> Log:
        steps, self.counts = dumped
        self.at = list(itertools.accumulate(steps, initial=0))[1:]
        self.total = sum(self.counts)
        if len(self.at) != len(self.counts):
            raise ValueError("moments without counts")
        return self


@dataclass(eq=False, slots=True)
class Window:
    """One window of Reply's general limit: ours, and those of others."""

    ours: Log
    offline: Log
    """Ours of times without the store. They are added up, while copies of `ours` are laid over each other."""
    others: Log
    """Requests of others by when they were noticed, over several windows."""
    resets: int = 0
    """When the window that Reply last reported ends, in milliseconds."""
    others_counted: int = 0
    """Requests of others in that window."""
    counted_at: int = 0
    """When that was."""
    forecasts: list[list[int]] = field(default_factory=list)
    """What others would spend in a whole window at the pace they had in the last few: [its end, requests]. Only of
    windows up to `HORIZON`; for longer ones the headers come in time."""

    @classmethod
    def of(cls, seconds: float) -> Window:
        span = min(seconds, HORIZON)
        return cls(Log(seconds), Log(seconds), Log(span, kept=int(span * 500 * _BLOCKS)))

    def used(self, at: int, limit: int) -> int:
        """Of the limit at that moment: what counts of ours now and still will, and what is left to others."""
        return self.since(at - self.ours.kept) + self.reserve(at, limit)

    def others_done(self) -> tuple[int, int]:
        """When what others have used in Reply's window counts no more, and when all that is known of them is old."""
        return self.resets, self.others.at[-1] + self.others.kept if self.others.at else 0

    def move(self, by: int) -> None:
        """The clock was set by so many milliseconds."""
        for log in (self.ours, self.offline, self.others):
            log.move(by)
        self.resets, self.counted_at = self.resets and self.resets + by, self.counted_at and self.counted_at + by
        self.forecasts = [[end + by, count] for end, count in self.forecasts]

    def since(self, moment: int) -> int:
        """Requests of ours that ended after this moment."""
        return self.ours.since(moment) + self.offline.since(moment)

    def free_again(self, place: int) -> int | None:
        """When the one of ours that is `place` behind the oldest counts no more; None where there are not so many."""
        both = heapq.merge(self.ours.ends(), self.offline.ends()) if self.offline.at else self.ours.ends()
        for end, count in both:
            place -= count
            if place < 0:
                return end
        return None

    def drop_before(self, now: int) -> None:
        for log in (self.ours, self.offline, self.others):
            log.drop_before(now)

    def merge(self, other: Window) -> None:
        """Takes over what another copy of this window knows and this one does not."""
        self.ours.merge(other.ours)
        self.offline.merge(other.offline)
        self.others.merge(other.others)
        if other.counted_at > self.counted_at:
            self.resets, self.others_counted, self.counted_at = other.resets, other.others_counted, other.counted_at
            self.forecasts = list(other.forecasts)

    def dump(self) -> list[Any]:
        logs = (self.ours, self.offline, self.others)
        return [*(log.dump() for log in logs), self.resets, self.others_counted, self.counted_at, self.forecasts]

    def load(
        self, ours: Any, offline: Any, others: Any, resets: Any, others_counted: Any, counted_at: Any, forecasts: Any
    ) -> None:
        self.ours.load(ours)
        self.offline.load(offline)
        self.others.load(others)
        self.resets, self.others_counted, self.counted_at = int(resets), int(others_counted), int(counted_at)
        self.forecasts = [[int(end), int(count)] for end, count in forecasts]

    def reserve(self, now: int, limit: int) -> int:
        """How much of the limit is left to others: what they have used, and what they may use before we hear of it, as
        they did of late."""
        span = self.others.seconds
        expected = 0
        if self.others.at:
            blocks = [0] * _BLOCKS
            for at, count in zip(self.others.at, self.others.counts, strict=True):
                block = max(int((now - at) / (span * 500)), 0)
                if block < _BLOCKS:
                    blocks[block] += count
            expected = max(map(sum, itertools.pairwise(blocks)))
        counted = self.others_counted if now < self.resets else 0
        if span < self.ours.seconds:
            expected += counted
        else:
            alive = now - self.others.kept
            expected = max([expected, *(count for end, count in self.forecasts if end > alive)])
        # Whatever they used before, something remains to us: who sends nothing learns nothing.
        return max(counted, min(expected, limit - max(1, limit // 20)))

    def record_refusal(self, again: int, others: int, now: int, limit: int) -> None:
        """Reply has refused until `again`, with no more than `others` requests that are not ours in its window.

        That may be one odd moment: the first time half of the limit is left to them. A second time within what is
        remembered they do use as much as it takes.
        """
        known = self.reserve(now, limit) > 0
        self.record_others(again, others, now)
        expected = others if known else min(others, limit // 2)
        self.forecasts[-1:] = [[again, expected]]
        unnoticed = expected - self.others.since(again - int(self.ours.seconds * 1000))
        if unnoticed > 0:
            self.others.add(now, unnoticed)

    def record_others(self, resets: int, others: int, now: int) -> int:
        """`others` requests that are not ours are in the window of Reply's that ends at `resets`.

        Returns:
            How many of them surely came since that was last looked at.
        """
        length = int(self.ours.seconds * 1000)
        same = bool(self.resets) and abs(resets - self.resets) < min(2000, length // 4)
        if same:
            more = others - self.others_counted
        else:
            # All of them, if the window opened after we last looked.
            more = others if self.counted_at and resets - length >= self.counted_at else 0
            self.others_counted = 0
            self.forecasts = [*self.forecasts[-3:], [resets, 0]]
        self.resets, self.others_counted, self.counted_at = resets, max(self.others_counted, others), now
        # A pace shows only after a while.
        passed = max(now - (resets - length), length // 8)
        self.forecasts[-1:] = [[resets, math.ceil(self.others_counted * max(length / passed, 1.0))]]
        return max(more, 0)


@dataclass(eq=False, slots=True)
class ClassLimit:
    """A class of endpoints with a limit below the general one. `limit` 0: not known yet."""

    log: Log
    limit: int = 0
    seconds: float = 3600
    until: int = 0
    counts_from: int = -1
    """When Reply began to count anew, as a 429 showed; what was before counts no more."""

    def move(self, by: int) -> None:
        """The clock was set by so many milliseconds."""
        self.log.move(by)
        self.until += by
        self.counts_from += by

    def recent(self, now: int) -> int:
        """From when on requests count."""
        return max(now - counted_for(self.seconds), self.counts_from)

    def merge(self, other: ClassLimit) -> None:
        """Takes over what another copy of this class knows and this one does not."""
        self.log.merge(other.log)
        if other.until > self.until:
            self.limit, self.seconds = other.limit, other.seconds
            self.until, self.counts_from = other.until, other.counts_from

    def dump(self) -> list[Any]:
        return [self.log.dump(), self.limit, self.seconds, self.until, self.counts_from]

    def load(self, log: Any, limit: Any, seconds: Any, until: Any, counts_from: Any) -> None:
        self.log.load(log)
        self.limit, self.seconds = int(limit), float(seconds)
        self.until, self.counts_from = int(until), int(counts_from)
