from __future__ import annotations

from typing import Any

import pytest

from reply_mcp import catalog
from reply_mcp.catalog.operation import Effect
from reply_mcp.server.inventory import FINDERS, Inventory
from reply_mcp.settings import SettingError, load


def inventory(**flags: str) -> Inventory:
    return Inventory(load(flags, {}))


def names(**flags: str) -> list[str]:
    return [entry.tool for entry in inventory(**flags).listed]


def test_the_default_profile_is_small_and_in_a_fixed_order() -> None:
    first = names()
    assert 0 < len(first) <= 25
    assert first == names()
    assert inventory().finders == FINDERS


def test_toolsets_choose_areas() -> None:
    areas = {entry.area for entry in inventory(toolsets="inbox,tasks").listed}
    assert areas == {"inbox", "tasks"}
    assert names(toolsets="none") == []
    assert len(names(toolsets="all")) == len(inventory(toolsets="all").reachable)


def test_single_tools_stand_alone_or_beside_toolsets() -> None:
    assert names(tools="reply_whoami") == ["reply_whoami"]
    assert "reply_whoami" in names(tools="reply_whoami", toolsets="inbox")
    assert len(names(tools="reply_whoami", toolsets="default")) == 1


def test_an_excluded_tool_is_nowhere() -> None:
    one = inventory(exclude_tools="reply_start_sequence,reply_run_write")
    assert one.find("reply_start_sequence") is None
    assert "reply_run_write" not in one.finders


def test_read_only_leaves_nothing_but_reads() -> None:
    one = inventory(toolsets="all", read_only="true", tools="reply_create_contact")
    assert one.listed
    assert {entry.effect for entry in one.reachable.values()} == {Effect.READ}
    assert "reply_run_write" not in one.finders


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ({"toolsets": "contact"}, ["REPLY_TOOLSETS", "contacts"]),
        ({"tools": "reply_search_contact"}, ["REPLY_TOOLS", "did you mean reply_search_contacts?"]),
        ({"exclude_tools": "nothing_like_it"}, ["REPLY_EXCLUDE_TOOLS", "reply-mcp tools"]),
    ],
)
def test_a_wrong_name_stops_the_start(flags: dict[str, Any], said: list[str]) -> None:
    with pytest.raises(SettingError) as caught:
        inventory(**flags)
    assert all(part in str(caught.value) for part in said)


def test_every_tool_has_one_name() -> None:
    tools = [entry.tool for entry in catalog.entries() if entry.tool]
    assert len(tools) == len(set(tools))
    assert all(tool.startswith("reply_") and len(tool) <= 64 for tool in tools)
