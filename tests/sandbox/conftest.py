"""Sandboxes over a real socket, shared within a module; what a test changes in one is undone after it."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from reply_mcp.sandbox.serving import Sandbox, running
from tests.undo import changes_undone

FULL = {"Authorization": "Bearer sandbox-full-access"}


@pytest.fixture(scope="module")
def _wire() -> Iterator[Sandbox]:
    with running(rate_limits="none", stats_rate_limits="none") as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def _documented() -> Iterator[Sandbox]:
    with running(rate_limits="none", stats_rate_limits="none", documented=True) as sandbox:
        yield sandbox


@pytest.fixture
def wire(_wire: Sandbox) -> Iterator[Sandbox]:
    """Reply as it is on the wire."""
    with changes_undone(_wire.app.state.kernel):
        yield _wire


@pytest.fixture
def documented(_documented: Sandbox) -> Iterator[Sandbox]:
    """Reply as it is documented."""
    with changes_undone(_documented.app.state.kernel):
        yield _documented


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
