"""Drafts that wait for approval: who gets what, and what was sent when not all could be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.hooks.message_preview import quote_message
from reply_mcp.catalog.hooks.read_once import first_words, read_once
from reply_mcp.catalog.lookups.contactable import check_none_blacklisted
from reply_mcp.catalog.lookups.contacts import contact_label
from reply_mcp.catalog.operation import Call, Question
from reply_mcp.catalog.rows import more_after, rows_of
from reply_mcp.errors import ApiError, NotDone, OutcomeUnknown, ReplyError
from reply_mcp.text.html import text_to_html
from reply_mcp.text.lists import join, list_some, plural

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.ai_sdr.approvals import DeleteApproval, SendApproval, SendApprovalsBulk

CHUNK = 20
"""Drafts that v3 sends at a time, all or none."""
PAGE = 1000
MOST_PAGES = 3
_NAMED = 5
_CHECKED = 10
"""Contacts of a bulk approval whose opt-outs and blacklist rules are looked up."""

Pair = tuple[str, str]


def draft_owner(draft: dict[str, Any]) -> str:
    """`Jane Doe, VP of Engineering at Acme (901)`."""
    who = str(draft.get("contactFullName") or "contact")
    work = " at ".join(f"{draft[key]}" for key in ("contactTitle", "contactCompany") if draft.get(key))
    return f"{who}{f', {work}' if work else ''} ({draft.get('contactId', '?')})"


async def read_draft(call: Call) -> dict[str, Any]:
    """The draft of the call's contact, read once; a missing one raises its ApiError."""
    arguments = call.arguments
    answer = await read_once(
        call, "GetApprovalByContact", sequenceId=arguments.sequence_id, contactId=arguments.contact_id
    )
    return answer if isinstance(answer, dict) else {}


async def check_not_rewriting(call: Call[SendApproval]) -> None:
    """Stops where the draft is being rewritten: nobody has read what would go out. One request."""
    draft = await read_draft(call)
    if draft.get("isRegenerating"):
        raise NotDone(
            f"Nothing was sent: the draft for {draft_owner(draft)} is being rewritten. reply_get_approval shows the "
            "new one."
        )
    if call.arguments.body and _channel(draft) == "email":
        call.arguments.body = text_to_html(call.arguments.body)


async def check_recipient(call: Call[SendApproval]) -> None:
    """Refuses a draft to somebody who opted out or is on the blacklist; three requests, a fourth where a rule fits.

    Raises:
        NotDone: says which.
    """
    await _check_contacts(call, [call.arguments.contact_id])


async def check_recipients(call: Call[SendApprovalsBulk]) -> None:
    """As `check_recipient`, for the first ten contacts: a request each and up to three."""
    ids = list(dict.fromkeys(one.contact_id for one in call.arguments.items))
    await _check_contacts(call, ids[:_CHECKED])
    if len(ids) > _CHECKED:
        call.notes.append(f"Opt-outs and the blacklist were checked for the first {_CHECKED} contacts alone.")


async def _check_contacts(call: Call, ids: list[Any]) -> None:
    rows = []
    for id in ids:
        try:
            row = await read_once(call, "GetContactById", id=id)
        except ApiError:
            call.notes.append(f"Not checked: whether contact {id} opted out or is on the blacklist.")
            continue
        rows.append(row if isinstance(row, dict) else {})
    gone = [contact_label(row) for row in rows if row.get("isOptedOut")]
    if gone:
        raise NotDone(f"Nothing was sent: {', '.join(gone)} opted out and asked not to be contacted.")
    await check_none_blacklisted(call, rows, "sent")


async def preview_sending(call: Call[SendApproval]) -> str:
    """Who gets which words, with those the caller put in their place; one request."""
    draft, arguments = await read_draft(call), call.arguments
    subject = arguments.subject if arguments.subject is not None else draft.get("messageSubject")
    body = arguments.body if arguments.body is not None else draft.get("messageContent")
    changed = [name for name in ("subject", "body") if getattr(arguments, name) is not None]
    edited = f"with your {' and '.join(changed)}" if changed else "as the AI wrote it"
    about = f', subject "{first_words(subject, 80)}"' if subject else ""
    sequence = draft.get("sequenceName") or arguments.sequence_id
    return (
        f'This sends a real {_channel(draft)} message to {draft_owner(draft)} from "{sequence}" {edited}{about}:'
        f"{quote_message(body)}"
    )


