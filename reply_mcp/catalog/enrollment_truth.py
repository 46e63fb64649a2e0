"""Enrolling people so that nobody is moved, skipped or dropped unseen.

Reply takes a contact who is in the sequence already as one to move forward, past steps; refuses everything else with
one and the same word; and says 404 "not in sequence" for a sequence or a contact that is not there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reply_mcp.catalog.background import background_job
from reply_mcp.catalog.contacts_lookup import more_after, people, rows_of
from reply_mcp.catalog.operation import Call, Effect
from reply_mcp.catalog.sequence_state import (
    PAGE,
    count_people,
    no_sequence,
    sequence_of,
    status_of,
    titled,
    what_follows,
)
from reply_mcp.errors import Refusal, ReplyError, Stopped

FEW = 10
"""Contacts that are asked about one by one; for more, pages of the sequence cost fewer requests."""


async def members_among(call: Call, sequence_id: Any, contact_ids: Sequence[Any]) -> dict[str, dict[str, Any]]:
    """Those of the contacts who are in the sequence, by id as text, each with `statusInSequence` and `currentStep`.

    Asks one by one for up to ten contacts, else reads the sequence's pages of 500, unless these come to more requests.
    """
    wanted = {str(id) for id in contact_ids}
    if len(wanted) <= FEW:
        return await _one_by_one(call, sequence_id, wanted)
    found: dict[str, dict[str, Any]] = {}
    seen = 0
    for _ in range(len(wanted)):
        page = await call.ask("GetSequenceContacts", id=sequence_id, top=PAGE, skip=seen)
        rows = rows_of(page)
        seen += len(rows)
        found |= {str(row.get("contactId")): row for row in rows if str(row.get("contactId")) in wanted}
        if not more_after(page) or len(found) == len(wanted):
            return found
    return await _one_by_one(call, sequence_id, wanted)


async def _one_by_one(call: Call, sequence_id: Any, wanted: set[str]) -> dict[str, dict[str, Any]]:
    found = {}
    for id in sorted(wanted):
        try:
            row = await call.ask("GetSequenceContactById", id=sequence_id, contactId=_as_id(id))
        except Refusal as refusal:
            if refusal.status == 404 and refusal.code:
                continue
            raise
        if isinstance(row, dict):
            found[id] = row
    return found


def _as_id(text: str) -> int | str:
    return int(text) if text.isdecimal() else text


async def enroll_effect(call: Call) -> Effect:
    """Into an active sequence it is the send; taking people out of others cannot be undone."""
    status = status_of(await sequence_of(call, call.arguments.id))
    if status in ("active", ""):
        return Effect.SEND
    return Effect.DELETE if call.arguments.remove_from_existing else Effect.WRITE


async def enroll_preview(call: Call) -> str:
    arguments = call.arguments
    sequence = await sequence_of(call, arguments.id)
    ids = list(dict.fromkeys(arguments.contact_ids))
    many = "1 contact" if len(ids) == 1 else f"{len(ids)} contacts"
    status = status_of(sequence) or "state unknown"
    starts = "sending starts on its schedule" if status == "active" else "nothing is sent until it is started"
    leaves = " It takes them out of every other sequence." if arguments.remove_from_existing else ""
    who = await people(call, ids)
    return f"This enrols {many} ({who}) in {titled(sequence, arguments.id)}, {status}: {starts}.{leaves}"


async def enroll(call: Call) -> Any:
    """Enrols those who are not in the sequence yet and explains every one who was not.

    Up to 10 contacts: a request each before the call; more: a request for each 500 people in the sequence. After
    refusals up to 10 more.
    """
    arguments = call.arguments
    sequence = await sequence_of(call, arguments.id)
    name = titled(sequence, arguments.id)
    if sequence.get("isArchived"):
        raise Stopped(f"{name} is archived and takes nobody; nothing was changed.")
    asked = list(dict.fromkeys(arguments.contact_ids))
    members = await members_among(call, arguments.id, asked)
    left_out = {id: _already(row) for id, row in members.items()}
    new = [id for id in asked if str(id) not in members]
    if not new:
        call.notes.append(f"Nothing was sent: all are in {name} already. reply_change_status_in_sequence resumes them.")
        return {"added": [], "notProcessed": left_out}
    answer = await _send_only(call, new)
    if background_job(answer) is not None:
        call.notes += [f"Not sent, since in it already: {', '.join(left_out)}."] if left_out else []
        return answer
    said = answer.get("added")
    added = [id for id in said if str(id) not in members] if isinstance(said, list) else []
    refused = answer.get("notProcessed")
    refused = dict(refused) if isinstance(refused, dict) else {}
    told = {str(id) for id in added} | set(refused)
    silent = {"error": "not reported", "errorDetails": "Reply did not say what became of it"}
    refused |= {str(id): silent for id in new if str(id) not in told}
    await _why_refused(call, refused)
    if added:
        call.notes.append(what_follows(name, status_of(sequence)))
    return {"added": added, "notProcessed": {**left_out, **refused}}


async def _send_only(call: Call, ids: list[Any]) -> dict[str, Any]:
    arguments = call.arguments
    asked = arguments.contact_ids
    arguments.contact_ids = ids
    try:
        answer = await call.send()
    finally:
        arguments.contact_ids = asked  # the answer is counted against what was asked for
    return answer if isinstance(answer, dict) else {}


def _already(row: dict[str, Any]) -> dict[str, Any]:
    step = row.get("currentStep")
    at = f", step {step['displayName']}" if isinstance(step, dict) and step.get("displayName") else ""
    status = str(row.get("statusInSequence") or "state unknown")
    return {"error": "already in it", "errorDetails": f"unchanged ({status}{at})"}


async def _why_refused(call: Call, refused: dict[str, Any]) -> None:
    """Puts the contact's own state in the place of Reply's one word; at most ten requests."""
    unknown = [id for id, why in refused.items() if _is_vague(why)]
    for id in unknown[:FEW]:
        try:
            statuses = await call.ask("GetContactStatuses", id=_as_id(id))
        except Refusal as refusal:
            if refusal.status == 404 and refusal.code:
                refused[id] = {"error": "not found", "errorDetails": "no such contact"}
            continue
        except ReplyError:
            continue
        if isinstance(statuses, dict) and statuses.get("isOptedOut"):
            refused[id] = {"error": "opted out", "errorDetails": "asked not to be contacted"}
    if len(unknown) > FEW:
        call.notes.append(
            f"Why was looked up for the first {FEW} of {len(unknown)} refused; reply_get_contact_statuses shows others."
        )


def _is_vague(why: Any) -> bool:
    error = why.get("error") if isinstance(why, dict) else why
    return not isinstance(error, str) or error.casefold() in ("", "invalidinput", "not reported")


async def why_not_enrolled(call: Call, refusal: Refusal) -> str | None:
    """The whole call was refused."""
    match (refusal.code or "").rpartition(".")[2]:
        case "contactLimitExceeded":
            return (
                f"{refusal.status} {refusal.code}: the plan's limit of contacts is reached; nobody was enrolled. "
                f"{refusal.detail}".rstrip()
            )
        case "noStepsInSequence":
            return (
                f"{refusal.status} {refusal.code}: sequence {call.arguments.id} has no steps, nobody was enrolled. "
                "reply_bulk_create_sequence_steps adds them."
            )
    return await no_such_sequence(call, refusal)


async def no_such_sequence(call: Call, refusal: Refusal) -> str | None:
    if refusal.code in ("sequenceContact.sequenceNotFound", "sequence.notFound"):
        return f"{refusal.status} {refusal.code}: {no_sequence(call.arguments.id)}"
    return None


async def which_is_missing(call: Call, refusal: Refusal) -> str | None:
    """One 404 for no sequence, no contact, or a contact who is not in it: reads both."""
    if refusal.status != 404 or not refusal.code:
        return None
    arguments = call.arguments
    sequence_id = getattr(arguments, "sequence_id", None) or arguments.id
    try:
        sequence = await sequence_of(call, sequence_id)
    except Refusal as missing:
        return f"404: {no_sequence(sequence_id)}" if missing.status == 404 else None
    except ReplyError:
        return None
    try:
        await call.ask("GetContactById", id=arguments.contact_id)
    except Refusal as missing:
        if missing.status == 404:
            return f"404: there is no contact {arguments.contact_id}. reply_search_contacts finds ids by email."
        return None
    except ReplyError:
        return None
    return f"Contact {arguments.contact_id} is not in {titled(sequence, sequence_id)}; both are there."


async def _membership(call: Call) -> dict[str, Any]:
    """The contact's place in the sequence; `Stopped` where there is none, saying what is missing."""
    arguments = call.arguments
    seen: dict[str, Any] = arguments._seen
    if "membership" not in seen:
        try:
            row = await call.ask("GetSequenceContactById", id=arguments.id, contactId=arguments.contact_id)
        except Refusal as refusal:
            why = await which_is_missing(call, refusal)
            if why is None:
                raise
            raise Stopped(f"Nothing was removed: {why}", is_error="both are there" not in why) from None
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
        raise Stopped(
            f"Not removed: contact {call.arguments.contact_id} has finished sequence {call.arguments.id}; nothing more "
            "is sent to them, and removing would change its statistics. removeFinished=true does it all the same."
        )


