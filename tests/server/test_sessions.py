"""Sessions by credential: one each, the least recently used closed when there are too many."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from reply_mcp.client.credentials import Credential
from reply_mcp.client.session import Session
from reply_mcp.server import sessions as module
from reply_mcp.server.sessions import Sessions, credential_of
from reply_mcp.settings import SettingError, Settings


@pytest.fixture
async def sessions(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Sessions]:
    """Sessions of which three may be open."""
    monkeypatch.setattr(module, "MAX_SESSIONS", 3)
    opened = Sessions(Settings(budget_url="memory:"), local=False)
    yield opened
    await opened.aclose()


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The keys whose sessions were closed, in order."""
    keys: list[str] = []
    close = Session.aclose

    async def aclose(self: Session) -> None:
        keys.append(self.client.credential.key)
        await close(self)

    monkeypatch.setattr(Session, "aclose", aclose)
    return keys


async def test_a_credential_has_one_session(sessions: Sessions) -> None:
    ann = await sessions.of(Credential("ann"))
    assert await sessions.of(Credential("ann")) is ann
    assert await sessions.of(Credential("ann", user_id=2)) is not ann


async def test_the_session_just_opened_stays_and_the_least_recently_used_goes(
    sessions: Sessions, closed: list[str]
) -> None:
    opened = {key: await sessions.of(Credential(key)) for key in ("a", "b", "c")}
    assert await sessions.of(Credential("a")) is opened["a"], "used again, so b is the oldest now"
    newest = await sessions.of(Credential("d"))
    assert closed == ["b"]
    assert await sessions.of(Credential("d")) is newest
    assert await sessions.of(Credential("a")) is opened["a"]
    assert await sessions.of(Credential("c")) is opened["c"]
    assert await sessions.of(Credential("b")) is not opened["b"]
    assert closed == ["b", "d"]


async def test_closing_closes_all(closed: list[str]) -> None:
    sessions = Sessions(Settings(budget_url="memory:"), local=False)
    await sessions.of(Credential("a"))
    await sessions.of(Credential("b"))
    await sessions.aclose()
    assert closed == ["a", "b"]


def test_settings_that_cannot_be_read_stop_the_start() -> None:
    with pytest.raises(SettingError, match="REPLY_RATE_LIMITS"):
        Sessions(Settings(rate_limits="many"), local=False)
    with pytest.raises(SettingError, match="REPLY_BUDGET_URL"):
        Sessions(Settings(budget_url="ftp://x"), local=False)


def test_without_a_key_there_is_no_credential() -> None:
    assert credential_of(Settings()) is None
    assert credential_of(Settings(api_key="k", user_id=7)) == Credential("k", user_id=7)
