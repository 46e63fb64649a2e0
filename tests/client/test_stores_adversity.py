"""Stores whose files and states others delete, spoil or fill while they are open."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
from pathlib import Path

import pytest

from reply_mcp.client.rate_limits.rate_limiter import RateLimiter
from reply_mcp.client.rate_limits.rates import parse_rates
from reply_mcp.client.stores import StoreDown, open_stores
from tests.client.budget_scenes import budgets, left, spend
from tests.client.redis_server import redis_server

RATES = parse_rates("12/minute")


def spoil(path: Path, how: str) -> None:
    if how == "deleted":
        for file in path.parent.glob(f"{path.name}*"):
            file.unlink()
    elif how == "folder deleted":
        shutil.rmtree(path.parent)
    elif how == "replaced":
        copy = path.with_name("copy")
        shutil.copy(path, copy)
        copy.replace(path)
    elif how == "emptied":
        os.truncate(path, 0)
    else:
        with path.open("r+b") as file:
            file.write(os.urandom(5000))


@pytest.mark.parametrize("how", ["deleted", "folder deleted", "replaced", "emptied", "overwritten"])
async def test_a_file_that_is_gone_or_spoiled_is_shared_again(how: str, tmp_path: Path) -> None:
    path = tmp_path / "state" / "budget.db"
    async with budgets(f"sqlite:///{path}", 2, RATES, "x") as (one, new):
        await spend(one, 3)
        await asyncio.sleep(0.2)
        spoil(path, how)
        await spend(new, 2)  # a process that knows nothing yet
        if how == "emptied":
            await left(one)
            await asyncio.sleep(1.1)
        await spend(one)
        for _ in range(30):
            await asyncio.sleep(0.1)
            if await left(one) == await left(new) == [12 - 6]:
                break
        assert await left(one) == await left(new) == [12 - 6]
        assert not one.offline
        assert not new.offline


async def test_a_full_disk_stops_nobody_and_is_got_over(tmp_path: Path) -> None:
    stores = open_stores(f"sqlite:///{tmp_path}/budget.db")
    first, second = stores.of("first"), stores.of("second")

    def grow(limiter: RateLimiter, now: int) -> None:
        limiter.closed = {f"{number:0200}": now for number in range(200)}

    await first.transact(lambda limiter, now: None)
    for store in (first, second):
        connection, _ = stores.connection()  # type: ignore[attr-defined]
        connection.execute("PRAGMA max_page_count=4")
        with pytest.raises(StoreDown, match="full"):
            await store.transact(grow)
        # Space again: it is shared, also the one that had never been kept.
        await store.transact(lambda limiter, now: None)
        assert store.shared
    await stores.aclose()


async def test_a_state_of_another_version_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two versions on one file, with limiters of different formats, would clear each other's again and again."""
    path = tmp_path / "budget.db"
    async with budgets(f"sqlite:///{path}", 1, RATES, "x") as (old,):
        await spend(old, 3)
        monkeypatch.setattr("reply_mcp.client.stores.sqlite.FORMAT", 99)
        async with budgets(f"sqlite:///{path}", 1, RATES, "x") as (new,):
            await spend(new, 2)
        with sqlite3.connect(path) as other:
            assert other.execute("SELECT count(*) FROM ledger").fetchone() == (2,)
        assert await left(old) == [9]


@pytest.mark.parametrize("state", [b"\xff\xfe\x00", b"DEADBEEF and more", b"abc {}", b"0 x", b"", None])
async def test_whatever_stands_in_redis_is_made_anew(state: bytes | None) -> None:
    import redis as library

    with redis_server() as server:
        client = library.Redis.from_url(server.url)
        async with budgets(server.url, 2, RATES, "x") as (one, two):
            await spend(one, 2)
            await asyncio.sleep(0.2)
            async with asyncio.timeout(10):
                while not (keys := client.keys("reply-mcp:budget:*")):
                    await asyncio.sleep(0.05)
            (key,) = keys
            client.delete(key)
            if state is None:
                client.rpush(key, "another type")
            else:
                client.set(key, state)
            await spend(two)
            assert not two.offline
            await left(one)
            await asyncio.sleep(1.1)
            await spend(one)
            assert await left(two) == [12 - 4]
        client.close()
