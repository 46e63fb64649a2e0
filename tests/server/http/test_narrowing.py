"""Headers that narrow what a request may use: never more than the server has, whatever they say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers

from reply_mcp import catalog
from reply_mcp.server.http.bounds import Refused
from reply_mcp.server.http.narrowing import Narrowing
from reply_mcp.server.inventory import FINDERS, Inventory, every_entry
from reply_mcp.server.restriction import WHOLE, Restriction
from reply_mcp.settings import Settings


async def nothing(scope: object, receive: object, send: object) -> None:
    """Answers nothing."""


NARROWING = Narrowing(nothing)
TOOLS = sorted(entry.tool for entry in every_entry() if entry.tool)
AREAS = st.lists(st.sampled_from(["default", "all", "none", *catalog.AREAS]), max_size=3)
SOME = st.lists(st.sampled_from(TOOLS), max_size=5)


def narrowed(inventory: Inventory, **headers: str) -> Inventory:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return inventory.restricted(NARROWING.restriction_of(Headers(given)))


@given(server=st.tuples(AREAS, SOME, st.booleans()), toolsets=AREAS, tools=SOME, exclude=SOME, read_only=st.booleans())
def test_nothing_is_listed_or_reached_that_the_server_has_not(
    server: tuple[list[str], list[str], bool],
    toolsets: list[str],
    tools: list[str],
    exclude: list[str],
    read_only: bool,
) -> None:
    areas, excluded, server_reads = server
    whole = Inventory(
        Settings(toolsets=tuple(areas) or ("default",), exclude_tools=tuple(excluded), read_only=server_reads)
    )
    part = narrowed(
        whole,
        x_mcp_toolsets=",".join(toolsets),
        x_mcp_tools=" ".join(tools),
        x_mcp_exclude_tools=", ".join(exclude),
        x_mcp_readonly=str(read_only).lower(),
    )
    assert {entry.tool for entry in part.listed} <= {entry.tool for entry in whole.listed}
    assert part.reachable.keys() <= whole.reachable.keys()
    assert part.withheld.keys() <= whole.withheld.keys()
    assert set(part.finders) <= set(whole.finders)
    assert not part.reachable.keys() & set(exclude)
    if read_only:
        assert all(entry.effect == "read" for entry in part.reachable.values())
        assert "reply_run_write" not in part.finders
    if tools and not toolsets:
        assert part.reachable.keys() <= set(tools)


def test_each_header_alone() -> None:
    whole = Inventory(Settings(toolsets=("all",)))
    reads = narrowed(whole, x_mcp_readonly="true")
    assert {entry.effect for entry in reads.listed} == {"read"}
    assert "left out" in reads.why_off("reply_delete_contact")
    assert "X-MCP" in reads.why_off("reply_delete_contact")
    assert {entry.area for entry in narrowed(whole, x_mcp_toolsets="tasks,inbox").listed} == {"tasks", "inbox"}
    one = narrowed(whole, x_mcp_tools="reply_get_contact")
    assert [entry.tool for entry in one.listed] == ["reply_get_contact"]
    assert one.finders == FINDERS
    without = narrowed(whole, x_mcp_exclude_tools="reply_delete_contact,reply_find_tools")
    assert "reply_delete_contact" not in without.reachable
    assert not [tool for tool in without.reachable if "bulk_delete_contacts" in tool], "its bulk twin goes along"
    assert "reply_find_tools" not in without.finders
    assert narrowed(whole).listed == whole.listed
    assert narrowed(whole, x_mcp_readonly="false").reachable == whole.reachable


@pytest.mark.parametrize(
    ("header", "value", "told"),
    [
        ("x-mcp-readonly", "ture", "true or false"),
        ("x-mcp-toolsets", "contcats", "did you mean contacts"),
        ("x-mcp-tools", "reply_get_contcat", "reply_get_contact"),
        ("x-mcp-exclude-tools", ",".join(f"made_up_{number}" for number in range(1000)), "and 995 more"),
        ("x-mcp-tools", "x" * 5000, "there is no tool"),
        ("x-mcp-exclude-tools", " , ", "it names no tool"),
        ("x-mcp-read-only", "true", "did you mean x-mcp-readonly"),
        ("x-mcp-exclude-tool", "reply_get_contact", "did you mean x-mcp-exclude-tools"),
        ("x_mcp_readonly", "true", "did you mean x-mcp-readonly"),
        ("x-mcp-exclude_tools", "reply_get_contact", "did you mean x-mcp-exclude-tools"),
        ("x-mcp_tools", "reply_get_contact", "did you mean x-mcp-tools"),
        ("x-mcptoolsets", "contacts", "did you mean x-mcp-toolsets"),
    ],
)
def test_a_word_that_is_not_understood_is_refused(header: str, value: str, told: str) -> None:
    with pytest.raises(Refused) as caught:
        NARROWING.restriction_of(Headers({header: value}))
    assert caught.value.status == 400
    assert told in str(caught.value)
    assert len(str(caught.value)) < 500


def test_a_header_that_comes_several_times_is_one_list() -> None:
    def restriction(*headers: tuple[str, str]) -> Restriction:
        return NARROWING.restriction_of(Headers(raw=[(name.encode(), value.encode()) for name, value in headers]))

    excluded = restriction(
        ("x-mcp-exclude-tools", "reply_get_contact"),
        ("x-mcp-exclude-tools", ""),
        ("x-mcp-exclude-tools", "reply_get_list"),
    ).exclude_tools
    assert {"reply_get_contact", "reply_get_list"} <= excluded
    assert restriction(("x-mcp-toolsets", "tasks"), ("x-mcp-toolsets", "inbox")).toolsets == {"tasks", "inbox"}
    assert restriction(("x-mcp-readonly", "false"), ("x-mcp-readonly", "true")).read_only
    assert restriction(("x-mcp-other", "1")) == WHOLE


@pytest.mark.parametrize("name", ["X-MCP-Read-Only", "X_MCP_READONLY", "x-mcp-Exclude_Tools", "X-MCP-Tool"])
async def test_a_request_with_a_misspelled_header_reaches_nothing(name: str) -> None:
    reached: list[object] = []

    async def app(scope: object, receive: object, send: object) -> None:
        reached.append(scope)

    narrowing = Narrowing(app)
    with pytest.raises(Refused):
        await narrowing({"type": "http", "headers": [(name.lower().encode(), b"true")]}, None, None)  # type: ignore[arg-type]
    assert reached == []
    await narrowing({"type": "http", "headers": [(b"x-mcp-other", b"true"), (b"x-mcp", b"")]}, None, None)  # type: ignore[arg-type]
    assert len(reached) == 1
