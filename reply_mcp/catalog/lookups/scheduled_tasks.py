"""Open tasks that Reply carries out by itself when they start, such as an email that somebody has scheduled."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from reply_mcp.catalog.hooks.read_once import read_once
from reply_mcp.catalog.operation import Call
from reply_mcp.catalog.rows import more_after, object_at, read_rows
from reply_mcp.errors import ApiError
from reply_mcp.text.cleaning import inline
from reply_mcp.text.lists import list_some
from reply_mcp.text.times import format_time, instant

_NAMED = 5
_WIDTH = 60


def is_sent_by_itself(task: dict[str, Any]) -> bool:
    """Whether Reply carries the task out without anybody."""
    return bool(task.get("isScheduled")) and str(task.get("status") or "new").casefold() == "new"


async def read_scheduled(call: Call, contact_ids: Iterable[Any] | None = None) -> tuple[list[dict[str, Any]], bool]:
    """The tasks that are carried out by themselves, and whether all are known; one request in a call. A key that may
    not read tasks shows none.

    Args:
        contact_ids: whom they are for; anybody where it is None.
    """
    wanted = None if contact_ids is None else {str(id) for id in contact_ids}
    one = {"contactId": int(next(iter(wanted)))} if wanted and len(wanted) == 1 else {}
    try:
        answer = await read_once(call, "FilterTasks", status="new", top=1000, **one)
    except ApiError as refusal:
        if refusal.is_denied:
            return [], True
        raise
    rows = [row for row in read_rows(answer, "which tasks are scheduled") if is_sent_by_itself(row)]
    if wanted is not None:
        rows = [row for row in rows if str(object_at(row, "contact").get("id")) in wanted]
    return rows, not more_after(answer)


def describe_start(task: dict[str, Any]) -> str:
    """When it goes out."""
    return format_time(instant(task.get("startAt"))) or "at a time that is not known"


def describe_scheduled(rows: list[dict[str, Any]]) -> str:
    """`8812 Ann Lee, 2026-11-20 16:40 UTC; …`."""
    texts = (f"{row.get('id')} {_name(row)}, {describe_start(row)}" for row in rows)
    return list_some(texts, _NAMED, between="; ")


def _name(row: dict[str, Any]) -> str:
    contact = object_at(row, "contact")
    return inline(str(contact.get("fullName") or f"contact {contact.get('id') or row.get('contactId') or '?'}"), _WIDTH)