async def preview_rejection(call: Call[DeleteApproval]) -> str:
    """Whose draft goes, and out of which sequence; one request."""
    draft = await read_draft(call)
    return (
        f'This discards the draft for {draft_owner(draft)} ("{first_words(draft.get("messageContent"), 80)}") and '
        f'takes them out of "{draft.get("sequenceName") or call.arguments.sequence_id}". To have it rewritten instead: '
        "reply_regenerate_message."
    )


def _channel(draft: dict[str, Any]) -> str:
    return {"email": "email", "linkedin": "LinkedIn"}.get(str(draft.get("channel")).casefold(), "AI-written")


def _pairs(call: Call[SendApprovalsBulk]) -> list[Pair]:
    return list(dict.fromkeys((str(one.sequence_id), str(one.contact_id)) for one in call.arguments.items))


async def _read_waiting(call: Call[SendApprovalsBulk]) -> tuple[dict[Pair, dict[str, Any]], bool]:
    """Those of the drafts that wait, and whether the list was read to its end; up to three requests, once in a call."""
    wanted = set(_pairs(call))
    sequences = {sequence for sequence, _ in wanted}
    only = {"sequenceId": int(next(iter(sequences)))} if len(sequences) == 1 else {}
    found: dict[Pair, dict[str, Any]] = {}
    for page in range(MOST_PAGES):
        answer = await read_once(call, "ListApprovals", top=PAGE, skip=page * PAGE, **only)
        for row in rows_of(answer):
            pair = (str(row.get("sequenceId")), str(row.get("contactId")))
            if pair in wanted:
                found[pair] = row
        if len(found) == len(wanted) or not more_after(answer):
            return found, True
    return found, False


async def check_all_waiting(call: Call[SendApprovalsBulk]) -> None:
    """Stops where a draft is not waiting: Reply refuses a whole request for one of them, when others were sent."""
    found, is_all = await _read_waiting(call)
    missing = [pair for pair in _pairs(call) if pair not in found]
    if missing and is_all:
        listed = list_some((f"contact {contact} in sequence {sequence}" for sequence, contact in missing), 20)
        raise NotDone(
            f"Nothing was sent: no draft waits for {listed}. Leave them out; "
            "reply_list_pending_approvals shows what waits."
        )
    rewriting = [draft_owner(row) for row in found.values() if row.get("isRegenerating")]
    if rewriting:
        raise NotDone(f"Nothing was sent: drafts are being rewritten for {join(rewriting)}. Leave them out for now.")


async def preview_bulk_sending(call: Call[SendApprovalsBulk]) -> Question:
    """How many messages, to whom, on which channel; up to three requests."""
    found, _ = await _read_waiting(call)
    pairs = _pairs(call)
    named = [f"{draft_owner(row)}, {_channel(row)}" for row in found.values()]
    others = [f"contact {contact}" for sequence, contact in pairs if (sequence, contact) not in found]
    listed = list_some([*named, *others], _NAMED, between="; ")
    text = f"This sends {plural(len(pairs), 'real message')} as the AI wrote them: {listed}."
    drafts = [[*pair, row.get("messageSubject"), row.get("messageContent")] for pair, row in sorted(found.items())]
    return Question(text, {"count": len(pairs), "drafts": drafts})


async def send_in_chunks(call: Call[SendApprovalsBulk]) -> Any:
    """Sends 20 at a time, each time all or none. Gives `outcome`, a sentence; notes which were not sent.

    Raises:
        OutcomeUnknown: where an answer is lost, with how many were accepted before.
    """
    pairs = _pairs(call)
    sent = 0
    for start in range(0, len(pairs), CHUNK):
        chunk = pairs[start : start + CHUNK]
        items = [{"sequenceId": int(sequence), "contactId": int(contact)} for sequence, contact in chunk]
        try:
            await call.ask("SendApprovalsBulk", items=items)
        except OutcomeUnknown as lost:
            raise OutcomeUnknown(f"{_so_far(pairs, sent)}{lost}") from None
        except ReplyError as error:
            if not sent:
                raise
            left = ", ".join(f"{contact} (sequence {sequence})" for sequence, contact in pairs[sent:])
            call.notes.append(f"Stopped early: {error} Not sent: contacts {left}.")
            return {"outcome": f"{sent} of {len(pairs)} drafts accepted for sending."}
        sent += len(chunk)
    noun = "1 draft is" if sent == 1 else f"All {sent} drafts are"
    return {"outcome": f"{noun} approved and accepted for sending."}


def _so_far(pairs: list[Pair], sent: int) -> str:
    if not sent:
        return ""
    following = min(CHUNK, len(pairs) - sent)
    return f"The first {sent} of {len(pairs)} were accepted; it is not known whether the next {following} were. "
