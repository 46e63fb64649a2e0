"""`@journey("what a person asks for")`: a script of an agent, as a test that counts what it costs."""

from __future__ import annotations

import json
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from reply_mcp.settings import Settings
from tests.conftest import KEY, Sandbox, connected
from tests.journeys.agent import Agent

Script = Callable[[Agent, Sandbox], Awaitable[None]]

COSTS = os.environ.get("JOURNEYS")
"""A file to which each journey's costs are added, a line of JSON each."""


def journey(request: str, **settings: Any) -> Callable[[Script], Callable[[Sandbox], Awaitable[None]]]:
    """Makes a test of a script: the agent starts anew, in an account of its own, under the policy by default; at its
    end none of its calls was wrong. `settings` are the server's."""

    def decorate(script: Script) -> Callable[[Sandbox], Awaitable[None]]:
        async def test(account: Sandbox) -> None:
            values = {"api_key": KEY, "base_url": account.url, "rate_limits": "none", **settings}
            async with connected(Settings(**values)) as client:
                agent = Agent(client, account)
                await agent.begin()
                await script(agent, account)
            _note(request, agent)
            assert agent.wrong == []

        test.__name__, test.__doc__, test.__module__ = script.__name__, request, script.__module__
        return test

    return decorate


def _note(request: str, agent: Agent) -> None:
    if not COSTS:
        return
    row = {
        "journey": request,
        "calls": agent.calls,
        "wrong": len(agent.wrong),
        "tokens": agent.tokens,
        "requests": agent.requests,
    }
    with Path(COSTS).open("a") as file:
        file.write(json.dumps(row) + "\n")
