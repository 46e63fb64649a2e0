"""What is against enrolling people: being in the sequence already, the blacklist, an opt-out, a bounce, or another
sequence that is writing to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import anyio

from reply_mcp.catalog.areas.enrollment.people import (
    FEW,
    Person,
    find_people,
)
from reply_mcp.catalog.lookups.blacklist import Blacklist, read_blacklist, read_blacklist_for
from reply_mcp.catalog.lookups.sequences import (
    GOING,
    PAGE,
    read_sequence,
    sequence_title,
    status_of,
)
from reply_mcp.catalog.operation import Call
from reply_mcp.catalog.request_caps import RequestCap
from reply_mcp.catalog.rows import more_after, read_rows, rows_of
from reply_mcp.errors import ApiError, NotDone, ReplyError
from reply_mcp.text.lists import join

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.enrollment.operations import BulkAddContactsToSequence

MOST_LOOKS = 60
"""Requests for checking more than ten people, besides those for who is in the sequence."""
_MOST_SEQUENCES = 200


@dataclass(slots=True)
class Standing:
    """Everybody who was named, and what could not be checked.

    Attributes:
        people: in the order in which they were named; `why` tells what is against enrolling each.
        other_sequences: the active sequences that each is in, by contact id, each as `"Spring" (12)`.
        unchecked: what was not checked, in a few words each.
    """

    people: list[Person]
    other_sequences: dict[str, list[str]] = field(default_factory=dict)
    unchecked: list[str] = field(default_factory=list)

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


async def check_people(call: Call[BulkAddContactsToSequence]) -> None:
    """Checks everybody once in a call, before the question and before anything is sent.

    Up to ten people: three requests each and up to five more. More of them: the pages of the list or of the account's
    contacts, of the sequence, of the other active sequences and of the blacklist, `MOST_LOOKS` beside the list's and
    the sequence's own.
    """
    await standing_of(call)


async def standing_of(call: Call[BulkAddContactsToSequence]) -> Standing:
    """What the checks found, made once in a call.

    Raises:
        NotDone: for a sequence that is archived or has no steps, and as `find_people` does.
    """
    seen = call.seen
    if "standing" not in seen:
        seen["standing"] = await _check(call)
    found: Standing = seen["standing"]
    return found


async def _check(call: Call[BulkAddContactsToSequence]) -> Standing:
    arguments = call.arguments
    sequence = await read_sequence(call, arguments.id)
    if sequence.get("isArchived"):
        raise NotDone(
            f"{sequence_title(sequence, arguments.id)} is archived and takes no contacts; nothing was changed."
        )
    if sequence.get("steps") == []:
        raise NotDone(
            f"{sequence_title(sequence, arguments.id)} has no steps; nobody was enrolled. "
            "reply_bulk_create_sequence_steps adds them."
        )
    cap = call.at_most(MOST_LOOKS)
    people = await find_people(call, arguments.contact_ids or (), arguments.list_id, cap)
    standing = Standing(people)
    if any(not one.row and not one.why for one in people):
        standing.unchecked.append("the addresses and opt-outs of some")
    await _check_members(call, standing)
    await _check_opt_outs_and_blacklist(call, standing)
    if len(standing.going) <= FEW:
        await _check_other_sequences_one_by_one(call, standing)
    else:
        await _check_other_sequences_in_pages(call, standing, cap)
    _leave_out_people_elsewhere(call, standing)
    return standing


async def _check_members(call: Call[BulkAddContactsToSequence], standing: Standing) -> None:
    """Leaves out those who are in the sequence: Reply would move them past steps, or change their mailbox."""
    ids = [one.id for one in standing.going]
    held = await members_among(call, call.arguments.id, ids) if ids else {}
    for one in standing.going:
        if (row := held.get(str(one.id))) is not None:
            one.leave_out("already in it", _describe_place(row))


def _describe_place(row: dict[str, Any]) -> str:
    step = row.get("currentStep")
    at = f", step {step['displayName']}" if isinstance(step, dict) and step.get("displayName") else ""
    return f"unchanged ({row.get('statusInSequence') or 'state unknown'}{at})"


async def members_among(call: Call, sequence_id: Any, contact_ids: Sequence[Any]) -> dict[str, dict[str, Any]]:
    """Those of the contacts who are in the sequence, by id as text, each with `statusInSequence` and `currentStep`.

    Asks one by one for up to ten contacts, else reads the sequence's pages of 500, unless these come to more requests.
    """
    wanted = {str(id) for id in contact_ids}
    if len(wanted) <= FEW:
        return await _read_members_one_by_one(call, sequence_id, wanted)
    found: dict[str, dict[str, Any]] = {}
    seen = 0
    for _ in range(len(wanted)):
        page = await call.ask("GetSequenceContacts", id=sequence_id, top=PAGE, skip=seen)
        rows = read_rows(page, "who is in the sequence")
        seen += len(rows)
        found |= {str(row.get("contactId")): row for row in rows if str(row.get("contactId")) in wanted}
        if not more_after(page) or len(found) == len(wanted):
            return found
    return await _read_members_one_by_one(call, sequence_id, wanted)


async def _read_members_one_by_one(call: Call, sequence_id: Any, wanted: set[str]) -> dict[str, dict[str, Any]]:
    found = {}
    for id in sorted(wanted):
        try:
            row = await call.ask("GetSequenceContactById", id=sequence_id, contactId=as_id(id))
        except ApiError as refusal:
            if refusal.status == 404 and refusal.code:
                continue
            raise
        if isinstance(row, dict):
            found[id] = row
    return found


def as_id(text: str) -> int | str:
    """An id that was a key of an answer, as the number that v3 takes."""
    return int(text) if text.isdecimal() else text


async def _check_opt_outs_and_blacklist(call: Call[BulkAddContactsToSequence], standing: Standing) -> None:
    for one in standing.going:
        if one.row.get("isOptedOut"):
            one.leave_out("opted out", "asked not to be contacted")
    addresses = [str(one.row["email"]) for one in standing.going if one.row.get("email")]
    if not addresses:
        return
    try:
        rules: Blacklist = await (
            read_blacklist_for(call, addresses[0]) if len(addresses) == 1 else read_blacklist(call)
        )
    except ReplyError:
        standing.unchecked.append("the blacklist")
        return
    if not rules.complete:
        standing.unchecked.append("the rest of a long blacklist")
    for one in standing.going:
        if rule := rules.rule_for(one.row.get("email")):
            one.leave_out("on the blacklist", rule)


async def _check_other_sequences_one_by_one(call: Call[BulkAddContactsToSequence], standing: Standing) -> None:
    """Reads their states in every sequence, a request each, and once which sequences are active, where one writes to
    them."""
    going = standing.going
    answers: list[dict[str, Any]] = [{}] * len(going)

    async def read(at: int) -> None:
        answers[at] = await _read_statuses(call, going[at])

    async with anyio.create_task_group() as group:
        for at in range(len(going)):
            group.start_soon(read, at)
    places: list[tuple[Person, dict[str, Any]]] = []
    for one, answer in zip(going, answers, strict=True):
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
        if str(row.get("statusInSequence") or "").casefold() in GOING
        and str(row.get("sequenceId")) != str(call.arguments.id)
    ]
    active = await _read_active_sequences(call, standing) if writing else {}
    for one, row in writing:
        if (name := active.get(str(row.get("sequenceId")))) is not None:
            standing.other_sequences.setdefault(str(one.id), []).append(name)
    for one, row in places:
        _check_bounce(call, one, row, row.get("sequenceName"))


async def _read_statuses(call: Call[BulkAddContactsToSequence], one: Person) -> dict[str, Any]:
    """Their state in every sequence under `sequences`; {} where that could not be read."""
    try:
        answer = await call.ask("GetContactStatuses", id=one.id)
    except ReplyError as error:
        if isinstance(error, ApiError) and error.status == 404 and error.code:
            one.leave_out("not found", "no such contact")
        return {}
    return answer if isinstance(answer, dict) else {}


def _check_bounce(call: Call[BulkAddContactsToSequence], one: Person, row: dict[str, Any], where: Any) -> None:
    disposition = row.get("emailDisposition")
    if "bounced" in call.arguments.allow or not isinstance(disposition, dict) or not disposition.get("isBounced"):
        return
    one.leave_out("emails to them bounced", f'in "{where}"' if where else None)


async def _read_active_sequences(call: Call[BulkAddContactsToSequence], standing: Standing) -> dict[str, str]:
    """The other active sequences by id, each as `"Spring" (12)`; one request."""
    try:
        answer = await call.ask("GetSequences", status="active", isArchived=False, top=_MOST_SEQUENCES)
        rows = read_rows(answer, "active sequences")
    except ReplyError:
        standing.unchecked.append("other sequences")
        return {}
    if more_after(answer):
        standing.unchecked.append(f"active sequences beyond {_MOST_SEQUENCES}")
    return {
        str(row.get("id")): sequence_title(row, row.get("id"))
        for row in rows
        if status_of(row) == "active" and str(row.get("id")) != str(call.arguments.id)
    }


async def _check_other_sequences_in_pages(
    call: Call[BulkAddContactsToSequence], standing: Standing, cap: RequestCap
) -> None:
    """Reads who is in each other active sequence, 500 people a request, as far as the cap allows."""
    wanted = {str(one.id): one for one in standing.going}
    active = await _read_active_sequences(call, standing)
    unread = 0
    for id, name in active.items():
        seen, more = 0, True
        while more and cap.left:
            try:
                with cap:
                    page = await call.ask("GetSequenceContacts", id=as_id(id), top=PAGE, skip=seen)
                rows = read_rows(page, "who is in another sequence")
            except ReplyError:
                break
            seen += len(rows)
            more = more_after(page)
            for row in rows:
                one = wanted.get(str(row.get("contactId")))
                if one is None:
                    continue
                if str(row.get("statusInSequence") or "").casefold() in GOING:
                    standing.other_sequences.setdefault(str(one.id), []).append(name)
                _check_bounce(call, one, row, name.rpartition(" (")[0].strip('"'))
        unread += more
    if unread:
        standing.unchecked.append(f"{unread} of {len(active)} other active sequences")


def _leave_out_people_elsewhere(call: Call[BulkAddContactsToSequence], standing: Standing) -> None:
    if call.arguments.remove_from_existing or "in_other_sequence" in call.arguments.allow:
        return
    for one in standing.going:
        if names := standing.other_sequences.get(str(one.id)):
            one.leave_out("in another active sequence", join(names))
