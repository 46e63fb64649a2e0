"""While the arguments of one call are checked that are large, other calls are answered."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import anyio
import pytest

from reply_mcp.server import tool_calls
from reply_mcp.server.off_loop import LARGE, is_large
from reply_mcp.settings import Settings
from tests.conftest import Sandbox, connected, text_of


def test_what_is_large() -> None:
    row = {"email": "a@acme.example", "firstName": "A"}
    assert not is_large({})
    assert not is_large({"items": [row] * 100, "options": {"a": [1, 2, [3]]}})
    assert is_large({"items": [row] * LARGE})
    assert is_large({f"a{number}": 1 for number in range(LARGE)})
    assert is_large({"csv": "x" * 200_000})


async def test_others_are_answered_while_many_rows_are_checked(
    sandbox: Sandbox, settings_for: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    parse, threads, other_answered = tool_calls._parse, [], threading.Event()

    def slow(*given: Any) -> Any:
        threads.append(threading.current_thread())
        if len(given[2].get("items", ())) > 100:
            other_answered.wait(60)
        return parse(*given)

    monkeypatch.setattr(tool_calls, "_parse", slow)
    answered: list[str] = []
    rows = [{"email": f"large-{number}@acme.example", "firstName": 5 if number % 2 else "A"} for number in range(3000)]
    async with connected(settings_for(sandbox)) as client:

        async def one(tool: str, arguments: dict[str, Any]) -> None:
            text_of(await client.call_tool(tool, arguments))
            answered.append(tool)
            if tool == "reply_search_contacts":
                other_answered.set()

        await one("reply_run_read", {"tool": "reply_whoami", "arguments": {}})
        async with anyio.create_task_group() as group:
            group.start_soon(one, "reply_import_contacts", {"items": rows})
            await anyio.sleep(0.1)
            group.start_soon(one, "reply_search_contacts", {"email": "nobody@acme.example"})
    assert answered[1:] == ["reply_search_contacts", "reply_import_contacts"]
    assert len(set(threads)) == 2
