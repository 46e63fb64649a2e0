"""Rate limits as fixed windows per caller: a window opens with its first request."""

from __future__ import annotations

import math
import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from reply_mcp.sandbox.http.problems import Problem

_UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
_RATE = re.compile(r"(\d+)/(\d*)\s*(second|minute|hour|day)s?")
_STATS = re.compile(r"/v3/(reporting/|sequences/stats$|sequences/\d+/stats$)")


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `limit` requests in a window of `seconds`."""

    limit: int
    seconds: int

    @property
    def label(self) -> str:
        """The window as the `X-Rate-Limit-Limit` header names it: `1h`, `1m`, `5s`."""
        for unit, seconds in (("d", 86400), ("h", 3600), ("m", 60)):
            if self.seconds % seconds == 0:
                return f"{self.seconds // seconds}{unit}"
        return f"{self.seconds}s"


def parse_rates(text: str) -> tuple[Rate, ...]:
    """Read `100/minute,3000/hour`, `50/5seconds` or `none`. Raises ValueError that says what was expected."""
    if text.strip().lower() in ("", "none"):
        return ()
    found = []
    for part in text.split(","):
        match = _RATE.fullmatch(part.strip().lower())
        if not match:
            raise ValueError(f"{part.strip()!r} is no rate limit; write 100/minute, 50/5seconds or none")
        limit, many, unit = match.groups()
        found.append(Rate(int(limit), int(many or 1) * _UNITS[unit]))
    return tuple(found)


@dataclass(slots=True)
class _Window:
    began: float
    used: int = 0


class RateLimits:
    """Counts the requests of each caller. Windows follow real time, because clients wait in real time."""

    def __init__(self, general: tuple[Rate, ...], stats: tuple[Rate, ...] = ()) -> None:
        self._general = general
        self._stats = stats
        self._windows: dict[tuple[str, str, Rate], _Window] = {}

    def count_request(self, caller: str, path: str) -> dict[str, str]:
        """Count a request and answer the rate headers. Raises a 429 problem, counting nothing, when one window is full.

        The headers speak of the longest window, as those of Reply do.
        """
        now = time.time()
        windows = [("general", rate) for rate in self._general]
        if _STATS.match(path):
            windows += [("stats", rate) for rate in self._stats]
        opened = [(rate, self._window(caller, kind, rate, now)) for kind, rate in windows]
        full = [window.began + rate.seconds - now for rate, window in opened if window.used >= rate.limit]
        if full:
            wait = max(1, math.ceil(max(full)))
            raise Problem(
                429, None, f"API calls quota exceeded. Retry after {wait} seconds.", headers={"Retry-After": str(wait)}
            )
        for _, window in opened:
            window.used += 1
        if not opened:
            return {}
        rate, window = max(opened, key=lambda pair: pair[0].seconds)
        reset = datetime.fromtimestamp(window.began + rate.seconds, UTC)
        return {
            "X-Rate-Limit-Limit": rate.label,
            "X-Rate-Limit-Remaining": str(rate.limit - window.used),
            "X-Rate-Limit-Reset": reset.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        }

    def reset(self) -> None:
        """Close every window."""
        self._windows.clear()

    def _window(self, caller: str, kind: str, rate: Rate, now: float) -> _Window:
        name = (caller, kind, rate)
        window = self._windows.get(name)
        if window is None or now >= window.began + rate.seconds:
            window = self._windows[name] = _Window(now)
        return window
