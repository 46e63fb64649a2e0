"""Who waits for a request's turn, who has one under way, and how long a wait is."""

from __future__ import annotations

from dataclasses import dataclass, field

from reply_mcp.client.rate_limits.rates import Rate


@dataclass(order=True, slots=True)
class QueueEntry:
    """A place in the queue. Bulk work stands further back, and moves up as it waits."""

    place: int
    owner: str
    number: int
    limit_class: str = field(compare=False)
    arrived: int = field(compare=False)
    bulk: bool = field(compare=False, default=False)


@dataclass(eq=False, slots=True)
class Owner:
    """A process (or a part of one) that sends: its slots under way, and when it last showed itself."""

    last_seen: int
    under_way: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wait:
    """No slot yet: none before so many `seconds`. `limit_class` is the class that is closed, if that is why; else
    `rate` is the one that is used up."""

    seconds: float
    limit_class: str = ""
    rate: Rate | None = None
