"""What holds for any calls: who came first goes first, and those who count alone never send too many together."""

from __future__ import annotations

import asyncio
import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from reply_mcp.client.budget import POLL_EVERY, Budget
from reply_mcp.client.rate_limits.rates import Rate
from reply_mcp.client.rate_limits.usage_windows import counted_for
from tests.client.budget_scenes import FixedWindows, InText, Unsteady
from tests.client.simulated_time import now, simulated
from tests.conftest import TIMES

CALLS = st.lists(st.tuples(st.floats(0, 20), st.floats(0, 2)), min_size=1, max_size=40)


@settings(max_examples=30 * TIMES)
@given(rate=st.builds(Rate, st.integers(1, 6), st.sampled_from([2, 10])), calls=CALLS)
def test_nobody_waits_longer_than_those_that_came_later(rate: Rate, calls: list[tuple[float, float]]) -> None:
    async def work() -> None:
        store = InText()
        budgets = [Budget([rate], store) for _ in range(3)]
        turns: list[tuple[float, float]] = []

        async def one(number: int, start: float, takes: float) -> None:
            await asyncio.sleep(start)
            slot = await budgets[number % 3].acquire("general", 1e9)
            turns.append((start, now()))
            await asyncio.sleep(takes)
            await budgets[number % 3].release(slot)

        await asyncio.gather(*(one(number, *call) for number, call in enumerate(calls)))
        for budget in budgets:
            await budget.aclose()
        turns.sort()
        for earlier, later in itertools.pairwise(turns):
            assert later[0] - earlier[0] < 0.01 or earlier[1] <= later[1] + POLL_EVERY + 0.01

    simulated(work())


@settings(max_examples=60 * TIMES)
@given(
    rate=st.builds(Rate, st.integers(3, 12), st.sampled_from([5, 20])),
    calls=CALLS,
    gone=st.floats(0.1, 20),
)
def test_those_who_count_alone_never_send_too_many(rate: Rate, calls: list[tuple[float, float]], gone: float) -> None:
    """The store goes away at any moment and stays away. Everybody has just looked: what others did in the second before
    is a risk that is taken."""

    async def work() -> int:
        store, server = Unsteady(), FixedWindows((rate,))
        budgets = [Budget([rate], store) for _ in range(3)]
        for budget in budgets:
            await budget.left()
            await budget.release(await budget.acquire("general", 0), spent=False)

        async def one(number: int, start: float, takes: float) -> None:
            await asyncio.sleep(start)
            slot = await budgets[number % 3].acquire("general", 1e9)
            await asyncio.sleep(takes / 2)
            server.take()
            await asyncio.sleep(takes / 2)
            await budgets[number % 3].release(slot)

        async def outage() -> None:
            await asyncio.sleep(gone)
            for budget in budgets:
                await budget.left(fresh=0)
            store.away = True

        calling = asyncio.gather(outage(), *(one(number, *call) for number, call in enumerate(calls)))
        await asyncio.wait_for(calling, 60 + len(calls) * (counted_for(rate.seconds) / 1000 + 2) * 3)
        for budget in budgets:
            await budget.aclose()
        return server.refused

    assert simulated(work()) == 0
