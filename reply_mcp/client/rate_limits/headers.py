"""What Reply's answers say of limits: `Retry-After` and the `X-Rate-Limit-*` headers."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from reply_mcp.client.rate_limits.rates import seconds_of_label

LONGEST = 86_400.0
"""Seconds; a longer wait is taken for a mistake."""


@dataclass(frozen=True, slots=True)
class Quota:
    """One window as Reply counts it: `remaining` requests until it resets, both now."""

    seconds: float | None
    remaining: int
    resets_in: float


def retry_after(headers: Mapping[str, str]) -> float | None:
    """The seconds of `Retry-After`, given as a number or as an HTTP date; None where it is absent or unreadable."""
    text = headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d{1,12}(\.\d{1,9})?", text, re.ASCII):
        return min(float(text), LONGEST)
    at = _http_date(text)
    return None if at is None else _clipped(at - ServerClock().now(headers))


class ServerClock:
    """Reply's clock, as the dates of its answers tell it.

    A date has whole seconds, and servers under load write old ones: the smallest of the last differences is the best.
    """

    def __init__(self) -> None:
        self._behind: deque[float] = deque(maxlen=50)

    def now(self, headers: Mapping[str, str]) -> float:
        """A Unix time, on the clock of who sent these headers."""
        at, ours = _http_date(headers.get("date", "")), datetime.now(UTC).timestamp()
        if at is not None:
            self._behind.append(ours - at)
        behind = min(self._behind, default=0.0)
        # Ours is the better one where the two agree.
        return ours if -1 < behind < 2 else ours - behind


def quota_of(headers: Mapping[str, str], clock: ServerClock | None = None) -> Quota | None:
    """The window that the answer tells of; None unless all three headers are there and readable."""
    remaining = headers.get("x-rate-limit-remaining", "").strip()
    reset = headers.get("x-rate-limit-reset", "").strip()
    if not re.fullmatch(r"-?\d{1,9}", remaining, re.ASCII):
        return None
    # .NET writes seven decimals; Python reads at most six.
    try:
        at = datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", reset))
    except ValueError:
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    now = (clock or ServerClock()).now(headers)
    return Quota(window_of(headers), int(remaining), _clipped(at.timestamp() - now))


def window_of(headers: Mapping[str, str]) -> float | None:
    """The seconds of the window that `X-Rate-Limit-Limit` names (`1h`); None where it names none."""
    return seconds_of_label(headers.get("x-rate-limit-limit", ""))


def _http_date(text: str) -> float | None:
    try:
        return parsedate_to_datetime(text).timestamp()
    except (TypeError, ValueError, OverflowError, IndexError):
        return None


def _clipped(seconds: float) -> float:
    return min(max(seconds, 0.0), LONGEST)
