"""Sessions by credential: one each, the least recently used closed when there are too many."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import anyio
import pytest

from reply_mcp.client.credentials import Credential
from reply_mcp.client.session import Session
from reply_mcp.server import sessions as module
from reply_mcp.server.sessions import Sessions, credential_of
from reply_mcp.settings import SettingError, Settings


@pytest.fixture
async def sessions(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Sessions]:
    """Sessions of which three may be open whose key is known, and two others."""
    monkeypatch.setattr(module, "MOST_SESSIONS", 3)
    monkeypatch.setattr(module, "MOST_UNKNOWN", 2)
    opened = Sessions(Settings(budget_url="memory:"), local=False)
    yield opened
    await opened.aclose()


async def known(sessions: Sessions, key: str) -> Session:
    """A session whose key Reply has accepted."""
    (await sessions.of(Credential(key))).client.accepted = True
    return await sessions.of(Credential(key))


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
    opened = {key: await known(sessions, key) for key in ("a", "b", "c")}
    assert await sessions.of(Credential("a")) is opened["a"], "used again, so b is the oldest now"
    newest = await known(sessions, "d")
    assert closed == ["b"]
    assert await sessions.of(Credential("d")) is newest
    assert await sessions.of(Credential("a")) is opened["a"]
    assert await sessions.of(Credential("c")) is opened["c"]
    assert await known(sessions, "b") is not opened["b"]
    assert closed == ["b", "d"]


async def test_made_up_keys_push_out_no_account(sessions: Sessions, closed: list[str]) -> None:
    account = await known(sessions, "account")
    for number in range(50):
        await sessions.of(Credential(f"made-up-{number}"))
    assert "account" not in closed
    assert len(closed) == 48
    assert await sessions.of(Credential("account")) is account
    assert sessions.is_known(Credential("account"))
    assert not sessions.is_known(Credential("made-up-49"))


async def test_one_with_calls_under_way_is_never_closed(sessions: Sessions, closed: list[str]) -> None:
    busy = [await known(sessions, key) for key in ("a", "b", "c")]
    for session in busy:
        session.busy = 1
    await known(sessions, "d")
    assert closed == []
    await known(sessions, "e")
    assert closed == ["d"]


async def test_what_lies_idle_is_closed_connections_first(
    sessions: Sessions, closed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "TEND_EVERY", 0.01)
    account, unknown = await known(sessions, "account"), await sessions.of(Credential("made-up"))
    account.client._open()
    account.used_at -= module.CONNECTIONS_IDLE_SECONDS + 1
    unknown.used_at -= module.UNKNOWN_IDLE_SECONDS + 1
    async with anyio.create_task_group() as group:
        group.start_soon(sessions.tend)
        with anyio.fail_after(60):
            while closed != ["made-up"] or account.client._http is not None:
                await anyio.sleep(0.01)
        assert closed == ["made-up"]
        assert account.client._http is None
        account.used_at -= module.IDLE_SECONDS
        with anyio.fail_after(60):
            while len(closed) < 2:
                await anyio.sleep(0.01)
        group.cancel_scope.cancel()
    assert closed == ["made-up", "account"]


async def test_a_budget_outlives_its_session(sessions: Sessions) -> None:
    account = await known(sessions, "account")
    spent = await account.client.budget.acquire("general", 1)
    await account.client.budget.release(spent)
    before = await account.client.budget.left(fresh=0)
    await sessions._close(sessions._open, Credential("account"))
    again = await sessions.of(Credential("account"))
    assert again is not account
    assert await again.client.budget.left(fresh=0) == before
    assert before[0].left == before[0].limit - 1


async def test_nothing_is_kept_of_a_key_that_reply_refused(tmp_path: Path) -> None:
    for url in ("memory:", f"sqlite://{tmp_path}/budget"):
        sessions = Sessions(Settings(budget_url=url), local=False)
        for key, refused in (("made-up", True), ("not-yet-used", False)):
            session = await sessions.of(Credential(key))
            spent = await session.client.budget.acquire("general", 1)
            await session.client.budget.release(spent)
            session.client.refused = refused
            await sessions._close(sessions._unknown, Credential(key))
        for key, left in (("made-up", 100), ("not-yet-used", 99)):
            session = await sessions.of(Credential(key))
            assert (await session.client.budget.left(fresh=0))[0].left == left, (url, key)
        await sessions.aclose()


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
