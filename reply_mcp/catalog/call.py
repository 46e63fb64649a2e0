"""What a hook is given, and the slots that hooks have in an operation's header.

Hooks handle what the API does differently from its documentation. In one call they run in this order:

1. Names are resolved: ids that were given by name become ids. The call takes the turn of what it changes; where its
   arguments do not say what that is, `hold` does.
2. `before`, one after the other: reads what is so now, and raises `NotDone` where the request must not be sent, or
   `AlreadyDone` where it need not be.
3. Where the policy asks about the call: `effect_for` finds its effect, and `preview` says what is about to happen, or
   raises `NotDone` where nothing would. Without the person's consent the call ends here.
4. `run` in place of the request, or else the documented request.
5. `after`, one after the other: checks or completes the answer; each is given what the one before it gave.

`undo` says how a write is put back: what is read before step 4, and what is kept after it (see `catalog.undo`).

Where one of these raises an `ApiError`, `explain` may give it its true meaning: the first hook that gives a text wins.

A hook of one operation is typed with the class of its arguments. Hooks' modules are imported by the operations' module,
so that the class is imported for type checking alone:

    if TYPE_CHECKING:
        from reply_mcp.catalog.areas.contacts.operations import CreateContact

    async def refuse_duplicates(call: Call[CreateContact]) -> None:
        if await find_contacts(call, email=call.arguments.email):
            raise NotDone(…)

A bare `Call` is for a hook of several operations, which reads arguments by their names.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from typing_extensions import TypeVar

from reply_mcp.catalog.changes import Changes, Inverse
from reply_mcp.catalog.effect import Effect
from reply_mcp.catalog.fields import FileLimits
from reply_mcp.catalog.request_caps import RequestCap
from reply_mcp.errors import ApiError

if TYPE_CHECKING:
    from reply_mcp.catalog.operation import Arguments

Given = TypeVar("Given", default=Any)
"""The class of the call's arguments."""


class Call(Protocol[Given]):
    """What a hook may do during one call of a tool.

    `Call[CreateContact]` is a call with those arguments; a bare `Call` serves a hook of several operations.
    """

    arguments: Given
    """The validated arguments (an instance of the operation's class); a hook may change them."""
    seen: dict[str, Any]
    """What this call has read, for those of its hooks that come later (see `catalog.hooks.read_once`)."""
    notes: list[str]
    """Lines that the agent reads below the answer."""
    given: Mapping[str, Any]
    """The arguments that the caller gave, by their names on the wire, before hooks filled in others."""
    means: Mapping[str, Any]
    """What the arguments stand for where they leave it open, such as which change is the last: two calls that mean
    different things are not the same call."""
    full_names: dict[str, str]
    """The full name of each thing of whose name the caller gave a part."""
    asks_first: bool
    """Whether a person is asked whatever the effect: a hook sets it where more would happen than the words of the call
    say."""

    @property
    def reads_unasked(self) -> bool:
        """Whether reads need nobody's consent: only then may an answer to a write show what stood there before."""

    @property
    def fields(self) -> tuple[str, ...] | None:
        """The fields of the answer that the caller asked for; None for those that its view shows."""

    @property
    def changes(self) -> Changes | None:
        """What the caller has changed and can put back; None where nothing is kept of it."""

    async def ask(self, operation: str, /, **arguments: Any) -> Any:
        """Sends another operation (by its id, arguments by their wire names, without its corrections); gives the parsed
        answer, or raises a `ReplyError`."""

    async def send(self, arguments: Arguments | None = None) -> Any:
        """Sends the operation itself as documented, with `arguments` as they are now, or the operation of the arguments
        that are given, without its corrections; gives the parsed answer."""

    async def resolve_names(self) -> None:
        """Puts ids in the place of names, in arguments that came after the call began (see
        `catalog.arguments.named_ids`)."""

    async def read_file(self, path: str, limits: FileLimits) -> bytes:
        """The content of a file on the caller's machine; raises `WrongArguments` where it may not be read."""

    async def save_file(self, path: str, content: bytes) -> str:
        """Makes a new file on the caller's machine; gives its full path. Raises `WrongArguments` where it is not
        allowed, or there is one already."""

    def at_most(self, requests: int) -> RequestCap:
        """A context manager within which this call sends no more than so many requests; `left` of what it gives says
        how many are left, and one more raises `RequestCapReached`."""

    def read_anew(self) -> None:
        """From here on the call uses no reference data that was read before it began."""

    async def requests_left(self) -> list[tuple[str, int, int]]:
        """What may still be sent now, for each window: `("minute", 96, 100)`; nothing where none is counted."""


