"""Categories: what a replacing update keeps, which of them are Reply's own, what deleting one leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from reply_mcp.catalog.hooks.read_once import read_once
from reply_mcp.catalog.operation import Call
from reply_mcp.catalog.rows import rows_of
from reply_mcp.errors import ApiError, NotDone, ReplyError

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.inbox.categories import Color, DeleteInboxCategory, UpdateInboxCategory


async def fill_in_name_and_color(call: Call[UpdateInboxCategory]) -> None:
    """Fills in the name or the color that was left out, since an update replaces both; one request."""
    arguments = call.arguments
    if arguments.name is None and arguments.color is None:
        raise NotDone("Nothing was changed: give name, color or both.")
    if arguments.name is not None and arguments.color is not None:
        return
    held = await call.ask("GetInboxCategory", id=arguments.id)
    held = held[0] if isinstance(held, list) and held else held
    name, color = (held.get("name"), held.get("color")) if isinstance(held, dict) else (None, None)
    if not isinstance(name, str) or not isinstance(color, str):
        raise NotDone("Nothing was changed: Reply did not say the category's current name and color. Give both.")
    arguments.name = arguments.name or name
    arguments.color = arguments.color or cast("Color", color)  # as Reply holds it, whether or not we know it


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
    held = await read_once(call, "GetInboxCategory", id=call.arguments.id)
    name = held.get("name") if isinstance(held, dict) else None
    return f'This deletes category {call.arguments.id} "{name or "unknown"}" for good; its threads stay, unfiled.'
