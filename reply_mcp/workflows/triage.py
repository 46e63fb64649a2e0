"""The unread threads that wait for an answer, each with the other side's last message."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from pydantic import Field

from reply_mcp.catalog.area import workflow
from reply_mcp.catalog.areas.inbox.area import area
from reply_mcp.catalog.areas.inbox.thread_hooks import add_state, describe_person, is_with_deleted_contact
from reply_mcp.catalog.arguments.named_ids import CategoryId, SequenceId
from reply_mcp.catalog.arguments.times import Moment
from reply_mcp.catalog.concurrently import concurrently
from reply_mcp.catalog.operation import Arguments, Call, Effect, Local
from reply_mcp.catalog.rows import more_after, object_at, read_rows, rows_of
from reply_mcp.catalog.views import Brief
from reply_mcp.text.html import html_to_text
from reply_mcp.text.lists import join, list_some, plural
from reply_mcp.text.times import format_time, instant
from reply_mcp.workflows.pieces.inbox_urgency import (
    asks_to_be_left_alone,
    category_of,
    deadline_of,
    urgency_of,
    waits_for_us,
)
from reply_mcp.workflows.pieces.last_inbound_message import format_age, last_inbound_message
from reply_mcp.workflows.pieces.partial_reads import (
    PartialReads,
    brief,
    short_name,
)

_PAGE = 100
_CHARACTERS = 600
_MOST_NAMED = 10
LEFT_ALONE = "ASKS TO BE LEFT ALONE"
CONTACT_DELETED = "contact deleted: no answer can be sent"
LISTING_REQUESTS = 2
"""Requests before the threads are read, one each."""


async def triage(call: Call) -> dict[str, Any]:
    """Finds the unread threads that wait for our answer and reads the first of them."""
    with call.at_most(LISTING_REQUESTS + call.arguments.top):
        return await _triage(call)


async def _triage(call: Call) -> dict[str, Any]:
    now = datetime.now(UTC)
    given = call.arguments
    since = given.since.isoformat() if given.since else None
    filters = {"categoryIds": given.category_ids, "sequenceIds": given.sequence_ids, "from": since}
    answer = await call.ask(
        "FilterInboxThreads", source="unread", top=_PAGE, **{key: value for key, value in filters.items() if value}
    )
    if read_rows(answer, "the inbox"):
        answer = await add_state(call, answer)
    waiting = [row for row in rows_of(answer) if waits_for_us(row)]
    waiting.sort(key=urgency_of)
    chosen = waiting[: given.top]
    parts = PartialReads(call)
    threads = await concurrently(
        *(parts.read(f"thread {row.get('id')}", "GetInboxThread", id=row.get("id")) for row in chosen)
    )
    lines = [_format_thread(row, thread, now) for row, thread in zip(chosen, threads, strict=True)]
    return brief(
        _format_title(waiting, more_after(answer), given.since),
        *lines,
        *(_format_deadlines(waiting[given.top :])),
        _format_unread(waiting[given.top :]),
        _how_to_answer(chosen),
        _how_to_respect([row for row in waiting if asks_to_be_left_alone(row)]),
        parts.describe_missing(),
    )


def _format_title(waiting: list[dict[str, Any]], more: bool, since: datetime | None) -> str:
    of_when = f" with something new since {format_time(since)}" if since else ""
    if not waiting and more:
        return (
            f"None of the latest {_PAGE} unread threads{of_when} waits for an answer; more are unread: "
            "reply_get_inbox_emails lists them."
        )
    if not waiting:
        return (
            f"No unread thread{of_when} waits for an answer. Threads already read may: reply_get_inbox_emails shows "
            "them as needs answer."
        )
    least = "At least " if more else ""
    verb = "waits" if len(waiting) == 1 else "wait"
    threads = f"{plural(len(waiting), 'unread thread')}{of_when}"
    return f"{least}{threads} {verb} for an answer, urgent and interested ones first."


def _format_thread(row: dict[str, Any], thread: Any, now: datetime) -> dict[str, Any]:
    words = last_inbound_message(thread, _CHARACTERS)
    if words:  # whole, where the row has their beginning
        row["bodyPreview"] = words.text
    at = words.at if words and words.at else instant(row.get("lastActivityDate"))
    old = format_age(at, now)
    sequence = object_at(row, "sequence").get("name")
    company = object_at(row, "contact").get("companyName") or object_at(row, "contact").get("company")
    facts = [
        short_name(company),
        LEFT_ALONE if asks_to_be_left_alone(row) else category_of(row) or "no category",
        CONTACT_DELETED if is_with_deleted_contact(row) else "",
        "LinkedIn" if str(row.get("channel") or "").casefold() == "linkedin" else "",
        f"{old} ago" if old else "",
        f'from "{short_name(sequence)}"' if sequence else "",
        "wants to meet" if row.get("hasMeetingIntent") else "",
        f"{words.left_out} more characters: reply_get_thread" if words and words.left_out else "",
        f"cut: {words.cut}" if words and words.cut else "",
        "" if words else "beginning only",
    ]
    person = short_name(describe_person(row.get("contact")), 80)
    text = f"Thread {row.get('id')} with {person}, {join(filter(None, facts))}:"
    return {"text": text, "outside": words.text if words else html_to_text(str(row.get("bodyPreview") or ""))}


def _format_deadlines(others: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A line for each thread that there was no room to read and whose beginning says by when it needs an answer."""
    return [
        {
            "text": f"Thread {row.get('id')} with {short_name(describe_person(row.get('contact')), 80)}, deadline:",
            "outside": deadline,
        }
        for row in others
        if (deadline := deadline_of(row))
    ]


