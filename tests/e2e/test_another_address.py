"""The same key at two addresses, with one place for what is kept: nothing of the one counts for the other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from reply_mcp.settings import Settings
from tests.conftest import Sandbox
from tests.e2e.test_undo import agent, code_in, contact

SettingsFor = Callable[..., Settings]


async def test_what_was_done_in_one_reply_is_unknown_in_another(
    sandbox: Sandbox, fresh_sandbox: Callable[..., Sandbox], settings_for: SettingsFor, tmp_path: Path
) -> None:
    here, there = sandbox, fresh_sandbox()
    kept = f"sqlite:///{tmp_path}/state.sqlite3"
    id = contact(here)["id"]
    assert contact(there)["id"] == id
    note = {"contactId": id, "content": "Asked for prices."}
    async with (
        agent(here, settings_for(here, budget_url=kept, rate_limits="100/hour")) as one,
        agent(there, settings_for(there, budget_url=kept, rate_limits="100/hour")) as other,
    ):
        await one("reply_update_contact", id=id, title="A title of ours")
        assert "reply_update_contact" in await one("reply_list_changes")
        assert "reply_update_contact" not in await other("reply_list_changes")
        assert "title" not in await other("reply_undo")

        await one("reply_add_contact_note", **note)
        assert "would do it again" in await one("reply_add_contact_note", **note)
        assert "would do it again" not in await other("reply_add_contact_note", **note)

        code = code_in(await one("reply_delete_contact", id=id))
        await other("reply_delete_contact", id=id)
        await other("reply_delete_contact", id=id, confirm=code)
    assert there.get(f"/v3/contacts/{id}")["id"] == id
