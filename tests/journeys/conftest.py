"""The account in which journeys happen: of one seed and at one moment, a Wednesday, so that each goes alike always."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine

from reply_mcp.sandbox import running
from tests.conftest import Sandbox
from tests.undo import changes_undone

NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def _account() -> Iterator[Sandbox]:
    with time_machine.travel(NOW, tick=True), running(rate_limits="none") as one:
        yield Sandbox(one)


@pytest.fixture
def account(_account: Sandbox) -> Iterator[Sandbox]:
    """The account; what a journey changes is undone after it."""
    with changes_undone(_account.app.state.kernel):
        yield _account
