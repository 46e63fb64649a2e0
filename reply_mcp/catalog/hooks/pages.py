"""A list read page after page while others change it: each row once, and none missed.

Reply's pages are places in a list, so that a row that goes in between moves the next ones up, past the place where the
next page begins. Each page therefore begins with the last row of the one before. Where it does not, the rows before it
are read once more; where these do not join either, or the list does not end, it counts as not read in full.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

from reply_mcp.catalog.hooks.read_once import read_once
from reply_mcp.catalog.operation import Call
from reply_mcp.catalog.rows import read_rows
from reply_mcp.errors import RequestCapReached

LARGEST = 1000
"""Rows of a page that v3 gives at most."""

MOVED = "Others changed {what} while it was read, so that some of it may be missing here: read it again."


class Pages:
    """One reading of a list.

    Args:
        call: the call that it is read for.
        operation: that lists.
        what: what the list holds, for messages ("the blacklist").
        given: the other arguments.
        size: rows of the first page; the others have one more.
        key: the field that tells one row from another.
        begin: where the reading begins.
        once: whether the call remembers the pages (`read_once`).

    Attributes:
        rows: those that were read, each once.
        more: whether there are rows behind them.
        joined: whether none can have been missed among them.
    """

    def __init__(
        self,
        call: Call,
        operation: str,
        what: str,
        given: Mapping[str, Any] | None = None,
        *,
        size: int,
        key: str = "id",
        once: bool = False,
        begin: int = 0,
    ) -> None:
        self._call = call
        self._operation = operation
        self._what = what
        self._size = size
        self._key = key
        self._once = once
        self._given = given or {}
        self._known: set[str] = set()
        self._begin = self._read = begin
        self.rows: list[dict[str, Any]] = []
        self.more = True
        self.joined = True

    @property
    def complete(self) -> bool:
        """Whether these are all rows of the list."""
        return self.joined and not self.more

    @property
    def moved(self) -> str:
        """The sentence for the answer where rows may have been missed."""
        return MOVED.format(what=self._what)

    async def read(self, most: int = LARGEST) -> list[dict[str, Any]]:
        """The rows of the next page, at most so many, that were not read before.

        Raises:
            Unreadable: where Reply's answer holds no list.
        """
        goes_on = self._read > self._begin
        skip = self._read - goes_on
        top = min(self._size, most) + goes_on if self._size < LARGEST else LARGEST
        ask = {**self._given, "top": top, "skip": skip}
        page = await (read_once(self._call, self._operation, **ask) if self._once else self._ask(ask))
        rows = read_rows(page, self._what)
        follows = isinstance(page, dict) and bool(page.get("hasMore"))
        seen = not goes_on or self._join(rows) or (follows and not rows)
        new = [*([] if seen else await self._read_back(skip)), *self._take(rows)]
        # A page without anything new is the end, whatever it says.
        self.more = follows and bool(new)
        self.joined = self.joined and self.more == follows
        self._read = skip + len(rows)
        self.rows += new
        return new

    async def _read_back(self, skip: int) -> list[dict[str, Any]]:
        """What now stands before a place, and was not read before."""
        begin = max(self._begin, skip + 1 - self._size)
        try:
            page = await self._ask({**self._given, "top": self._size, "skip": begin})
        except RequestCapReached:
            self.joined = False
            return []
        rows = read_rows(page, self._what)
        self.joined = self.joined and (begin == self._begin or self._join(rows))
        return self._take(rows)

    async def _ask(self, arguments: Mapping[str, Any]) -> Any:
        return await self._call.ask(self._operation, **arguments)

    def _join(self, rows: list[dict[str, Any]]) -> bool:
        return any(identity(row, self._key) in self._known for row in rows)

    def _take(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return take_new(rows, self._known, self._key)


def take_new(rows: Collection[dict[str, Any]], known: set[str], key: str = "id") -> list[dict[str, Any]]:
    """Those of the rows that are not known yet; they are from now on."""
    new = []
    for row in rows:
        if (name := identity(row, key)) not in known:
            known.add(name)
            new.append(row)
    return new


def identity(row: Mapping[str, Any], key: str = "id") -> str:
    """What tells a row from others: its id, or all that it says."""
    id = row.get(key)
    return json.dumps(row, sort_keys=True, default=str) if id is None else str(id)