def _format_unread(others: list[dict[str, Any]]) -> str:
    rest = [row for row in others if not deadline_of(row)]
    if not rest:
        return ""
    ids = list_some((row.get("id") for row in rest), _MOST_NAMED)
    return f"{len(rest)} more not read here, a higher top reads more: {ids}."


def _how_to_respect(threads: list[dict[str, Any]]) -> str:
    """How to let those be who ask for it."""
    ids = [id for row in threads if (id := object_at(row, "contact").get("id")) is not None]
    if not ids:
        return ""
    named = list_some((short_name(describe_person(row.get("contact")), 80) for row in threads), _MOST_NAMED)
    who = "asks" if len(threads) == 1 else "ask"
    return (
        f"{named} {who} to be left alone: no answer; "
        f'reply_set_contacts_opted_out {{"contactIds": [{join(ids)}], "isOptedOut": true}}.'
    )


def _how_to_answer(chosen: list[dict[str, Any]]) -> str:
    row = next((one for one in chosen if not is_with_deleted_contact(one) and not asks_to_be_left_alone(one)), None)
    if row is None:
        return ""
    contact = object_at(row, "contact").get("id")
    whose = "" if contact is None else f'"contact": "{contact}", '
    return (
        f'To answer: reply_send_inbox_reply {{"id": {row.get("id")}, {whose}"message": …}}; '
        "to file: reply_change_inbox_category."
    )


@workflow(
    area,
    "FilterInboxThreads",
    "GetInboxThread",
    scope="inbox:read",
    tool="reply_triage_inbox",
    effect=Effect.READ,
    view=Brief(),
    run=triage,
    also=[
        "who needs an answer",
        "new replies",
        "morning inbox",
        "go through my inbox",
        "unanswered",
        "what did they say",
    ],
)
class TriageInbox(Arguments):
    """Unread threads that wait for an answer, with their last message. 2 requests and one for each thread."""

    top: Local[int] = Field(5, ge=1, le=15)
    category_ids: Local[list[CategoryId] | None] = None
    sequence_ids: Local[list[SequenceId] | None] = None
    since: Local[Moment | None] = None
