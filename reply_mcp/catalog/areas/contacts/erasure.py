"""What Reply keeps of a contact who is deleted, and how to get rid of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.operation import Call
from reply_mcp.catalog.rows import more_after, rows_of
from reply_mcp.errors import ApiError
from reply_mcp.text.lists import join, plural

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.contacts.operations import DeleteContact

_THREADS = 100
OF_SEVERAL = (
    "Their conversations and the log of sent emails remain: reply_get_inbox_emails with search finds threads, "
    "reply_delete_inbox_threads deletes them. reply_import_contacts with options.restoreDeleted brings contacts back."
)
_KEPT = (
    "Their name and address stay in the log of sent emails, and Reply can bring them back: for a final erasure the "
    "person asks Reply's support."
)


async def delete_and_say_what_remains(call: Call[DeleteContact]) -> dict[str, Any]:
    """Deletes the contact; `remains` says what is left of them. One more request, for their threads, before they can no
    longer be asked for."""
    try:
        page = await call.ask("GetContactInboxThreads", id=call.arguments.id, top=_THREADS)
        threads = [row["id"] for row in rows_of(page) if row.get("id") is not None]
    except ApiError:  # such as a key that may not read the inbox; an answer that cannot be read stops the call
        page, threads = None, None
    await call.send()
    return {"remains": f"{_format_threads(threads, more_after(page))} {_KEPT}"}


def _format_threads(threads: list[Any] | None, more: bool) -> str:
    if threads is None:
        return "Their conversations, if any, remain: reply_get_inbox_emails with search finds them."
    if not threads:
        return "There is no conversation with them."
    which = f"The first {len(threads)} of their threads" if more else plural(len(threads), "thread")
    return (
        f"{which} with them remain{'s' if len(threads) == 1 else ''}: "
        f'reply_delete_inbox_threads {{"threadIds": [{join(threads)}]}} deletes '
        f"{'it' if len(threads) == 1 else 'them'}."
    )
