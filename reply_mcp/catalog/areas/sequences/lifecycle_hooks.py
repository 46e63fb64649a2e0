"""What starting, pausing, archiving and deleting a sequence does, and what refusals of these mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.lookups.audience import read_audience
from reply_mcp.catalog.lookups.contactable import describe_history, leave_out_blacklisted
from reply_mcp.catalog.lookups.forecast import (
    describe_audience,
    describe_nobody,
    describe_unread,
    leave_out_unreachable,
    read_forecast,
)
from reply_mcp.catalog.lookups.sequences import (
    count_people,
    describe_people_count,
    read_sequence,
    sequence_not_found,
    sequence_title,
    status_of,
)
from reply_mcp.catalog.operation import Call, Effect, Question
from reply_mcp.catalog.rows import rows_of
from reply_mcp.errors import AlreadyDone, ApiError, NotDone, ReplyError
from reply_mcp.text.lists import plural

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.sequences.lifecycle import ArchiveSequence, PauseSequence, StartSequence
    from reply_mcp.catalog.areas.sequences.operations import DeleteSequence


async def start_effect(call: Call[StartSequence]) -> Effect:
    """Starting a sequence that is active changes nothing."""
    return Effect.WRITE if status_of(await read_sequence(call, call.arguments.id)) == "active" else Effect.SEND


_MOST_READ = 14
"""Requests of the question before a start, beside the sequence itself: people and blacklist may take several pages."""


async def preview_start(call: Call[StartSequence]) -> Question:
    """Whom it reaches and whom not, from which mailboxes, when, the first message, with whom a conversation goes on,
    who ever answered and whose emails bounced; eleven requests, more where people or blacklist take several pages.

    Raises:
        NotDone: where it would send nothing to anybody.
    """
    id = call.arguments.id
    sequence = await read_sequence(call, id)
    title = sequence_title(sequence, id)
    with call.at_most(_MOST_READ):
        audience = await read_audience(call, id)
        leave_out_unreachable(audience, sequence)
        lifts = await leave_out_blacklisted(call, audience)
        if not audience.going and audience.complete:
            raise NotDone(" ".join(filter(None, [describe_nobody(title, audience), lifts])))
        history, threads = await describe_history(call, audience.going)
        forecast = await read_forecast(call, sequence, audience.going)
    if forecast.needs_mailbox:
        raise NotDone(
            f"Nothing was changed: {title} sends email and has no mailbox, so that Reply would not start it. "
            "reply_assign_email_account_to_sequence links one."
        )
    lines = [*forecast.odd, *history, f"This starts sending {title}:"]
    lines += [
        *forecast.lines(describe_audience(audience, forecast)),
        *filter(None, [lifts]),
        describe_unread([sequence]),
    ]
    facts = {"count": len(audience.going), "people": audience.ids, "threads": threads, **forecast.facts}
    return Question("\n".join(lines), facts)


async def check_startable(call: Call[StartSequence]) -> None:
    """Stops where the sequence is archived or active, or does not hold as many people as expected."""
    id = call.arguments.id
    sequence = await read_sequence(call, id)
    if sequence.get("isArchived"):
        raise NotDone(f"{sequence_title(sequence, id)} is archived and cannot be started; nothing was changed.")
    if status_of(sequence) == "active":
        raise AlreadyDone(f"{sequence_title(sequence, id)} was already active; nothing was changed.")
    expected = call.arguments.expected_contacts
    if expected is None:
        return
    count, all_of_them = await count_people(call, id)
    if count != expected or not all_of_them:
        many = plural(count, "contact") if all_of_them else f"more than {plural(count, 'contact')}"
        raise NotDone(f"Not started: {sequence_title(sequence, id)} holds {many} now, not {expected}.")


async def normalize_status(call: Call, answer: Any) -> Any:
    """The state in lower case, whatever Reply wrote."""
    return {**answer, "status": status_of(answer)} if isinstance(answer, dict) and answer.get("status") else answer


async def note_missing_linkedin_account(call: Call[StartSequence]) -> None:
    """Notes that LinkedIn steps have no account: Reply starts the sequence anyway."""
    sequence = await read_sequence(call, call.arguments.id)
    steps = rows_of(sequence.get("steps"))
    if any(str(step.get("type")).casefold() == "linkedin" for step in steps) and not sequence.get("linkedInAccounts"):
        call.notes.append(
            "It has LinkedIn steps but no LinkedIn account; they wait until reply_assign_linkedin_account_to_sequence "
            "links one."
        )


async def note_state_after_start(call: Call[StartSequence], answer: dict[str, Any]) -> Any:
    """Notes the state where Reply accepted the start and the sequence is not active."""
    if answer.get("status") and status_of(answer) != "active":
        call.notes.append(
            f'Reply accepted the start, but the state is "{answer["status"]}". '
            f'reply_get_sequence {{"id": {call.arguments.id}}} shows whether it runs.'
        )
    return answer


async def explain_start_refusal(call: Call[StartSequence], refusal: ApiError) -> str | None:
    """What a start is missing, and the tools that add it."""
    id, code = call.arguments.id, refusal.code or ""
    match code.rpartition(".")[2]:
        case "noContacts" | "noEmailAccounts" | "unknown" as why:
            reason = {"noContacts": "nobody is in it", "noEmailAccounts": "it has no mailbox to send from"}.get(why)
            reason = reason or refusal.detail.rstrip(".") or "Reply gives no reason"
            return f"Not started ({code}): {reason}. {await _describe_what_is_missing(call, why)}"
        case "activationInProgress":
            return (
                f"Reply is activating sequence {id} right now ({code}). Do not start it again: "
                f'reply_get_sequence {{"id": {id}}} shows when it is active.'
            )
        case "archived":
            return f"Not started ({code}): sequence {id} is archived."
    return None


async def _describe_what_is_missing(call: Call[StartSequence], why: str) -> str:
    """Everything that the sequence needs before it can start, since Reply names one thing at a time; two requests at
    most."""
    lacks = {"noContacts": "people", "noEmailAccounts": "mailbox"}
    missing = {lacks[why]} if why in lacks else set()
    try:
        sequence = await read_sequence(call, call.arguments.id)
        if not sequence.get("steps", True):
            missing.add("steps")
        if not sequence.get("emailAccounts", True):
            missing.add("mailbox")
        if "people" not in missing and await count_people(call, call.arguments.id) == (0, True):
            missing.add("people")
    except ReplyError:
        pass  # what the refusal says still holds
    tools = {
        "steps": "steps (reply_bulk_create_sequence_steps)",
        "mailbox": "a mailbox (reply_assign_email_account_to_sequence)",
        "people": "people (reply_add_contact_to_sequence)",
    }
    if not missing:
        return "If a mailbox is missing: reply_assign_email_account_to_sequence links one."
    return f"Before a start it needs {' and '.join(text for key, text in tools.items() if key in missing)}."


async def explain_pause_refusal(call: Call[PauseSequence], refusal: ApiError) -> str | None:
    """A 409 means that the state does not allow it: reads the state."""
    if refusal.status != 409:
        return None
    id, head = call.arguments.id, f"Not paused ({refusal.code or 409}): "
    if (refusal.code or "").endswith("activationInProgress"):
        return f"{head}Reply is still activating sequence {id}; pause it again in a minute, it sends until then."
    try:
        sequence = await read_sequence(call, id)
    except ReplyError:
        return f"{head}{refusal.detail or 'its state does not allow it'}."
    status = status_of(sequence)
    if sequence.get("isArchived"):
        return f"{head}{sequence_title(sequence, id)} is archived; it sends nothing."
    if status == "new":
        return f"{head}{sequence_title(sequence, id)} was never started; it sends nothing."
    return f"{head}{sequence_title(sequence, id)} is {status or 'in an unknown state'}. {refusal.detail}".rstrip()


async def preview_archiving(call: Call[ArchiveSequence]) -> str:
    """Who is taken out of it; two requests."""
    id = call.arguments.id
    sequence = await read_sequence(call, id)
    return (
        f"This archives {sequence_title(sequence, id)} and takes {await describe_people_count(call, id)} out of it for "
        "good: unarchiving does not put them back."
    )


async def check_archivable(call: Call[ArchiveSequence]) -> None:
    """Stops where the sequence is archived or active."""
    id = call.arguments.id
    sequence = await read_sequence(call, id)
    if sequence.get("isArchived"):
        raise AlreadyDone(f"{sequence_title(sequence, id)} was already archived; nothing was changed.")
    if status_of(sequence) == "active":
        raise NotDone(
            f"Not archived: {sequence_title(sequence, id)} is active. Pause it first: "
            f'reply_pause_sequence {{"id": {id}}}.'
        )


async def preview_deletion(call: Call[DeleteSequence]) -> str:
    """What goes with it, and how many people are in it; two requests."""
    id = call.arguments.id
    sequence = await read_sequence(call, id)
    state = status_of(sequence)
    runs = " It is active: what it has not sent yet is dropped." if state == "active" else ""
    return (
        f"This deletes {sequence_title(sequence, id)}, its steps and its statistics for good. The "
        f"{await describe_people_count(call, id)} in it stay contacts.{runs}"
    )


async def explain_sequence_not_found(call: Call, refusal: ApiError) -> str | None:
    """A missing sequence has one code under several statuses (400 when deleting)."""
    if (refusal.code or "") in ("sequence.notFound", "sequenceAction.notFound", "sequenceStats.notFound"):
        return f"{refusal.status} {refusal.code}: {sequence_not_found(call.arguments.id)}"
    return None
