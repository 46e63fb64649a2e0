"""The rows of a page, where they stand in Reply's list, whether another one follows, and what is in a row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reply_mcp.errors import Unreadable

_USUAL_SIZE = 25
"""Rows of a page whose size is left to Reply, or a part of them."""


def rows_of(answer: Any) -> list[dict[str, Any]]:
    """The items of a page, or of a bare array; whatever is not an object is left out.

    An answer that holds no list gives no rows: `Call.ask` has raised `Unreadable` for it where v3 documents a list, so
    that nothing is decided by it here.
    """
    rows = answer.get("items") if isinstance(answer, dict) else answer
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def records_of(answer: Any) -> list[dict[str, Any]]:
    """The rows of a page or an array, or the one record that an answer is."""
    return [answer] if isinstance(answer, dict) and "items" not in answer else rows_of(answer)


def object_at(row: Mapping[str, Any], key: str) -> dict[str, Any]:
    """The object at a key of a row; {} where Reply has something else there, or nothing."""
    value = row.get(key)
    return value if isinstance(value, dict) else {}


def more_after(answer: Any) -> bool:
    """Whether another page follows. An empty page is the end, whatever it says."""
    return isinstance(answer, dict) and bool(answer.get("hasMore")) and bool(rows_of(answer))


def tell_whether_more_follow(page: dict[str, Any], top: Any) -> None:
    """Has the page say by true or false whether another follows. Where Reply left that out, one does after a full page:
    a list that is cut short would be taken for all there is.

    Args:
        page: as Reply sent it; changed in place.
        top: the size that was asked for, None where that was left to Reply.
    """
    if isinstance(page.get("hasMore"), bool):
        return
    said = page.pop(next((key for key in page if str(key).casefold() == "hasmore"), "hasMore"), None)
    if isinstance(said, str):
        said = {"true": True, "false": False}.get(said.strip().casefold())
    if said is None:
        rows = page.get("items")
        count = len(rows) if isinstance(rows, list) else 0
        size = int(top) if isinstance(top, int) or str(top).isdigit() else 0
        said = count >= size if size else count > 0 and count % _USUAL_SIZE == 0
    page["hasMore"] = bool(said)


def read_rows(answer: Any, what: str) -> list[dict[str, Any]]:
    """The items of a page, or of a bare array.

    Args:
        answer: as Reply sent it.
        what: what the page holds, for the message ("the blacklist").

    Raises:
        Unreadable: where it holds no list at all.
    """
    rows = answer.get("items") if isinstance(answer, dict) else answer
    if not isinstance(rows, list):
        raise Unreadable(f"Reply's answer about {what} could not be read; nothing was changed.")
    return rows_of(rows)


_PLACES = "_places"


def note_places(answer: Any, page: Any) -> Any:
    """The answer with the place of each of its rows in the page that Reply sent, where rows of it are left out and
    another page follows: the next page begins after all that Reply sent, not after all that is shown."""
    sent, rows = rows_of(page), rows_of(answer)
    if not isinstance(answer, dict) or not answer.get("hasMore") or len(rows) == len(sent):
        return answer
    places = {id(row): place for place, row in enumerate(sent)}
    if any(id(row) not in places for row in rows):
        return answer
    return with_places(answer, [*(places[id(row)] for row in rows), len(sent)])


def with_places(answer: dict[str, Any], places: list[int]) -> dict[str, Any]:
    """The answer with what `places_of` gives for it."""
    return {**answer, _PLACES: places}


def places_of(answer: Any, rows: int) -> list[int]:
    """For each number of rows shown, from none to all `rows` of them, how many of Reply's the next page skips."""
    places = answer.get(_PLACES) if isinstance(answer, dict) else None
    return places if isinstance(places, list) and len(places) == rows + 1 else list(range(rows + 1))
