"""What is against enrolling people: being in the sequence already, the blacklist, an opt-out, a bounce, or another
sequence that is writing to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from reply_mcp.catalog.concurrently import concurrently
from reply_mcp.catalog.hooks.pages import Pages
from reply_mcp.catalog.lookups.blacklist import Blacklist, read_blacklist, read_blacklist_for
from reply_mcp.catalog.lookups.contactable import describe_conversation, has_meeting, is_live, read_conversations
from reply_mcp.catalog.lookups.members import as_id, members_among
from reply_mcp.catalog.lookups.people import (
    FEW,
    Person,
    find_people,
)
from reply_mcp.catalog.lookups.running import read_running
from reply_mcp.catalog.lookups.sequences import (
    PAGE,
    may_be_written_to,
    read_sequence,
    sequence_title,
)
from reply_mcp.catalog.operation import Call
from reply_mcp.catalog.request_caps import RequestCap
from reply_mcp.catalog.rows import object_at, read_rows, rows_of
from reply_mcp.errors import ApiError, NotDone, ReplyError, Unreadable
from reply_mcp.text.cleaning import quote
from reply_mcp.text.lists import join

MOST_LOOKS = 60
"""Requests for checking more than ten people, besides those for who is in the sequence."""


@dataclass(slots=True)
class Standing:
    """Everybody who was named, and what could not be checked.

    Attributes:
        people: in the order in which they were named; `why` tells what is against enrolling each.
        other_sequences: the active sequences that each is in, by contact id, each as `"Spring" (12)`.
        unchecked: what was not checked, in a few words each.
        lifts: what lets those through whom the blacklist blocks, named for the first of them; "" where nobody is.
    """

    people: list[Person]
    other_sequences: dict[str, list[str]] = field(default_factory=dict)
    unchecked: list[str] = field(default_factory=list)
    lifts: str = ""

    @property
    def going(self) -> list[Person]:
        """Those whom nothing is against enrolling."""
        return [one for one in self.people if not one.why and one.id is not None]

    @property
    def left_out(self) -> dict[str, dict[str, Any]]:
        """Why each of the others is not to be enrolled, those with the same reason together."""
        out = [one for one in self.people if one.why]
        out.sort(key=lambda one: (one.why["error"], one.why["errorDetails"] or ""))
        return {one.label: one.why for one in out}


@dataclass(frozen=True, slots=True)
class Terms:
    """Into which sequence, and whom to enroll all the same.

    Attributes:
        allow: reasons that are no obstacle: `in_other_sequence`, `bounced`, `in_conversation`.
        remove_from_existing: whether they leave all other sequences.
        only_never_contacted: whether to leave out everybody to whom anything was ever sent.
        new_people: whether addresses that no contact has are people too, who are about to be imported.
    """

    sequence_id: Any
    allow: Sequence[str] = ()
    remove_from_existing: bool = False
    only_never_contacted: bool = False
    new_people: bool = False


async def check_enrollment(call: Call, terms: Terms, given: Sequence[int | str], list_id: Any = None) -> Standing:
    """What is against enrolling each of these people.

    Up to ten people: two requests each, a third for those who are in the sequence, and five more, a sixth where a rule
    of the blacklist fits. More of them: the pages of the list or of the account's contacts, of the sequence, of the
    other active sequences (or one for each person, where these are fewer) and of the blacklist, `MOST_LOOKS` beside
    the list's and the sequence's own.

    Raises:
        NotDone: for a sequence that is archived or has no steps, and as `find_people` does.
    """
    await check_sequence_takes_people(call, terms.sequence_id)
    cap = call.at_most(MOST_LOOKS)
    standing = Standing(await find_people(call, given, list_id, cap))
    if any(not one.row and not one.why for one in standing.people):
        standing.unchecked.append("the addresses and opt-outs of some")
    if terms.new_people:
        for one in standing.people:
            if one.why.get("error") == "not found":
                one.why, one.row = {}, {"email" if "@" in one.given else "linkedInUrl": one.given}
    states = await _read_states(call, standing) if len(standing.going) <= FEW else {}
    await _check_members(call, terms, standing, states)
    await _check_opt_outs_and_blacklist(call, standing)
    if len(standing.going) <= FEW:
        states = states or await _read_states(call, standing)
        await _check_other_sequences_one_by_one(call, terms, standing, states)
    else:
        await _check_other_sequences_of_many(call, terms, standing, cap)
    await _check_conversations(call, terms, standing)
    if not terms.remove_from_existing and "in_other_sequence" not in terms.allow:
        for one in standing.going:
            if names := standing.other_sequences.get(str(one.id)):
                one.leave_out("in another active sequence", join(names))
    if terms.only_never_contacted:
        await _leave_out_contacted(call, standing, cap)
    return standing


async def check_sequence_takes_people(call: Call, id: Any) -> None:
    """Stops where the sequence is archived or has no steps; one request in a call.

    Raises:
        NotDone: says which.
    """
    sequence = await read_sequence(call, id)
    if sequence.get("isArchived"):
        raise NotDone(f"{sequence_title(sequence, id)} is archived and takes no contacts; nothing was changed.")
    if sequence.get("steps") == []:
        raise NotDone(
            f"{sequence_title(sequence, id)} has no steps; nobody was enrolled. "
            "reply_bulk_create_sequence_steps adds them."
        )


async def _check_conversations(call: Call, terms: Terms, standing: Standing) -> None:
    """Leaves out those with whom a conversation goes on or a meeting is booked; one request for each 500 people."""
    if "in_conversation" in terms.allow:
        return
    for one in standing.going:
        if has_meeting(one.row):
            one.leave_out("in a conversation", "a meeting with them is booked")
    ids = [one.id for one in standing.going]
    threads: dict[str, dict[str, Any]] = {}
    try:
        for start in range(0, len(ids), PAGE):
            threads |= await read_conversations(call, ids[start : start + PAGE])
    except ReplyError as error:
        _leave_unchecked(standing, error, "conversations in the inbox")
    now = datetime.now(UTC)
    for one in standing.going:
        if (row := threads.get(str(one.id))) is not None and is_live(row, now):
            one.leave_out("in a conversation", describe_conversation(row))


async def _leave_out_contacted(call: Call, standing: Standing, cap: RequestCap) -> None:
    """Leaves out everybody to whom anything was ever sent, and those for whom that was not looked up: a request each,
    as far as the cap allows."""
    for one in standing.going:
        if not cap.left:
            one.leave_out("not looked up", "whether they were ever contacted: too many for one call")
            continue
        with cap:
            page = await call.ask("GetContactActivities", id=one.id, top=20)
        kinds = {str(row.get("activityType") or "") for row in read_rows(page, "what happened with a contact")}
        if kinds - {"note"}:
            one.leave_out("contacted before", "reply_get_contact_activity shows how")


async def _check_members(call: Call, terms: Terms, standing: Standing, states: dict[str, dict[str, Any]]) -> None:
    """Leaves out those who are in the sequence: Reply would move them past steps, or change their mailbox. Their place
    is not read of those whose states, in all sequences that they are in, have none of this one."""
    ids = [one.id for one in standing.going if _may_be_in(states.get(str(one.id), {}), terms.sequence_id)]
    held = await members_among(call, terms.sequence_id, ids) if ids else {}
    for one in standing.going:
        if (row := held.get(str(one.id))) is not None:
            one.leave_out("already in it", _describe_place(row))


def _leave_unchecked(standing: Standing, error: ReplyError, what: str) -> None:
    """Says that this was not checked where the key may not read it; raises any other error, so that nobody is enrolled
    of whom it is not known."""
    if not (isinstance(error, ApiError) and error.is_denied):
        raise error
    standing.unchecked.append(what)


def _may_be_in(state: dict[str, Any], sequence_id: Any) -> bool:
    places = state.get("sequences")
    if not isinstance(places, list):
        return True
    return any(str(row.get("sequenceId")) == str(sequence_id) for row in rows_of(places))


def _describe_place(row: dict[str, Any]) -> str:
    name = object_at(row, "currentStep").get("displayName")
    at = f", step {name}" if name else ""
    return f"unchanged ({row.get('statusInSequence') or 'state unknown'}{at})"


async def _check_opt_outs_and_blacklist(call: Call, standing: Standing) -> None:
    known = [one for one in standing.people if one.row and not one.why]
    for one in known:
        if one.row.get("isOptedOut"):
            one.leave_out("opted out", "asked not to be contacted")
    addresses = [str(one.row["email"]) for one in known if one.row.get("email") and not one.why]
    if not addresses:
        return
    try:
        rules: Blacklist = await (
            read_blacklist_for(call, addresses[0]) if len(addresses) == 1 else read_blacklist(call, addresses)
        )
    except ReplyError as error:
        _leave_unchecked(standing, error, "the blacklist")
        return
    if not rules.complete:
        standing.unchecked.append("the rest of a long blacklist")
    for one in known:
        if rule := rules.rule_for(one.row.get("email")):
            one.leave_out("on the blacklist", rule)
            standing.lifts = standing.lifts or rules.lifted_by(one.row.get("email"))


async def _read_states(call: Call, standing: Standing) -> dict[str, dict[str, Any]]:
    """The states of everybody in every sequence, by contact id; a request each."""
    states: dict[str, dict[str, Any]] = {}

    async def read(one: Person) -> None:
        states[str(one.id)] = await _read_statuses(call, one)

    await concurrently(*map(read, standing.going))
    return states


async def _check_other_sequences_of_many(call: Call, terms: Terms, standing: Standing, cap: RequestCap) -> None:
    """As for a few, by the states of each where they are fewer than the active sequences, whose pages tell it
    otherwise."""
    active = await _read_active_sequences(call, terms, standing)
    if len(standing.going) > min(len(active), cap.left):
        await _check_other_sequences_in_pages(call, terms, standing, cap, active)
        return
    with cap:
        states = await _read_states(call, standing)
    await _check_other_sequences_one_by_one(call, terms, standing, states, active)


async def _check_other_sequences_one_by_one(
    call: Call,
    terms: Terms,
    standing: Standing,
    states: dict[str, dict[str, Any]],
    active: dict[str, str] | None = None,
) -> None:
    """Leaves out those to whom another sequence writes, by their states; one request for which sequences are active,
    where there may be such a one and `active` does not tell."""
    places: list[tuple[Person, dict[str, Any]]] = []
    for one in standing.going:
        answer = states.get(str(one.id), {})
        if answer.get("isOptedOut"):
            one.leave_out("opted out", "asked not to be contacted")
        if (
            not one.why
            and not isinstance(answer.get("sequences"), list)
            and "other sequences" not in standing.unchecked
        ):
            standing.unchecked.append("other sequences")
        places += [(one, row) for row in rows_of(answer.get("sequences"))]
    writing = [
        (one, row)
        for one, row in places
        if may_be_written_to(row) and str(row.get("sequenceId")) != str(terms.sequence_id)
    ]
    if active is None:
        active = await _read_active_sequences(call, terms, standing) if writing else {}
    for one, row in writing:
        if (name := active.get(str(row.get("sequenceId")))) is not None:
            standing.other_sequences.setdefault(str(one.id), []).append(name)
    for one, row in places:
        _check_place(terms, one, row, row.get("sequenceName"))


async def _read_statuses(call: Call, one: Person) -> dict[str, Any]:
    """Their state in every sequence under `sequences`; {} where that could not be read."""
    try:
        answer: dict[str, Any] = await call.ask("GetContactStatuses", id=one.id)
    except ApiError as refusal:
        if refusal.status == 404 and refusal.code:
            one.leave_out("not found", "no such contact")
        elif not refusal.is_denied:
            raise
        return {}
    if "sequences" not in answer:
        raise Unreadable("Reply's answer about the sequences of a contact could not be read; nothing was changed.")
    return answer


def _check_place(terms: Terms, one: Person, row: dict[str, Any], where: Any) -> None:
    """Leaves out somebody whose emails bounced in a sequence, or who replied there."""
    disposition = object_at(row, "emailDisposition")
    place = f"in {quote(str(where), 60)}" if where else None
    if disposition.get("isBounced") and "bounced" not in terms.allow:
        one.leave_out("bounced", place)
    if disposition.get("isReplied") and "in_conversation" not in terms.allow:
        one.leave_out("in a conversation", f"replied {place}" if place else "replied")


async def _read_active_sequences(call: Call, terms: Terms, standing: Standing) -> dict[str, str]:
    """The other active sequences by id, each as `"Spring" (12)`; the requests of `read_running`."""
    try:
        rows, complete = await read_running(call)
    except ReplyError as error:
        _leave_unchecked(standing, error, "other sequences")
        return {}
    if not complete:
        standing.unchecked.append("active sequences beyond a thousand")
    return {
        str(row.get("id")): sequence_title(row, row.get("id"))
        for row in rows
        if str(row.get("id")) != str(terms.sequence_id)
    }


async def _check_other_sequences_in_pages(
    call: Call, terms: Terms, standing: Standing, cap: RequestCap, active: dict[str, str]
) -> None:
    """Reads who is in each other active sequence, 500 people a request, as far as the cap allows."""
    wanted = {str(one.id): one for one in standing.going}
    unread = 0
    for id, name in active.items():
        pages = Pages(
            call, "GetSequenceContacts", "who is in another sequence", {"id": as_id(id)}, size=PAGE, key="contactId"
        )
        while pages.more and cap.left:
            try:
                with cap:
                    rows = await pages.read()
            except ApiError as refusal:
                if not refusal.is_denied and refusal.status != 404:
                    raise
                break
            for row in rows:
                one = wanted.get(str(row.get("contactId")))
                if one is None:
                    continue
                if may_be_written_to(row):
                    standing.other_sequences.setdefault(str(one.id), []).append(name)
                _check_place(terms, one, row, name.rpartition(" (")[0].strip('"'))
        unread += not pages.complete
    if unread:
        standing.unchecked.append(f"{unread} of {len(active)} other active sequences")
