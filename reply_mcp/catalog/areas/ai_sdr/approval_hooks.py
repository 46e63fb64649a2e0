"""Drafts that wait for approval: who gets what if they are sent, and what was sent when not all could be."""

from __future__ import annotations

from typing import Any

from reply_mcp.catalog.areas.ai_sdr.setup_summary import name_and_state
from reply_mcp.catalog.hooks.message_preview import quote_message
from reply_mcp.catalog.hooks.read_once import first_words, read_once
from reply_mcp.catalog.operation import Call, Effect
from reply_mcp.catalog.rows import more_after, rows_of
from reply_mcp.errors import NotDone, OutcomeUnknown, ReplyError
from reply_mcp.text.html import text_to_html

CHUNK = 20
"""Drafts that v3 sends at a time, all or none."""
PAGE = 1000
MOST_PAGES = 3
_NAMED = 5

Pair = tuple[str, str]


def whose(draft: dict[str, Any]) -> str:
    """`Jane Doe, VP of Engineering at Acme (901)`."""
    who = str(draft.get("contactFullName") or "contact")
    work = " at ".join(str(draft[key]) for key in ("contactTitle", "contactCompany") if draft.get(key))
    return f"{who}{f', {work}' if work else ''} ({draft.get('contactId', '?')})"


async def draft_of(call: Call) -> dict[str, Any]:
    """The draft of the call's contact, read once; a missing one raises its ApiError."""
    arguments = call.arguments
    answer = await read_once(
        call, "GetApprovalByContact", sequenceId=arguments.sequence_id, contactId=arguments.contact_id
    )
    return answer if isinstance(answer, dict) else {}


async def draft_ready(call: Call) -> None:
    """A draft that is being rewritten would go out as nobody has read it."""
    draft = await draft_of(call)
    if draft.get("isRegenerating"):
        raise NotDone(
            f"Nothing was sent: the draft for {whose(draft)} is being rewritten. reply_get_approval shows the new one."
        )
    if call.arguments.body and _channel(draft) == "email":
        call.arguments.body = text_to_html(call.arguments.body)


async def send_preview(call: Call) -> str:
    """Who gets which words, with what the caller put in their place."""
    draft, arguments = await draft_of(call), call.arguments
    subject = arguments.subject if arguments.subject is not None else draft.get("messageSubject")
    body = arguments.body if arguments.body is not None else draft.get("messageContent")
    changed = [name for name in ("subject", "body") if getattr(arguments, name) is not None]
    edited = f"with your {' and '.join(changed)}" if changed else "as the AI wrote it"
    about = f', subject "{first_words(subject, 80)}"' if subject else ""
    sequence = draft.get("sequenceName") or arguments.sequence_id
    return (
        f'This sends a real {_channel(draft)} message to {whose(draft)} from "{sequence}" {edited}{about}:'
        f"{quote_message(body)}"
    )


async def reject_preview(call: Call) -> str:
    draft = await draft_of(call)
    return (
        f'This discards the draft for {whose(draft)} ("{first_words(draft.get("messageContent"), 80)}") and takes them '
        f'out of "{draft.get("sequenceName") or call.arguments.sequence_id}". To have it rewritten instead: '
        "reply_regenerate_message."
    )


def _channel(draft: dict[str, Any]) -> str:
    return {"email": "email", "linkedin": "LinkedIn"}.get(str(draft.get("channel")).casefold(), "AI-written")


def _pairs(call: Call) -> list[Pair]:
    return list(dict.fromkeys((str(one.sequence_id), str(one.contact_id)) for one in call.arguments.items))


async def _waiting(call: Call) -> tuple[dict[Pair, dict[str, Any]], bool]:
    """The drafts asked for that wait, and whether the whole list was read; up to three requests, once in a call."""
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


async def all_waiting(call: Call) -> None:
    """Looks before sending: one missing draft makes Reply refuse all, and above 20 that would be half-way."""
    found, is_all = await _waiting(call)
    missing = [pair for pair in _pairs(call) if pair not in found]
    if missing and is_all:
        listed = ", ".join(f"contact {contact} in sequence {sequence}" for sequence, contact in missing[:20])
        raise NotDone(
            f"Nothing was sent: no draft waits for {listed}{' and more' if len(missing) > 20 else ''}. Leave them out; "
            "reply_list_pending_approvals shows what waits."
        )
    rewriting = [whose(row) for row in found.values() if row.get("isRegenerating")]
    if rewriting:
        raise NotDone(f"Nothing was sent: being rewritten: {', '.join(rewriting)}. Leave them out for now.")


async def bulk_preview(call: Call) -> str:
    """How many, whose, on what."""
    found, _ = await _waiting(call)
    pairs = _pairs(call)
    named = [f"{whose(row)}, {_channel(row)}" for row in list(found.values())[:_NAMED]]
    rest = len(pairs) - len(named)
    more = f" and {rest} more" if rest > 0 else ""
    noun = "message" if len(pairs) == 1 else "messages"
    return f"This sends {len(pairs)} real {noun} as the AI wrote them: {'; '.join(named) or 'not looked up'}{more}."


async def send_in_chunks(call: Call) -> Any:
    """Sends 20 at a time, each 20 all or none; says which were sent where it breaks off."""
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
            call.notes.append(f"Broken off: {error} Not sent: contacts {left}.")
            return {"outcome": f"{sent} of {len(pairs)} drafts accepted for sending."}
        sent += len(chunk)
    noun = "1 draft is" if sent == 1 else f"All {sent} drafts are"
    return {"outcome": f"{noun} approved and accepted for sending."}


def _so_far(pairs: list[Pair], sent: int) -> str:
    if not sent:
        return ""
    return f"The first {sent} of {len(pairs)} were accepted; of the next {min(CHUNK, len(pairs) - sent)} nobody knows. "


async def mode_effect(call: Call) -> Effect:
    """Switching approval on is harmless; off lets the AI write to people unread."""
    return Effect.WRITE if call.arguments.enabled else Effect.SEND


async def mode_said(call: Call, answer: Any) -> Any:
    arguments = call.arguments
    id = arguments.sequence_id
    if arguments.enabled:
        return {"outcome": f"AI messages of sequence {id} wait for a person's approval from now on."}
    drafts = " The drafts that waited are approved." if arguments.approve_all_pending_contacts else ""
    return {"outcome": f"AI messages of sequence {id} go out without approval from now on.{drafts}"}


async def mode_preview(call: Call) -> str:
    """What goes out from now on, and how many drafts at once."""
    arguments = call.arguments
    text = f"From now on {await name_and_state(call)} sends what the AI writes without anyone's approval."
    if not arguments.approve_all_pending_contacts:
        return text + " Drafts that wait already stay waiting."
    answer = await read_once(call, "ListApprovals", sequenceId=arguments.sequence_id, top=PAGE)
    rows = rows_of(answer)
    if not rows:
        return text + " No draft is waiting now."
    many = f"more than {len(rows)}" if more_after(answer) else str(len(rows))
    names = "; ".join(whose(row) for row in rows[:3])
    more = " …" if len(rows) > 3 else ""
    return f"{text} It also sends the {many} drafts that wait, at once: {names}{more}"
