"""All attacks at once, for a few seconds; `make hostile` measures each by itself."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import Sandbox
from tests.server.http.attacks import ATTACKS
from tests.server.http.hostile_load import memory_of, phase_of
from tests.server.http.served import served

MOST_MEMORY = 100.0


async def test_honest_callers_are_answered_under_attack(sandbox: Sandbox, tmp_path: Path) -> None:
    environment = {"REPLY_BASE_URL": sandbox.url, "REPLY_BUDGET_URL": "memory:", "REPLY_ACCESS_LOG": "off"}
    with served(tmp_path, environment, "--log-level", "warning") as server:
        await phase_of(server, 0.5)
        at_first = memory_of(server)
        attacked = await phase_of(server, 3, *ATTACKS, least=8)
        assert attacked.errors == []
        assert attacked.memory < at_first + MOST_MEMORY
        assert server.process.poll() is None
    assert "Traceback" not in server.log
