"""Who is in a sequence, and what changing that loses: Reply says 404 "not in sequence" for a sequence or a contact that
is not there, does not say whom it removed, and removes finished participations with their numbers."""

from __future__ import annotations

from typing import Any

from reply_mcp.catalog.areas.enrollment.checks import members_among
from reply_mcp.catalog.background_jobs import background_job
from reply_mcp.catalog.lookups.contacts import describe_contacts
from reply_mcp.catalog.lookups.sequences import (
    count_people,
    read_sequence,
    sequence_not_found,
    sequence_title,
    status_of,
)
from reply_mcp.catalog.operation import Call, Effect
from reply_mcp.errors import AlreadyDone, ApiError, NotDone, ReplyError


async def no_such_sequence(call: Call, refusal: ApiError) -> str | None:
    if refusal.code in ("sequenceContact.sequenceNotFound", "sequence.notFound"):
        return f"{refusal.status} {refusal.code}: {sequence_not_found(call.arguments.id)}"
    return None


async def which_is_missing(call: Call, refusal: ApiError) -> str | None:
    """One 404 for no sequence, no contact, or a contact who is not in it: reads both."""
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


async def _membership(call: Call) -> dict[str, Any]:
    """The contact's place in the sequence; `NotDone` where there is none, saying what is missing."""
    arguments = call.arguments
    seen = call.seen
    if "membership" not in seen:
        try:
            row = await call.ask("GetSequenceContactById", id=arguments.id, contactId=arguments.contact_id)
        except ApiError as refusal:
            why = await which_is_missing(call, refusal)
            if why is None:
                raise
            kind = AlreadyDone if "both exist" in why else NotDone
            raise kind(f"Nothing was removed: {why}") from None
        seen["membership"] = row if isinstance(row, dict) else {}
    found: dict[str, Any] = seen["membership"]
    return found


def _has_finished(row: dict[str, Any]) -> bool:
    return str(row.get("statusInSequence") or "").casefold() == "finished"


async def remove_effect(call: Call) -> Effect:
    return Effect.DELETE if _has_finished(await _membership(call)) else Effect.WRITE


async def remove_preview(call: Call) -> str:
    row = await _membership(call)
    who = row.get("email") or f"contact {call.arguments.contact_id}"
    return (
        f"This deletes the finished participation of {who} in sequence {call.arguments.id}, which changes the "
        "sequence's statistics."
    )


async def can_remove(call: Call) -> None:
    """Reads before removing: Reply does not say what it removed, and removes what is finished, with its numbers."""
    row = await _membership(call)
    if _has_finished(row) and not call.arguments.remove_finished:
        raise NotDone(
            f"Not removed: contact {call.arguments.contact_id} has finished sequence {call.arguments.id}; nothing more "
            "is sent to them, and removing would change its statistics. removeFinished=true does it all the same."
        )


async def send_only(call: Call, ids: list[Any]) -> dict[str, Any]:
    """Sends the operation for these contacts alone; {} where Reply's answer is no object."""
    arguments = call.arguments
    asked = arguments.contact_ids
    arguments.contact_ids = ids
    try:
        answer = await call.send()
    finally:
        arguments.contact_ids = asked  # the answer is counted against what was asked for
    return answer if isinstance(answer, dict) else {}


async def remove_several(call: Call) -> Any:
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
            f"Nothing was sent: nobody of these is to be removed from {sequence_title(sequence, arguments.id)}."
        )
        return {"added": [], "notProcessed": left}
    answer = await send_only(call, going)
    if background_job(answer) is not None:
        call.notes += [f"Not sent, since finished or not in it: {', '.join(left)}."] if left else []
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


async def bulk_remove_effect(call: Call) -> Effect:
    return Effect.DELETE if call.arguments.remove_finished else Effect.WRITE


async def bulk_remove_preview(call: Call) -> str:
    sequence = await read_sequence(call, call.arguments.id)
    return (
        f"This takes {len(call.arguments.contact_ids)} contacts out of {sequence_title(sequence, call.arguments.id)}, "
        "also those who have finished it, which changes its statistics."
    )


async def status_effect(call: Call) -> Effect:
    """Set back to active in a running sequence, people get its next mails."""
    if call.arguments.status_in_sequence != "active":
        return Effect.WRITE
    status = status_of(await read_sequence(call, call.arguments.id))
    return Effect.SEND if status in ("active", "") else Effect.WRITE


async def status_preview(call: Call) -> str:
    sequence = await read_sequence(call, call.arguments.id)
    ids = call.arguments.contact_ids
    return (
        f"This sets {await describe_contacts(call, ids)} to {call.arguments.status_in_sequence} in "
        f"{sequence_title(sequence, call.arguments.id)}, which is {status_of(sequence)}: sending to them goes on."
    )


async def bounced_effect(call: Call) -> Effect:
    return Effect.SEND if call.arguments.resend_emails else Effect.WRITE


async def bounced_preview(call: Call) -> str:
    return f"This sends the step that bounced again to {await describe_contacts(call, call.arguments.contact_ids)}."


async def counted(call: Call) -> Any:
    """Counts; where Reply has not released counting for the account, by reading up to four pages."""
    count, all_of_them = await count_people(call, call.arguments.id)
    if not all_of_them:
        call.notes.append(f"Counting by pages was ended at {count}: there are more.")
    return {"count": count, "id": call.arguments.id}


_PERSONALIZED = {
    "inprogress": "being personalized",
    "personalized": "personalized",
    "failed": "personalizing failed",
    "awaitingapproval": "awaits approval",
}


async def messages_in_words(call: Call, answer: Any) -> Any:
    """The messages of a preview with a line on each (`_summary`) and its text under `_texts`."""
    if not isinstance(answer, dict) or not isinstance(answer.get("steps"), list):
        return answer
    steps = []
    for step in answer["steps"]:
        if isinstance(step, dict):
            edited = "edited by hand" if step.get("isModifiedByUser") else ""
            state = _PERSONALIZED.get(str(step.get("personalizationStatus") or "").casefold(), "")
            said = ", ".join(filter(None, [edited, state]))
            step = {**step, "_summary": said, "_texts": [{"subject": step.get("subject"), "text": step.get("body")}]}
        steps.append(step)
    return {**answer, "steps": steps}
