"""What starting, pausing, archiving and deleting sequences really does, and what refusals of these mean."""

from __future__ import annotations

from typing import Any

from reply_mcp.catalog.lookups.sequences import (
    count_people,
    describe_hours,
    describe_people_count,
    describe_senders,
    describe_sequences,
    explain_missing_sequence,
    read_sequence,
    sequence_not_found,
    sequence_title,
    status_of,
)
from reply_mcp.catalog.operation import Call, Effect
from reply_mcp.errors import AlreadyDone, ApiError, NotDone, ReplyError

_COUNTED = 10
"""Sequences whose people the question before a bulk start counts."""


async def start_effect(call: Call) -> Effect:
    """Starting what is active changes nothing."""
    return Effect.WRITE if status_of(await read_sequence(call, call.arguments.id)) == "active" else Effect.SEND


async def start_preview(call: Call) -> str:
    """Whom it reaches, from where, when; four requests."""
    id = call.arguments.id
    sequence = await read_sequence(call, id)
    ended = "" if status_of(sequence) == "new" else ", except those who finished it,"
    return (
        f"This starts sending to {await describe_people_count(call, id)} in {sequence_title(sequence, id)}{ended} from "
        f"{await describe_senders(call, id)}, {await describe_hours(call, sequence)}."
    )


async def can_start(call: Call) -> None:
    """Stops where the sequence is archived or active already, or holds other people than were agreed on."""
    id = call.arguments.id
    sequence = await read_sequence(call, id)
    if sequence.get("isArchived"):
        raise NotDone(f"{sequence_title(sequence, id)} is archived and cannot be started; nothing was changed.")
    if status_of(sequence) == "active":
        raise AlreadyDone(f"{sequence_title(sequence, id)} was active already; nothing was changed.")
    expected = call.arguments.expected_contacts
    if expected is None:
        return
    count, all_of_them = await count_people(call, id)
    if count != expected or not all_of_them:
        many = str(count) if all_of_them else f"more than {count}"
        raise NotDone(f"Not started: {sequence_title(sequence, id)} holds {many} contacts now, not {expected}.")


async def in_lower_case(call: Call, answer: Any) -> Any:
    """Reply's word for the state, in one spelling."""
    return {**answer, "status": status_of(answer)} if isinstance(answer, dict) and answer.get("status") else answer


async def without_sender(call: Call) -> None:
    """Says which steps cannot be done for want of an account: Reply starts a sequence all the same."""
    sequence = await read_sequence(call, call.arguments.id)
    steps = [step for step in sequence.get("steps") or () if isinstance(step, dict)]
    if any(str(step.get("type")).casefold() == "linkedin" for step in steps) and not sequence.get("linkedInAccounts"):
        call.notes.append(
            "It has LinkedIn steps and no LinkedIn account: these steps wait until "
            "reply_assign_linkedin_account_to_sequence links one."
        )


async def started(call: Call, answer: Any) -> Any:
    """Says so where Reply took the start and the sequence is not active (yet)."""
    if isinstance(answer, dict) and answer.get("status") and status_of(answer) != "active":
        call.notes.append(
            f'Reply accepted the start; the state it answered is "{answer["status"]}". '
            f'reply_get_sequence {{"id": {call.arguments.id}}} shows whether it runs.'
        )
    return answer


async def why_not_started(call: Call, refusal: ApiError) -> str | None:
    """What is missing for a start, with the tool that brings it."""
    id, code = call.arguments.id, refusal.code or ""
    match code.rpartition(".")[2]:
        case "noContacts" | "noEmailAccounts" | "unknown" as why:
            said = {"noContacts": "it holds nobody", "noEmailAccounts": "it has no mailbox to send from"}.get(why)
            said = said or refusal.detail.rstrip(".") or "Reply gives no reason"
            return f"Not started ({code}): {said}. {await _what_it_lacks(call, why)}"
        case "activationInProgress":
            return (
                f"Reply is activating sequence {id} this moment ({code}). Do not start it again: "
                f'reply_get_sequence {{"id": {id}}} shows when it is active.'
            )
        case "archived":
            return f"Not started ({code}): sequence {id} is archived."
    return None


async def _what_it_lacks(call: Call, why: str) -> str:
    """All that a start needs and the sequence has not, since Reply names one thing at a time; at most one request."""
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
        pass  # what the refusal says stands
    tools = {
        "steps": "steps (reply_bulk_create_sequence_steps)",
        "mailbox": "a mailbox (reply_assign_email_account_to_sequence)",
        "people": "people (reply_add_contact_to_sequence)",
    }
    if not missing:
        return "If it is about an email account: reply_assign_email_account_to_sequence links one."
    return f"Before a start it needs {' and '.join(text for key, text in tools.items() if key in missing)}."