@dataclass(frozen=True)
class Question:
    """What a person is asked before a call, and what their consent is bound to.

    Attributes:
        text: what the person reads.
        facts: plain JSON data of all that the text stands for (every id, text, sender, limit and hour, where the text
            names a few of many). Consent holds for exactly this text and these facts.
    """

    text: str
    facts: Any = None

    @property
    def count(self) -> int:
        """How many people or credits the call concerns, as far as the facts say; else 1."""
        count = self.facts.get("count") if isinstance(self.facts, Mapping) else None
        return count if isinstance(count, int) and not isinstance(count, bool) and count >= 0 else 1


Hold = Callable[[Call[Given]], AbstractAsyncContextManager[Sequence["Arguments"]]]
"""Gives the requests that the call will send, whose turns it takes (see `client.turns`), and holds until the call ends
whatever else no other call may have meanwhile."""
Before = Callable[[Call[Given]], Awaitable[None]]
"""Reads before the request. Raises `NotDone` where it must not be sent."""
EffectOf = Callable[[Call[Given]], Awaitable[Effect | tuple[Effect, ...]]]
"""Finds the effect that this very call would have, where it depends on the arguments or on Reply's state; several where
the strictest decision on any of them counts."""
Preview = Callable[[Call[Given]], Awaitable["str | Question"]]
"""Describes what is about to happen: the thing, the people, the number, the senders, the hours, the words. A bare text
is a `Question` whose text is all that consent is bound to. Raises `NotDone` where nothing would happen."""
Run = Callable[[Call[Given]], Awaitable[Any]]
"""Does the job in place of the documented request; gives the answer that the view shows."""
After = Callable[[Call[Given], Any], Awaitable[Any]]
"""Checks or completes the answer; gives the answer that the view shows."""
Explain = Callable[[Call[Given], ApiError], Awaitable[str | None]]
"""Gives an error of Reply's its true meaning, or None where it means what it says."""


@dataclass(frozen=True)
class Undo:
    """How what an operation did is put back.

    Attributes:
        inverse: from the call, what was read before it and what was answered (None where the answer was lost), what
            puts it back; None where nothing was changed. Not given where nothing puts it back.
        read: reads what the inverse needs before the request is sent; it shares what other hooks read in the call.
        state: what `read` gave, as the values that the steps of the inverse name in `left` and `aims`; as it is where
            not given.
        why_not: why it cannot be put back, in a sentence; "" where it can.
        changes: whether anything is changed at all; where not, nothing is kept of the call.
        describe: what a change replaced, for its answer, from what puts it back; not given where the answer says it.
        named: whether the answer names `reply_undo`: what was replaced cannot be read from the answer.
        unchanged: from what was read, whether all that the call would do is so already: then nobody is asked about it,
            and nothing is sent. Not given where what is read does not tell.
    """

    inverse: Callable[[Call, Any, Any], Inverse | None] | None = None
    read: Callable[[Call], Awaitable[Any]] | None = None
    state: Callable[[Any], Mapping[str, Any]] | None = None
    why_not: str = ""
    changes: bool = True
    describe: Callable[[Inverse], str] | None = None
    named: bool = False
    unchanged: Callable[[Call, Any], bool] | None = None
