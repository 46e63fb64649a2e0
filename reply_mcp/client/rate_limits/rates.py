"""Rates such as `100/minute,3000/hour`."""

from __future__ import annotations

import re
from dataclasses import dataclass

_UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400}
_SHORT = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_RATE = re.compile(r"(\d{1,7})\s*(?:/|\s+per\s+)\s*(\d{0,6})\s*(second|minute|hour|day)s?", re.ASCII)
_EXPECTED = "rates such as 100/minute,3000/hour or 50/5seconds, or none"


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `limit` requests in any `seconds`."""

    limit: int
    seconds: float

    @property
    def window(self) -> str:
        """The window in words: `minute`, `5 seconds`, `hour`."""
        for unit, seconds in reversed(_UNITS.items()):
            if self.seconds % seconds == 0:
                many = int(self.seconds // seconds)
                return unit if many == 1 else f"{many} {unit}s"
        return f"{self.seconds:g} seconds"


def parse_rates(text: str) -> tuple[Rate, ...]:
    """The rates of a setting; empty for `none`.

    Raises:
        ValueError: with what is expected ("rates such as …").
    """
    if text.strip().lower() == "none":
        return ()
    rates = []
    for part in text.split(","):
        match = _RATE.fullmatch(part.strip().lower())
        if match is None:
            raise ValueError(_EXPECTED)
        limit, many, unit = match.groups()
        rate = Rate(int(limit), int(many or 1) * _UNITS[unit])
        if not rate.limit or not rate.seconds:
            raise ValueError(f"{_EXPECTED} (no rate can be 0)")
        rates.append(rate)
    return tuple(rates)


def seconds_of_label(label: str) -> float | None:
    """The seconds of a window as Reply's headers name it (`1h`, `5s`); None for anything else."""
    match = re.fullmatch(r"(\d{1,6})([smhd])", label.strip().lower(), re.ASCII)
    return int(match[1]) * _SHORT[match[2]] if match else None
