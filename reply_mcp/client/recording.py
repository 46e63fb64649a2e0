"""What puts a call back, gathered while it goes on, and kept when it is done."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import anyio

from reply_mcp.catalog.changes import Inverse
from reply_mcp.catalog.operation import Call, Effect, Operation, Undo
from reply_mcp.catalog.rows import rows_of
from reply_mcp.errors import AlreadyDone, ApiError, Unreadable

if TYPE_CHECKING:
    from reply_mcp.client.call_context import CallContext

logger = logging.getLogger(__name__)

NAMED = "Undo: reply_undo"
"""What an answer says of a change that can be put back."""
UNCHANGED = "It was all so before: nothing is different now."
UNREAD = "What it replaced could not be read."
NOT_KEPT = "It cannot be undone: where changes are kept cannot be reached now."
FAILED = "What would undo it could not be found; the server's log has more."
UNKNOWN = "It is not known what was done: its answer was lost."


class Recording:
    """One call of an operation that may change something."""

    def __init__(self, call: CallContext) -> None:
        self._call = call
        self._undo: Undo | None = None
        self._held: Any = None
        self._unread = False
        undo = call.operation.undo
        if call.changes is not None and undo is not None and undo.changes:
            self._undo = undo

    async def look(self) -> None:
        """Reads what the change replaces, right before it is made; raises as `read_before`."""
        self._held, self._unread = await read_before(self._undo, self._call)

    async def keep(self, answer: Any, *, lost: bool = False) -> None:
        """Keeps what puts the call back, and notes in its answer how, or that nothing does. Whatever comes of that, the
        call was done.

        Args:
            lost: whether it is not known what came of the call.
        """
        call, undo = self._call, self._undo
        if undo is None or call.changes is None:
            return
        found = self._inverse(undo, None if lost else answer, lost=lost)
        if found is None:
            call.notes += [UNCHANGED] * (undo.describe is not None)
            return
        inverse, why_not = found
        agreed = call.options.fresh  # to a question, which said what would be replaced
        shown = call.reads_unasked and not (lost or agreed)
        if shown and undo.describe is not None and (what := undo.describe(inverse)):
            call.notes.append(f"Changed: {what}.")
        try:
            # The change is made: its caller may have gone, and it is kept all the same.
            with anyio.CancelScope(shield=True):
                what = describe_thing(call.operation, call)
                change = await call.changes.add(call.operation.tool, what, inverse, why_not=why_not)
        except Exception:
            logger.exception("%s: what undoes it could not be kept", call.operation.tool)
            return
        if undo.inverse is None:
            # Its description says so where it is always a write, and a question says what is about to happen.
            untold = call.operation.effect_for is not None and not agreed
        else:
            untold = call.operation.effect is Effect.WRITE
        if lost or not untold:
            return
        if change is None:
            call.notes.append(NOT_KEPT)
        elif not change.can_be_undone:
            call.notes.append(f"It cannot be undone: {_in_a_sentence(change.why_not)}")
        elif undo.named:
            call.notes.append(NAMED)

    def _inverse(self, undo: Undo, answer: Any, *, lost: bool) -> tuple[Inverse, str] | None:
        """What puts the call back, and why nothing does; None where nothing was changed. A change that cannot be put
        back is kept too: an undo must not pass it over and take the one before it unasked."""
        if self._unread:
            return Inverse(()), UNREAD
        if undo.inverse is None:
            return Inverse(()), f"{undo.why_not} {UNKNOWN}" if lost else undo.why_not
        try:
            found = undo.inverse(self._call, self._held, answer)
        except Exception:
            logger.exception("%s: what undoes it could not be found", self._call.operation.tool)
            return Inverse(()), FAILED
        if found is None:
            return (Inverse(()), UNKNOWN) if lost else None
        return found, "" if found.steps else found.remains or UNKNOWN


def _in_a_sentence(text: str) -> str:
    return text if text.startswith("Reply") else text[:1].lower() + text[1:]


async def read_before(undo: Undo | None, call: Call) -> tuple[Any, bool]:
    """What is read before a change for its undo, and whether the key may not read it, or it is not there.

    Raises:
        ReplyError: where it cannot be read otherwise: nothing is replaced unseen.
    """
    return (None, False) if undo is None or undo.inverse is None else await _read(undo, call)


async def _read(undo: Undo, call: Call) -> tuple[Any, bool]:
    if undo.read is None:
        return None, False
    operation = call.arguments.operation
    try:
        held = await undo.read(call)
    except ApiError as error:
        if error.status not in (403, 404):
            raise
        logger.info("%s: what it replaces could not be read: %s", operation.tool, error)
        return None, True
    _check_rows(held, operation)
    return held, False


async def check_changes_something(call: CallContext) -> None:
    """Raises `AlreadyDone` where all that the call would do is so already, as far as what its undo reads tells."""
    undo = call.operation.undo
    if undo is None or undo.unchanged is None:
        return
    held, unread = await _read(undo, call)
    if not unread and undo.unchanged(call, held):
        thing = describe_thing(call.operation, call)
        raise AlreadyDone(f"Nothing to do: it is all so already{f' ({thing})' if thing else ''}. Nothing was changed.")


def _check_rows(held: Any, operation: Operation) -> None:
    """Raises `Unreadable` for rows of which nothing but an id is known: they do not say what is replaced."""
    if any(set(row) <= {"id"} for row in rows_of(held)):
        raise Unreadable(f"Reply's answer about what {operation.tool} replaces could not be read; nothing was changed.")


def describe_thing(operation: Operation, call: CallContext) -> str:
    """What a call was about, by its ids: `id 5`, `contactIds 3, 4 and 5 more`."""
    parts = []
    for name, value in call.arguments.wire().items():
        values = value if isinstance(value, list) else [] if value is None else [value]
        if not values:
            continue
        if (name in ("id", "ids") or name.endswith(("Id", "Ids"))) and not any(" " in str(one) for one in values):
            shown = ", ".join(str(one) for one in values[:3])
            parts.append(f"{name} {shown}{f' and {len(values) - 3} more' if len(values) > 3 else ''}")
    return ", ".join(parts)
