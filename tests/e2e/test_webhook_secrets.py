"""A webhook whose URL holds a user name and a password, which Reply has from elsewhere: nothing that is said or logged
shows them, and what is undone has them again."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reply_mcp.settings import Settings
from tests.conftest import Sandbox, connected, text_of
from tests.consent import code_in

SECRET = "s3cr3t"
URL = f"https://bob:{SECRET}@hooks.example.com/x"
SHOWN = "https://[hidden]@hooks.example.com/x"


class Hooks:
    """An agent that asks and confirms, and all that it read."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.read: list[str] = []

    async def call(self, tool: str, **given: Any) -> str:
        run = "reply_run_read" if tool.startswith(("reply_list", "reply_get")) else "reply_run_write"
        for _ in range(2):
            text = text_of(await self.client.call_tool(run, {"tool": tool, "arguments": given}))
            self.read.append(text)
            if "confirm=" not in text:
                break
            given = {**given, "confirm": code_in(text)}
        return self.read[-1]


@pytest.fixture
def hook(sandbox: Sandbox) -> int:
    one = sandbox.store.all("webhook")[0]
    sandbox.store.put("webhook", {**one, "url": URL, "enabled": True})
    return int(one["id"])


async def test_what_is_said_of_a_webhook_shows_no_password(
    hook: int, sandbox: Sandbox, settings_for: Callable[..., Settings]
) -> None:
    def urls() -> list[str]:
        return [one["url"] for one in sandbox.store.all("webhook")]

    async with connected(settings_for(sandbox)) as client:
        agent = Hooks(client)
        await agent.call("reply_list_webhooks")
        await agent.call("reply_get_webhook", id=hook)
        await agent.call("reply_update_webhook", id=hook, url="https://hooks.example.com/new")
        assert URL not in urls()
        await agent.call("reply_list_changes")
        assert "Undone" in await agent.call("reply_undo")
        assert URL in urls()
        await agent.call("reply_update_webhook", id=hook, payloadConfig={"includeEmailText": False})
        assert URL in urls(), "what is left out of a change stays as it is"
        await agent.call("reply_test_webhook", id=hook)
        await agent.call("reply_disable_webhook", id=hook)
        await agent.call("reply_enable_webhook", id=hook)
        await agent.call("reply_delete_webhook", id=hook)
        assert URL not in urls()
        assert "Undone" in await agent.call("reply_undo")
        assert URL in urls()
        assert "no user name" in await agent.call("reply_create_webhook", eventType="email_sent", url=URL)
    assert not [text for text in agent.read if SECRET in text]
    assert sum(SHOWN in text for text in agent.read) >= 8
    kept = [file for file in Path(os.environ["XDG_STATE_HOME"]).rglob("*") if file.is_file()]
    assert kept
    assert not [file for file in kept if SECRET.encode() in file.read_bytes()]
