"""What all clients of a run have sent to Reply, for metrics."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Totals:
    """Counts since the start.

    Attributes:
        requests: requests that were sent.
        limited: answers 429.
        waited: seconds that requests waited for their turn.
    """

    requests: int = 0
    limited: int = 0
    waited: float = 0.0
