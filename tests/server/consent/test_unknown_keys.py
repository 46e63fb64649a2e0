"""Nothing is asked, and nothing kept, for a key that Reply does not know: what is kept for callers is bounded, and
keys that somebody made up would close every open question of those who have one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from mcp.client import advertise

from reply_mcp.client.stores.shared_state import MemoryState
from reply_mcp.server.apps.page import EXTENSION_ID, MIME_TYPE
from reply_mcp.settings import Settings, parse_policy
from tests.conftest import KEY, Sandbox, connected, part_of
from tests.e2e.agent import Said, agent_of
from tests.e2e.price_of_safety import ALL, asking_world
from tests.e2e.question_cases import Asking

POLICIES = ["send=ask,spend=ask,delete=ask,share=ask,write=ask", "all=person,read=allow"]
TOOL, ARGUMENTS = "reply_import_contacts", {"items": [{"email": "ann@acme.example", "firstName": "Ann"}]}
ASKED = {**ARGUMENTS, "options": {"overwriteExisting": True}}
"""A call whose question is made from its arguments alone."""


@pytest.fixture(scope="module")
def world() -> Iterator[Asking]:
    with asking_world() as one:
        yield one


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of what is kept in the memory of a process."""
    names: list[str] = []
    keep = MemoryState._keep

    def noted(self: Any, name: str, *rest: Any) -> None:
        names.append(name)
        keep(self, name, *rest)

    monkeypatch.setattr(MemoryState, "_keep", noted)
    return names


def asks(said: Said) -> bool:
    return "confirm=" in said or "reply-mcp approve" in said


@pytest.mark.parametrize("policy", POLICIES)
async def test_a_made_up_key_is_asked_nothing_and_leaves_nothing(world: Asking, policy: str, kept: list[str]) -> None:
    calls = [(tool, case) for tool, cases in ALL.items() for case in cases]
    values: dict[str, Any] = {"policy": parse_policy(policy), "toolsets": ("all",), "budget_url": "memory:"}
    async with agent_of(world.sandbox, **values, api_key="made-up") as agent:
        for tool, case in part_of(calls, 200):
            for more in ({}, {"confirm": "AAAAA"}):
                said = await agent(tool, **case(world), **more)
                assert not asks(said), tool
                assert said.is_error, tool
        assert not asks(await agent(TOOL, **ASKED))
        for tool in ("reply_undo", "reply_list_changes"):
            await agent(tool)
    assert {name.partition(":")[0] for name in kept} == {"turn"}
    async with agent_of(world.sandbox, **values) as agent:
        assert asks(await agent(TOOL, **ASKED))
    assert any(name.startswith("consent:") for name in kept)


async def test_a_key_is_asked_about_once(sandbox: Sandbox) -> None:
    values: dict[str, Any] = {"policy": parse_policy("all=ask,read=allow"), "toolsets": ("all",)}
    async with agent_of(sandbox, **values) as agent:
        mark = sandbox.seen()
        for number in range(3):
            assert asks(
                await agent(
                    TOOL, items=[{"email": f"{number}@acme.example", "firstName": "Ann"}], options=ASKED["options"]
                )
            )
        assert [one["path"] for one in sandbox.since(mark)] == ["/v3/whoami"]


async def test_a_key_without_the_scope_to_say_whose_it_is_is_known(sandbox: Sandbox) -> None:
    sandbox.fault(kind="status", status=403, match="GET /v3/whoami", times=1)
    async with agent_of(sandbox, policy=parse_policy("all=ask,read=allow"), toolsets=("all",)) as agent:
        assert asks(await agent(TOOL, **ASKED))


async def test_where_it_cannot_be_asked_nobody_else_is(sandbox: Sandbox) -> None:
    sandbox.fault(kind="status", status=401, match="GET /v3/whoami", times=1)
    async with agent_of(sandbox, policy=parse_policy("all=ask,read=allow"), toolsets=("all",), api_key=KEY) as agent:
        said = await agent(TOOL, **ASKED)
        assert not asks(said)
        assert "401" in said


async def test_a_made_up_key_declines_nothing(sandbox: Sandbox, kept: list[str]) -> None:
    """What was declined is kept among the newest of all callers too: dropped, the code of the question counts again."""
    values = {"base_url": sandbox.url, "rate_limits": "none", "budget_url": "memory:"}
    rendering = [advertise(EXTENSION_ID, {"mimeTypes": [MIME_TYPE]})]
    for key in ("made-up", KEY):
        async with connected(Settings(api_key=key, **values), extensions=rendering) as client:
            said = await client.call_tool("reply_decline_question", {"question": "0" * 64})
        assert bool(said.is_error) == (key == "made-up")
        assert any("answer" in name for name in kept) == (key == KEY)
