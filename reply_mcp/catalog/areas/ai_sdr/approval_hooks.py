"""Drafts that wait for approval: who gets what, and what was sent when not all could be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.hooks.message_preview import quote_message
from reply_mcp.catalog.hooks.pages import Pages
from reply_mcp.catalog.hooks.read_once import first_words, read_once, read_record
from reply_mcp.catalog.lookups.audience import person_name, read_audience
from reply_mcp.catalog.lookups.contactable import check_none_blacklisted, describe_against
from reply_mcp.catalog.lookups.members import members_among
from reply_mcp.catalog.lookups.sequences import mailbox_address
from reply_mcp.catalog.operation import Call, Question
from reply_mcp.catalog.rows import rows_of
from reply_mcp.errors import ApiError, NotDone, OutcomeUnknown, ReplyError
from reply_mcp.text.cleaning import inline, quote
from reply_mcp.text.html import text_to_html
from reply_mcp.text.lists import join, list_some, plural

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.ai_sdr.approvals import DeleteApproval, SendApproval, SendApprovalsBulk

CHUNK = 20
"""Drafts that v3 sends at a time, all or none."""
PAGE = 1000
MOST_PAGES = 3
_NAMED = 5

Pair = tuple[str, str]


def draft_owner(draft: dict[str, Any]) -> str:
    """`Jane Doe, VP of Engineering at Acme (901)`."""
    who = str(draft.get("contactFullName") or "contact")
    work = " at ".join(f"{draft[key]}" for key in ("contactTitle", "contactCompany") if draft.get(key))
    return f"{who}{f', {work}' if work else ''} ({draft.get('contactId', '?')})"


async def read_draft(call: Call) -> dict[str, Any]:
    """The draft of the call's contact, read once; a missing one raises its ApiError."""
    arguments = call.arguments
    return await read_record(
        call, "GetApprovalByContact", sequenceId=arguments.sequence_id, contactId=arguments.contact_id
    )


async def check_not_rewriting(call: Call[SendApproval]) -> None:
    """Stops where the draft is being rewritten: nobody has read what would go out. One request."""
    draft = await read_draft(call)
    if draft.get("isRegenerating"):
        raise NotDone(
            f"Nothing was sent: the draft for {draft_owner(draft)} is being rewritten. reply_get_approval shows the "
            "new one."
        )
    if call.arguments.body and channel_of(draft) == "email":
        call.arguments.body = text_to_html(call.arguments.body)


async def check_recipients(call: Call[SendApproval] | Call[SendApprovalsBulk]) -> None:
    """Refuses drafts to people who opted out or are on the blacklist; checks everybody: the requests of
    `_read_recipients`, two for the blacklist, a third where a rule fits.

    Raises:
        NotDone: names them.
    """
    await check_people(call, _pairs(call))


async def check_people(call: Call, pairs: list[Pair]) -> None:
    """As `check_recipients`, for the drafts of these contacts in these sequences."""
    rows = list((await _read_recipients(call, pairs)).values())
    gone = [person_name(row) for row in rows if row.get("isOptedOut")]
    if gone:
        raise NotDone(
            f"Nothing was sent: {list_some(gone, 20)} opted out and asked not to be contacted. Leave them out."
        )
    await check_none_blacklisted(call, rows, "sent")


async def _read_recipients(call: Call, pairs: list[Pair]) -> dict[Pair, dict[str, Any]]:
    """Everybody whose draft is to be sent, as their sequences have them; once in a call. A request for one of a
    sequence; for several the latest thousand of its people, and the others one by one or in pages."""
    if "recipients" not in call.seen:
        found: dict[Pair, dict[str, Any]] = {}
        for sequence in sorted({sequence for sequence, _ in pairs}):
            held = await _read_recipients_in(call, sequence, {contact for other, contact in pairs if other == sequence})
            found |= {(sequence, contact): row for contact, row in held.items()}
        call.seen["recipients"] = found
    recipients: dict[Pair, dict[str, Any]] = call.seen["recipients"]
    return recipients


async def _read_recipients_in(call: Call, sequence: str, wanted: set[str]) -> dict[str, dict[str, Any]]:
    try:
        held = await _read_members(call, int(sequence), wanted)
    except ApiError as refusal:
        if refusal.status != 403:
            raise
        call.notes.append("Not checked: opt-outs and the blacklist, since this key may not read the sequence.")
        return {contact: {"contactId": int(contact)} for contact in wanted}
    if missing := sorted(wanted - held.keys()):
        raise NotDone(
            f"Nothing was sent: contacts {list_some(missing, 20)} are not in sequence {sequence} any more. "
            "Leave them out."
        )
    return held


async def _read_members(call: Call, sequence: int, wanted: set[str]) -> dict[str, dict[str, Any]]:
    held: dict[str, dict[str, Any]] = {}
    if len(wanted) > 1:
        audience = await read_audience(call, sequence)
        rows = [*audience.going, *(row for group in audience.left_out.values() for row in group)]
        held = {str(row.get("contactId")): row for row in rows if str(row.get("contactId")) in wanted}
        if audience.complete:
            return held
    missing = sorted(wanted - set(held))
    return held | (await members_among(call, sequence, missing) if missing else {})


