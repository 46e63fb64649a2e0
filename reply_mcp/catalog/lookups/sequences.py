"""What a sequence is now: its state, its people, its senders, its hours."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from reply_mcp.catalog.hooks.existing import Existing, find_existing, names_on_page
from reply_mcp.catalog.hooks.pages import Pages
from reply_mcp.catalog.hooks.read_once import forget, has_read, read_once, read_record, remember
from reply_mcp.catalog.operation import Call
from reply_mcp.catalog.rows import object_at, rows_of
from reply_mcp.errors import ApiError, NotDone, ReplyError
from reply_mcp.text.cleaning import inline
from reply_mcp.text.lists import join, list_some, plural

_GOING = ("active", "contacted", "opened", "clicked", "autoreplied")
"""A person's states in a sequence in which it goes on writing to them."""
_STOPPED = ("paused", "inactive", "invalidemail", "outofoffice", "finished", "bounced", "replied", "optedout")
"""Their states in which it does not."""
PAGE = 500
"""Contacts of a sequence a request."""
THERE = {"isArchived": False, "top": 1000}
"""How the sequences that are not archived are listed, where one page is to have them all."""
NOT_RUNNING = ("new", "paused")
"""States in which a sequence sends nothing, whatever its hours; one that cannot be read counts as running."""
MOST_COUNTED = 4
"""Pages that counting by hand reads before it says "more than"."""


async def read_sequence(call: Call, id: Any) -> dict[str, Any]:
    """The sequence, read once in a call. A missing one raises its `ApiError`.

    It holds its steps with their variants, which are not read again in the call.
    """
    answer = await read_record(call, "GetSequenceById", id=id)
    if isinstance(answer.get("steps"), list):
        remember(call, answer["steps"], "GetSequenceSteps", id=id)
    for step in rows_of(answer.get("steps")):
        if step.get("type"):
            remember(call, step, "GetSequenceStepById", id=id, stepId=step.get("id"))
        if isinstance(step.get("variants"), list):
            remember(call, step["variants"], "GetSequenceStepVariants", id=id, stepId=step.get("id"))
    return answer


async def read_steps(call: Call, id: Any) -> list[dict[str, Any]]:
    """The steps of a sequence as Reply lists them; with the sequence itself one request in a call."""
    await read_sequence(call, id)
    return rows_of(await read_once(call, "GetSequenceSteps", id=id))


async def read_step(call: Call, id: Any, step_id: Any) -> Any:
    """A step as Reply answers it; with the sequence itself one request in a call."""
    await read_sequence(call, id)
    return await read_once(call, "GetSequenceStepById", id=id, stepId=step_id)


async def read_step_variants(call: Call, id: Any, step_id: Any, *, states: bool = False) -> Any:
    """The variants of a step as Reply answers them; with the sequence itself one request in a call.

    Args:
        states: whether it has to be known which of them are on, which Reply may leave out of a sequence: one request
            more then. A text that is put back whole without it would be switched on or off by that.
    """
    await read_sequence(call, id)
    answer = await read_once(call, "GetSequenceStepVariants", id=id, stepId=step_id)
    if states and any(one.get("isEnabled") is None for one in rows_of(answer)):
        forget(call, "GetSequenceStepVariants", id=id, stepId=step_id)
        answer = await read_once(call, "GetSequenceStepVariants", id=id, stepId=step_id)
    return answer


def may_be_written_to(place: dict[str, Any]) -> bool:
    """Whether a sequence may go on writing to somebody by their state in it; one that is not known counts as such."""
    return _state_in(place) not in _STOPPED


def may_be_stopped(place: dict[str, Any]) -> bool:
    """Whether a sequence may have stopped writing to somebody; a state that is not known counts as such too."""
    return _state_in(place) not in _GOING


def _state_in(place: dict[str, Any]) -> str:
    return str(place.get("statusInSequence") or "").casefold()


def status_of(sequence: dict[str, Any]) -> str:
    """`new`, `active` or `paused`, in lower case whatever Reply wrote; "" where it says nothing."""
    return str(sequence.get("status") or "").casefold()


def sequence_title(sequence: dict[str, Any], id: Any) -> str:
    """`"Q4 Outbound" (1704210)`."""
    name = sequence.get("name")
    return f'"{name}" ({id})' if name else f"sequence {id}"


def describe_what_follows(name: str, status: str) -> str:
    """What enrolling into a sequence of this title and status leads to; no time, which the schedule decides."""
    if status == "active":
        return f"{name} is active: it sends as its schedule allows."
    if status in NOT_RUNNING:
        return f"{name} is {status}: nothing is sent until it is started (reply_start_sequence)."
    return f"The state of {name} is not known: it may be sending."


