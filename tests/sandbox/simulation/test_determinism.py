"""One seed, one start: the same data, and the same weeks afterwards, whatever the process and however time passes."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from reply_mcp.sandbox import kernel
from reply_mcp.sandbox.seed import seed_store
from tests.sandbox.twins import DAY, digest, documents, kernel_of

ELSEWHERE = """
from tests.sandbox.twins import DAY, digest, kernel_of
one = kernel_of(3)
one.advance(14 * DAY)
print(digest(one))
"""


@pytest.fixture(autouse=True)
def _seeded_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel, "seed_store", seed_store)


def test_one_seed_tells_one_story() -> None:
    first, second, other = kernel_of(3), kernel_of(3), kernel_of(4)
    assert len(documents(first)) > 2000
    assert documents(first) == documents(second) != documents(other)
    sent = len(first.store.all("event", type="sent"))
    first.advance(14 * DAY)
    for _ in range(14 * 4):
        second.advance(DAY / 4)
    assert len(first.store.all("event", type="sent")) > sent + 10
    assert documents(first) == documents(second)


def test_another_process_tells_the_same_story() -> None:
    # Sets of texts have another order there.
    environment = {**os.environ, "PYTHONHASHSEED": "77"}
    elsewhere = subprocess.run(
        [sys.executable, "-c", ELSEWHERE], env=environment, capture_output=True, text=True, check=True, timeout=120
    )
    here = kernel_of(3)
    here.advance(14 * DAY)
    assert elsewhere.stdout.strip() == digest(here)
