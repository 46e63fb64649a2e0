"""How a call's request reaches Reply: the layers, in the order in which it passes them.

    batches       v3's limit per call; the parts pass the next four one after the other   catalog.batching
    cache         reference data that was read lately                                      client.reference_cache
    coalescing    a read that is already under way is joined                               client.request_coalescing
    cap           what the call may still send                                             catalog.request_caps
    client        the budget, a try or several, an answer or an error                      client.http
    jobs          background jobs that the parts started are waited for                    client.jobs

Then the answers of the parts are joined.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING, Any

import anyio

from reply_mcp import catalog
from reply_mcp.catalog.arguments.validation import validate
from reply_mcp.catalog.background_jobs import background_job, ended_badly
from reply_mcp.catalog.batching import Batches
from reply_mcp.catalog.operation import Arguments, Effect, Operation, Request
from reply_mcp.catalog.request_caps import take_request
from reply_mcp.catalog.views import Done
from reply_mcp.client.background_tasks import BackgroundTasks
from reply_mcp.client.budget import OnWait
from reply_mcp.client.http import Client
from reply_mcp.client.jobs import JobWaiter
from reply_mcp.client.kept_names import KeptNames, renames
from reply_mcp.client.reference_cache import REFERENCE, ReferenceCache, resource_of
from reply_mcp.client.request_coalescing import RequestCoalescer
from reply_mcp.errors import JobFailed, OutcomeUnknown, ReplyError

if TYPE_CHECKING:
    from reply_mcp.client.call_context import CallContext

FEW = 5
"""Requests of a call beyond which the others are bulk: they queue behind those of other calls."""
CLOSING_SECONDS = 3.0
"""How long closing waits for jobs to be cancelled."""


class Sender:
    """The layers of one credential, shared by all its calls."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self._background = BackgroundTasks()
        self._cache = ReferenceCache()
        self.names = KeptNames()
        self._coalescer = RequestCoalescer(self._background)

    async def send(self, operation: Operation, arguments: Arguments, call: CallContext) -> Any:
        """The parsed answer to one operation, however many requests that takes.

        Raises:
            ReplyError: one of its children.
        """
        batches = Batches(operation, arguments)
        await batches.send(lambda part: self._send_part(operation, part, call))
        if operation.effect is not Effect.READ:
            batches.answers = await self._wait_for_jobs(operation, batches.answers, call)
        answer = batches.joined(call.notes)
        _check_job(operation, arguments, answer)
        return answer

    async def _send_part(self, operation: Operation, arguments: Arguments, call: CallContext) -> Any:
        request = operation.request(arguments)
        if not request.safe:
            return await self._write(operation, arguments, request, call)
        if operation.id not in REFERENCE:
            return await self._read(request, call)
        key, resource = _identity(request), resource_of(operation.path)
        cached = self._cache.get(key, call.fresh_since)
        if cached is not None:
            return cached[0]
        mark = self._cache.mark(resource)
        answer = await self._read(request, call)
        self._cache.keep(key, resource, answer, mark, REFERENCE[operation.id])
        return answer

    async def _read(self, request: Request, call: CallContext) -> Any:
        """The answer to a read, from one under way or from a new one, which counts as a request of this call."""
        bulk = call.requests >= FEW
        key = (_identity(request), bulk)
        # What a write goes by, and undo puts back, is how things stand when its turn has come.
        since = 0.0 if call.operation.effect is Effect.READ else call.began
        if not self._coalescer.is_under_way(key, since):
            take_request()
            call.requests += 1

        async def fetch(on_wait: OnWait) -> Any:
            return (await self.client.send(request, on_wait=on_wait, bulk=bulk)).data

        return await self._coalescer.share(key, fetch, call.options.on_wait, since)

    async def _write(self, operation: Operation, arguments: Arguments, request: Request, call: CallContext) -> Any:
        """The answer to a write. Whatever comes of it, reads that began before it are not shared with later callers."""
        take_request()
        bulk = call.requests >= FEW
        call.requests += 1
        try:
            answer = await self.client.send(
                request,
                verify_with=verification_call(operation, arguments),
                on_wait=call.options.on_wait,
                bulk=bulk,
            )
        except OutcomeUnknown:
            call.lost_write = True
            raise
        finally:
            self._cache.drop(resource_of(operation.path))
            if renames(operation.path):
                self.names.drop(resource_of(operation.path))
            self._coalescer.detach()
        call.note_write(arguments, answer.data)
        return answer.data

    async def _wait_for_jobs(self, operation: Operation, answers: list[Any], call: CallContext) -> list[Any]:
        """What came of the answers of a call's parts, after the jobs among them were waited for."""
        if not any(background_job(answer) for answer in answers):
            return answers
        job_operation = catalog.operation("GetBackgroundJobById")

        async def read(job: str) -> Any:
            return await self._send_part(job_operation, validate(job_operation.arguments, {"jobId": job}), call)

        waiter = JobWaiter(read, call.requests_left, self.client.patience, call.options.on_progress)
        try:
            return await waiter.results(answers, take_result=not isinstance(operation.view, Done))
        except anyio.get_cancelled_exc_class():
            if call.options.cancel_jobs:
                self._cancel_jobs(waiter.running)
            raise

    def _cancel_jobs(self, jobs: Iterable[str]) -> None:
        """Has Reply cancel these jobs, without waiting for it: the call that asks is being cancelled itself."""
        operation = catalog.operation("CancelBackgroundJob")

        async def cancel(job: str) -> None:
            with contextlib.suppress(ReplyError):
                await self.client.send(operation.request(validate(operation.arguments, {"jobId": job})))

        for job in jobs:
            self._background.start(cancel(job))

    async def aclose(self) -> None:
        """Ends what goes on in the background, in `CLOSING_SECONDS` at most, and closes the connections."""
        await self._background.finish(CLOSING_SECONDS)
        await self.client.aclose()


def verification_call(operation: Operation, arguments: Arguments) -> str | None:
    """The read that shows whether this write was done, as the agent would call it."""
    if operation.verify_with is None:
        return None
    values = {info.alias or name: getattr(arguments, name) for name, info in type(arguments).model_fields.items()}
    given = _WithPlaceholders({name: value for name, value in values.items() if value is not None})
    try:
        return operation.verify_with.format_map(given)
    except (KeyError, IndexError, AttributeError, ValueError):
        return operation.verify_with


class _WithPlaceholders(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"


def _identity(request: Request) -> Hashable:
    """Equal for requests that ask the same."""
    return request.method, request.path, _canonical(request.query), _canonical(request.body)


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)


def _check_job(operation: Operation, arguments: Arguments, answer: Any) -> None:
    """Raises JobFailed where the background job that did the call ended, and not as done."""
    bad = ended_badly(answer)
    if bad is None:
        return
    job = str(background_job(answer))
    verify_with = verification_call(operation, arguments)
    shows = f" {verify_with} shows it." if verify_with and "background_job" not in verify_with else ""
    raise JobFailed(
        f"Not done as asked: background job {job} {bad}. What it had done by then stays done: check before a repeat."
        f"{shows}",
        job,
    )
