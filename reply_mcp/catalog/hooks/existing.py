"""Things given by id, as a question names them: those that exist by what people call them, and those that do not."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from reply_mcp.catalog.hooks.read_once import read_once
from reply_mcp.catalog.operation import Call
from reply_mcp.catalog.rows import read_rows
from reply_mcp.errors import ApiError, NotDone
from reply_mcp.text.lists import join, list_some, plural, plural_of

_MOST_MISSING = 10
"""Ids that do not exist, in one text."""


@dataclass(frozen=True)
class Existing:
    """What a call is about.

    Attributes:
        number: how many there are, without those that do not exist.
        count: the same in words: `3 contacts`.
        listed: the first few by name, and how many more there are.
        missing: a sentence that names those that do not exist, with a space before it; "" where all do.
    """

    number: int
    count: str
    listed: str
    missing: str


async def names_on_page(
    call: Call, ids: Iterable[Any], operation: str, name: Callable[[dict[str, Any], Any], str], top: int = 1000
) -> dict[str, str]:
    """What several things are called, by id (as text), as far as `rows_on_page` has them.

    Args:
        name: what a thing is called, by its row and its id.
    """
    rows = await rows_on_page(call, ids, operation, top)
    return {id: name(row, row.get("id")) for id, row in rows.items()}


async def rows_on_page(call: Call, ids: Iterable[Any], operation: str, top: int = 1000) -> dict[str, dict[str, Any]]:
    """The first page of a list, by id (as text); one request in a call. Nothing for one thing alone, which is read
    itself, and where the key may not read the list.

    Args:
        operation: the operation that lists them.
        top: how many a page has.
    """
    if len(set(ids)) < 2:
        return {}
    try:
        answer = await read_once(call, operation, top=top)
    except ApiError as refusal:
        if refusal.status != 403:
            raise
        return {}
    return {str(row.get("id")): row for row in read_rows(answer, "their list")}


async def find_existing(
    ids: Iterable[Any],
    noun: str,
    read: Callable[[Any], Awaitable[str]] | None = None,
    *,
    known: Mapping[str, str] | None = None,
    plurals: str = "",
    most: int = 5,
    where: str = "",
    finder: str = "",
) -> Existing:
    """Which of the things exist, and what they are called.

    Args:
        ids: as they were given; a repeated one counts once.
        noun: what they are, and `plurals` where an s is not enough.
        read: gives one by name, or raises the `ApiError` of its look; it is called for at most `most` of those that are
            not `known`. None where whatever is not known does not exist.
        known: names by id (as text) that a list has given already.
        where: in what they are, for the refusal (` in sequence 5`).
        finder: the tool that lists their ids.

    Raises:
        NotDone: where none of them exists.
        ApiError: of a look that failed in another way than 403 and 404; one that may not be read is named by its id.
    """
    names, others, missing = [], [], []
    looks = 0
    for id in dict.fromkeys(ids):
        name = (known or {}).get(str(id))
        there = name is not None or read is not None
        if name is None and read is not None and looks < most:
            looks += 1
            name, there = await _look(read, id)
        if not there:
            missing.append(id)
        elif name is None:
            others.append(id)
        else:
            names.append(name)
    gone = list_some(missing, _MOST_MISSING)
    if not names and not others:
        hint = f" {finder} finds the ids." if finder else ""
        none = f"is no {noun}" if len(missing) == 1 else f"are no {plurals or plural_of(noun)}"
        raise NotDone(f"Nothing was changed: there {none} {gone}{where}.{hint}")
    return Existing(
        number=len(names) + len(others),
        count=plural(len(names) + len(others), noun, plurals),
        listed=list_some([*names, *others], min(most, len(names)) or most),
        missing=f" Not found: {join([gone])}." if missing else "",
    )


async def _look(read: Callable[[Any], Awaitable[str]], id: Any) -> tuple[str | None, bool]:
    """What a thing is called, None where the key may not read it; and whether there is such a thing."""
    try:
        return await read(id), True
    except ApiError as refusal:
        if refusal.status not in (403, 404):
            raise
        return None, refusal.status == 403
