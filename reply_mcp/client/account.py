"""One Reply account as tools use it: operations by their id, with the corrections that the catalog gives them."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from reply_mcp import catalog
from reply_mcp.catalog.faults import validated
from reply_mcp.catalog.operation import Arguments, Effect, Operation
from reply_mcp.catalog.splitting import in_parts
from reply_mcp.client.http import Client
from reply_mcp.client.references import resolve_names
from reply_mcp.errors import Refusal

OnWait = Callable[[float, str], Awaitable[None]]
"""Told when a call waits: for how many seconds, and why."""
Gate = Callable[["Performing"], Awaitable[None]]
"""Asked right before a call does what it does; raises where it must not."""

REFERENCE_SECONDS = 60.0
REFERENCE = frozenset(
    {
        "GetCustomFields",
        "ListSchedules",
        "ListEmailAccounts",
        "ListLinkedInAccounts",
        "ListInboxCategories",
        "Whoami",
        "WhoamiTeamUsers",
    }
)
"""Reads of what seldom changes and is looked at often, kept for a minute and dropped by a write to their area."""


@dataclass(frozen=True, slots=True)
class Performed:
    """What a call came to."""

    answer: Any
    notes: tuple[str, ...]
    requests: int


@dataclass
class Performing:
    """One call under way; what corrections are handed (see `catalog.operation.Call`)."""

    account: Account
    arguments: Any
    on_wait: OnWait | None = None
    notes: list[str] = field(default_factory=list)
    requests: int = 0

    @property
    def operation(self) -> Operation:
        operation: Operation = self.arguments.operation
        return operation

    async def ask(self, operation: str, /, **arguments: Any) -> Any:
        found = catalog.operation(operation)
        return await self._send(found, validated(found.arguments, arguments))

    async def send(self) -> Any:
        return await self._send(self.operation, self.arguments)

    async def left(self) -> list[tuple[str, int, int]]:
        return [(one.window, one.left, one.limit) for one in await self.account.client.budget.left()]

    async def _send(self, operation: Operation, arguments: Arguments) -> Any:
        async def send(part: Arguments) -> Any:
            return await self.account.send(operation, part, self)

        return await in_parts(operation, arguments, send, self.notes)


class Account:
    """What one credential can reach. Holds the client and the short-lived copies of reference data."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self._kept: dict[tuple[str, str], tuple[float, str, Any]] = {}

    async def perform(
        self, arguments: Arguments, *, gate: Gate | None = None, on_wait: OnWait | None = None
    ) -> Performed:
        """Does what the operation of these arguments says: names to ids, the looks before, the gate, the request (or
        what stands in its place), the checks after.

        Raises:
            ReplyError: one of its children, with the text for the agent.
        """
        call = Performing(self, arguments, on_wait)
        operation = call.operation
        try:
            await resolve_names(call)
            for look in operation.before:
                await look(call)
            if gate is not None:
                await gate(call)
            answer = await (operation.instead(call) if operation.instead else call.send())
            for check in operation.after:
                answer = await check(call, answer)
        except Refusal as refusal:
            raise await _explained(call, refusal) from None
        return Performed(answer, tuple(call.notes), call.requests)

    async def send(self, operation: Operation, arguments: Arguments, call: Performing) -> Any:
        """Sends one documented request; reference data may come from the copy kept."""
        key = (operation.id, repr(sorted(arguments.wire().items())))
        if operation.id in REFERENCE:
            until, _, answer = self._kept.get(key, (0.0, "", None))
            if time.monotonic() < until:
                return answer
        request = operation.request(arguments)
        settle = settled_by(operation, arguments)
        try:
            answer = (await self.client.send(request, settle=settle, on_wait=call.on_wait)).data
        finally:
            call.requests += 1
            if operation.effect is not Effect.READ:
                self._forget(operation.area.name)
        if operation.id in REFERENCE:
            self._kept[key] = (time.monotonic() + REFERENCE_SECONDS, operation.area.name, answer)
        return answer

    def _forget(self, area: str) -> None:
        for key in [key for key, (_, kept_area, _) in self._kept.items() if kept_area == area]:
            del self._kept[key]

    async def aclose(self) -> None:
        await self.client.aclose()


def settled_by(operation: Operation, arguments: Arguments) -> str | None:
    """The read that shows whether this write was done, as the agent would call it."""
    if operation.settle is None:
        return None
    values = {info.alias or name: getattr(arguments, name) for name, info in type(arguments).model_fields.items()}
    given = _Missing({name: value for name, value in values.items() if value is not None})
    try:
        return operation.settle.format_map(given)
    except (KeyError, IndexError, AttributeError, ValueError):
        return operation.settle


class _Missing(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"


async def _explained(call: Performing, refusal: Refusal) -> Refusal:
    """The refusal with its true meaning, where an explanation knows it."""
    for explain in call.operation.explain:
        meaning = await explain(call, refusal)
        if meaning is not None:
            return Refusal(
                refusal.status,
                meaning,
                code=refusal.code,
                detail=refusal.detail,
                faults=refusal.faults,
                body=refusal.body,
                is_json=refusal.is_json,
            )
    return refusal
