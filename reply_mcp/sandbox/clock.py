"""Virtual time: the sandbox's now, which tests and demos may move forward."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta


class Clock:
    """Real time from `start` on (now, unless given), run `speed` times as fast, plus whatever `advance` added.

    With a speed of 0 the clock stands still between calls of `advance`.
    """

    def __init__(self, speed: float = 1.0, offset: float = 0.0, start: datetime | None = None) -> None:
        self._real_start = time.time()
        self._virtual_start = start.timestamp() if start else self._real_start
        self.speed = speed
        self.offset = offset
        self.started = self.now()

    def now(self) -> datetime:
        """The virtual instant, in UTC."""
        passed = (time.time() - self._real_start) * self.speed
        return datetime.fromtimestamp(self._virtual_start + passed + self.offset, UTC)

    def advance(self, seconds: float) -> datetime:
        """Move forward by `seconds` and answer the new now. Time never runs backwards."""
        if seconds < 0:
            raise ValueError("the clock only moves forward")
        self.offset += seconds
        return self.now()

    def iso(self) -> str:
        """Now, as Reply writes dates."""
        return iso(self.now())

    def ago(self, **spans: float) -> str:
        """A past date as Reply writes it: `ago(days=3)`."""
        return iso(self.now() - timedelta(**spans))


def iso(moment: datetime) -> str:
    """A date-time as Reply writes it: UTC, whole milliseconds, `Z`."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def instant(text: str) -> datetime:
    """The inverse of `iso`; a date without a zone is taken as UTC. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
