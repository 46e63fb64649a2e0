"""The budget where something goes wrong: clocks that are set, stores that go away, callers that hang."""

from __future__ import annotations

import asyncio

import pytest

from reply_mcp.client.budget import Budget
from reply_mcp.client.rate_limits.headers import Quota
from reply_mcp.client.rate_limits.queue import QueueEntry
from reply_mcp.client.rate_limits.rate_limiter import RateLimiter
from reply_mcp.client.rate_limits.rates import Rate, parse_rates
from reply_mcp.errors import RateLimited
from tests.client.budget_scenes import InText, Unsteady, left, reported, spend
from tests.client.simulated_time import now, simulated


def test_who_gave_up_while_the_store_was_away_stands_in_nobodys_way() -> None:
    async def work() -> None:
        store = Unsteady()
        rates = parse_rates("2/20seconds")
        one, two = Budget(rates, store), Budget(rates, store)
        await spend(one)
        await spend(two)
        given_up = [asyncio.create_task(one.acquire("general", 100)) for _ in range(3)]
        await asyncio.sleep(1)
        store.away = True
        await asyncio.sleep(2)
        for task in given_up:
            task.cancel()
        await asyncio.gather(*given_up, return_exceptions=True)
        store.away = False
        kept = asyncio.create_task(one.acquire("general", 1e9))  # it lives, and shows it
        await asyncio.sleep(30)
        await kept
        await spend(two)
        assert now() < 45
        assert not RateLimiter.parse(store.text).queue
        await one.aclose()
        await two.aclose()

    simulated(work())


def test_a_listener_that_hangs_holds_up_nobody() -> None:
    async def work() -> None:
        store = InText()
        one, two = (Budget(parse_rates("1/second"), store) for _ in range(2))
        await spend(one)

        async def hang(seconds: float, why: str) -> None:
            await asyncio.Event().wait()

        await asyncio.wait_for(one.acquire("general", 30, hang), 5)
        await one.aclose()
        await two.aclose()

    simulated(work())


def test_the_end_of_a_window_that_others_have_used_up_is_waited_for() -> None:
    async def work() -> None:
        budget = Budget(parse_rates("100/minute,3000/hour"))
        await budget.release(await budget.acquire("general", 0), headers=reported("1h", 0, 10))
        assert (await left(budget))[1] == 0
        with pytest.raises(RateLimited) as caught:
            await budget.acquire("general", 5)
        assert 9 <= caught.value.retry_after <= 11
        await budget.acquire("general", 30)
        assert now() == pytest.approx(10, abs=1)

    simulated(work())


@pytest.mark.parametrize("set_by", [-3_600_000, 3_600_000, -30_000, 30_000])
def test_a_clock_that_is_set_neither_frees_nor_blocks_anything(set_by: int) -> None:
    async def work() -> None:
        store = Unsteady()
        rates = parse_rates("4/minute,100/hour")
        one, two = Budget(rates, store), Budget(rates, store)
        for _ in range(3):
            await spend(one)
        slot = await two.acquire("general", 0)
        waiting = asyncio.create_task(one.acquire("general", 100))
        await asyncio.sleep(1)
        store.set_by += set_by
        await asyncio.sleep(2)
        assert not waiting.done()
        assert await left(two) == [0, 96]
        await waiting
        assert now() == pytest.approx(60, abs=1)
        await two.release(slot)
        await asyncio.sleep(1)
        assert not RateLimiter.parse(store.text).queue
        await one.aclose()
        await two.aclose()

    simulated(work())


def test_a_clock_that_began_anew_is_that_of_a_computer_that_was_off() -> None:
    rates, limiter = parse_rates("10/hour"), RateLimiter()
    limiter.sync_clock(1_000_000, 500_000)
    limiter.ask(QueueEntry(1_000_000, "me", 1, "general", 1_000_000), rates, 1_000_000)
    limiter.end("me", 1, "general", 1_000_000, spent=True)
    limiter = RateLimiter.parse(limiter.dump())
    limiter.sync_clock(1_000_000 + 4_000_000, 7_000)
    assert limiter.left(rates, 5_000_000) == [10]


def test_those_who_wait_for_a_stricter_limit_do_not_stand_in_the_way() -> None:
    async def work() -> None:
        budget = Budget(parse_rates("5/second"))
        for _ in range(3):
            await spend(budget, limit_class="reporting")
        await budget.limited("reporting", 1, {"x-rate-limit-limit": "1m"})
        await asyncio.sleep(2)
        for _ in range(3):
            await spend(budget, limit_class="reporting")
        reports = [asyncio.create_task(spend(budget, limit_class="reporting", patience=100)) for _ in range(6)]
        await asyncio.sleep(2)
        before = now()
        await spend(budget, patience=30)
        assert now() == before
        for report in reports:
            report.cancel()
        await asyncio.gather(*reports, return_exceptions=True)

    simulated(work())


def test_what_is_given_back_goes_to_the_read_and_not_to_bulk_work_that_came_before() -> None:
    async def work() -> None:
        budget = Budget(parse_rates("1/hour"))
        slot = await budget.acquire("general", 0)
        bulk = asyncio.create_task(budget.acquire("general", 1e9, bulk=True))
        await asyncio.sleep(1)
        read = asyncio.create_task(budget.acquire("general", 1e9))
        await asyncio.sleep(1)
        await budget.release(slot, spent=False)
        await asyncio.sleep(1)
        assert read.done()
        assert not bulk.done()
        bulk.cancel()
        await asyncio.gather(bulk, return_exceptions=True)

    simulated(work())


