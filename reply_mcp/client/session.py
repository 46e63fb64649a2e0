"""One Reply account as tools use it: operations by their id, with the corrections that the catalog gives them."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from reply_mcp import catalog
from reply_mcp.catalog.arguments.validation import validate
from reply_mcp.catalog.background_jobs import background_job, ended_badly
from reply_mcp.catalog.batching import send_in_parts
from reply_mcp.catalog.operation import Arguments, Effect, FileLimits, Operation
from reply_mcp.catalog.request_caps import RequestCap, give_back_request, take_request
from reply_mcp.catalog.views import Done
from reply_mcp.client.http import Answer, Client
from reply_mcp.client.jobs import OnProgress, Waiting
from reply_mcp.client.name_resolution import resolve_names
from reply_mcp.client.reference_cache import REFERENCE, ReferenceCache
from reply_mcp.client.request_coalescing import OnWait, RequestCoalescer
from reply_mcp.errors import ApiError, JobFailed, ReplyError

Gate = Callable[["CallContext"], Awaitable[None]]
"""Asked right before a call does what it does; raises where it must not."""
FEW = 5
"""Requests of a call beyond which the others are bulk: they queue behind those of other calls."""
CLOSING_SECONDS = 3.0
"""How long closing waits for jobs to be cancelled."""


@dataclass(frozen=True, slots=True)
class CallResult:
    """What a call came to."""

    answer: Any
    notes: tuple[str, ...]
    requests: int
    low: tuple[str, ...] = ()
    """A line for each of Reply's limits that are nearly used up."""


@dataclass(frozen=True, slots=True)
class CallOptions:
    """How the caller wants a call done, besides what it is to do.

    Attributes:
        on_wait: told when the call waits for its turn, for how many seconds, and why.
        on_progress: told how far a background job, or a list that is read page by page, has come.
        cancel_jobs: whether background jobs that it waits for are cancelled when the call is.
    """

    on_wait: OnWait | None = None
    on_progress: OnProgress | None = None
    cancel_jobs: bool = False


@dataclass
class CallContext:
    """One call under way; what corrections are handed (see `catalog.operation.Call`)."""

    account: Session
    arguments: Any
    manner: CallOptions = CallOptions()
    notes: list[str] = field(default_factory=list)
    seen: dict[str, Any] = field(default_factory=dict)
    requests: int = 0

    @property
    def operation(self) -> Operation:
        operation: Operation = self.arguments.operation
        return operation

    async def ask(self, operation: str, /, **arguments: Any) -> Any:
        found = catalog.operation(operation)
        return await self._send(found, validate(found.arguments, arguments))

    async def send(self) -> Any:
        return await self._send(self.operation, self.arguments)

    def at_most(self, requests: int) -> RequestCap:
        return RequestCap(requests)

    async def left(self) -> list[tuple[str, int, int]]:
        return [(one.window, one.left, one.limit) for one in await self.account.client.budget.left()]

    async def names(self) -> None:
        await resolve_names(self)

    async def read_file(self, path: str, limits: FileLimits) -> bytes:
        return await asyncio.to_thread(self.account.client.files.read, path, limits)

    async def save_file(self, path: str, content: bytes) -> str:
        return await asyncio.to_thread(self.account.client.files.save, path, content)

    async def _send(self, operation: Operation, arguments: Arguments) -> Any:
        async def send(part: Arguments) -> Any:
            return await self.account.send(operation, part, self)

        async def settled(answers: list[Any]) -> list[Any]:
            return await self._jobs(operation, answers)

        finish = None if operation.effect is Effect.READ else settled
        answer = await send_in_parts(operation, arguments, send, self.notes, finish)
        bad = ended_badly(answer)
        if bad is not None:
            job = str(background_job(answer))
            raise JobFailed(_as_error(job, bad, verification_call(operation, arguments)), job)
        return answer

    async def _jobs(self, operation: Operation, answers: list[Any]) -> list[Any]:
        """What came of the answers of a call's parts, after the jobs among them were waited for."""
        if not any(background_job(answer) for answer in answers):
            return answers
        looking = catalog.operation("GetBackgroundJobById")

        async def look(job: str) -> Any:
            return await self.account.send(looking, validate(looking.arguments, {"jobId": job}), self)

        waiting = Waiting(look, self.left, self.account.client.patience, self.manner.on_progress)
        try:
            return await waiting.settled(answers, take_result=not isinstance(operation.view, Done))
        except asyncio.CancelledError:
            if self.manner.cancel_jobs:
                self.account.cancel_jobs(waiting.running)
            raise


