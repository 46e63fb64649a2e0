"""One credential's access to Reply: operations by their id, with the corrections that the catalog gives them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from anyio import to_thread

from reply_mcp import catalog
from reply_mcp.catalog.arguments.validation import validate
from reply_mcp.catalog.operation import Arguments, FileLimits, Operation, Part
from reply_mcp.catalog.request_caps import RequestCap
from reply_mcp.client.http import Client
from reply_mcp.client.jobs import OnProgress
from reply_mcp.client.name_resolution import resolve_names
from reply_mcp.client.request_coalescing import OnWait
from reply_mcp.client.sending import Sender
from reply_mcp.errors import ApiError
from reply_mcp.text.outside import mark_outside

Gate = Callable[["CallContext"], Awaitable[None]]
"""Awaited right before a call is carried out; raises `NotDone` where it must not be."""


@dataclass(frozen=True, slots=True)
class CallResult:
    """What a call came to.

    Attributes:
        answer: what the operation's view shows.
        notes: lines for the agent, below the answer.
        requests: how many requests it took.
        low: a line for each of Reply's limits that are nearly used up.
    """

    answer: Any
    notes: tuple[str, ...]
    requests: int
    low: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CallOptions:
    """How the caller wants a call done, besides what it is to do.

    Attributes:
        on_wait: called when the call waits for its turn, with the seconds and the reason.
        on_progress: called with how far a background job, or a list that is read page by page, has come.
        cancel_jobs: whether background jobs that it waits for are cancelled when the call is.
    """

    on_wait: OnWait | None = None
    on_progress: OnProgress | None = None
    cancel_jobs: bool = False


@dataclass
class CallContext:
    """One call under way: what hooks are given (`catalog.operation.Call`), and what the gate asks about."""

    arguments: Any
    sender: Sender
    options: CallOptions = CallOptions()
    notes: list[str] = field(default_factory=list)
    seen: dict[str, Any] = field(default_factory=dict)
    requests: int = 0
    writes: int = 0
    """Requests that changed something, and were answered as done."""

    @property
    def operation(self) -> Operation:
        operation: Operation = self.arguments.operation
        return operation

    async def ask(self, operation: str, /, **arguments: Any) -> Any:
        found = catalog.operation(operation)
        return await self.sender.send(found, validate(found.arguments, arguments), self)

    async def send(self) -> Any:
        return await self.sender.send(self.operation, self.arguments, self)

    def at_most(self, requests: int) -> RequestCap:
        return RequestCap(requests)

    async def requests_left(self) -> list[tuple[str, int, int]]:
        return [(one.window, one.left, one.limit) for one in await self.sender.client.budget.left()]

    async def resolve_names(self) -> None:
        await resolve_names(self)

    async def read_file(self, path: str, limits: FileLimits) -> bytes:
        return await to_thread.run_sync(self.sender.client.files.read, path, limits)

    async def save_file(self, path: str, content: bytes) -> str:
        return await to_thread.run_sync(self.sender.client.files.save, path, content)


class Session:
    """What one credential can reach."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self._sender = Sender(client)

    async def perform(
        self, arguments: Arguments, *, gate: Gate | None = None, options: CallOptions | None = None
    ) -> CallResult:
        """Does what the operation of these arguments says: resolves names, runs its `before` hooks, awaits the gate,
        sends the request (or runs what stands in its place), runs its `after` hooks.

        Raises:
            ReplyError: one of its children, with the text for the agent.
        """
        _mark_arguments(arguments)
        call = CallContext(arguments, self._sender, options or CallOptions())
        operation = call.operation
        try:
            await resolve_names(call)
            for check in operation.before:
                await check(call)
            if gate is not None:
                await gate(call)
            answer = await (operation.run(call) if operation.run else call.send())
            for complete in operation.after:
                answer = await complete(call, answer)
        except ApiError as error:
            raise await _explained(call, error) from None
        return CallResult(answer, tuple(call.notes), call.requests, tuple(await _running_low(call)))

    async def aclose(self) -> None:
        """Closes the connections, after what goes on in the background has ended."""
        await self._sender.aclose()


def _mark_arguments(part: Part) -> None:
    """Marks the caller's words as from outside, for the texts that hooks make of them."""
    for name, value in vars(part).items():
        vars(part)[name] = mark_outside(value)
        for inner in value if isinstance(value, list) else (value,):
            if isinstance(inner, Part):
                _mark_arguments(inner)


async def _running_low(call: CallContext) -> list[str]:
    """A line for each of Reply's limits of which less than a tenth is left."""
    if not call.requests:
        return []
    return [
        f"Reply's limits: {left} of {limit} requests left this {window}."
        for window, left, limit in await call.requests_left()
        if left * 10 < limit
    ]


async def _explained(call: CallContext, error: ApiError) -> ApiError:
    """The error with its true meaning, where one of the operation's explanations knows it."""
    for explain in call.operation.explain:
        meaning = await explain(call, error)
        if meaning is not None:
            return ApiError(
                error.status,
                meaning,
                code=error.code,
                detail=error.detail,
                faults=error.faults,
                body=error.body,
                is_json=error.is_json,
            )
    return error
