"""Two servers on one Redis: what the one changed, the other puts back, and nobody reads it there."""

from __future__ import annotations

from collections.abc import Callable

from reply_mcp.client.stores import open_stores
from reply_mcp.settings import Settings
from tests.client.redis_server import redis_server
from tests.conftest import Sandbox
from tests.e2e.test_undo import agent, contact, held

SettingsFor = Callable[..., Settings]


async def test_what_one_replica_changed_another_puts_back(sandbox: Sandbox, settings_for: SettingsFor) -> None:
    one = contact(sandbox)
    with redis_server() as redis:
        shared = settings_for(sandbox, budget_url=redis.url)
        async with agent(sandbox, shared) as here, agent(sandbox, shared) as there:
            await here("reply_update_contact", id=one["id"], title="A title of ours")
            assert "reply_update_contact" in await there("reply_list_changes")
            assert "Undone, change 1" in await there("reply_undo")
            assert "undone already, by change 2" in await here("reply_undo", change=1)
        stores = open_stores(redis.url)
        kept = str(await stores.state().list("change:"))
        await stores.aclose()
        assert kept.count("change:") == 3
        assert "title" not in kept
    assert held(sandbox, one["id"])["title"] == one.get("title")