class Session:
    """What one credential can reach. Holds the client, the reads under way and short-lived copies of reference data."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self._kept = ReferenceCache()
        self._flights = RequestCoalescer()
        self._cancelling: set[asyncio.Task[None]] = set()

    async def perform(
        self, arguments: Arguments, *, gate: Gate | None = None, manner: CallOptions | None = None
    ) -> CallResult:
        """Does what the operation of these arguments says: names to ids, the looks before, the gate, the request (or
        what stands in its place), the checks after.

        Raises:
            ReplyError: one of its children, with the text for the agent.
        """
        call = CallContext(self, arguments, manner or CallOptions())
        operation = call.operation
        try:
            await resolve_names(call)
            for look in operation.before:
                await look(call)
            if gate is not None:
                await gate(call)
            answer = await (operation.run(call) if operation.run else call.send())
            for check in operation.after:
                answer = await check(call, answer)
        except ApiError as refusal:
            raise await _explain(call, refusal) from None
        return CallResult(answer, tuple(call.notes), call.requests, tuple(await self._running_low(call)))

    async def _running_low(self, call: CallContext) -> list[str]:
        """A line for each of Reply's limits of which less than a tenth is left."""
        if not call.requests:
            return []
        return [
            f"Reply's limits: {left} of {limit} requests left this {window}."
            for window, left, limit in await call.left()
            if left * 10 < limit
        ]

    async def send(self, operation: Operation, arguments: Arguments, call: CallContext) -> Any:
        """Sends one documented request. Reference data may come from the copy kept, and a read from an identical one
        that is under way."""
        request = operation.request(arguments)
        area = operation.area.name
        bulk = call.requests >= FEW
        if not request.safe:
            take_request()
            call.requests += 1
            try:
                verify_with = verification_call(operation, arguments)
                return (
                    await self.client.send(request, verify_with=verify_with, on_wait=call.manner.on_wait, bulk=bulk)
                ).data
            finally:
                self._kept.drop(area)
                self._flights.part()
        key = (request.method, request.path, _canonical(request.query), _canonical(request.body))
        kept = self._kept.get(key) if operation.id in REFERENCE else None
        if kept is not None:
            return kept[0]

        async def fetch(on_wait: OnWait) -> Answer:
            return await self.client.send(request, on_wait=on_wait, bulk=bulk)

        mark = self._kept.mark(area)
        take_request()
        call.requests += 1
        answer, ours = await self._flights.share((*key, bulk), fetch, call.manner.on_wait)
        if not ours:
            call.requests -= 1
            give_back_request()
        if operation.id in REFERENCE:
            self._kept.keep(key, area, answer.data, mark)
        return answer.data

    def cancel_jobs(self, jobs: Iterable[str]) -> None:
        """Has Reply cancel these jobs, without waiting for it: the call that asks is being cancelled itself."""
        operation = catalog.operation("CancelBackgroundJob")

        async def cancel(job: str) -> None:
            with contextlib.suppress(ReplyError):
                await self.client.send(operation.request(validate(operation.arguments, {"jobId": job})))

        for job in jobs:
            task = asyncio.ensure_future(cancel(job))
            self._cancelling.add(task)
            task.add_done_callback(self._cancelling.discard)

    async def aclose(self) -> None:
        if self._cancelling:
            await asyncio.wait(self._cancelling, timeout=CLOSING_SECONDS)
        await self.client.aclose()


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)


def _as_error(job: str, bad: str, verify_with: str | None) -> str:
    look = f" {verify_with} shows it." if verify_with and "background_job" not in verify_with else ""
    done = "What it had done by then stays done: look before a repeat."
    return f"Not done as asked: background job {job} {bad}. {done}{look}"


def verification_call(operation: Operation, arguments: Arguments) -> str | None:
    """The read that shows whether this write was done, as the agent would call it."""
    if operation.verify_with is None:
        return None
    values = {info.alias or name: getattr(arguments, name) for name, info in type(arguments).model_fields.items()}
    given = _Missing({name: value for name, value in values.items() if value is not None})
    try:
        return operation.verify_with.format_map(given)
    except (KeyError, IndexError, AttributeError, ValueError):
        return operation.verify_with


class _Missing(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"


async def _explain(call: CallContext, refusal: ApiError) -> ApiError:
    """The refusal with its true meaning, where an explanation knows it."""
    for explain in call.operation.explain:
        meaning = await explain(call, refusal)
        if meaning is not None:
            return ApiError(
                refusal.status,
                meaning,
                code=refusal.code,
                detail=refusal.detail,
                faults=refusal.faults,
                body=refusal.body,
                is_json=refusal.is_json,
            )
    return refusal
