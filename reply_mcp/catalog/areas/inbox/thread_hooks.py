"""Reading threads: whose turn it is, whose threads they are, what a missing one means."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.operation import Call
from reply_mcp.catalog.own_answers import leave_out
from reply_mcp.catalog.rows import more_after, object_at, rows_of
from reply_mcp.errors import ApiError, ReplyError
from reply_mcp.text.cleaning import inline
from reply_mcp.text.lists import plural
from reply_mcp.text.names import name_and_address, plain_words

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.inbox.operations import FilterInboxThreads, GetInboxThread, ListInboxThreadMessages

_MOST_COMPARED = 200
"""Contacts on a page whose threads are looked up to tell who wrote last."""


def describe_person(contact: Any) -> str:
    """`Dana Fox <dana@initech.com>`, or as much of that as is known."""
    contact = contact if isinstance(contact, dict) else {}
    name, address = str(contact.get("fullName") or ""), contact.get("email") or contact.get("linkedInProfileUrl")
    if name:
        return name_and_address(name, address)
    return inline(str(address or ""), 100) or f"contact {contact.get('id') or 'unknown'}"


def is_same(contact: Any, meant: int | str) -> bool:
    """Whether a thread's contact is the one meant by id, address, profile link or full name."""
    contact = contact if isinstance(contact, dict) else {}
    wanted = _normalize(meant)
    if any(wanted == _normalize(contact.get(key)) for key in ("id", "email", "linkedInProfileUrl") if contact.get(key)):
        return True
    name = str(contact.get("fullName") or "")
    return bool(name.strip()) and plain_words(name) == plain_words(str(meant))


def _normalize(value: Any) -> str:
    return str(value).strip().casefold().rstrip("/").replace("://www.", "://").replace("http://", "https://")


async def include_from(call: Call[FilterInboxThreads]) -> None:
    """Asks from a millisecond earlier, since Reply leaves out a thread with activity at `from` itself."""
    if call.arguments.from_ is not None:
        call.arguments.from_ -= timedelta(milliseconds=1)


async def keep_their_threads(call: Call[FilterInboxThreads], answer: Any) -> Any:
    """Leaves out threads of other contacts than those asked for, and notes which contacts have several threads."""
    wanted = call.arguments.contact_ids
    rows = rows_of(answer)
    if not wanted or not rows:
        return answer
    theirs = [row for row in rows if any(is_same(row.get("contact"), contact) for contact in wanted)]
    if len(theirs) < len(rows):
        call.notes.append(
            f"Left out {plural(len(rows) - len(theirs), 'thread')} of other contacts that Reply sent too."
        )
    several = defaultdict(list)
    for row in theirs:
        several[describe_person(row.get("contact"))].append(row)
    for person, threads in several.items():
        if len(threads) > 1:
            listed = ", ".join(
                f"{row.get('id')} ({row.get('channel')}, {(row.get('sequence') or {}).get('name') or 'no sequence'})"
                for row in threads
            )
            call.notes.append(
                f"{person} has {len(threads)} threads: {listed}. The latest may not be the one meant: "
                "choose by sequence, then channel, or ask."
            )
    return {"items": theirs, "hasMore": more_after(answer)}


async def note_uncategorized(call: Call[FilterInboxThreads], answer: Any) -> Any:
    """Notes, where no thread of some categories was found, that new ones may have none."""
    arguments = call.arguments
    if arguments.category_ids and not arguments.skip and not rows_of(answer):
        call.notes.append("A thread that nobody has filed is in no category; it shows without categoryIds.")
    return answer


async def rename_contact_fields(call: Call, answer: Any) -> Any:
    """Renames what the inbox calls differently as contacts have it: `linkedInUrl` and `company`."""
    for row in rows_of(answer):
        contact = object_at(row, "contact")
        for ours, theirs in (("linkedInUrl", "linkedInProfileUrl"), ("company", "companyName")):
            if theirs in contact:
                contact.setdefault(ours, contact.pop(theirs))
    return answer


async def add_state(call: Call, answer: Any) -> Any:
    """Gives each thread a `state`: unread, whose turn it is, failed to send.

    A row does not say who wrote last. Threads whose last message is ours are `source=sent`, so one more request, for
    the contacts of this page, tells them apart. Where it fails the rest of the state stands.
    """
    rows = rows_of(answer)
    source = str(getattr(call.arguments, "source", None) or "inbox")
    ours = {row.get("id") for row in rows} if source == "sent" else await _last_is_ours(call, rows)
    for row in rows:
        row["state"] = ", ".join(_state(row, ours))
    return answer


