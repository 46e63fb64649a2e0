"""One credential's access to Reply: operations by their id, with the corrections that the catalog gives them."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

import anyio

from reply_mcp import catalog
from reply_mcp.catalog.arguments.outside_words import mark_arguments
from reply_mcp.catalog.operation import After, Arguments, Effect
from reply_mcp.catalog.own_answers import copy_of, own_of
from reply_mcp.catalog.rows import note_places, rows_of
from reply_mcp.client.acting_user import ActingUser
from reply_mcp.client.call_context import CallContext, CallOptions
from reply_mcp.client.http import Client
from reply_mcp.client.recording import Recording
from reply_mcp.client.sending import Sender
from reply_mcp.client.turns import Turns
from reply_mcp.errors import (
    ApiError,
    JobFailed,
    NotDone,
    OutcomeUnknown,
    ReplyError,
    RequestCapReached,
    SwitchedOff,
)
from reply_mcp.text.lists import join

logger = logging.getLogger(__name__)
_CLAIM = re.compile(r"\s*\b(Nothing (else )?was (changed|done|created|sent|spent)|It was only a read)[^.;]*[.;]")

Gate = Callable[[CallContext], Awaitable[None]]
"""Awaited right before a call is carried out; raises `NotDone` where it must not be."""


@dataclass(frozen=True, slots=True)
class CallResult:
    """What a call came to.

    Attributes:
        answer: what the operation's view shows.
        sent: the same as Reply sent it, where that is kept; None where it was made of several answers.
        notes: lines for the agent, below the answer.
        requests: how many requests it took.
        low: a line for each of Reply's limits that are nearly used up.
        wrote: whether any write was made, and not only looked whether there is one to make.
        full_names: the name of each thing of whose name the caller gave a part.
    """

    answer: Any
    notes: tuple[str, ...]
    requests: int
    low: tuple[str, ...] = ()
    sent: Any = None
    wrote: bool = True
    full_names: Mapping[str, str] = field(default_factory=dict)


class Session:
    """What one credential can reach. Sessions on one account share their `turns`."""

    def __init__(self, client: Client, turns: Turns | None = None) -> None:
        self.client = client
        self.busy = 0
        """Calls under way."""
        self.used_at = time.monotonic()
        """When the last call began or ended, on the monotonic clock."""
        self._sender = Sender(client)
        self._acting_user = ActingUser(client.credential)
        self._turns = turns or Turns()

    async def perform(
        self, arguments: Arguments, *, gate: Gate | None = None, options: CallOptions | None = None
    ) -> CallResult:
        """Does what the operation of these arguments says: resolves names, runs its `before` hooks, awaits the gate,
        sends the request (or runs what stands in its place), runs its `after` hooks.

        Raises:
            ReplyError: one of its children, with the text for the agent.
        """
        mark_arguments(arguments)
        call = CallContext(arguments, self._sender, options or CallOptions())
        if call.options.fresh:
            call.read_anew()
        operation = call.operation
        if operation.method in ("PUT", "PATCH") and arguments.changes_nothing:
            raise NotDone("Nothing was changed: the call gives nothing to change.")
        if operation.method in ("PUT", "PATCH") and arguments.forgotten_nulls:
            call.notes.append(f"Null clears nothing in {join(arguments.forgotten_nulls)}: left as it is.")
        with self._in_use():
            try:
                await self._acting_user.check(call)
                await call.resolve_names()
                call.given = arguments.wire()
                async with self._turn_of(call):
                    answer = await _run_hooks(call, gate)
            except ApiError as error:
                raise await _explain(call, error) from None
        low = tuple(await _describe_low_limits(call))
        sent = own_of(call.answer) if call.options.keep_own and not operation.run else None
        return CallResult(answer, tuple(call.notes), call.requests, low, sent, bool(call.written), call.full_names)

    async def check_key(self) -> None:
        """As that of a call, where there is none."""
        await CallContext(catalog.operation("Whoami").arguments(), self._sender).check_key()

    @asynccontextmanager
    async def _turn_of(self, call: CallContext) -> AsyncIterator[None]:
        """Holds the turn of what a call changes; what it has read is forgotten where another had the turn before."""
        async with AsyncExitStack() as held:
            hold = call.operation.hold
            requests = (call.arguments,) if hold is None else await held.enter_async_context(hold(call))
            if await held.enter_async_context(self._turns.take(*requests)):
                call.seen.clear()
                call.began = time.monotonic()
                if call.options.fresh:
                    call.read_anew()
            yield

    @contextmanager
    def _in_use(self) -> Iterator[None]:
        self.busy += 1
        self.used_at = time.monotonic()
        try:
            yield
        finally:
            self.busy -= 1
            self.used_at = time.monotonic()

    async def aclose(self) -> None:
        """Closes the connections, after what goes on in the background has ended."""
        await self._sender.aclose()


async def _run_hooks(call: CallContext, gate: Gate | None) -> Any:
    """Runs the hooks and the request in the order that `catalog.call` gives; the answer after all of them."""
    operation = call.operation
    for check in operation.before:
        await check(call)
    if gate is not None:
        await gate(call)
    recording = Recording(call)
    await recording.look()
    try:
        answer = await (operation.run(call) if operation.run else call.send())
    except ReplyError as error:
        if call.written or isinstance(error, OutcomeUnknown | JobFailed):
            await recording.keep(None, lost=True)
        raise _partly_done(call, error) from None
    except anyio.get_cancelled_exc_class():
        if call.written or call.lost_write:
            await recording.keep(None, lost=True)
        raise
    call.carried_out, call.answer = True, answer
    await recording.keep(answer)
    if operation.after and not call.options.keep_own and (call.seen or operation.effect is not Effect.READ):
        # Parts of it may be among what the call has read before, and of a write it is logged as it came.
        answer = copy_of(answer)
    # As a page of its own: hooks may take rows out of the list itself.
    page = {"items": list(rows_of(answer))} if operation.paged else None
    for complete in operation.after:
        answer = await _run_after(call, complete, answer)
    return note_places(answer, page) if operation.paged else answer


async def _run_after(call: CallContext, complete: After, answer: Any) -> Any:
    """The answer after one more hook. What was done stays done: where a write has succeeded, a hook that fails leaves
    the answer as it was, and a note that says so."""
    try:
        return await complete(call, answer)
    except Exception as error:
        if not call.written or _is_settled(error):
            raise
        if not isinstance(error, ReplyError):
            logger.exception("%s: what follows the write failed", call.operation.tool)
        why = _without_claims(str(error)) if isinstance(error, ReplyError) else type(error).__name__
        call.notes.append(f"It was done; what is checked or added afterwards could not be: {why}".rstrip())
        return answer


def _partly_done(call: CallContext, error: ReplyError) -> ReplyError:
    """The error of a call that had done a part before it failed, which a refusal of the rest must not deny."""
    if not call.written or _is_settled(error) or isinstance(error, JobFailed):
        return error
    return OutcomeUnknown(
        f"Done in part: {join(call.written, '; ')}. Then it stopped: {_without_claims(str(error))} "
        "What was done stays done: look before repeating any of it."
    )


def _is_settled(error: Exception) -> bool:
    """Whether a hook ended the call with words of its own."""
    return isinstance(error, NotDone) and not isinstance(error, RequestCapReached | SwitchedOff)


def _without_claims(text: str) -> str:
    """An error's text without what it says of the whole call, which is not its to say after a write."""
    return _CLAIM.sub("", text)


async def _describe_low_limits(call: CallContext) -> list[str]:
    """A line for each of Reply's limits of which less than a tenth is left."""
    if not call.requests:
        return []
    return [
        f"Reply's limits: {left} of {limit} requests left this {window}."
        for window, left, limit in await call.requests_left()
        if left * 10 < limit
    ]


async def _explain(call: CallContext, error: ApiError) -> ApiError:
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
