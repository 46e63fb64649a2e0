from __future__ import annotations

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reply_mcp.client.budget import Budget
from reply_mcp.client.rate_limits.rates import Rate, parse_rates, seconds_of_label
from reply_mcp.errors import RateLimited
from tests.client.budget_scenes import FixedWindows, InText, left, reported
from tests.client.simulated_time import now, simulated
from tests.conftest import TIMES


async def _call(budget: Budget, server: FixedWindows, there: float, back: float) -> None:
    slot = await budget.acquire("general", 1e9)
    await asyncio.sleep(there)
    server.take()
    await asyncio.sleep(back)
    await budget.release(slot)


@settings(max_examples=60 * TIMES)
@given(
    rates=st.lists(st.builds(Rate, st.integers(1, 12), st.sampled_from([1, 5, 20, 60])), min_size=1, max_size=2),
    calls=st.lists(st.tuples(st.floats(0, 9), st.floats(0, 4), st.floats(0, 4)), min_size=1, max_size=60),
)
def test_fixed_windows_never_refuse(rates: list[Rate], calls: list[tuple[float, float, float]]) -> None:
    """Whenever calls come and however long their ways take: the server finds none too many, and none is lost."""

    async def work() -> int:
        budget, server = Budget(rates), FixedWindows(tuple(rates))

        async def later(start: float, there: float, back: float) -> None:
            await asyncio.sleep(start)
            await _call(budget, server, there, back)

        await asyncio.gather(*(later(*call) for call in calls))
        return server.refused

    assert simulated(work()) == 0


@pytest.mark.parametrize("together", [False, True])
def test_throughput(together: bool) -> None:
    """At least 97 % of what the limit allows, with answers after 50 ms."""

    async def work() -> tuple[int, float]:
        rates = parse_rates("50/5seconds")
        budget, server = Budget(rates), FixedWindows(rates)
        if together:
            await asyncio.gather(*(_call(budget, server, 0.025, 0.025) for _ in range(1000)))
        else:
            for _ in range(300):
                await _call(budget, server, 0.005, 0.005)
        return server.refused, now()

    refused, took = simulated(work())
    assert refused == 0
    # The first 50 are free; what is left takes five seconds for each 50.
    least = 5.0 * ((1000 if together else 300) / 50 - 1)
    assert took <= least / 0.97 + 0.5


@settings(max_examples=40 * TIMES)
@given(
    rate=st.builds(Rate, st.integers(4, 12), st.sampled_from([5, 20])),
    calls=st.lists(st.tuples(st.floats(0, 30), st.floats(0, 8), st.floats(0, 8)), min_size=1, max_size=40),
    killed=st.sets(st.integers(0, 39), max_size=5),
)
def test_fixed_windows_never_refuse_processes_that_die(
    rate: Rate, calls: list[tuple[float, float, float]], killed: set[int]
) -> None:
    """Four processes with one limiter; some of their requests are sent and then never heard of again."""

    async def work() -> int:
        store, server = InText(), FixedWindows((rate,))
        budgets = [Budget([rate], store) for _ in range(4)]

        async def later(number: int, start: float, there: float, back: float) -> None:
            await asyncio.sleep(start)
            if number in killed:
                # A process of its own, dead after it has sent.
                dying = Budget([rate], store)
                await dying.acquire("general", 1e9)
                await asyncio.sleep(there)
                server.take()
                await dying.aclose()
            else:
                await _call(budgets[number % 4], server, there, back)

        await asyncio.gather(*(later(number, *call) for number, call in enumerate(calls)))
        for budget in budgets:
            await budget.aclose()
        return server.refused

    assert simulated(work()) == 0


def test_first_come_first_served_and_cancelled_ones_give_back() -> None:
    async def work() -> list[int]:
        budget, order = Budget(parse_rates("2/second")), []

        async def one(number: int) -> None:
            slot = await budget.acquire("general", 100)
            order.append(number)
            await budget.release(slot)

        tasks = [asyncio.create_task(one(number)) for number in range(9)]
        await asyncio.sleep(0.1)
        for number in (2, 5):
            tasks[number].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert now() < 3.1  # seven, two a second: the cancelled two cost nothing
        return order

    assert simulated(work()) == [0, 1, 3, 4, 6, 7, 8]


