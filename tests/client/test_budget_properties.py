"""What holds for any calls: who came first goes first."""

from __future__ import annotations

import asyncio
import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from reply_mcp.client.budget import LOOK_EVERY, Budget
from reply_mcp.client.rates import Rate
from tests.client.test_budget import InText, now, simulated

CALLS = st.lists(st.tuples(st.floats(0, 20), st.floats(0, 2)), min_size=1, max_size=40)


@settings(max_examples=30, deadline=None)
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
            assert later[0] - earlier[0] < 0.01 or earlier[1] <= later[1] + LOOK_EVERY + 0.01

    simulated(work())
