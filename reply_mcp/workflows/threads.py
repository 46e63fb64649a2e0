"""Reading one conversation: who it is with, and its latest messages."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from reply_mcp.catalog.area import workflow
from reply_mcp.catalog.areas.inbox.area import area
from reply_mcp.catalog.areas.inbox.thread_hooks import as_conversation, explain_missing_thread, note_draft
from reply_mcp.catalog.arguments.named_ids import ThreadId
from reply_mcp.catalog.operation import Arguments, Call, Effect, Local
from reply_mcp.catalog.request_caps import RequestCap
from reply_mcp.catalog.rows import more_after, rows_of
from reply_mcp.catalog.views import Conversation

_PAGE = 20
"""Messages a page; a thread that shows fewer than that shows all it has."""
MOST_REQUESTS = 12


async def latest_messages(call: Call) -> Any:
    """The thread and its latest messages, oldest of them first.

    The thread has its messages. Of a long exchange, which Reply says to page, the pages of messages are read from where
    the latest begin: two requests, and one for each twenty messages that the thread did not have.
    """
    with call.at_most(MOST_REQUESTS) as cap:
        return await _latest_messages(call, cap)


async def _latest_messages(call: Call, cap: RequestCap) -> Any:
    id, latest = call.arguments.id, call.arguments.latest
    thread = await call.ask("GetInboxThread", id=id)
    known = rows_of(thread.get("messages"))
    whole = 0 < len(known) < _PAGE
    skip = 0 if whole else max(0, len(known) - latest)
    page = (
        {"items": known} if whole else await call.ask("ListInboxThreadMessages", id=id, top=latest + _PAGE, skip=skip)
    )
    messages = rows_of(page)
    while more_after(page) and cap.left:
        page = await call.ask("ListInboxThreadMessages", id=id, top=_PAGE, skip=skip + len(messages))
        messages += rows_of(page)
    if more_after(page):
        call.notes.append(
            f'There are later messages: reply_list_thread_messages {{"id": {id}, "skip": {skip + len(messages)}}}.'
        )
    messages = messages or known
    earlier = max(len(known), skip + len(messages)) - min(latest, len(messages))
    if earlier > 0:
        call.notes.append(f"{earlier} earlier messages left out: latest={min(200, latest + earlier)} has them.")
    note_draft(call, thread)
    shown = messages[-latest:]
    shown_ids = [message.get("messageId") for message in shown]
    before = [message for message in (*known, *messages[:-latest]) if message.get("messageId") not in shown_ids]
    return as_conversation(thread, shown, earlier=before)


@workflow(
    area,
    "GetInboxThread",
    "ListInboxThreadMessages",
    scope="inbox:read",
    tool="reply_get_thread",
    core=True,
    effect=Effect.READ,
    view=Conversation(answer_with='reply_send_inbox_reply {{"id": {id}, "contact": "{contactId}", "message": …}}'),
    run=latest_messages,
    explain=[explain_missing_thread],
    also=["conversation", "mails", "email history", "LinkedIn messages", "what they wrote"],
)
class GetThread(Arguments):
    """Read a conversation, latest messages. Do so before answering: list previews are cut. 1 request, at most 12."""

    id: Local[ThreadId]
    latest: Local[int] = Field(10, ge=1, le=200)
