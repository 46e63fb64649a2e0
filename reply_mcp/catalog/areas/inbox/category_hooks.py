"""Filing, drafting and deleting threads: what is looked up before, and what is told after."""

from __future__ import annotations

import json
from typing import Any

from reply_mcp.catalog.areas.inbox.thread_hooks import who
from reply_mcp.catalog.hooks.read_once import read_once
from reply_mcp.catalog.operation import Call
from reply_mcp.catalog.rows import rows_of
from reply_mcp.errors import ApiError, NotDone, ReplyError

_MOST_NAMED = 20


async def filed(call: Call, answer: Any) -> Any:
    """Says where the thread is now; Reply answers with nothing."""
    id, category = call.arguments.id, call.arguments.category_id
    where = "has no category now" if category is None else f"is in category {category} now"
    return {"outcome": f"Thread {id} {where}."}


async def keep_the_rest(call: Call) -> None:
    """Fills in what was left out: the change replaces name and color both."""
    arguments = call.arguments
    if arguments.name is None and arguments.color is None:
        raise NotDone("Nothing was changed: give name, color or both.")
    if arguments.name is not None and arguments.color is not None:
        return
    held = await call.ask("GetInboxCategory", id=arguments.id)
    held = held[0] if isinstance(held, list) and held else held
    name, color = (held.get("name"), held.get("color")) if isinstance(held, dict) else (None, None)
    if not isinstance(name, str) or not isinstance(color, str):
        raise NotDone("Nothing was changed: Reply did not say the category's present name and color. Give both.")
    arguments.name = arguments.name or name
    arguments.color = arguments.color or color


async def reserved_or_taken(call: Call, refusal: ApiError) -> str | None:
    """Reply's own categories, told from a lack of rights; and a name that is taken, with the category that has it."""
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
    return f'409 {refusal.code}: there is a category "{held["name"]}" ({held.get("id")}) already; nothing was changed.'


async def category_preview(call: Call) -> str:
    """Names the category; one request."""
    held = await read_once(call, "GetInboxCategory", id=call.arguments.id)
    name = held.get("name") if isinstance(held, dict) else None
    return f'This deletes category {call.arguments.id} "{name or "unknown"}" for good; its threads stay, unfiled.'


async def deletion_preview(call: Call) -> str:
    """Names the person and the number of messages; one request."""
    thread = await read_once(call, "GetInboxThread", id=call.arguments.id)
    thread = thread if isinstance(thread, dict) else {}
    count = len(thread.get("messages") or [])
    return (
        f"This deletes thread {call.arguments.id} with {who(thread.get('contact'))} for good, "
        f"with its {count} message{'' if count == 1 else 's'}."
    )


async def bulk_deletion_preview(call: Call) -> str:
    """Names the people of the threads that are among the latest; one request."""
    ids = list(dict.fromkeys(call.arguments.thread_ids))
    try:
        rows = rows_of(await read_once(call, "ListInboxThreads", top=200))
    except ReplyError:
        rows = []
    known = {row.get("id"): who(row.get("contact")) for row in rows}
    named = [f"{id} {known[id]}" if id in known else str(id) for id in ids[:_MOST_NAMED]]
    left = len(ids) - len(named)
    text = f"This deletes {len(ids)} thread{'' if len(ids) == 1 else 's'} with all messages for good"
    return f"{text}: {', '.join(named)}{f' and {left} more' if left else ''}."


async def draft_text(call: Call, answer: Any) -> Any:
    """The draft, wherever in the answer it is: Reply has not settled its shape."""
    return {"id": call.arguments.id, "draft": _draft(answer) or json.dumps(answer, ensure_ascii=False)}


def _draft(answer: Any) -> str:
    if isinstance(answer, str):
        return answer
    if isinstance(answer, list):
        return next((text for text in map(_draft, answer) if text), "")
    if isinstance(answer, dict):
        named = {str(key).casefold(): value for key, value in answer.items()}
        for key in ("message", "body", "text", "content", "aidraft", "draft", "result", "data"):
            if named.get(key) and (text := _draft(named[key])):
                return text
    return ""
