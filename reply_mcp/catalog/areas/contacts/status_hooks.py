"""Marking contacts as replied, bounced or opted out, and clearing those marks: what makes sending go on is a send."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.lookups.people import Person, find_people
from reply_mcp.catalog.lookups.reach import (
    MOST_LOOKS,
    Place,
    bounced_in,
    check_reachable,
    describe_reach,
    is_stopped,
    read_reach,
    replied_in,
)
from reply_mcp.catalog.operation import Call, Effect, Question
from reply_mcp.catalog.rows import records_of
from reply_mcp.errors import ApiError, OutcomeUnknown, RateLimited, Unreachable
from reply_mcp.text.lists import list_some

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.contacts.statuses import SetContactsOptedOut


async def set_opted_out(call: Call[SetContactsOptedOut]) -> Any:
    """Uses the bulk call where the account has it; otherwise changes each contact by a request of its own and gives
    those that failed.

    A contact that is in the requested state already answers the same as one that was changed.
    """
    try:
        return await call.send()
    except ApiError as refusal:
        if refusal.status not in (404, 405) or refusal.code is not None:
            raise
    failed: dict[str, dict[str, str]] = {}
    ids = list(call.arguments.contact_ids)
    for position, id in enumerate(ids):
        try:
            await call.ask("UpdateContact", id=id, isOptedOut=call.arguments.is_opted_out)
        except ApiError as refusal:
            failed[str(id)] = {"error": "notFound" if refusal.status == 404 else refusal.code or str(refusal.status)}
        except OutcomeUnknown:
            failed[str(id)] = {"error": "outcome unknown: check with reply_get_contact_statuses"}
        except (RateLimited, Unreachable) as error:
            failed |= {str(left): {"error": f"not tried: {error}"} for left in ids[position:]}
            break
    call.notes.append("This account has no bulk call for it; each contact was changed by a request of its own.")
    return failed


async def effect_of_opting_out(call: Call[SetContactsOptedOut]) -> Effect:
    """SEND where it lifts the opt-out of anybody: they become contactable again. A request for each of up to ten
    people, for more the pages of contacts."""
    if call.arguments.is_opted_out:
        return Effect.WRITE
    lifted, unknown = await _read_opted_out(call)
    return Effect.SEND if lifted or unknown else Effect.WRITE


async def _read_opted_out(call: Call) -> tuple[list[Person], list[Person]]:
    """Those of the call's contacts who opted out, and those who could not be read; once in a call."""
    if "people" not in call.seen:
        call.seen["people"] = await find_people(call, call.arguments.contact_ids, None, call.at_most(MOST_LOOKS))
    people: list[Person] = call.seen["people"]
    return [one for one in people if one.row.get("isOptedOut")], [one for one in people if not one.row and not one.why]


async def preview_opting_in(call: Call[SetContactsOptedOut]) -> Question:
    """Whose objection it lifts."""
    lifted, unknown = await _read_opted_out(call)
    who = list_some((one.name for one in [*lifted, *unknown]), 5)
    text = f"This lifts the opt-out of {who}: they asked not to be contacted, and can be contacted again."
    if unknown:
        text += f" Not looked up, since it would take too many requests: whether {len(unknown):,} of them opted out."
    return Question(
        text, {"count": len(lifted) + len(unknown), "people": sorted(str(one.id) for one in [*lifted, *unknown])}
    )


def _concerns(call: Call) -> Callable[[Place], bool] | None:
    """Which places of people the call makes sequences write to again; None where it stops them, or changes nothing
    that is sent."""
    arguments = call.arguments
    if hasattr(arguments, "status_in_sequence"):
        return is_stopped if arguments.status_in_sequence == "active" else None
    if hasattr(arguments, "is_replied"):
        return None if arguments.is_replied else replied_in
    return bounced_in if arguments.resend_emails else None


async def check_not_blocked(call: Call) -> None:
    """Refuses to have somebody written to again whom the blacklist blocks: the requests of `read_reach`, and up to
    three.

    Raises:
        NotDone: names them and the rules.
    """
    if (concerned := _concerns(call)) is None:
        return
    reach = await read_reach(call, call.arguments.contact_ids)
    await check_reachable(call, reach.going(concerned))
    if silent := [one.name for one in reach.people if str(one.id) in reach.opted_out]:
        call.notes.append(f"Opted out, so that no sequence writes to them: {list_some(silent, 5)}.")


async def effect_of_status(call: Call) -> Effect:
    """SEND where a sequence that runs would write to somebody again."""
    concerned = _concerns(call)
    if concerned is None:
        return Effect.WRITE
    reach = await read_reach(call, call.arguments.contact_ids)
    return Effect.SEND if reach.going(concerned) or reach.unread else Effect.WRITE


async def preview_going_on(call: Call) -> Question:
    """Who would be written to again, in which sequences, and what speaks against it; one request beside those of
    `read_reach`."""
    concerned = _concerns(call) or is_stopped
    reach = await read_reach(call, call.arguments.contact_ids)
    lines, facts = await describe_reach(call, reach, reach.going(concerned), _TEXTS[concerned])
    return Question("\n".join(lines), facts)


_TEXTS: dict[Callable[[Place], bool], str] = {
    is_stopped: "This sets {who} active in every sequence they are in; sequences that run go on sending to them",
    replied_in: "This clears the reply of {who} in every sequence; sending to them may go on",
    bounced_in: "This sends the step that bounced again to {who}",
}


def opted_out(held: Any) -> list[Any]:
    """The ids of those contacts of a page, or of the one, that have opted out."""
    return [row.get("id") for row in records_of(held) if row.get("isOptedOut")]
