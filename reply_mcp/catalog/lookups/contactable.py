"""Who must not be written to, whatever the door: the blacklist refuses; what else speaks against writing is named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from reply_mcp.catalog.hooks.read_once import first_words, read_once, read_record
from reply_mcp.catalog.lookups.audience import Audience, has_bounced, name_people, person_name
from reply_mcp.catalog.lookups.blacklist import Blacklist, read_blacklist, read_blacklist_for
from reply_mcp.catalog.lookups.bounces import read_bounces
from reply_mcp.catalog.lookups.contacts import contact_label
from reply_mcp.catalog.lookups.people import FEW
from reply_mcp.catalog.lookups.sequences import may_be_written_to
from reply_mcp.catalog.operation import Call
from reply_mcp.catalog.rows import more_after, object_at, rows_of
from reply_mcp.errors import ApiError, NotDone, ReplyError
from reply_mcp.text.cleaning import inline, quote
from reply_mcp.text.digits import whole_number
from reply_mcp.text.lists import join, list_some
from reply_mcp.text.previews import own_beginning
from reply_mcp.text.times import format_time, instant

LIVE_DAYS = 30
"""For how many days after its last message a conversation counts as one that goes on."""
_NAMED = 3
_MOST_BLOCKED = 5
_WIDTH = 60


async def check_contactable(
    call: Call,
    contact: dict[str, Any],
    done: str = "sent",
    otherwise: str = "",
    opted_out: type[NotDone] = NotDone,
) -> None:
    """Refuses somebody who opted out or whom the blacklist blocks; the requests of `check_not_blacklisted`, and one
    where `contact` does not say whether they opted out.

    Args:
        contact: as `GetContactById` has them, or a part of it.
        done: what was not, for the agent.
        otherwise: a sentence with what can be done in place of it.
        opted_out: what is raised for somebody who opted out.

    Raises:
        NotDone: names them and the reason.
    """
    who = contact_label(contact)
    if await _has_opted_out(call, contact):
        raise opted_out(f"Nothing was {done}: {who} opted out and asked not to be contacted. {otherwise}".rstrip())
    await check_not_blacklisted(call, contact.get("email"), who, done, otherwise)


async def _has_opted_out(call: Call, contact: dict[str, Any]) -> bool:
    if contact.get("isOptedOut") is not None:
        return bool(contact.get("isOptedOut"))
    try:
        return bool((await _read_statuses(call, contact.get("id"))).get("isOptedOut"))
    except ReplyError as error:
        note_if_denied(call, error, "whether they opted out")
        return False


async def _read_statuses(call: Call, id: Any) -> dict[str, Any]:
    """A contact's `GetContactStatuses`, read once in a call; {} for one who does not exist."""
    number = whole_number(str(id))
    if number is None:
        return {}
    try:
        return await read_record(call, "GetContactStatuses", id=number)
    except ApiError as refusal:
        if refusal.status == 404 and refusal.code:
            return {}
        raise


async def check_not_blacklisted(call: Call, email: Any, who: str, done: str = "sent", otherwise: str = "") -> None:
    """Refuses somebody whom the blacklist blocks, with the rule and what lifts it; two requests, a third where a rule
    fits. Notes where the key may not read the blacklist.

    Raises:
        NotDone: for a blocked address.
    """
    if not email:
        return
    try:
        rules = await read_blacklist_for(call, str(email))
    except ReplyError as error:
        note_if_denied(call, error, "the blacklist")
        return
    _note_unread_rules(call, rules)
    if rule := rules.rule_for(email):
        ways = " ".join(filter(None, [otherwise, rules.lifted_by(email)]))
        raise NotDone(f"Nothing was {done}: {who} is on the blacklist, {rule}. {ways}")


async def check_none_blacklisted(call: Call, rows: Sequence[dict[str, Any]], done: str = "changed") -> None:
    """Refuses a call about people of whom the blacklist blocks any, naming each with the rule; two requests, a third
    where a rule fits, one more for each further thousand rules. `rows` are contacts, or people in a sequence.

    Raises:
        NotDone: for blocked addresses.
    """
    addressed = [row for row in rows if row.get("email")]
    if len(addressed) <= 1:
        for row in addressed:
            await check_not_blacklisted(call, row["email"], person_name(row), done)
        return
    try:
        rules = await read_blacklist(call, (row["email"] for row in addressed))
    except ReplyError as error:
        note_if_denied(call, error, "the blacklist")
        return
    _note_unread_rules(call, rules)
    blocked = [(row, rule) for row in addressed if (rule := rules.rule_for(row["email"]))]
    if blocked:
        listed = list_some((f"{person_name(row)}, {rule}" for row, rule in blocked), _MOST_BLOCKED, between="; ")
        raise NotDone(
            f"Nothing was {done}: {len(blocked)} of {len(rows)} are on the blacklist: {listed}. Leave them out. "
            f"{rules.lifted_by(blocked[0][0]['email'])}"
        )


