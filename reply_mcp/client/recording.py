"""What puts a call back, gathered while it goes on, and kept when it is done."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import anyio

from reply_mcp.catalog.changes import Inverse
from reply_mcp.catalog.operation import Effect, Operation, Undo
from reply_mcp.catalog.rows import rows_of
from reply_mcp.client.changes import TOO_LARGE
from reply_mcp.errors import ApiError, Unreadable

if TYPE_CHECKING:
    from reply_mcp.client.session import CallContext

logger = logging.getLogger(__name__)

NAMED = "Undo: reply_undo"
"""What an answer says of a change that can be put back."""
UNREAD = "What it replaced could not be read."
NOT_KEPT = "It cannot be undone: where changes are kept cannot be reached now."
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
        """Reads what the change replaces, right before it is made.

        Raises:
            ReplyError: where it cannot be read, but for what the key may not read, or is not there: nothing is replaced
                unseen.
        """
        if self._undo is None or self._undo.read is None:
            return
        try:
            self._held = await self._undo.read(self._call)
            _check_rows(self._held, self._call.operation)
        except ApiError as error:
            if error.status not in (403, 404):
                raise
            logger.info("%s: what it replaces could not be read: %s", self._call.operation.tool, error)
            self._unread = True

    async def keep(self, answer: Any, *, lost: bool = False) -> None:
        """Keeps what puts the call back. Whatever comes of that, the call was done.

        Args:
            lost: whether it is not known what came of the call.
        """
        if self._undo is None or self._call.changes is None:
            return
        try:
            # The change is made: its caller may have gone, and it is kept all the same.
            with anyio.CancelScope(shield=True):
                await self._keep(None if lost else answer, lost=lost)
        except Exception:
            logger.exception("%s: what undoes it could not be kept", self._call.operation.tool)

    async def _keep(self, answer: Any, *, lost: bool) -> None:
        call, undo = self._call, self._undo
        if undo is None or call.changes is None:
            return
        inverse, why_not = Inverse(()), undo.why_not
        if self._unread:
            why_not = UNREAD
        elif undo.inverse is not None:
            found = undo.inverse(call, self._held, answer)
            if found is None and not lost:
                return  # nothing was changed
            inverse = found or inverse
            why_not = "" if inverse.steps else inverse.remains or UNKNOWN
        change = await call.changes.add(
            call.operation.tool, describe_thing(call.operation, call), inverse, why_not=why_not
        )
        if lost or call.operation.effect is not Effect.WRITE or undo.inverse is None:
            return
        if change is None:
            call.notes.append(NOT_KEPT)
        elif self._unread or change.why_not == TOO_LARGE:
            call.notes.append(f"It cannot be undone: {change.why_not[:1].lower()}{change.why_not[1:]}")
        elif undo.named and change.can_be_undone:
            call.notes.append(NAMED)


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
