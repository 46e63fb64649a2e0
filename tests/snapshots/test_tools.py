"""Each tool as `tools/list` sends it: a change to what agents see is visible in review."""

from __future__ import annotations

import json
from typing import Any

import pytest

from reply_mcp.server.inventory import Inventory, every_entry
from reply_mcp.settings import Settings
from tests.conftest import check_each, connected
from tests.snapshots.files import check, check_none_stale

SECRET = tuple(entry.tool for entry in every_entry() if entry.secret)
SETTINGS = Settings(toolsets=("all",), tools=SECRET)
TOOLS = [entry.tool for entry in Inventory(SETTINGS).listed] + list(Inventory(SETTINGS).finders)


_listed: dict[str, dict[str, Any]] = {}


@pytest.fixture
async def listed() -> dict[str, dict[str, Any]]:
    """Every tool by its name, as a client is sent it."""
    if not _listed:
        async with connected(SETTINGS) as client:
            for tool in (await client.list_tools()).tools:
                _listed[tool.name] = tool.model_dump(by_alias=True, exclude_none=True, mode="json")
    return _listed


def test_a_tool_is_listed_as_reviewed(listed: dict[str, dict[str, Any]]) -> None:
    check_each(TOOLS, lambda tool: check(f"tools/{tool}.json", json.dumps(listed[tool], indent=2, ensure_ascii=False)))


def test_every_snapshot_is_of_a_tool(listed: dict[str, dict[str, Any]]) -> None:
    assert listed.keys() == set(TOOLS)
    check_none_stale("tools", (f"{tool}.json" for tool in TOOLS))