def _note_unread_rules(call: Call, rules: Blacklist) -> None:
    if not rules.complete:
        _note_unchecked(call, "the rest of a long blacklist")


def _note_unchecked(call: Call, what: str) -> None:
    """Notes once that something was not checked; the question says it too."""
    if (note := f"Not checked: {what}.") not in call.notes:
        call.notes.append(note)


def note_if_denied(call: Call, error: ReplyError, what: str) -> None:
    """Notes what was not checked where the key may not read it; raises any other error, since nobody is written to of
    whom that is not known."""
    if not (isinstance(error, ApiError) and error.is_denied):
        raise error
    _note_unchecked(call, f"{what}, which this key may not read")


async def leave_out_blacklisted(call: Call, audience: Audience) -> str:
    """Moves those whom the blacklist blocks to the others of a sequence's people, since Reply does not write to them;
    gives what lifts the first one's rule, or "". Two requests in a call, a third where a rule fits, one more for each
    further thousand rules; a note where the key may not read the blacklist."""
    addressed = [row for row in audience.going if row.get("email")]
    if not addressed:
        return ""
    try:
        rules = await read_blacklist(call, (row["email"] for row in addressed))
    except ReplyError as error:
        note_if_denied(call, error, "the blacklist")
        return ""
    _note_unread_rules(call, rules)
    blocked = {id(row): rule for row in addressed if (rule := rules.rule_for(row["email"]))}
    if not blocked:
        return ""
    for row in addressed:
        if id(row) in blocked:
            audience.left_out.setdefault(f"on the blacklist, {blocked[id(row)]}", []).append(row)
    audience.going = [row for row in audience.going if id(row) not in blocked]
    return rules.lifted_by(next(row["email"] for row in addressed if id(row) in blocked))


async def describe_against(
    call: Call,
    rows: Sequence[dict[str, Any]],
    sequence_id: Any = None,
    *,
    talks: bool = True,
    places: Mapping[str, Any] | None = None,
) -> tuple[list[str], list[list[str]]]:
    """What speaks against writing to these people, by name, as lines of a question, and what consent to it is bound to:
    conversations that go on, meetings, replies, bounces, and other sequences that write to them. A request for
    conversations, and one for each of up to ten people; for more of them one for bounces.

    Args:
        rows: contacts, or people in a sequence.
        sequence_id: the sequence that is about to write to them, where being active is no obstacle.
        talks: whether conversations are read; not where the call answers in one.
        places: where they stand in other sequences, by contact id, as `GetContactStatuses` has it under `sequences`;
            read one by one where it is None.
    """
    if many := places is not None or len(rows) > FEW:
        lines, facts = await describe_history(call, rows)
    else:
        lines, facts = await describe_talks(call, rows) if talks else ([], [])
    if many and places is None:
        return [*lines, f"Not looked up for more than {FEW} people at a time: other sequences."], facts
    bounced = [row for row in rows if has_bounced(row)]
    if bounced and not many:
        lines.append(f"Emails bounced: {name_people(bounced, FEW)}.")
    for row in rows:
        id = _contact_id(row)
        try:
            answer = await _read_statuses(call, id) if places is None else {"sequences": places.get(id)}
        except ReplyError as error:
            note_if_denied(call, error, "bounces and other sequences")
            return lines, facts
        found = describe_obstacles({**answer, "meetingStatus": None} if talks else answer, sequence_id)
        if found := [one for one in found if row not in bounced or not one.startswith("their emails bounced")]:
            lines.append(f"{person_name(row)}: {join(found, '; ')}.")
    return lines, facts


def describe_obstacles(statuses: dict[str, Any], sequence_id: Any = None) -> list[str]:
    """What speaks against writing to somebody, by their `GetContactStatuses`: `replied in "Q4" (77)`, `their emails
    bounced in …`, `active in …`, `a meeting is booked`.

    Args:
        statuses: Reply's answer.
        sequence_id: the sequence they are about to be in, where being active is no obstacle.
    """
    found: dict[str, list[str]] = {}
    for place in rows_of(statuses.get("sequences")):
        disposition = object_at(place, "emailDisposition")
        status = str(place.get("statusInSequence") or "").casefold()
        name = f"{quote(str(place.get('sequenceName') or '?'), _WIDTH)} ({place.get('sequenceId')})"
        if has_bounced(place):
            found.setdefault("their emails bounced in", []).append(name)
        elif disposition.get("isReplied") or status == "replied":
            found.setdefault("replied in", []).append(name)
        elif may_be_written_to(place) and str(place.get("sequenceId")) != str(sequence_id):
            found.setdefault("active in", []).append(name)
    obstacles = [f"{what} {list_some(names, _NAMED)}" for what, names in found.items()]
    return [*obstacles, *(["a meeting with them is booked"] if has_meeting(statuses) else [])]


def has_meeting(row: dict[str, Any]) -> bool:
    """Whether a contact's row says that a meeting is booked."""
    return str(row.get("meetingStatus") or "").casefold() in ("booked", "meetingbooked")


