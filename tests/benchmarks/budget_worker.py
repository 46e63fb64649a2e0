"""One process that asks the shared budget again and again: budget_worker.py URL TIMES PAUSE.

Prints the median milliseconds of asking for a slot, and of giving it back.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time

from reply_mcp.client.budget import Budget
from reply_mcp.client.rate_limits.rates import parse_rates
from reply_mcp.client.stores import open_stores

RATES = "1000000/minute,9000000/hour"
"""Wide enough that nobody waits, and counted as the real ones are."""


async def main(url: str, times: int, pause: float) -> None:
    budget = Budget(parse_rates(RATES), open_stores(url).of("a credential"))
    asked, given = [], []
    for _ in range(times):
        begun = time.perf_counter()
        slot = await budget.acquire("general", 60)
        asked.append(time.perf_counter() - begun)
        await asyncio.sleep(pause)
        begun = time.perf_counter()
        await budget.release(slot)
        given.append(time.perf_counter() - begun)
    await budget.aclose()
    print(f"{statistics.median(asked) * 1000} {statistics.median(given) * 1000}")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])))
