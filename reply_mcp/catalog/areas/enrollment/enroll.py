"""Enrolling people so that nobody is moved, skipped, written to twice or silently dropped.

Reply moves a contact who is in the sequence already forward, past steps; lets two sequences write to one person at
once; and refuses everybody else with one and the same word.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reply_mcp.catalog.areas.enrollment.checks import standing_of
from reply_mcp.catalog.areas.enrollment.hooks import explain_missing_sequence, send_for
from reply_mcp.catalog.background_jobs import background_job
from reply_mcp.catalog.lookups.audience import person_name
from reply_mcp.catalog.lookups.enrollability import Standing
from reply_mcp.catalog.lookups.forecast import describe_bound, describe_unreached, part_by_reach, read_forecast
from reply_mcp.catalog.lookups.members import as_id
from reply_mcp.catalog.lookups.people import FEW, Person
from reply_mcp.catalog.lookups.sequences import (
    NOT_RUNNING,
    describe_what_follows,
    read_sequence,
    sequence_title,
    status_of,
)
from reply_mcp.catalog.operation import Call, Effect, Question
from reply_mcp.catalog.rows import object_at
from reply_mcp.errors import ApiError, ReplyError
from reply_mcp.text.lists import join, list_by_reason, list_some, plural

if TYPE_CHECKING:
    from reply_mcp.catalog.areas.enrollment.operations import BulkAddContactsToSequence

_NAMED = 3
_EACH_REASON = 5
_MOST_IN_OTHERS = 5
_DETAILED = ("on the blacklist", "in another active sequence", "in a conversation")
"""Reasons that are shown with their details."""


async def effect_of_enrolling(call: Call[BulkAddContactsToSequence]) -> tuple[Effect, ...]:
    """SEND into a sequence that runs; DELETE where it takes people out of others, which cannot be undone; READ where
    nobody is left to enroll."""
    standing = await standing_of(call)
    if not standing.going:
        return (Effect.READ,)
    sends = () if status_of(await read_sequence(call, call.arguments.id)) in NOT_RUNNING else (Effect.SEND,)
    takes = (Effect.DELETE,) if call.arguments.remove_from_existing else ()
    return (*sends, *takes) or (Effect.WRITE,)


async def preview_enrolling(call: Call[BulkAddContactsToSequence]) -> Question:
    """Who is enrolled, who is not and why, from where, when, and the first message; two requests where the sequence may
    be sending."""
    arguments = call.arguments
    standing, sequence = await standing_of(call), await read_sequence(call, arguments.id)
    status = status_of(sequence)
    whom = f"{plural(len(standing.going), 'contact')} ({_names(standing.going)})" if standing.going else "nobody"
    who = f"This enrolls {whom} in"
    where = f"{sequence_title(sequence, arguments.id)}, {status or 'state unknown'}"
    facts: dict[str, Any] = {
        "count": len(standing.going),
        "people": sorted(str(one.id) for one in standing.going),
    }
    if status in NOT_RUNNING:
        lines = [f"{who} {where}: nothing is sent until it is started."]
    else:
        rows, unreached = part_by_reach(
            (one.row or {"id": one.id} for one in standing.going), sequence, arguments.start_step_id
        )
        forecast = await read_forecast(
            call,
            sequence,
            rows,
            enrolled=False,
            start_step=arguments.start_step_id,
            start_from=arguments.start_from,
            ignore_step_delay=arguments.ignore_step_delay,
        )
        today = describe_bound(forecast)
        lines = [*forecast.odd, f"{who} {where}; {today}:", *forecast.lines(""), *describe_unreached(unreached)]
        facts |= forecast.facts
    if arguments.remove_from_existing:
        known = _describe_people_elsewhere(standing)
        lines.append("It takes them out of every other sequence" + (f": {known}." if known else "."))
    elif "in_other_sequence" in arguments.allow and (known := _describe_people_elsewhere(standing)):
        lines.append(f"Another sequence goes on writing to them too: {known}.")
    if standing.left_out:
        lines.append(f"Not enrolled: {_group_by_reason(standing)}.")
    lines += [*_describe_unchecked(standing), *_describe_ways_on(call, standing)]
    return Question("\n".join(lines), facts)


def _names(people: list[Person]) -> str:
    return list_some((person_name(one.row) if one.row else one.label for one in people), _NAMED)


def _describe_people_elsewhere(standing: Standing) -> str:
    people = [
        f"{one.label} from {join(names)}"
        for one in standing.going
        if (names := standing.other_sequences.get(str(one.id)))
    ]
    return list_some(people, _MOST_IN_OTHERS)


def _group_by_reason(standing: Standing) -> str:
    """`3 already in it (1, 2, 3); 1 on the blacklist: domain rival.com (rule 12) (7)`."""
    groups: dict[str, list[str]] = {}
    for label, why in standing.left_out.items():
        details = why["errorDetails"] if why["error"] in _DETAILED else ""
        groups.setdefault(": ".join(filter(None, [why["error"], details])), []).append(label)
    return join(list_by_reason(dict(sorted(groups.items())), _EACH_REASON), "; ")


def _describe_unchecked(standing: Standing) -> list[str]:
    return [f"Not checked: {join(standing.unchecked, '; ')}."] if standing.unchecked else []


def _describe_ways_on(call: Call[BulkAddContactsToSequence], standing: Standing) -> list[str]:
    """The arguments that enroll those who were left out for a reason that can be overruled."""
    reasons = {why["error"] for why in standing.left_out.values()}
    ways = []
    if "in another active sequence" in reasons:
        ways.append(
            "removeFromExisting=true moves those who are in another active sequence; "
            'allow=["in_other_sequence"] enrolls them in both.'
        )
    if "bounced" in reasons:
        ways.append('allow=["bounced"] enrolls those whose emails bounced.')
    if "in a conversation" in reasons:
        ways.append('allow=["in_conversation"] enrolls those with whom a conversation goes on.')
    if standing.lifts:
        ways.append(standing.lifts)
    if "already in it" in reasons and not standing.going:
        ways.append("reply_change_status_in_sequence resumes those who are in it.")
    return ways


async def enroll(call: Call[BulkAddContactsToSequence]) -> Any:
    """Enrolls those whom nothing is against and explains every other. After refusals up to 10 more requests."""
    arguments = call.arguments
    standing, sequence = await standing_of(call), await read_sequence(call, arguments.id)
    name = sequence_title(sequence, arguments.id)
    going, left_out = standing.going, standing.left_out
    call.notes += [*_describe_unchecked(standing), *_describe_ways_on(call, standing)]
    arguments.contact_ids = [one.label for one in standing.people]  # what the answer is counted against
    if not going:
        call.notes.insert(0, f"Nothing was sent; {name} is unchanged.")
        return {"added": [], "notProcessed": left_out}
    ids = [one.id for one in going]
    answer = await send_for(call, ids)
    if background_job(answer) is not None:
        call.notes += [f"Not sent: {join(left_out)}."] if left_out else []
        return answer
    listed = answer.get("added")
    taken = {str(id) for id in listed} if isinstance(listed, list) else set()
    added = [id for id in ids if str(id) in taken]
    refused = dict(object_at(answer, "notProcessed"))
    silent = {"error": "not reported", "errorDetails": "Reply did not say what became of them"}
    refused |= {str(id): silent for id in ids if str(id) not in taken | set(refused)}
    await _explain_refused(call, refused)
    if added:
        call.notes.insert(0, describe_what_follows(name, status_of(sequence)))
    return {"added": added, "notProcessed": {**left_out, **refused}}


async def _explain_refused(call: Call[BulkAddContactsToSequence], refused: dict[str, Any]) -> None:
    """Puts the reason that a contact's own state gives in the place of Reply's one word; at most ten requests."""
    unknown = [id for id, why in refused.items() if _is_vague(why)]
    for id in unknown[:FEW]:
        try:
            statuses = await call.ask("GetContactStatuses", id=as_id(id))
        except ApiError as refusal:
            if refusal.status == 404 and refusal.code:
                refused[id] = {"error": "not found", "errorDetails": "no such contact"}
            continue
        except ReplyError:
            continue
        if statuses.get("isOptedOut"):
            refused[id] = {"error": "opted out", "errorDetails": "asked not to be contacted"}
    if len(unknown) > FEW:
        call.notes.append(
            f"Only the first {FEW} of {len(unknown)} refused were looked up; reply_get_contact_statuses explains more."
        )


def _is_vague(why: Any) -> bool:
    error = why.get("error") if isinstance(why, dict) else why
    return not isinstance(error, str) or error.casefold() in ("", "invalidinput", "not reported")


async def explain_refused_enrolling(call: Call[BulkAddContactsToSequence], refusal: ApiError) -> str | None:
    """Explains a refusal of the whole call."""
    match (refusal.code or "").rpartition(".")[2]:
        case "contactLimitExceeded":
            return (
                f"{refusal.status} {refusal.code}: the plan's limit of contacts is reached; nobody was enrolled. "
                f"{refusal.detail}".rstrip()
            )
        case "noStepsInSequence":
            return (
                f"{refusal.status} {refusal.code}: sequence {call.arguments.id} has no steps; nobody was enrolled. "
                "reply_bulk_create_sequence_steps adds them."
            )
    return await explain_missing_sequence(call, refusal)