async def find_sequences(call: Call, ids: Iterable[Any], most: int = 5) -> Existing:
    """These sequences, the first few by name and state: one request, and one for each of the first few that are not
    among the first thousand. Raises `NotDone` where none of them exists."""

    def name(sequence: dict[str, Any], id: Any) -> str:
        return f"{sequence_title(sequence, id)} {status_of(sequence)}".rstrip()

    async def read(id: Any) -> str:
        return name(await read_sequence(call, id), id)

    ids = list(ids)
    # Whoever asked which of them run has read those that are not archived.
    there = rows_of(await read_once(call, "GetSequences", **THERE)) if has_read(call, "GetSequences", **THERE) else []
    known = {str(row.get("id")): name(row, row.get("id")) for row in there}
    if not known.keys() >= set(map(str, ids)):
        known |= await names_on_page(call, ids, "GetSequences", name)
    return await find_existing(ids, "sequence", read, known=known, most=most, finder="reply_search_sequences")


async def count_people(call: Call, id: Any) -> tuple[int, bool]:
    """How many contacts are in the sequence, and whether that is all of them.

    One request; where Reply has not released counting for the account, up to five. Raises the `ApiError` of a missing
    sequence.
    """
    try:
        answer = await read_record(call, "CountSequenceContacts", id=id)
        count = answer.get("count")
        if isinstance(count, int):
            return count, True
    except ApiError as refusal:
        if refusal.code and refusal.status == 404:
            raise
    pages = Pages(call, "GetSequenceContacts", "who is in the sequence", {"id": id}, size=PAGE, key="contactId")
    for _ in range(MOST_COUNTED):
        await pages.read()
        if not pages.more:
            break
    if not pages.rows:
        await read_sequence(call, id)  # an empty page is also the answer for a sequence that is not there
    return len(pages.rows), pages.complete


async def describe_people_count(call: Call, id: Any) -> str:
    """`412 people`, `more than 2,000 people`, or `an unknown number of people` where it could not be read."""
    try:
        count, all_of_them = await count_people(call, id)
    except ReplyError:
        return "an unknown number of people"
    people = plural(count, "person", "people")
    return people if all_of_them else f"more than {people}"


async def describe_senders(call: Call, id: Any) -> str:
    """`maria@ourco.com (60 a day)`: the linked mailboxes, their daily limits, and which are disconnected."""
    try:
        accounts = rows_of(await read_once(call, "GetSequenceEmailAccounts", id=id))
    except ReplyError:
        return "mailboxes that could not be read"
    if not accounts:
        return "no mailbox"
    return list_some(map(describe_sender, accounts), 4)


def describe_sender(account: dict[str, Any]) -> str:
    """`maria@ourco.com (60 a day, DISCONNECTED)`, of a mailbox as any list shows it."""
    limit = daily_limit(account)
    facts = [f"{limit} a day"] if limit is not None else []
    if str(account.get("connectionStatus") or "").casefold() == "disconnected":
        facts.append("DISCONNECTED")
    name = inline(str(mailbox_address(account) or account.get("id")), 80)
    return f"{name} ({join(facts)})" if facts else name


def mailbox_address(account: dict[str, Any]) -> Any:
    """The address of a mailbox, which its own operations show under `connection`."""
    return account.get("email") or object_at(account, "connection").get("email")


def daily_limit(account: dict[str, Any]) -> Any:
    """How many emails a mailbox sends a day, which its own operations show under `safety`."""
    return account.get("dailyLimit", object_at(account, "safety").get("dailyLimit"))


async def check_sequence_exists(call: Call, answer: Any) -> Any:
    """An empty page is also what Reply answers for a sequence that is not there: reads the sequence then."""
    if rows_of(answer):
        return answer
    try:
        await read_sequence(call, call.arguments.id)
    except ApiError as refusal:
        if refusal.status in (400, 404):
            raise NotDone(sequence_not_found(call.arguments.id)) from None
        raise
    return answer


def sequence_not_found(id: Any) -> str:
    """The sentence for a sequence that is not there."""
    return f"There is no sequence {id} that this key can see. reply_search_sequences finds ids by name."


async def explain_missing_sequence(call: Call, refusal: ApiError, other: str) -> str | None:
    """The meaning of a 404 that stands for a missing sequence or a missing `other` alike: reads the sequence."""
    if refusal.status != 404 or not refusal.code:
        return None
    try:
        sequence = await read_sequence(call, call.arguments.id)
    except ApiError as missing:
        return f"404 {refusal.code}: {sequence_not_found(call.arguments.id)}" if missing.status == 404 else None
    except ReplyError:
        return None
    return f"404 {refusal.code}: {sequence_title(sequence, call.arguments.id)} is there; {other}"
