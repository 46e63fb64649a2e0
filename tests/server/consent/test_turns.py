"""While a person decides about one call, others on the same thing go on; the call looks again after the answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import anyio
import mcp_types as types
import pytest

from reply_mcp.settings import Settings
from tests.conftest import Sandbox, connected, text_of
from tests.e2e.correspondence import person

SettingsFor = Callable[..., Settings]


class Undecided:
    """A person who takes their time with the first question, and agrees to all."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.began, self.decides = anyio.Event(), anyio.Event()

    async def __call__(self, context: Any, params: Any) -> types.ElicitResult:
        self.asked.append(params.message)
        self.began.set()
        await self.decides.wait()
        return types.ElicitResult(action="accept", content={"agree": True})


@pytest.mark.parametrize("mode", ["legacy", "2026-07-28"])
async def test_others_on_the_same_thing_do_not_wait_for_the_person(
    sandbox: Sandbox, settings_for: SettingsFor, mode: str
) -> None:
    undecided, ines = Undecided(), person(sandbox, "Ines")
    id, answers = ines["id"], []
    async with connected(settings_for(sandbox, tools=("reply_delete_contact", "reply_update_contact")), mode,
                         elicitation_callback=undecided) as client:  # fmt: skip

        async def delete() -> None:
            answers.append(text_of(await client.call_tool("reply_delete_contact", {"id": id})))

        async with anyio.create_task_group() as group:
            group.start_soon(delete)
            await undecided.began.wait()
            with anyio.fail_after(60):
                said = text_of(await client.call_tool("reply_update_contact", {"id": id, "firstName": "Agnes"}))
            assert answers == []
            assert sandbox.get(f"/v3/contacts/{id}")["firstName"] == "Agnes", said
            undecided.decides.set()
    first, second = undecided.asked
    assert "Ines" in first
    assert "has changed" in second
    assert "Agnes" in second
    assert answers[0].startswith("Deleted contact")
