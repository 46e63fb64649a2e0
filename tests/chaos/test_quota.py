"""Real servers that share one quota: never a 429, and hardly anything left unused. The long runs are `make chaos`."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.chaos.quota import Figures, Run, on_redis, on_sqlite


@pytest.fixture(scope="module")
def figures() -> Iterator[dict[str, Figures]]:
    """Both runs at once, since they mostly wait."""
    kinds = {"sqlite": (on_sqlite, 2), "redis": (on_redis, 3)}
    with ThreadPoolExecutor(len(kinds)) as threads:
        futures = {
            kind: threads.submit(asyncio.run, run(Run(rates="30/3seconds", seconds=15, servers=servers, at_once=2)))
            for kind, (run, servers) in kinds.items()
        }
        yield {kind: future.result() for kind, future in futures.items()}


@pytest.mark.parametrize("kind", ["sqlite", "redis"])
def test_no_429_and_most_of_the_quota(kind: str, figures: dict[str, Figures]) -> None:
    got = figures[kind]
    assert got["refused_at"] == []
    assert got["errors"] == []
    # A busy machine answers late, and what is under way counts; the long run asks for 97 %.
    assert 0.75 * got["allowed"] <= got["done"] <= 1.2 * got["allowed"]
