"""What starting, archiving and deleting several sequences does."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.lookups.audience import Audience, count_of, name_people, read_audience
from reply_mcp.catalog.lookups.contactable import describe_history, leave_out_blacklisted
from reply_mcp.catalog.lookups.due_times import describe_hours, start_of
from reply_mcp.catalog.lookups.first_message import message_steps
from reply_mcp.catalog.lookups.forecast import describe_unread, leave_out_unreachable, read_schedule, sequence_facts
from reply_mcp.catalog.lookups.senders import describe_copies, describe_own_senders
from reply_mcp.catalog.lookups.sequences import (
    find_sequences,
    read_sequence,
    sequence_title,
    status_of,
)
from reply_mcp.catalog.operation import Call, Question
from reply_mcp.catalog.rows import rows_of
from reply_mcp.errors import ApiError, NotDone
from reply_mcp.text.lists import join, plural

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.sequences.bulk import BulkArchiveSequences, BulkDeleteSequences, BulkStartSequences


def active_ids(held: Any) -> list[Any]:
    """The ids of those that send, of one sequence or of a list."""
    rows = [held] if isinstance(held, dict) and "items" not in held else rows_of(held)
    return [row.get("id") for row in rows if status_of(row) == "active"]


_MOST = 10
"""Sequences that one question before a start is about."""


async def preview_start(call: Call[BulkStartSequences]) -> Question:
    """Whom each sequence would send to, from where, and which ones change nothing or cannot start. Two requests for
    each sequence, a third for one of more than 500 people, one for the mailboxes and one for each schedule, two for
    the blacklist, one for conversations, one for bounces and one for the settings.

    Raises:
        NotDone: for more than ten sequences, whose people no question could name, and where nothing would be sent.
    """
    ids = call.arguments.ids
    if len(ids) > _MOST:
        raise NotDone(
            f"Nothing was changed: a person is asked about at most {_MOST} sequences at a time, {len(ids)} were given. "
            "Start them in several calls."
        )
    accounts = await _read_mailboxes(call)
    starts, started, others, facts, total, complete = [], [], [], [], 0, True
    lifts, going = "", []
    for id in ids:
        try:
            sequence = await read_sequence(call, id)
        except ApiError as refusal:
            if refusal.status != 404 or not refusal.code:
                raise
            others.append(f"{id} (not found)")
            continue
        name = sequence_title(sequence, id)
        if sequence.get("isArchived") or status_of(sequence) == "active":
            others.append(f"{name}, {'archived' if sequence.get('isArchived') else 'already active'}")
            continue
        audience = await read_audience(call, id)
        leave_out_unreachable(audience, sequence)
        lifts = await leave_out_blacklisted(call, audience) or lifts
        if not audience.going and audience.complete:
            left_out = audience.describe_left_out()
            others.append(f"{name}, nobody left to write to{f' ({left_out})' if left_out else ''}")
            continue
        senders = [accounts.get(str(one.get("id")), one) for one in rows_of(sequence.get("emailAccounts"))]
        schedule = await read_schedule(call, sequence)
        total, complete = total + len(audience.going), complete and audience.complete
        going += audience.going
        started.append(sequence)
        starts.append(_describe_start(name, sequence, audience, senders, schedule))
        facts.append({"people": audience.ids, **sequence_facts(sequence, senders, schedule)})
    nothing = f"Nothing starts in {join(others, '; ')}." if others else ""
    if not starts:
        raise NotDone(f"Nothing was changed: none of the {len(ids)} would send anything. {nothing} {lifts}".rstrip())
    people = f"{'' if complete else 'more than '}{plural(total, 'person', 'people')}"
    history, threads = await describe_history(call, going)
    sends_email = any(str(step.get("type")).casefold() == "email" for one in started for step in message_steps(one))
    copies, settings = await describe_copies(call) if sends_email else ([], {})
    lines = [
        *copies,
        *history,
        f"This starts sending {plural(len(starts), 'sequence')} to {people}:",
        *starts,
        nothing,
        lifts,
    ]
    lines.append(describe_unread(started))
    return Question(
        "\n".join(filter(None, lines)), {"count": total, "threads": threads, "sequences": facts, **settings}
    )


def _describe_start(
    name: str,
    sequence: dict[str, Any],
    audience: Audience,
    senders: list[dict[str, Any]],
    schedule: dict[str, Any],
) -> str:
    """`- "Q4" (77) to 409 people (Ann <ann@acme.com> …; not to 3 bounced) from maria@ourco.com; first at …`."""
    left_out = audience.describe_left_out()
    now = datetime.now(UTC)
    froms = describe_own_senders(sequence, senders)
    steps = message_steps(sequence)
    when = describe_hours(sequence, schedule, now, (start_of(row, steps, now) for row in audience.going))
    not_to = f"; not to {left_out}" if left_out else ""
    return f"- {name} to {count_of(audience)} ({name_people(audience.going)}{not_to}) from {froms}; {when}"


async def _read_mailboxes(call: Call) -> dict[str, dict[str, Any]]:
    """The account's first 1,000 mailboxes by id, as they are now; {} where the key may not read them."""
    try:
        return {str(one.get("id")): one for one in rows_of(await call.ask("ListEmailAccounts", top=1000))}
    except ApiError:
        return {}


async def preview_archiving(call: Call[BulkArchiveSequences]) -> str:
    """The first five by name and state; the requests of `find_sequences`."""
    found = await find_sequences(call, call.arguments.ids)
    return f"This archives {found.count} and takes everyone out of them for good: {found.listed}.{found.missing}"


async def preview_deletion(call: Call[BulkDeleteSequences]) -> str:
    """The first five by name and state; the requests of `find_sequences`."""
    found = await find_sequences(call, call.arguments.ids)
    return f"This deletes {found.count} for good, with steps and statistics: {found.listed}.{found.missing}"
