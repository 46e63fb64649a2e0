"""Sandboxes over a real socket, shared within a module."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from reply_mcp.sandbox.serving import Sandbox, running

FULL = {"Authorization": "Bearer sandbox-full-access"}


@pytest.fixture(scope="module")
def wire() -> Iterator[Sandbox]:
    """Reply as it is on the wire."""
    with running(rate_limits="none", stats_rate_limits="none") as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def documented() -> Iterator[Sandbox]:
    """Reply as it is documented."""
    with running(rate_limits="none", stats_rate_limits="none", documented=True) as sandbox:
        yield sandbox


@pytest.fixture
def api(wire: Sandbox) -> Iterator[httpx.Client]:
    """A full-access client of `wire`."""
    with httpx.Client(base_url=wire.url, headers=FULL) as client:
        yield client


@pytest.fixture
def papi(documented: Sandbox) -> Iterator[httpx.Client]:
    """A full-access client of `documented`: the API as on paper."""
    with httpx.Client(base_url=documented.url, headers=FULL) as client:
        yield client
