"""Whom sequences that run would write to again where a call changes how people stand in every sequence they are in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from reply_mcp.catalog.concurrently import concurrently
from reply_mcp.catalog.hooks.pages import Pages
from reply_mcp.catalog.hooks.read_once import read_record
from reply_mcp.catalog.lookups.audience import has_bounced, person_name
from reply_mcp.catalog.lookups.contactable import check_none_blacklisted, describe_against
from reply_mcp.catalog.lookups.due_times import describe_hours
from reply_mcp.catalog.lookups.first_message import describe_first_message
from reply_mcp.catalog.lookups.forecast import read_schedule, sequence_facts
from reply_mcp.catalog.lookups.people import FEW, Person, find_people
from reply_mcp.catalog.lookups.running import read_running
from reply_mcp.catalog.lookups.senders import describe_own_senders
from reply_mcp.catalog.lookups.sequences import (
    NOT_RUNNING,
    PAGE,
    may_be_stopped,
    read_sequence,
    sequence_title,
    status_of,
)
from reply_mcp.catalog.operation import Call
from reply_mcp.catalog.request_caps import RequestCap
from reply_mcp.catalog.rows import object_at, rows_of
from reply_mcp.errors import ApiError
from reply_mcp.text.lists import list_some, plural

MOST_LOOKS = 60
"""Requests for who the people are and where they stand."""
_NAMED = 3
_SEQUENCES = 2

Place = dict[str, Any]
"""Where somebody stands in one sequence, as `GetContactStatuses` has it."""


@dataclass(slots=True)
class Reach:
    """The people of a call, and their places in sequences that run.

    Attributes:
        people: everybody who was named, each contact once.
        places: by contact id.
        titles: `"Q4" (77)` by sequence id.
        opted_out: the ids of those who opted out.
        unread: those whose places were not read.
    """

    people: list[Person] = field(default_factory=list)
    places: dict[str, list[Place]] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    opted_out: set[str] = field(default_factory=set)
    unread: list[str] = field(default_factory=list)

    def going(self, concerned: Callable[[Place], bool]) -> list[tuple[Person, list[Place]]]:
        """Those who may be written to again, with their places that this is about."""
        found = []
        for one in self.people:
            places = [place for place in self.places.get(str(one.id), ()) if concerned(place)]
            if places and str(one.id) not in self.opted_out:
                found.append((one, places))
        return found


def is_stopped(place: Place) -> bool:
    """Whether the sequence does not write to the person now."""
    return may_be_stopped(place)


def replied_in(place: Place) -> bool:
    """Whether the person replied there. A reply on LinkedIn is no mark of `emailDisposition`, so that whoever the
    sequence does not write to counts."""
    return bool(object_at(place, "emailDisposition").get("isReplied")) or is_stopped(place)


def bounced_in(place: Place) -> bool:
    """Whether an email to the person bounced there."""
    return has_bounced(place)


async def read_reach(call: Call, ids: Sequence[Any]) -> Reach:
    """Where these people stand in the sequences that run; once in a call.

    Up to ten people cost two requests each and one for which sequences run. More of them cost the pages of the
    account's contacts and of the sequences that run, up to `MOST_LOOKS` in all.
    """
    if "reach" not in call.seen:
        cap = call.at_most(MOST_LOOKS)
        reach = Reach(await find_people(call, ids, None, cap))
        reach.opted_out = {str(one.id) for one in reach.people if one.row.get("isOptedOut")}
        if len(reach.people) <= FEW:
            await _read_places_one_by_one(call, reach)
        else:
            await _read_places_in_pages(call, reach, cap)
        call.seen["reach"] = reach
    found: Reach = call.seen["reach"]
    return found


async def _read_places_one_by_one(call: Call, reach: Reach) -> None:
    answers: dict[str, dict[str, Any]] = {}

    async def read(one: Person) -> None:
        try:
            answers[str(one.id)] = await read_record(call, "GetContactStatuses", id=one.id)
        except ApiError as refusal:
            if refusal.status == 404 and refusal.code:
                one.leave_out("not found", "no such contact")
            else:
                raise

    await concurrently(*(read(one) for one in reach.people if one.id is not None and not one.why))
    reach.opted_out |= {id for id, answer in answers.items() if answer.get("isOptedOut")}
    places = {id: rows_of(answer.get("sequences")) for id, answer in answers.items()}
    if not any(places.values()):
        return
    ids, complete = await _find_running(
        call, {str(row.get("sequenceId")) for rows in places.values() for row in rows if row.get("sequenceId")}
    )
    for id, rows in places.items():
        held = [row for row in rows if str(row.get("sequenceId")) in ids or not complete]
        reach.places[id] = held
        reach.titles |= {
            str(row.get("sequenceId")): sequence_title({"name": row.get("sequenceName")}, row.get("sequenceId"))
            for row in held
        }


async def _find_running(call: Call, ids: set[str]) -> tuple[set[str], bool]:
    """Which of these sequences run, and whether all that run are known. Up to two are read one by one, which the
    question has more to say of; for more of them one request."""
    if len(ids) > _SEQUENCES:
        running, complete = await read_running(call)
        return {str(row.get("id")) for row in running}, complete
    found = set()
    for id in sorted(ids):
        try:
            sequence = await read_sequence(call, int(id))
        except ApiError as refusal:
            if refusal.status != 404:
                raise
            continue
        if not sequence.get("isArchived") and status_of(sequence) not in NOT_RUNNING:
            found.add(id)
    return found, True


async def _read_places_in_pages(call: Call, reach: Reach, cap: RequestCap) -> None:
    wanted = {str(one.id) for one in reach.people}
    running, complete = await read_running(call)
    left = 0
    for sequence in running:
        id = sequence.get("id")
        pages = Pages(call, "GetSequenceContacts", "who is in a sequence", {"id": id}, size=PAGE, key="contactId")
        reach.titles[str(id)] = sequence_title(sequence, id)
        while pages.more and cap.left:
            with cap:
                rows = await pages.read()
            for row in rows:
                if str(row.get("contactId")) in wanted:
                    reach.places.setdefault(str(row.get("contactId")), []).append(
                        {**row, "sequenceId": id, "sequenceName": sequence.get("name")}
                    )
        left += not pages.complete
    if left or not complete:
        reach.unread.append(f"{left} of {len(running)} sequences that run" if left else "sequences beyond the first")
    unknown = sum(1 for one in reach.people if not one.row and not one.why)
    if unknown:
        reach.unread.append(f"who {plural(unknown, 'person', 'people')} are")


async def check_reachable(call: Call, going: Sequence[tuple[Person, list[Place]]]) -> None:
    """Refuses where the blacklist blocks any of those who would be written to: two requests, a third where a rule
    fits.

    Raises:
        NotDone: names them and the rules.
    """
    await check_none_blacklisted(call, [_row(one) for one, _ in going])


def _row(one: Person) -> dict[str, Any]:
    return one.row or {"id": one.id}


async def describe_reach(
    call: Call, reach: Reach, going: Sequence[tuple[Person, list[Place]]], text: str
) -> tuple[list[str], dict[str, Any]]:
    """The lines of the question, and what consent to it is bound to: one request, two for each of the first two
    sequences, and one for the first message.

    Args:
        text: the question with `{who}`.
    """
    people = [one for one, _ in going]
    known = None if len(reach.people) <= FEW else reach.places
    lines, talks = await describe_against(call, [_row(one) for one in people], places=known)
    lines.append(text.format(who=plural(len(people), "person", "people") if people else "people") + ":")
    for one, places in going[:_NAMED]:
        where = list_some((reach.titles.get(str(p.get("sequenceId")), p.get("sequenceId")) for p in places), _SEQUENCES)
        lines.append(f"- {person_name(_row(one))}, in {where}")
    if len(going) > _NAMED:
        lines.append(f"- and {len(going) - _NAMED:,} more: {list_some((one.name for one in people[_NAMED:]), 7)}")
    rest = [one for one in reach.people if one not in people]
    if rest:
        lines.append(
            f"For {plural(len(rest), 'other')} no message follows: {list_some((_why(reach, o) for o in rest), 5)}."
        )
    if reach.unread:
        lines.append(f"Not looked up, since it would take too many requests: {list_some(reach.unread, 3)}.")
    sending, held = await _describe_sending(call, reach, going)
    lines += sending
    facts = {
        "count": len(people),
        "people": sorted([str(one.id), str(one.row.get("email"))] for one in people),
        "places": sorted(
            [
                str(one.id),
                str(p.get("sequenceId")),
                str(p.get("statusInSequence")),
                repr(object_at(p, "emailDisposition")),
            ]
            for one, places in going
            for p in places
        ),
        "threads": talks,
        **held,
    }
    return lines, facts


async def _describe_sending(
    call: Call, reach: Reach, going: Sequence[tuple[Person, list[Place]]]
) -> tuple[list[str], dict[str, Any]]:
    """From where and when the first two of the sequences send, and what the first person gets next in the first of
    them; and the senders, hours and texts."""
    ids = list(dict.fromkeys(str(place.get("sequenceId")) for _, places in going for place in places))
    now = datetime.now(UTC)
    lines, facts = [], []
    for id in ids[:_SEQUENCES]:
        sequence = await read_sequence(call, int(id))
        schedule = await read_schedule(call, sequence)
        senders = rows_of(sequence.get("emailAccounts"))
        when = describe_hours(sequence, schedule, now)
        title = reach.titles.get(id) or sequence_title(sequence, id)
        lines.append(f"- {title} sends from {describe_own_senders(sequence, senders)}; {when}")
        facts.append(sequence_facts(sequence, senders, schedule))
    words: list[str] = []
    if going:
        message, words = await _describe_next_message(call, going[0][0], ids[0])
        lines += [f"- {message}"] if message else []
    return lines, {"sequences": facts, "first message": words}


async def _describe_next_message(call: Call, person: Person, sequence_id: str) -> tuple[str, list[str]]:
    """What somebody gets at the step where they stand; one request."""
    try:
        held = await read_record(call, "GetSequenceContactById", id=int(sequence_id), contactId=person.id)
    except ApiError:
        return "", []
    return await describe_first_message(
        call,
        await read_sequence(call, int(sequence_id)),
        _row(person),
        enrolled=False,
        start_step=object_at(held, "currentStep").get("stepId"),
    )


def _why(reach: Reach, one: Person) -> str:
    if one.why:
        return f"{one.label} ({one.why['error']})"
    if str(one.id) in reach.opted_out:
        return f"{person_name(_row(one))} (opted out)"
    return person_name(_row(one))