def test_a_wait_beyond_patience_spends_nothing() -> None:
    async def work() -> None:
        budget = Budget(parse_rates("2/minute,10/hour"))
        for _ in range(2):
            await budget.release(await budget.acquire("general", 0))
        before = now()
        with pytest.raises(
            RateLimited, match=r"the 2 requests a minute are used up for 6[01] s\. Nothing was spent"
        ) as caught:
            await budget.acquire("general", 30)
        assert now() == before
        assert 60 <= caught.value.retry_after < 61
        assert [(one.window, one.left, one.limit) for one in await budget.left()] == [("minute", 0, 2), ("hour", 8, 10)]

    simulated(work())


def test_what_never_reached_reply_is_given_back_to_the_next_in_line() -> None:
    async def work() -> None:
        budget = Budget(parse_rates("1/hour"))
        slot = await budget.acquire("general", 0)
        waiting = asyncio.create_task(budget.acquire("general", 1e9))
        await asyncio.sleep(1)
        await budget.release(slot, spent=False)
        await budget.release(slot, spent=True)  # a second time changes nothing
        await waiting
        assert now() == pytest.approx(1)

    simulated(work())


def test_closed_classes_do_not_stand_in_the_way() -> None:
    async def work() -> None:
        budget = Budget(parse_rates("5/second"))
        await budget.limited("reporting", 40)
        waits: list[float] = []

        async def on_wait(seconds: float, why: str) -> None:
            waits.append(seconds)

        report = asyncio.create_task(budget.acquire("reporting", 60, on_wait))
        await asyncio.sleep(0)
        await budget.acquire("general", 0)
        assert now() == 0
        await report
        assert now() == pytest.approx(40)
        assert waits == [pytest.approx(40)]
        await budget.limited("general", 10)
        with pytest.raises(RateLimited, match="for stats is used up for 10 s"):
            await budget.acquire("stats", 5)

    simulated(work())


def test_what_others_spent_before_counts_until_their_window_resets() -> None:
    async def work() -> None:
        budget = Budget(parse_rates("100/minute,3000/hour"))

        async def one(headers: dict[str, str]) -> None:
            await budget.release(await budget.acquire("general", 0), headers=headers)

        await one(reported("1h", 2, 600))
        # It is not known when they came: the minute is as free as we left it.
        assert await left(budget) == [99, 2]
        await one(reported("1h", 2900, 600))  # never raises what was counted
        assert await left(budget) == [98, 1]
        await asyncio.sleep(601)
        assert await left(budget) == [100, 2998]
        for odd in (
            reported("1h", "many", 600),
            reported("fortnight", 5, 600),
            reported("1h", 5, 90_000),
            {},
        ):
            await one(odd)
        assert (await left(budget))[1] == 2994

    simulated(work())


def test_what_others_spend_now_is_left_to_them_in_every_window() -> None:
    async def work() -> None:
        budget = Budget(parse_rates("100/minute,3000/hour"))
        counted = 0
        for _ in range(4):  # every second one of ours and five of others
            counted += 1
            await budget.release(
                await budget.acquire("general", 0), headers=reported("1h", 3000 - counted, 1000 - now())
            )
            counted += 5
            await asyncio.sleep(1)
        minute, hour = await left(budget)
        # Of the hour those that came are gone, and as many may come before we hear of them.
        assert (minute, hour) == (100 - 4 - 15, 3000 - 4 - 15 - 15)
        await asyncio.sleep(120)
        minute, hour = await left(budget)
        assert minute == 100 - 15  # ours have run out; what others used in a minute they may use in the next
        await asyncio.sleep(180)
        assert (await left(budget))[0] == 100

    simulated(work())


