"""Notifications of one call: a host is told that it goes on, however long Reply takes."""

from __future__ import annotations

import anyio
import pytest

from reply_mcp.server import progress as module
from reply_mcp.server.progress import Progress
from reply_mcp.settings import Settings
from tests.conftest import KEY, Sandbox, connected


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[float, str]]:
    monkeypatch.setattr(module, "QUIET_SECONDS", 0.02)
    return []


def progress(sent: list[tuple[float, str]], breaks: bool = False) -> Progress:
    async def send(at: float, total: float | None, what: str) -> None:
        sent.append((at, what))
        if breaks:
            raise RuntimeError("nobody listens")

    return Progress(send)


async def until(sent: list[tuple[float, str]], count: int) -> None:
    with anyio.fail_after(60):
        while len(sent) < count:
            await anyio.sleep(0.005)


async def test_a_silent_call_says_that_it_goes_on_and_the_number_grows(sent: list[tuple[float, str]]) -> None:
    async with progress(sent).keep_alive():
        await until(sent, 3)
    ended = len(sent)
    await anyio.sleep(0.06)
    assert len(sent) == ended
    assert [at for at, _ in sent] == sorted({at for at, _ in sent})
    assert all(what.startswith("Waiting for Reply, ") for _, what in sent)


async def test_a_host_that_cannot_be_told_does_not_end_the_call(sent: list[tuple[float, str]]) -> None:
    done = False
    async with progress(sent, breaks=True).keep_alive():
        await until(sent, 2)
        done = True
    assert done


@pytest.mark.parametrize("mode", ["legacy", "2026-07-28"])
async def test_a_host_hears_that_a_slow_call_goes_on(
    sent: list[tuple[float, str]], sandbox: Sandbox, mode: str
) -> None:
    async def hears(at: float, total: float | None, what: str | None) -> None:
        sent.append((at, what or ""))

    sandbox.fault(kind="latency", seconds=1, match="/v3/contacts")
    settings = Settings(api_key=KEY, base_url=sandbox.url, rate_limits="none")
    async with connected(settings, mode) as client:
        result = await client.call_tool("reply_search_contacts", {"top": 1}, progress_callback=hears)
    assert not result.is_error
    assert sent
    assert all(what.startswith("Waiting for Reply, ") for _, what in sent)
    assert [at for at, _ in sent] == sorted({at for at, _ in sent})
