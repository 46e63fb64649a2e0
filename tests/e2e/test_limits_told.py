"""What an agent reads of Reply's limits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from reply_mcp.settings import Settings
from tests.conftest import Sandbox, connected, text_of


async def test_less_than_a_tenth_left_is_said(sandbox: Sandbox, settings_for: Callable[..., Settings]) -> None:
    settings = settings_for(sandbox, rate_limits="12/hour", patience=1.0)
    async with connected(settings) as client:

        async def search(skip: int, **more: Any) -> str:
            return text_of(await client.call_tool("reply_search_contacts", {"top": 1, "skip": skip, **more}))

        first = await search(0)
        assert "Reply's limits" not in first
        told = [await search(skip) for skip in range(1, 30)]
        (low,) = [text for text in told if "Reply's limits: 1 of 12 requests left this hour." in text]
        (none,) = [text for text in told if "Reply's limits: 0 of 12 requests left this hour." in text]
        assert told.index(none) == told.index(low) + 1
        assert "12 requests a hour are used up" in told[-1]
        budget = await client.read_resource("reply://budget")
        assert budget.contents[0].text == "0 of 12 requests left this hour"


async def test_a_whole_list_says_it_once(sandbox: Sandbox, settings_for: Callable[..., Settings]) -> None:
    async with connected(settings_for(sandbox, rate_limits="11/hour", patience=1.0, max_tokens=20_000)) as client:
        result = await client.call_tool("reply_search_contacts", {"top": 20, "all": True})
        assert text_of(result).count("Reply's limits: ") == 1