async def remove_several(call: Call) -> Any:
    """Removes those who are in the sequence and have not finished it; gives what became of each."""
    arguments = call.arguments
    sequence = await sequence_of(call, arguments.id)
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
        call.notes.append(f"Nothing was sent: nobody of these is to be removed from {titled(sequence, arguments.id)}.")
        return {"added": [], "notProcessed": left}
    answer = await _send_only(call, going)
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
    sequence = await sequence_of(call, call.arguments.id)
    return (
        f"This takes {len(call.arguments.contact_ids)} contacts out of {titled(sequence, call.arguments.id)}, also "
        "those who have finished it, which changes its statistics."
    )


async def status_effect(call: Call) -> Effect:
    """Set back to active in a running sequence, people get its next mails."""
    if call.arguments.status_in_sequence != "active":
        return Effect.WRITE
    status = status_of(await sequence_of(call, call.arguments.id))
    return Effect.SEND if status in ("active", "") else Effect.WRITE


async def status_preview(call: Call) -> str:
    sequence = await sequence_of(call, call.arguments.id)
    ids = call.arguments.contact_ids
    return (
        f"This sets {await people(call, ids)} to {call.arguments.status_in_sequence} in "
        f"{titled(sequence, call.arguments.id)}, which is {status_of(sequence)}: sending to them goes on."
    )


async def bounced_effect(call: Call) -> Effect:
    return Effect.SEND if call.arguments.resend_emails else Effect.WRITE


async def bounced_preview(call: Call) -> str:
    return f"This sends the step that bounced again to {await people(call, call.arguments.contact_ids)}."


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
    """The messages of a preview with a line on each (`_said`) and its text under `_texts`."""
    if not isinstance(answer, dict) or not isinstance(answer.get("steps"), list):
        return answer
    steps = []
    for step in answer["steps"]:
        if isinstance(step, dict):
            edited = "edited by hand" if step.get("isModifiedByUser") else ""
            state = _PERSONALIZED.get(str(step.get("personalizationStatus") or "").casefold(), "")
            said = ", ".join(filter(None, [edited, state]))
            step = {**step, "_said": said, "_texts": [{"subject": step.get("subject"), "text": step.get("body")}]}
        steps.append(step)
    return {**answer, "steps": steps}
