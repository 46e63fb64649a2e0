"""Lists narrowed here, where Reply cannot narrow them or ignores that it was asked to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from reply_mcp.catalog.hooks.pages import Pages
from reply_mcp.catalog.operation import Call
from reply_mcp.errors import ReplyError

MOST_PAGES = 25
"""Requests that one page of matches may take."""
SHOWN = 25
"""Matches on a page where the call does not say how many."""


async def read_matching_rows(
    call: Call,
    fits: Callable[[dict[str, Any]], bool],
    *,
    noun: str,
    page: int,
    given: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The page of the rows that fit which `top` and `skip` of the call ask for: Reply's pages are read from the first
    one until it is full, at most `MOST_PAGES` of `page` rows. A note says where not all could be read.

    Args:
        given: the arguments of the requests; those of the call without `top` and `skip` unless given.

    Raises:
        ReplyError: of the first page.
    """
    top, skip = call.arguments.top or SHOWN, call.arguments.skip or 0
    if given is None:
        given = {key: value for key, value in call.arguments.wire().items() if key not in ("top", "skip")}
    found: list[dict[str, Any]] = []
    pages = Pages(call, call.arguments.operation.id, noun, given, size=page)
    for _ in range(MOST_PAGES):
        try:
            found += [row for row in await pages.read() if fits(row)]
        except ReplyError as error:
            if not pages.rows:
                raise
            call.notes.append(f"Only the first {len(pages.rows)} {noun} were compared: {error}")
            break
        if not pages.more or len(found) > skip + top:
            break
    else:
        call.notes.append(f"Only the first {len(pages.rows)} {noun} were compared; narrow the list to compare all.")
    if not pages.joined:
        call.notes.append(pages.moved)
    return {"items": found[skip : skip + top], "hasMore": len(found) > skip + top}
