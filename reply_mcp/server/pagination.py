"""A list read to its end, or as far as an answer has room: page after page, put together as one.

Another page is asked for only while what was read fits into the answer with room for more, so that no request is spent
on what could not be shown. A page that cannot be had ends it, with what there is and where to go on.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from reply_mcp.catalog.operation import Arguments, Operation
from reply_mcp.catalog.views import Table
from reply_mcp.client.jobs import OnProgress
from reply_mcp.client.session import CallResult
from reply_mcp.condense import Condensed
from reply_mcp.errors import ReplyError
from reply_mcp.text.tokens import estimate_tokens

MOST_PAGES = 25
TOKENS_A_ROW = 4
"""What the shortest rows take: a page need not be longer than such rows that an answer has room for."""

Perform = Callable[[Arguments], Awaitable[CallResult]]
Show = Callable[[Any, tuple[str, ...]], Condensed]
"""Lays out an answer with its notes."""


async def whole_list(
    operation: Operation,
    first: Arguments,
    perform: Perform,
    show: Show,
    *,
    limit: int,
    on_progress: OnProgress | None = None,
) -> Condensed:
    """The list from the page of the arguments `first` on, as one answer of at most `limit` tokens.

    Raises:
        ReplyError: of the first page.
    """
    pages = _Pages.of(operation)
    size = _page_size(operation, first, limit)
    page = first.model_copy(update={"top": size})
    start = getattr(first, "skip", None) or 0
    done = await perform(page)
    answer, notes = done.answer, list(done.notes)
    read = len(pages.rows(answer) or ())
    for _ in range(MOST_PAGES - 1):
        shown = show(answer, tuple(notes))
        if not _goes_on(pages, answer, size) or shown.cut or not _has_room(shown.text, read, limit):
            return shown
        if on_progress is not None:
            await on_progress(None, f"{pages.noun}: {read} read")
        try:
            # Names in the first page's arguments have become ids by now.
            done = await perform(page.model_copy(update={"skip": start + read}))
        except ReplyError as error:
            notes.append(f"Ended after {read} {pages.noun}: {error} skip={start + read} goes on.")
            break
        rows = pages.rows(done.answer) or []
        read += len(rows)
        answer = _joined(pages, answer, done.answer, rows)
        notes += [note for note in done.notes if note not in notes]
    return show(answer, tuple(notes))


@dataclass(frozen=True, slots=True)
class _Pages:
    """Where the rows of an answer are, and what they are called."""

    key: str
    noun: str

    @classmethod
    def of(cls, operation: Operation) -> _Pages:
        table = operation.view if isinstance(operation.view, Table) else None
        return cls(table.items, table.noun) if table else cls("items", operation.area.name)

    def rows(self, answer: Any) -> list[Any] | None:
        found = answer.get(self.key) if isinstance(answer, Mapping) else answer
        return found if isinstance(found, list) else None


def _page_size(operation: Operation, first: Arguments, limit: int) -> int:
    """As many rows as a page of this list sensibly has; fewer where the answer has no room for them."""
    asked = getattr(first, "top", None)
    if asked:
        return int(asked)
    info = operation.arguments.model_fields.get("top")
    most = min((mark.le for mark in info.metadata if hasattr(mark, "le")), default=1000) if info else 1000
    return int(min(operation.page_size, most, max(10, limit // TOKENS_A_ROW)))


def _goes_on(pages: _Pages, answer: Any, size: int) -> bool:
    rows = pages.rows(answer)
    if not rows:
        return False
    return answer.get("hasMore") is True if isinstance(answer, Mapping) else len(rows) % size == 0


def _has_room(text: str, rows: int, limit: int) -> bool:
    used = estimate_tokens(text)
    return used + used / max(rows, 1) <= limit


def _joined(pages: _Pages, whole: Any, page: Any, rows: list[Any]) -> Any:
    """The answer with the rows of another page: the same once only, since they move while a list changes."""
    before = pages.rows(whole) or []
    known = {_identity(row) for row in before}
    together = [*before, *(row for row in rows if _identity(row) is None or _identity(row) not in known)]
    if not isinstance(whole, Mapping):
        return together
    more = page.get("hasMore") if isinstance(page, Mapping) else False
    return {**whole, pages.key: together, "hasMore": bool(more and rows)}


def _identity(row: Any) -> str | None:
    id = row.get("id") if isinstance(row, Mapping) else None
    return None if id is None else str(id)
