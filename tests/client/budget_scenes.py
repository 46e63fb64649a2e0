"""What tests of the request budget share: Reply's way of counting, stores that can fail, budgets of one credential."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from reply_mcp.client.budget import Budget
from reply_mcp.client.rate_limits.rate_limiter import RateLimiter
from reply_mcp.client.rate_limits.rates import Rate
from reply_mcp.client.stores import Outage, StoreDown, open_stores
from tests.client.simulated_time import now


class FixedWindows:
    """Reply's way of counting: a window opens with its first request."""

    def __init__(self, rates: tuple[Rate, ...]) -> None:
        self.windows = [[rate, -1e9, 0] for rate in rates]
        self.refused = 0

    def take(self) -> None:
        for window in self.windows:
            if now() >= window[1] + window[0].seconds:
                window[1:] = [now(), 0]
            window[2] += 1
            self.refused += window[2] > window[0].limit


class InText:
    """A store as files and servers are: others change it too, and all that lasts is text."""

    shared = True
    outage = Outage("the text")

    def __init__(self) -> None:
        self.text = ""

    async def transact(self, change: Callable[[RateLimiter, int], Any]) -> tuple[Any, RateLimiter]:
        limiter = RateLimiter.parse(self.text) if self.text else RateLimiter()
        result = change(limiter, int(now() * 1000))
        self.text = limiter.dump()
        return result, limiter


class Unsteady(InText):
    """A store that can go away, and whose clock can be set."""

    def __init__(self) -> None:
        super().__init__()
        self.away = False
        self.set_by = 10**9

    async def transact(self, change: Callable[[RateLimiter, int], Any]) -> tuple[Any, RateLimiter]:
        if self.away:
            raise StoreDown("away")
        steady = int(now() * 1000)

        def ticked(limiter: RateLimiter, moment: int) -> Any:
            limiter.sync_clock(moment + self.set_by, steady + 1)
            return change(limiter, moment + self.set_by)

        return await super().transact(ticked)


def reported(label: str, remaining: object, resets_in: float) -> dict[str, str]:
    """The headers of an answer, by the wall's clock; only the difference to now counts."""

    reset = (datetime.now(UTC) + timedelta(seconds=resets_in)).strftime("%Y-%m-%dT%H:%M:%S.%f0Z")
    return {"x-rate-limit-limit": label, "x-rate-limit-remaining": str(remaining), "x-rate-limit-reset": reset}


async def left(budget: Budget) -> list[int]:
    """What may be sent right now, for each window, read anew."""
    return [one.left for one in await budget.left(fresh=0)]


async def spend(budget: Budget, times: int = 1, *, limit_class: str = "general", patience: float = 0) -> None:
    """Sends so many requests, one after the other."""
    for _ in range(times):
        await budget.release(await budget.acquire(limit_class, patience))


@asynccontextmanager
async def budgets(
    url: str, count: int, rates: tuple[Rate, ...], credential: str | None = None
) -> AsyncIterator[list[Budget]]:
    """Budgets of one credential, each with connections of its own, as in different processes."""
    credential = credential or os.urandom(8).hex()
    stores = [open_stores(url) for _ in range(count)]
    made = [Budget(rates, one.of(credential)) for one in stores]
    try:
        yield made
    finally:
        for budget in made:
            await budget.aclose()
        for one in stores:
            await one.aclose()
