"""What starting, archiving and deleting several sequences does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.hooks.existing import rows_on_page
from reply_mcp.catalog.hooks.read_once import has_read, read_once, remember
from reply_mcp.catalog.lookups.audience import Audience, read_audience
from reply_mcp.catalog.lookups.contactable import describe_history, leave_out_blacklisted
from reply_mcp.catalog.lookups.first_message import message_steps
from reply_mcp.catalog.lookups.forecast import (
    Forecast,
    describe_audience,
    describe_unread,
    leave_out_unreachable,
    read_forecast,
)
from reply_mcp.catalog.lookups.senders import describe_copies
from reply_mcp.catalog.lookups.sequences import (
    find_sequences,
    read_sequence,
    sequence_title,
    status_of,
)
from reply_mcp.catalog.operation import Call, Question
from reply_mcp.catalog.rows import records_of, rows_of
from reply_mcp.errors import ApiError, NotDone
from reply_mcp.text.lists import join, plural

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.sequences.bulk import BulkArchiveSequences, BulkDeleteSequences, BulkStartSequences


def active_ids(held: Any) -> list[Any]:
    """The ids of those that send, of one sequence or of a list."""
    return [row.get("id") for row in records_of(held) if status_of(row) == "active"]


ACTIVE: dict[str, Any] = {"status": "active", "top": 1000}
"""What lists those that run."""
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
    mailboxes = await _read_mailboxes(call)
    starts, others, lifts = [], [], ""
    for id in ids:
        found = await _start_of(call, id, mailboxes)
        if isinstance(found, _Start):
            starts.append(found)
        else:
            others.append(found.why)
        lifts = found.lifts or lifts
    nothing = f"Nothing starts in {join(others, '; ')}." if others else ""
    if not starts:
        raise NotDone(f"Nothing was changed: none of the {len(ids)} would send anything. {nothing} {lifts}".rstrip())
    going = [row for start in starts for row in start.audience.going]
    more = "" if all(start.audience.complete for start in starts) else "more than "
    history, threads = await describe_history(call, going)
    copies, settings = await describe_copies(call) if any(map(_sends_email, starts)) else ([], {})
    lines = [
        *copies,
        *history,
        f"This starts sending {plural(len(starts), 'sequence')} to {more}{plural(len(going), 'person', 'people')}:",
        *(start.describe() for start in starts),
        nothing,
        lifts,
        describe_unread(start.sequence for start in starts),
    ]
    facts = {"count": len(going), "threads": threads, "sequences": [start.facts() for start in starts], **settings}
    return Question("\n".join(filter(None, lines)), facts)


@dataclass(frozen=True)
class _Start:
    """A sequence that would begin to send, and what lifts the blacklist's first rule about its people, or ""."""

    title: str
    sequence: dict[str, Any]
    audience: Audience
    forecast: Forecast
    lifts: str

    def describe(self) -> str:
        """`- "Q4" (77) to 409 people, up to 60 of them today: Ann <ann@acme.com> …; not to 3 bounced; from
        maria@ourco.com; first at …`, and what is odd about it."""
        people = describe_audience(self.audience, self.forecast)
        return " ".join([f"- {self.title} {people}; {self.forecast.describe_sending()}.", *self.forecast.odd])

    def facts(self) -> dict[str, Any]:
        """What consent holds for."""
        return {"people": self.audience.ids, **self.forecast.facts}


@dataclass(frozen=True)
class _NoStart:
    """A sequence that would not, and why: `"Q4" (77), already active`."""

    why: str
    lifts: str = ""


async def _start_of(call: Call, id: int | str, mailboxes: dict[str, dict[str, Any]]) -> _Start | _NoStart:
    """What starting one of them does. `mailboxes` are the account's, by id."""
    try:
        sequence = await read_sequence(call, id)
    except ApiError as refusal:
        if refusal.status != 404 or not refusal.code:
            raise
        return _NoStart(f"{id} (not found)")
    title = sequence_title(sequence, id)
    if sequence.get("isArchived") or status_of(sequence) == "active":
        return _NoStart(f"{title}, {'archived' if sequence.get('isArchived') else 'already active'}")
    audience = await read_audience(call, id)
    leave_out_unreachable(audience, sequence)
    lifts = await leave_out_blacklisted(call, audience)
    if not audience.going and audience.complete:
        left_out = audience.describe_left_out()
        return _NoStart(f"{title}, nobody left to write to{f' ({left_out})' if left_out else ''}", lifts)
    if isinstance(sequence.get("emailAccounts"), list):
        own = [mailboxes.get(str(one.get("id")), one) for one in rows_of(sequence["emailAccounts"])]
        remember(call, own, "GetSequenceEmailAccounts", id=id)
    forecast = await read_forecast(call, sequence, audience.going, copies=False, message=False)
    if forecast.needs_mailbox:
        return _NoStart(f"{title}, which sends email and has no mailbox", lifts)
    return _Start(title, sequence, audience, forecast, lifts)


def _sends_email(start: _Start) -> bool:
    return any(str(step.get("type")).casefold() == "email" for step in message_steps(start.sequence))


async def _read_mailboxes(call: Call) -> dict[str, dict[str, Any]]:
    """The account's first 1,000 mailboxes by id, as they are now; {} where the key may not read them."""
    try:
        return {str(one.get("id")): one for one in rows_of(await call.ask("ListEmailAccounts", top=1000))}
    except ApiError:
        return {}


async def leave_out_started(call: Call[BulkStartSequences], answer: Any) -> Any:
    """The answer, in which those that ran before are none that were started, as far as the call has read it; no
    request."""
    if not isinstance(answer, Mapping | None):
        return answer
    ran = [id for id in call.arguments.ids if await _ran_before(call, id)]
    return {**{str(id): {"error": "active already"} for id in ran}, **(answer or {})}


async def _ran_before(call: Call[BulkStartSequences], id: Any) -> bool:
    if has_read(call, "GetSequenceById", id=id):
        return status_of(await read_sequence(call, id)) == "active"
    if has_read(call, "GetSequences", **ACTIVE):
        return str(id) in {str(one) for one in active_ids(await read_once(call, "GetSequences", **ACTIVE))}
    return False


async def preview_archiving(call: Call[BulkArchiveSequences]) -> str:
    """The first five by name and state, without those that are active or archived; the requests of `find_sequences`.

    Raises:
        NotDone: where none of them can be archived.
    """
    ids = call.arguments.ids
    found = await find_sequences(call, ids)
    rows = await rows_on_page(call, ids, "GetSequences") or {str(id): await read_sequence(call, id) for id in ids[:1]}
    stay = {
        str(
            id
        ): f"{sequence_title(row, id)}, {'archived already' if row.get('isArchived') else 'active: pause it first'}"
        for id in ids
        if (row := rows.get(str(id))) and (row.get("isArchived") or status_of(row) == "active")
    }
    rest = f"Not archived: {join(stay.values(), '; ')}." if stay else ""
    going = [id for id in ids if str(id) not in stay]
    if not going:
        raise NotDone(f"Nothing was changed. {rest}")
    found = await find_sequences(call, going) if stay else found
    text = f"This archives {found.count} and takes everyone out of {'it' if found.number == 1 else 'them'} for good"
    return f"{text}: {found.listed}.{found.missing} {rest}".rstrip()


async def preview_deletion(call: Call[BulkDeleteSequences]) -> str:
    """The first five by name and state; the requests of `find_sequences`."""
    found = await find_sequences(call, call.arguments.ids)
    return f"This deletes {found.count} for good, with steps and statistics: {found.listed}.{found.missing}"
