"""What a name stood for: a confirmed call does what was shown, and calls within a minute look once."""

from __future__ import annotations

import re

from reply_mcp.client.kept_names import AGREED_SECONDS, MOST, KeptNames, KnownNames
from reply_mcp.settings import Settings, parse_policy
from tests.conftest import KEY, Sandbox, connected, text_of

NAME = "Renewal reminders"


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_name_is_kept_as_long_as_the_call_takes_it() -> None:
    clock = Clock()
    names = KeptNames(clock)
    KnownNames(names).keep("Q4", "sequences", 77)
    clock.now = AGREED_SECONDS - 0.1
    assert KnownNames(names, AGREED_SECONDS).get("Q4") == 77
    assert KnownNames(names, 60.0).get("Q4") is None
    assert KnownNames(names).get("Q4") is None
    clock.now = AGREED_SECONDS
    assert KnownNames(names, AGREED_SECONDS).get("Q4") is None


def test_a_write_drops_the_names_of_its_resource_alone() -> None:
    names = KeptNames()
    names.keep("Q4", "sequences", 77)
    names.keep("VIP", "contact-lists", 5)
    names.drop("sequences")
    assert (names.get("Q4", 60.0), names.get("VIP", 60.0)) == (None, 5)


def test_only_so_many_are_kept() -> None:
    names = KeptNames()
    for number in range(MOST + 1):
        names.keep(number, "sequences", number + 1)
    assert names.get(0, 60.0) is None
    assert names.get(MOST, 60.0) == MOST + 1


def _looks(sandbox: Sandbox, mark: int) -> int:
    return sum(row["path"] == "/v3/sequences" and "name" in str(row.get("query")) for row in sandbox.since(mark))


async def test_what_was_agreed_to_is_done_to_what_was_shown(sandbox: Sandbox) -> None:
    """Somebody gives the name to another sequence between question and answer."""
    shown, another = [one for one in sandbox.store.all("sequence") if not one["isArchived"]][:2]
    name = shown["name"]
    async with connected(Settings(api_key=KEY, base_url=sandbox.url, rate_limits="none")) as client:
        given = {"tool": "reply_archive_sequence", "arguments": {"id": name}}
        sandbox.store.put("sequence", {**shown, "status": "paused"})
        asked = text_of(await client.call_tool("reply_run_write", given))
        code = re.search(r'confirm="(\w+)"', asked)
        assert code, asked
        assert f"({shown['id']})" in asked
        sandbox.store.put("sequence", {**another, "name": name, "status": "paused"})
        sandbox.store.put("sequence", {**shown, "name": "Partners of old", "status": "paused"})
        mark = sandbox.seen()
        agreed = {**given, "arguments": {"id": name, "confirm": code[1]}}
        answer = text_of(await client.call_tool("reply_run_write", agreed))
        assert "Partners of old" in answer
        assert "confirm=" in answer  # it is called otherwise now: asked anew, about the one that was shown
        assert str(another["id"]) not in answer
        assert _looks(sandbox, mark) == 0
    assert not any(row["path"].endswith("/archive") for row in sandbox.since(mark))


async def test_a_name_is_looked_up_once_until_a_write_of_its_kind(sandbox: Sandbox) -> None:
    async with connected(Settings(api_key=KEY, base_url=sandbox.url, rate_limits="none")) as client:
        mark = sandbox.seen()
        for _ in range(2):
            await client.call_tool("reply_get_sequence", {"id": NAME})
        await client.call_tool("reply_run_write", {"tool": "reply_pause_sequence", "arguments": {"id": NAME}})
        await client.call_tool("reply_get_sequence", {"id": NAME})
        assert _looks(sandbox, mark) == 1
        await client.call_tool("reply_run_write", {"tool": "reply_create_sequence", "arguments": {"name": "Spring"}})
        await client.call_tool("reply_get_sequence", {"id": NAME})
        assert _looks(sandbox, mark) == 2


async def test_what_may_go_unasked_looks_its_name_up(sandbox: Sandbox) -> None:
    settings = Settings(api_key=KEY, base_url=sandbox.url, rate_limits="none", policy=parse_policy("send=allow"))
    async with connected(settings) as client:
        await client.call_tool("reply_get_sequence", {"id": NAME})
        mark = sandbox.seen()
        await client.call_tool("reply_run_write", {"tool": "reply_start_sequence", "arguments": {"id": NAME}})
        assert _looks(sandbox, mark) == 1