def _state(row: dict[str, Any], ours: set[Any] | None) -> list[str]:
    status = row.get("status")
    delivery = status.get("state") if isinstance(status, dict) else status
    state = ["unread"] if row.get("isRead") is False else []
    if str(delivery or "").casefold() == "needsattention":
        state.append("failed to send")
    if is_with_deleted_contact(row):
        state.append("contact deleted")
    elif row.get("isLastMessagePlanned"):
        state.append("reply planned")
    elif ours is not None:
        state.append("their turn" if row.get("id") in ours else _turn_of(row))
    if row.get("hasMeetingIntent"):
        state.append("wants to meet")
    return [part for part in state if part]


def is_with_deleted_contact(thread: dict[str, Any]) -> bool:
    """Whether the thread's contact is deleted, so that Reply sends no answer in it."""
    return object_at(thread, "contact").get("isDeleted") is True


def _turn_of(row: dict[str, Any]) -> str:
    return "needs answer" if (row.get("contact") or {}).get("id") else ""


async def _last_is_ours(call: Call, rows: list[dict[str, Any]]) -> set[Any] | None:
    """The threads of these rows whose last message is ours; None where that is not known."""
    ids = sorted({row["contact"]["id"] for row in rows if (row.get("contact") or {}).get("id")})
    if not ids or len(ids) > _MOST_COMPARED:
        return None
    try:
        answer = await call.ask("FilterInboxThreads", source="sent", contactIds=ids, top=min(1000, 3 * len(ids)))
    except ReplyError:
        return None
    more = isinstance(answer, dict) and answer.get("hasMore")
    return None if more else {row.get("id") for row in rows_of(answer)}


async def explain_missing_thread(call: Call, refusal: ApiError) -> str | None:
    """Tells a missing thread from a contact's id given in place of a thread's, since both are large numbers; one
    request."""
    if refusal.code != "inboxThread.notFound":
        return None
    id = call.arguments.id
    missing = f"404 inboxThread.notFound: there is no thread {id} that this key can see; nothing was changed."
    try:
        rows = rows_of(await call.ask("FilterInboxThreads", contactIds=[id], top=10))
    except ReplyError:
        rows = []
    theirs = [row for row in rows if is_same(row.get("contact"), id)]
    if theirs:
        threads = ", ".join(f"{row.get('id')} ({row.get('channel')})" for row in theirs)
        return (
            f"{missing} {id} is the contact {describe_person(theirs[0].get('contact'))}, whose threads are {threads}."
        )
    return f"{missing} Threads have ids of their own, not those of contacts: reply_get_inbox_emails finds them."


def as_conversation(
    thread: dict[str, Any], messages: list[Any] | None = None, earlier: Sequence[Any] = ()
) -> dict[str, Any]:
    """A thread and its messages in the shape that the `Conversation` view takes.

    `earlier` messages are not shown: what they say already is cut from those that quote them.
    """
    thread = dict(thread)
    own = thread.get("messages")
    leave_out(thread, "messages")
    contact = thread.get("contact") or {}
    thread["contactId"] = contact.get("id") or contact.get("email") or contact.get("linkedInProfileUrl")
    return {"thread": thread, "items": messages if messages is not None else own or [], "_earlier": list(earlier)}


async def show_as_conversation(call: Call[GetInboxThread], answer: dict[str, Any]) -> Any:
    """The thread as a conversation, with a note on a draft that waits, which is not a message yet."""
    note_draft(call, answer)
    return as_conversation(answer)


async def with_earlier_messages(call: Call[ListInboxThreadMessages], answer: Any) -> Any:
    """Adds the messages before a later page, unseen: what they say already is cut from those that quote them."""
    skip = call.arguments.skip or 0
    if not skip or not isinstance(answer, dict):
        return answer
    try:
        thread = await call.ask("GetInboxThread", id=call.arguments.id)
    except ReplyError:
        return answer
    return {**answer, "_earlier": rows_of(thread.get("messages"))[:skip]}


def note_draft(call: Call, thread: dict[str, Any]) -> None:
    """Notes that an AI draft waits in the thread, where one does."""
    if thread.get("aiDraft"):
        call.notes.append("An AI draft waits in this thread, not sent: reply_get_inbox_thread with detail=full has it.")
