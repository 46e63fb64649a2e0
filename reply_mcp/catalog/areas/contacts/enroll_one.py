"""Moving one contact to a sequence: whether that sends, what is against it, and whether it happened."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.background_jobs import background_job
from reply_mcp.catalog.hooks.read_once import read_record
from reply_mcp.catalog.lookups.contactable import (
    check_contactable,
    describe_conversation,
    describe_obstacles,
    is_live,
    note_if_denied,
    read_conversations,
)
from reply_mcp.catalog.lookups.contacts import contact_label
from reply_mcp.catalog.lookups.forecast import describe_today, describe_unreached, part_by_reach, read_forecast
from reply_mcp.catalog.lookups.sequences import (
    NOT_RUNNING,
    describe_what_follows,
    may_be_written_to,
    read_sequence,
    sequence_title,
    status_of,
)
from reply_mcp.catalog.operation import Call, Effect, Question
from reply_mcp.catalog.rows import read_rows, rows_of
from reply_mcp.errors import AlreadyDone, ApiError, NotDone, ReplyError
from reply_mcp.text.lists import join

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.contacts.actions import MoveContactToSequence


async def effect_of_enrolling(call: Call, sequence_id: Any) -> Effect:
    """SEND where the sequence is active, so that enrolling people sends to them; else WRITE. One request."""
    return Effect.WRITE if status_of(await read_sequence(call, sequence_id)) in NOT_RUNNING else Effect.SEND


async def effect_of_move(call: Call[MoveContactToSequence]) -> tuple[Effect, ...]:
    """SEND into a sequence that runs; taking people out of others cannot be undone."""
    sequence = await read_sequence(call, call.arguments.sequence_id)
    sends = () if status_of(sequence) in NOT_RUNNING else (Effect.SEND,)
    takes = (Effect.DELETE,) if call.arguments.remove_from_existing else ()
    return (*sends, *takes) or (Effect.WRITE,)


async def preview_move(call: Call[MoveContactToSequence]) -> Question:
    """Who goes where, what they leave, what speaks against it, from where, when, and the first message; up to four
    requests."""
    arguments = call.arguments
    person, sequence = await _contact(call), await read_sequence(call, arguments.sequence_id)
    status = status_of(sequence)
    lines = []
    against = describe_obstacles(await _statuses(call), arguments.sequence_id)
    if arguments.remove_from_existing:
        against = [one for one in against if not one.startswith("active in")]
    thread = await _conversation(call)
    if thread is not None:
        against.append(f"a conversation goes on in {describe_conversation(thread)}")
    if against:
        lines.append(f"Against writing to them: {join(against, '; ')}.")
    leaves = " and takes them out of every other sequence" if arguments.remove_from_existing else ""
    also = await _describe_other_sequences(call)
    what = (
        f"This enrolls {contact_label(person)} in {sequence_title(sequence, arguments.sequence_id)}, "
        f"{status or 'state unknown'}{leaves}"
    )
    more = f" {also} removeFromExisting takes them out." if also else ""
    facts: dict[str, Any] = {
        "person": [person.get("id"), person.get("email"), person.get("linkedInUrl")],
        "thread": [thread.get("id"), thread.get("lastActivityDate")] if thread else None,
    }
    if status in NOT_RUNNING:
        return Question("\n".join([*lines, f"{what}: nothing is sent until it is started.{more}"]), facts)
    reached, unreached = part_by_reach([person], sequence, arguments.start_step_id)
    forecast = await read_forecast(
        call,
        sequence,
        reached,
        enrolled=False,
        start_step=arguments.start_step_id,
        start_from=arguments.start_from,
        ignore_step_delay=arguments.ignore_step_delay,
        copies=False,
    )
    facts |= forecast.facts
    today = describe_today(forecast, 1) if reached else ""
    return Question(
        "\n".join([*forecast.odd, *lines, f"{what}.{more}", *forecast.lines(today), *describe_unreached(unreached)]),
        facts,
    )


async def _conversation(call: Call[MoveContactToSequence]) -> dict[str, Any] | None:
    """The inbox thread in which a conversation with them goes on; one request in a call."""
    try:
        thread = (await read_conversations(call, [call.arguments.id])).get(str(call.arguments.id))
    except ReplyError as error:
        note_if_denied(call, error, "conversations in the inbox")
        return None
    return thread if thread is not None and is_live(thread, datetime.now(UTC)) else None


async def _statuses(call: Call[MoveContactToSequence]) -> dict[str, Any]:
    """Where they stand in each sequence; one request in a call."""
    return await read_record(call, "GetContactStatuses", id=call.arguments.id)


async def _contact(call: Call[MoveContactToSequence]) -> dict[str, Any]:
    """The contact as Reply has it; no more than the id where that cannot be read."""
    try:
        return await read_record(call, "GetContactById", id=call.arguments.id)
    except ReplyError as error:
        note_if_denied(call, error, "their address, and so the blacklist")
        return {"id": call.arguments.id}


async def check_person(call: Call[MoveContactToSequence]) -> None:
    """Raises `NotDone` for somebody who opted out or is blacklisted; notes which other sequences still write to them.
    Up to five requests."""
    await check_contactable(call, await _contact(call), "changed")
    if also := await _describe_other_sequences(call):
        call.notes.append(also)


async def _describe_other_sequences(call: Call[MoveContactToSequence]) -> str:
    """`They stay active in "Spring" (12) too.`; "" where there is none, or they are taken out of it."""
    if call.arguments.remove_from_existing:
        return ""
    rows = rows_of((await _statuses(call)).get("sequences"))
    names = [
        f'"{row.get("sequenceName") or "?"}" ({row.get("sequenceId")})'
        for row in rows
        if may_be_written_to(row) and str(row.get("sequenceId")) != str(call.arguments.sequence_id)
    ]
    return f"They stay active in {join(names)} too." if names else ""


async def check_not_in_sequence(call: Call[MoveContactToSequence]) -> None:
    """Raises `AlreadyDone` where the contact is in the sequence, since enrolling them again moves them past steps or
    changes their mailbox, and `NotDone` where it is archived. Two requests."""
    sequence_id = call.arguments.sequence_id
    sequence = await read_sequence(call, sequence_id)
    if sequence.get("isArchived"):
        raise NotDone(
            f"{sequence_title(sequence, sequence_id)} is archived and takes no contacts; nothing was changed."
        )
    held = _in(read_rows((await _statuses(call)).get("sequences"), "their sequences"), sequence_id)
    if held is not None:
        state = held.get("statusInSequence") or "state unknown"
        raise AlreadyDone(
            f"Contact {call.arguments.id} is in sequence {sequence_id} already ({state}); nothing was changed. "
            "reply_change_status_in_sequence resumes or finishes them.",
        )


async def confirm_enrollment(call: Call[MoveContactToSequence], answer: Any) -> Any:
    """Reads whether the contact is in the sequence now; gives `outcome`, a sentence. One request."""
    if background_job(answer) is not None:
        return answer
    id, sequence_id = call.arguments.id, call.arguments.sequence_id
    try:
        held = await _membership(call, sequence_id)
    except ReplyError:
        return {
            "outcome": f"Reply accepted it; whether contact {id} is in sequence {sequence_id} now could not be read."
        }
    if held is None:
        return {
            "outcome": f"Reply accepted it, but contact {id} is not in sequence {sequence_id} (yet): they opted "
            f'out, or the plan is full. reply_get_contact_statuses {{"id": {id}}} shows which.'
        }
    state = held.get("statusInSequence") or "state unknown"
    sequence = await read_sequence(call, sequence_id)
    name = sequence_title(sequence, sequence_id)
    return {"outcome": f"Contact {id} is in {name} now ({state}). {describe_what_follows(name, status_of(sequence))}"}


async def _membership(call: Call[MoveContactToSequence], sequence_id: Any) -> dict[str, Any] | None:
    return _in(rows_of(await call.ask("GetContactSequences", id=call.arguments.id)), sequence_id)


def _in(rows: list[dict[str, Any]], sequence_id: Any) -> dict[str, Any] | None:
    return next((row for row in rows if str(row.get("sequenceId")) == str(sequence_id)), None)


async def explain_opted_out(call: Call[MoveContactToSequence], refusal: ApiError) -> str | None:
    """Reply has one code for everybody who cannot be enrolled: reads whether the contact opted out; one request."""
    if refusal.status != 400 or refusal.code != "contact.invalidInput":
        return None
    id = call.arguments.id
    try:
        statuses = await call.ask("GetContactStatuses", id=id)
    except ReplyError:
        return None
    if statuses.get("isOptedOut"):
        return f"Not enrolled: contact {id} opted out and asked not to be contacted; nothing was changed."
    return None


async def explain_missing(call: Call[MoveContactToSequence], refusal: ApiError) -> str | None:
    """Tells a missing contact from a missing sequence, which share one code; up to two requests."""
    if refusal.status != 404:
        return None
    for operation, id, noun, finder in (
        ("GetContactById", call.arguments.id, "contact", "reply_search_contacts"),
        ("GetSequenceById", call.arguments.sequence_id, "sequence", "reply_search_sequences"),
    ):
        try:
            await call.ask(operation, id=id)
        except ApiError as missing:
            if missing.status == 404:
                return f"404: there is no {noun} {id} that this key can see; {finder} finds ids. Nothing was changed."
            return None
    return None
