"""Categories: what a replacing update keeps, which of them are Reply's own, what deleting one leaves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.changes import Step
from reply_mcp.catalog.hooks.read_once import read_once, read_record
from reply_mcp.catalog.operation import Call
from reply_mcp.catalog.rows import rows_of
from reply_mcp.catalog.undo import name_ids
from reply_mcp.errors import ApiError, ReplyError

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.inbox.categories import (
        AssignThreadsToInboxCategory,
        DeleteInboxCategory,
        UnassignThreadsFromInboxCategory,
        UpdateInboxCategory,
    )


async def read_category(call: Call[UpdateInboxCategory]) -> Any:
    """The category as it is; one request in a call."""
    held = await read_once(call, "GetInboxCategory", id=call.arguments.id)
    return held[0] if isinstance(held, list) and held else held


async def explain_reserved_or_taken(call: Call, refusal: ApiError) -> str | None:
    """Tells Reply's own categories from a lack of rights, and finds the category that has the name already; up to one
    request."""
    if refusal.code == "inboxCategory.cannotModifyDefault":
        return (
            f"403 {refusal.code}: category {call.arguments.id} is one of Reply's own, which stay as they are; nothing "
            "was changed. Categories of your own can be changed and deleted."
        )
    if refusal.code != "inboxCategory.duplicateName":
        return None
    wanted = str(call.arguments.name).strip().casefold()
    try:
        rows = rows_of(await call.ask("ListInboxCategories"))
    except ReplyError:
        return None
    held = next((row for row in rows if str(row.get("name") or "").strip().casefold() == wanted), None)
    if held is None:
        return None
    return f'409 {refusal.code}: "{held["name"]}" is category {held.get("id")} already; nothing was changed.'


async def preview_deletion(call: Call[DeleteInboxCategory]) -> str:
    """Names the category; one request."""
    held = await read_record(call, "GetInboxCategory", id=call.arguments.id)
    name = held.get("name")
    return f'This deletes category {call.arguments.id} "{name or "unknown"}" for good; its threads stay, unfiled.'


def category_of(thread: Mapping[str, Any]) -> Any:
    """The id of the category that a thread is filed under; None for none."""
    held = thread.get("category")
    return held.get("id") if isinstance(held, Mapping) else held


def file_again(
    call: Call[AssignThreadsToInboxCategory] | Call[UnassignThreadsFromInboxCategory], category: Any, threads: list[Any]
) -> Step:
    """Files threads under the category that they had; out of the new one where they had none."""
    if category is None:
        return Step(
            "UnassignThreadsFromInboxCategory",
            {"id": call.arguments.id, "threadIds": threads},
            f"{name_ids(threads, 'thread')} out of category {call.arguments.id} again",
        )
    return Step(
        "AssignThreadsToInboxCategory",
        {"id": category, "threadIds": threads},
        f"{name_ids(threads, 'thread')} in category {category} again",
    )


def file_again_here(call: Call[UnassignThreadsFromInboxCategory], category: Any, threads: list[Any]) -> Step | None:
    """Files threads under the category again that they were taken out of; those under another have stayed there."""
    return file_again(call, category, threads) if str(category) == str(call.arguments.id) else None
