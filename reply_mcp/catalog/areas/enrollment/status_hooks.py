"""Statuses in one sequence: what makes it go on sending is a send."""

from __future__ import annotations

from typing import Any

from reply_mcp.catalog.lookups.audience import Audience, name_people, read_audience, sort_in
from reply_mcp.catalog.lookups.contactable import check_none_blacklisted, describe_against
from reply_mcp.catalog.lookups.forecast import describe_today, leave_out_unreachable, read_forecast
from reply_mcp.catalog.lookups.members import members_among
from reply_mcp.catalog.lookups.sequences import NOT_RUNNING, may_be_stopped, read_sequence, sequence_title, status_of
from reply_mcp.catalog.operation import Call, Effect, Question
from reply_mcp.catalog.rows import object_at
from reply_mcp.errors import NotDone

_ONE_BY_ONE = 3
"""People whose place in a sequence is read one by one; for more, pages cost fewer requests."""
_MOST_READ = 4


_RESUMED, _REPLIED, _BOUNCED = "resumed", "isReplied", "isBounced"
_TEXTS = {
    _RESUMED: "This sets {who} active in {sequence}: sending to them goes on.",
    _REPLIED: "This clears the reply of {who} in {sequence}: sending to them may go on.",
    _BOUNCED: "This sends the step that bounced again to {who} in {sequence}.",
}


def _what(call: Call) -> str | None:
    """What makes the sequence go on writing to people; None where the call does not."""
    arguments = call.arguments
    if hasattr(arguments, "status_in_sequence"):
        return _RESUMED if arguments.status_in_sequence == "active" else None
    if hasattr(arguments, "is_replied"):
        return None if arguments.is_replied else _REPLIED
    return _BOUNCED if arguments.resend_emails else None


def _concerns(row: dict[str, Any], what: str) -> bool:
    """Whether the sequence may write to somebody again who does not get its messages now. A reply on LinkedIn is no
    mark of `emailDisposition`, so that whoever it does not write to counts."""
    return bool(object_at(row, "emailDisposition").get(what)) or may_be_stopped(row)


async def check_not_blocked(call: Call) -> None:
    """Refuses to have the sequence go on writing to people whom the blacklist blocks: the requests of `_read_members`,
    and up to three.

    Raises:
        NotDone: names them and the rules.
    """
    if (what := _what(call)) is not None:
        members = await _read_members(call)
        await check_none_blacklisted(call, [row for row in members.values() if _concerns(row, what)])


async def effect_of_going_on(call: Call) -> Effect:
    """SEND where a sequence that runs goes on writing to somebody."""
    what = _what(call)
    if what is None or not any(_concerns(row, what) for row in (await _read_members(call)).values()):
        return Effect.WRITE
    status = status_of(await read_sequence(call, call.arguments.id))
    return Effect.WRITE if status in NOT_RUNNING else Effect.SEND


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
            if not audience.complete:
                found |= await members_among(call, call.arguments.id, sorted(ids - set(found)))
        call.seen["members"] = found
    members: dict[str, dict[str, Any]] = call.seen["members"]
    return members


async def preview_going_on(call: Call) -> Question:
    """Whom it goes on writing to, from where, when, and the next message; up to five requests beside their places.

    Raises:
        NotDone: where it would write to none of them.
    """
    what, arguments = _what(call) or _RESUMED, call.arguments
    sequence = await read_sequence(call, arguments.id)
    members = await _read_members(call)
    audience, unchanged = Audience(), 0
    for row in members.values():
        if not _concerns(row, what):
            unchanged += 1
            continue
        disposition = {**object_at(row, "emailDisposition"), what: False}
        sort_in(audience, {**row, "emailDisposition": disposition, "statusInSequence": "active"})
    leave_out_unreachable(audience, sequence)
    outside = [id for id in arguments.contact_ids if str(id) not in members]
    title = f"{sequence_title(sequence, arguments.id)}, {status_of(sequence) or 'state unknown'}"
    others = [
        f"{unchanged} for whom nothing changes" if unchanged else "",
        f"{len(outside)} not in it" if outside else "",
    ]
    left_out = ", ".join(filter(None, [audience.describe_left_out(), *others]))
    if not audience.going:
        raise NotDone(f"Nothing was changed: {title} would write to none of them ({left_out}).")
    with call.at_most(_MOST_READ):
        forecast = await read_forecast(call, sequence, audience.going, copies=False)
    against, threads = await describe_against(call, audience.going, arguments.id)
    lines = [*forecast.odd, *against]
    lines.append(_TEXTS[what].format(who=name_people(audience.going), sequence=title))
    if left_out:
        lines.append(f"Not to {left_out}.")
    facts = {
        "count": len(audience.going),
        "people": sorted([str(row.get("contactId")), str(row.get("email"))] for row in audience.going),
        "threads": threads,
        **forecast.facts,
    }
    return Question("\n".join([*lines, *forecast.lines(describe_today(forecast, len(audience.going)))]), facts)
