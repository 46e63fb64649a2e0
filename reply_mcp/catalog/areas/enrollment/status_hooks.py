"""Statuses in one sequence: what makes it go on sending is a send."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.lookups.audience import Audience, name_people, read_audience, sort_in
from reply_mcp.catalog.lookups.contactable import check_none_blacklisted, has_meeting
from reply_mcp.catalog.lookups.enrollability import members_among
from reply_mcp.catalog.lookups.forecast import read_forecast
from reply_mcp.catalog.lookups.sequences import read_sequence, sequence_title, status_of
from reply_mcp.catalog.operation import Call, Effect, Question
from reply_mcp.errors import NotDone

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.enrollment.statuses import (
        SetSequenceContactsBounced,
        SetSequenceContactsReplied,
        SetSequenceContactsStatusInSequence,
    )


_ONE_BY_ONE = 3
"""People whose place in a sequence is read one by one; for more, pages cost fewer requests."""
_MOST_READ = 4


async def effect_of_status(call: Call[SetSequenceContactsStatusInSequence]) -> Effect:
    """SEND where people are set back to active in a running sequence, whose next emails they get then."""
    if call.arguments.status_in_sequence != "active":
        return Effect.WRITE
    status = status_of(await read_sequence(call, call.arguments.id))
    return Effect.SEND if status in ("active", "") else Effect.WRITE


async def check_resumable(call: Call[SetSequenceContactsStatusInSequence]) -> None:
    """Refuses to set people active whom the blacklist blocks. The requests of `read_members`, and up to three."""
    if call.arguments.status_in_sequence == "active":
        await check_none_blacklisted(call, list((await _read_members(call)).values()))


async def _read_members(call: Call) -> dict[str, dict[str, Any]]:
    """Those of the call's contacts who are in the sequence, by id; once in a call. A request each for up to three of
    them, else the first thousand people of the sequence."""
    ids = {str(id) for id in call.arguments.contact_ids}
    if "members" not in call.seen:
        if len(ids) <= _ONE_BY_ONE:
            found = await members_among(call, call.arguments.id, sorted(ids))
        else:
            audience = await read_audience(call, call.arguments.id)
            rows = [*audience.going, *(row for group in audience.left_out.values() for row in group)]
            found = {str(row.get("contactId")): row for row in rows if str(row.get("contactId")) in ids}
        call.seen["members"] = found
    members: dict[str, dict[str, Any]] = call.seen["members"]
    return members


async def preview_activation(call: Call[SetSequenceContactsStatusInSequence]) -> Question:
    """Whom it goes on writing to, from where, when, and the next message; up to four requests beside their places."""
    return await _ask_about_going_on(call, "This sets {who} active in {sequence}: sending to them goes on.")


async def _ask_about_going_on(call: Call, text: str, clears: str = "") -> Question:
    """The question before a sequence goes on writing to people.

    Args:
        text: with `{who}` and `{sequence}`.
        clears: the mark that the call clears, `isReplied` or `isBounced`.

    Raises:
        NotDone: where it would write to none of them.
    """
    arguments = call.arguments
    sequence = await read_sequence(call, arguments.id)
    members = await _read_members(call)
    audience, replied = Audience(), []
    for row in members.values():
        disposition = row.get("emailDisposition")
        disposition = {**disposition, clears: False} if isinstance(disposition, dict) else {}
        sort_in(audience, {**row, "emailDisposition": disposition, "statusInSequence": "active"})
        if disposition.get("isReplied") or has_meeting(row):
            replied.append(row)
    outside = [id for id in arguments.contact_ids if str(id) not in members]
    title = f"{sequence_title(sequence, arguments.id)}, {status_of(sequence) or 'state unknown'}"
    left_out = ", ".join(filter(None, [audience.describe_left_out(), f"{len(outside)} not in it" if outside else ""]))
    if not audience.going:
        raise NotDone(f"Nothing was changed: {title} would write to none of them ({left_out}).")
    with call.at_most(_MOST_READ):
        forecast = await read_forecast(call, sequence, audience.going)
    lines = [*forecast.odd]
    if replied:
        lines.append(f"Replied, or a meeting is booked: {name_people(replied)}.")
    lines.append(text.format(who=name_people(audience.going), sequence=title))
    if left_out:
        lines.append(f"Not to {left_out}.")
    facts = {"count": len(audience.going), "people": audience.ids, **forecast.facts}
    return Question("\n".join([*lines, *forecast.lines("")]), facts)


async def effect_of_replied(call: Call[SetSequenceContactsReplied]) -> Effect:
    """SEND where it clears replies: sending to them may go on."""
    return Effect.WRITE if call.arguments.is_replied else Effect.SEND


async def preview_clearing_replies(call: Call[SetSequenceContactsReplied]) -> Question:
    """As `preview_activation`."""
    return await _ask_about_going_on(
        call, "This clears the reply of {who} in {sequence}: sending to them may go on.", "isReplied"
    )


async def effect_of_bounced(call: Call[SetSequenceContactsBounced]) -> Effect:
    """SEND where the bounced step is sent again."""
    return Effect.SEND if call.arguments.resend_emails else Effect.WRITE


async def preview_resending(call: Call[SetSequenceContactsBounced]) -> Question:
    """As `preview_activation`."""
    return await _ask_about_going_on(
        call, "This sends the step that bounced again to {who} in {sequence}.", "isBounced"
    )
