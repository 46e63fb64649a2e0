"""One call under way: what hooks are given, what the gate asks about, and what is known of what it wrote."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import anyio
from anyio import to_thread

from reply_mcp import catalog
from reply_mcp.catalog.arguments.validation import validate
from reply_mcp.catalog.changes import Changes
from reply_mcp.catalog.operation import Arguments, Effect, FileLimits, Operation
from reply_mcp.catalog.own_answers import with_own
from reply_mcp.catalog.request_caps import RequestCap
from reply_mcp.catalog.rows import rows_of
from reply_mcp.client.budget import OnWait
from reply_mcp.client.jobs import OnProgress
from reply_mcp.client.kept_names import AGREED_SECONDS, KnownNames
from reply_mcp.client.name_resolution import Unresolved, resolve_names
from reply_mcp.client.reference_cache import SECONDS
from reply_mcp.client.sending import Sender
from reply_mcp.errors import ApiError, JobFailed, NotDone, OutcomeUnknown, ReplyError, SwitchedOff

Outcome = Literal["done", "not done", "unknown"]
_MOST_IDS = 20
"""Ids of a bulk write that are named."""


def nothing_is_off(tool: str) -> str:
    """`CallOptions.why_off` where the settings switch nothing off."""
    return ""


@dataclass(frozen=True, slots=True)
class CallOptions:
    """How the caller wants a call done, besides what it is to do.

    Attributes:
        on_wait: called when the call waits for its turn, with the seconds and the reason.
        on_progress: called with how far a background job, or a list that is read page by page, has come.
        cancel_jobs: whether background jobs that it waits for are cancelled when the call is.
        fresh: whether reference data is read anew, since a person has agreed to what it says; names stand for what they
            were shown.
        changes: where what puts the call back is kept; None where nothing is.
        why_off: why the settings switch off a tool of this name, or "": no part of a call writes by its operation.
        reads_unasked: whether reads need nobody's consent; else no error names the things that a name may mean, and no
            answer to a write shows what stood there before.
        fields: those of the answer that are shown; None for those of its view.
        keep_own: whether the answer, and each row in it, keeps what Reply sent (see `catalog.own_answers`).
    """

    on_wait: OnWait | None = None
    on_progress: OnProgress | None = None
    cancel_jobs: bool = False
    fresh: bool = False
    changes: Changes | None = None
    keep_own: bool = False
    reads_unasked: bool = True
    fields: tuple[str, ...] | None = None
    why_off: Callable[[str], str] = nothing_is_off


@dataclass
class CallContext:
    """One call under way: what hooks are given (`catalog.operation.Call`), and what the gate asks about."""

    arguments: Any
    sender: Sender
    options: CallOptions = CallOptions()
    notes: list[str] = field(default_factory=list)
    seen: dict[str, Any] = field(default_factory=dict)
    given: Mapping[str, Any] = field(default_factory=dict)
    means: Mapping[str, Any] = field(default_factory=dict)
    full_names: dict[str, str] = field(default_factory=dict)
    asks_first: bool = False
    requests: int = 0
    written: list[str] = field(default_factory=list)
    """The writes of this call that have succeeded, each as its tool and the id that it gave, or else took; of bulk
    writes the first ids."""
    lost_write: bool = False
    """Whether it is not known of a write of this call if it was done."""
    carried_out: bool = False
    """Whether all that it was to do is done: what follows only checks or completes the answer."""
    answer: Any = None
    """What Reply answered to it, once it is carried out."""
    began: float = field(default_factory=time.monotonic)
    """When the call began, or its turn came after another's, on the monotonic clock."""
    fresh_since: float = 0.0
    """Reference data that was read before, on the monotonic clock, is read anew."""

    def read_anew(self) -> None:
        """From here on the call uses no reference data that was read before it began: what a person is asked has to be
        so."""
        self.fresh_since = self.began

    async def check_key(self) -> None:
        """Makes sure that Reply knows the key, where it has accepted nothing of it yet: what is kept for callers is
        bounded, and keys that somebody made up would leave no room. Raises `ReplyError` where it does not say so."""
        if self.sender.client.accepted:
            return
        try:
            await self.ask("Whoami")
        except ApiError as error:
            if error.status != 403:  # a key that lacks the scope is one that Reply knows
                raise

    def outcome_of(self, error: BaseException) -> Outcome:
        """What is known of the call, which ended with this error. A write that has begun is ended even where its caller
        has gone (`client.http`), so that one that is cancelled knows what it did."""
        if not isinstance(error, ReplyError) and self.carried_out:
            return "done"
        if self.written or isinstance(error, OutcomeUnknown | JobFailed):
            return "unknown"
        if isinstance(error, anyio.get_cancelled_exc_class()):
            return "unknown" if self.lost_write else "not done"
        return "not done" if isinstance(error, ReplyError) else "unknown"

    def note_write(self, arguments: Arguments, answer: Any) -> None:
        """Remembers that a write has succeeded: whatever comes later, it was done."""
        self.written.append(f"{arguments.operation.tool}{_describe_ids(arguments.wire(), answer)}")

    @property
    def operation(self) -> Operation:
        operation: Operation = self.arguments.operation
        return operation

    @property
    def fields(self) -> tuple[str, ...] | None:
        return self.options.fields

    @property
    def changes(self) -> Changes | None:
        return self.options.changes

    @property
    def reads_unasked(self) -> bool:
        return self.options.reads_unasked

    async def ask(self, operation: str, /, **arguments: Any) -> Any:
        found = catalog.operation(operation)
        self._check_on(found)
        answer = await self.sender.send(found, validate(found.arguments, arguments), self)
        return with_own(answer) if self.options.keep_own else answer

    def _check_on(self, operation: Operation) -> None:
        """Raises `SwitchedOff` for a write by an operation that the settings switch off: it is off whichever tool
        makes it."""
        if operation.effect is Effect.READ or operation.id == self.operation.id:
            return
        if why := self.options.why_off(operation.tool):
            raise SwitchedOff(f"{why}. Tell the person; only they can change it.")

    async def send(self, arguments: Arguments | None = None) -> Any:
        arguments = self.arguments if arguments is None else arguments
        self._check_on(arguments.operation)
        answer = await self.sender.send(arguments.operation, arguments, self)
        return with_own(answer) if self.options.keep_own else answer

    def at_most(self, requests: int) -> RequestCap:
        return RequestCap(requests)

    async def requests_left(self) -> list[tuple[str, int, int]]:
        return [(one.window, one.left, one.limit) for one in await self.sender.client.budget.left()]

    async def resolve_names(self) -> None:
        if self.options.fresh:
            seconds = AGREED_SECONDS
        else:
            seconds = SECONDS if self.operation.effect in (Effect.READ, Effect.WRITE) else 0.0
        try:
            await resolve_names(self, KnownNames(self.sender.names, seconds))
        except Unresolved as error:
            raise error if self.options.reads_unasked else NotDone(error.bare) from None

    async def read_file(self, path: str, limits: FileLimits) -> bytes:
        return await to_thread.run_sync(self.sender.client.files.read, path, limits)

    async def save_file(self, path: str, content: bytes) -> str:
        return await to_thread.run_sync(self.sender.client.files.save, path, content)


def _describe_ids(given: Mapping[str, Any], answer: Any) -> str:
    """`, id 7` of a write: the id that it gave, or else took; `, id 7, ids 1, 2 and 3 more` of a bulk write."""
    if isinstance(answer, dict) and answer.get("id") is not None:
        return f", id {answer['id']}"
    id = given.get("id")
    ids = [row["id"] for row in rows_of(answer) if row.get("id") is not None]
    lists = (value for name, value in given.items() if name.casefold().endswith("ids") and isinstance(value, list))
    ids = ids or next(lists, [])
    more = f" and {len(ids) - _MOST_IDS} more" if len(ids) > _MOST_IDS else ""
    listed = f", ids {', '.join(map(str, ids[:_MOST_IDS]))}{more}" if ids else ""
    return ("" if id is None else f", id {id}") + listed
