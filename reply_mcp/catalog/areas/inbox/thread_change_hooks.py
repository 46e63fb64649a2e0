"""Filing, drafting and deleting threads: whom they are with, and what Reply leaves unsaid afterwards."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.areas.inbox.thread_hooks import describe_person, explain_missing_thread
from reply_mcp.catalog.hooks.existing import find_existing, names_on_page
from reply_mcp.catalog.hooks.read_once import read_record
from reply_mcp.catalog.operation import Call
from reply_mcp.catalog.rows import records_of
from reply_mcp.errors import ApiError, ReplyError
from reply_mcp.text.lists import plural

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.inbox.operations import (
        BulkDeleteInboxThreads,
        DeleteInboxThread,
        GenerateInboxAiDraft,
        SetInboxThreadCategory,
    )

_MOST_NAMED = 20


async def describe_category(call: Call[SetInboxThreadCategory], answer: Any) -> Any:
    """Gives `outcome`, where the thread is filed now; Reply answers with nothing."""
    id, category = call.arguments.id, call.arguments.category_id
    return {"outcome": f"Thread {id} {'has no category now' if category is None else 'is now in category'}"}


async def explain_missing_thread_or_category(call: Call[SetInboxThreadCategory], refusal: ApiError) -> str | None:
    """Tells a missing thread from a missing category, which share one code; up to two requests."""
    if refusal.code != "inboxThread.notFound":
        return None
    try:
        await call.ask("GetInboxThread", id=call.arguments.id)
    except ApiError:
        return await explain_missing_thread(call, refusal)
    except ReplyError:
        return None
    return (
        f"404: thread {call.arguments.id} exists, category {call.arguments.category_id} does not; nothing was "
        "changed. reply_list_inbox_categories has them."
    )


async def preview_deletion(call: Call[DeleteInboxThread]) -> str:
    """Names the person and the number of messages; one request."""
    thread = await read_record(call, "GetInboxThread", id=call.arguments.id)
    count = len(thread.get("messages") or [])
    return (
        f"This deletes thread {call.arguments.id} with {describe_person(thread.get('contact'))} for good, "
        f"with its {plural(count, 'message')}."
    )


async def preview_bulk_deletion(call: Call[BulkDeleteInboxThreads]) -> str:
    """Names the people of the threads; one request for the latest threads where there are several, and one for each of
    the first few others."""

    async def read(id: Any) -> str:
        return name(await read_record(call, "GetInboxThread", id=id), id)

    def name(thread: dict[str, Any], id: Any) -> str:
        return f"{id} {describe_person(thread.get('contact'))}"

    ids = call.arguments.thread_ids
    found = await find_existing(
        ids,
        "thread",
        read,
        known=await names_on_page(call, ids, "ListInboxThreads", name, top=200),
        most=_MOST_NAMED,
        finder="reply_get_inbox_emails",
    )
    return f"This deletes {found.count} with all messages for good: {found.listed}.{found.missing}"


async def find_draft(call: Call[GenerateInboxAiDraft], answer: Any) -> Any:
    """Gives `draft`, wherever in the answer it is, since Reply has not settled its shape."""
    return {"id": call.arguments.id, "draft": _text_of(answer) or json.dumps(answer, ensure_ascii=False)}


def _text_of(answer: Any) -> str:
    if isinstance(answer, str):
        return answer
    if isinstance(answer, list):
        return next((text for text in map(_text_of, answer) if text), "")
    if isinstance(answer, dict):
        named = {str(key).casefold(): value for key, value in answer.items()}
        for key in ("message", "body", "text", "content", "aidraft", "draft", "result", "data"):
            if named.get(key) and (text := _text_of(named[key])):
                return text
    return ""


def read_threads(held: Any) -> list[Any]:
    """The ids of those threads of a page, or of the one, that are read."""
    return [row.get("id") for row in records_of(held) if row.get("isRead")]
