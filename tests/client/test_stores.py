"""The budget in a store that others use too: SQLite files and a real Redis."""

from __future__ import annotations

import asyncio
import logging
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import anyio
import pytest

from reply_mcp.client import budget as budget_module
from reply_mcp.client.budget import Budget
from reply_mcp.client.rate_limits.rate_limiter import LEASE, RateLimiter
from reply_mcp.client.rate_limits.rates import parse_rates
from reply_mcp.client.stores import StoreDown, check_url, open_stores
from reply_mcp.client.stores.sqlite import SqliteStores, state_file
from reply_mcp.errors import RateLimited
from tests.client.budget_scenes import InText, budgets, left, spend
from tests.client.redis_server import RedisServer, redis_server
from tests.client.simulated_time import in_simulated_time

RATES = parse_rates("10/2seconds")


@pytest.fixture(scope="module")
def redis() -> Iterator[RedisServer]:
    with redis_server() as server:
        yield server


@pytest.fixture(params=["sqlite", "redis"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/state/budget.db"
    server: RedisServer = request.getfixturevalue("redis")
    return server.url


async def test_what_one_spends_all_know(url: str) -> None:
    async with budgets(url, 3, RATES) as (one, two, three):
        await spend(one, 4)
        slot = await two.acquire("general", 0)
        assert await left(three) == [5]
        await two.release(slot, spent=False)
        assert await left(three) == [6]
        await spend(three, 6)
        with pytest.raises(RateLimited, match=r"10 requests a 2 seconds are used up for [123] s"):
            await one.acquire("general", 0.5)


@in_simulated_time
async def test_a_budget_that_closes_writes_what_was_spent_and_waits_for_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(budget_module, "RELEASE_WITHIN", 3600.0)
    stores = open_stores(f"sqlite:///{tmp_path}/budget.db")
    one, other = (Budget(RATES, stores.of("a credential")) for _ in range(2))
    await spend(one, 3)
    with anyio.fail_after(60):
        await one.aclose()
    assert await left(other) == [7]
    await other.aclose()
    await stores.aclose()


async def asked_in_turn(all_of: list[Budget]) -> tuple[list[int], list[float]]:
    """Which of five calls got their slots, one a second, and when, by the loop's clock; the third is cancelled."""
    order: list[int] = []
    at: list[float] = []
    for budget in all_of:
        await budget.left()
    await spend(all_of[0])

    async def one(number: int) -> None:
        slot = await all_of[number % 3].acquire("general", 30)
        order.append(number)
        at.append(anyio.current_time())
        await all_of[number % 3].release(slot)

    tasks = []
    for number in range(5):
        tasks.append(asyncio.create_task(one(number)))
        await asyncio.sleep(0.02)
    tasks[2].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return order, at


async def test_first_come_first_served_over_all(url: str) -> None:
    async with budgets(url, 3, parse_rates("1/second")) as all_of:
        order, _ = await asked_in_turn(all_of)
    assert order == [0, 1, 3, 4]


@in_simulated_time
async def test_the_turn_of_a_cancelled_call_goes_to_the_next() -> None:
    """It waits no longer than the others for theirs."""
    store = InText()
    order, at = await asked_in_turn([Budget(parse_rates("1/second"), store) for _ in range(3)])
    assert order == [0, 1, 3, 4]
    assert at[2] - at[1] < 1.6 * max(at[1] - at[0], at[3] - at[2])


async def test_a_cancelled_call_gives_its_slot_back(url: str) -> None:
    async with budgets(url, 2, RATES) as (one, two):
        for number in range(30):
            task = asyncio.create_task(one.acquire("general", 5))
            await asyncio.sleep(number / 10_000)  # anywhere between its beginning and its end
            task.cancel()
            with suppress(asyncio.CancelledError):
                await one.release(await task, spent=False)
        await asyncio.sleep(0.1)
        assert await left(two) == [10]


_KILLED = """
import asyncio, os, sys
from reply_mcp.client.budget import Budget
from reply_mcp.client.rate_limits.rates import parse_rates
from reply_mcp.client.stores import open_stores
async def main():
    budget = Budget(parse_rates("10/2seconds"), open_stores(sys.argv[1]).of(sys.argv[2]))
    for _ in range(4):
        await budget.acquire("general", 0)
    print("holding", flush=True)
    await asyncio.sleep(60)
asyncio.run(main())
"""


async def test_a_killed_process_leaves_nothing_held(url: str) -> None:
    async with budgets(url, 1, RATES, credential="killed") as (budget,):
        process = subprocess.Popen([sys.executable, "-c", _KILLED, url, "killed"], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        assert process.stdout.readline() == "holding\n"
        assert await left(budget) == [6]
        await asyncio.sleep(2.5)
        assert await left(budget) == [6]  # it lives, and its answers may come yet
        process.kill()
        process.wait()
        killed = time.monotonic()
        while await left(budget) != [10]:
            assert time.monotonic() - killed < LEASE / 1000 + 2 + 30
            await asyncio.sleep(0.1)
        assert time.monotonic() - killed > 2  # what it had sent counted on


async def test_redis_restarted_and_empty(redis: RedisServer, caplog: pytest.LogCaptureFixture) -> None:
    """While it is away everybody keeps to a share; when it is back, it learns what was sent."""
    with caplog.at_level(logging.WARNING, "reply_mcp.budget"):
        async with budgets(redis.url, 2, parse_rates("20/minute")) as (one, two):
            await spend(one, 5)
            await spend(two, 3)
            await spend(one)
            redis.stop()
            alone = 0
            with suppress(RateLimited):
                while alone < 20:
                    await spend(one)
                    alone += 1
            # Its half of the eleven that were left, but for what the other may have sent in the last milliseconds.
            assert 2 <= alone <= 5
            await spend(two)
            redis.start()
            for _ in range(40):  # they look again by themselves
                await asyncio.sleep(0.1)
                if not one.offline and not two.offline:
                    break
                await asyncio.gather(left(one), left(two))
            await asyncio.sleep(1.1)
            assert await left(one) == await left(two)
            assert await left(two) == [20 - 9 - alone - 1]
    said = [record.getMessage() for record in caplog.records]
    assert sum("cannot be used" in text for text in said) == 2  # once for each (a process has one)
    assert sum("can be used again" in text for text in said) == 2


async def test_a_redis_that_was_never_there(caplog: pytest.LogCaptureFixture) -> None:
    async with budgets("redis://127.0.0.1:9/0", 1, parse_rates("100/minute")) as (budget,):
        await spend(budget, 25)
        with pytest.raises(RateLimited):
            await spend(budget)
    assert len(caplog.records) == 1


async def test_an_unknown_state_is_made_anew(redis: RedisServer) -> None:
    import redis as library

    client = library.Redis.from_url(redis.url)
    client.flushall()
    async with budgets(redis.url, 1, RATES, credential="odd") as (budget,):
        await spend(budget)
        (key,) = client.keys("reply-mcp:budget:*")
        client.set(key, "something else")
        assert await left(budget) == [0]
        await asyncio.sleep(1.1)
        await spend(budget, 2)
        assert b"odd" not in key
    client.close()


def file_of(tmp_path: Path) -> Path:
    return tmp_path / "budget.db"


async def test_the_file_holds_no_key_and_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "state" / "budget.db"
    async with budgets(f"sqlite:///{path}", 1, RATES, credential="0123456789abcdef") as (budget,):
        await spend(budget)
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o777 == 0o700
    assert b"0123456789abcdef" not in path.read_bytes()


@pytest.mark.parametrize("kind", ["a list", "another program's database"])
async def test_a_file_that_is_no_budget_is_refused_and_left_as_it_is(
    kind: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = file_of(tmp_path)
    if kind == "a list":
        path.write_text("name,email\nJane,jane@acme.com\n" * 50)
    else:
        with closing(sqlite3.connect(path)) as theirs:
            theirs.execute("CREATE TABLE photos (id INTEGER)")
            theirs.commit()
    before = path.read_bytes()
    for _ in range(2):
        with pytest.raises(ValueError, match="something else, and was left as it is"):
            open_stores(f"sqlite://{path}")
    stores = SqliteStores(path)
    assert (await stores.of("a").transact(lambda limiter, now: 7))[0] == 7, "where it comes to be there later"
    assert stores.impossible
    await stores.aclose()
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


async def test_a_file_of_ours_that_is_broken_is_made_anew_and_no_copy_is_lost(caplog: pytest.LogCaptureFixture) -> None:
    path = state_file()
    path.parent.mkdir(parents=True)
    for number in (1, 2):
        path.write_text(f"broken {number} " * 50)
        async with budgets("sqlite:", 2, RATES) as (one, two):
            await spend(one, 3)
            assert await left(two) == [7]
        assert "renamed" in caplog.text
        for belonging in ("", "-wal", "-shm"):
            Path(f"{path}{belonging}").unlink(missing_ok=True)
    kept = sorted(path.parent.glob("*.unreadable*"))
    assert [one.read_text()[:8] for one in kept] == ["broken 1", "broken 2"]


@pytest.mark.parametrize("how", ["a file in the way", "no permission"])
async def test_a_place_that_cannot_be_written(how: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    place = tmp_path / "home"
    if how == "a file in the way":
        place.write_text("")
    elif os.geteuid() == 0:
        place = Path("/proc/nothing-can-be-made-here")
    else:
        place.mkdir(mode=0o500)
    async with budgets(f"sqlite:///{place}/budget.db", 1, RATES) as (budget,):
        await spend(budget, 10)
        with pytest.raises(RateLimited):
            await spend(budget)
    assert len(caplog.records) == 1
    assert "REPLY_BUDGET_URL" in caplog.text


async def test_a_state_of_another_format_is_made_anew(tmp_path: Path) -> None:
    path = file_of(tmp_path)
    async with budgets(f"sqlite:///{path}", 1, parse_rates("10/minute"), credential="x") as (budget,):
        await spend(budget, 3)
        for state in ('{"format": 99}', "[", '{"format":1,"epoch":1,"windows":7}'):
            with sqlite3.connect(path) as other:
                other.execute("UPDATE ledger SET state = ?", (state,))
            assert await left(budget) == [0]  # until everybody has brought along what they know
            await asyncio.sleep(1.1)
            assert await left(budget) == [7]


async def test_a_locked_file_does_not_stop_anybody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reply_mcp.client.stores.sqlite.PATIENCE", 0.3)
    path = file_of(tmp_path)
    async with budgets(f"sqlite:///{path}", 1, RATES) as (budget,):
        await spend(budget)
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        await spend(budget, 2)
        assert budget.offline
        other.execute("ROLLBACK")
        other.close()
        await asyncio.sleep(1.1)
        assert await left(budget) == [7]
        assert not budget.offline


def test_rows_of_credentials_that_nobody_uses_go(tmp_path: Path) -> None:
    path = file_of(tmp_path)

    async def use(credential: str) -> None:
        async with budgets(f"sqlite:///{path}", 1, RATES, credential=credential) as (budget,):
            await spend(budget)

    asyncio.run(use("old"))
    with sqlite3.connect(path) as other:
        other.execute("UPDATE ledger SET used_at = used_at - 200000")
    asyncio.run(use("new"))
    with sqlite3.connect(path) as other:
        assert other.execute("SELECT count(*) FROM ledger").fetchone() == (1,)


def test_a_ledger_survives_its_text() -> None:
    limiter, now = RateLimiter(), 1_700_000_000_000
    from reply_mcp.client.rate_limits.headers import Quota
    from reply_mcp.client.rate_limits.queue import QueueEntry

    rates = parse_rates("2/minute,30/hour")
    for number in range(4):
        limiter.ask(QueueEntry(now, "me", number, "general", now), rates, now)
    limiter.end("me", 0, "general", now + 100, spent=True)
    limiter.learn(Quota(3600.0, 20, 900.0), "general", rates, now)
    limiter.learn(Quota(3600.0, 12, 890.0), "general", rates, now + 10_000)
    limiter.end("me", 1, "reporting", now + 500, spent=True)
    limiter.limited("reporting", 50, None, rates, now + 600)
    again = RateLimiter.parse(limiter.dump())
    assert again.dump() == limiter.dump()
    for later in (0, 20_000, 61_000, 4_000_000):
        assert again.left(rates, now + later) == limiter.left(rates, now + later)
    for odd in ("", "[]", "null", '{"format":1}', limiter.dump().replace('"format":1', '"format":2')):
        with pytest.raises(ValueError, match=r"format|limiter|Expecting"):
            RateLimiter.parse(odd)


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:///srv/budget.db", "/srv/budget.db"),
        ("sqlite:////srv/budget.db", "/srv/budget.db"),
        ("sqlite:///~/budget.db", "~/budget.db"),
        ("sqlite:///C:/budget.db", "C:/budget.db"),
    ],
)
def test_the_path_of_a_file_is_absolute(url: str, path: str) -> None:
    stores = open_stores(url)
    assert isinstance(stores, SqliteStores)
    assert stores._path == Path(path).expanduser()


@pytest.mark.parametrize(
    "url",
    ["", "budget.db", "sqlite://x", "sqlite:///", "memory:x", "redis:", "redis://", "http://x", "postgres://x/y"],
)
def test_an_address_that_names_no_store(url: str) -> None:
    with pytest.raises(ValueError, match=r"memory:, sqlite:"):
        check_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "redis+sentinel://127.0.0.1:9",
        "redis+sentinel://127.0.0.1:9/main/x",
        "redis://127.0.0.1:notaport",
    ],
)
def test_a_redis_address_that_the_library_refuses(url: str) -> None:
    with pytest.raises(ValueError, match=r"memory:, sqlite:"):
        open_stores(url)


def test_a_wrong_address_keeps_its_password() -> None:
    for url in ("redis://:p4ss/word@127.0.0.1:9", "redis+sentinel://:p4ss:9@127.0.0.1:p4ss/main"):
        with pytest.raises(ValueError, match=r"memory:, sqlite:") as caught:
            open_stores(url)
        assert "p4ss" not in str(caught.value)


async def test_the_other_kinds_of_redis_addresses() -> None:
    """Their clients are made as they should be; nothing is connected to."""
    for url, of in [
        ("rediss://u:p@127.0.0.1:9/1", "Redis"),
        ("redis+cluster://127.0.0.1:9", "RedisCluster"),
        ("redis+sentinel://u:p@127.0.0.1:9,127.0.0.2:9/main/2", "Redis"),
        ("rediss+sentinel://127.0.0.1:9/main", "Redis"),
    ]:
        stores = open_stores(url)
        assert type(stores._redis).__name__ == of  # type: ignore[attr-defined]
        with pytest.raises(StoreDown):
            await stores.of("x").transact(lambda limiter, now: None)
        await stores.aclose()


def test_without_the_client_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "redis", None)
    monkeypatch.setitem(sys.modules, "redis.asyncio", None)
    with pytest.raises(ValueError, match=r"reply-mcp\[redis\]"):
        open_stores("redis://127.0.0.1/0")