async def why_not_paused(call: Call, refusal: ApiError) -> str | None:
    """A 409 of pausing is about the state: reads it."""
    if refusal.status != 409:
        return None
    id, said = call.arguments.id, f"Not paused ({refusal.code or 409}): "
    if (refusal.code or "").endswith("activationInProgress"):
        return f"{said}Reply is still activating sequence {id}; pause it again in a minute, it will send until then."
    try:
        sequence = await read_sequence(call, id)
    except ReplyError:
        return f"{said}{refusal.detail or 'its state does not allow it'}."
    status = status_of(sequence)
    if sequence.get("isArchived"):
        return f"{said}{sequence_title(sequence, id)} is archived; it sends nothing."
    if status == "new":
        return f"{said}{sequence_title(sequence, id)} was never started; it sends nothing."
    return f"{said}{sequence_title(sequence, id)} is {status or 'in an unknown state'}. {refusal.detail}".rstrip()


async def archive_preview(call: Call) -> str:
    id = call.arguments.id
    sequence = await read_sequence(call, id)
    return (
        f"This archives {sequence_title(sequence, id)} and takes {await describe_people_count(call, id)} out of it for "
        "good: unarchiving does not put them back."
    )


async def can_archive(call: Call) -> None:
    """Stops where it is archived already or still runs."""
    id = call.arguments.id
    sequence = await read_sequence(call, id)
    if sequence.get("isArchived"):
        raise AlreadyDone(f"{sequence_title(sequence, id)} was archived already; nothing was changed.")
    if status_of(sequence) == "active":
        raise NotDone(
            f'Not archived: {sequence_title(sequence, id)} is active. First reply_pause_sequence {{"id": {id}}}.'
        )


async def delete_preview(call: Call) -> str:
    id = call.arguments.id
    sequence = await read_sequence(call, id)
    state = status_of(sequence)
    runs = " It is active: everything still to be sent is dropped." if state == "active" else ""
    return (
        f"This deletes {sequence_title(sequence, id)}, its steps and its statistics for good. The "
        f"{await describe_people_count(call, id)} in it stay contacts.{runs}"
    )


async def missing_sequence(call: Call, refusal: ApiError) -> str | None:
    """A missing sequence has one code under several statuses (400 on deleting)."""
    if (refusal.code or "") in ("sequence.notFound", "sequenceAction.notFound", "sequenceStats.notFound"):
        return f"{refusal.status} {refusal.code}: {sequence_not_found(call.arguments.id)}"
    return None


async def bulk_start_preview(call: Call) -> str:
    """How many people each sequence would send to, and which ones change nothing or cannot start.

    Two requests for each of the first ten sequences; up to six where the account has no counting yet.
    """
    ids = call.arguments.ids
    starts, others, total, exact = [], [], 0, True
    for id in ids[:_COUNTED]:
        try:
            sequence = await read_sequence(call, id)
        except ApiError as refusal:
            others.append(f"{id} (not found)" if refusal.status == 404 else str(id))
            continue
        name = sequence_title(sequence, id)
        if sequence.get("isArchived") or status_of(sequence) == "active":
            others.append(f"{name}, {'archived' if sequence.get('isArchived') else 'active already'}")
            continue
        people = await describe_people_count(call, id)
        digits = people.split()[0]
        total, exact = total + (int(digits) if digits.isdecimal() else 0), exact and digits.isdecimal()
        starts.append(f"{name}, {status_of(sequence) or 'state unknown'}, {people}")
    rest = len(ids) - _COUNTED
    least = "" if exact and rest <= 0 else "at least "
    said = f"This starts sending to {least}{'1 person' if total == 1 else f'{total} people'}: {'; '.join(starts)}."
    said = said if starts else "Of those looked at none would start."
    said += f" And in {rest} more sequences, whose people were not counted." if rest > 0 else ""
    return said + (f" Nothing starts in {'; '.join(others)}." if others else "")


async def bulk_archive_preview(call: Call) -> str:
    ids = call.arguments.ids
    which = await describe_sequences(call, ids)
    return f"This archives {len(ids)} sequences and takes everybody out of them for good: {which}."


async def bulk_delete_preview(call: Call) -> str:
    ids = call.arguments.ids
    return (
        f"This deletes {len(ids)} sequences for good, with steps and statistics: {await describe_sequences(call, ids)}."
    )


async def missing_or_not_linked(call: Call, refusal: ApiError) -> str | None:
    """Of mailboxes and LinkedIn accounts of a sequence: one 404 for no sequence, no account and no link."""
    return await explain_missing_sequence(
        call, refusal, "the account is not linked to it, or not there: reply_get_sequence shows the linked ones."
    )


async def missing_account(call: Call, refusal: ApiError) -> str | None:
    return await explain_missing_sequence(
        call,
        refusal,
        "the account is not there. reply_list_email_accounts and reply_list_linkedin_accounts list them.",
    )


async def empty_list_refused(call: Call, refusal: ApiError) -> str | None:
    """Reply's text lets an empty list clear all mailboxes, its checks may not."""
    if refusal.status == 400 and not call.arguments.email_account_ids:
        return (
            "Reply does not take an empty list; nothing was changed. reply_remove_email_account_from_sequence unlinks "
            "them one by one."
        )
    return None
