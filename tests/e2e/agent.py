"""An agent as the end-to-end tests play it: it calls tools through a real client and reads text."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from reply_mcp.settings import Settings, parse_policy
from tests.conftest import KEY, Sandbox, connected, text_of

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Said:
    """What a tool answered."""

    text: str
    is_error: bool

    def __contains__(self, words: object) -> bool:
        return str(words) in self.text

    def line(self, words: object) -> str:
        """The first line with these words, or ""."""
        return next((line for line in self.text.splitlines() if str(words) in line), "")


class Agent:
    """Calls tools: `await agent("reply_get_contact", id=501)`."""

    def __init__(self, client: Any) -> None:
        self.client = client

    async def __call__(self, tool: str, /, **arguments: Any) -> Said:
        result = await self.client.call_tool(tool, arguments)
        return Said(text_of(result), bool(result.is_error))


@asynccontextmanager
async def agent_of(sandbox: Sandbox, **values: Any) -> AsyncIterator[Agent]:
    """An agent on a server that asks for no confirmation; `values` are settings."""
    policy = parse_policy("all=allow")
    settings = Settings(**{"api_key": KEY, "base_url": sandbox.url, "rate_limits": "none", "policy": policy, **values})
    async with connected(settings) as client:
        yield Agent(client)


def address() -> str:
    """An address that nobody holds."""
    return f"person{next(_numbers)}@wire-company.com"


def made(sandbox: Sandbox, **fields: Any) -> dict[str, Any]:
    """A new contact in the sandbox."""
    answer = sandbox.http.post("/v3/contacts", json={"firstName": "Ann", "email": address(), **fields})
    assert answer.status_code == 201, answer.text
    contact: dict[str, Any] = answer.json()
    return contact


def held(sandbox: Sandbox, email: str) -> list[dict[str, Any]]:
    """The contacts that hold exactly this address."""
    found = sandbox.http.post("/v3/contacts/filter", params={"top": 1000}, json={"searchTerm": email}).json()["items"]
    return [one for one in found if one["email"] == email]


def asked(sandbox: Sandbox, mark: int) -> list[str]:
    """What the agent's server has asked since a mark, as `GET /v3/contacts`."""
    return [f"{row['method']} {row['path']}" for row in sandbox.since(mark)]