def test_what_one_sent_alone_is_known_to_all_when_the_store_is_back_though_it_is_idle() -> None:
    async def work() -> None:
        store = Unsteady()
        one, two = (Budget(parse_rates("10/minute"), store) for _ in range(2))
        await spend(one)
        await spend(two)
        await one.left(fresh=0)
        store.away = True
        await spend(one)
        store.away = False
        await asyncio.sleep(5)
        assert await left(two) == [7]
        await one.aclose()
        await two.aclose()

    simulated(work())


def test_windows_of_any_length_last() -> None:
    async def work() -> None:
        store = InText()
        (rate,) = parse_rates("3/123457 hours")
        budget = Budget([rate], store)
        for _ in range(3):
            await spend(budget)
        with pytest.raises(RateLimited):
            await spend(budget)
        assert list(RateLimiter.parse(store.text).windows) == [rate.seconds]
        await budget.aclose()

    simulated(work())


def test_a_window_that_ends_after_its_own_length_is_not_believed() -> None:
    limiter = RateLimiter()
    for quota in (Quota(3600.0, 0, 86_400.0), Quota(60.0, 0, 3000.0)):
        limiter.learn(quota, "general", (), 0)
        limiter.learn(quota, "reporting", parse_rates("9/hour"), 0)
    assert limiter.closed == {}
    limiter.learn(Quota(None, 0, 50.0), "reporting", (), 0)
    assert limiter.closed == {"reporting": 50_000}


def test_a_budget_that_was_closed_shows_signs_of_life_again() -> None:
    async def work() -> None:
        store = InText()
        budget, other = (Budget([Rate(2, 1)], store) for _ in range(2))
        await budget.acquire("general", 0)
        await budget.aclose()  # before its first sign of life
        await asyncio.sleep(10)
        await budget.acquire("general", 0)
        await asyncio.sleep(10)
        assert await left(other) == [1]
        await budget.aclose()

    simulated(work())


def test_who_goes_leaves_no_place_in_the_queue() -> None:
    async def work() -> None:
        store = InText()
        one, two = (Budget([Rate(1, 60)], store) for _ in range(2))
        await spend(two)
        waiting = asyncio.create_task(one.acquire("general", 100))
        await asyncio.sleep(1)
        waiting.cancel()
        await asyncio.sleep(0)  # it gives its place back, and at that moment all ends
        await one.aclose()
        limiter = RateLimiter.parse(store.text)
        assert (limiter.queue, len(limiter.owners)) == ([], 1)
        await two.aclose()
        assert RateLimiter.parse(store.text).owners == {}

    simulated(work())


def test_a_change_that_was_not_kept_does_not_move_the_clock() -> None:
    async def work() -> None:
        store = Unsteady()
        budget = Budget(parse_rates("9/5seconds"), store)
        await budget.left()
        before = budget._limiter.now() - now() * 1000
        await asyncio.sleep(3)
        store.away = True
        await budget.left(fresh=0)
        assert abs(budget._limiter.now() - now() * 1000 - before) <= 1
        await budget.aclose()

    simulated(work())


@pytest.mark.parametrize(
    ("before", "after", "bound"),
    [
        # Both have just been at the store.
        ([(0, 1), (1, 1)] * 5, (0, 1), 20),
        # Nobody knows of another yet, who may have begun just now.
        ([(0, 10)], (0, 1), 20),
        # One had nothing to ask for half a minute, in which the other used up the limit: a quarter more.
        ([(0, 1), (None, 29), (1, 19)], (0, 1), 25),
    ],
)
def test_how_far_a_limit_holds_where_the_store_is_lost(
    before: list[tuple[int | None, int]], after: tuple[int, ...], bound: int
) -> None:
    """`docs/reliability.md` states it."""
    sent: list[float] = []

    async def work() -> None:
        store = Unsteady()
        budgets = [Budget(parse_rates("20/minute"), store) for _ in range(2)]

        async def send(budget: Budget, most: int) -> None:
            for _ in range(most):
                slot = await budget.acquire("general", 0)
                sent.append(now())
                await asyncio.sleep(0.05)
                await budget.release(slot)

        for who, number in before:
            if who is None:
                await asyncio.sleep(number)
            else:
                await send(budgets[who], number)
        store.away = True

        async def go_on(budget: Budget) -> None:
            while now() - sent[0] < 59:
                try:
                    await send(budget, 50)
                except RateLimited:
                    await asyncio.sleep(1)

        await asyncio.gather(*(go_on(budgets[who]) for who in after))
        for budget in budgets:
            await budget.aclose()

    simulated(work())
    assert max(sum(begin <= at < begin + 60 for at in sent) for begin in sent) <= bound


def test_without_limits_a_lost_store_changes_nothing() -> None:
    async def work() -> None:
        store = Unsteady()
        budget = Budget((), store)
        await spend(budget)
        store.away = True
        await spend(budget, 3)
        store.away, store.text = False, ""
        await asyncio.sleep(10)
        await spend(budget, 3, patience=5)
        await budget.aclose()

    simulated(work())