async def read_conversations(call: Call, contact_ids: Iterable[Any]) -> dict[str, dict[str, Any]]:
    """The latest inbox thread of each of these contacts who ever answered, by contact id; one request for up to 1,000
    threads.

    Raises:
        ApiError: where the key may not read the inbox.
    """
    ids = sorted({number for id in contact_ids if (number := whole_number(str(id))) is not None})
    if not ids:
        return {}
    answer = await read_once(call, "FilterInboxThreads", source="inbox", contactIds=ids, top=1000)
    if more_after(answer):
        _note_unchecked(call, "conversations beyond the latest 1,000 threads")
    wanted, found = {str(id) for id in ids}, {}
    for row in sorted(rows_of(answer), key=lambda one: str(one.get("lastActivityDate") or "")):
        id = str(object_at(row, "contact").get("id") or "")
        if id in wanted:
            found[id] = row
    return found


def is_live(row: dict[str, Any], now: datetime) -> bool:
    """Whether a conversation goes on: they are interested or want to meet, or it moved within the last month."""
    name = str(object_at(row, "category").get("name") or "").casefold()
    if row.get("hasMeetingIntent") or ("interested" in name and "not " not in name) or "meeting" in name:
        return True
    moved = instant(row.get("lastActivityDate"))
    return moved is None or now - moved <= timedelta(days=LIVE_DAYS)


async def describe_history(call: Call, rows: Sequence[dict[str, Any]]) -> tuple[list[str], list[list[str]]]:
    """What speaks against writing to these people, however many: what `describe_talks` finds, who ever answered, and
    whose emails ever bounced; as lines of a question, and what consent to it is bound to. Two requests, a third where
    the team has more than a thousand bounces; a note on what the key may not read."""
    lines, facts = await describe_talks(call, rows, ever=True)
    try:
        ids, complete = await read_bounces(call, map(_contact_id, rows))
    except ReplyError:
        ids, complete = set(), False
    if not complete:
        _note_unchecked(call, "whose emails bounced in other sequences, as far as the report does not say")
    if bounced := [row for row in rows if _contact_id(row) in ids or has_bounced(row)]:
        lines.append(f"Emails bounced: {name_people(bounced, FEW)}.")
    return lines, [*facts, *(["bounced", _contact_id(row)] for row in bounced)]


async def describe_talks(
    call: Call, rows: Sequence[dict[str, Any]], *, ever: bool = False
) -> tuple[list[str], list[list[str]]]:
    """Those of these people who replied, with whom a meeting is booked or a conversation goes on, by name, as lines of
    a question, and what consent to it is bound to; one request for up to 1,000 threads. Notes where the key may not
    read the inbox.

    Args:
        rows: contacts, or people in a sequence.
        ever: whether those count as having replied too of whom the inbox alone says so.
    """
    by_id = {_contact_id(row): row for row in rows}
    try:
        threads = await read_conversations(call, by_id)
    except ReplyError as error:
        note_if_denied(call, error, "conversations in the inbox")
        threads = {}
    now = datetime.now(UTC)
    going = {id: row for id, row in threads.items() if is_live(row, now)}
    lines = []
    if going:
        described = (f"{person_name(by_id[id])}, {describe_conversation(row)}" for id, row in sorted(going.items()))
        lines.append(f"In a conversation that goes on: {list_some(described, _NAMED, between='; ')}.")
    if meeting := [row for row in rows if has_meeting(row)]:
        lines.append(f"A meeting is booked with {name_people(meeting)}.")
    answered = [id for id, row in by_id.items() if id not in going and (_has_replied(row) or (ever and id in threads))]
    if replied := [by_id[id] for id in answered]:
        lines.append(f"Replied before: {name_people(replied)}.")
    facts = [[id, str(row.get("id")), str(row.get("lastActivityDate"))] for id, row in sorted(threads.items())]
    return lines, facts


def _contact_id(row: dict[str, Any]) -> str:
    return str(row.get("contactId") or row.get("id"))


def _has_replied(row: dict[str, Any]) -> bool:
    return bool(object_at(row, "emailDisposition").get("isReplied"))


def describe_conversation(row: dict[str, Any]) -> str:
    """`thread 55120 (Interested), 2026-11-20 16:40 UTC: "Can you send pricing?"`."""
    name = inline(str(object_at(row, "category").get("name") or ""), _WIDTH)
    preview = str(row.get("bodyPreview") or "")
    words = first_words(own_beginning(preview) or preview, 160)
    at = format_instant(row.get("lastActivityDate"))
    return (
        f"thread {row.get('id')}{f' ({name})' if name else ''}{f', {at}' if at else ''}"
        f"{f': {quote(words)}' if words else ''}"
    )


def format_instant(text: Any) -> str:
    """`2026-11-20 16:40 UTC`, or in the person's zone; "" where the text tells no time. No age, which
    another look would find
    changed."""
    return format_time(instant(text))