async def preview_sending(call: Call[SendApproval]) -> Question:
    """Who gets which words from where, with those the caller put in their place, and what speaks against it; three
    requests beside those of the checks, one of whose answers may be a minute old."""
    draft, arguments = await read_draft(call), call.arguments
    subject = arguments.subject if arguments.subject is not None else draft.get("messageSubject")
    body = arguments.body if arguments.body is not None else draft.get("messageContent")
    changed = [name for name in ("subject", "body") if getattr(arguments, name) is not None]
    edited = f"with your {' and '.join(changed)}" if changed else "as the AI wrote it"
    about = f', subject "{first_words(subject, 80)}"' if subject else ""
    sequence = draft.get("sequenceName") or arguments.sequence_id
    pair = (str(arguments.sequence_id), str(arguments.contact_id))
    lines, facts = await describe_recipients(call, {pair: channel_of(draft)})
    to = (await _read_recipients(call, [pair]))[pair].get("email")
    lines.append(
        f"This sends a real {channel_of(draft)} message to {draft_owner(draft)}{f', {to},' if to else ''} "
        f'from "{sequence}"{facts["senders"]} {edited}{about}:{quote_message(body)}'
    )
    return Question("\n".join(lines), {"draft": [subject, body], **facts})


async def describe_recipients(call: Call, channels: dict[Pair, str]) -> tuple[list[str], dict[str, Any]]:
    """What speaks against writing to these people, as lines, and what consent is bound to."""
    recipients = await _read_recipients(call, list(channels))
    sequences = {sequence for sequence, _ in recipients}
    own = next(iter(sequences)) if len(sequences) == 1 else None
    lines, threads = await describe_against(call, list(recipients.values()), own)
    facts = {
        "to": sorted([*pair, str(row.get("email"))] for pair, row in recipients.items()),
        "senders": await _describe_senders(call, [(recipients[pair], channel) for pair, channel in channels.items()]),
        "threads": threads,
    }
    return lines, facts


async def _describe_senders(call: Call, sent: list[tuple[dict[str, Any], str]]) -> str:
    """`, from maria@ourco.com and LinkedIn account Maria`; "" where it is not known."""
    names = []
    for channel, listing, key, noun in (
        ("email", "ListEmailAccounts", "emailAccountId", ""),
        ("LinkedIn", "ListLinkedInAccounts", "linkedInAccountId", "LinkedIn account "),
    ):
        ids = {str(row.get(key)) for row, by in sent if by == channel and row.get(key) is not None}
        if not ids:
            continue
        try:
            listed = rows_of(await read_once(call, listing, **({"top": 1000} if channel == "email" else {})))
        except ApiError:
            listed = []
        held = {str(one.get("id")): mailbox_address(one) or one.get("name") for one in listed}
        names += [f"{noun}{inline(str(held.get(id) or id), 80)}" for id in sorted(ids)]
    return f", from {list_some(names, 4)}" if names else ""


async def preview_rejection(call: Call[DeleteApproval]) -> str:
    """Whose draft goes, and out of which sequence; one request."""
    draft = await read_draft(call)
    return (
        f'This discards the draft for {draft_owner(draft)} ("{first_words(draft.get("messageContent"), 80)}") and '
        f'takes them out of "{draft.get("sequenceName") or call.arguments.sequence_id}". To have it rewritten instead: '
        "reply_regenerate_message."
    )


def channel_of(draft: dict[str, Any]) -> str:
    """`email`, `LinkedIn`, or `AI-written` where the draft does not say."""
    return {"email": "email", "linkedin": "LinkedIn"}.get(str(draft.get("channel")).casefold(), "AI-written")


def _pairs(call: Call) -> list[Pair]:
    """Sequence and contact of each draft that is to be sent."""
    given = getattr(call.arguments, "items", [call.arguments])
    return list(dict.fromkeys((str(one.sequence_id), str(one.contact_id)) for one in given))


async def _read_waiting(call: Call[SendApprovalsBulk]) -> tuple[dict[Pair, dict[str, Any]], bool]:
    """Those of the drafts that wait, and whether the list was read to its end; up to three requests, once in a call."""
    wanted = set(_pairs(call))
    sequences = {sequence for sequence, _ in wanted}
    only = {"sequenceId": int(next(iter(sequences)))} if len(sequences) == 1 else {}
    found: dict[Pair, dict[str, Any]] = {}
    pages = Pages(call, "ListApprovals", "the drafts that wait", only, size=PAGE, once=True)
    for _ in range(MOST_PAGES):
        for row in await pages.read():
            pair = (str(row.get("sequenceId")), str(row.get("contactId")))
            if pair in wanted:
                found[pair] = row
        if len(found) == len(wanted) or not pages.more:
            break
    return found, len(found) == len(wanted) or pages.complete


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
    """How many messages, to whom, on which channel, the words of the first, and what speaks against each; one request
    beside those of the checks, and one for each of up to ten people."""
    found, _ = await _read_waiting(call)
    pairs = _pairs(call)
    recipients = await _read_recipients(call, pairs)
    channels = {pair: channel_of(found.get(pair, {})) for pair in pairs}
    lines, facts = await describe_recipients(call, channels)
    listed = list_some((f"{person_name(recipients[pair])}, {channels[pair]}" for pair in pairs), _NAMED, between="; ")
    lines.append(f"This sends {plural(len(pairs), 'real message')} as the AI wrote them{facts['senders']}: {listed}.")
    if body := found.get(pairs[0], {}).get("messageContent"):
        subject = found[pairs[0]].get("messageSubject")
        about = f", subject {quote(first_words(subject, 80))}" if subject else ""
        lines.append(f"The first, to {person_name(recipients[pairs[0]])}{about}:{quote_message(body)}")
    drafts = [[*pair, row.get("messageSubject"), row.get("messageContent")] for pair, row in sorted(found.items())]
    return Question("\n".join(lines), {"count": len(pairs), "drafts": drafts, **facts})


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
