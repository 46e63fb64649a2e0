"""Budgets beside another application that uses the same quota: each has its part, and Reply refuses us just once."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import anyio
import pytest

from reply_mcp.client.budget import Budget
from reply_mcp.client.rate_limits.rates import Rate
from tests.client.budget_scenes import InText, reported
from tests.client.simulated_time import now, simulated

WINDOWS = 20


@dataclass
class Quota:
    """Reply's fixed windows: each opens with its first request, and refuses what is over the limit."""

    rate: Rate
    label: str
    opened: float = -1e9
    count: int = 0
    answered: dict[str, int] = field(default_factory=lambda: {"ours": 0, "others": 0})
    refused: dict[str, list[float]] = field(default_factory=lambda: {"ours": [], "others": []})
    """When, in windows since the beginning."""

    def take(self, whose: str) -> tuple[bool, float]:
        """Whether the request was answered, and the seconds until the window ends."""
        if now() >= self.opened + self.rate.seconds:
            self.opened, self.count = now(), 0
        answered = self.count < self.rate.limit
        if answered:
            self.count += 1
            self.answered[whose] += 1
        else:
            self.refused[whose].append(now() / self.rate.seconds)
        return answered, self.opened + self.rate.seconds - now()


async def run(quota: Quota, budgets: int, at_once: int, latency: float, part: float) -> None:
    """Budgets that ask without a pause, beside an application that takes its part of the limit evenly."""
    store, chance = InText(), random.Random(1)

    async def ask(budget: Budget) -> None:
        while True:
            slot = await budget.acquire("general", patience=1e9)
            await anyio.sleep(latency * chance.uniform(0.2, 1))
            answered, resets_in = quota.take("ours")
            headers = reported(quota.label, quota.rate.limit - quota.count, resets_in)
            await anyio.sleep(latency * chance.uniform(0.2, 1))
            if not answered:
                await budget.limited("general", resets_in, headers)
            await budget.release(slot, headers=headers if answered else None)

    async def another() -> None:
        pause, at = quota.rate.seconds / (quota.rate.limit * part), now()
        while True:
            quota.take("others")
            at += pause
            await anyio.sleep(max(0.0, at - now()))

    async with anyio.create_task_group() as group:
        for budget in [Budget([quota.rate], store) for _ in range(budgets)]:
            for _ in range(at_once):
                group.start_soon(ask, budget)
        group.start_soon(another)
        await anyio.sleep(quota.rate.seconds * WINDOWS)
        group.cancel_scope.cancel()


@pytest.mark.parametrize(
    ("rate", "label", "budgets", "at_once", "latency"),
    [
        pytest.param(Rate(30, 3), "3s", 1, 2, 0.05, id="one"),
        # More are under way at the first refusal than the other has used by then.
        pytest.param(Rate(30, 3), "3s", 4, 2, 0.05, id="four"),
        pytest.param(Rate(100, 60), "1m", 4, 2, 1.0, id="four that answer slowly"),
    ],
)
def test_others_are_left_their_half(rate: Rate, label: str, budgets: int, at_once: int, latency: float) -> None:
    quota = Quota(rate, label)
    simulated(run(quota, budgets, at_once, latency, part=0.5))
    allowed = rate.limit * WINDOWS
    assert all(at < 1.2 for at in quota.refused["ours"])  # in the first window, or at its end
    assert sum(quota.answered.values()) >= 0.6 * allowed
    assert quota.answered["others"] >= 0.35 * allowed


@pytest.mark.parametrize("part", [0.02, 0.05, 0.2, 0.8])
def test_what_others_leave_is_used_and_hardly_anything_is_refused(part: float) -> None:
    quota = Quota(Rate(100, 60), "1m")
    simulated(run(quota, budgets=4, at_once=2, latency=0.2, part=part))
    assert len(quota.refused["ours"]) <= 8  # what was under way at the first refusal
    assert sum(quota.answered.values()) >= 0.9 * quota.rate.limit * WINDOWS