def test_a_429_below_our_count_shows_what_others_use() -> None:
    async def work() -> None:
        budget = Budget(parse_rates("100/6seconds"))

        async def refused(after: int) -> None:
            for _ in range(after):
                await budget.release(await budget.acquire("general", 0))
            slot = await budget.acquire("general", 0)
            await budget.limited("general", 3)
            await budget.release(slot)
            assert await left(budget) == [0]

        await refused(after=40)
        await asyncio.sleep(3.1)
        assert await left(budget) == [9]  # ours still count; half of the limit is left to others
        await asyncio.sleep(3)
        assert await left(budget) == [50]
        await refused(after=20)  # they do use more than half
        await asyncio.sleep(6.2)
        assert await left(budget) == [20]  # of the 21 that were sent, Reply took 20
        await asyncio.sleep(26)
        assert await left(budget) == [100]

    simulated(work())


def test_a_stricter_limit_is_learned_from_its_first_429() -> None:
    async def work() -> None:
        budget = Budget(parse_rates("100/minute"))
        for _ in range(12):
            await budget.release(await budget.acquire("reporting", 0))
            await asyncio.sleep(1)
        slot = await budget.acquire("reporting", 0)
        await budget.limited("reporting", 3000)
        await budget.release(slot, spent=False)
        with pytest.raises(RateLimited, match="limit for reporting is used up for 3000 s"):
            await budget.acquire("reporting", 30)
        await asyncio.sleep(3015)  # a new window of Reply's: the old requests count no more
        for _ in range(12):
            await budget.release(await budget.acquire("reporting", 0))
        with pytest.raises(RateLimited, match=r"for reporting is used up for 36\d\d s"):
            await budget.acquire("reporting", 30)
        await budget.acquire("general", 0)
        await asyncio.sleep(24 * 3600)
        for _ in range(13):  # believed for a day: limits change
            await budget.release(await budget.acquire("reporting", 0))

    simulated(work())


def test_reads_are_not_starved_by_bulk_work() -> None:
    async def work() -> None:
        budget = Budget(parse_rates("20/minute"))
        order: list[str] = []

        async def one(name: str, bulk: bool) -> None:
            slot = await budget.acquire("general", 1e9, bulk=bulk)
            order.append(name)
            await asyncio.sleep(0.1)
            await budget.release(slot)

        async def many() -> None:
            for _ in range(60):
                await one("bulk", True)

        work = asyncio.create_task(many())
        await asyncio.sleep(5)
        assert order == ["bulk"] * 18  # a tenth is left to others
        before = now()
        await one("read", False)
        assert now() - before < 0.2  # at once
        await asyncio.sleep(30)
        assert order.count("bulk") > 18  # what has waited for long may use the rest
        await work
        assert order.count("bulk") == 60

    simulated(work())


def test_bulk_work_stands_behind_and_still_gets_its_turn() -> None:
    async def work() -> list[str]:
        budget = Budget(parse_rates("1/second"))
        order: list[str] = []

        async def one(name: str, bulk: bool) -> None:
            await budget.release(await budget.acquire("general", 1e9, bulk=bulk))
            order.append(name)

        tasks = [asyncio.create_task(one("read", False)), asyncio.create_task(one("bulk", True))]
        for _ in range(30):  # one read a second, as much as there is room for
            await asyncio.sleep(0.9)
            tasks.append(asyncio.create_task(one("read", False)))
        await asyncio.gather(*tasks)
        return order

    assert simulated(work()).index("bulk") in range(5, 16)


def test_rates() -> None:
    assert parse_rates("100/minute, 3000/hour") == (Rate(100, 60), Rate(3000, 3600))
    assert parse_rates("50/5seconds") == (Rate(50, 5),)
    assert parse_rates("None") == ()
    assert [rate.window for rate in parse_rates("1/5seconds,1/hour,1/60seconds")] == ["5 seconds", "hour", "minute"]
    assert [seconds_of_label(label) for label in ("1h", "5s", "x", "")] == [3600, 5, None, None]


@pytest.mark.parametrize("text", ["", "fast", "100", "100/minute,", "0/minute", "5/0seconds", "-1/hour", "1/fortnight"])
def test_wrong_rates(text: str) -> None:
    with pytest.raises(ValueError, match="rates such as 100/minute,3000/hour"):
        parse_rates(text)
