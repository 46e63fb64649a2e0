"""The hour of the sandbox: what it sends at once depends on whether a schedule is open."""

from __future__ import annotations

from datetime import datetime, timedelta


def seconds_until_night(now: datetime) -> float:
    """Until the next five o'clock UTC, when no schedule of the sample data is open: midnight in New York, early in
    Berlin."""
    night = now.replace(hour=5, minute=0, second=0, microsecond=0)
    return ((night if night > now else night + timedelta(days=1)) - now).total_seconds()
