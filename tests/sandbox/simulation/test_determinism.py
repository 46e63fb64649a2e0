"""One seed, one start: the same data, and the same weeks afterwards, whatever the process and however time passes."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

import pytest

from reply_mcp.sandbox import kernel
from reply_mcp.sandbox.app import create_app
from reply_mcp.sandbox.seed import seed_store

DAY = 86_400
START = datetime(2026, 3, 4, 15, tzinfo=UTC)
ELSEWHERE = """
from datetime import datetime
from tests.sandbox.simulation.test_determinism import DAY, START, app_of, digest
one = app_of(3)
one.advance(14 * DAY)
print(digest(one))
"""


@pytest.fixture(autouse=True)
def _seeded_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel, "seed_store", seed_store)


def app_of(seed: int) -> kernel.Kernel:
    made: kernel.Kernel = create_app(seed=seed, speed=0, start=START).state.kernel
    return made


def documents(one: kernel.Kernel) -> dict[str, Any]:
    """Every document of the sandbox, by kind and id, read back from its database."""
    rows = one.store._sql.execute("SELECT kind, id, doc FROM records")
    return {f"{kind} {number}": json.loads(doc) for kind, number, doc in rows}


def digest(one: kernel.Kernel) -> str:
    return hashlib.sha256(json.dumps(documents(one), sort_keys=True).encode()).hexdigest()


def test_one_seed_tells_one_story() -> None:
    first, second, other = app_of(3), app_of(3), app_of(4)
    assert len(documents(first)) > 2000
    assert documents(first) == documents(second) != documents(other)
    sent = len(first.store.all("event", type="sent"))
    first.advance(14 * DAY)
    for _ in range(14 * 4):
        second.advance(DAY / 4)
    assert len(first.store.all("event", type="sent")) > sent + 20
    assert documents(first) == documents(second)


def test_another_process_tells_the_same_story() -> None:
    # Sets of texts have another order there.
    environment = {**os.environ, "PYTHONHASHSEED": "77"}
    told = subprocess.run(
        [sys.executable, "-c", ELSEWHERE], env=environment, capture_output=True, text=True, check=True, timeout=120
    )
    here = app_of(3)
    here.advance(14 * DAY)
    assert told.stdout.strip() == digest(here)
