"""A list read page after page and shown as one, to its end or as far as one answer has room.

Another page is asked for only while the rows so far leave room in the answer, so that no request is spent on rows that
could not be shown. Where a page fails, the answer has the rows so far and says where to go on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from reply_mcp.catalog.hooks.pages import MOVED, identity
from reply_mcp.catalog.operation import Arguments, Operation
from reply_mcp.catalog.rows import places_of, with_places
from reply_mcp.catalog.views import Table
from reply_mcp.client.call_context import CallOptions
from reply_mcp.client.session import CallResult, Gate, Session
from reply_mcp.condense import Condensed
from reply_mcp.errors import ReplyError
from reply_mcp.server.answer_format import AnswerFormat
from reply_mcp.text.tokens import estimate_tokens

MOST_PAGES = 25
TOKENS_PER_ROW = 4
"""What the shortest rows take: a page need not be longer than such rows that an answer has room for."""


async def read_all_pages(
    session: Session,
    first: Arguments,
    answer_format: AnswerFormat,
    *,
    gate: Gate | None = None,
    options: CallOptions | None = None,
) -> Condensed:
    """The list from the page of the arguments `first` on, as one answer. The gate is asked once, for all pages.

    Raises:
        ReplyError: of the first page.
    """
    options = options or CallOptions()
    operation, limit = answer_format.operation, answer_format.max_tokens
    rows = _Rows.of(operation)
    size = _page_size(operation, first, limit)
    page = first.model_copy(update={"top": size})
    start = getattr(first, "skip", None) or 0
    whole = await session.perform(page, gate=gate, options=options)
    read, full = rows.read(whole.answer), rows.read(whole.answer) >= size
    largest, narrowed = _largest_page(operation), rows.leaves_out(whole.answer)
    for _ in range(MOST_PAGES - 1):
        shown = answer_format.render(whole)
        if not rows.go_on(whole.answer, full) or shown.cut or not _has_room(shown.text, read, limit):
            return shown
        if options.on_progress is not None:
            await options.on_progress(None, f"{rows.noun}: {read} read")

        async def read_from(place: int, top: int) -> CallResult:
            # Names in the first page's arguments have become ids by now.
            update = {"skip": start + place, "top": min(top, largest)}
            return await session.perform(page.model_copy(update=update), options=options)

        try:
            # As in `catalog.hooks.pages`: it begins with the last row before it, unless others have changed the list.
            following, begins = await read_from(read - 1, size + 1), read - 1
            narrowed = narrowed or rows.leaves_out(following.answer)
            if not narrowed and not rows.join(whole, following):
                back = max(0, read - size)
                before = await read_from(back, size)
                missed = back > 0 and not rows.join(whole, before)
                whole = rows.joined(whole, before, back)
                if missed:
                    whole = replace(whole, notes=(*whole.notes, MOVED.format(what=f"the {rows.noun}")))
        except ReplyError as error:
            stopped = f"Stopped after {read} {rows.noun}: {error} skip={start + read} goes on."
            whole = replace(whole, notes=(*whole.notes, stopped))
            break
        full = rows.read(following.answer) >= min(size + 1, largest)
        read = begins + rows.read(following.answer)
        whole = rows.joined(whole, following, begins)
    return answer_format.render(whole)


@dataclass(frozen=True, slots=True)
class _Rows:
    """Where the rows of an answer are, and what they are called."""

    key: str
    noun: str

    @classmethod
    def of(cls, operation: Operation) -> _Rows:
        table = operation.view if isinstance(operation.view, Table) else None
        return cls(table.items, table.noun) if table else cls("items", operation.area.name)

    def of_answer(self, answer: Any) -> list[Any] | None:
        found = answer.get(self.key) if isinstance(answer, Mapping) else answer
        return found if isinstance(found, list) else None

    def read(self, answer: Any) -> int:
        """How many of Reply's rows an answer is made of, those left out of it included."""
        return places_of(answer, len(self.of_answer(answer) or ()))[-1]

    def go_on(self, answer: Any, full: bool) -> bool:
        """Whether another page may have more; where Reply does not say, whether the last one was full."""
        if not self.read(answer):
            return False
        return answer.get("hasMore") is True if isinstance(answer, Mapping) else full

    def leaves_out(self, answer: Any) -> bool:
        """Whether rows that Reply sent are not shown: whether pages join cannot be seen then."""
        return self.read(answer) > len(self.of_answer(answer) or ())

    def join(self, whole: CallResult, page: CallResult) -> bool:
        """Whether a page has any of the rows so far."""
        sent = self.of_answer(page.answer) or []
        known = {identity(row) for row in self.of_answer(whole.answer) or [] if isinstance(row, Mapping)}
        ended = not sent and isinstance(page.answer, Mapping) and page.answer.get("hasMore") is True
        return ended or any(not isinstance(row, Mapping) or identity(row) in known for row in sent)

    def joined(self, whole: CallResult, page: CallResult, begins: int) -> CallResult:
        """The result with the rows of another page, which begins at this place, each once: rows move while a list
        changes."""
        before, more = self.of_answer(whole.answer) or [], self.of_answer(page.answer) or []
        known = {identity(row) for row in before if isinstance(row, Mapping)}
        new = [place for place, row in enumerate(more) if not isinstance(row, Mapping) or identity(row) not in known]
        together: Any = [*before, *(more[place] for place in new)]
        if isinstance(whole.answer, Mapping):
            has_more = page.answer.get("hasMore") if isinstance(page.answer, Mapping) else False
            first, then = places_of(whole.answer, len(before)), places_of(page.answer, len(more))
            end = max(first[-1], begins + then[-1])
            answer = {**whole.answer, self.key: together, "hasMore": bool(has_more and end > first[-1])}
            together = with_places(answer, [*first[:-1], *(begins + then[place] for place in new), end])
        notes = (*whole.notes, *(note for note in page.notes if note not in whole.notes))
        if not new and isinstance(page.answer, Mapping) and page.answer.get("hasMore"):
            empty = f"Reply says that there are more {self.noun}, and gave an empty page: these may not be all."
            notes = (*notes, empty)
        return replace(whole, answer=together, notes=notes, low=page.low)


def _page_size(operation: Operation, first: Arguments, limit: int) -> int:
    """As many rows as a page of this list sensibly has; fewer where the answer has no room for them."""
    asked = getattr(first, "top", None)
    if asked:
        return int(asked)
    return int(min(operation.page_size, _largest_page(operation), max(10, limit // TOKENS_PER_ROW)))


def _largest_page(operation: Operation) -> int:
    info = operation.arguments.model_fields.get("top")
    return min((mark.le for mark in info.metadata if hasattr(mark, "le")), default=1000) if info else 1000


def _has_room(text: str, rows: int, limit: int) -> bool:
    used = estimate_tokens(text)
    return used + used / max(rows, 1) <= limit
