"""Who is in a sequence and what taking them out loses.

Reply says 404 "not in sequence" for a missing sequence or contact too, does not say whom it removed, and removes
finished participations along with their statistics.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.background_jobs import background_job
from reply_mcp.catalog.changes import Step
from reply_mcp.catalog.hooks.existing import find_existing
from reply_mcp.catalog.hooks.read_once import read_once, read_record
from reply_mcp.catalog.lookups.audience import person_name
from reply_mcp.catalog.lookups.members import members_among
from reply_mcp.catalog.lookups.sequences import PAGE, count_people, read_sequence, sequence_not_found, sequence_title
from reply_mcp.catalog.operation import Call
from reply_mcp.catalog.rows import more_after, read_rows
from reply_mcp.catalog.undo import name_ids
from reply_mcp.errors import AlreadyDone, ApiError, NotDone, ReplyError
from reply_mcp.text.lists import join

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.enrollment.operations import (
        BulkAddContactsToSequence,
        BulkRemoveContactsFromSequence,
        CountSequenceContacts,
        RemoveContactFromSequence,
    )

_MOST_NAMED = 3


async def explain_missing_sequence(call: Call, refusal: ApiError) -> str | None:
    """The sentence for a sequence that does not exist."""
    if refusal.code in ("sequenceContact.sequenceNotFound", "sequence.notFound"):
        return f"{refusal.status} {refusal.code}: {sequence_not_found(call.arguments.id)}"
    return None


async def explain_missing(call: Call, refusal: ApiError) -> str | None:
    """Tells a missing sequence, a missing contact and one who is not in the sequence from each other, which share a
    404; two requests."""
    if refusal.status != 404 or not refusal.code:
        return None
    arguments = call.arguments
    sequence_id = getattr(arguments, "sequence_id", None) or arguments.id
    try:
        sequence = await read_sequence(call, sequence_id)
    except ApiError as missing:
        return f"404: {sequence_not_found(sequence_id)}" if missing.status == 404 else None
    except ReplyError:
        return None
    try:
        await call.ask("GetContactById", id=arguments.contact_id)
    except ApiError as missing:
        if missing.status == 404:
            return f"404: there is no contact {arguments.contact_id}. reply_search_contacts finds ids by email."
        return None
    except ReplyError:
        return None
    return f"Contact {arguments.contact_id} is not in {sequence_title(sequence, sequence_id)}, though both exist."


async def _read_membership(call: Call[RemoveContactFromSequence]) -> dict[str, Any]:
    """The contact's place in the sequence, read once in a call.

    Raises:
        AlreadyDone: where the contact is not in the sequence.
        NotDone: where the sequence or the contact does not exist.
    """
    arguments, seen = call.arguments, call.seen
    if "membership" not in seen:
        try:
            row = await call.ask("GetSequenceContactById", id=arguments.id, contactId=arguments.contact_id)
        except ApiError as refusal:
            why = await explain_missing(call, refusal)
            if why is None:
                raise
            kind = AlreadyDone if "both exist" in why else NotDone
            raise kind(f"Nothing was removed: {why}") from None
        seen["membership"] = row
    found: dict[str, Any] = seen["membership"]
    return found


def _has_finished(row: dict[str, Any]) -> bool:
    return str(row.get("statusInSequence") or "").casefold() == "finished"


async def preview_removal(call: Call[RemoveContactFromSequence]) -> str:
    row = await _read_membership(call)
    who = row.get("email") or f"contact {call.arguments.contact_id}"
    title = sequence_title(await read_sequence(call, call.arguments.id), call.arguments.id)
    if _has_finished(row):
        return f"This deletes the finished participation of {who} in {title}, which changes the sequence's statistics."
    step = (row.get("currentStep") or {}).get("displayName") if isinstance(row.get("currentStep"), dict) else None
    place = f", at step {step}" if step else ""
    return (
        f"This takes {who} ({row.get('statusInSequence') or 'state unknown'}{place}) out of {title} "
        "for good: enrolling them again starts from its first step. To stop for a while: "
        "reply_change_status_in_sequence."
    )


async def check_removable(call: Call[RemoveContactFromSequence]) -> None:
    """Raises `NotDone` for a finished participation, unless `removeFinished` asks for it; one request in a call."""
    row = await _read_membership(call)
    if _has_finished(row) and not call.arguments.remove_finished:
        raise NotDone(
            f"Not removed: contact {call.arguments.contact_id} has finished sequence {call.arguments.id}; nothing more "
            "is sent to them, and removing would change its statistics. removeFinished=true removes them anyway."
        )


async def send_for(
    call: Call[BulkAddContactsToSequence] | Call[BulkRemoveContactsFromSequence], ids: list[Any]
) -> dict[str, Any]:
    """Sends the operation for these contacts alone."""
    arguments = call.arguments
    asked = arguments.contact_ids
    arguments.contact_ids = ids
    try:
        answer: dict[str, Any] = await call.send()
        return answer
    finally:
        arguments.contact_ids = asked  # the answer is counted against what was asked for


async def remove_members(call: Call[BulkRemoveContactsFromSequence]) -> Any:
    """Removes those who are in the sequence and have not finished it; gives what became of each."""
    arguments = call.arguments
    sequence = await read_sequence(call, arguments.id)
    asked = list(dict.fromkeys(arguments.contact_ids))
    members = await members_among(call, arguments.id, asked)
    left: dict[str, Any] = {
        str(id): {"error": "not in it", "errorDetails": None} for id in asked if str(id) not in members
    }
    if not arguments.remove_finished:
        why = {"error": "finished", "errorDetails": "kept for the statistics; removeFinished=true removes them too"}
        left |= {id: why for id, row in members.items() if _has_finished(row)}
    going = [id for id in asked if str(id) not in left]
    if not going:
        call.notes.append(
            f"Nothing was sent: none of these is to be removed from {sequence_title(sequence, arguments.id)}."
        )
        return {"added": [], "notProcessed": left}
    answer = await send_for(call, going)
    if background_job(answer) is not None:
        call.notes += [f"Not sent, since finished or not in it: {join(left)}."] if left else []
        return answer
    removed = answer.get("removedIds")
    if not isinstance(removed, list):
        call.notes.append("Reply did not say whom it removed: reply_list_sequence_contacts shows who is left.")
        removed = []
    gone = {str(id) for id in removed}
    left |= {
        str(id): {"error": "not removed", "errorDetails": "Reply does not list it"}
        for id in going
        if str(id) not in gone
    }
    return {"added": removed, "notProcessed": left}


async def preview_bulk_removal(call: Call[BulkRemoveContactsFromSequence]) -> str:
    """The people, the sequence and what it loses; two requests, and in a sequence of more than 500 people one for each
    of the first few who are not among them.

    Raises:
        NotDone: where none of them is in it.
    """
    arguments = call.arguments
    sequence = await read_sequence(call, arguments.id)
    page = await read_once(call, "GetSequenceContacts", id=arguments.id, top=PAGE, skip=0)
    known = {str(row.get("contactId")): _name_member(row) for row in read_rows(page, "who is in the sequence")}

    async def read(id: Any) -> str:
        return _name_member(await read_record(call, "GetSequenceContactById", id=arguments.id, contactId=id))

    found = await find_existing(
        arguments.contact_ids,
        "contact",
        read if more_after(page) else None,
        known=known,
        where=f" in {sequence_title(sequence, arguments.id)}",
        most=_MOST_NAMED,
        finder="reply_list_sequence_contacts",
    )
    text = f"This takes {found.count} out of {sequence_title(sequence, arguments.id)} for good: {found.listed}."
    fate = "Enrolling them again starts from its first step; those who have finished it stay."
    if arguments.remove_finished:
        fate = "Those who have finished it go too, which changes its statistics."
    return f"{text} {fate}{found.missing}"


def _name_member(row: dict[str, Any]) -> str:
    """`Ann Lee <ann@acme.com> (contacted)`."""
    return f"{person_name(row)} ({row.get('statusInSequence') or 'state unknown'})"


async def count_contacts(call: Call[CountSequenceContacts]) -> Any:
    """`{"count"}`; where Reply has not released counting for the account, by reading up to four pages."""
    count, all_of_them = await count_people(call, call.arguments.id)
    if not all_of_them:
        call.notes.append(f"Counting stopped early at {count:,}: there are more.")
    return {"count": count}


def unenroll(call: Call[BulkAddContactsToSequence], held: Any, answer: Any) -> list[Step] | str:
    """The request that takes those out again who were enrolled."""
    added = answer.get("added") if isinstance(answer, dict) else None
    if not isinstance(added, list):
        return "It is not known who was enrolled."
    who = f"{name_ids(added, 'contact')} out of sequence {call.arguments.id}"
    return (
        [Step("BulkRemoveContactsFromSequence", {"id": call.arguments.id, "contactIds": added}, who)] if added else []
    )
